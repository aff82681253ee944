package domain_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func TestIdentifiersAreShortAndPlain(t *testing.T) {
	for id, want := range map[domain.PersonID]bool{
		"ana": true, "rapids-0414s-r": true, "7": true, domain.PersonID(strings.Repeat("a", 80)): true,
		"": false, "Ana": false, "ana.2026": false, "ana maria": false, "añа": false, "a/b": false, "a\n": false, domain.PersonID(strings.Repeat("a", 81)): false,
	} {
		if got := domain.ValidID(id); got != want {
			t.Errorf("%q: got %v", id, got)
		}
	}
	form := regexp.MustCompile(`\A[a-z0-9-]{1,80}\z`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9-]{0,90}`)).Draw(t, "id")
		if got := domain.ValidID(s); got != form.MatchString(s) {
			t.Fatalf("%q: got %v", s, got)
		}
	})
}

func TestAStreamTellsItsCategoryAndSubject(t *testing.T) {
	s := domain.Stream("timesheet-ana-2026.2026-W47")
	if s.Category() != "timesheet" {
		t.Errorf("category %q", s.Category())
	}
	if subject, err := s.Subject("timesheet"); subject != "ana-2026.2026-W47" || err != nil {
		t.Errorf("subject %q, %v", subject, err)
	}
	if first, second, err := s.Pair("timesheet"); first != "ana-2026" || second != "2026-W47" || err != nil {
		t.Errorf("pair %q, %q, %v", first, second, err)
	}
	for _, bad := range []domain.Stream{"", "timesheet", "timesheet-", "time-sheet", "timesheets-ana.2026-W47"} {
		if subject, err := bad.Subject("timesheet"); err == nil {
			t.Errorf("%q is taken for the timesheet %q", bad, subject)
		}
	}
	for _, bad := range []domain.Stream{"timesheet-ana", "timesheet-.2026-W47", "timesheet-ana.", "milestone-ana.lab"} {
		if first, second, err := bad.Pair("timesheet"); err == nil {
			t.Errorf("%q is taken for the timesheet of %q in %q", bad, first, second)
		}
	}
}

func TestAnActorIsNamedByWhatItIs(t *testing.T) {
	for want, a := range map[string]domain.Actor{
		"person:ana": {Person: "ana", Role: domain.Apprentice}, "partner:north": {Partner: "north", Role: domain.Partner}, "policy:wages": {Policy: "wages", Role: domain.System},
	} {
		if got := a.Name(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestARequestTakesEffectTodayUnlessItSaysOtherwise(t *testing.T) {
	r := domain.Request{At: time.Date(2026, time.March, 2, 23, 0, 0, 0, time.UTC)}
	if got := r.Today().String(); got != "2026-03-02" {
		t.Errorf("got %s", got)
	}
	r.On = domain.NewDate(2026, time.January, 5)
	if got := r.Today().String(); got != "2026-01-05" {
		t.Errorf("got %s", got)
	}
}

func TestARefusalIsFoundInAChainAndAFaultIsNot(t *testing.T) {
	r := domain.Refuse(domain.Conflict, "TOO_LATE", "The week %s is closed.", "2026-W01")
	if got := domain.AsRefusal(fmt.Errorf("approve: %w", r)); got != r || got.Error() != "The week 2026-W01 is closed." {
		t.Errorf("got %+v", got)
	}
	if got := domain.AsRefusal(errors.New("disk full")); got != nil {
		t.Errorf("a fault became %+v", got)
	}
	if got := domain.AsRefusal(nil); got != nil {
		t.Errorf("no error became %+v", got)
	}
	about := r.About("week")
	if about.Field != "week" || about.Code != r.Code || r.Field != "" {
		t.Errorf("got %+v from %+v", about, r)
	}
}

func TestProblemsAreOneRefusalWithALineForEach(t *testing.T) {
	if err := domain.Problems(nil).Err(); err != nil {
		t.Errorf("nothing wrong gave %v", err)
	}
	ps := domain.Problems{
		{File: "a.csv", Line: 3, Column: 7, Text: "is wrong."}, {File: "a.csv", Line: 3, Text: "is wrong."}, {File: "a.csv", Text: "is missing."},
		{Line: 3, Column: 7, Text: "is wrong."}, {Line: 3, Where: "row 2, hours", Text: "is wrong."}, {Text: "is empty."},
	}
	want := "a.csv:3:7: is wrong.\na.csv:3: is wrong.\na.csv: is missing.\nline 3, column 7: is wrong.\nline 3: row 2, hours: is wrong.\nis empty."
	r := domain.AsRefusal(fmt.Errorf("import: %w", ps.Err()))
	if r == nil || r.Code != "BAD_FILE" || r.Kind != domain.Invalid || r.Reason != want {
		t.Errorf("got %+v\nwant %s", r, want)
	}
	for range 60 {
		ps = append(ps, domain.Problem{Text: "x"})
	}
	if got := ps.Error(); strings.Count(got, "\n") != 50 || !strings.HasSuffix(got, "\nand 16 more") {
		t.Errorf("66 problems are written as %q", got)
	}
}
