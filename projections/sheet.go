package projections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// A sheet is a week of a learner with its entries, as rows.
type sheet struct {
	week    *weekRow // nil if nobody opened it
	changed bool     // the week
	entries []entryRow
}

type sheetKey struct {
	learner domain.ApprenticeshipID
	week    string
}

type weekRow struct {
	version               uint64
	state                 WeekState
	onTheJob, instruction domain.Minutes
	holder                domain.PersonID
	reason                domain.Sealed
	submittedAt           int64
	decidedAt             int64
	decidedBy             domain.PersonID
}

type entryRow struct {
	id      domain.EntryID
	day     string
	kind    timesheet.Kind
	spentOn string
	role    domain.RoleID
	minutes domain.Minutes
	site    domain.SiteID
	basis   timesheet.Basis
	pay     timesheet.Pay
	changed bool
}

// entry returns the entry of an id, or nil.
func (s *sheet) entry(id domain.EntryID) *entryRow {
	if i := slices.IndexFunc(s.entries, func(e entryRow) bool { return e.id == id }); i >= 0 {
		return &s.entries[i]
	}
	return nil
}

const entryColumns = `learner, week, id, day, kind, spent_on, role, minutes, site, basis, pay`

func newSheets(w *writer) *shelf[sheetKey, sheet] {
	weeks := w.inserting(`INSERT OR REPLACE`, `week`, weekColumns, ``)
	entries := w.inserting(`INSERT OR REPLACE`, `entry`, entryColumns, ``)
	return &shelf[sheetKey, sheet]{
		names: []string{"week", "entry"},
		compare: func(a, b sheetKey) int {
			return cmp.Or(strings.Compare(string(a.learner), string(b.learner)), strings.Compare(a.week, b.week))
		},
		learner: func(k sheetKey, _ *sheet) domain.ApprenticeshipID { return k.learner },
		load:    func(k sheetKey) (*sheet, error) { return loadSheet(w, k) },
		write: func(k sheetKey, s *sheet) error {
			if r := s.week; s.changed {
				s.changed = false
				if err := weeks.add(words(k.learner), words(k.week), number(r.version), words(r.state), number(r.onTheJob), number(r.instruction),
					words(r.holder), words(r.reason), number(r.submittedAt), number(r.decidedAt), words(r.decidedBy)); err != nil {
					return err
				}
			}
			slices.SortFunc(s.entries, func(a, b entryRow) int { return strings.Compare(string(a.id), string(b.id)) })
			for i := range s.entries {
				e := &s.entries[i]
				if !e.changed {
					continue
				}
				e.changed = false
				if err := entries.add(words(k.learner), words(k.week), words(e.id), words(e.day), words(e.kind), words(e.spentOn), words(e.role), number(e.minutes),
					words(e.site), words(e.basis), words(e.pay)); err != nil {
					return err
				}
			}
			return nil
		},
		finish: func() error { return errorsOf(weeks.finish(), entries.finish()) },
		held:   map[sheetKey]*held[sheet]{},
	}
}

func loadSheet(w *writer, k sheetKey) (*sheet, error) {
	s := &sheet{}
	err := w.each(`SELECT `+weekColumns+` FROM week WHERE learner = ? AND week = ?`, []value{words(k.learner), words(k.week)}, func(row *statement) {
		s.week = &weekRow{
			version: uint64(row.ColumnInt64(2)), state: WeekState(row.ColumnText(3)),
			onTheJob: domain.Minutes(row.ColumnInt64(4)), instruction: domain.Minutes(row.ColumnInt64(5)),
			holder: domain.PersonID(row.ColumnText(6)), reason: domain.Sealed(row.ColumnText(7)),
			submittedAt: row.ColumnInt64(8), decidedAt: row.ColumnInt64(9), decidedBy: domain.PersonID(row.ColumnText(10)),
		}
	})
	if err != nil {
		return nil, err
	}
	return s, w.each(`SELECT `+entryColumns+` FROM entry WHERE learner = ? AND week = ?`, []value{words(k.learner), words(k.week)}, func(row *statement) {
		s.entries = append(s.entries, entryRow{
			id: domain.EntryID(row.ColumnText(2)), day: row.ColumnText(3), kind: timesheet.Kind(row.ColumnText(4)),
			spentOn: row.ColumnText(5), role: domain.RoleID(row.ColumnText(6)), minutes: domain.Minutes(row.ColumnInt64(7)),
			site: domain.SiteID(row.ColumnText(8)), basis: timesheet.Basis(row.ColumnText(9)), pay: timesheet.Pay(row.ColumnText(10)),
		})
	})
}

