package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func TestTheAuditorReadsTheRecordOfAnyDay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	h.portal.Desk.Now = func() time.Time { return sunday.AddDays(10).Midnight().Add(9 * time.Hour) }
	_, err := h.portal.Desk.ApproveWeek(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek)
	check(t, err)
	auditor := h.as("auditor")
	auditor.get("/audit").wants(http.StatusOK, "Maya Okafor", "The log ends at position", "2 Dec 2026 at 09:00")
	auditor.get("/audit?q=achter").wants(http.StatusOK, "Ben Achterberg").lacks("Maya Okafor")
	const record = "/audit/records/maya-2026"
	auditor.get(record).wants(http.StatusOK, "As it was known at the end of 2 Dec 2026", "40 h approved, 0 h pending", "Dana Whitfield")
	auditor.get(record+"?day=2026-11-25").wants(http.StatusOK, "As it was known at the end of 25 Nov 2026", "0 h approved, 40 h pending", "A week later")
	auditor.get(record+"?day=2026-10-01").wants(http.StatusOK, "There was no record of this apprenticeship on that day.")
	auditor.get(record+"?day=2027-10-01").wants(http.StatusOK, "Nothing to show")
	auditor.get(record + "?day=soon").wants(http.StatusUnprocessableEntity)

	week := "/audit/streams/timesheet-maya-2026." + lastWeek.String()
	auditor.get(record).wants(http.StatusOK, "timesheet-maya-2026."+lastWeek.String(), "person-maya")
	auditor.get(week).wants(http.StatusOK, "Hours logged", "Timesheet approved", "Dana Whitfield", "2 Dec 2026, 09:00")
	auditor.get(week+"/2").wants(http.StatusOK, "Hours logged", `"entry"`, "Place in the stream")
	auditor.get(week + "/999").wants(http.StatusNotFound)
	if csv := auditor.text(week + "/csv"); !strings.Contains(csv, "What,Fact,Recorded,Position,In force from,By,As,Content") || !strings.Contains(csv, "Timesheet approved,timesheet.approved,2026-12-02T09:00:00Z") {
		t.Errorf("as a file: %.300s", csv)
	}
	for _, key := range []string{"apprentice", "manager", "coordinator", "hr", "privacy"} {
		for _, path := range []string{"/audit", "/audit.csv", record, week, week + "/1", week + "/csv"} {
			h.as(key).get(path).wants(http.StatusForbidden).lacks("timesheet.approved")
		}
	}
}

// What somebody is recognised by, and streams of which nobody may find out whose they are, are
// shown to nobody.
func TestAnAuditReadsNoSecrets(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	const hash = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
	run(h, person.Stream("maya"), person.Evolve, person.IssueKey{Request: h.request(system), Key: "k1", Hash: hash})
	run(h, partner.Stream("lakeshore"), partner.Evolve, partner.IssueKey{Request: h.request(system), Key: "k1", Hash: hash})
	auditor := h.as("auditor")
	for _, path := range []string{"/audit/streams/person-maya/2", "/audit/streams/person-maya/csv", "/audit/streams/partner-lakeshore/2"} {
		auditor.get(path).wants(http.StatusOK).lacks(hash)
	}
	for _, stream := range []string{"selfid-x", "survey-x", "unique-x", "student-lakeshore.x", "person-nobody", "x"} {
		auditor.get("/audit/streams/" + stream).wants(http.StatusNotFound)
	}
}
