package portal

import (
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestTheListTellsWhoIsAtRisk(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.work("maya", lastWeek, domain.Hours(8))
	ruth := h.as("coordinator")
	ruth.get("/apprentices").wants(http.StatusOK, "2 apprentices", "Plan for today: ")
	s := ruth.get("/team").wants(http.StatusOK, "One apprentice at risk", "2 filters set", "Ben Achterberg", "Behind plan", "No hours yet").lacks("Maya Okafor")
	if s.path != "/apprentices?order=risk&risk=any" {
		t.Errorf("it led to %s", s.path)
	}
	ruth.get("/apprentices?risk=late").wants(http.StatusOK, "Nobody fits")
	now := h.portal.Desk.Now
	h.portal.Desk.Now = func() time.Time { return now().AddDate(0, 0, 21) }
	ruth.get("/apprentices?risk=late").wants(http.StatusOK, "Maya Okafor", "A request has waited for Dana Whitfield since 22 Nov").lacks("Ben")
	ruth.get("/apprentices?risk=idle").wants(http.StatusOK, "2 apprentices", "No hours since the week of 16 Nov")
	h.as("receiving-manager").get("/team").wants(http.StatusOK, "Ben Achterberg").lacks("Maya Okafor")
	h.as("auditor").get("/team").wants(http.StatusForbidden)
	h.as("apprentice").get("/team").wants(http.StatusForbidden)
}

func TestALearnerWhoseMentorLeftIsAtRisk(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("coordinator").get("/apprentices?risk=alone").wants(http.StatusOK, "Nobody fits")
	_, err := h.portal.Desk.Leave(t.Context(), by(domain.Actor{Person: "helen", Role: domain.HR}), "quinn", sunday.AddDays(-1), person.Resigned, 0)
	check(t, err)
	h.as("coordinator").get("/apprentices?risk=alone").wants(http.StatusOK, "One apprentice", "Ben Achterberg", "No mentor")
}

func TestTheListIsByNameOverAllPartsAndGoesAlongAsCSV(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.crowd(60, 0)
	dana := h.as("manager")
	first, second := dana.get("/apprentices").wants(http.StatusOK, "61 apprentices", "Learner 00000 Castellano", "Learner 00049 Castellano"), dana.get("/apprentices?part=2").wants(http.StatusOK, "Learner 00050 Castellano", "Maya Okafor")
	first.lacks("Learner 00050 Castellano", "Maya Okafor")
	second.lacks("Learner 00049 Castellano")
	dana.get("/apprentices?q=castellano+00007").wants(http.StatusOK, "One apprentice", "Learner 00007 Castellano")
	res, err := dana.client.Get(h.url + "/apprentices.csv?order=due")
	check(t, err)
	defer res.Body.Close()
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || len(rows) != 62 || rows[0][0] != "Apprentice" || rows[0][len(rows[0])-1] != "With" || rows[1][6] != "24" || rows[1][7] != "400" {
		t.Errorf("%d rows, %v: %q", len(rows), err, rows[:min(2, len(rows))])
	}
	other, err := h.as("receiving-manager").client.Get(h.url + "/apprentices.csv")
	check(t, err)
	defer other.Body.Close()
	body, err := io.ReadAll(other.Body)
	if check(t, err); strings.Contains(string(body), "Learner") || !strings.Contains(string(body), "Ben Achterberg") {
		t.Errorf("another manager gets %s", body)
	}
}

func TestOverApprenticeshipsAreListedWhenAskedFor(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	_, err := h.portal.Desk.Cancel(t.Context(), by(ruth), ben, desk.Cancellation{By: apprenticeship.BySponsor, On: sunday, Cause: "Moved away."})
	check(t, err)
	h.as("coordinator").get("/apprentices").wants(http.StatusOK, "One apprentice").lacks("Ben Achterberg")
	h.as("coordinator").get("/apprentices?runs=all").wants(http.StatusOK, "Ben Achterberg", "Cancelled")
	h.as("coordinator").get("/apprentices?q=achterberg").wants(http.StatusOK, "Ben Achterberg")
}

// BenchmarkTeam lists a part of the learners of a manager who has few or very many, by name.
func BenchmarkTeam(b *testing.B) {
	for name, learners := range map[string]int{"50": 50, "2000": 2000} {
		b.Run(name, func(b *testing.B) {
			h := newHospital(b)
			h.crowd(learners, 0)
			cost(b, h, "manager", "/apprentices")
		})
	}
}
