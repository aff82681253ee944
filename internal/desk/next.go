package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Action is something that comes next for a learner, and whose move it is. It is what an
// explanation asks somebody to do.
type Action struct {
	Kind    ActionKind
	Title   domain.Text // what is to be done
	Why     domain.Text
	Holder  domain.Role
	Person  domain.PersonID  // who holds it, or
	Partner domain.PartnerID // which institution; neither: anybody in the capacity Holder
	Since   domain.Date      // zero if it has no beginning
	Due     domain.Date      // zero if it has no end
	Subject domain.Stream    // what it is about
}

// ActionKind says what comes next.
type ActionKind = explain.Next

// What comes next, see package explain.
const (
	LogHours          = explain.LogHours
	MendHours         = explain.MendHours
	SignHours         = explain.SignHours
	WorkOn            = explain.WorkOn
	ImproveOn         = explain.ImproveOn
	BeginWith         = explain.BeginWith
	RenewIt           = explain.RenewIt
	RenewCertificate  = explain.RenewCertificate
	VerifyCertificate = explain.VerifyCertificate
	Review            = explain.Review
	Observe           = explain.Observe
	AwaitCredit       = explain.AwaitCredit
	AskForCredit      = explain.AskForCredit
	LetCollegeSee     = explain.LetCollegeSee
	AgreeOnCourse     = explain.AgreeOnCourse
	AppealCredit      = explain.AppealCredit
	AskForMove        = explain.AskForMove
	SubmitMove        = explain.SubmitMove
	ResubmitMove      = explain.ResubmitMove
	DecideMove        = explain.DecideMove
	ScheduleMove      = explain.ScheduleMove
	AwaitMove         = explain.AwaitMove
	ConfirmMove       = explain.ConfirmMove
	AskCompletion     = explain.AskCompletion
	AgreeGateway      = explain.AgreeGateway
	OfferSeat         = explain.OfferSeat
	AcceptSeat        = explain.AcceptSeat
	AwaitSeat         = explain.AwaitSeat
	Certify           = explain.Certify
)

// Next lists what comes next for a learner, as far as somebody is told: the learner's own moves
// first, then what others hold.
func (d *Desk) Next(ctx context.Context, by domain.Actor, l projections.Learner) ([]Action, error) {
	c, err := d.Case(ctx, l)
	if err != nil {
		return nil, err
	}
	return NextOf(by, c), nil
}

// NextOf is Next of a case.
func NextOf(by domain.Actor, c explain.Case) []Action {
	l := c.Learner
	if l.BeganOn.IsZero() || l.BrokenOff() || l.Status == projections.Suspended {
		return nil
	}
	// What is told to an agency is the sponsor's affair, and listed among turns and deadlines.
	out := actions(slices.DeleteFunc(c.Explain(), func(e explain.Explanation) bool { return e.About == explain.Filing || !Tells(by, l, e.About) }))
	slices.SortStableFunc(out, func(a, b Action) int { return order(a) - order(b) })
	return out
}

// actions are what explanations ask to be done at once.
func actions(es []explain.Explanation) (out []Action) {
	for _, e := range flat(es) {
		about := e.About != explain.Sharing && e.About != explain.Apprenticeship
		if !about || !e.Waits() || e.About == explain.Credit && e.Turn.Role != domain.Apprentice {
			continue
		}
		a := Action{Kind: e.Next, Title: e.Title, Why: e.Why(), Holder: e.Turn.Role, Person: e.Turn.Person, Partner: e.Turn.Partner, Since: e.Since, Due: e.Due, Subject: e.Subject}
		switch e.Next {
		case LogHours:
			a.Title = domain.Tell("Log the hours for %s", e.Title)
		case MendHours:
			a.Title = domain.Tell("Change the hours for %s", e.Title)
		case SignHours:
			a.Title = domain.Tell("Sign off %s for %s", domain.Minutes(e.Missing), e.Title)
		}
		out = append(out, a)
	}
	return out
}

// OfWeeks reports whether a is about hours of a week, which who reads totals is not told of.
func (a Action) OfWeeks() bool {
	return a.Kind == LogHours || a.Kind == MendHours || a.Kind == SignHours
}

func order(a Action) int {
	switch {
	case a.Person == "" || a.Holder != domain.Apprentice:
		return 2
	case a.Kind == BeginWith:
		return 1
	}
	return 0
}

// InSentence writes a title as it stands within a sentence, see package explain.
func InSentence(title string) string { return explain.InSentence(title) }
