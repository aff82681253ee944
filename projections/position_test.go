package projections_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestPositions(t *testing.T) {
	const place = domain.Stream("position-p-1")
	opened := on("2026-04-01", ruth, place, position.Opened{Role: "systems-administrator", Title: "Systems administrator", Site: "riverside", PayGrade: "IT-3", Headcount: 2, From: day("2026-04-01")})
	kept := on("2026-04-02", ruth, place, position.Reserved{For: "ana-ruiz", Move: move})
	filled := on("2026-05-04", rules, place, position.Filled{By: "ana-ruiz", On: day("2026-05-04"), Internal: true, Move: move})
	right := on("2026-05-05", ruth, place, position.Filled{By: "ana-ruiz", On: day("2026-05-01"), Internal: true, Move: move, Was: day("2026-05-04")})
	left := on("2026-09-01", ruth, place, position.Vacated{By: "ana-ruiz", On: day("2026-08-31")})
	vacancies := func(t testing.TB, db *projections.DB) any {
		ps, err := db.Positions(t.Context(), projections.PositionQuery{Site: "riverside", Vacant: true})
		return lines(must(t, ps, err), func(p projections.Position) string {
			return join(p.ID, p.Title, p.Headcount, p.Held, p.Promised, p.Vacant())
		})
	}
	places := func(t testing.TB, db *projections.DB) any {
		ps, err := db.Places(t.Context(), "p-1")
		return lines(must(t, ps, err), func(p projections.Place) string { return join(p.Person, p.From, p.Until, p.Internal) })
	}
	check(t, []telling{
		{"there are places to fill", []fact{opened}, vacancies, []string{"p-1 Systems administrator 2 0 0 2"}},
		{"one is kept", []fact{opened, kept}, vacancies, []string{"p-1 Systems administrator 2 0 1 1"}},
		{"one is held", []fact{opened, kept, filled}, vacancies, []string{"p-1 Systems administrator 2 1 0 1"}},
		{"one is kept no more", []fact{opened, kept, on("2026-04-03", ruth, place, position.Released{For: "ana-ruiz"})}, vacancies, []string{"p-1 Systems administrator 2 0 0 2"}},
		{"a closed position seeks nobody", []fact{opened, on("2026-04-03", ruth, place, position.Closed{On: day("2026-04-03")})}, vacancies, []string{}},
		{"since when it is held", []fact{opened, filled, right}, places, []string{"ana-ruiz 2026-05-01  true"}},
		{"until when it was held", []fact{opened, filled, left}, places, []string{"ana-ruiz 2026-05-04 2026-08-31 true"}},
		{"a vacated place is to fill", []fact{opened, filled, left}, vacancies, []string{"p-1 Systems administrator 2 0 0 2"}},
	})
}
