package portal

import (
	"archive/zip"
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/projections"
)

// articulates lets Lakeshore give credit for a course.
func (h *hospital) articulates() {
	h.Helper()
	_, err := h.portal.Desk.AddRule(h.Context(), by(ruth), "lakeshore-1", rules.Articulation{Rule: "lakeshore-cyb-110", Course: "CYB 110", Title: "Network defence", Requirement: "hd-network-defence",
		Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: sunday.AddDays(-100)})
	check(h.T, err)
}

func (h *hospital) consents(records ...domain.Scope) {
	h.Helper()
	_, err := h.portal.Desk.GiveConsent(h.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), "lakeshore", records, "Award of credit", domain.Date{})
	check(h.T, err)
}

func TestARegistrarSeesWhoSharesAndRecordsAwards(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.articulates()
	b := h.as("registrar")
	if s := b.get("/"); s.path != "/college" {
		t.Errorf("a registrar begins at %s", s.path)
	}
	b.get("/college").wants(http.StatusOK, "Students of Lakeshore Community College", "Nobody shares with you yet").lacks("Maya")
	h.consents(domain.PathwayRecords, domain.CreditRecords)
	told := func() (n int) {
		head, err := h.portal.Desk.Log.Head(t.Context())
		check(t, err)
		check(t, h.portal.Desk.Read.Wait(t.Context(), head))
		all, err := h.portal.Desk.Read.Disclosures(t.Context(), projections.DisclosureQuery{Person: "maya", First: 100})
		check(t, err)
		return len(all)
	}
	if told() != 0 {
		t.Fatal("something was told before anything was asked")
	}
	b.get("/college").wants(http.StatusOK, "Maya Okafor").lacks("Ben")
	if told() != 1 {
		t.Errorf("what the registrar read is on record %d times", told())
	}
	h.as("privacy").get("/privacy-log?q=maya").wants(http.StatusOK, "Lakeshore Community College", "Your pathway")

	const form = "/college/awards/new"
	s := b.get(form).wants(http.StatusOK, "Maya Okafor", "CYB 110")
	s.send(form, "credit", "three", "externalRef", "L-1", "grade", "A", "term", "Fall 2026").wants(http.StatusUnprocessableEntity, "is not an amount of credit")
	s.send(form, "credit", "9", "externalRef", "L-1", "grade", "A", "term", "Fall 2026").wants(http.StatusUnprocessableEntity)
	s.send(form, "credit", "3", "externalRef", "L-1", "grade", "A", "term", "Fall 2026").wants(http.StatusOK, "Recorded.", "Awarded", "L-1")
	credits, err := h.portal.Desk.Read.Credits(t.Context(), maya)
	check(t, err)
	if len(credits[maya]) != 1 || credits[maya][0].Partner != "lakeshore" {
		t.Fatalf("on record: %+v", credits[maya])
	}
	one := "/college/awards/maya-2026/" + string(credits[maya][0].Rule)
	b.get(one).wants(http.StatusOK, "Post to the transcript", "Take the award back")
	b.get(one+"/post").send(one+"/post", "transcriptRef", "T-9").wants(http.StatusOK, "Recorded.", "On the transcript", "T-9").lacks("Post to the transcript")
	b.get(one+"/revoke").send(one+"/revoke", "reason", "Entered for another student.").wants(http.StatusOK, "Taken back.", "Revoked")
	b.get(one + "/praise").wants(http.StatusNotFound)

	for r, err := range h.portal.Desk.Log.Read(t.Context(), domain.Stream("credit-maya-2026."+string(credits[maya][0].Rule))) {
		check(t, err)
		if r.Request.By.Partner != "lakeshore" || r.Request.By.Person != "" || r.Request.Source != "registrar:rhea" {
			t.Errorf("%s is on record as by %+v from %q", r.Event.EventName(), r.Request.By, r.Request.Source)
		}
	}
	b.get("/college/disclosures").wants(http.StatusOK, "Your pathway", "Credits").lacks("Maya")

	// What is not shared any more is not there any more, at once.
	_, err = h.portal.Desk.RevokeConsent(t.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), "maya", "lakeshore")
	check(t, err)
	for _, path := range []string{"/college", "/college.csv", "/college/awards", "/college/awards.csv", form, "/college/enrolments"} {
		b.get(path).wants(http.StatusOK).lacks("Maya", "maya-2026")
	}
	b.get(one).wants(http.StatusNotFound)
	b.post(form, map[string][]string{"apprenticeId": {string(maya)}, "courseCode": {"CYB 110"}, "credit": {"3"}, "unit": {"semester"}, "externalRef": {"L-2"}, "grade": {"A"}, "term": {"Fall 2026"}}).wants(http.StatusNotFound, "no such learner")
}

