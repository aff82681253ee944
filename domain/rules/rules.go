// Package rules holds what differs between jurisdictions, agencies and agreements, as data.
package rules

import (
	"github.com/guildhall-dev/guildhall/domain"
)

// An Articulation is a college's promise: this course, passed, is worth so much credit
// and meets that requirement.
type Articulation struct {
	Rule        domain.RuleID        `json:"rule"`
	Course      string               `json:"course"` // the college's code, such as "CYB 110"
	Title       string               `json:"title"`
	Requirement domain.RequirementID `json:"requirement"` // what it meets on a pathway
	Credit      domain.Credit        `json:"credit"`      // the most that may be awarded
	MinGrade    Grade                `json:"minGrade,omitempty"`
	From        domain.Date          `json:"from"`        // first day of validity
	To          domain.Date          `json:"to,omitzero"` // last day; zero is open
}

// ValidOn reports whether the rule holds on a day.
func (a Articulation) ValidOn(d domain.Date) bool {
	return !d.Before(a.From) && (a.To.IsZero() || !d.After(a.To))
}

// A Grade is a letter grade with an optional sign, "A" best, or "P" for passed.
type Grade string

// Valid reports whether g is a grade a college can send: A to D with an optional sign, F or P.
func (g Grade) Valid() bool { return g == "P" || g.points() > 0 || g == "F" }

// AtLeast reports whether g is as good as min. A pass is as good as any grade of C or lower
// that a rule may ask for; an empty min accepts every passing grade.
func (g Grade) AtLeast(min Grade) bool {
	if g == "P" {
		return min == "" || min == "P" || min.points() <= Grade("C").points()
	}
	if min == "" || min == "P" {
		return g.points() > 0
	}
	return g.points() > 0 && g.points() >= min.points()
}

func (g Grade) points() int {
	if len(g) == 0 || len(g) > 2 || g[0] < 'A' || g[0] > 'D' {
		return 0
	}
	p := 3 * int('E'-g[0])
	switch g[1:] {
	case "+":
		p++
	case "-":
		p--
	case "":
	default:
		return 0
	}
	return p
}
