package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// MaxUnmatched is how many students of one request may be unknown here.
const MaxUnmatched = 1000

// A Reported row is what became of a row that an institution reported, or would.
type Reported struct {
	Enrolment domain.EnrolmentID // empty where the student is not matched
	Student   domain.StudentID   // who is not matched
	Learner   domain.ApprenticeshipID
	Outcome   Outcome
	Changes   []string // what is other than before
	Refused   *domain.Refusal
}

// RowUnmatched is the outcome of a row whose student is not matched with a learner: nobody
// said yet who it is, somebody said that it is nobody here, or the learner does not share
// with the institution. Which of these, the institution is not told.
const RowUnmatched Outcome = "unmatched"

// ReportEnrolment records what an institution says about one student in one section.
func (d *Desk) ReportEnrolment(ctx context.Context, a Ask, partner domain.PartnerID, row roster.Row) (out Reported, at events.Position, err error) {
	reg, err := d.reporting(ctx, a.By, partner, false)
	if err != nil {
		return out, 0, err
	}
	r := d.request(a)
	at, err = d.retry(ctx, func() (events.Position, error) {
		w := d.newWork(r, reg, false)
		rows, err := w.report(ctx, []roster.Row{row})
		if err == nil && rows[0].Refused != nil {
			err = rows[0].Refused
		}
		if err != nil {
			return 0, err
		}
		out = rows[0]
		return w.commit(ctx)
	})
	return out, at, err
}

// SubmitEnrolments records what an institution says of several students. Each row stands for
// itself: where one is refused, the others are recorded, unless the whole is asked for. What
// became of them is kept under an id that stands for the request's key.
func (d *Desk) SubmitEnrolments(ctx context.Context, a Ask, partner domain.PartnerID, id string, rows []roster.Row, m submission.Mode) (out []submission.Outcome, at events.Position, err error) {
	if err := submission.Check(len(rows)); err != nil {
		return nil, 0, err
	}
	reg, err := d.reporting(ctx, a.By, partner, m.Trial)
	if err != nil {
		return nil, 0, err
	}
	r := d.request(a)
	var w *work
	plan := func(trial bool) error {
		w = d.newWork(r, reg, trial)
		all, err := w.report(ctx, rows)
		out = out[:0]
		for _, row := range all {
			out = append(out, row.outcome(partner))
		}
		return err
	}
	at, err = d.retry(ctx, func() (events.Position, error) {
		if m.Trial || m.Whole { // nothing is sealed for what is left
			if err := plan(true); err != nil || m.Fails(out) || m.Trial {
				return 0, err
			}
		}
		if err := plan(false); err != nil || m.Fails(out) {
			return 0, err
		}
		return w.submit(ctx, submission.Stream(partner, id), out)
	})
	return out, at, err
}

// outcome is what an institution is told of a row among others.
func (r Reported) outcome(partner domain.PartnerID) submission.Outcome {
	o := submission.Outcome{Became: submission.Recorded, Refused: r.Refused}
	switch {
	case r.Refused != nil:
		o.Became = submission.Refused
	case r.Outcome == RowUnmatched:
		o.Became = submission.Waits
	case r.Outcome == RowUnchanged:
		o.Became = submission.Unchanged
	}
	if r.Enrolment != "" {
		o.Object = enrolment.Stream(partner, r.Enrolment)
	}
	return o
}

// reporting admits who reports for an institution, once this node knows all that was
// consented to and taken back.
func (d *Desk) reporting(ctx context.Context, by domain.Actor, partner domain.PartnerID, trial bool) (registrar, error) {
	if err := enrolment.May(by, partner, ""); err != nil {
		return registrar{}, err
	}
	latest, err := d.Log.Latest(ctx)
	if err == nil {
		_, err = d.shown(ctx, latest, nil)
	}
	if err == nil {
		err = d.known(ctx, partner)
	}
	if err != nil {
		return registrar{}, err
	}
	return d.registrar(ctx, partner, trial)
}

