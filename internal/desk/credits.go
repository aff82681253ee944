package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A CreditRequest is what an apprentice asks a college for.
type CreditRequest struct {
	Rule    domain.RuleID
	Source  credit.Source // empty if it is not said
	Courses []rules.Taken // of other colleges, where the rule asks for some
}

// maxCourses is how many courses of others may be shown for a credit.
const maxCourses = 50

// RequestCredit asks a college for credit under one of its rules, or under an exception that
// a coordinator proposed.
func (d *Desk) RequestCredit(ctx context.Context, a Ask, want CreditRequest) (domain.Stream, events.Position, error) {
	l, err := d.Own(ctx, a.By)
	if err != nil {
		return "", 0, err
	}
	if err := checkTaken(want.Courses); err != nil {
		return "", 0, err
	}
	subject, college, err := d.creditable(ctx, l, want.Rule)
	if err != nil {
		return "", 0, err
	}
	consents, err := d.Read.Consents(ctx, l.Person)
	if err != nil {
		return "", 0, err
	}
	if !slices.ContainsFunc(consents, func(c projections.Consent) bool {
		return c.Party == subject.Partner && c.State == projections.ConsentLive && slices.Contains(c.Records, domain.CreditRecords)
	}) {
		return "", 0, domain.Refuse(domain.Conflict, "CONSENT_MISSING", "Let %s see your credits first: without your consent it cannot learn of the request.", college)
	}
	shown := rules.Shown{Courses: want.Courses}
	if len(subject.Articulation.Steps) > 0 {
		hours, err := d.Read.Hours(ctx, l.ID)
		if err != nil {
			return "", 0, err
		}
		for _, h := range hours[l.ID] {
			if h.Kind == timesheet.OnTheJob {
				shown.Minutes += h.Approved
			}
		}
	}
	stream := credit.Stream(l.ID, want.Rule)
	p, err := execute(ctx, d, stream, credit.Evolve, credit.Request{Request: d.request(a), Requested: credit.Requested{
		Subject: subject, Consent: consent.Stream(l.Person, subject.Partner), Source: want.Source, Shown: shown,
	}})
	return stream, p, err
}

func checkTaken(courses []rules.Taken) error {
	if len(courses) > maxCourses {
		return domain.Refuse(domain.Invalid, "TOO_MANY", "Name at most %d courses.", maxCourses).About("courses")
	}
	for _, c := range courses {
		if domain.Written(c.Code) == "" || domain.TooLong(c.Code) || !c.Grade.Valid() {
			return domain.Refuse(domain.Invalid, "BAD_COURSE", "Give each course by its code, and a grade from A to D with an optional sign, or P.").About("courses")
		}
	}
	return nil
}

// creditable is what a learner can get credit for under a rule, and the college's name.
func (d *Desk) creditable(ctx context.Context, l projections.Learner, rule domain.RuleID) (credit.Subject, string, error) {
	subject := credit.Subject{Apprenticeship: l.ID, Person: l.Person}
	known, err := d.Read.Credits(ctx, l.ID)
	if err != nil {
		return subject, "", err
	}
	if at := slices.IndexFunc(known[l.ID], func(c projections.Credit) bool { return c.Rule == rule }); at >= 0 {
		c := known[l.ID][at]
		subject.Learning = c.Learning
		if c.Exception {
			subject.Partner, subject.Agreement, subject.Articulation = c.Partner, c.Agreement, c.Rules
			return subject, "the college", nil
		}
	}
	agreements, err := d.Read.Agreements(ctx, "")
	if err != nil {
		return subject, "", err
	}
	for _, g := range agreements {
		at := slices.IndexFunc(g.Rules, func(r projections.Rule) bool { return r.Rule == rule })
		if at < 0 || !g.Covers(d.Today(), l.BeganOn) {
			continue
		}
		if r := g.Rules[at]; r.ValidOn(d.Today()) && !r.Gives(d.Today()) {
			return subject, "", domain.Refuse(domain.Conflict, "RULE_RETIRED", "The rule for %s gives no credit from %s on.", r.Course, r.RetiredOn).About("ruleId")
		}
		subject.Partner, subject.Agreement, subject.Articulation = g.Partner, g.ID, g.Rules[at].Articulation
		return subject, g.PartnerName, nil
	}
	return subject, "", domain.Refuse(domain.NotFound, "NO_SUCH_RULE", "No agreement in force has an articulation rule %q.", rule).About("ruleId")
}

// A CreditProposal says on which grounds somebody sees credit for a learner.
type CreditProposal struct {
	Learner  domain.ApprenticeshipID
	Rule     domain.RuleID // for an exception an id of its own
	Source   credit.Source
	Learning string // what was learned, if not the rule's course, such as "CompTIA Security+"
	// Exception is why there is credit although no rule covers it. Partner and Articulation
	// are then what for.
	Exception    string
	Partner      domain.PartnerID
	Articulation rules.Articulation
}

