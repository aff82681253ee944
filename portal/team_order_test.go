package portal

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/person"
)

// file is a file of rows, without its heading.
func (b browser) file(path string) (rows [][]string) {
	b.Helper()
	res, err := b.client.Get(b.url + path)
	check(b.T, err)
	defer res.Body.Close()
	rows, err = csv.NewReader(res.Body).ReadAll()
	if check(b.T, err); res.StatusCode != http.StatusOK {
		b.Fatalf("%s answered %d", path, res.StatusCode)
	}
	return rows[1:]
}

// team is the file of those whom somebody accompanies.
func (b browser) team(risk, order string) [][]string {
	b.Helper()
	return b.file("/apprentices.csv?" + url.Values{"risk": {risk}, "order": {order}}.Encode())
}

// What a list of apprentices says is due next, and with whom, is the first of the deadlines, for
// everybody who reads both, as far ahead as deadlines are told.
func TestWhatIsDueNextIsTheFirstDeadline(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepareUntil(sunday.AddDays(20))
	h.programme("health-it", "Health information technology")
	h.crowd(5, 1)
	compare := func(want string) {
		t.Helper()
		told := map[string]bool{}
		for _, key := range []string{"coordinator", "manager", "mentor", "auditor"} {
			b, first, with := h.as(key), map[string]string{}, map[string]string{}
			for _, r := range b.file("/deadlines.csv") {
				if who, day := r[2], r[3]; first[who] == "" || day < first[who] {
					first[who], with[who] = day, r[4]
				}
			}
			for _, r := range b.team("", byName) {
				told[r[12]] = true
				if with[r[0]] != "" && r[13] != with[r[0]] {
					t.Errorf("%s: %q of %s is with %s, and among the deadlines with %s", key, r[12], r[0], r[13], with[r[0]])
				}
				if next := r[11]; next != first[r[0]] && (first[r[0]] != "" || next != "" && next <= sunday.AddDays(60).String()) {
					t.Errorf("%s: next of %s is %q on %q, and the first deadline on %q", key, r[0], r[12], next, first[r[0]])
				}
			}
		}
		if !told[want] {
			t.Errorf("nobody is told of %s: %v", want, told)
		}
	}
	compare("Evaluation")
	_, err := h.portal.Desk.Evaluate(t.Context(), by(domain.Actor{Person: "priya", Role: domain.Mentor}), domain.ApprenticeshipID(oneOf(0)), "e-1", domain.NewDate(2026, 9, 7), sunday, []apprenticeship.Rating{{Competency: "wp-01-c01", Level: 3}}, "")
	check(t, err)
	compare("Evaluation") // whose mentor answers for it, though the one listed after him has nothing due
	run(h, credential.Stream("ben-1"), credential.Evolve, credential.Earn{Request: h.request(ruth), Earned: credential.Earned{Person: "ben", Kind: credential.Certification, Title: "CompTIA A+", Issuer: "CompTIA", On: sunday.AddMonths(-30), ValidTo: sunday.AddDays(7)}})
	compare("Certificate to renew: CompTIA A+")
	_, err = h.portal.Desk.PlanMilestone(t.Context(), by(domain.Actor{Person: "quinn", Role: domain.Mentor}), ben, "hd-downtime-drill", sunday.AddDays(6))
	check(t, err)
	compare("Milestone: Ward downtime drill")
	seat := cohort.Stream("cloud")
	run(h, seat, cohort.Evolve, cohort.Plan{Request: h.request(ruth), Planned: cohort.Planned{Title: "Cloud foundations", Topic: "Cloud", From: sunday.AddDays(50), To: sunday.AddDays(90), Seats: 1, Delivery: "remote"}})
	run(h, seat, cohort.Evolve, cohort.Open{Request: h.request(ruth)})
	run(h, seat, cohort.Evolve, cohort.Apply{Request: h.request(domain.Actor{Person: "ben", Role: domain.Apprentice}), Person: "ben"})
	run(h, seat, cohort.Evolve, cohort.Offer{Request: h.request(ruth), Person: "ben", Until: sunday.AddDays(5)})
	compare("Seat to accept: Cloud foundations")
	h.toTell(ben, sunday.AddDays(3))
	compare("Tell the agency")
}

