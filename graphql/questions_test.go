package graphql_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestAPageAsksAsOftenForAHundredAsForOne counts what the read model is asked while a page is
// answered, by a coordinator and by a college.
func TestAPageAsksAsOftenForAHundredAsForOne(t *testing.T) {
	s := openSchool(t, 120)
	const fields = `id displayName currentRole{title} standard{title} consents{state}
		milestones(first:10){edges{node{id state requirement{title}}}} credits(first:5){edges{node{id state awardedBy{name}}}}
		transitions(first:3){edges{node{id state}}} progress{total findings{met}} hours(by:WEEK){key approvedMinutes} mentors{name kind}
		completion{met} priorCredit{on} evaluations{evaluator} wages{steps{step}} syncRows{ojlHours rtiHours}`
	ask := func(who string, first int, after string) (questions uint64, cursor string) {
		before := s.read.Status(0, now).Questions
		got := s.answer(t, who, `query($after:String){apprentices(first:`+fmt.Sprint(first)+`,after:$after){pageInfo{endCursor}edges{node{`+fields+`}}}}`, `{"after":`+after+`}`)
		if n := strings.Count(got, `"displayName"`); n != first {
			t.Fatalf("%d learners, not %d", n, first)
		}
		_, rest, _ := strings.Cut(got, `"endCursor":`)
		cursor, _, _ = strings.Cut(rest, "}")
		return s.read.Status(0, now).Questions - before, cursor
	}
	for _, who := range []string{"lena", "lakeshore"} {
		one, cursor := ask(who, 1, "null")
		hundred, _ := ask(who, 100, cursor)
		if hundred > one || hundred > 25 {
			t.Errorf("%s: %d questions for one learner, %d for a hundred", who, one, hundred)
		}
	}
}
