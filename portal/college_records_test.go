package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// numbered has Lakeshore name Maya by a number, and a coordinator say that it is she.
func (h *hospital) numbered(number string, who domain.ApprenticeshipID) {
	h.Helper()
	ask := by(domain.Actor{Partner: "lakeshore", Role: domain.Partner})
	got, _, err := h.portal.Desk.ReportEnrolment(h.Context(), ask, "lakeshore", roster.Row{Student: roster.Student{ID: number}, Section: enrolment.Section{ID: "S-" + number}, Says: roster.Enrolled})
	check(h.T, err)
	_, _, err = h.portal.Desk.LinkStudent(h.Context(), by(ruth), "lakeshore", got.Student, "", who)
	check(h.T, err)
}

func TestARegistrarReportsAnEnrolmentAndItsResult(t *testing.T) {
	h := newHospital(t)
	h.consents(domain.PathwayRecords)
	h.numbered("L-1", maya)
	h.numbered("L-9", ben) // who shares nothing
	b := h.as("registrar")
	const form = "/college/enrolments/new"
	b.get("/college").wants(http.StatusOK, "L-1", "Pathways").lacks("L-9", "Ben")
	b.get(form).send(form, "student", "", "section", "").wants(http.StatusUnprocessableEntity, "Your number of the student is missing.", "Section is missing.")
	b.get(form).send(form, "student", "L-77", "section", "CYB-1", "name", "Zed Nobody").wants(http.StatusOK, "Kept. It is on record once")
	b.get(form).send(form, "student", "L-9", "section", "CYB-1").wants(http.StatusOK, "Kept. It is on record once").lacks("Ben")
	s := b.get(form).send(form, "student", "L-1", "section", "CYB-1", "courseCode", "CYB 110", "courseTitle", "Network defence", "term", "Fall 2026").wants(http.StatusOK, "Reported.", "Enrolled", "Maya Okafor")
	one := s.path
	b.get("/college/enrolments").wants(http.StatusOK, "CYB 110 Network defence", "Maya Okafor").lacks("Ben", "ben-2026")
	b.get("/college/enrolments.csv").wants(http.StatusOK, "CYB-1").lacks("ben-2026")

	b.get(one+"/result").send(one+"/result").wants(http.StatusUnprocessableEntity, "Give a grade, points, or both.")
	b.get(one+"/result").send(one+"/result", "grade", "Z").wants(http.StatusUnprocessableEntity)
	b.get(one+"/result").send(one+"/result", "points", "many").wants(http.StatusUnprocessableEntity, "nor points")
	b.get(one+"/withdraw").send(one+"/withdraw").wants(http.StatusOK, "Withdrawn.", "Enrol the student again")
	b.get(one+"/return").send(one+"/return").wants(http.StatusOK, "Enrolled again.")
	b.get(one+"/result").send(one+"/result", "grade", "b+", "final", "yes").wants(http.StatusOK, "Recorded.", "Has a result", "B+", "Correct the result")
	b.get(one+"/result").send(one+"/result", "grade", "A", "final", "yes").wants(http.StatusOK, "Before it was corrected B+")
	b.get(one + "/praise").wants(http.StatusNotFound)

	// What Ben's number was reported with is nobody's here, and what is shared no longer is gone at once.
	_, err := h.portal.Desk.RevokeConsent(t.Context(), by(asMaya), "maya", "lakeshore")
	check(t, err)
	b.get(one).wants(http.StatusNotFound).lacks("Maya")
	b.post(one+"/withdraw", url.Values{"on": {"2026-11-20"}}).wants(http.StatusNotFound).lacks("Maya")
	b.get("/college/enrolments.csv").wants(http.StatusOK).lacks("maya-2026")
}

