package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Roster is what an institution hands in about its students: a package of files, to be
// taken over as a whole or not at all.
type Roster struct {
	Partner domain.PartnerID
	Files   []roster.File
	Profile roster.Profile // empty is the one that the files show
	DryRun  bool           // tell what would change, and change nothing

	// Mode says whether the package is complete: then who is missing in a term that it has
	// rows of, has left. Empty is what the package says of itself.
	Mode      RosterMode
	Term      string // the institution's id of the only term to which that applies; empty is all
	Confirmed int    // how many may leave, where it is more than a fifth
}

// A RosterMode says whether who is missing has left.
type RosterMode string

const (
	Delta RosterMode = "delta"
	Bulk  RosterMode = "bulk"
)

// A RosterIntake is what became of a package, or would.
type RosterIntake struct {
	Partner   domain.PartnerID    `json:"partner"`
	Profile   roster.Profile      `json:"profile"`
	Mode      RosterMode          `json:"mode"`
	SHA256    string              `json:"sha256"`
	DryRun    bool                `json:"dryRun"`
	Repeated  bool                `json:"repeated"` // it was taken over before, and nothing follows from it now
	Files     []roster.FileReport `json:"files"`
	New       int                 `json:"new"`
	Changed   int                 `json:"changed"`
	Same      int                 `json:"unchanged"`
	Unmatched int                 `json:"unmatched"` // rows of students who are not matched with a learner
	Left      int                 `json:"left"`      // enrolments of those who are missing
	Skipped   int                 `json:"skipped"`   // rows that say nothing about anybody who learns
	Rows      []RosterRow         `json:"rows,omitempty"`
	Problems  domain.Problems     `json:"problems,omitempty"`
}

// A RosterRow is what became of one row.
type RosterRow struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Student string   `json:"student"` // as the row has it
	Section string   `json:"section"`
	Outcome Outcome  `json:"outcome"`
	Changes []string `json:"changes,omitempty"`
}

// IntakeRoster takes a package over. Its error is domain.Problems when rows are wrong; the
// RosterIntake has them as well.
func (d *Desk) IntakeRoster(ctx context.Context, a Ask, t Roster) (RosterIntake, events.Position, error) {
	out := RosterIntake{Partner: t.Partner, DryRun: t.DryRun, Mode: t.Mode}
	if err := enrolment.May(a.By, t.Partner, ""); err != nil {
		return out, 0, err
	}
	if t.Mode != "" && t.Mode != Delta && t.Mode != Bulk {
		return out, 0, domain.Refuse(domain.Invalid, "BAD_MODE", "A package is bulk or delta, not %.20q.", string(t.Mode)).About("mode")
	}
	p, err := roster.Read(t.Files, t.Profile)
	out.SHA256, out.Profile, out.Files, out.Skipped = p.SHA256, p.Profile, p.Files, p.Skipped
	if out.Mode == "" {
		if out.Mode = Delta; p.Bulk {
			out.Mode = Bulk
		}
	}
	if err != nil {
		return out.wrong(err)
	}
	reg, err := d.reporting(ctx, a.By, t.Partner, t.DryRun)
	if err != nil {
		return out, 0, err
	}
	t.Mode = out.Mode
	r := d.request(a)
	r.Source = fmt.Sprintf("roster:%s %s sha256:%s", t.Partner, p.Profile, p.SHA256)
	at, err := d.retry(ctx, func() (events.Position, error) { return d.takeRoster(ctx, t, r, reg, p, &out) })
	if err != nil {
		return out.wrong(err)
	}
	return out, at, nil
}

// wrong puts problems into the report.
func (i RosterIntake) wrong(err error) (RosterIntake, events.Position, error) {
	if problems, ok := errors.AsType[domain.Problems](err); ok {
		i.Problems = problems
	}
	return i, 0, err
}

// takeRoster plans on trial first, so that nothing is sealed for a package that is refused.
func (d *Desk) takeRoster(ctx context.Context, t Roster, r domain.Request, reg registrar, p roster.Package, out *RosterIntake) (events.Position, error) {
	stream := upload.RosterStream(t.Partner)
	state, revision, err := events.Load(ctx, d.Log, stream, upload.Evolve)
	if err != nil {
		return 0, err
	}
	plan := func(trial bool) (*work, error) {
		w := d.newWork(r, reg, trial)
		rows, err := w.report(ctx, p.Rows)
		if err != nil {
			return nil, err
		}
		if problems := refusedRows(p.Rows, rows); len(problems) > 0 {
			return nil, problems
		}
		out.count(p.Rows, rows)
		if t.Mode == Bulk {
			out.Left, err = w.missing(ctx, t, p)
		}
		return w, err
	}
	w, err := plan(true)
	if err == nil && !t.DryRun {
		w, err = plan(false)
	}
	if err != nil {
		return 0, err
	}
	if len(w.appends()) == 0 {
		out.Repeated = state.Last.SHA256 == p.SHA256
	}
	if t.DryRun || len(w.appends()) == 0 {
		return 0, nil
	}
	taken, err := upload.Take{Request: r, Kind: upload.Roster, Taken: upload.Taken{
		SHA256: p.SHA256, Rows: len(p.Rows), New: out.New, Changed: out.Changed + out.Left, Unchanged: out.Same, Partner: t.Partner, Unmatched: out.Unmatched,
	}}.Decide(state)
	if err != nil {
		return 0, err
	}
	var first []events.Append
	for _, e := range taken {
		first = append(first, events.Append{Stream: stream, Expected: revision, Events: []domain.Event{e}})
	}
	at, err := w.commit(ctx, first...)
	if ref := domain.AsRefusal(err); ref != nil && ref.Code == "TOO_LARGE" {
		return 0, domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "What %d rows lead to is more than can be recorded as a whole. Hand in one term at a time, with mode delta.", len(p.Rows))
	}
	return at, err
}

