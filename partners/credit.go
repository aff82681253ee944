package partners

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Award is a college's decision on a course: credit under its articulation rule, or under
// an exception that a coordinator recorded. The learner has to consent to the college seeing
// credits. The college's reference names one award, and a rule gives credit to a person once,
// whichever apprenticeship it is recorded in.
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

func (a Award) about() domain.ApprenticeshipID { return a.Learner }

func (a Award) decide(ctx context.Context, w *work) (domain.Stream, error) {
	subject, shown, err := w.subject(ctx, a)
	if err != nil {
		return "", err
	}
	stream := credit.Stream(a.Learner, subject.Articulation.Rule)
	ref := domain.Written(a.ExternalRef)
	give := credit.Award{Request: w.request, Seen: a.Seen, Awarded: credit.Awarded{
		Subject: subject, Award: a.Credit, Grade: a.Grade, Term: domain.Written(a.Term), ExternalRef: ref, Level: a.Level, Basis: a.Basis, Shown: shown,
	}}
	claims := []struct {
		credit.Claim
		taken *domain.Refusal
	}{
		{subject.Once(), domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "Credit for %s was already awarded to this learner in another apprenticeship.", subject.Articulation.Course)},
		{credit.Reference(w.request.By.Partner, ref), domain.Refuse(domain.Conflict, "REFERENCE_USED", "Your reference %q names another award. Give each award a reference of its own.", ref).About("externalRef")},
	}
	if err := w.credits.Try(ctx, stream, give); err != nil {
		return "", err
	}
	for _, keep := range []bool{false, true} {
		for _, c := range claims {
			s, take := reservation.Stream(c.Kind, c.Parts...), reservation.Take{Request: w.request, Holder: stream, Taken: c.taken}
			err := w.claims.Try(ctx, s, take)
			if err == nil && keep {
				_, err = w.claims.Decide(ctx, s, take)
			}
			if err != nil {
				return "", err
			}
		}
	}
	_, err = w.credits.Decide(ctx, stream, give)
	return stream, err
}

var notShared = domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such learner among those who share credits with you.").About("apprenticeId")

// subject finds what an award is under, and what the learner has to show for it.
func (w *work) subject(ctx context.Context, a Award) (credit.Subject, rules.Shown, error) {
	none, partner := credit.Subject{}, w.request.By.Partner
	l, there := w.learners[a.Learner]
	known := slices.DeleteFunc(slices.Clone(w.known[a.Learner]), func(c projections.Credit) bool { return c.Partner != partner || c.Course != a.Course })
	except := slices.IndexFunc(known, func(c projections.Credit) bool { return c.Exception })
	lets := w.view[a.Learner].grant.Covers(domain.CreditRecords)
	if except >= 0 {
		lets = w.shared[l.Person]
	}
	if !there || !lets {
		return none, rules.Shown{}, notShared
	}
	shown := rules.Shown{Courses: a.Courses, Minutes: w.minutes[a.Learner]}
	subject := credit.Subject{Apprenticeship: a.Learner, Person: l.Person, Partner: partner}
	var err error
	if except >= 0 {
		c := known[except]
		subject.Agreement, subject.Articulation, subject.Learning = c.Agreement, c.Rules, c.Learning
	} else if subject.Agreement, subject.Articulation, err = w.rule(ctx, a.Course, l.BeganOn); err != nil {
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

// rule finds the college's articulation rule for a course and a learner who began on a day,
// preferring one that gives credit today. The agreement is asked as the log has it.
func (w *work) rule(ctx context.Context, course string, began domain.Date) (domain.AgreementID, rules.Articulation, error) {
	today := w.today()
	var in domain.AgreementID
	var found projections.Rule
	for _, g := range w.agreements {
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
	s, err := w.terms.Load(ctx, agreement.Stream(in))
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

// A Judgement is a college's decision on a credit that lies with it.
type Judgement struct {
	Learner domain.ApprenticeshipID
	Rule    domain.RuleID
	Seen    uint64 // the version of the credit that was judged; 0 judges whatever there is
	Own     bool   // what it awarded the college can decide on even when it may not see the learner any more
	Field   string // the input that the note comes from, if there is one
	Note    string
	Decide  func(j credit.Judgement, note domain.Sealed) (events.Command[credit.State, credit.Event], error)
}

func (j Judgement) about() domain.ApprenticeshipID { return j.Learner }

func (j Judgement) decide(ctx context.Context, w *work) (domain.Stream, error) {
	stream := credit.Stream(j.Learner, j.Rule)
	lies := func(c projections.Credit) bool {
		return c.Rule == j.Rule && c.Partner == w.request.By.Partner && (w.view[j.Learner].grant.Covers(domain.CreditRecords) || j.Own && c.ExternalRef != "")
	}
	l, there := w.learners[j.Learner]
	if !there || !slices.ContainsFunc(w.known[j.Learner], lies) {
		return "", domain.Refuse(domain.NotFound, "NO_SUCH_CREDIT", "There is no such credit among those that learners share with you.").About("creditId")
	}
	note, err := w.seal(ctx, l.Person, j.Field, j.Note)
	if err != nil {
		return "", err
	}
	c, err := j.Decide(credit.Judgement{Request: w.request, Seen: j.Seen}, note)
	if err == nil {
		_, err = w.credits.Decide(ctx, stream, c)
	}
	return stream, err
}