// A matched student is a learner here, as far as whoever reports may know.
type matched struct {
	id      domain.StudentID
	state   student.State
	learner *projections.Learner
}

// matches finds who students are, with as many questions for many as for one.
func (w *work) matches(ctx context.Context, idents []string) (map[string]matched, error) {
	found, people := make(map[string]matched, len(idents)), []domain.PersonID{}
	for _, ident := range idents {
		m := matched{id: w.student(ident)}
		var err error
		if m.state, err = w.students.Load(ctx, student.Stream(w.partner, m.id)); err != nil {
			return nil, err
		}
		if m.state.Person != "" && (w.request.By.Role != domain.Coordinator || w.request.By.Person != m.state.Person) {
			people = append(people, m.state.Person)
		}
		found[ident] = m
	}
	learners, err := w.learners(ctx, people...)
	if err == nil && w.request.By.Role == domain.Partner {
		learners, err = w.sharing(ctx, learners)
	}
	if err != nil {
		return nil, err
	}
	for ident, m := range found {
		if l, there := learners[m.state.Person]; there {
			m.learner = &l
			found[ident] = m
		}
	}
	return found, w.ready(ctx, found)
}

// sharing are those learners who let the institution see anything, under an agreement in force.
func (w *work) sharing(ctx context.Context, learners map[domain.PersonID]projections.Learner) (map[domain.PersonID]projections.Learner, error) {
	var people []domain.PersonID
	var ids []domain.ApprenticeshipID
	for who, l := range learners {
		people, ids = append(people, who), append(ids, l.ID)
	}
	grants, err := w.Read.Grants(ctx, w.partner, w.Today(), ids...)
	for i, g := range grants {
		if len(g.Scopes()) == 0 {
			delete(learners, people[i])
		}
	}
	return learners, err
}

// ready makes the keys under which it is sealed who students are whom nobody knows yet.
func (w *work) ready(ctx context.Context, found map[string]matched) error {
	var keys []domain.PersonID
	for _, m := range found {
		if m.state.Person == "" && !m.state.Refused && !m.state.Reported {
			keys = append(keys, student.Key(m.id, m.state.Round))
		}
	}
	if w.trial || len(keys) == 0 || len(keys) > MaxUnmatched {
		return nil
	}
	return w.Vault.Ready(ctx, keys...)
}

// learners are the learners that people are here, without those who were erased.
func (d *Desk) learners(ctx context.Context, people ...domain.PersonID) (map[domain.PersonID]projections.Learner, error) {
	found, err := d.Read.LatestOf(ctx, people...)
	if err != nil {
		return nil, err
	}
	known, err := d.Read.Named(ctx, people...)
	maps.DeleteFunc(found, func(who domain.PersonID, _ projections.Learner) bool { return known[who].Erased })
	return found, err
}

