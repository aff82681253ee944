package projections

import (
	"cmp"
	"reflect"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// effective says of the records of a stream on which day each takes effect: the day that
// the fact names as its own, else that of its request.
//
// What corrects an entry takes effect with it. What says on which day something happened
// instead, or that it did not, takes effect on that day together with what it corrects.
// Hours count on the day they were worked; those that came in or were corrected after
// something was decided about their week, from that decision on; and a decision takes
// effect once everything does that it is about.
func effective(records []events.Recorded) []Fact {
	of := map[domain.EntryID]domain.Date{}
	var latest, decided domain.Date // of a week so far
	mends := map[int][]int{}        // what corrects a fact, by index
	out := make([]Fact, len(records))
	for i, r := range records {
		entry := field[domain.EntryID](r.Event, "Entry")
		on := cmp.Or(ownDay(r.Event), of[entry], r.Request.Today())
		switch {
		case r.Revision == 1 || r.Stream.Category() != "timesheet":
		case entry != "":
			on = later(on, decided)
			latest = later(latest, on)
		default:
			on = later(on, latest)
			latest, decided = on, on
		}
		if entry != "" {
			of[entry] = on
		}
		out[i] = Fact{r, on}
		if corrects, day := corrected(r.Event); corrects != nil {
			redate(out[:i+1], corrects, day, mends)
		}
	}
	return out
}

// ownDay is the day that a fact says it happened on, or holds from; zero if it says none.
func ownDay(e domain.Event) domain.Date {
	switch e := e.(type) {
	case apprenticeship.ProgressEvaluated, apprenticeship.EvaluationCorrected: // From and To are what was evaluated
		return domain.Date{}
	case apprenticeship.WageStepApproved:
		return e.EffectiveOn
	case apprenticeship.WageStepCorrected:
		return e.EffectiveOn
	}
	return cmp.Or(field[domain.Date](e, "On"), field[domain.Date](e, "Date"), field[domain.Date](e, "From"))
}

// corrected tells which facts before it a fact corrects, and on which day they took effect
// instead; the zero day leaves them where they are. It is nil for a fact that corrects none.
func corrected(e domain.Event) (corrects func(domain.Event) bool, day domain.Date) {
	switch e := e.(type) {
	case apprenticeship.StartDateCorrected:
		return is[apprenticeship.Began], e.Is
	case apprenticeship.RegistrationCorrected:
		return is[apprenticeship.Registered], e.On
	case apprenticeship.PauseCorrected:
		no := 0
		return func(f domain.Event) bool { // the breaks are told oldest first
			if is[apprenticeship.Suspended](f) {
				no++
			}
			return is[apprenticeship.Suspended](f) && no == e.No
		}, e.From
	case apprenticeship.CancellationReversed:
		return is[apprenticeship.Cancelled], domain.Date{}
	case apprenticeship.WageStepCorrected:
		return func(f domain.Event) bool {
			approved, ok := f.(apprenticeship.WageStepApproved)
			return ok && approved.Step == e.Step
		}, e.EffectiveOn
	case apprenticeship.DateCorrected:
		switch e.Of {
		case apprenticeship.EndOfProbation:
			return is[apprenticeship.ProbationCompleted], e.Is
		case apprenticeship.Completion:
			return is[apprenticeship.CompletionCertified], e.Is
		case apprenticeship.Cancellation:
			return is[apprenticeship.Cancelled], e.Is
		}
	case milestone.AssessmentCorrected:
		return func(f domain.Event) bool {
			assessed, ok := f.(milestone.Assessed)
			return ok && assessed.Attempt == e.Attempt
		}, domain.Date{}
	case apprenticeship.StageCorrected:
		return func(f domain.Event) bool {
			entered, ok := f.(apprenticeship.StageEntered)
			return ok && entered.Role == e.Role
		}, e.Is
	case transition.TermsCorrected:
		return is[transition.MadeEffective], e.Terms.EffectiveOn
	}
	return nil, domain.Date{}
}

func is[E domain.Event](e domain.Event) bool { _, ok := e.(E); return ok }

// redate lets the last of some facts, and the newest of those before it that it corrects,
// take effect on one day, with whatever corrected that one before.
func redate(facts []Fact, corrects func(domain.Event) bool, day domain.Date, mends map[int][]int) {
	last, of := len(facts)-1, -1
	for i, f := range facts[:last] {
		if corrects(f.Event) {
			of = i
		}
	}
	if of < 0 {
		return
	}
	mends[of] = append(mends[of], last)
	was := facts[of].On
	day = cmp.Or(day, was)
	facts[of].On = day
	for _, i := range mends[of] {
		facts[i].On = day
	}
	if _, ok := facts[last].Event.(apprenticeship.StageCorrected); ok && is[apprenticeship.SupervisorAssigned](facts[of+1].Event) && facts[of+1].On == was {
		facts[of+1].On = day // who leads the team came with the role
	}
	if pause, ok := facts[last].Event.(apprenticeship.PauseCorrected); ok && !pause.To.IsZero() {
		for i := of + 1; i < last; i++ {
			if is[apprenticeship.Reinstated](facts[i].Event) {
				facts[i].On = pause.To.AddDays(1)
				return
			}
		}
	}
}

func later(a, b domain.Date) domain.Date {
	if b.After(a) {
		return b
	}
	return a
}

// field is what a fact says under a name; the zero value if it says no such thing.
func field[T any](e domain.Event, name string) (v T) {
	s := reflect.ValueOf(e)
	if s.Kind() == reflect.Struct {
		if f := s.FieldByName(name); f.IsValid() && f.Type() == reflect.TypeFor[T]() {
			v = f.Interface().(T)
		}
	}
	return v
}
