package portal

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

// table reads what a path answers as CSV.
func (b browser) table(path string) [][]string {
	b.Helper()
	res, err := b.client.Get(b.url + path)
	check(b.T, err)
	defer res.Body.Close()
	if media := res.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/csv") {
		b.Fatalf("%s is %s", path, media)
	}
	rows, err := csv.NewReader(res.Body).ReadAll()
	check(b.T, err)
	return rows
}

func holds(rows [][]string, want ...string) bool {
	for _, r := range rows {
		if strings.Contains(strings.Join(r, "|"), strings.Join(want, "|")) {
			return true
		}
	}
	return false
}

func TestTheRecordTellsAllThatCounts(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.graded()
	b := h.as("apprentice")
	b.get("/record").wants(http.StatusOK, "Maya Okafor", "Help desk to security analyst. As it stands on 22 November 2026.",
		"Support people and devices Kind On the job Signed off 400 h", "Clinical workstation build State Signed off Level 3 of 4 Since 22 Nov 2026 Signed by Priya Raman",
		"CYB 110 Network defence Lakeshore Community College Credit 3 credits State Awarded 22 Nov 2026 Counts for Network defence course", "Grade A-",
		"Hours on the job, signed off 400 h", "Registered with State agency").lacks("Certificate of completion")
	if rows := b.table("/record.csv"); !holds(rows, "Hours by work process and course", "Support people and devices", "On the job", "400") {
		t.Errorf("the record as CSV is %v", rows)
	}
	rows := b.table("/record/hours.csv")
	if len(rows) != 1+50 || !holds(rows, "2026-09-07", "2026-09-07", "Support people and devices", "On the job", "480", "Signed off", "Dana Whitfield") {
		t.Errorf("%d lines of hours, the first %v", len(rows), rows[1])
	}
	b.get("/record/certificate").wants(http.StatusNotFound, "There is no certificate yet.")
}

func TestWhoAccompaniesReadsTheRecordAsFarAsTheyMay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.graded()
	for key, grade := range map[string]bool{"mentor": false, "manager": false, "coordinator": true, "hr": true, "auditor": true} {
		s := h.as(key).get("/apprentices/maya-2026/record").wants(http.StatusOK, "Record of Maya Okafor", "400 h")
		if grade {
			s.wants(http.StatusOK, "Grade A-")
		} else {
			s.lacks("Grade")
		}
		h.as(key).table("/apprentices/maya-2026/record/hours.csv")
	}
	for _, path := range []string{"record", "record.csv", "record/hours.csv", "record/certificate", "history?figure=status"} {
		h.as("other").get("/apprentices/maya-2026/" + path).wants(http.StatusNotFound)
		h.as("receiving-manager").get("/apprentices/maya-2026/" + path).wants(http.StatusNotFound)
		h.browser().get("/apprentices/maya-2026/"+path).wants(http.StatusOK, "Sign in")
	}
	h.asked()
	_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, "systems-administrator", "grant", "", "")
	check(t, err)
	h.as("receiving-manager").get("/apprentices/maya-2026/record").wants(http.StatusOK, "Support people and devices").lacks("hours of each day")
	h.as("receiving-manager").get("/apprentices/maya-2026/record/hours.csv").wants(http.StatusNotFound)
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.EnterStage{Request: h.request(system), Role: "systems-administrator"})
	h.as("coordinator").get("/apprentices/maya-2026/record").wants(http.StatusOK, "Approved by Dana Whitfield RT-1001")
	if rows := h.as("coordinator").table("/apprentices/maya-2026/record.csv"); !holds(rows, "Roles held", "Systems administrator", "2026-11-22", "0 h", "Dana Whitfield", "RT-1001") {
		t.Errorf("the record as CSV is %v", rows)
	}
	h.as("mentor").get("/apprentices/maya-2026/record").wants(http.StatusOK).lacks("RT-1001")
	h.as("receiving-manager").get("/apprentices/maya-2026/history?figure=approved-minutes").wants(http.StatusOK, "Nothing is on record so far.").lacks("400 h")
}

func TestWhatWasNotHandedInIsTheLearnersAlone(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("apprentice").get(weekForm).send(weekForm, hoursOf(0), "8", "action", "save")
	if rows := h.as("apprentice").table("/record/hours.csv"); !holds(rows, "480", "Not sent yet") {
		t.Errorf("the learner reads %v", rows)
	}
	if rows := h.as("manager").table("/apprentices/maya-2026/record/hours.csv"); len(rows) != 1 {
		t.Errorf("the manager reads %v", rows)
	}
}

func TestACertificateIsThereToPrintOnceItIsCertified(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, certified{h.request(system)})
	b := h.as("apprentice")
	b.get("/record").wants(http.StatusOK, "Certificate of completion")
	b.get("/record/certificate").wants(http.StatusOK, "Maya Okafor", "Certificate number C-2041", "Registered with State agency", "Help desk to security analyst")
	h.as("coordinator").get("/apprentices/maya-2026/record/certificate").wants(http.StatusOK, "Certificate number C-2041")
}

// certified completes an apprenticeship whatever is missing.
type certified struct{ domain.Request }

func (c certified) Decide(apprenticeship.State) ([]apprenticeship.Event, error) {
	return []apprenticeship.Event{apprenticeship.CompletionCertified{Agency: "State agency", Certificate: "C-2041", On: c.Today()}}, nil
}

func TestEachFigureLeadsToHowItCameAbout(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	_, err := h.portal.Desk.ApproveWeek(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek.Add(-1))
	check(t, err)
	later := h.portal.Desk.Now().Add(48 * time.Hour)
	h.portal.Desk.Now = func() time.Time { return later }
	_, err = h.portal.Desk.CorrectHours(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek.Add(-1), h.entry(lastWeek.Add(-1)), domain.Hours(6), "A half day.")
	check(t, err)
	b := h.as("apprentice")
	s := b.get("/pathway")
	var led int
	for _, a := range named(s.all, "a") {
		if path := attr(a, "href"); strings.HasPrefix(path, "/history") {
			led++
			b.get(path).wants(http.StatusOK, "How it came about")
		}
	}
	if led < 3 {
		t.Errorf("%d figures lead to their history", led)
	}
	got := b.get("/history?figure=approved-minutes").wants(http.StatusOK, "Hours on the job, signed off", "Now 38 h", "Dana Whitfield corrected the hours of the week of 9 November", "40 h 38 h", "Dana Whitfield signed off the hours of the week of 9 November").main()
	if strings.Index(got, "corrected the hours") > strings.Index(got, "signed off the hours") {
		t.Error("the newest does not come first")
	}
	b.get("/history?figure=approved-minutes&day=2026-11-22").wants(http.StatusOK, "On 22 November 2026 it was: 40 h.")
	b.get("/history?figure=approved-minutes&day=2026-11-21").wants(http.StatusOK, "Nothing was on record on 21 November 2026.")
	b.get("/record?day=2026-11-22").wants(http.StatusOK, "As it stood on 22 November 2026", "signed off 40 h")
	b.get("/record").wants(http.StatusOK, "signed off 38 h")
	b.get("/history?figure=nonsense").wants(http.StatusUnprocessableEntity)
	b.get("/history?figure=status&day=yesterday").wants(http.StatusUnprocessableEntity)
	b.get("/record?day=2031-01-01").wants(http.StatusUnprocessableEntity)
}

// entry is the first entry of a week of Maya's.
func (h *hospital) entry(w domain.Week) domain.EntryID {
	week, err := h.portal.Desk.Read.Week(h.Context(), maya, w)
	check(h.T, err)
	return week.Entries[0].ID()
}
