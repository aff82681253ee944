package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// contests has Maya hold a record to be wrong, the privacy officer refuse, and Maya say something to it.
func (h *hospital) contests(name string, record domain.Stream, statement string) {
	h.Helper()
	_, _, err := h.portal.Desk.RequestAmendment(h.Context(), by(asMaya), name, record, "It is not so.")
	check(h.T, err)
	_, err = h.portal.Desk.DecideAmendment(h.Context(), by(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}), "maya", name, false, "It is.")
	check(h.T, err)
	p, err := h.portal.Desk.AddStatement(h.Context(), by(asMaya), "maya", name, statement)
	check(h.T, err)
	check(h.T, h.portal.Desk.Read.Wait(h.Context(), p))
}

func TestWhatALearnerSaysToARecordStandsWhereTheRecordIsRead(t *testing.T) {
	h := newHospital(t)
	h.prepare()
	h.work("maya", lastWeek, domain.Hours(8))
	h.as("mentor").get("/apprentices/maya-2026").send("/transitions", "note", "Ready.").wants(http.StatusOK)
	const (
		drill, week, job, dates, move = "I led both floors.", "Friday was a holiday.", "I am an analyst.", "I began in August.", "I asked in October."
		page                          = "/apprentices/maya-2026"
		request                       = "/approvals/role-changes/maya-2026.systems-administrator"
	)
	h.as("manager").get(page).wants(http.StatusOK).lacks("says to the record")
	h.contests("drill", "milestone-maya-2026.hd-downtime-drill", drill)
	h.contests("week", timesheet.Stream(maya, lastWeek), week)
	h.contests("job", "person-maya", job)
	h.contests("dates", "apprenticeship-maya-2026", dates)
	h.contests("move", "transition-maya-2026.systems-administrator", move)

	h.as("mentor").get(page).wants(http.StatusOK, "What Maya says to the record", "Milestone: Ward downtime drill", drill, week, job, dates, move)
	h.as("manager").get(page).wants(http.StatusOK, drill, week, job, dates, move)
	h.as("coordinator").get(page+"/record").wants(http.StatusOK, drill, week, job, dates, move)
	h.as("coordinator").get("/apprenticeships/maya-2026").wants(http.StatusOK, "What Maya says to the record", dates).lacks(drill)
	h.as("coordinator").get("/people/maya").wants(http.StatusOK, job).lacks(dates)
	h.as("manager").get("/approvals/hours/maya-2026/"+lastWeek.String()).wants(http.StatusOK, "Hours of the week of 16 Nov 2026", week).lacks(drill, job)
	h.as("mentor").get("/approvals/milestones/maya-2026/hd-downtime-drill").wants(http.StatusOK, drill).lacks(week)
	h.as("mentor").get(page+"/history?figure=milestone&of=hd-downtime-drill").wants(http.StatusOK, drill).lacks(week)
	h.as("manager").get(request).wants(http.StatusOK, move).lacks(drill)
	h.as("apprentice").get("/pathway").wants(http.StatusOK, "What you say to the record", drill)

	h.as("manager").get(request).send(request, "decision", "grant").wants(http.StatusOK)
	h.as("receiving-manager").get(page).wants(http.StatusOK, drill, move, job).lacks(week)
	h.as("other").get(page).wants(http.StatusNotFound)
}