// ProposeCredit says that there are grounds for credit.
func (d *Desk) ProposeCredit(ctx context.Context, a Ask, p CreditProposal) (domain.Stream, events.Position, error) {
	l, err := d.Learner(ctx, a.By, p.Learner)
	if err != nil {
		return "", 0, err
	}
	subject := credit.Subject{Apprenticeship: l.ID, Person: l.Person, Partner: p.Partner, Articulation: p.Articulation}
	var exception domain.Sealed
	if domain.Written(p.Exception) == "" {
		subject, _, err = d.creditable(ctx, l, p.Rule)
	} else if err = d.known(ctx, p.Partner); err == nil {
		subject.Articulation.Rule = p.Rule
		exception, err = d.seal(ctx, l.Person, "exception", p.Exception)
	}
	if err != nil {
		return "", 0, err
	}
	subject.Learning = domain.Written(p.Learning)
	stream := credit.Stream(l.ID, p.Rule)
	at, err := execute(ctx, d, stream, credit.Evolve, credit.Propose{Request: d.request(a), Proposed: credit.Proposed{Subject: subject, Source: p.Source, Exception: exception}})
	return stream, at, err
}

// WithdrawCredit takes back what the asker requested, or a coordinator proposed.
func (d *Desk) WithdrawCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, rule domain.RuleID) (events.Position, error) {
	if _, err := d.Learner(ctx, a.By, id); err != nil {
		return 0, err
	}
	return execute(ctx, d, credit.Stream(id, rule), credit.Evolve, credit.Withdraw{Request: d.request(a)})
}

// AppealCredit asks a college to look again at what it denied.
func (d *Desk) AppealCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, rule domain.RuleID, grounds string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "grounds", grounds)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, credit.Stream(id, rule), credit.Evolve, credit.Appeal{Request: d.request(a), Grounds: sealed})
}

// CommentAppeal tells a college what the hospital makes of an appeal that lies with it.
func (d *Desk) CommentAppeal(ctx context.Context, a Ask, id domain.ApprenticeshipID, rule domain.RuleID, supports bool, note string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "note", note)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, credit.Stream(id, rule), credit.Evolve, credit.CommentAppeal{Request: d.request(a), Supports: supports, Note: sealed})
}

// ApplyCredit lets awarded credit count towards something the learner's apprenticeship
// requires. The same learning counts there once, whoever gives credit for it.
func (d *Desk) ApplyCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, rule domain.RuleID, to credit.Applied) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	if err := d.requires(ctx, l, to.Target); err != nil {
		return 0, err
	}
	stream := credit.Stream(id, rule)
	s, _, err := events.Load(ctx, d.Log, stream, credit.Evolve)
	if err != nil {
		return 0, err
	}
	apply := credit.Apply{Request: d.request(a), Applied: to}
	facts, err := apply.Decide(s)
	if err == nil && len(facts) > 0 {
		err = d.leavesRoom(ctx, l, to)
	}
	if err != nil {
		return 0, err
	}
	claim := s.Subject().As(to.Target)
	taken := domain.Refuse(domain.Conflict, "LEARNING_ALREADY_APPLIED", "%s counts there already by another credit. The same learning counts once.", s.Subject().Learned())
	quiet := apply.Request
	quiet.Key, quiet.Digest = "", ""
	if _, err := events.Execute(ctx, d.Log, reservation.Stream(claim.Kind, claim.Parts...), reservation.Evolve, reservation.Take{Request: quiet, Holder: stream, Taken: taken}); err != nil {
		return 0, err
	}
	return execute(ctx, d, stream, credit.Evolve, apply)
}

// leavesRoom refuses credit for a work process that goes, with what is there already, beyond
// what the standard asks for, as prior learning may not either.
func (d *Desk) leavesRoom(ctx context.Context, l projections.Learner, to credit.Applied) error {
	if to.Process == "" {
		return nil
	}
	std, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return err
	}
	showing, err := d.Read.Showing(ctx, l, std)
	if err != nil {
		return err
	}
	there := showing.Earned[to.Process] + showing.Prior[to.Process]
	for _, w := range std.WorkProcesses {
		if w.ID == to.Process && there+to.Minutes > w.Min {
			return domain.Refuse(domain.Invalid, "CREDIT_BEYOND_REQUIREMENT", "%s of %s is there already; the standard asks for %s. Let %s count at most.",
				there, w.ID, w.Min, max(w.Min-there, 0)).About("minutes")
		}
	}
	return nil
}

// ReverseCredit takes back that a credit counts towards something.
func (d *Desk) ReverseCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, rule domain.RuleID, target credit.Target, reason string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, credit.Stream(id, rule), credit.Evolve, credit.Reverse{Request: d.request(a), Target: target, Reason: sealed})
}

// requires refuses a target that a learner's standard and pathway do not have.
func (d *Desk) requires(ctx context.Context, l projections.Learner, t credit.Target) error {
	way, err := Pathway(l)
	if err != nil {
		return err
	}
	std, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return err
	}
	known := true
	switch {
	case t.Process != "":
		known = slices.ContainsFunc(std.WorkProcesses, func(w standard.WorkProcess) bool { return w.ID == t.Process })
	case t.Course != "":
		known = slices.ContainsFunc(std.Courses, func(c standard.Course) bool { return string(c.ID) == t.Course })
	case t.Requirement != "":
		var r pathway.Requirement
		r, _, known = way.Requirement(t.Requirement)
		known = known && r.IsMilestone()
	}
	if !known {
		return domain.Refuse(domain.NotFound, "NO_SUCH_TARGET", "This apprenticeship requires nothing of that name.").About("target")
	}
	return nil
}
