package partners

import (
	"context"
	"errors"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Award is a college's decision on a course.
type Award struct {
	Learner     domain.ApprenticeshipID
	Course      string // the college's code, as in its articulation rule
	Credit      domain.Credit
	Grade       rules.Grade
	Term        string
	ExternalRef string // the college's own reference
	Level       domain.CreditLevel
	Basis       domain.CreditBasis
	Courses     []rules.Taken // of other colleges, that it accepted; those of the request if there are none
	Seen        uint64        // the version of the credit that was judged; 0 judges whatever there is
}

// Award records a credit under the partner's articulation rule for the course, or under an
// exception that a coordinator recorded, and returns its stream. The learner has to consent
// to the partner seeing credits. The partner's reference names one award, and a rule gives
// credit to a person once, whichever apprenticeship it is recorded in.
func (p *Partners) Award(ctx context.Context, req domain.Request, a Award) (domain.Stream, events.Position, error) {
	if err := p.Admit(ctx, req.By.Partner); err != nil {
		return "", 0, err
	}
	subject, shown, err := p.subject(ctx, req.By.Partner, a)
	if err != nil {
		return "", 0, err
	}
	stream := credit.Stream(a.Learner, subject.Articulation.Rule)
	ref := domain.Written(a.ExternalRef)
	give := credit.Award{Request: req, Seen: a.Seen, Awarded: credit.Awarded{
		Subject: subject, Award: a.Credit, Grade: a.Grade, Term: domain.Written(a.Term), ExternalRef: ref, Level: a.Level, Basis: a.Basis, Shown: shown,
	}}
	claims := []claim{
		{subject.Once(), domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "Credit for %s was already awarded to this learner in another apprenticeship.", subject.Articulation.Course)},
		{credit.Reference(req.By.Partner, ref), domain.Refuse(domain.Conflict, "REFERENCE_USED", "Your reference %q names another award. Give each award a reference of its own.", ref).About("externalRef")},
	}
	if _, answered, err := p.Log.Answered(ctx, req); err != nil || !answered {
		if err == nil {
			err = p.reserve(ctx, req, stream, give, claims)
		}
		if err != nil {
			return "", 0, err
		}
	}
	pos, err := events.Execute(ctx, p.Log, stream, credit.Evolve, events.Command[credit.State, credit.Event](give))
	if domain.AsRefusal(err) != nil {
		return "", 0, p.unless(ctx, req, stream, claims, err)
	}
	if err != nil {
		return "", 0, err
	}
	return stream, pos, p.shown(ctx, pos)
}

// A claim is what only one credit may have, and what is told to another that wants it.
type claim struct {
	credit.Claim
	taken *domain.Refusal
}

func (c claim) stream() domain.Stream { return reservation.Stream(c.Kind, c.Parts...) }

// reserve takes the claims of an award for it, unless it would be refused anyway.
func (p *Partners) reserve(ctx context.Context, req domain.Request, holder domain.Stream, give credit.Award, claims []claim) error {
	s, _, err := events.Load(ctx, p.Log, holder, credit.Evolve)
	if err != nil {
		return err
	}
	if _, err := give.Decide(s); err != nil {
		return err
	}
	req.Key, req.Digest = "", ""
	for _, c := range claims {
		held, _, err := events.Load(ctx, p.Log, c.stream(), reservation.Evolve)
		if err != nil {
			return err
		}
		if _, err := (reservation.Take{Request: req, Holder: holder, Taken: c.taken}).Decide(held); err != nil {
			return err
		}
	}
	for i, c := range claims {
		if _, err := events.Execute(ctx, p.Log, c.stream(), reservation.Evolve, reservation.Take{Request: req, Holder: holder, Taken: c.taken}); err != nil {
			return p.unless(ctx, req, holder, claims[:i], err)
		}
	}
	return nil
}

// unless gives back what was claimed for an award that was refused, unless one stands.
func (p *Partners) unless(ctx context.Context, req domain.Request, holder domain.Stream, claims []claim, refused error) error {
	s, _, err := events.Load(ctx, p.Log, holder, credit.Evolve)
	if err != nil || s.Awarded() {
		return either(err, refused)
	}
	req.Key, req.Digest = "", ""
	for _, c := range claims {
		if _, err := events.Execute(ctx, p.Log, c.stream(), reservation.Evolve, reservation.Release{Request: req, Holder: holder}); err != nil {
			return err
		}
	}
	return refused
}

// shown waits until the read model shows a position.
func (p *Partners) shown(ctx context.Context, at events.Position) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.Read.Wait(ctx, at)
}

// subject finds what an award is under, and what the learner has to show for it.
func (p *Partners) subject(ctx context.Context, partner domain.PartnerID, a Award) (credit.Subject, rules.Shown, error) {
	none := credit.Subject{}
	v, err := p.View(ctx, partner, a.Learner)
	if err != nil {
		return none, rules.Shown{}, err
	}
	all, err := p.Read.Credits(ctx, a.Learner)
	if err != nil {
		return none, rules.Shown{}, err
	}
	known := slices.DeleteFunc(all[a.Learner], func(c projections.Credit) bool { return c.Partner != partner || c.Course != a.Course })
	except := slices.IndexFunc(known, func(c projections.Credit) bool { return c.Exception })
	hidden := domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such learner among those who share credits with you.").About("apprenticeId")
	if !v.covers(a.Learner, domain.CreditRecords) && except < 0 {
		return none, rules.Shown{}, hidden
	}
	l, err := p.Read.Learner(ctx, a.Learner)
	if err != nil {
		return none, rules.Shown{}, err
	}
	shown := rules.Shown{Courses: a.Courses}
	if shown.Minutes, err = p.onTheJob(ctx, a.Learner); err != nil {
		return none, shown, err
	}
	subject := credit.Subject{Apprenticeship: a.Learner, Person: l.Person, Partner: partner}
	if except >= 0 {
		if shares, err := p.shares(ctx, l.Person, partner); err != nil || !shares {
			return none, shown, either(err, hidden)
		}
		c := known[except]
		subject.Agreement, subject.Articulation, subject.Learning = c.Agreement, c.Rules, c.Learning
	} else if subject.Agreement, subject.Articulation, err = p.rule(ctx, partner, a.Course, l.BeganOn); err != nil {
		return none, shown, err
	}
	for _, c := range known {
		if c.Rule != subject.Articulation.Rule {
			continue
		}
		subject.Learning = c.Learning
		if len(shown.Courses) == 0 {
			shown.Courses = c.Shown.Courses
		}
		if c.State.Awarded() {
			shown.Minutes = c.Shown.Minutes // as they were when it was awarded
		}
	}
	if len(subject.Articulation.Steps) == 0 {
		shown.Minutes = 0
	}
	return subject, shown, nil
}

