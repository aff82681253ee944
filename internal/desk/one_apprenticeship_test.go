package desk_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/spec"
	"github.com/guildhall-dev/guildhall/projections"
)

// TestInvariant01OneOpenApprenticeshipForAPersonAndOccupation lets a coordinator draft, begin,
// cancel and take back in any order, on the real log: whatever is accepted, nobody has two
// open apprenticeships in an occupation, nor two that overlap. Every history has a person and
// a site of its own.
func TestInvariant01OneOpenApprenticeshipForAPersonAndOccupation(t *testing.T) {
	h := staffed(t)
	h.joined(domain.Mentor, "m-0", "m-1", "m-2", "m-3", "m-4")
	ctx, ask := t.Context(), desk.Ask{By: lena}
	people, hired, drafts, ends, reversals := 0, 0, 0, 0, 0
	spec.Histories(t, func(rt *rapid.T) {
		people++
		if people > hired {
			hired += h.hire(hired)
		}
		who := domain.PersonID(fmt.Sprint("p", people))
		var own []domain.ApprenticeshipID
		for n := range rapid.IntRange(2, 5).Draw(rt, "requests") {
			do := rapid.SampledFrom([]string{"draft", "draft", "begin", "cancel", "reverse"}).Draw(rt, "request")
			if do == "draft" || len(own) == 0 {
				id := domain.ApprenticeshipID(fmt.Sprintf("%s-%d", who, n))
				_, err := h.Draft(ctx, ask, id, desk.Plan{
					Person: who, Supervisor: "dana", Mentor: domain.PersonID(fmt.Sprint("m-", n)), Age: 30,
					Standard: rapid.SampledFrom([]domain.StandardID{"it-security-pathway", "it-security-pathway", "clinical-informatics-pathway"}).Draw(rt, "occupation"),
					StartOn:  h.Today().AddDays(rapid.IntRange(-20, 5).Draw(rt, "start")),
				})
				if err == nil {
					own, drafts = append(own, id), drafts+1
				} else if domain.AsRefusal(err) == nil {
					rt.Fatal(err)
				}
				continue
			}
			id := rapid.SampledFrom(own).Draw(rt, "which")
			l := must(h.Read.Learner(ctx, id))(t)
			var err error
			switch do {
			case "begin":
				if l.Status == projections.Draft {
					h.record(apprenticeship.Stream(id), apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor},
						apprenticeship.Registered{Agency: "OH SAA"}, apprenticeship.Began{On: l.StartOn})
				}
			case "cancel":
				if _, err = h.Cancel(ctx, ask, id, desk.Cancellation{By: apprenticeship.BySponsor, On: h.Today()}); err == nil {
					ends++
				}
			case "reverse":
				if _, err = h.ReverseCancellation(ctx, ask, id, "by mistake"); err == nil {
					reversals++
				}
			}
			if err != nil && domain.AsRefusal(err) == nil {
				rt.Fatal(err)
			}
		}
		apart(rt, must(h.Read.LearnersOf(ctx, who))(t))
	})
	if drafts < people || ends == 0 || reversals == 0 {
		t.Errorf("%d drafts, %d ends and %d reversals prove too little", drafts, ends, reversals)
	}
}

// hire has many people join in one commit, each at a site of their own, and tells how many.
func (h *house) hire(after int) int {
	h.t.Helper()
	const many = 500
	c := events.Commit{Request: domain.Request{By: lena, At: h.now}}
	for i := range many {
		no := after + i + 1
		c.Appends = append(c.Appends, events.Append{Stream: person.Stream(domain.PersonID(fmt.Sprint("p", no))), Expected: events.Any,
			Events: []domain.Event{person.Joined{Name: "sealed", Capacity: domain.Apprentice, Site: domain.SiteID(fmt.Sprint("s", no))}}})
	}
	if _, err := h.Log.Append(h.t.Context(), c); err != nil {
		h.t.Fatal(err)
	}
	h.caughtUp()
	return many
}

func apart(t *rapid.T, own []projections.Learner) {
	for i, a := range own {
		for _, b := range own[:i] {
			switch {
			case a.Standard != b.Standard:
			case !a.Over() && !b.Over():
				t.Fatalf("two are open: %+v and %+v", a, b)
			case a.BeganOn.IsZero() || b.BeganOn.IsZero():
			case !a.BeganOn.After(b.EndedOn) && !b.BeganOn.After(a.EndedOn) && a.Over() && b.Over(),
				a.Over() && !b.Over() && !b.BeganOn.After(a.EndedOn), b.Over() && !a.Over() && !a.BeganOn.After(b.EndedOn):
				t.Fatalf("two overlap: %+v and %+v", a, b)
			}
		}
	}
}