func TestARegistrarUploadsAwardsAsAWholeOrNotAtAll(t *testing.T) {
	h := newHospital(t)
	h.articulates()
	h.consents(domain.PathwayRecords, domain.CreditRecords)
	h.numbered("L-1", maya)
	h.numbered("L-9", ben)
	b := h.as("registrar")
	send := func(rows ...string) screen {
		return b.get(awardTablePath).sendFiles(awardTablePath, map[string][]byte{"awards.csv": []byte("student,course,credit,grade,term,reference\n" + strings.Join(rows, "\n") + "\n")})
	}
	b.get(awardTablePath).wants(http.StatusOK, "Upload awards", "your number of the student").sendFiles(awardTablePath, nil).wants(http.StatusUnprocessableEntity, "Choose the file.")
	send().wants(http.StatusUnprocessableEntity, "there is no row below the header")
	s := send("L-1,CYB 110,3,A,Fall 2026,R-1", "L-9,CYB 110,3,A,Fall 2026,R-2", "ben-2026,CYB 110,3,A,Fall 2026,R-3", "L-1,CYB 110,many,A,Fall 2026,R-4", "L-1,CYB 999,3,A,Fall 2026,R-5")
	s.wants(http.StatusUnprocessableEntity, "This file has to be put right first", "There is no such student", "is not an amount of credit", "CYB 999").lacks("Ben Achterberg")
	if _, form := s.form(s.path); form != nil {
		t.Error("what is wrong can be saved")
	}
	s.post(s.path, nil).wants(http.StatusUnprocessableEntity, "This file has to be put right first")
	awarded := func() int {
		found, err := h.portal.Desk.Read.Credits(t.Context(), maya, ben)
		check(t, err)
		return len(found[maya]) + len(found[ben])
	}
	if n := awarded(); n != 0 {
		t.Fatalf("%d credits are on record after a file with faults", n)
	}
	s = send("L-1,CYB 110,3,A,Fall 2026,R-1", "maya-2026,CYB 110,3,A,Fall 2026,R-1").wants(http.StatusOK, "What this file would record", "Nothing is saved yet.", "Record one award")
	if n := awarded(); n != 0 {
		t.Fatalf("a preview recorded %d", n)
	}
	for _, key := range []string{"coordinator", "apprentice"} {
		h.as(key).get(s.path).wants(http.StatusForbidden)
	}
	s.send(s.path).wants(http.StatusOK, "Recorded: one award.", "R-1", "Awarded")
	send("L-1,CYB 110,3,A,Fall 2026,R-1").wants(http.StatusOK, "There is nothing to save.")
	if n := awarded(); n != 1 {
		t.Fatalf("%d credits are on record", n)
	}
}

func TestARegistrarDecidesOnWhatStudentsAskFor(t *testing.T) {
	h := newHospital(t)
	h.articulates()
	h.consents(domain.PathwayRecords, domain.CreditRecords)
	_, _, err := h.portal.Desk.RequestCredit(t.Context(), by(asMaya), desk.CreditRequest{Rule: "lakeshore-cyb-110", Source: credit.Course})
	check(t, err)
	b := h.as("registrar")
	const one = "/college/awards/maya-2026/lakeshore-cyb-110"
	b.get(one).wants(http.StatusOK, "Begin to look at it", "Award it").lacks("Deny it")
	b.get(one+"/begin").send(one+"/begin").wants(http.StatusOK, "Deny it", "Leave it to the committee")
	b.get(one+"/refer").send(one+"/refer", "note", "The dean looks at it.").wants(http.StatusOK, "Take it back from the committee", "The dean looks at it.").lacks("Award it")
	b.get(one+"/return").send(one+"/return").wants(http.StatusOK, "Award it", "Deny it")
	b.get(one+"/deny").send(one+"/deny").wants(http.StatusUnprocessableEntity, "Reason is missing.")
	b.get(one+"/deny").send(one+"/deny", "reason", "The lab is missing.").wants(http.StatusOK, "Denied", "The lab is missing.")
	_, err = h.portal.Desk.AppealCredit(t.Context(), by(asMaya), maya, "lakeshore-cyb-110", "The lab was in October.")
	check(t, err)
	b.get(one).wants(http.StatusOK, "The student appealed: look at it again", "The lab was in October.")
	s := b.get("/college/awards/new?learner=maya-2026&course=lakeshore-cyb-110")
	s.send("/college/awards/new?learner=maya-2026&course=lakeshore-cyb-110", "credit", "3", "grade", "A", "term", "Fall 2026", "externalRef", "L-1").wants(http.StatusOK, "Recorded.", "Awarded")
	all, err := h.portal.Desk.Read.Credits(t.Context(), maya)
	check(t, err)
	if len(all[maya]) != 1 || all[maya][0].State != projections.CreditAwarded {
		t.Errorf("on record: %+v", all[maya])
	}
}