func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// shares reports whether a learner lets a partner see credits, whatever was agreed with it.
func (p *Partners) shares(ctx context.Context, who domain.PersonID, partner domain.PartnerID) (bool, error) {
	given, err := p.Read.Consents(ctx, who)
	return slices.ContainsFunc(given, func(c projections.Consent) bool {
		return c.Party == partner && c.State == projections.ConsentLive && slices.Contains(c.Records, domain.CreditRecords) &&
			(c.ExpiresOn.IsZero() || !p.today().After(c.ExpiresOn))
	}), err
}

// onTheJob is the time on the job that was signed off.
func (p *Partners) onTheJob(ctx context.Context, id domain.ApprenticeshipID) (sum domain.Minutes, err error) {
	hours, err := p.Read.Hours(ctx, id)
	for _, h := range hours[id] {
		if h.Kind == timesheet.OnTheJob {
			sum += h.Approved
		}
	}
	return sum, err
}

// rule finds the partner's articulation rule for a course and a learner who began on a day,
// preferring one that gives credit today. The agreement is asked as the log has it.
func (p *Partners) rule(ctx context.Context, partner domain.PartnerID, course string, began domain.Date) (domain.AgreementID, rules.Articulation, error) {
	today := p.today()
	agreements, err := p.Read.Agreements(ctx, partner)
	if err != nil {
		return "", rules.Articulation{}, err
	}
	var in domain.AgreementID
	var found projections.Rule
	for _, g := range agreements {
		if !g.Covers(today, began) {
			continue
		}
		for _, r := range g.Rules {
			if r.Course == course && (in == "" || !found.Gives(today)) {
				in, found = g.ID, r
			}
		}
	}
	if in == "" {
		return "", rules.Articulation{}, domain.Refuse(domain.NotFound, "NO_SUCH_RULE", "None of your agreements in force has an articulation rule for the course %q.", course).About("courseCode")
	}
	s, _, err := events.Load(ctx, p.Log, agreement.Stream(in), agreement.Evolve)
	if err != nil {
		return "", rules.Articulation{}, err
	}
	switch _, holds := s.Promise(found.Rule, today, began); {
	case holds, !found.ValidOn(today): // the decision says from when to when it is
		return in, found.Articulation, nil
	case !found.RetiredOn.IsZero():
		return "", rules.Articulation{}, domain.Refuse(domain.Conflict, "RULE_RETIRED", "The rule for %s gives no credit from %s on.", course, found.RetiredOn).About("courseCode")
	}
	return "", rules.Articulation{}, domain.Refuse(domain.Conflict, "AGREEMENT_NOT_IN_FORCE", "The agreement with the rule for %s is not in force.", course).About("courseCode")
}

// A Judgement makes the command with which a college goes on with a credit. The note, if
// the command has one, is sealed under the learner's key.
type Judgement func(j credit.Judgement, note domain.Sealed) (events.Command[credit.State, credit.Event], error)

// Judge lets a partner go on with a credit that lies with it. Field names the input that
// the note comes from. What the partner awarded it can post and take back (own) even when it
// may not see the learner any more.
func (p *Partners) Judge(ctx context.Context, req domain.Request, id domain.ApprenticeshipID, rule domain.RuleID, seen uint64, own bool, field, note string, decide Judgement) (events.Position, error) {
	if err := p.Admit(ctx, req.By.Partner); err != nil {
		return 0, err
	}
	v, err := p.View(ctx, req.By.Partner, id)
	if err != nil {
		return 0, err
	}
	all, err := p.Read.Credits(ctx, id)
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(all[id], func(c projections.Credit) bool {
		return c.Rule == rule && c.Partner == req.By.Partner && (v.covers(id, domain.CreditRecords) || own && c.ExternalRef != "")
	})
	if at < 0 {
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_CREDIT", "There is no such credit among those that learners share with you.").About("creditId")
	}
	var sealed domain.Sealed
	if note = domain.Written(note); note != "" {
		if domain.TooLong(note) {
			return 0, domain.Shorten(field)
		}
		l, err := p.Read.Learner(ctx, id)
		if err != nil {
			return 0, err
		}
		if sealed, err = p.Vault.Seal(ctx, l.Person, note); errors.Is(err, vault.ErrErased) {
			return 0, person.ErrErased
		} else if err != nil {
			return 0, err
		}
	}
	c, err := decide(credit.Judgement{Request: req, Seen: seen}, sealed)
	if err != nil {
		return 0, err
	}
	pos, err := events.Execute(ctx, p.Log, credit.Stream(id, rule), credit.Evolve, c)
	if err != nil {
		return 0, err
	}
	return pos, p.shown(ctx, pos)
}
