package desk_test

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestAHistoryLeadsFromNothingToNow(t *testing.T) {
	h := open(t, time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC))
	ctx := t.Context()
	if err := demo.Seed(ctx, h.Log, h.Vault, h.now); err != nil {
		t.Fatal(err)
	}
	if err := h.Read.Wait(ctx, must(h.Log.Head(ctx))(t)); err != nil {
		t.Fatal(err)
	}
	learners, err := h.Read.Learners(ctx, projections.LearnerQuery{First: 4})
	if err != nil {
		t.Fatal(err)
	}
	steps := map[desk.FigureKind]int{}
	for _, l := range learners {
		p := must(desk.Pathway(l))(t)
		figures := []desk.Figure{
			{Kind: desk.ApprovedMinutes}, {Kind: desk.PendingMinutes}, {Kind: desk.InstructionMinutes}, {Kind: desk.PendingInstruction},
			{Kind: desk.StatusFigure}, {Kind: desk.RoleFigure}, {Kind: desk.ReadinessMet},
		}
		for _, r := range p.Stages[0].Requirements[:3] {
			figures = append(figures, desk.Figure{Kind: desk.RequirementThere, Of: string(r.ID)}, desk.Figure{Kind: desk.MilestoneLevel, Of: string(r.ID)})
		}
		for _, f := range figures {
			changes := must(h.History(ctx, auditor, l.ID, f))(t)
			steps[f.Kind] += len(changes)
			was := desk.Reading{}
			for i, c := range changes {
				switch {
				case c.Before == c.After:
					t.Fatalf("%+v of %s: %d changes nothing: %+v", f, l.ID, i, c)
				case i > 0 && (c.Before != was || c.Position() <= changes[i-1].Position()):
					t.Fatalf("%+v of %s: %+v follows on %+v", f, l.ID, c, changes[i-1])
				}
				was = c.After
			}
			if len(changes) == 0 {
				continue
			}
			if now := must(h.Reads(ctx, l, f))(t); now != was {
				t.Errorf("%+v of %s ended as %+v and is %+v", f, l.ID, was, now)
			}
			// A change is what could be read on the evening of its day, unless more changed that day.
			c := changes[len(changes)/2]
			day := domain.DateOf(c.At())
			for _, later := range changes {
				if domain.DateOf(later.At()) == day {
					c = later
				}
			}
			then, was2, err := h.Then(ctx, auditor, l.ID, desk.Day{KnownOn: day})
			if err != nil {
				t.Fatal(err)
			}
			if read := must(then.Reads(ctx, was2, f))(t); read != c.After {
				t.Errorf("%+v of %s became %+v on %s and was read as %+v", f, l.ID, c.After, day, read)
			}
		}
	}
	for _, k := range []desk.FigureKind{desk.ApprovedMinutes, desk.PendingMinutes, desk.StatusFigure, desk.RoleFigure, desk.ReadinessMet, desk.RequirementThere, desk.MilestoneLevel} {
		if steps[k] < 3 {
			t.Errorf("%s changed %d times: the test proves too little", k, steps[k])
		}
	}
}

func TestACorrectionIsThereWithBothValues(t *testing.T) {
	h := staffed(t)
	e := timesheet.Entry{Date: domain.NewDate(2026, 3, 2), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 480}
	s := timesheet.Stream("ana", e.Date.Week())
	h.record(s, timesheet.Opened{Apprenticeship: "ana", Person: "ana", Week: e.Date.Week()},
		timesheet.HoursLogged{Entry: e.ID(), Date: e.Date, Kind: e.Kind, SpentOn: e.SpentOn, Minutes: e.Minutes})
	h.record(s, timesheet.Submitted{To: "dana"})
	h.now = h.now.AddDate(0, 0, 1)
	h.record(s, timesheet.Approved{Approver: "dana", OnTheJob: 480})
	h.now = h.now.AddDate(0, 0, 30)
	h.record(s, timesheet.ApprovedHoursCorrected{By: "dana", Entry: e.ID(), Was: 480, Delta: -60, Reason: "sealed"})

	changes := must(h.History(t.Context(), ana, "ana", desk.Figure{Kind: desk.ApprovedMinutes, Of: "wp-01"}))(t)
	if len(changes) != 2 || changes[1].Before.String() != "8 h" || changes[1].After.String() != "7 h" {
		t.Fatalf("the correction: %+v", changes)
	}
	if last := changes[1]; last.Day() != changes[0].Day() || !last.At().Equal(h.now) || desk.FactWords(last.Facts[0].Event.EventName()) != "Approved hours corrected" {
		t.Errorf("it takes effect on %s, when the hours were signed off on %s: %+v", last.Day(), changes[0].Day(), last)
	}
	before := changes[0].Day()
	then, l, err := h.Then(t.Context(), ana, "ana", desk.Day{KnownOn: before})
	if known := must(then.Reads(t.Context(), l, desk.Figure{Kind: desk.ApprovedMinutes}))(t); err != nil || known.Amount != 480 {
		t.Errorf("as known then: %+v, %v", known, err)
	}
	then, l, err = h.Then(t.Context(), ana, "ana", desk.Day{AsOf: before})
	if was := must(then.Reads(t.Context(), l, desk.Figure{Kind: desk.ApprovedMinutes}))(t); err != nil || was.Amount != 420 {
		t.Errorf("as it was then: %+v, %v", was, err)
	}
	_, err = h.History(t.Context(), ben, "ana", desk.Figure{Kind: desk.StatusFigure})
	refused(t, err, "NO_SUCH_APPRENTICESHIP")
}
