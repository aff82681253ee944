package desk

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// A Table is what somebody hands in: rows of one kind, to be taken over as a whole or not
// at all. Nothing is taken away because a table does not have it.
type Table struct {
	Kind   upload.Kind
	In     io.Reader
	DryRun bool // tell what would change, and change nothing

	Approved bool // hours: they were signed off on paper, and whoever hands them in answers for it
}

// An Intake is what became of a table, or would.
type Intake struct {
	Kind     upload.Kind     `json:"kind"`
	SHA256   string          `json:"sha256"`
	DryRun   bool            `json:"dryRun"`
	Repeated bool            `json:"repeated"` // it is the table that was taken over last: nothing was looked at
	Left     []string        `json:"unknownColumns,omitempty"`
	New      int             `json:"new"`
	Changed  int             `json:"changed"`
	Same     int             `json:"unchanged"`
	Rows     []IntakeRow     `json:"rows,omitempty"`
	Problems domain.Problems `json:"problems,omitempty"`
}

// An IntakeRow is what became of one row.
type IntakeRow struct {
	Line    int      `json:"line"`
	Subject string   `json:"subject"` // id of what the row is about
	Outcome Outcome  `json:"outcome"`
	Changes []string `json:"changes,omitempty"` // what is other than before
}

// An Outcome says what a row led to.
type Outcome string

const (
	RowNew       Outcome = "new"
	RowChanged   Outcome = "changed"
	RowUnchanged Outcome = "unchanged"
)

// A plan is what the rows of a table lead to.
type plan struct {
	appends  []events.Append
	rows     []IntakeRow
	problems domain.Problems
}

// bad notes what is wrong with a row; a fault is returned.
func (p *plan) bad(line int, column string, err error) error {
	r := domain.AsRefusal(err)
	if r == nil {
		return err
	}
	if len(p.problems) < mostProblems {
		p.problems = append(p.problems, domain.Problem{Line: line, Where: column, Text: r.Reason})
	}
	return nil
}

// mostProblems is how many are told; a table with more needs another look altogether.
const mostProblems = 1000

// A task is a table to plan. On trial nothing is sealed: a table may turn out to be wrong.
type task struct {
	Table
	domain.Request
	trial bool
}

// sealOn seals a text about somebody, or stands for it on trial.
func (d *Desk) sealOn(ctx context.Context, t task, about domain.PersonID, field, text string) (domain.Sealed, error) {
	if t.trial && text != "" {
		return "on trial", nil
	}
	return d.seal(ctx, about, field, text)
}

// A planner finds out what rows lead to, as of now.
type planner func(ctx context.Context, t task, rows []sheet.Row) (plan, error)

// Intake takes a table over. Its error is domain.Problems when rows are wrong; the Intake
// has them as well.
func (d *Desk) Intake(ctx context.Context, a Ask, t Table) (Intake, events.Position, error) {
	out := Intake{Kind: t.Kind, DryRun: t.DryRun}
	if err := upload.May(a.By, t.Kind); err != nil {
		return out, 0, err
	}
	columns, plans := Columns(t.Kind), d.planners()[t.Kind]
	if plans == nil {
		return out, 0, domain.Refuse(domain.Invalid, "BAD_KIND", "There are no tables of %q.", t.Kind).About("kind")
	}
	s, err := sheet.Read(t.In, columns)
	out.SHA256, out.Left = s.SHA256, s.Unknown
	if err != nil {
		return out.wrong(err)
	}
	latest, err := d.Log.Latest(ctx)
	if err != nil {
		return out, 0, err
	}
	if _, err := d.shown(ctx, latest, nil); err != nil {
		return out, 0, err
	}
	r := d.request(a)
	r.Source = "table:" + string(t.Kind) + " sha256:" + s.SHA256
	at, err := events.Retry(ctx, func() (events.Position, error) { return d.take(ctx, t, r, s, plans, &out) })
	if err != nil {
		return out.wrong(err)
	}
	at, err = d.shown(ctx, at, nil)
	return out, at, err
}

// wrong puts problems into the report.
func (i Intake) wrong(err error) (Intake, events.Position, error) {
	if problems, ok := errors.AsType[domain.Problems](err); ok {
		i.Problems = problems
	}
	return i, 0, err
}

