package graphql

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/projections"
)

// A syncRow is a fact as registrars' systems take it over. Of credit and milestone one is
// set at most.
type syncRow struct {
	projections.Telling
	*cohort
	credit    creditNode
	milestone milestoneNode
	amount    creditAmount
}

// A creditAmount is what was recommended or awarded.
type creditAmount struct {
	domain.Credit
	level domain.CreditLevel
	basis domain.CreditBasis
}

var syncRowType = object("SyncRow", map[string]field[syncRow]{
	"factId":            get(func(r syncRow) any { return string(r.Object) + "/" + string(r.Kind) }),
	"eventId":           get(func(r syncRow) any { return r.Event }),
	"eventType":         get(func(r syncRow) any { return upper(r.Kind) }),
	"seq":               get(func(r syncRow) any { return positionText(r.Position) }),
	"occurredAt":        get(func(r syncRow) any { return r.On }),
	"recordedAt":        get(func(r syncRow) any { return r.At }),
	"supersedesEventId": get(func(r syncRow) any { return optional(r.Supersedes) }),
	"status":            get(func(r syncRow) any { return upper(r.Status) }),
	"apprenticeId":      get(func(r syncRow) any { return apprenticeID(r.Learner) }),
	"collegeStudentId":  ask(func(ctx context.Context, r syncRow, _ args) (any, error) { return r.studentID(ctx) }),
	"givenName": ask(func(ctx context.Context, r syncRow, _ args) (any, error) {
		given, _, err := r.name(ctx)
		return optional(given), err
	}),
	"familyName": ask(func(ctx context.Context, r syncRow, _ args) (any, error) {
		_, family, err := r.name(ctx)
		return optional(family), err
	}),
	"programCode":    ofLearner(func(l projections.Learner, _ projections.Standard) any { return optional(l.Program) }),
	"programVersion": ofLearner(func(l projections.Learner, _ projections.Standard) any { return optional(l.StandardVersion) }),
	"occupationSoc":  ofLearner(func(_ projections.Learner, s projections.Standard) any { return optional(s.ONET) }),
	"occupationRapids": ofLearner(func(_ projections.Learner, s projections.Standard) any {
		return optional(s.RAPIDS)
	}),
	"cipCode":              get(func(syncRow) any { return nil }),
	"milestoneCode":        get(func(r syncRow) any { return optional(r.milestone.Requirement) }),
	"milestoneTitle":       get(func(r syncRow) any { return optional(r.milestone.requirement.Title) }),
	"courseSubject":        get(func(r syncRow) any { subject, _ := course(r.credit.Course); return optional(subject) }),
	"courseNumber":         get(func(r syncRow) any { _, number := course(r.credit.Course); return optional(number) }),
	"courseTitle":          get(func(r syncRow) any { return optional(r.credit.Title) }),
	"creditValue":          ofCredit(func(r syncRow) any { return r.amount.Decimal() }),
	"creditUnits":          ofCredit(func(r syncRow) any { return optional(r.amount.Unit.PESC()) }),
	"creditLevel":          ofCredit(func(r syncRow) any { return optional(r.amount.level.PESC()) }),
	"creditBasis":          ofCredit(func(r syncRow) any { return optional(r.amount.basis.PESC()) }),
	"recommendationSource": ofCredit(func(r syncRow) any { return optional(r.credit.Advised.Evaluator) }),
	"recommendationRef":    ofCredit(func(r syncRow) any { return r.recommendation() }),
	"articulationRef":      ofCredit(func(r syncRow) any { return r.underRule() }),
	"collegeAwardRef":      ofAward(func(r syncRow) any { return optional(r.credit.ExternalRef) }),
	"grade":                ofAward(func(r syncRow) any { return optional(r.credit.Grade) }),
	"ojlHours": ask(func(_ context.Context, r syncRow, _ args) (any, error) {
		ojl, _, err := r.worked()
		return ojl, err
	}),
	"rtiHours": ask(func(_ context.Context, r syncRow, _ args) (any, error) {
		_, rti, err := r.worked()
		return rti, err
	}),
	"effectiveDate":           get(func(r syncRow) any { return r.On }),
	"verifiableCredentialUrl": get(func(syncRow) any { return nil }),
})

// whole is the apprenticeship that a row is of, if the asker may see it; a system that may only
// read credits may not.
func (r syncRow) whole(ctx context.Context) (apprenticeNode, bool) {
	l, ok := r.apprentice(r.Learner).(apprenticeNode)
	return l, ok && learners.check(ctx) == nil
}

