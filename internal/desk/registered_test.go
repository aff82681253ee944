package desk_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// joined lets people join who are not in the house yet.
func (h *house) joined(as domain.Role, who ...domain.PersonID) {
	h.t.Helper()
	for _, id := range who {
		h.record(person.Stream(id), person.Joined{Name: "sealed", Capacity: as, Site: "north"})
	}
}

func planFor(who, mentor domain.PersonID) desk.Plan {
	return desk.Plan{Person: who, Pathway: "help-desk-to-security-analyst", Supervisor: "dana", Mentor: mentor, StartOn: domain.NewDate(2026, 6, 1), Age: 30, JourneyWage: 4000, WageAtEntry: 2000}
}

func TestInvariant01APersonHasOneApprenticeshipInAnOccupation(t *testing.T) {
	h := staffed(t)
	h.joined(domain.Apprentice, "cal")
	h.joined(domain.Mentor, "m-1", "m-2", "m-3", "m-4", "m-5", "m-6")
	var all sync.WaitGroup
	drafted := make([]bool, 6)
	for i := range drafted {
		all.Go(func() {
			id := domain.ApprenticeshipID("cal-" + string(rune('a'+i)))
			_, err := h.Draft(t.Context(), desk.Ask{By: lena}, id, planFor("cal", domain.PersonID("m-"+string(rune('1'+i)))))
			drafted[i] = err == nil
			if r := domain.AsRefusal(err); err != nil && (r == nil || r.Code != "ALREADY_AN_APPRENTICE" && r.Kind != domain.Busy) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	n := 0
	for _, ok := range drafted {
		if ok {
			n++
		}
	}
	if own := must(h.Read.LearnersOf(t.Context(), "cal"))(t); n != 1 || len(own) != 1 {
		t.Fatalf("%d drafts were accepted and %d are on record", n, len(own))
	}
	boards := must(h.Read.Boards(t.Context()))(t)
	if len(boards) != 1 {
		t.Fatalf("%+v", boards)
	}
	if learning, _ := boards[0].Site.Count(domain.NewDate(2026, 6, 1)); learning != 1 {
		t.Errorf("%d places are taken for one apprentice: %+v", learning, boards[0])
	}
}

func TestAnApprenticeshipBeginsAfterTheOneBefore(t *testing.T) {
	h := staffed(t)
	h.joined(domain.Apprentice, "cal")
	ctx, ask := t.Context(), desk.Ask{By: lena}
	h.joined(domain.Mentor, "mel")
	mentor := domain.PersonID("priya")
	draft := func(id domain.ApprenticeshipID, start domain.Date) error {
		p := planFor("cal", mentor)
		p.StartOn = start
		_, err := h.Draft(ctx, ask, id, p)
		return err
	}
	first := domain.NewDate(2026, 5, 4)
	h.must(draft("cal-1", first))
	h.record("apprenticeship-cal-1", apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor},
		apprenticeship.Registered{Agency: "OH SAA"}, apprenticeship.Began{On: first})
	_, err := h.Cancel(ctx, ask, "cal-1", desk.Cancellation{By: apprenticeship.BySponsor, On: first.AddDays(20)})
	h.must(err)
	refused(t, draft("cal-2", first.AddDays(20)), "DATES_OVERLAP")
	mentor = "mel"
	h.must(draft("cal-2", first.AddDays(21)))
	_, err = h.ReverseCancellation(ctx, ask, "cal-1", "by mistake")
	refused(t, err, "ALREADY_AN_APPRENTICE")
	if l := must(h.Read.Learner(ctx, "cal-1"))(t); l.Status != projections.Cancelled || !l.InProbation || l.EndedOn != first.AddDays(20) {
		t.Errorf("%+v", l)
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestTheRatioIsHeldWhereSomebodyIsPlaced(t *testing.T) {
	h := staffed(t)
	h.joined(domain.Apprentice, "cal", "deb")
	h.joined(domain.Mentor, "mel")
	ctx, ask := t.Context(), desk.Ask{By: lena}
	_, err := h.Draft(ctx, ask, "cal", planFor("cal", "priya"))
	h.must(err)
	_, err = h.Draft(ctx, ask, "deb", planFor("deb", "priya"))
	refused(t, err, "RATIO_EXCEEDED")
	_, err = h.Draft(ctx, ask, "deb", planFor("deb", "mel"))
	h.must(err)
	_, err = h.AssignMentor(ctx, ask, "deb", "priya", apprenticeship.Journeyworker, h.Today())
	h.must(err)
	h.record(program.Stream("health-it"), program.Registered{Title: "Health IT", On: domain.NewDate(2026, 1, 5)}, program.SiteAdded{Site: "north", Ratio: "2:1", From: domain.NewDate(2026, 1, 5)})
	h.joined(domain.Apprentice, "eve", "fay", "gil")
	for _, who := range []domain.PersonID{"eve", "fay"} {
		_, err = h.Draft(ctx, ask, domain.ApprenticeshipID(who), planFor(who, "priya"))
		h.must(err)
	}
	_, err = h.Draft(ctx, ask, "gil", planFor("gil", "priya"))
	refused(t, err, "RATIO_EXCEEDED")
	_, err = h.AssignMentor(ctx, ask, "eve", "deb", apprenticeship.Peer, h.Today())
	h.must(err)
	if ms := must(h.Read.Mentors(ctx, "eve"))(t)["eve"]; len(ms) != 2 || ms.Leading() != "priya" {
		t.Errorf("%+v", ms)
	}
}

func TestNoHoursInABreakOrAfterTheEnd(t *testing.T) {
	h := staffed(t)
	ctx, ask := t.Context(), desk.Ask{By: lena}
	day := domain.NewDate(2026, 5, 27)
	log := func(d domain.Date) error {
		_, _, err := h.LogHours(ctx, desk.Ask{By: ana}, d.Week(), []timesheet.Entry{{Date: d, Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}})
		return err
	}
	_, err := h.Suspend(ctx, ask, "ana", day, domain.Date{}, "ill")
	h.must(err)
	refused(t, log(day), "SUSPENDED")
	h.must(log(day.AddDays(-1)))
	_, err = h.Reinstate(ctx, ask, "ana", day.AddDays(5))
	h.must(err)
	h.must(log(day.AddDays(5)))
	_, err = h.CorrectBreak(ctx, ask, "ana", 1, day.AddDays(-1), day.AddDays(3), "the letter says so")
	refused(t, err, "HOURS_ON_RECORD")
	_, err = h.Cancel(ctx, desk.Ask{By: ana}, "ana", desk.Cancellation{By: apprenticeship.ByApprentice, On: day.AddDays(4)})
	refused(t, err, "HOURS_ON_RECORD")
	_, err = h.Cancel(ctx, desk.Ask{By: ana}, "ana", desk.Cancellation{By: apprenticeship.ByApprentice, On: day.AddDays(5)})
	h.must(err)
	refused(t, log(day.AddDays(6)), "AFTER_END")
}

func TestATransferContinuesWithItsRecord(t *testing.T) {
	h := staffed(t)
	ctx, ask := t.Context(), desk.Ask{By: lena}
	h.meets("ana", help)
	_, err := h.ProposeTransfer(ctx, ask, "ana", "river-county")
	h.must(err)
	_, err = h.ConsentToTransfer(ctx, desk.Ask{By: ana}, "ana", domain.Date{})
	h.must(err)
	p := planFor("ana", "priya")
	p.StartOn, p.Program, p.ContinuationOf = h.Today().AddDays(1), "river-county", "ana"
	_, err = h.Draft(ctx, ask, "ana-2", p)
	h.must(err)
	prior := must(h.Read.Prior(ctx, "ana-2"))(t)["ana-2"]
	if len(prior) != 1 || len(prior[0].Processes) != 1 || prior[0].Processes[0].Minutes != domain.Hours(400) {
		t.Errorf("it brought along %+v", prior)
	}
	l := must(h.Read.Learner(ctx, "ana-2"))(t)
	if old := must(h.Read.Learner(ctx, "ana"))(t); l.ContinuationOf != "ana" || old.Status != projections.Transferred || l.Program != "river-county" {
		t.Errorf("%+v continues %+v", l, old)
	}
	p.ContinuationOf, p.Person = "ben", "ben"
	_, err = h.Draft(ctx, ask, "ben-2", p)
	refused(t, err, "ALREADY_AN_APPRENTICE")
}

func TestPayIsForTheApprenticeHumanResourcesAndAuditors(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	system := domain.Actor{Policy: "hours-reach-wage-step", Role: domain.System}
	h.record("apprenticeship-ana", apprenticeship.WageStepReached{Step: 1, On: h.Today()})
	_, err := h.ApproveWageStep(ctx, desk.Ask{By: lena}, "ana", 1, 2500, h.Today())
	refused(t, err, "NOT_HR")
	_, err = h.ApproveWageStep(ctx, desk.Ask{By: ruth}, "ana", 1, 2500, h.Today())
	h.must(err)
	l := must(h.Read.Learner(ctx, "ana"))(t)
	for by, sees := range map[domain.Actor]bool{ana: true, ruth: true, auditor: true, ben: false, lena: false, dana: false, priya: false, system: false, {Partner: "lakeshore", Role: domain.Partner}: false} {
		if desk.SeesPay(by, l) != sees {
			t.Errorf("%s sees what Ana is paid: %t", by.Name(), !sees)
		}
	}
	if pay := must(h.Read.Pay(ctx, "ana"))(t)["ana"]; len(pay.Steps) != 1 || pay.Steps[0].Rate != 2500 {
		t.Errorf("Ana is paid %+v", pay)
	}
}

func TestDeadlinesAreReadOffTheRecord(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	due := func(by domain.Actor) (out []string) {
		for _, d := range must(h.Deadlines(ctx, by))(t) {
			out = append(out, string(d.Kind)+" "+string(d.Learner.ID)+" "+d.DueOn.String()+" with "+string(d.Person))
		}
		return out
	}
	if got := strings.Join(due(ana), ", "); got != "" {
		t.Errorf("in June Ana has %s", got)
	}
	h.now = h.now.AddDate(0, 2, 0)
	if got := strings.Join(due(ana), ", "); got != "evaluation ana 2026-08-31 with priya" {
		t.Errorf("in August Ana has %s", got)
	}
	_, err := h.Evaluate(ctx, desk.Ask{By: priya}, "ana", "e-1", domain.NewDate(2026, 3, 2), domain.NewDate(2026, 7, 31), []apprenticeship.Rating{{Competency: "wp-01-c01", Level: 3}}, "More nights.")
	h.must(err)
	if got := strings.Join(due(lena), ", "); got != "evaluation ben 2026-08-31 with priya" {
		t.Errorf("once Ana was evaluated there is %s", got)
	}
	evaluations := h.Evaluations(dana, must(h.Read.Learner(ctx, "ana"))(t), must(h.Read.Evaluations(ctx, "ana"))(t)["ana"])
	if len(evaluations) != 1 || evaluations[0].Next != "" || len(evaluations[0].Ratings) != 1 {
		t.Errorf("a manager reads %+v", evaluations)
	}
}

// However a start or an expected end is put right, the day that pages tell as the last of
// probation is the last on which the record takes its end.
func TestTheEndOfProbationMovesWithTheStart(t *testing.T) {
	h := staffed(t)
	ctx, ask := t.Context(), desk.Ask{By: lena}
	h.joined(domain.Apprentice, "cal")
	h.joined(domain.Mentor, "mel")
	plan := planFor("cal", "mel")
	plan.StartOn = domain.NewDate(2026, 5, 18)
	h.must(dropped(h.Draft(ctx, ask, "cal", plan)))
	h.record("apprenticeship-cal", apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor}, apprenticeship.Registered{Agency: "OH SAA"}, apprenticeship.Began{On: domain.NewDate(2026, 5, 25)})
	for _, c := range []func() error{
		func() error { return nil },
		func() error {
			return dropped(h.CorrectStart(ctx, ask, "cal", domain.NewDate(2026, 5, 4), "payroll"))
		},
		func() error {
			return dropped(h.ChangeExpectedEnd(ctx, ask, "cal", domain.NewDate(2029, 5, 18), "part-time"))
		},
		func() error {
			return dropped(h.CorrectStart(ctx, ask, "cal", domain.NewDate(2026, 6, 1), "payroll"))
		},
	} {
		h.must(c())
		l := must(h.Read.Learner(ctx, "cal"))(t)
		var told domain.Date
		for _, e := range must(h.Explain(ctx, l))(t) {
			if e.Next == explain.PassProbation {
				told = e.Due
			}
		}
		now := h.now
		h.now = told.Midnight().AddDate(0, 0, -7)
		var due domain.Date
		for _, d := range must(h.Deadlines(ctx, lena))(t) {
			if d.Kind == desk.EndProbation && d.Learner.ID == "cal" {
				due = d.DueOn
			}
		}
		h.now = now
		state, _, err := events.Load(ctx, h.Log, "apprenticeship-cal", apprenticeship.Evolve)
		h.must(err)
		request := domain.Request{By: lena, At: told.AddDays(30).Midnight(), On: told.AddDays(1)}
		_, after := apprenticeship.CompleteProbation{Request: request}.Decide(state)
		request.On = told
		_, on := apprenticeship.CompleteProbation{Request: request}.Decide(state)
		if due != told || on != nil || after == nil {
			t.Errorf("begun on %s: explained %s, due %s, taken on that day: %v, on the next: %v", l.BeganOn, told, due, on, after)
		}
	}
}

func dropped(_ events.Position, err error) error { return err }

// An apprentice reads what an agency is told of them, and of nobody else, however it is asked for.
func TestAFilingIsReadByWhomItIsAbout(t *testing.T) {
	h := staffed(t)
	for _, id := range []domain.ApprenticeshipID{"ana", "cyd"} {
		h.record("filing-"+domain.Stream(id)+".7", filing.Due{Apprenticeship: id, Agency: "OH SAA", Cause: "began", OccurredOn: domain.NewDate(2026, 3, 2), DueOn: domain.NewDate(2026, 6, 30)})
	}
	h.must(h.Read.Wait(t.Context(), must(h.Log.Head(t.Context()))(t)))
	for by, want := range map[domain.Actor][2]int{lena: {2, 1}, ana: {1, 0}, ben: {0, 0}, dana: {0, 0}, {Partner: "lakeshore", Role: domain.Partner}: {0, 0}} {
		for i, q := range []projections.FilingQuery{{}, {Learners: []domain.ApprenticeshipID{"cyd"}, Open: true}} {
			found := must(h.Filings(t.Context(), by, q))(t)
			if n := must(h.CountFilings(t.Context(), by, q))(t); len(found) != want[i] || n.All != want[i] || n.Open != want[i] {
				t.Errorf("%s as %s reads %d, and is told of %+v; want %d", by.Person, by.Role, len(found), n, want[i])
			}
		}
	}
}

// What was told to an agency is shown again as it was written, whatever is corrected since, and
// goes with the name of who it is about.
func TestWhatWasFiledIsShownAgain(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.record("filing-ana.7", filing.Due{Apprenticeship: "ana", Agency: "OH SAA", Cause: "began", OccurredOn: domain.NewDate(2026, 3, 2), DueOn: domain.NewDate(2026, 6, 30)})
	h.must(dropped(h.PrepareFiling(ctx, desk.Ask{By: lena}, "ana", 7)))
	told := func() (desk.FilingForm, bool) {
		fs := must(h.Filings(ctx, lena, projections.FilingQuery{}))(t)
		form, there, err := h.Written(ctx, fs[0])
		h.must(err)
		return form, there
	}
	was, there := told()
	if !there || was.StartOn != domain.NewDate(2026, 3, 2) || was.Agency != "OH SAA" || was.Apprentice != "ana" {
		t.Errorf("%t: it was written that %+v", there, was)
	}
	h.must(dropped(h.CorrectStart(ctx, desk.Ask{By: lena}, "ana", domain.NewDate(2026, 2, 23), "payroll")))
	if again, there := told(); !there || again != was {
		t.Errorf("%t: later it is told as %+v", there, again)
	}
	if due := must(h.Deadlines(ctx, lena))(t); len(due) == 0 || due[0].Words != "Tell OH SAA that the apprenticeship began" || due[0].Learner.ID != "ana" {
		t.Errorf("what is due is %+v", due)
	}
	h.record("person-ana", person.Erased{Reason: person.Asked})
	h.must(h.Read.Wait(ctx, must(h.Log.Head(ctx))(t)))
	if form, there := told(); there {
		t.Errorf("of somebody who was erased there is %+v", form)
	}
}

// A log that takes the facts of an apprenticeship's reservation and nothing that gives it back.
type keeping struct{ events.Log }

func (l keeping) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	for _, a := range c.Appends {
		for _, e := range a.Events {
			if _, gives := e.(reservation.Released); gives {
				return 0, errors.New("disk on fire")
			}
		}
	}
	return l.Log.Append(ctx, c)
}

func TestWhatCannotBeTakenBackIsAFault(t *testing.T) {
	h := staffed(t)
	h.joined(domain.Apprentice, "cal")
	h.Log = keeping{h.Log}
	ratioFull := planFor("cal", "priya")
	h.record("program-health-it", program.Registered{Title: "H", Profile: "us-registered", On: domain.NewDate(2026, 1, 5)}, program.SiteAdded{Site: "north", Ratio: "1:1", From: domain.NewDate(2026, 1, 5)})
	h.record("placement-health-it.north", placement.Placed{Apprenticeship: "another", Under: "priya", From: domain.NewDate(2026, 1, 5)})
	ratioFull.Program = "health-it"
	_, err := h.Draft(t.Context(), desk.Ask{By: lena}, "cal", ratioFull)
	if err == nil || domain.AsRefusal(err) != nil || !strings.Contains(err.Error(), "disk on fire") || !strings.Contains(err.Error(), "unique-apprenticeship.cal") {
		t.Errorf("got %v, want a fault that says what was not taken back", err)
	}
}
