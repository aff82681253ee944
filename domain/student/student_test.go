package student

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}}
	rival   = domain.Request{By: domain.Actor{Partner: "harbor", Role: domain.Partner}}
	kim     = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}}
	grace   = domain.Request{By: domain.Actor{Person: "grace", Role: domain.Manager}}

	reported = Reported{ID: "sealed L-1", Name: "sealed name"}
	row      = Held{Enrolment: "e1", Row: "sealed row", Digest: "d1"}
	resealed = Held{Enrolment: "e1", Row: "sealed anew", Digest: "d1"}
	changed  = Held{Enrolment: "e1", Row: "sealed other", Digest: "d2"}
	linked   = Linked{Person: "ana", ID: "sealed L-1 for ana", Held: []Held{resealed}}

	waiting = []Event{reported, row}
	known   = []Event{reported, row, linked}
	nobody  = []Event{reported, row, Refused{}}
)

func hold(r domain.Request, rows ...Held) Hold { return Hold{r, "lakeshore", reported, rows} }

func TestStudents(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "who is not known waits, with what was said", When: hold(college, row), Then: waiting},
		{Name: "a coordinator hands it in for the college", When: hold(kim, row), Then: waiting},
		{Name: "the same is held once, however it is sealed", Given: waiting, When: hold(college, resealed)},
		{Name: "what is said otherwise takes its place", Given: waiting, When: hold(college, changed), Then: []Event{changed}},
		{Name: "nothing is kept of who is nobody here", Given: nobody, When: hold(college, row)},
		{Name: "who is linked and shares nothing waits as well", Given: append(known[:3:3], Applied{[]domain.EnrolmentID{"e1"}}), When: hold(college, resealed), Then: []Event{resealed}},
		{Name: "another college says nothing about them", When: hold(rival, row), Refused: "NOT_YOURS_TO_REPORT"},
		{Name: "a manager says nothing about them", When: hold(grace, row), Refused: "NOT_YOURS_TO_REPORT"},

		{Name: "what is on record is held no longer", Given: known, When: Release{kim, []domain.EnrolmentID{"e1", "e2"}}, Then: []Event{Applied{[]domain.EnrolmentID{"e1"}}}},
		{Name: "nothing was held", Given: []Event{reported}, When: Release{kim, []domain.EnrolmentID{"e1"}}},

		{Name: "a coordinator says who it is", Given: waiting, When: Link{kim, linked}, Then: []Event{linked}},
		{Name: "before anybody named the student, too", When: Link{kim, Linked{Person: "ana", ID: "sealed"}}, Then: []Event{Linked{Person: "ana", ID: "sealed"}}},
		{Name: "once", Given: known, When: Link{kim, linked}},
		{Name: "who was refused is somebody after all", Given: nobody, When: Link{kim, Linked{Person: "ana", ID: "sealed"}}, Then: []Event{Linked{Person: "ana", ID: "sealed"}}},
		{Name: "a college does not say who it is", Given: waiting, When: Link{college, linked}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody says it of themselves", Given: waiting, When: Link{kim, Linked{Person: "kim"}}, Refused: "OWN_MATTER"},
		{Name: "a student is one learner", Given: known, When: Link{kim, Linked{Person: "ben"}}, Refused: "LINKED_ALREADY"},

		{Name: "a mistake is taken back", Given: known, When: Unlink{kim}, Then: []Event{Unlinked{"ana"}}},
		{Name: "once", Given: append(known[:3:3], Unlinked{"ana"}), When: Unlink{kim}},
		{Name: "then the student is named anew", Given: append(known[:3:3], Unlinked{"ana"}), When: hold(college, row), Then: waiting},
		{Name: "a college takes nothing back", Given: known, When: Unlink{college}, Refused: "NOT_COORDINATOR"},

		{Name: "a student is nobody here", Given: waiting, When: Refuse{kim}, Then: []Event{Refused{}}},
		{Name: "once", Given: nobody, When: Refuse{kim}},
		{Name: "a learner is somebody", Given: known, When: Refuse{kim}, Refused: "LINKED_ALREADY"},
		{Name: "there has to be a student", When: Refuse{kim}, Refused: "NO_SUCH_STUDENT"},
		{Name: "a college refuses nobody", Given: waiting, When: Refuse{college}, Refused: "NOT_COORDINATOR"},
	})
	var full []Held
	for i := range MaxHeld + 1 {
		full = append(full, Held{Enrolment: domain.EnrolmentID([]byte{byte('a' + i/26), byte('a' + i%26)})})
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{{Name: "there is an end to what is held", When: hold(college, full...), Refused: "TOO_MUCH_HELD"}})
}

func TestEveryDecisionHasAKeyOfItsOwn(t *testing.T) {
	var s State
	seen := map[domain.PersonID]bool{}
	for _, e := range []Event{reported, row, linked, Unlinked{"ana"}, reported, Refused{}, Linked{Person: "ben"}, Unlinked{"ben"}, reported} {
		s = Evolve(s, e)
		if e == Event(reported) {
			key := Key("s1", s.Round)
			if seen[key] || !domain.ValidID(key) {
				t.Errorf("%s is a key that was destroyed, or none", key)
			}
			seen[key] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("%v", seen)
	}
}
