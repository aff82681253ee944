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
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/person"
)

// team is the file of those whom somebody accompanies, without its heading.
func (b browser) team(risk, order string) (rows [][]string) {
	b.Helper()
	res, err := b.client.Get(b.url + "/apprentices.csv?" + url.Values{"risk": {risk}, "order": {order}}.Encode())
	check(b.T, err)
	defer res.Body.Close()
	rows, err = csv.NewReader(res.Body).ReadAll()
	if check(b.T, err); res.StatusCode != http.StatusOK {
		b.Fatalf("the file of a team answered %d", res.StatusCode)
	}
	return rows[1:]
}

// What is remembered of how learners stand narrows down and orders as the rows say that it
// should, for everybody, whatever happened since and on every day.
func TestATeamIsOrderedAsItsRowsSay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepareUntil(sunday.AddDays(20))
	h.crowd(30, 1)
	begins := map[string][]string{anyRisk: {""}, string(behindRisk): {"Behind plan", "Past the planned time"}, string(idleRisk): {"No hours"}, string(lateRisk): {"A request", "2 requests", "3 requests"}, string(certificateRisk): {"CompTIA"}, string(aloneRisk): {"No mentor"}}
	const due, risk, besides = 8, 10, 11
	told := func(r []string) (all []string) {
		if r[risk] == "" {
			return nil
		}
		return append([]string{r[risk]}, slices.DeleteFunc(strings.Split(r[besides], "; "), func(s string) bool { return s == "" })...)
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
