package desk

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// ReadsAll reports whether somebody reads all of a learner's work: the learner, and who sees
// everybody's record.
func ReadsAll(by domain.Actor, l projections.Learner) bool {
	return overview(by) || by.Person != "" && by.Person == l.Person
}

// ReadsWork reports whether somebody reads what a learner did, week by week and piece by piece,
// and what was said about it: also the mentors and the supervisor do, or who stands in. Who only
// decides about a move reads what the weeks add up to, and what was attained.
func (d *Desk) ReadsWork(by domain.Actor, l projections.Learner) bool {
	return ReadsAll(by, l) || l.Accompanied(by.Person, d.Today())
}

// ReadsCredits reports whether somebody reads more of a learner's credits than where they stand:
// mentors and managers do not.
func ReadsCredits(by domain.Actor, l projections.Learner) bool {
	return ReadsAll(by, l) || by.Role == domain.PrivacyOfficer || by.Role == domain.Partner
}

// ReadsMove reports whether somebody knows of a move: whoever asked for it, the apprentice, who
// sees everybody's record, and who holds or held a step of it.
func (d *Desk) ReadsMove(by domain.Actor, l projections.Learner, t projections.Transition) bool {
	return d.ReadsReasons(by, l, t) || d.decidesOn(by, t)
}

// ReadsReasons reports whether somebody is told what was written about a move: whoever asked
// and the apprentice are, and those who see everybody's record.
func (d *Desk) ReadsReasons(by domain.Actor, l projections.Learner, t projections.Transition) bool {
	return ReadsAll(by, l) || by.Person != "" && by.Person == t.Proposer
}

// ReadsWaivers reports whether somebody is told why something was let pass for a move: who
// approves it is, the apprentice, and those who see everybody's record.
func (d *Desk) ReadsWaivers(by domain.Actor, l projections.Learner, t projections.Transition) bool {
	return ReadsAll(by, l) || d.decidesOn(by, t)
}

// ReadsGrade reports whether somebody is told under which pay grade a learner moves: human
// resources, auditors, the learner, and managers who decide about it.
func (d *Desk) ReadsGrade(by domain.Actor, l projections.Learner, t projections.Transition) bool {
	return SeesPay(by, l) || by.Role == domain.Manager && d.decidesOn(by, t)
}

// decidesOn reports whether a step of a move is or was with somebody, by name or by capacity.
func (d *Desk) decidesOn(by domain.Actor, t projections.Transition) bool {
	return slices.ContainsFunc(t.Steps, func(s projections.Step) bool { return d.holdsStep(by, s) })
}

// traces reports whether somebody is told how a figure of a learner became what it is.
func (d *Desk) traces(by domain.Actor, l projections.Learner, k FigureKind) bool {
	switch k {
	case WageFigure:
		return SeesPay(by, l)
	case CreditAmount:
		return ReadsCredits(by, l)
	case StatusFigure, RoleFigure:
		return true
	}
	return d.ReadsWork(by, l)
}
