package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// reads is what somebody reads beside Ana's move.
func (h *house) reads(by domain.Actor) (texts string) {
	h.t.Helper()
	all := must(h.Read.Comments(h.t.Context(), "ana"))(h.t)
	l := must(h.Read.Learner(h.t.Context(), "ana"))(h.t)
	t := must(h.Read.Transition(h.t.Context(), "ana", admin))(h.t)
	for _, c := range h.ReadsComments(by, l, t, all[transition.Stream("ana", admin)]) {
		texts += string(c.By) + ": " + must(h.Text(h.t.Context(), c.Note))(h.t) + "\n"
	}
	return texts
}

func (h *house) comments(by domain.Actor, note string) error {
	_, err := h.Comment(h.t.Context(), desk.Ask{By: by}, "ana", admin, note)
	return err
}

func TestWhoTakesPartInAMoveCommentsOnIt(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	refused(t, h.comments(ana, "when?"), "NO_SUCH_TRANSITION")
	if _, err := h.propose(ana, "ana"); err != nil {
		t.Fatal(err)
	}
	helper := domain.Actor{Person: "helper", Role: domain.Coordinator}
	h.record(person.Stream(helper.Person), person.Joined{Name: "sealed helper", Capacity: helper.Role})
	for _, by := range []domain.Actor{ana, dana, lena, ruth} { // the steps of coordinators and of human resources wait still
		if err := h.comments(by, "from "+string(by.Person)); err != nil {
			t.Errorf("%s: %v", by.Name(), err)
		}
	}
	const said = "ana: from ana\ndana: from dana\nlena: from lena\nruth: from ruth\n"
	for by, want := range map[domain.Actor]string{ana: said, dana: said, lena: said, auditor: said, helper: said, owen: "", priya: "", ben: "", {Partner: "lakeshore", Role: domain.Partner}: ""} {
		if got := h.reads(by); got != want {
			t.Errorf("%s reads %q, want %q", by.Name(), got, want)
		}
	}
	refused(t, h.comments(auditor, "no"), "TAKES_NO_PART")
	refused(t, h.comments(priya, "her mentor did not ask for it"), "NO_SUCH_TRANSITION")
	refused(t, h.comments(ben, "no"), "NO_SUCH_APPRENTICESHIP")
	refused(t, h.comments(owen, "the step is not with him yet"), "NO_SUCH_APPRENTICESHIP")
	refused(t, h.comments(ana, " \n"), "NOTE_MISSING")
	refused(t, h.comments(ana, strings.Repeat("s", desk.MaxText+1)), "TEXT_TOO_LONG")
	h.grants(dana)
	if err := h.comments(owen, "There is a seat"); err != nil {
		t.Errorf("who holds the step: %v", err)
	}
	if err := h.comments(dana, "She is ready"); err != nil {
		t.Errorf("who held a step: %v", err)
	}
}

// A coordinator without an office in a move has a hand in it once they did something about it.
func TestACoordinatorWithAHandInAMoveTakesPart(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.mustPropose("ana")
	ctx := t.Context()
	l, move := must(h.Read.Learner(ctx, "ana"))(t), must(h.Read.Transition(ctx, "ana", admin))(t)
	move.Steps = move.Steps[:1]
	for _, by := range []domain.Actor{lena, ruth, auditor} {
		if must(h.TakesPart(ctx, by, l, move))(t) {
			t.Errorf("%s has no part in it", by.Name())
		}
	}
	if _, err := h.Delegate(ctx, desk.Ask{By: lena}, "ana", admin, "", "owen", h.Today(), h.Today()); err != nil {
		t.Fatal(err)
	}
	if !must(h.TakesPart(ctx, lena, l, move))(t) || must(h.TakesPart(ctx, ruth, l, move))(t) {
		t.Error("who named a deputy takes part, and nobody else")
	}
}

func TestAMoveIsCommentedOnForAWhileAfterItsEnd(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.mustPropose("ana")
	ctx := t.Context()
	h.grants(dana)
	if _, err := h.Decide(ctx, desk.Ask{By: owen}, "ana", admin, transition.Deny, "", "There is no seat"); err != nil {
		t.Fatal(err)
	}
	if err := h.comments(ana, "When will there be one?"); err != nil {
		t.Fatal(err)
	}
	if err := h.comments(owen, "In May"); err != nil {
		t.Errorf("who declined sees the question: %v", err)
	}
	h.now = h.now.AddDate(0, 0, transition.CommentDays)
	if err := h.comments(priya, "Thank you"); err != nil {
		t.Errorf("on the last day: %v", err)
	}
	h.now = h.now.AddDate(0, 0, 1)
	refused(t, h.comments(ana, "And now?"), "COMMENTS_CLOSED")
	refused(t, h.comments(owen, "And now?"), "NO_SUCH_TRANSITION")
	if _, err := h.propose(ana, "ana"); err != nil {
		t.Fatal(err)
	}
	if err := h.comments(ana, "Here I am again"); err != nil {
		t.Errorf("once it is asked for anew: %v", err)
	}
	for by, want := range map[domain.Actor]string{dana: "ana: Here I am again\n", ana: "ana: When will there be one?\nowen: In May\npriya: Thank you\nana: Here I am again\n"} {
		if got := h.reads(by); got != want {
			t.Errorf("%s reads %q, want %q", by.Name(), got, want)
		}
	}
}

func TestWhatWasSaidIsHeardByTheOthers(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.mustPropose("ana")
	heard := func(by domain.Actor) int { return len(must(h.Heard(t.Context(), by, time.Time{}, 10))(t)) }
	if err := h.comments(ana, "I can begin in June"); err != nil {
		t.Fatal(err)
	}
	for by, want := range map[domain.Actor]int{dana: 1, priya: 1, ana: 0, owen: 0, ben: 0} {
		if got := heard(by); got != want {
			t.Errorf("%s hears %d comments, want %d", by.Name(), got, want)
		}
	}
	h.now = h.now.AddDate(0, 0, 20)
	h.record(transition.Stream("ana", admin), transition.ApprovalEscalated{Step: 0, From: "dana", To: "owen", DueOn: h.Today().AddDays(9)})
	h.enters("ana", help, "owen")
	if heard(dana) != 0 {
		t.Error("who has no part any more hears what was said")
	}
}

// What was said about somebody goes with them: it is sealed under their key. Of somebody else who
// said it the name goes.
func TestCommentsGoWithWhomTheyAreAbout(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.mustPropose("ana")
	for by, note := range map[domain.Actor]string{ana: "I can begin in June", dana: "Then we plan for June"} {
		if err := h.comments(by, note); err != nil {
			t.Fatal(err)
		}
		for _, c := range must(h.Read.Comments(t.Context(), "ana"))(t)[transition.Stream("ana", admin)] {
			if strings.Contains(string(c.Note), "June") {
				t.Errorf("it is kept as %q", c.Note)
			}
		}
	}
	h.record(person.Stream("dana"), person.Erased{Reason: person.Asked})
	if got := h.reads(lena); !strings.Contains(got, "dana: Then we plan for June") {
		t.Errorf("with the manager erased the record of the apprentice is %q", got)
	}
	h.record(person.Stream("ana"), person.Erased{Reason: person.Asked})
	if got := h.reads(lena); strings.Contains(got, "June") || strings.Count(got, "Erased") != 2 {
		t.Errorf("with the apprentice erased it is %q", got)
	}
	refused(t, h.comments(lena, "too late"), "PERSON_ERASED")
}