// ofLearner is what a row says about the apprenticeship; null where the asker may see what
// the row is about and not the apprenticeship itself.
func ofLearner(read func(projections.Learner, projections.Standard) any) field[syncRow] {
	return ask(func(ctx context.Context, r syncRow, _ args) (any, error) {
		l, ok := r.whole(ctx)
		if !ok {
			return nil, nil
		}
		all, err := r.standards()
		return read(l.Learner, all[l.Edition()]), err
	})
}

func ofCredit(read func(syncRow) any) field[syncRow] {
	return get(func(r syncRow) any {
		if r.credit.cohort == nil {
			return nil
		}
		return read(r)
	})
}

func ofAward(read func(syncRow) any) field[syncRow] {
	return get(func(r syncRow) any {
		if r.Kind != projections.ToldAward {
			return nil
		}
		return read(r)
	})
}

func (r syncRow) recommendation() any {
	if r.credit.Advised == (credit.Recommended{}) {
		return nil
	}
	return credit.Stream(r.credit.Learner, r.credit.Rule)
}

func (r syncRow) underRule() any {
	if r.credit.Exception {
		return nil
	}
	return r.credit.Rule
}

// studentID is by which id the partner that asks knows the learner.
func (r syncRow) studentID(ctx context.Context) (any, error) {
	if !r.outside() {
		return nil, nil
	}
	known, err := r.students()
	ident := known[r.learners[r.Learner].Person].Ident
	if err != nil || ident == "" {
		return nil, err
	}
	return r.Desk.Text(ctx, ident)
}

func (r syncRow) name(ctx context.Context) (given, family string, err error) {
	l, ok := r.whole(ctx)
	if !ok {
		return "", "", nil
	}
	whole, err := l.Desk.Name(ctx, l.Name)
	at := strings.LastIndex(whole, " ")
	if at < 0 {
		return "", whole, err
	}
	return whole[:at], whole[at+1:], err
}

// worked is the time that a completed apprenticeship took, in hours.
func (r syncRow) worked() (ojl, rti any, err error) {
	l, ok := r.apprentice(r.Learner).(apprenticeNode)
	if !ok || r.Kind != projections.ToldCompletion {
		return nil, nil, nil
	}
	all, err := l.standards()
	if err != nil {
		return nil, nil, err
	}
	merits, err := l.merits()
	if err != nil {
		return nil, nil, err
	}
	showing, err := merits[l.ID].Showing(l.Learner, all[l.Edition()])
	var taught domain.Minutes
	for _, m := range showing.Instruction {
		taught += m
	}
	for _, m := range showing.Credited {
		taught += m
	}
	return hundredths(showing.OnTheJob()), hundredths(taught), err
}

// hundredths is a time in hours, rounded to hundredths of one.
func hundredths(m domain.Minutes) string {
	return domain.Credit{Hundredths: (int(m)*100 + 30) / 60}.Decimal()
}

var courseCode = regexp.MustCompile(`^(\pL[\pL& ]*?)[ -]*(\d\w*)$`)

// course is a course code in its two parts, where it has two.
func course(code string) (subject, number string) {
	if m := courseCode.FindStringSubmatch(code); m != nil {
		return m[1], m[2]
	}
	return "", code
}

// told are the rows about one object of a learner.
func (c *cohort) told(id domain.ApprenticeshipID, object domain.Stream, fill func(*syncRow)) ([]syncRow, error) {
	all, err := c.tellings()
	rows := []syncRow{}
	for _, t := range all[id] {
		if t.Object == object {
			r := syncRow{Telling: t, cohort: c, credit: creditNode{Credit: new(projections.Credit)},
				milestone: milestoneNode{Milestone: new(projections.Milestone), requirement: new(pathway.Requirement)}}
			fill(&r)
			rows = append(rows, r)
		}
	}
	return rows, err
}

func completionRows(_ context.Context, l apprenticeNode, _ args) (any, error) {
	return l.told(l.ID, apprenticeID(l.ID), func(*syncRow) {})
}

func milestoneRows(_ context.Context, m milestoneNode, _ args) (any, error) {
	return m.told(m.Learner, m.Stream(), func(r *syncRow) { r.milestone = m })
}

func creditRows(_ context.Context, c creditNode, _ args) (any, error) {
	if !c.whole {
		return []syncRow{}, nil
	}
	rows, err := c.told(c.Learner, c.Stream(), func(r *syncRow) {
		r.credit, r.amount = c, creditAmount{c.Credit.Credit, c.Level, c.Basis}
		if r.Kind == projections.ToldRecommendation {
			r.amount = creditAmount{c.Advised.Credit, c.Advised.Level, ""}
		}
	})
	slices.SortFunc(rows, func(a, b syncRow) int { return cmp.Compare(a.Position, b.Position) })
	return rows, err
}
