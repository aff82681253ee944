package milestone

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// Begin is the fact with which a person begins a requirement of a pathway: what it takes to
// attain it is pinned as the pathway has it.
func Begin(a domain.ApprenticeshipID, p domain.PersonID, r pathway.Requirement) Started {
	m := r.Means()
	t := Terms{
		PassScore: r.Score.Pass, MaxScore: r.Score.Of, Months: r.ValidMonths(),
		Observed: r.Observed(), Team: m.Team, Product: m.Product,
	}
	if n := r.Successes(); n > 1 {
		t.Successes = n
	}
	return Started{Apprenticeship: a, Person: p, Requirement: r.ID, PassLevel: max(r.PassLevel, 1), ByCredit: r.ByCredit(), Terms: t}
}