// What is remembered of how learners stand narrows down and orders as the rows say that it
// should, for everybody, whatever happened since and on every day.
func TestATeamIsOrderedAsItsRowsSay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepareUntil(sunday.AddDays(20))
	h.crowd(30, 1)
	begins := map[string][]string{anyRisk: {""}, string(behindRisk): {"Behind plan", "Past the planned time"}, string(idleRisk): {"No hours"}, string(lateRisk): {"A request", "2 requests", "3 requests"}, string(evaluationRisk): {"Evaluation"}, string(certificateRisk): {"CompTIA"}, string(aloneRisk): {"No mentor"}}
	const risks, due = 5, 11
	told := func(r []string) (all []string) {
		return slices.DeleteFunc(strings.Split(r[risks], "; "), func(s string) bool { return s == "" })
	}
	found := map[string]bool{}
	compare := func(when string) {
		for _, key := range []string{"coordinator", "manager", "mentor", "receiving-manager", "auditor"} {
			b := h.as(key)
			whole := b.team("", byName)
			byDue, byRisks := slices.Clone(whole), slices.Clone(whole)
			slices.SortStableFunc(byDue, func(a, b []string) int {
				if (a[due] == "") != (b[due] == "") {
					return strings.Compare(b[due], a[due])
				}
				return strings.Compare(a[due], b[due])
			})
			slices.SortStableFunc(byRisks, func(a, b []string) int { return len(told(b)) - len(told(a)) })
			for order, want := range map[string][][]string{byName: whole, byNextDue: byDue, byRisk: byRisks} {
				for risk := range begins {
					want := slices.DeleteFunc(slices.Clone(want), func(r []string) bool {
						return !slices.ContainsFunc(told(r), func(text string) bool {
							return slices.ContainsFunc(begins[risk], func(s string) bool { return strings.HasPrefix(text, s) })
						})
					})
					found[risk] = found[risk] || len(want) > 0
					if got := b.team(risk, order); !slices.EqualFunc(got, want, slices.Equal) {
						t.Errorf("%s, %s: at risk %q by %s are %d and should be %d:\n%q\n%q", when, key, risk, order, len(got), len(want), got, want)
					}
				}
				if got := b.team("", order); !slices.EqualFunc(got, want, slices.Equal) {
					t.Errorf("%s, %s: by %s they are not in the order of their rows", when, key, order)
				}
			}
		}
	}
	compare("at first")
	h.work("ben", lastWeek, domain.Hours(8))
	compare("after hours were sent")
	run(h, credential.Stream("ben-1"), credential.Evolve, credential.Earn{Request: h.request(ruth), Earned: credential.Earned{Person: "ben", Kind: credential.Certification, Title: "CompTIA A+", Issuer: "CompTIA", On: sunday.AddMonths(-30), ValidTo: sunday.AddDays(12)}})
	compare("after a certificate came")
	_, err := h.portal.Desk.Leave(t.Context(), by(domain.Actor{Person: "helen", Role: domain.HR}), "quinn", sunday.AddDays(-1), person.Resigned, 0)
	check(t, err)
	compare("after a mentor left")
	now := h.portal.Desk.Now()
	h.portal.Desk.Now = func() (later time.Time) { return now.AddDate(0, 0, 40) }
	compare("forty days later")
	for risk := range begins {
		if !found[risk] {
			t.Errorf("nobody is at risk %q", risk)
		}
	}
}

// Who asks for a list in the order of risks waits for nobody to be weighed who was weighed before.
func TestLearnersAreWeighedAhead(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.crowd(60, 0)
	b := h.as("manager")
	asks := func(path string) uint64 {
		before := h.portal.Desk.Read.Asked()
		b.get(path).wants(http.StatusOK)
		return h.portal.Desk.Read.Asked() - before
	}
	asks("/apprentices") // what else is remembered
	check(t, h.portal.Weigh(t.Context()))
	if first, again := asks("/apprentices?order=risk"), asks("/apprentices?order=risk"); first != again {
		t.Errorf("the first who asks has %d questions put, the next %d", first, again)
	}
	before := h.portal.Desk.Read.Asked()
	check(t, h.portal.Weigh(t.Context()))
	if n := h.portal.Desk.Read.Asked() - before; n > 1 {
		t.Errorf("%d questions are put about who is weighed already", n)
	}
}
