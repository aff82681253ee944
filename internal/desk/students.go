package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A registrar turns an institution's ids of students and sections into ids of ours. They are
// digests under a secret of the institution's own: who has the log alone cannot try all
// numbers that a student may have.
type registrar struct {
	partner domain.PartnerID
	secret  string
}

// registrar finds the secret of an institution. On trial none is drawn.
func (d *Desk) registrar(ctx context.Context, partner domain.PartnerID, trial bool) (registrar, error) {
	sum := sha256.Sum256([]byte(partner))
	holder := domain.PersonID("students-" + hex.EncodeToString(sum[:16])) // nobody's employee number is like it
	if trial {
		s, _, err := events.Load(ctx, d.Log, alias.Stream(holder, alias.Students), alias.Evolve)
		if err != nil || s.Name == "" {
			return registrar{partner, rand.Text()}, err
		}
	}
	secret, err := d.Alias(ctx, holder, alias.Students)
	return registrar{partner, secret}, err
}

func (r registrar) digest(parts ...string) string {
	sum := hmac.New(sha256.New, []byte(r.secret))
	sum.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func (r registrar) student(ident string) domain.StudentID {
	return domain.StudentID(r.digest("student", ident))
}

func (r registrar) enrolment(ident, section string) domain.EnrolmentID {
	return domain.EnrolmentID(r.digest("enrolment", ident, section))
}

// A KnownStudent is somebody whom an institution named, with what waits of them.
type KnownStudent struct {
	projections.Student
	Ident          string // the institution's id
	Name           string
	Apprenticeship domain.ApprenticeshipID // empty until somebody said who it is
	Rows           []Statement             // that wait
}

// Unmatched returns the students who wait, those first who wait longest. For coordinators
// and auditors; nobody waits for others.
func (d *Desk) Unmatched(ctx context.Context, by domain.Actor, first int) ([]KnownStudent, error) {
	if by.Role != domain.Coordinator && by.Role != domain.Auditor {
		return nil, nil
	}
	found, err := d.Read.Unmatched(ctx, "", first)
	if err != nil {
		return nil, err
	}
	out := make([]KnownStudent, len(found))
	for i, s := range found {
		if out[i], err = d.toldStudent(ctx, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Student is a student whom the asker may see, as Unmatched says.
func (d *Desk) Student(ctx context.Context, by domain.Actor, partner domain.PartnerID, id domain.StudentID) (KnownStudent, bool, error) {
	if by.Role != domain.Coordinator && by.Role != domain.Auditor {
		return KnownStudent{}, false, nil
	}
	s, there, err := d.Read.Student(ctx, partner, id)
	if err != nil || !there {
		return KnownStudent{}, false, err
	}
	k, err := d.toldStudent(ctx, s)
	return k, err == nil, err
}

func (d *Desk) toldStudent(ctx context.Context, s projections.Student) (w KnownStudent, err error) {
	w.Student = s
	if s.Person != "" {
		l, err := d.Read.LearnerOf(ctx, s.Person)
		if domain.AsRefusal(err) == nil && err != nil {
			return w, err
		}
		w.Apprenticeship = l.ID
	}
	if w.Ident, err = d.Text(ctx, s.Ident); err != nil {
		return w, err
	}
	if w.Name, err = d.Text(ctx, s.Name); err != nil {
		return w, err
	}
	for _, h := range s.Held {
		st, err := d.opened(ctx, h.Content)
		if err != nil {
			return w, err
		}
		if st.Section.ID != "" {
			w.Rows = append(w.Rows, st)
		}
	}
	return w, nil
}

var noSuchStudent = domain.Refuse(domain.NotFound, "NO_SUCH_STUDENT", "There is no such student.")

func runsStudents(by domain.Actor) error {
	if by.Role == domain.Coordinator || by.Role == domain.System {
		return nil
	}
	return noSuchStudent
}

// LinkStudent says whom here an institution calls a student. What waited is then on record,
// unless the institution sent it and the learner does not share with it. Ident is the
// institution's id of a student who does not wait yet.
func (d *Desk) LinkStudent(ctx context.Context, a Ask, partner domain.PartnerID, id domain.StudentID, ident string, who domain.ApprenticeshipID) (domain.StudentID, events.Position, error) {
	if err := runsStudents(a.By); err != nil {
		return "", 0, err
	}
	if err := d.known(ctx, partner); err != nil {
		return "", 0, err
	}
	l, err := d.Learner(ctx, a.By, who)
	if err != nil {
		return "", 0, err
	}
	reg, err := d.registrar(ctx, partner, false)
	if err != nil {
		return "", 0, err
	}
	if id == "" {
		ident = domain.Written(ident)
		if ident == "" || domain.TooLong(ident) {
			return "", 0, domain.Refuse(domain.Invalid, "STUDENT_MISSING", "Say by which id the institution knows the student.").About("studentId")
		}
		id = reg.student(ident)
	}
	r := d.request(a)
	at, err := d.retry(ctx, func() (events.Position, error) { return d.link(ctx, r, reg, id, ident, l) })
	return id, at, err
}

func (d *Desk) link(ctx context.Context, r domain.Request, reg registrar, id domain.StudentID, ident string, l projections.Learner) (events.Position, error) {
	stream := student.Stream(reg.partner, id)
	known, there, err := d.Read.Student(ctx, reg.partner, id)
	if err != nil {
		return 0, err
	}
	if there && known.Ident != "" {
		if ident, err = d.Text(ctx, known.Ident); err != nil {
			return 0, err
		}
	}
	if ident == "" {
		return 0, noSuchStudent
	}
	w := d.newWork(r, reg, false)
	s, err := w.students.Load(ctx, stream)
	if err != nil {
		return 0, err
	}
	give := student.Link{Request: r, Linked: student.Linked{Person: l.Person}}
	if _, err := give.Decide(s); err != nil {
		return 0, err
	}
	if give.Linked.ID, err = d.seal(ctx, l.Person, "studentId", ident); err != nil {
		return 0, err
	}
	shares, err := d.shares(ctx, reg.partner, l)
	if err != nil {
		return 0, err
	}
	var waits []Statement
	for _, h := range s.Held {
		st, err := d.opened(ctx, h.Row)
		if err != nil {
			return 0, err
		}
		if shares || !st.FromPartner {
			waits = append(waits, st)
			continue
		}
		if h.Row, err = d.sealStatement(ctx, l.Person, st); err != nil {
			return 0, err
		}
		give.Linked.Held = append(give.Linked.Held, h)
	}
	if _, err := w.students.Decide(ctx, stream, give); err != nil {
		return 0, err
	}
	once := reservation.Stream("student", string(reg.partner), string(l.Person))
	taken := domain.Refuse(domain.Conflict, "STUDENT_ALREADY", "This learner is linked to another student of the institution. Unlink that one first.").About("apprenticeId")
	if _, err := w.once.Decide(ctx, once, reservation.Take{Request: r, Holder: stream, Taken: taken}); err != nil {
		return 0, err
	}
	for _, st := range waits {
		if _, err := w.apply(ctx, l, reg.enrolment(ident, st.Section.ID), st); err != nil {
			return 0, err
		}
	}
	return w.commit(ctx)
}

// UnlinkStudent takes back that a student was linked. What was recorded of them is not the
// learner's: it is voided, and comes anew when the institution reports it again.
func (d *Desk) UnlinkStudent(ctx context.Context, a Ask, partner domain.PartnerID, id domain.StudentID) (events.Position, error) {
	if err := runsStudents(a.By); err != nil {
		return 0, err
	}
	r := d.request(a)
	return d.retry(ctx, func() (events.Position, error) {
		w := d.newWork(r, registrar{partner: partner}, false)
		stream := student.Stream(partner, id)
		s, err := w.students.Load(ctx, stream)
		if err != nil {
			return 0, err
		}
		if s.Person == "" {
			return 0, noSuchStudent
		}
		if _, err := w.students.Decide(ctx, stream, student.Unlink{Request: r}); err != nil {
			return 0, err
		}
		if _, err := w.once.Decide(ctx, reservation.Stream("student", string(partner), string(s.Person)), reservation.Release{Request: r, Holder: stream}); err != nil {
			return 0, err
		}
		all, err := d.Read.EnrolmentsOf(ctx, partner, s.Person)
		if err != nil {
			return 0, err
		}
		for _, e := range all {
			if _, err := w.enrolments.Decide(ctx, enrolment.Stream(partner, e.ID), enrolment.Void{Request: r}); err != nil {
				return 0, err
			}
		}
		return w.commit(ctx)
	})
}

// RefuseStudent says that a student is nobody here. What was said about them is gone.
func (d *Desk) RefuseStudent(ctx context.Context, a Ask, partner domain.PartnerID, id domain.StudentID) (events.Position, error) {
	if err := runsStudents(a.By); err != nil {
		return 0, err
	}
	return execute(ctx, d, student.Stream(partner, id), student.Evolve, events.Command[student.State, student.Event](student.Refuse{Request: d.request(a)}))
}

// shares reports whether a learner lets an institution see anything, under an agreement in force.
func (d *Desk) shares(ctx context.Context, partner domain.PartnerID, l projections.Learner) (bool, error) {
	grants, err := d.Read.Grants(ctx, partner, d.Today(), l.ID)
	return len(grants) > 0 && len(grants[0].Scopes()) > 0, err
}

// ApplyHeld puts on record what waited for learners who share with the institution by now. What
// is refused waits on, and holds up nobody else's.
func (d *Desk) ApplyHeld(ctx context.Context) error {
	waiting, err := d.Read.LinkedWaiting(ctx)
	if err != nil {
		return err
	}
	for _, s := range waiting {
		learners, err := d.learners(ctx, s.Person)
		l, shares := learners[s.Person]
		if shares {
			shares, err = d.shares(ctx, s.Partner, l)
		}
		if err != nil {
			return err
		}
		if !shares {
			continue
		}
		r := domain.Request{By: domain.Actor{Policy: "held-rows-apply", Role: domain.System}, At: d.Now()}
		if _, err := d.retry(ctx, func() (events.Position, error) {
			w := d.newWork(r, registrar{partner: s.Partner}, false)
			done := student.Release{Request: r}
			for _, h := range s.Held {
				st, err := d.opened(ctx, h.Content)
				if err != nil {
					return 0, err
				}
				if _, err := w.apply(ctx, l, h.Enrolment, st); err != nil {
					return 0, err
				}
				done.Enrolments = append(done.Enrolments, h.Enrolment)
			}
			if _, err := w.students.Decide(ctx, student.Stream(s.Partner, s.ID), done); err != nil {
				return 0, err
			}
			return w.commit(ctx)
		}); err != nil && domain.AsRefusal(err) == nil {
			return err
		}
	}
	return nil
}
