package framework

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Ground is why somebody holds statements: a role they hold or held, a milestone they
// attained, learning from before that was attested.
type Ground struct {
	Kind       GroundKind
	ID         string // of the role, the requirement or the attestation
	Statements []domain.StatementID
}

// GroundKind says what a ground is.
type GroundKind string

const (
	ByRole      GroundKind = "role"
	ByMilestone GroundKind = "milestone"
	ByPrior     GroundKind = "prior-learning"
)

// A Gap tells what somebody holds and what they lack of the statements that a work role
// needs. Together the two are what the role needs, each in the order of its code.
type Gap struct {
	Held    []Held
	Missing []domain.StatementID
}

// Held is a statement with the first of the grounds it is held on.
type Held struct {
	Code   domain.StatementID
	Ground Ground
}

// Compare holds grounds against what a work role needs. All grounds must be of the
// framework of the role: codes of another one may be the same and mean something else.
func Compare(required []domain.StatementID, grounds ...Ground) Gap {
	on := map[domain.StatementID]int{}
	for i, g := range grounds {
		for _, code := range g.Statements {
			if _, held := on[code]; !held {
				on[code] = i
			}
		}
	}
	var g Gap
	for _, code := range slices.Compact(slices.Sorted(slices.Values(required))) {
		if i, held := on[code]; held {
			g.Held = append(g.Held, Held{code, grounds[i]})
		} else {
			g.Missing = append(g.Missing, code)
		}
	}
	return g
}

// Percent is the share of held statements of so many required, rounded to the nearest
// whole. It is 100 only when nothing is missing, and 0 only when nothing is held or
// required.
func Percent(held, required int) int {
	switch {
	case held <= 0 || required <= 0:
		return 0
	case held >= required:
		return 100
	}
	return min(max((200*held+required)/(2*required), 1), 99)
}
