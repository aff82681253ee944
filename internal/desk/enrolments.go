package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// MaxUnmatched is how many students of one request may be unknown here.
const MaxUnmatched = 1000

// A Reported row is what became of a row that an institution reported, or would.
type Reported struct {
	Enrolment domain.EnrolmentID // empty where the student is not matched
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
func (d *Desk) ReportEnrolment(ctx context.Context, a Ask, partner domain.PartnerID, row roster.Row) (Reported, events.Position, error) {
	rows, at, err := d.ReportEnrolments(ctx, a, partner, []roster.Row{row}, false)
	switch {
	case err != nil:
		return Reported{}, 0, err
	case rows[0].Refused != nil:
		return Reported{}, 0, rows[0].Refused
	}
	return rows[0], at, nil
}

// ReportEnrolments records what an institution says of students, or on trial tells what would
// become of it. Each row stands for itself: where one is refused, the others are recorded.
func (d *Desk) ReportEnrolments(ctx context.Context, a Ask, partner domain.PartnerID, rows []roster.Row, trial bool) (out []Reported, at events.Position, err error) {
	reg, err := d.reporting(ctx, a.By, partner, trial)
	if err != nil {
		return nil, 0, err
	}
	r := d.request(a)
	at, err = d.retry(ctx, func() (events.Position, error) {
		w := d.newWork(r, reg, trial)
		if out, err = w.report(ctx, rows); err != nil || trial {
			return 0, err
		}
		return w.commit(ctx)
	})
	return out, at, err
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

// match finds who a student is.
func (w *work) match(ctx context.Context, ident string) (m matched, err error) {
	m.id = w.student(ident)
	if m.state, err = w.students.load(ctx, student.Stream(w.partner, m.id)); err != nil || m.state.Person == "" {
		return m, err
	}
	l, learns, err := w.learns(ctx, m.state.Person)
	if err != nil || !learns || w.request.By.Role == domain.Coordinator && w.request.By.Person == l.Person {
		return m, err
	}
	shares := true
	if w.request.By.Role == domain.Partner {
		shares, err = w.shares(ctx, w.partner, l)
	}
	if shares {
		m.learner = &l
	}
	return m, err
}

// learns is the learner that somebody is here, unless they were erased, or false.
func (d *Desk) learns(ctx context.Context, who domain.PersonID) (projections.Learner, bool, error) {
	l, err := d.Read.LearnerOf(ctx, who)
	if ref := domain.AsRefusal(err); ref != nil && ref.Kind == domain.NotFound {
		return l, false, nil
	}
	if err != nil {
		return l, false, err
	}
	p, err := d.Read.Person(ctx, who)
	return l, err == nil && !p.Erased, err
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
	became, known, unmatched := map[key]Reported{}, map[string]matched{}, map[domain.StudentID]bool{}
	for _, k := range order {
		m, seen := known[k.student]
		if !seen {
			var err error
			if m, err = w.match(ctx, k.student); err != nil {
				return nil, err
			}
			known[k.student] = m
		}
		id := w.enrolment(k.student, k.section)
		if m.learner == nil {
			i := slices.IndexFunc(rows, func(r roster.Row) bool { return r.Student.ID == k.student })
			if err := w.hold(ctx, m, rows[i].Student, id, statements[k]); err != nil {
				return nil, err
			}
			if unmatched[m.id] = true; len(unmatched) > MaxUnmatched {
				return nil, domain.Refuse(domain.Invalid, "TOO_MANY_UNMATCHED", "More than %d students are not known here. Hand in those alone who learn here.", MaxUnmatched)
			}
			became[k] = Reported{Outcome: RowUnmatched}
			continue
		}
		facts, err := w.apply(ctx, *m.learner, id, statements[k])
		if err == nil {
			_, err = w.students.decide(ctx, student.Stream(w.partner, m.id), student.Release{Request: w.request, Enrolments: []domain.EnrolmentID{id}})
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
	state, err := w.students.load(ctx, stream)
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
		_, err = w.students.decide(ctx, stream, c)
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