// take plans on trial first, so that nothing is sealed for a table that is refused.
func (d *Desk) take(ctx context.Context, t Table, r domain.Request, s sheet.Sheet, plans planner, out *Intake) (events.Position, error) {
	stream := upload.Stream(t.Kind)
	state, revision, err := events.Load(ctx, d.Log, stream, upload.Evolve)
	if err != nil {
		return 0, err
	}
	if state.Last.SHA256 == s.SHA256 {
		out.Repeated, out.Same = true, len(s.Rows)
		return 0, nil
	}
	trial, err := plans(ctx, task{t, r, true}, s.Rows)
	if err != nil {
		return 0, err
	}
	if all := together(s.Problems, trial.problems); len(all) > 0 {
		return 0, all
	}
	out.count(trial.rows)
	if t.DryRun || len(trial.appends) == 0 {
		return 0, nil
	}
	p, err := plans(ctx, task{t, r, false}, s.Rows)
	if err != nil {
		return 0, err
	}
	taken, err := upload.Take{Request: r, Kind: t.Kind, Taken: upload.Taken{
		SHA256: s.SHA256, Rows: len(s.Rows), New: out.New, Changed: out.Changed, Unchanged: out.Same,
	}}.Decide(state)
	if err != nil || len(taken) == 0 {
		return 0, err
	}
	appends := append([]events.Append{{Stream: stream, Expected: revision, Events: []domain.Event{taken[0]}}}, p.appends...)
	at, err := d.Log.Append(ctx, events.Commit{Request: r, Appends: appends})
	if ref := domain.AsRefusal(err); ref != nil && ref.Code == "TOO_LARGE" {
		return 0, domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "What %d rows lead to is more than can be recorded as a whole. Cut the file into several, each with the header.", len(s.Rows)).About("csv")
	}
	return at, err
}

// together are all problems by line. What was said of a cell already is not said again.
func together(read, planned domain.Problems) domain.Problems {
	all := slices.Clone(read)
	for _, p := range planned {
		if !slices.ContainsFunc(read, func(r domain.Problem) bool {
			return r.Line == p.Line && (r.Where == p.Where || r.Where == "" || p.Where == "")
		}) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b domain.Problem) int { return a.Line - b.Line })
	return all
}

func (i *Intake) count(rows []IntakeRow) {
	slices.SortStableFunc(rows, func(a, b IntakeRow) int { return a.Line - b.Line })
	i.Rows, i.New, i.Changed, i.Same = rows, 0, 0, 0
	for _, r := range rows {
		switch r.Outcome {
		case RowNew:
			i.New++
		case RowChanged:
			i.Changed++
		default:
			i.Same++
		}
	}
}

// decide adds to a plan what commands decide on a stream, and returns these facts.
func decide[S any, E domain.Event](ctx context.Context, d *Desk, p *plan, s domain.Stream, evolve func(S, E) S, cs ...events.Command[S, E]) ([]E, error) {
	state, revision, err := events.Load(ctx, d.Log, s, evolve)
	if err != nil {
		return nil, err
	}
	var facts []E
	var es []domain.Event
	for _, c := range cs {
		decided, err := c.Decide(state)
		if err != nil {
			return nil, err
		}
		for _, e := range decided {
			state = evolve(state, e)
			facts, es = append(facts, e), append(es, e)
		}
	}
	if len(es) > 0 {
		p.appends = append(p.appends, events.Append{Stream: s, Expected: revision, Events: es})
	}
	return facts, nil
}

func (d *Desk) planners() map[upload.Kind]planner {
	return map[upload.Kind]planner{upload.People: d.planPeople, upload.Hours: d.planHours, upload.Positions: d.planPositions, upload.Prior: d.planPrior}
}

// Columns are those of the tables of a kind.
func Columns(k upload.Kind) []sheet.Column {
	switch k {
	case upload.People:
		return peopleColumns
	case upload.Positions:
		return positionColumns
	case upload.Hours:
		return hoursColumns
	case upload.Prior:
		return priorColumns
	}
	return nil
}