// refusedRows are the rows that are refused, as problems of their files.
func refusedRows(rows []roster.Row, reported []Reported) (ps domain.Problems) {
	for i, r := range reported {
		if r.Refused != nil && len(ps) < mostProblems {
			ps = append(ps, domain.Problem{File: rows[i].File, Line: rows[i].Line, Where: r.Refused.Field, Text: r.Refused.Reason})
		}
	}
	return ps
}

func (i *RosterIntake) count(rows []roster.Row, reported []Reported) {
	i.Rows, i.New, i.Changed, i.Same, i.Unmatched = nil, 0, 0, 0, 0
	for n, r := range reported {
		i.Rows = append(i.Rows, RosterRow{rows[n].File, rows[n].Line, rows[n].Student.ID, rows[n].Section.ID, r.Outcome, r.Changes})
		switch r.Outcome {
		case RowNew:
			i.New++
		case RowChanged:
			i.Changed++
		case RowUnmatched:
			i.Unmatched++
		default:
			i.Same++
		}
	}
}

// missing lets those leave of whom a complete package has no row any more, in the terms that
// it has rows of. It is refused (TOO_MANY_WITHDRAWALS) where that is more than a fifth of
// those who are enrolled, unless the very number is confirmed.
func (w *work) missing(ctx context.Context, t Roster, p roster.Package) (int, error) {
	terms, there := map[string]bool{}, map[domain.EnrolmentID]bool{}
	for _, row := range p.Rows {
		there[w.enrolment(row.Student.ID, row.Section.ID)] = true
		if id := row.Section.Term.ID; id != "" && (t.Term == "" || t.Term == id) {
			terms[id] = true
		}
	}
	if t.Term != "" && !terms[t.Term] {
		return 0, domain.Refuse(domain.Invalid, "NO_SUCH_TERM", "The package has no row of the term %.60q. Write the term's id as its files have it.", t.Term).About("term")
	}
	known, err := w.Read.EnrolmentsIn(ctx, w.partner, slices.Sorted(maps.Keys(terms))...)
	if err != nil {
		return 0, err
	}
	if known, err = w.within(ctx, known); err != nil {
		return 0, err
	}
	total := len(known)
	gone := slices.DeleteFunc(known, func(e projections.Enrolment) bool { return there[e.ID] })
	waiting, err := w.Read.Waiting(ctx, w.partner)
	if err != nil {
		return 0, err
	}
	released := map[domain.StudentID][]domain.EnrolmentID{}
	held := 0
	for _, s := range waiting {
		for _, h := range s.Held {
			st, err := w.opened(ctx, h.Content)
			if err != nil {
				return 0, err
			}
			if !terms[st.Section.Term.ID] || st.Says == roster.Withdrawn {
				continue
			}
			if total++; !there[h.Enrolment] {
				held++
				released[s.ID] = append(released[s.ID], h.Enrolment)
			}
		}
	}
	left := len(gone) + held
	if left*5 > total && left != t.Confirmed {
		return 0, domain.Refuse(domain.Conflict, "TOO_MANY_WITHDRAWALS",
			"%d of %d enrolments are missing in the package and would be withdrawn, more than a fifth. If all of them left, hand it in again with the number %d confirmed; if not, hand it in as delta.", left, total, left).About("confirm")
	}
	for _, e := range gone {
		if _, err := w.enrolments.Decide(ctx, enrolment.Stream(w.partner, e.ID), enrolment.Withdraw{Request: w.request, Absent: true}); err != nil {
			return 0, err
		}
	}
	for _, s := range waiting {
		if ids := released[s.ID]; len(ids) > 0 {
			if _, err := w.students.Decide(ctx, student.Stream(w.partner, s.ID), student.Release{Request: w.request, Enrolments: ids}); err != nil {
				return 0, err
			}
		}
	}
	return left, nil
}

// within are the enrolments that are under way and that whoever reports may know of.
func (w *work) within(ctx context.Context, all []projections.Enrolment) ([]projections.Enrolment, error) {
	var ids []domain.ApprenticeshipID
	for _, e := range all {
		ids = append(ids, e.Learner)
	}
	hidden := map[domain.ApprenticeshipID]bool{}
	if w.request.By.Role == domain.Partner {
		grants, err := w.Read.Grants(ctx, w.partner, w.Today(), ids...)
		if err != nil {
			return nil, err
		}
		for i, g := range grants {
			hidden[ids[i]] = len(g.Scopes()) == 0
		}
	}
	all = slices.DeleteFunc(all, func(e projections.Enrolment) bool {
		return e.Status != enrolment.Active || hidden[e.Learner] || w.request.By.Person != "" && e.Person == w.request.By.Person
	})
	slices.SortFunc(all, func(a, b projections.Enrolment) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}