// report decides what rows lead to. Rows about one enrolment are one statement.
func (w *work) report(ctx context.Context, rows []roster.Row) ([]Reported, error) {
	out := make([]Reported, len(rows))
	type key struct{ student, section string }
	statements := map[key]Statement{}
	var order []key
	for i, row := range rows {
		s := statement(w.partner, row)
		s.FromPartner = w.request.By.Role == domain.Partner
		err := s.check()
		if domain.TooLong(row.Student.ID) || domain.TooLong(row.Student.Name) || domain.TooLong(row.Student.Number) {
			err = domain.Shorten("student")
		}
		if row.Wrong != nil {
			err = row.Wrong
		}
		if err != nil {
			if out[i].Refused = domain.AsRefusal(err); out[i].Refused == nil {
				return nil, err
			}
			continue
		}
		k := key{row.Student.ID, row.Section.ID}
		if before, ok := statements[k]; ok {
			s = before.over(s)
		} else {
			order = append(order, k)
		}
		statements[k] = s
	}
	var named []string
	for _, k := range order {
		named = append(named, k.student)
	}
	known, err := w.matches(ctx, named)
	if err != nil {
		return nil, err
	}
	became, unmatched := map[key]Reported{}, map[domain.StudentID]bool{}
	for _, k := range order {
		m := known[k.student]
		id := w.enrolment(k.student, k.section)
		if m.learner == nil {
			i := slices.IndexFunc(rows, func(r roster.Row) bool { return r.Student.ID == k.student })
			if err := w.hold(ctx, m, rows[i].Student, id, statements[k]); err != nil {
				return nil, err
			}
			if unmatched[m.id] = true; len(unmatched) > MaxUnmatched {
				return nil, domain.Refuse(domain.Invalid, "TOO_MANY_UNMATCHED", "More than %d students are not known here. Hand in those alone who learn here.", MaxUnmatched)
			}
			became[k] = Reported{Student: m.id, Outcome: RowUnmatched}
			continue
		}
		facts, err := w.apply(ctx, *m.learner, id, statements[k])
		if err == nil {
			_, err = w.students.Decide(ctx, student.Stream(w.partner, m.id), student.Release{Request: w.request, Enrolments: []domain.EnrolmentID{id}})
		}
		if ref := domain.AsRefusal(err); ref != nil {
			became[k] = Reported{Refused: ref}
			continue
		}
		if err != nil {
			return nil, err
		}
		became[k] = Reported{Enrolment: id, Learner: m.learner.ID}.after(facts)
	}
	for i, row := range rows {
		if out[i].Refused == nil {
			out[i] = became[key{row.Student.ID, row.Section.ID}]
		}
	}
	return out, nil
}

// after is r with what facts changed.
func (r Reported) after(facts []enrolment.Event) Reported {
	r.Outcome = RowUnchanged
	for _, e := range facts {
		if r.Outcome == RowUnchanged {
			r.Outcome = RowChanged
		}
		switch e.(type) {
		case enrolment.Enrolled:
			r.Outcome = RowNew
		case enrolment.Changed:
			r.Changes = append(r.Changes, "section")
		case enrolment.Withdrawn:
			r.Changes = append(r.Changes, "withdrawn")
		case enrolment.Returned:
			r.Changes = append(r.Changes, "enrolled")
		case enrolment.Closed:
			r.Changes = append(r.Changes, "closed")
		case enrolment.ResultRecorded, enrolment.ResultCorrected:
			r.Changes = append(r.Changes, "result")
		}
	}
	return r
}

// hold keeps a statement until it can be applied. Of a student who is nobody here, or was
// erased, nothing is kept, nor more than there is room for; whoever reports is told the same.
func (w *work) hold(ctx context.Context, m matched, who roster.Student, id domain.EnrolmentID, s Statement) error {
	if m.state.Refused || w.trial {
		return nil
	}
	stream := student.Stream(w.partner, m.id)
	state, err := w.students.Load(ctx, stream)
	if err != nil {
		return err
	}
	before, again := state.Held[id]
	if again {
		was, err := w.opened(ctx, before.Row)
		if err != nil {
			return err
		}
		s = was.over(s)
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	h := student.Held{Enrolment: id, Digest: w.digest("row", text)}
	if again && before.Digest == h.Digest {
		return nil
	}
	key := state.Person
	c := student.Hold{Request: w.request, Partner: w.partner}
	if key == "" {
		key = student.Key(m.id, state.Round)
		if c.Reported, err = w.introduce(ctx, key, who); err != nil {
			return err
		}
	}
	if h.Row, err = w.seal(ctx, key, "", text); err == nil {
		c.Held = []student.Held{h}
		_, err = w.students.Decide(ctx, stream, c)
	}
	if ref := domain.AsRefusal(err); ref != nil && (ref.Code == "TOO_MUCH_HELD" || ref.Code == person.ErrErased.Code) {
		return nil
	}
	return err
}

func (w *work) introduce(ctx context.Context, key domain.PersonID, who roster.Student) (r student.Reported, err error) {
	name := who.Name
	if who.Number != "" {
		name += " (" + who.Number + ")"
	}
	if r.ID, err = w.seal(ctx, key, "", who.ID); err == nil {
		r.Name, err = w.seal(ctx, key, "", name)
	}
	return r, err
}
