package portal

import (
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestALearnerIsToldWhenAndWhereTheHearingIs(t *testing.T) {
	h := newHospital(t)
	h.contests("job", "person-maya", "I am an analyst.")
	const path, notice = "/privacy-log/corrections/maya/job", "/privacy-log/corrections/maya/job/notice"
	privacy, maya := h.as("privacy"), h.as("apprentice")
	privacy.get(path).wants(http.StatusOK).lacks("when and where")
	_, err := h.portal.Desk.RequestHearing(t.Context(), by(asMaya), "maya", "job")
	check(t, err)
	for _, key := range []string{"apprentice", "coordinator", "auditor", "manager"} {
		h.as(key).get(notice).wants(http.StatusForbidden)
	}
	privacy.get(path).wants(http.StatusOK, "Tell the learner when and where")
	form := privacy.get(notice).wants(http.StatusOK, "At least 7 days ahead, and by 6 Jan 2027")
	form.send(notice).wants(http.StatusUnprocessableEntity, "Day of the hearing is missing.", "Time is missing.", "Place is missing.")
	form.send(notice, "on", "2026-11-28", "time", "14:30", "place", "Room 2").wants(http.StatusUnprocessableEntity, "at least 7 days before the hearing. Choose 2026-11-29 or a later day.")
	form.send(notice, "on", "2026-12-03", "time", "half past two", "place", "Room 2").wants(http.StatusUnprocessableEntity, "Write times of the day from 00:00 to 23:59.")
	form.send(notice, "on", "2027-01-07", "time", "14:30", "place", "Room 2").wants(http.StatusUnprocessableEntity, "heard by 2027-01-06")
	form.send(notice, "on", "2026-12-03", "time", "14:30", "place", "Room 2, main building").wants(http.StatusOK, "Told.", "3 Dec 2026, 14:30", "Room 2, main building", "Tell the learner of another day")

	privacy.get("/approvals").wants(http.StatusOK, "Is heard about the record on 3 Dec 2026").lacks("by 6 Jan 2027")
	maya.get("/sharing/amendments").wants(http.StatusOK, "You are heard on Thursday 3 December at 14:30.", "Room 2, main building")
	maya.get("/messages").wants(http.StatusOK, "Hearing about your record, at 14:30", "Thu 3 Dec")
	h.as("other").get("/messages").wants(http.StatusOK).lacks("Hearing about")
	days, err := h.portal.Desk.Calendar(t.Context(), "maya")
	check(t, err)
	if len(days) == 0 || days[0].On != domain.NewDate(2026, 12, 3) || days[0].Title != "14:30" {
		t.Errorf("the calendar has %+v", days)
	}

	privacy.get(notice).send(notice, "on", "2026-12-10", "time", "09:00").wants(http.StatusOK, "10 Dec 2026, 09:00", "Room 2, main building").lacks("3 Dec 2026")
	h.as("privacy").get(path+"/hearing").send(path+"/hearing", "on", "2026-11-22", "heldById", "ruth", "accepted", "stay", "reason", "Read.").
		wants(http.StatusUnprocessableEntity, "The learner was told of a hearing on 2026-12-10.")
	if s := maya.get("/sharing/amendments"); !strings.Contains(s.main(), "Thursday 10 December at 09:00") {
		t.Errorf("Maya reads %.900s", s.main())
	}
}