// A registrar reaches nothing but the pages of the institution, and nobody else reaches those.
func TestARegistrarReachesNothingElse(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.consents(domain.PathwayRecords, domain.CreditRecords)
	b := h.as("registrar")
	for _, r := range siteMap {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != http.MethodGet || r.who.visitors || slices.Contains(r.who.roles, domain.Registrar) || r.who.guests {
			continue
		}
		if s := b.get(strings.TrimSuffix(filled(path), "{$}")); s.status != http.StatusForbidden || strings.Contains(s.main(), "Maya") {
			t.Errorf("a registrar is at %s with %d: %.200s", path, s.status, s.main())
		}
	}
	b.crawl("/", func(s screen) {
		switch first, _, _ := strings.Cut(strings.TrimPrefix(s.path, "/"), "/"); {
		case first == "static" || strings.HasPrefix(first, "sign-in"):
		case strings.HasPrefix(first, "college") || first == "help" || first == "account":
			s.wants(http.StatusOK).lacks("Ben Achterberg", "Dana Whitfield")
		case s.status != http.StatusForbidden:
			t.Errorf("a registrar is led to %s with %d", s.path, s.status)
		}
	})
	for _, key := range []string{"apprentice", "mentor", "manager", "coordinator", "hr", "privacy", "auditor"} {
		for _, path := range []string{"/college", "/college.csv", "/college/awards", "/college/enrolments/upload"} {
			h.as(key).get(path).wants(http.StatusForbidden).lacks("Students of")
		}
	}

	// Who is dismissed, or whose institution is suspended, sees nothing from then on.
	_, err := h.portal.Desk.SuspendPartner(t.Context(), by(ruth), "lakeshore", "An audit.")
	check(t, err)
	b.get("/college").wants(http.StatusForbidden, "suspended").lacks("Maya")
	_, err = h.portal.Desk.ResumePartner(t.Context(), by(ruth), "lakeshore")
	check(t, err)
	b.get("/college").wants(http.StatusOK, "Maya Okafor")
	_, err = h.portal.Desk.DismissDelegate(t.Context(), by(ruth), "lakeshore", "rhea")
	check(t, err)
	b.get("/college").wants(http.StatusForbidden, "You act for no institution here").lacks("Maya")
}

func TestARegistrarUploadsEnrolmentsAfterAPreview(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.consents(domain.PathwayRecords)
	b := h.as("registrar")
	enrolling := func(student string) []byte {
		return zipped(t, map[string]string{
			"terms.csv": "term_id,name,start_date,end_date\nFA,Fall,2026-08-24,2026-12-18\n", "courses.csv": "course_id,short_name,long_name,term_id,status\nC1,CYB 110,Network defence,FA,active\n",
			"sections.csv": "section_id,course_id,name,status\nS1,C1,One,active\n", "users.csv": "user_id,first_name,last_name\n" + student + ",Nobody,Known\n",
			"enrollments.csv": "user_id,section_id,role,status,course_id\n" + student + ",S1,student,active,C1\n"})
	}
	s := b.get(rosterPath).wants(http.StatusOK, "Upload enrolments")
	s.sendFiles(rosterPath, nil).wants(http.StatusUnprocessableEntity, "Choose the file.")
	s.sendFiles(rosterPath, map[string][]byte{"notes.csv": []byte("a,b\n1,2\n")}).wants(http.StatusUnprocessableEntity)
	s = s.sendFiles(rosterPath, map[string][]byte{"canvas.zip": enrolling("L-1")}).wants(http.StatusOK, "What this file would change", "L-1", "Waits to be matched", "Nothing is saved yet.")
	b.get("/college/unmatched").wants(http.StatusOK, "Nobody waits to be matched")
	held := s.path
	h.as("coordinator").get(held).wants(http.StatusForbidden)
	s.send(held).wants(http.StatusOK, "Saved:")
	b.get("/college/unmatched").wants(http.StatusOK, "L-1", "Nobody Known")
	b.get("/college/enrolments").wants(http.StatusOK, "No enrolment is on record")

	// That somebody who does not share was found, and that a student is nobody here, look the same.
	waiting := func() domain.StudentID {
		found, err := h.portal.Desk.Read.Unmatched(t.Context(), "lakeshore", 2)
		if check(t, err); len(found) != 1 {
			t.Fatalf("%d students wait", len(found))
		}
		return found[0].ID
	}
	left := func(why string) {
		t.Helper()
		b.get("/college/unmatched").wants(http.StatusOK, "Nobody waits to be matched", "which of the last two, you are not told").lacks("L-1", "L-2", "Nobody Known", "Ben")
		if b.get("/college/enrolments").wants(http.StatusOK, "No enrolment is on record"); t.Failed() {
			t.Fatal(why)
		}
	}
	_, _, err := h.portal.Desk.LinkStudent(t.Context(), by(ruth), "lakeshore", waiting(), "", ben)
	check(t, err)
	left("who does not share was matched")
	s = b.get(rosterPath).sendFiles(rosterPath, map[string][]byte{"canvas.zip": enrolling("L-2")})
	s.send(s.path).wants(http.StatusOK, "Saved:")
	_, err = h.portal.Desk.RefuseStudent(t.Context(), by(ruth), "lakeshore", waiting())
	check(t, err)
	left("who is nobody here was refused")
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		check(t, err)
		_, err = f.Write([]byte(content))
		check(t, err)
	}
	check(t, w.Close())
	return b.Bytes()
}
