// Package standard holds occupation standards: what has to be learned on the job and in
// class for an occupation, in how much time and at what wage (29 CFR 29.5). A published
// version never changes; an apprenticeship keeps the version it was drafted under.
package standard

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Approach says what completes an apprenticeship, 29 CFR 29.5(b)(2).
type Approach string

const (
	TimeBased       Approach = "time"       // hours in every work process
	CompetencyBased Approach = "competency" // every core competency shown
	Hybrid          Approach = "hybrid"     // both
)

// A CompetencyID names a competency within its standard, such as "wp-01-c02".
type CompetencyID string

// A CourseID names a course of related instruction within its standard, such as "ri-03".
type CourseID string

// A Definition is all a version of a standard says.
type Definition struct {
	ID domain.StandardID `json:"id"`
	Header
	WorkProcesses []WorkProcess `json:"workProcesses,omitempty"`
	Courses       []Course      `json:"courses,omitempty"`
	WageSteps     []WageStep    `json:"wageSteps,omitempty"`
}

// A Header is what a standard says about the occupation as a whole. The zero value of
// a field is not stated.
type Header struct {
	Title       string         `json:"title"`
	ONET        string         `json:"onet,omitempty"`   // O*NET-SOC 2019
	RAPIDS      string         `json:"rapids,omitempty"` // US registration code
	Approach    Approach       `json:"approach"`
	TermMonths  int            `json:"termMonths,omitempty"`
	OJLMin      domain.Minutes `json:"ojlMin,omitempty"` // on-the-job learning
	OJLMax      domain.Minutes `json:"ojlMax,omitempty"`
	RTIMin      domain.Minutes `json:"rtiMin,omitempty"` // related instruction
	Ratio       string         `json:"ratio,omitempty"`  // apprentices to journeyworkers, "1:1"
	Probation   domain.Minutes `json:"probation,omitempty"`
	RatingScale []int          `json:"ratingScale,omitempty"` // rising
	PassLevel   int            `json:"passLevel,omitempty"`   // lowest rating that passes
	PassRule    string         `json:"passRule,omitempty"`    // the same in words
	Source      string         `json:"source,omitempty"`      // the document it was taken from
}

// A WorkProcess is a part of the work that hours are logged to.
type WorkProcess struct {
	ID           domain.WorkProcessID `json:"id"`
	Title        string               `json:"title"`
	Min          domain.Minutes       `json:"min,omitempty"`
	Max          domain.Minutes       `json:"max,omitempty"` // 0 is no maximum
	Competencies []Competency         `json:"competencies,omitempty"`
}

// A Competency is something the apprentice shows they can do.
type Competency struct {
	ID   CompetencyID `json:"id"`
	Text string       `json:"text"`
	Core bool         `json:"core,omitempty"` // completion needs it
}

// A Course is one item of the related instruction outline.
type Course struct {
	ID    CourseID       `json:"id"`
	Title string         `json:"title"`
	Min   domain.Minutes `json:"min,omitempty"`
	Max   domain.Minutes `json:"max,omitempty"`
	Year  int            `json:"year,omitempty"` // of the apprenticeship, from 1
	// ChooseGroup joins alternatives: one course of each group is enough.
	ChooseGroup string `json:"chooseGroup,omitempty"`
}

// A Trigger says what brings a wage step about.
type Trigger string

const (
	ByOJL    Trigger = "ojl"    // approved hours
	ByMonths Trigger = "months" // months since the start
	ByBoth   Trigger = "both"   // hours and months
)

// A WageStep is one step of the progressive wage schedule, 29 CFR 29.5(b)(5). It is
// reached with From approved minutes and Months months since the start, as Trigger asks.
type WageStep struct {
	Step        int            `json:"step"`
	BasisPoints int            `json:"basisPoints,omitempty"` // of the journeyworker's wage; 5500 is 55 %
	Amount      domain.Cents   `json:"amount,omitempty"`      // for an hour
	From        domain.Minutes `json:"from,omitempty"`
	To          domain.Minutes `json:"to,omitempty"` // 0 is open
	Months      int            `json:"months,omitempty"`
	Trigger     Trigger        `json:"trigger"`
}

// Competencies is how many competencies d has, and how many of them are core.
func (d Definition) Competencies() (total, core int) {
	for _, wp := range d.WorkProcesses {
		total += len(wp.Competencies)
		for _, c := range wp.Competencies {
			if c.Core {
				core++
			}
		}
	}
	return total, core
}

// Instruction is the least and the most the outline adds up to, with one course taken
// of every choose group.
func (d Definition) Instruction() (least, most domain.Minutes) { return outline(d.Courses) }

func outline(courses []Course) (least, most domain.Minutes) {
	groups := map[string]Course{}
	for _, c := range courses {
		if c.ChooseGroup == "" {
			least, most = least+c.Min, most+c.Max
			continue
		}
		g, ok := groups[c.ChooseGroup]
		if !ok {
			g = c
		}
		g.Min, g.Max = min(g.Min, c.Min), max(g.Max, c.Max)
		groups[c.ChooseGroup] = g
	}
	for _, g := range groups {
		least, most = least+g.Min, most+g.Max
	}
	return least, most
}

// StandardID makes an identifier of a registration code: "0414S-R" gives "rapids-0414s-r".
// It is not valid when the code has no letter or digit in it.
func StandardID(rapids string) domain.StandardID {
	words := strings.FieldsFunc(strings.ToLower(rapids), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(words) == 0 {
		return ""
	}
	return domain.StandardID("rapids-" + strings.Join(words, "-"))
}

// check reports why d cannot be published, or nil.
func (d Definition) check() error {
	bad := func(format string, args ...any) error {
		return domain.Refuse(domain.Invalid, "BAD_STANDARD", format, args...)
	}
	switch {
	case !domain.ValidID(d.ID):
		return bad("The standard has no usable id. Use lower-case letters, digits and hyphens.")
	case strings.TrimSpace(d.Title) == "":
		return bad("The standard has no title. Name the occupation.")
	case d.Approach != TimeBased && d.Approach != CompetencyBased && d.Approach != Hybrid:
		return bad("%q is not an approach. Use time, competency or hybrid.", d.Approach)
	case len(d.WorkProcesses) == 0:
		return bad("The standard has no work process. Hours and competencies are recorded by work process; add at least one.")
	case d.OJLMin < 0 || d.OJLMax != 0 && d.OJLMax < d.OJLMin:
		return bad("The hours on the job end below where they start. Correct the minimum or the maximum.")
	}
	seen := map[string]bool{}
	for _, wp := range d.WorkProcesses {
		if !domain.ValidID(wp.ID) || seen[string(wp.ID)] {
			return bad("The id %q of work process %q is not usable or used twice. Give each its own id.", wp.ID, wp.Title)
		}
		seen[string(wp.ID)] = true
		if wp.Min < 0 || wp.Max != 0 && wp.Max < wp.Min {
			return bad("The hours of work process %q end below where they start. Correct the minimum or the maximum.", wp.Title)
		}
		for _, c := range wp.Competencies {
			if !domain.ValidID(c.ID) || seen[string(c.ID)] {
				return bad("The id %q of a competency of %q is not usable or used twice. Give each its own id.", c.ID, wp.Title)
			}
			seen[string(c.ID)] = true
		}
	}
	for _, c := range d.Courses {
		if !domain.ValidID(c.ID) || seen[string(c.ID)] {
			return bad("The id %q of course %q is not usable or used twice. Give each its own id.", c.ID, c.Title)
		}
		seen[string(c.ID)] = true
	}
	return nil
}