// A tally is what is to be added to the minutes of a learner.
type tally struct{ approved, pending domain.Minutes }

type tallyKey struct {
	learner domain.ApprenticeshipID
	role    domain.RoleID
	kind    timesheet.Kind
	spentOn string
}

// newTallies is a shelf of what was added since it was last flushed; it reads nothing.
func newTallies(w *writer) *shelf[tallyKey, tally] {
	hours := w.inserting(`INSERT`, `hours`, `learner, role, kind, spent_on, approved, pending`,
		` ON CONFLICT DO UPDATE SET approved = approved + excluded.approved, pending = pending + excluded.pending`)
	s := &shelf[tallyKey, tally]{
		names: []string{"hours"},
		compare: func(a, b tallyKey) int {
			return cmp.Or(strings.Compare(string(a.learner), string(b.learner)), strings.Compare(string(a.role), string(b.role)),
				strings.Compare(string(a.kind), string(b.kind)), strings.Compare(a.spentOn, b.spentOn))
		},
		learner: func(k tallyKey, _ *tally) domain.ApprenticeshipID { return k.learner },
		load:    func(tallyKey) (*tally, error) { return &tally{}, nil },
		finish:  hours.finish,
		held:    map[tallyKey]*held[tally]{},
	}
	s.write = func(k tallyKey, t *tally) error {
		sum := *t
		*t = tally{}
		return hours.add(words(k.learner), words(k.role), words(k.kind), words(k.spentOn), number(sum.approved), number(sum.pending))
	}
	return s
}

// The role that a learner held is looked up for every entry.
type stageRow struct {
	role    domain.RoleID
	from    string // day
	changed bool
}

func newStages(w *writer) *shelf[domain.ApprenticeshipID, []stageRow] {
	stages := w.inserting(`INSERT OR REPLACE`, `stage`, `learner, role, from_on`, ``)
	return &shelf[domain.ApprenticeshipID, []stageRow]{
		names:   []string{"stage"},
		compare: func(a, b domain.ApprenticeshipID) int { return strings.Compare(string(a), string(b)) },
		learner: func(k domain.ApprenticeshipID, _ *[]stageRow) domain.ApprenticeshipID { return k },
		load: func(k domain.ApprenticeshipID) (*[]stageRow, error) {
			held := []stageRow{}
			return &held, w.each(`SELECT role, from_on FROM stage WHERE learner = ?`, []value{words(k)}, func(row *statement) {
				held = append(held, stageRow{role: domain.RoleID(row.ColumnText(0)), from: row.ColumnText(1)})
			})
		},
		write: func(k domain.ApprenticeshipID, held *[]stageRow) error {
			for i, s := range *held {
				if !s.changed {
					continue
				}
				(*held)[i].changed = false
				if err := stages.add(words(k), words(s.role), words(s.from)); err != nil {
					return err
				}
			}
			return nil
		},
		finish: stages.finish,
		held:   map[domain.ApprenticeshipID]*held[[]stageRow]{},
	}
}

// roleOn is the role that a learner held on a day; before the first it is the first.
func roleOn(stages []stageRow, day string) (domain.RoleID, error) {
	var on, first *stageRow
	for i := range stages {
		s := &stages[i]
		if s.from <= day && (on == nil || s.from > on.from || s.from == on.from && s.role < on.role) {
			on = s
		}
		if first == nil || s.from < first.from || s.from == first.from && s.role < first.role {
			first = s
		}
	}
	switch {
	case on != nil:
		return on.role, nil
	case first != nil:
		return first.role, nil
	}
	return "", fmt.Errorf("no role was ever held")
}
