package projections_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/projections"
)

// What is still to be sent is read in its order, so that a part costs no more than what is shown.
func TestFilingsComeInParts(t *testing.T) {
	var facts []fact
	for n, id := range []domain.ApprenticeshipID{"a", "b", "c", "d", "e", "f", "g", "h"} {
		due := day("2026-04-01").AddDays(n * 5 % 8)
		stages := []domain.Event{filing.Due{Apprenticeship: id, Program: []domain.ProgramID{"health-it", "labs"}[n%2], Agency: "OA", Cause: "began", OccurredOn: due.AddDays(-30), DueOn: due},
			filing.Prepared{Digest: "d", On: due}, filing.Submitted{Reference: "R", On: due}, filing.Accepted{On: due}}
		if n == 7 {
			stages[3] = filing.Rejected{Errors: "sealed", On: due}
		}
		facts = append(facts, on("2026-03-10", lena, filing.Stream(id, 4), stages[:1+n%4]...))
	}
	db := told(t, facts...)
	ask := func(q projections.FilingQuery) []string {
		found, err := db.Filings(t.Context(), q)
		n, err1 := db.CountFilings(t.Context(), q, day("2026-04-04"))
		counted := projections.FilingCount{}
		for _, f := range must(t, found, err) {
			counted.All++
			if f.State != projections.FilingSubmitted && f.State != projections.FilingAccepted {
				counted.Open++
				if f.DueOn.Before(day("2026-04-04")) {
					counted.Late++
				}
			}
		}
		if must(t, n, err1) != counted {
			t.Errorf("%+v counts as %+v, and has %+v", q, n, counted)
		}
		var parts []string
		for q.First = 3; ; q.Skip += 3 {
			part, err := db.Filings(t.Context(), q)
			if parts = append(parts, lines(must(t, part, err), line)...); len(part) == 0 {
				break
			}
		}
		if whole := lines(found, line); !slices.Equal(parts, whole) {
			t.Errorf("%+v has %q, and in parts %q", q, whole, parts)
		}
		return parts
	}
	for _, c := range []struct {
		name string
		q    projections.FilingQuery
		want string
	}{
		{"all, the earliest first", projections.FilingQuery{}, "a due, f prepared, c submitted, h rejected, e due, b prepared, g submitted, d accepted"},
		{"what is still to be sent comes first", projections.FilingQuery{OpenFirst: true}, "a due, f prepared, h rejected, e due, b prepared, c submitted, g submitted, d accepted"},
		{"only that", projections.FilingQuery{Open: true}, "a due, f prepared, h rejected, e due, b prepared"},
		{"until a day", projections.FilingQuery{Open: true, Until: day("2026-04-03")}, "a due, f prepared"},
		{"of a programme", projections.FilingQuery{Program: "labs", OpenFirst: true}, "f prepared, h rejected, b prepared, d accepted"},
		{"in a state", projections.FilingQuery{State: projections.FilingSubmitted}, "c submitted, g submitted"},
		{"of learners", projections.FilingQuery{Learners: []domain.ApprenticeshipID{"b", "g"}}, "b prepared, g submitted"},
		{"of none", projections.FilingQuery{Learners: []domain.ApprenticeshipID{}}, ""},
		{"one", projections.FilingQuery{Learners: []domain.ApprenticeshipID{"b"}, Revision: 4}, "b prepared"},
		{"none that there is", projections.FilingQuery{Learners: []domain.ApprenticeshipID{"b"}, Revision: 5}, ""},
	} {
		if got := strings.Join(ask(c.q), ", "); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
	ordered := 0
	for _, plan := range projections.Questions(t, db, "LIMIT ? OFFSET ?") {
		if strings.Contains(plan, "told = ?") || strings.Contains(plan, "BY told") {
			if ordered++; !strings.Contains(plan, "INDEX filing_told") {
				t.Errorf("what is still to be sent is not read in its order: %s", plan)
			}
		}
	}
	if ordered < 4 {
		t.Errorf("only %d questions went by what is still to be sent", ordered)
	}
}

func line(f projections.Filing) string { return join(f.Learner, f.State) }
