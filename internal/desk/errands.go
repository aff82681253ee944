package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Errand waits for an office: whoever acts in it can see to it. Those of managers are about
// their own team.
type Errand struct {
	Kind    ErrandKind
	Person  domain.PersonID         // whom it is about
	Learner domain.ApprenticeshipID // whose it is; empty if it is about no apprenticeship
	Name    string                  // of a request for a correction
	Due     domain.Date             // the last day; zero if there is none
	On      domain.Date             // a hearing is; zero if its day is not set

	Since     domain.Date // it waits; zero if that is not told
	Partner   domain.PartnerID
	Agreement domain.AgreementID
	Rule      domain.RuleID // of a credit
	Cohort    domain.CohortID
	Title     string // of the cohort
}

// ErrandKind says what is to be done.
type ErrandKind string

const (
	SignErrand     ErrandKind = "sign"     // for the sponsor
	RegisterErrand ErrandKind = "register" // with the agency
	BeginErrand    ErrandKind = "begin"
	GatewayErrand  ErrandKind = "gateway" // to hold an apprentice ready for the assessment at the end
	AssessErrand   ErrandKind = "assess"  // at the end, by an independent organisation
	CertifyErrand  ErrandKind = "certify"
	WageErrand     ErrandKind = "wage" // a step that is due
	CorrectErrand  ErrandKind = "correct"
	HearErrand     ErrandKind = "hear" // a learner whose request was refused
	EraseErrand    ErrandKind = "erase"
	AgreeErrand    ErrandKind = "agree"    // to sign an agreement for the hospital
	AwaitErrand    ErrandKind = "await"    // the signature of the institution
	ActivateErrand ErrandKind = "activate" // to put a signed agreement into force
	AppealErrand   ErrandKind = "appeal"   // to tell a college what the hospital makes of an appeal
	PlaceErrand    ErrandKind = "place"    // to name another journeyworker: the one that somebody learns under is gone
	OfferErrand    ErrandKind = "offer"    // to offer a free seat to who applied
	EnrolErrand    ErrandKind = "enrol"    // who took a seat
)

// mostErrands is how many of the apprenticeships in a state are told of.
const mostErrands = 100

// Errands returns what waits for the office in which an actor acts.
func (d *Desk) Errands(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	switch by.Role {
	case domain.Coordinator:
		for _, more := range []func(context.Context, domain.Actor) ([]Errand, error){d.steps, d.gateways, d.unplaced, d.seats, d.appeals, d.signatures} {
			found, err := more(ctx, by)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	case domain.Manager:
		out, err = d.gateways(ctx, by)
	case domain.HR:
		out, err = d.raises(ctx)
	case domain.PrivacyOfficer:
		out, err = d.amends(ctx, by)
	}
	if err != nil || !person.Erases(by) {
		return out, err
	}
	asked, err := d.Erasures(ctx, by)
	for _, e := range asked {
		if e.State == projections.ErasureOpen && e.AskedBy != by.Person && e.Person != by.Person {
			out = append(out, Errand{Kind: EraseErrand, Person: e.Person, Since: domain.DateOf(e.AskedAt.In(d.Now().Location()))})
		}
	}
	return out, err
}

// steps are those of apprenticeships that a coordinator takes.
func (d *Desk) steps(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{First: mostErrands, Statuses: []projections.LearnerStatus{
		projections.Draft, projections.Signed, projections.Registered, projections.Gateway, projections.CompletionPending}})
	for _, l := range learners {
		e := Errand{Person: l.Person, Learner: l.ID}
		switch {
		case l.Person == by.Person:
			continue
		case l.Status == projections.Draft && !slices.Contains(l.Signatures, apprenticeship.BySponsor):
			e.Kind, e.Due = SignErrand, l.StartOn
		case l.Status == projections.Signed:
			e.Kind, e.Due = RegisterErrand, l.StartOn
		case l.Status == projections.Registered && !l.StartOn.After(d.Today()):
			e.Kind, e.Due, e.Since = BeginErrand, l.StartOn, l.StartOn
		case l.Status == projections.Gateway:
			e.Kind, e.Since = AssessErrand, l.Gateway[len(l.Gateway)-1].On
		case l.Status == projections.CompletionPending:
			e.Kind, e.Since = CertifyErrand, l.AskedOn
		default:
			continue
		}
		out = append(out, e)
	}
	return out, err
}

// raises are the wage steps that human resources approves.
func (d *Desk) raises(ctx context.Context) (out []Errand, err error) {
	ids, err := d.Read.WagesDue(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	pay, err := d.Read.Pay(ctx, ids...)
	if err != nil {
		return nil, err
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: ids, First: mostErrands})
	for _, l := range learners {
		e := Errand{Kind: WageErrand, Person: l.Person, Learner: l.ID}
		for _, s := range pay[l.ID].Steps {
			if s.State == projections.WageDue && (e.Since.IsZero() || s.DueOn.Before(e.Since)) {
				e.Since = s.DueOn
			}
		}
		out = append(out, e)
	}
	return out, err
}

// amends are the corrections that the privacy officer decides on, and the hearings about them.
func (d *Desk) amends(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	all, err := d.Read.Amendments(ctx, "")
	for _, a := range all {
		e := Errand{Kind: CorrectErrand, Person: a.Person, Name: a.Name, Due: a.Due(), Since: a.AskedOn}
		if a.State == projections.AmendmentHearing {
			e.Kind, e.Since, e.On = HearErrand, domain.Date{}, a.Notice.Day
		}
		if a.Waits() && a.Person != by.Person {
			out = append(out, e)
		}
	}
	return out, err
}
