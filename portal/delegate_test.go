package portal

import (
	"net/http"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestADeputyDecidesWhileAManagerIsAway(t *testing.T) {
	t.Parallel()
	h := busy(t)
	dana, owen := h.as("manager"), h.as("receiving-manager")
	const form = awayPath + "/new"
	page := dana.get(awayPath).wants(http.StatusOK, "None planned.").get(form).wants(http.StatusOK, "Who decides while you are away?", "Owen Castellano").lacks("Quinn")
	page.send(form, "until", "2026-11-27", "delegateId", "quinn").wants(http.StatusUnprocessableEntity, "does not act in that capacity")
	page.send(form, "until", "2026-11-20", "delegateId", "owen").wants(http.StatusUnprocessableEntity, "Give a last day on or after the first")
	owen.get("/approvals").lacks("Maya Okafor")

	page.send(form, "until", "2026-11-27", "delegateId", "owen").wants(http.StatusOK, "Owen Castellano decides for you then. Role changes that wait now: 1. Weeks of hours handed over now: 1. Apprentices whose hours come there meanwhile: 1.", "27 Nov 2026")
	page.send(form, "until", "2026-11-27", "delegateId", "owen").wants(http.StatusOK, "Owen Castellano decides for you then.")
	owen.get(awayPath).wants(http.StatusOK, "Dana Whitfield", "Until 27 Nov 2026")
	owen.get("/approvals").wants(http.StatusOK, "40 h, week of 16 Nov", "Help desk analyst to systems administrator", "for Dana Whitfield")
	owen.get(moveOfMaya).send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "Approved")
	owen.get("/approvals/hours/maya-2026/2026-W47").send("/approvals/hours/maya-2026/2026-W47", "decision", "approve").wants(http.StatusOK, "Signed off 40 h for Maya.")
	h.as("coordinator").get(moveOfMaya).wants(http.StatusOK, "Dana Whitfield lets Owen Castellano decide until 27 November 2026", "Owen Castellano approved")
}

func TestHoursGoToTheDeputyUntilAManagerIsBack(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	dana := h.as("manager")
	const form = awayPath + "/new"
	dana.get(form).send(form, "until", "2026-12-04", "delegateId", "owen").wants(http.StatusOK)
	h.work("maya", lastWeek, domain.Hours(8))
	h.as("receiving-manager").get("/approvals").wants(http.StatusOK, "Maya Okafor", "for Dana Whitfield")
	dana.get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	now := h.portal.Desk.Now
	h.portal.Desk.Now = func() time.Time { return now().AddDate(0, 0, 3) }
	var end string
	for _, n := range named(dana.get(awayPath).all, "a") {
		if words(n) == "End sooner than 4 Dec" {
			end = attr(n, "href")
		}
	}
	dana.get(end).wants(http.StatusOK, "Back sooner?").send(end).wants(http.StatusOK, "The absence ends on 24 Nov 2026.", "None planned.")
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	dana.get("/approvals").wants(http.StatusOK, "week of 9 Nov")
	dana.get(awayPath + "/999/end").wants(http.StatusOK).send(awayPath + "/999/end").wants(http.StatusNotFound)
	dana.get(awayPath + "/soon/end").wants(http.StatusNotFound)
}

func TestOnlyManagersNameADeputy(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, key := range []string{"apprentice", "mentor", "coordinator", "hr", "auditor"} {
		h.as(key).get(awayPath).wants(http.StatusForbidden)
	}
}
