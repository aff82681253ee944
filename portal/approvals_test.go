package portal

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var (
	asDana = domain.Actor{Person: "dana", Role: domain.Manager}
	asMaya = domain.Actor{Person: "maya", Role: domain.Apprentice}
)

// habit has Maya work and Dana sign off some weeks before a week.
func (h *hospital) habit(before domain.Week, weeks int) {
	h.Helper()
	for n := range weeks {
		w := before.Add(-1 - n)
		h.work("maya", w, domain.Hours(8))
		_, err := h.portal.Desk.ApproveWeek(h.Context(), by(asDana), maya, w)
		check(h.T, err)
	}
}

// offered are the weeks that a page lets sign off together.
func (s screen) offered() (ids []string) {
	for _, n := range s.all {
		if attr(n, "name") == "id" {
			ids = append(ids, attr(n, "value"))
		}
	}
	return ids
}

func TestWeeksLikeOthersAreSignedOffTogether(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.habit(lastWeek.Add(-4), 3)
	for n := range 4 {
		h.work("maya", lastWeek.Add(-n), domain.Hours(8))
	}
	h.work("maya", lastWeek.Add(-4), domain.Hours(13))
	dana := h.as("manager")
	list := dana.get("/approvals").wants(http.StatusOK, "5 requests wait for you", "13 h on Mon 19 Oct", "Like other weeks")
	ids := list.offered()
	if len(ids) != 4 || slices.Contains(ids, "maya-2026.2026-W43") {
		t.Fatalf("offered together: %q", ids)
	}
	list.send("/approvals/hours").wants(http.StatusUnprocessableEntity, "Tick at least one week")
	_, values := list.form("/approvals/hours")
	values["id"] = ids[:2]
	receipt := dana.post("/approvals/hours", values).wants(http.StatusOK, "Signed off 2 weeks of hours.", "You signed off 2 weeks, 80 h", "40 h, week of 26 Oct", "3 requests wait for you")
	dana.post("/approvals/hours", values).wants(http.StatusOK, "Signed off 2 weeks of hours.")
	dana.get(receipt.path).wants(http.StatusOK, "You signed off 2 weeks, 80 h")
	h.as("receiving-manager").get(receipt.path).wants(http.StatusOK).lacks("Maya")
	values["id"], values["key"] = []string{ids[0], ids[2]}, []string{"another"}
	dana.post("/approvals/hours", values).wants(http.StatusConflict, "signed off already", "Signed off 1 week of hours.")
}

func TestAnOddWeekIsNotSignedOffTogether(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.habit(lastWeek, 3)
	h.work("maya", lastWeek, domain.Hours(13))
	dana := h.as("manager")
	form := url.Values{"id": {"maya-2026.2026-W47"}, "key": {"k"}}
	dana.post("/approvals/hours", form).wants(http.StatusUnprocessableEntity, "Maya Okafor, week of 16 Nov: 13 h on Mon 16 Nov. Open this week and decide it by itself.", "One request waits for you")
	dana.get("/approvals/hours/maya-2026/2026-W47").wants(http.StatusOK, "Monday 16 November has 13 h.", "This is 25 h more than the usual week.").
		send("/approvals/hours/maya-2026/2026-W47", "decision", "approve").wants(http.StatusOK, "Signed off 65 h for Maya.")
	for _, id := range []string{"", "maya-2026", "maya-2026.soon"} {
		dana.post("/approvals/hours", url.Values{"id": {id}}).wants(http.StatusUnprocessableEntity)
	}
	dana.post("/approvals/hours", url.Values{"id": slices.Repeat([]string{"x.2026-W47"}, 101)}).wants(http.StatusUnprocessableEntity, "At most 100 weeks")
}

func TestTheFirstWeeksAreSignedOffOneByOne(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	list := h.as("manager").get("/approvals").wants(http.StatusOK, "Too few weeks to compare with")
	if ids := list.offered(); ids != nil {
		t.Errorf("offered together: %q", ids)
	}
}

