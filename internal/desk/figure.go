package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Figure is something in a learner's record that changes with time.
type Figure struct {
	Kind FigureKind
	// Of narrows it down. Of minutes it is a work process, a course or a week, and empty for
	// all; of a requirement and a milestone its id; of a credit the rule. Others have none.
	Of string
}

// FigureKind says what a figure tells.
type FigureKind string

const (
	ApprovedMinutes    FigureKind = "approved-minutes" // on the job, unless Of is a course
	PendingMinutes     FigureKind = "pending-minutes"  // handed in and not signed off
	InstructionMinutes FigureKind = "instruction-minutes"
	PendingInstruction FigureKind = "pending-instruction-minutes"
	RequirementThere   FigureKind = "requirement" // what is there, and whether it is met
	MilestoneLevel     FigureKind = "milestone"   // its rating and state
	CreditAmount       FigureKind = "credit"      // hundredths of its unit, and state
	StatusFigure       FigureKind = "status"
	RoleFigure         FigureKind = "role"
	ReadinessMet       FigureKind = "readiness" // requirements met in the role held
	WageFigure         FigureKind = "wage-step" // the newest, and its state
)

// A Reading is what a figure was at one time. The zero value is that there was none.
type Reading struct {
	Amount int
	Unit   Unit
	Total  int    // of which Amount is a part, if it is one
	State  string // where it is in its life
}

// Unit is what an amount is counted in.
type Unit string

const (
	InMinutes  Unit = "minutes"
	InRatings  Unit = "rating"     // 0 to 4
	InCredit   Unit = "hundredths" // of an hour of credit
	InMeasures Unit = "count"
)

// depends says by which streams a figure changes.
var depends = map[FigureKind][]string{
	ApprovedMinutes:    {"timesheet", "apprenticeship"},
	PendingMinutes:     {"timesheet", "apprenticeship"},
	InstructionMinutes: {"timesheet", "apprenticeship"},
	PendingInstruction: {"timesheet", "apprenticeship"},
	MilestoneLevel:     {"milestone"},
	CreditAmount:       {"credit"},
	StatusFigure:       {"apprenticeship"},
	RoleFigure:         {"apprenticeship"},
	WageFigure:         {"apprenticeship"},
}

// Reads is what a figure is in the record of a learner.
func (d *Desk) Reads(ctx context.Context, l projections.Learner, f Figure) (Reading, error) {
	switch f.Kind {
	case ApprovedMinutes, PendingMinutes, InstructionMinutes, PendingInstruction:
		return d.readMinutes(ctx, l, f)
	case RequirementThere:
		return d.readRequirement(ctx, l, domain.RequirementID(f.Of))
	case MilestoneLevel:
		m, ok, err := d.Read.Milestone(ctx, l.ID, domain.RequirementID(f.Of))
		if !ok {
			return Reading{}, err
		}
		return Reading{Amount: m.Level, Unit: InRatings, State: string(m.State)}, err
	case CreditAmount:
		credits, err := d.Read.Credits(ctx, l.ID)
		for _, c := range credits[l.ID] {
			if string(c.Rule) == f.Of {
				return Reading{Amount: c.Credit.Hundredths, Unit: InCredit, State: string(c.State)}, err
			}
		}
		return Reading{}, err
	case StatusFigure:
		return Reading{State: string(l.Status)}, nil
	case RoleFigure:
		return Reading{State: string(l.Role)}, nil
	case ReadinessMet:
		ready, err := d.Readiness(ctx, l, l.Role)
		return Reading{Amount: pathway.CountMet(ready.Findings), Unit: InMeasures, Total: len(ready.Findings)}, err
	}
	if f.Kind == WageFigure {
		return d.readWage(ctx, l)
	}
	return Reading{}, domain.Refuse(domain.Invalid, "NO_SUCH_FIGURE", "%q is no figure of a record.", f.Kind).About("figure")
}

func (d *Desk) readWage(ctx context.Context, l projections.Learner) (Reading, error) {
	pay, err := d.Read.Pay(ctx, l.ID)
	steps := pay[l.ID].Steps
	if err != nil || len(steps) == 0 {
		return Reading{}, err
	}
	last := steps[len(steps)-1]
	return Reading{Amount: last.Step, Unit: InMeasures, State: string(last.State)}, nil
}

