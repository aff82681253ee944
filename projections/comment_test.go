package projections_test

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// saying is a comment beside the move.
func saying(d string, by domain.Actor, note domain.Sealed) fact {
	return on(d, by, move, transition.Commented{By: by.Person, Note: note})
}

func theComments(t testing.TB, db *projections.DB) any {
	all, err := db.Comments(t.Context(), learner)
	return lines(must(t, all[move], err), func(c projections.Comment) string {
		return join(c.Revision, domain.DateOf(c.At), c.By, c.Note, c.Former)
	})
}

func TestCommentsStandBesideTheirMove(t *testing.T) {
	talked := all(asked, []fact{saying("2026-04-02", dana, "sealed when?"), saying("2026-04-03", ana, "sealed in May")})
	again := all(talked, []fact{on("2026-04-05", priya, move, transition.Withdrawn{By: "priya-raman"}), on("2026-04-20", priya, move, proposed)})
	version := func(t testing.TB, db *projections.DB) any {
		m, err := db.Transition(t.Context(), learner, "systems-administrator")
		return join(must(t, m, err).Version, m.Facts, m.State, domain.DateOf(m.ChangedAt))
	}
	heard := func(who domain.PersonID, since string) func(testing.TB, *projections.DB) any {
		return func(t testing.TB, db *projections.DB) any {
			var at time.Time
			if since != "" {
				at = day(since).Midnight()
			}
			hs, err := db.Heard(t.Context(), who, at, 10)
			return lines(must(t, hs, err), func(h projections.Heard) string { return join(h.Learner, h.To, domain.DateOf(h.At), h.By) })
		}
	}
	check(t, []telling{
		{"in order", talked, theComments, []string{"5 2026-04-02 dana-whitfield sealed when? false", "6 2026-04-03 ana-ruiz sealed in May false"}},
		{"they are of the attempt at which they were made", again, theComments, []string{"5 2026-04-02 dana-whitfield sealed when? true", "6 2026-04-03 ana-ruiz sealed in May true"}},
		{"the move is not forgotten, and is as it was", talked, version, "4 6 submitted 2026-04-03"},
		{"who asked for the move hears all", talked, heard("priya-raman", ""), []string{"ana systems-administrator 2026-04-03 ana-ruiz", "ana systems-administrator 2026-04-02 dana-whitfield"}},
		{"since a moment", talked, heard("priya-raman", "2026-04-03"), []string{"ana systems-administrator 2026-04-03 ana-ruiz"}},
		{"who holds a step hears others", talked, heard("dana-whitfield", ""), []string{"ana systems-administrator 2026-04-03 ana-ruiz"}},
		{"who decided hears what comes after", all(handed, []fact{saying("2026-04-09", ana, "sealed thanks")}), heard("dana-whitfield", ""), []string{"ana systems-administrator 2026-04-09 ana-ruiz"}},
		{"who said something hears the answer", all(handed, []fact{saying("2026-04-09", lena, "sealed soon"), saying("2026-04-10", ana, "sealed thanks")}), heard("lena-fischer", ""), []string{"ana systems-administrator 2026-04-10 ana-ruiz"}},
		{"the apprentice is told otherwise", talked, heard("ana-ruiz", ""), []string{}},
		{"who has no part hears nothing", talked, heard("owen-castellano", ""), []string{}},
		{"what was said at an attempt that ended is over", again, heard("priya-raman", ""), []string{}},
	})
}

// What is said beside a move is for nobody outside: no feed tells that it was said.
func TestCommentsAreNotInTheFeed(t *testing.T) {
	feed := func(said ...fact) []projections.Change {
		db := told(t, all(inForce, second, []fact{consented("", domain.TransitionRecords)}, asked, said)...)
		cs, _, _, err := db.Feed(t.Context(), projections.FeedQuery{Partner: "lakeshore", First: 100})
		return must(t, cs, err)
	}
	before := feed()
	if after := feed(saying("2026-04-02", dana, "sealed when?")); len(before) == 0 || !slices.Equal(before, after) {
		t.Errorf("the feed was %v and is %v", before, after)
	}
}