func TestWhatWaitsIsNarrowedByKindAndName(t *testing.T) {
	t.Parallel()
	h := busy(t)
	dana := h.as("manager")
	dana.get("/approvals").wants(http.StatusOK, "2 requests wait for you", "Hours 1", "Role changes 1", "Like other weeks", "6 of 6 met")
	dana.get("/approvals?kind=transition").wants(http.StatusOK, "Help desk analyst to systems administrator").lacks("Like other weeks")
	dana.get("/approvals?q=OKAFOR").wants(http.StatusOK, "2 found")
	for _, called := range []string{"RT-1001", "rt+1001", "rt1001", "1001"} {
		dana.get("/approvals?q="+called).wants(http.StatusOK, "One found", "Role change RT-1001 6 of 6 met").lacks("Like other weeks")
	}
	dana.get("/approvals?q=RT-1002").wants(http.StatusOK, "None found")
	h.as("receiving-manager").get("/approvals?q=RT-1001").lacks("Maya Okafor")
	dana.get("/approvals?q=nobody&kind=hours").wants(http.StatusOK, "None found", "Take another name or kind.")
	dana.get("/approvals?kind=elephants&part=-7").wants(http.StatusOK, "None found")
}

func TestWhatWaitsIsLateAfterTheDaysThatTheRulesGive(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	now := h.portal.Desk.Now
	for days, late := range map[int]bool{0: false, 14: false, 15: true} {
		h.portal.Desk.Now = func() (t time.Time) { return now().AddDate(0, 0, days) }
		s := h.as("manager").get("/approvals")
		if late {
			s.wants(http.StatusOK, "Late, waits 15 days")
		} else {
			s.lacks("Late, ")
		}
	}
}

func TestDecisionsAreOfferedInSpanish(t *testing.T) {
	t.Parallel()
	h := busy(t)
	dana := h.as("manager")
	dana.get("/approvals").send("/language", "language", "es")
	dana.get("/approvals").wants(http.StatusOK, "2 solicitudes esperan por usted", "semana del 16 nov", "6 de 6 cumplidos")
	dana.get(moveOfMaya).wants(http.StatusOK, "¿Qué decide usted?", "Cambio de puesto", "Responsable que recibe")
	dana.get("/approvals/hours/maya-2026/2026-W47").wants(http.StatusOK, "¿Son correctas estas horas?", "lunes 16 de noviembre")
}

func TestAMoveTellsItsHistoryToWhomItIsTold(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	dana := h.as("manager")
	dana.get(moveOfMaya).wants(http.StatusOK, "Maya Okafor asked for it, to start on 6 December 2026").
		send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "You approved", "Shown on the pathway to Maya. Owen Castellano decides next.", "Role change, RT-1001", "Reference RT-1001").lacks("maya-2026.systems-administrator")
	h.as("receiving-manager").get(moveOfMaya).wants(http.StatusOK, "Maya Okafor asked for it").lacks("Dana Whitfield approved")
	h.as("coordinator").get(moveOfMaya).wants(http.StatusOK, "Dana Whitfield approved")
}

// The labs of the second role are scored.
func TestAScoredMilestoneIsScored(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	run(h, milestones.Stream(maya, "hd-imaging-lab"), milestones.Evolve, milestones.Start{Request: h.request(asMaya), Started: milestones.Started{
		Apprenticeship: maya, Person: "maya", Requirement: "hd-imaging-lab", Terms: milestones.Terms{PassScore: 75, MaxScore: 100}}, Open: true})
	_, err := h.portal.Desk.SubmitEvidence(t.Context(), by(asMaya), maya, "hd-imaging-lab", desk.Shown{Kind: milestones.Lab, Note: "Built."})
	check(t, err)
	const path = "/approvals/milestones/maya-2026/hd-imaging-lab"
	priya := h.as("mentor")
	s := priya.get(path).wants(http.StatusOK, "Points, of 100", "75 of 100 points")
	s.send(path, "score", "101").wants(http.StatusUnprocessableEntity, "This is scored, from 0 to 100 points.")
	s.send(path, "score", "many").wants(http.StatusUnprocessableEntity, "Write the points as a whole number.")
	s.send(path, "score", "74").wants(http.StatusUnprocessableEntity, "missing")
	s.send(path, "score", "74", "feedback", "One machine was not encrypted.").wants(http.StatusOK, "Rated.", "Not passed yet", "74 of 100 points", "One machine was not encrypted.")
}