func (d *Desk) readMinutes(ctx context.Context, l projections.Learner, f Figure) (Reading, error) {
	pending := f.Kind == PendingMinutes || f.Kind == PendingInstruction
	kind := timesheet.OnTheJob
	if f.Kind == InstructionMinutes || f.Kind == PendingInstruction {
		kind = timesheet.RelatedInstruction
	}
	sum := Reading{Unit: InMinutes}
	if week, err := domain.ParseWeek(f.Of); err == nil {
		w, err := d.Read.Week(ctx, l.ID, week)
		if pending && w.State == projections.WeekSubmitted || !pending && w.State == projections.WeekApproved {
			sum.Amount = int(w.OnTheJob)
			if kind == timesheet.RelatedInstruction {
				sum.Amount = int(w.Instruction)
			}
		}
		return sum, err
	}
	hours, err := d.Read.Hours(ctx, l.ID)
	for _, h := range hours[l.ID] {
		switch {
		case f.Of == "" && h.Kind != kind, f.Of != "" && h.SpentOn != f.Of:
		case pending:
			sum.Amount += int(h.Pending)
		default:
			sum.Amount += int(h.Approved)
		}
	}
	return sum, err
}

func (d *Desk) readRequirement(ctx context.Context, l projections.Learner, id domain.RequirementID) (Reading, error) {
	p, err := Pathway(l)
	if err != nil {
		return Reading{}, err
	}
	_, stage, ok := p.Requirement(id)
	if !ok {
		return Reading{}, domain.Refuse(domain.NotFound, "NO_SUCH_REQUIREMENT", "There is no requirement %q on this pathway.", id).About("of")
	}
	ready, err := d.Readiness(ctx, l, stage.Role.ID)
	if err != nil {
		return Reading{}, err
	}
	f, _ := finding(ready.Findings, id)
	r := Reading{State: "not-met"}
	if f.Met {
		r.State = "met"
	}
	switch f.Requirement.Kind {
	case pathway.Hours, pathway.Instruction:
		r.Amount, r.Total, r.Unit = int(f.Minutes), int(f.Requirement.Minutes), InMinutes
	case pathway.Group:
		r.Amount, r.Total, r.Unit = pathway.CountMet(f.Of), cmp.Or(f.Requirement.Choose, len(f.Of)), InMeasures
	default:
		r.Amount, r.Unit = f.Milestone.Level, InRatings
	}
	return r, nil
}

// finding is that of a requirement, inside groups too.
func finding(fs []pathway.Finding, id domain.RequirementID) (pathway.Finding, bool) {
	for _, f := range fs {
		if f.Requirement.ID == id {
			return f, true
		}
		if in, ok := finding(f.Of, id); ok {
			return in, true
		}
	}
	return pathway.Finding{}, false
}

// changes reports whether facts may change the figure.
func (f Figure) changes(facts []projections.Fact) bool {
	by := depends[f.Kind]
	return by == nil || slices.ContainsFunc(facts, func(x projections.Fact) bool { return slices.Contains(by, x.Stream.Category()) })
}

// String writes the amount with its unit, and the state, for people.
func (r Reading) String() string {
	amount := ""
	switch {
	case r.Unit == InMinutes && r.Total > 0:
		amount = domain.Minutes(r.Amount).String() + " of " + domain.Minutes(r.Total).String()
	case r.Unit == InMinutes:
		amount = domain.Minutes(r.Amount).String()
	case r.Unit == InCredit:
		amount = domain.Credit{Hundredths: r.Amount}.Decimal()
	case r.Unit == InRatings && r.Amount > 0:
		amount = "rated " + strconv.Itoa(r.Amount)
	case r.Unit == InMeasures && r.Total == 0:
		amount = "step " + strconv.Itoa(r.Amount)
	case r.Unit == InMeasures:
		amount = strconv.Itoa(r.Amount) + " of " + strconv.Itoa(r.Total)
	}
	state := words(r.State)
	switch {
	case state == "":
		return amount
	case amount == "":
		return state
	}
	return state + ", " + amount
}
