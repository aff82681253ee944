package projections_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/projections"
)

func theAttempts(t testing.TB, db *projections.DB) any {
	m, _, err := db.Milestone(t.Context(), learner, "hd-portfolio")
	must(t, m, err)
	out := []string{fmt.Sprintf("%s %d of %d, due %s, until %s", m.State, m.Passed(), m.Successes, m.Due, m.ValidUntil)}
	for _, a := range m.Attempts {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d: %v was %v on %d %v %s", a.Number, a.Now, a.Was, a.Evidence, a.Lapsed, a.Reason)))
	}
	return out
}

func theOver(t testing.TB, db *projections.DB) any {
	over, err := db.MilestonesOver(t.Context(), day("2027-03-18"))
	return lines(must(t, over, err), func(s domain.Stream) string { return string(s) })
}

func TestAttemptsAreKeptWithWhatTheyWere(t *testing.T) {
	planned := []fact{on("2026-03-01", priya, portfolio, milestone.Planned{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-portfolio", Due: day("2026-06-01")})}
	started := all(planned, []fact{on("2026-03-03", ana, portfolio, milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-portfolio", PassLevel: 3, Terms: milestone.Terms{Successes: 2, Months: 12}})})
	once := all(started, []fact{
		on("2026-03-10", ana, portfolio, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed note", Assessor: "priya-raman", Team: []domain.PersonID{"ben"}}),
		on("2026-03-11", priya, portfolio, milestone.Assessed{Assessor: "priya-raman", Rating: 3, Attempt: 1}, milestone.AttemptPassed{Passed: 1, Needed: 2})})
	attained := all(once, []fact{on("2026-03-18", priya, portfolio, milestone.Assessed{Assessor: "priya-raman", Rating: 4, Attempt: 2}, milestone.Attained{On: day("2026-03-18"), Level: 4, Basis: string(portfolio), ValidUntil: day("2027-03-17")})})
	corrected := all(attained, []fact{on("2026-03-19", priya, portfolio, milestone.AssessmentCorrected{Assessor: "priya-raman", Attempt: 1, Was: milestone.Mark{Rating: 3}, Now: milestone.Mark{Rating: 1}, Reason: "sealed oh"}, milestone.NotYetAttained{Feedback: "sealed oh"})})
	revoked := all(attained, []fact{on("2026-04-01", lena, portfolio, milestone.Revoked{By: "lena-fischer", Reason: "sealed no", Basis: string(portfolio)})})
	expired := all(attained, []fact{on("2027-03-20", rules, portfolio, milestone.Expired{On: day("2027-03-18")})})
	ended := all(attained, []fact{on("2026-05-02", rules, portfolio, milestone.Expired{On: day("2026-05-01"), Basis: "credential-a"})})
	renewed := all(ended, []fact{on("2026-06-09", rules, portfolio, milestone.Renewed{Certificate: "credential-a", On: day("2026-06-08"), Level: 4, Basis: "credential-a", ValidUntil: day("2029-05-01")})})
	longer := all(attained, []fact{on("2026-06-09", rules, portfolio, milestone.Renewed{Certificate: "credential-a", On: day("2026-06-08"), Level: 4, Basis: string(portfolio), ValidUntil: day("2029-05-01")})})
	waived := all(planned, []fact{on("2026-03-05", lena, portfolio, milestone.Waived{Person: "ana-ruiz", By: "lena-fischer", On: day("2026-03-04"), Basis: milestone.PriorLearning, Reason: "sealed licence"})})
	back := all(waived, []fact{on("2026-03-06", lena, portfolio, milestone.Revoked{By: "lena-fischer", Reason: "sealed no"})})
	both := []string{"1: {3 0} was {3 0} on 3 false", "2: {4 0} was {4 0} on 0 false"}
	lapsed := []string{"1: {3 0} was {3 0} on 3 true", "2: {4 0} was {4 0} on 0 true"}
	check(t, []telling{
		{"a planned milestone says by when", planned, theAttempts, []string{"planned 0 of 0, due 2026-06-01, until "}},
		{"a begun one how often", started, theAttempts, []string{"in-progress 0 of 2, due 2026-06-01, until "}},
		{"one of two attempts is there", once, theAttempts, []string{"in-progress 1 of 2, due 2026-06-01, until ", both[0]}},
		{"an attempt waits for nobody", once, theInbox, []string{}},
		{"two are enough, for a year", attained, theAttempts, append([]string{"attained 2 of 2, due 2026-06-01, until 2027-03-17"}, both...)},
		{"a corrected attempt keeps what it was", corrected, theAttempts, []string{"not-yet-attained 1 of 2, due 2026-06-01, until ", "1: {1 0} was {3 0} on 3 false sealed oh", both[1]}},
		{"what was revoked lapses", revoked, theAttempts, append([]string{"in-progress 0 of 2, due 2026-06-01, until "}, lapsed...)},
		{"what expired lapses", expired, theAttempts, append([]string{"expired 0 of 2, due 2026-06-01, until "}, lapsed...)},
		{"it expired on its day", expired, theMilestones, []string{"hd-portfolio 8 expired 2027-03-18  0  priya-raman  1"}},
		{"it ended with its certificate", ended, theMilestones, []string{"hd-portfolio 8 expired 2026-05-01  0 credential-a priya-raman  1"}},
		{"and came back with it", renewed, theMilestones, []string{"hd-portfolio 9 attained 2026-06-08  4 credential-a priya-raman  1"}},
		{"for as long as it is good", renewed, theAttempts, append([]string{"attained 0 of 2, due 2026-06-01, until 2029-05-01"}, lapsed...)},
		{"what did not end is attained since when it was", longer, theMilestones, []string{"hd-portfolio 8 attained 2026-03-18 priya-raman 4 milestone-ana.hd-portfolio priya-raman  1"}},
		{"and holds for longer", longer, theAttempts, append([]string{"attained 2 of 2, due 2026-06-01, until 2029-05-01"}, both...)},
		{"what is over is found", attained, theOver, []string{string(portfolio)}},
		{"what expired is not found again", expired, theOver, []string{}},
		{"what is waived says why", waived, theMilestones, []string{"hd-portfolio 2 waived 2026-03-04 lena-fischer 0 prior-learning  sealed licence 0"}},
		{"a waiver taken back leaves the plan", back, theAttempts, []string{"planned 0 of 0, due 2026-06-01, until "}},
	})
	m, _, err := told(t, once...).Milestone(t.Context(), learner, "hd-portfolio")
	if must(t, m, err); len(m.Evidence) != 1 || len(m.Evidence[0].Team) != 1 || m.Evidence[0].Team[0] != "ben" || m.Evidence[0].Version != m.Attempts[0].Evidence {
		t.Errorf("the evidence of a team: %+v", m.Evidence)
	}
}
