package explain

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/projections"
)

func itoa(n int) string { return strconv.Itoa(n) }

// requirements explains what the role held requires and is not met, one for each
// requirement, with those of a group inside it.
func (c Case) requirements() []Explanation { return c.unmet(c.Findings) }

func (c Case) unmet(fs []pathway.Finding) (out []Explanation) {
	for _, f := range fs {
		if !f.Met {
			out = append(out, c.requirement(f))
		}
	}
	return out
}

func (c Case) requirement(f pathway.Finding) Explanation {
	r := f.Requirement
	e := Explanation{About: Requirement, Title: domain.Verbatim(r.Title), Rule: c.pathwayRule(string(r.ID), domain.Verbatim(r.Title)), Since: c.Entered}
	switch r.Kind {
	case pathway.Hours, pathway.Instruction:
		return c.enough(e, f)
	case pathway.Group:
		return c.choice(e, f)
	}
	e.Subject = milestone.Stream(c.Learner.ID, r.ID)
	e = e.need(0, 1, Count)
	if r.ByCredit() && r.Credit.Hundredths > 0 {
		e = e.need(0, r.Credit.Hundredths, creditUnit(r.Credit.Unit))
	}
	m := c.milestone(r.ID)
	if passed := m.Passed(); m.Successes > 1 && passed < m.Successes && !r.ByCredit() {
		e = e.need(passed, m.Successes, Count)
	}
	e.Turn, e.Since, e.Due = c.learner(), cmp.Or(f.Milestone.On, c.Entered), f.Milestone.Due
	switch f.Milestone.State {
	case pathway.UnderReview:
		e.Next, e.Turn = Review, Turn{Role: domain.Mentor, Person: cmp.Or(m.Assessor, c.Learner.Mentor)}
	case pathway.NotYetAttained:
		e.Next, e.Reason = ImproveOn, m.Feedback
	case pathway.Expired:
		return c.lapsed(e, f.Milestone)
	case pathway.InProgress:
		e.Next = WorkOn
		switch {
		case r.ByCredit():
			return c.course(e, r)
		case r.Observed():
			e.Next, e.Turn = Observe, Turn{Role: domain.Mentor, Person: c.Learner.Mentor}
		}
	default:
		e.Next, e.Since = BeginWith, c.Entered
	}
	return e
}

// lapsed explains what has expired: where it went with a certificate, a renewal of that
// brings it back once somebody has verified it.
func (c Case) lapsed(e Explanation, m pathway.Milestone) Explanation {
	e.Next = RenewIt
	for _, k := range c.Certificates {
		if credential.Stream(k.ID) != domain.Stream(m.Basis) || k.State == projections.CredentialRevoked {
			continue
		}
		e.Next, e.Subject = RenewCertificate, credential.Stream(k.ID)
		if k.State == projections.CredentialHeld && !k.ValidTo.Before(c.Today) {
			e.Next, e.Since, e.Turn = VerifyCertificate, k.Since, Turn{Role: domain.Mentor, Person: c.Learner.Mentor}
		}
	}
	return e
}

// enough explains what is logged: it is the manager's turn once signing off what waits is enough.
func (c Case) enough(e Explanation, f pathway.Finding) Explanation {
	e = e.need(int(f.Minutes), int(f.Requirement.Minutes), Minutes)
	e.Pending = min(int(f.Pending), e.Missing)
	e.Subject, e.Next, e.Turn = "apprenticeship-"+domain.Stream(c.Learner.ID), WorkHours, c.learner()
	if f.Requirement.Kind == pathway.Instruction {
		e.Next = TakeCourse
	}
	if e.Pending < e.Missing {
		return e
	}
	for _, w := range slices.Backward(c.Weeks) {
		if w.State == projections.WeekSubmitted {
			e.Next, e.Turn, e.Since = SignHours, Turn{Role: domain.Manager, Person: w.Holder}, domain.DateOf(w.SubmittedAt)
			return e
		}
	}
	return e
}

// choice explains a group. It is the turn of whoever has the choice that has come furthest.
func (c Case) choice(e Explanation, f pathway.Finding) Explanation {
	e = e.need(pathway.CountMet(f.Of), f.Requirement.Need(), Count)
	e.Of, e.Next, e.Turn = c.unmet(f.Of), ChooseOf, c.learner()
	e.Subject = "apprenticeship-" + domain.Stream(c.Learner.ID)
	if len(e.Of) > 0 {
		far := slices.MaxFunc(e.Of, func(a, b Explanation) int { return a.progress() - b.progress() })
		e.Turn, e.Since = far.Turn, far.Since
		if e.Missing == len(e.Of) {
			e.Next = MeetAll
		}
	}
	return e
}

// progress orders what comes next by how far it has come.
func (e Explanation) progress() int {
	switch e.Next {
	case Review, Observe, AwaitCredit, SignHours:
		return 3
	case ImproveOn, WorkOn, AskForCredit, LetCollegeSee:
		return 2
	case WorkHours, ChooseOf, MeetAll:
		return 1
	}
	return 0
}

// course explains a course that was begun: it is met by a college's award, which needs a
// rule of an agreement in force and the learner's consent.
func (c Case) course(e Explanation, r pathway.Requirement) Explanation {
	for _, credit := range c.Credits {
		if credit.Requirement == r.ID && credit.State.Open() {
			e.Next, e.Turn, e.Since = AwaitCredit, Turn{Role: domain.Partner, Partner: credit.Partner}, credit.Since
			return e
		}
	}
	var known, seen bool
	var college domain.PartnerID
	for _, g := range c.Agreements {
		if g.State != projections.AgreementActive || !slices.ContainsFunc(g.Rules, func(a projections.Rule) bool { return a.Requirement == r.ID && a.Gives(c.Today) }) {
			continue
		}
		if known = true; c.sees(g.Partner, domain.CreditRecords) && !seen {
			seen, college = true, g.Partner
		}
	}
	switch {
	case seen:
		e.Next, e.Turn = AwaitCredit, Turn{Role: domain.Partner, Partner: college}
	case known:
		e.Next = LetCollegeSee
	default:
		e.Next, e.Turn = AgreeOnCourse, Turn{Role: domain.Coordinator}
	}
	return e
}

func (c Case) milestone(id domain.RequirementID) projections.Milestone {
	for _, m := range c.Milestones {
		if m.Requirement == id {
			return m
		}
	}
	return projections.Milestone{}
}

// sees reports whether the learner lets an institution see a kind of record.
func (c Case) sees(p domain.PartnerID, s domain.Scope) bool {
	return slices.ContainsFunc(c.Consents, func(k projections.Consent) bool {
		return k.Party == p && k.State == projections.ConsentLive && (k.ExpiresOn.IsZero() || !k.ExpiresOn.Before(c.Today)) && slices.Contains(k.Records, s)
	})
}

func creditUnit(u domain.CreditUnit) Unit {
	switch u {
	case domain.Quarter:
		return Quarters
	case domain.Clock:
		return Clocks
	}
	return Semesters
}
