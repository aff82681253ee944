package transition

import (
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestCommenting(t *testing.T) {
	say := func(by domain.Request) Comment { return Comment{Request: by, Note: "sealed:when"} }
	said := func(by domain.PersonID) Event { return Commented{by, "sealed:when"} }
	later := func(days int) Comment { return Comment{on(ana, today.AddDays(days)), "sealed:when", today} }
	many := atFirst
	for n := range MaxComments {
		many = append(many, Commented{"ana", domain.Sealed("sealed:" + strconv.Itoa(n))})
	}
	anew := after(many, nope, asked)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice asks", Given: atFirst, When: say(ana), Then: []Event{said("ana")}},
		{Name: "who decides answers", Given: after(atFirst, said("ana")), When: say(grace), Then: []Event{said("grace")}},
		{Name: "the same is said once", Given: after(atFirst, said("ana")), When: say(ana)},
		{Name: "the same can be said again after an answer", Given: after(atFirst, said("ana"), said("grace")), When: say(ana), Then: []Event{said("ana")}},
		{Name: "before it is handed in", Given: onPaper, When: say(ana), Then: []Event{said("ana")}},
		{Name: "while it is sent back", Given: sentBack, When: say(ana), Then: []Event{said("ana")}},
		{Name: "while it is on trial", Given: done, When: later(400), Then: []Event{said("ana")}},
		{Name: "on the last day after it was declined", Given: declined, When: later(CommentDays), Then: []Event{said("ana")}},
		{Name: "no day later", Given: declined, When: later(CommentDays + 1), Refused: "COMMENTS_CLOSED"},
		{Name: "no day later when it was confirmed", Given: after(done, Confirmed{"omar", today}), When: later(CommentDays + 1), Refused: "COMMENTS_CLOSED"},
		{Name: "once it was asked for anew", Given: after(declined, asked), When: later(CommentDays + 1), Then: []Event{said("ana")}},
		{Name: "nothing is not said", Given: atFirst, When: Comment{Request: ana}, Refused: "NOTE_MISSING"},
		{Name: "not more than there is room for", Given: many, When: say(grace), Refused: "TOO_MANY_COMMENTS"},
		{Name: "another day does not make room", Given: after(many, back, ask(func(p *Proposed) { p.EffectiveOn = today }).Proposed), When: say(ana), Refused: "TOO_MANY_COMMENTS"},
		{Name: "another attempt does", Given: anew, When: say(ana), Then: []Event{said("ana")}},
		{Name: "a policy says nothing", Given: atFirst, When: say(policy), Refused: "NOT_A_PERSON"},
		{Name: "there has to be a move", When: say(ana), Refused: "NO_SUCH_TRANSITION"},
		{Name: "what was said lets a move not be forgotten", Given: after(atFirst, said("ana")), When: Expire{on(policy, today.AddDays(90)), uint64(len(atFirst)), today, 90}, Refused: "NOT_IDLE"},
	})
}

// A move is decided the same whatever is said beside it.
func TestCommentsDecideNothing(t *testing.T) {
	comments := 0
	spec.Histories(t, func(t *rapid.T) {
		var with, without State
		for _, f := range anything(t) {
			with = Evolve(with, f.Event)
			if _, ok := f.Event.(Commented); ok {
				comments++
				continue
			}
			without = Evolve(without, f.Event)
		}
		with.facts, with.attempt, with.comments, with.said = without.facts, without.attempt, 0, Commented{}
		if !reflect.DeepEqual(with, without) {
			t.Fatalf("with comments %+v\nwithout %+v", with, without)
		}
	})
	if comments == 0 {
		t.Error("nobody said anything: the test proves too little")
	}
}
