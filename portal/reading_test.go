package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

const moveOfMaya = "/approvals/role-changes/maya-2026.systems-administrator"

// graded has Lakeshore award Maya a credit with a grade.
func (h *hospital) graded() {
	h.Helper()
	run(h, credit.Stream(maya, "cyb-110"), credit.Evolve, credit.Award{Request: h.request(domain.Actor{Partner: "lakeshore", Role: domain.Partner}),
		Awarded: credit.Awarded{Subject: credit.Subject{Apprenticeship: maya, Person: "maya", Partner: "lakeshore",
			Articulation: rules.Articulation{Rule: "cyb-110", Course: "CYB 110", Title: "Network defence", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Requirement: "hd-network-defence"}},
			Grade: "A-", Term: "Fall 2026", ExternalRef: "L-1", Award: domain.Credit{Hundredths: 300, Unit: domain.Semester}}})
}

// asked has Maya ask for her next role, with a note.
func (h *hospital) asked() {
	h.Helper()
	_, _, err := h.portal.Desk.Propose(h.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), maya, "", sunday.AddDays(14), "I would love to.")
	check(h.T, err)
}

func TestOnlyTheLearnerAndWhoRunsProgrammesReadGrades(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.graded()
	h.as("apprentice").get("/pathway").wants(http.StatusOK, "CYB 110 Network defence, grade A-")
	for key, reads := range map[string]bool{"mentor": false, "manager": false, "coordinator": true, "hr": true, "auditor": true} {
		s := h.as(key).get("/apprentices/maya-2026").wants(http.StatusOK, "CYB 110 Network defence")
		if reads {
			s.wants(http.StatusOK, "grade A-")
		} else {
			s.lacks("grade A-")
		}
	}
}

// Owen would receive Maya. Once Dana approved he sees her pathway, her move and what was attained,
// and neither weeks nor evidence nor what others wrote.
func TestWhoReceivesALearnerReadsWhatTheDecisionTakes(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.graded()
	h.asked()
	owen := h.as("receiving-manager")
	owen.get("/apprentices/maya-2026").wants(http.StatusNotFound)
	_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, "systems-administrator", transition.Grant, "", "Between us: well earned.")
	check(t, err)

	week, lab := "/approvals/hours/maya-2026/"+lastWeek.Add(-1).String(), "/approvals/milestones/maya-2026/hd-imaging-lab"
	owen.get(week).wants(http.StatusNotFound)
	owen.get(lab).wants(http.StatusNotFound)
	owen.get("/apprentices/maya-2026").wants(http.StatusOK, "Ready for systems administrator?", "signed off “Clinical workstation build”").
		lacks("Hours by week", "Three tickets", "sent evidence for", "signed off the hours", "grade A-", "approved the move", "Calm and thorough")
	owen.get(moveOfMaya).wants(http.StatusOK, "6 of 6 met", "I would love to.", "Pay grade", "What do you decide?").lacks("Between us", "Hours by week", "grade A-")

	for _, key := range []string{"manager", "mentor", "coordinator", "hr", "auditor"} {
		h.as(key).get(week).wants(http.StatusOK)
		h.as(key).get(lab).wants(http.StatusOK, "Three tickets")
		h.as(key).get("/apprentices/maya-2026").wants(http.StatusOK, "Hours by week")
	}
	for key, reads := range map[string]bool{"apprentice": true, "coordinator": true, "hr": true, "auditor": true, "manager": true} {
		s := h.as(key).get(moveOfMaya)
		if reads {
			s.wants(http.StatusOK, "Between us")
		}
	}
	for key, grade := range map[string]bool{"coordinator": false, "hr": true, "auditor": true, "manager": true} {
		if s := h.as(key).get(moveOfMaya); grade {
			s.wants(http.StatusOK, "Pay grade")
		} else {
			s.lacks("Pay grade")
		}
	}
	h.as("mentor").get(moveOfMaya).wants(http.StatusNotFound)
	h.as("other").get(moveOfMaya).wants(http.StatusNotFound)
	h.as("mentor").get("/apprentices/maya-2026").wants(http.StatusOK, "Owen Castellano has had the request since").lacks("Between us", "approved the move", "Open the request", "RT-1001")
}

func TestAMentorReadsNotWhyAMoveWasSentBack(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, "systems-administrator", transition.SendBack, "", "Between us: not yet.")
	check(t, err)
	h.as("apprentice").get("/pathway").wants(http.StatusOK, "Between us: not yet.")
	h.as("manager").get("/apprentices/maya-2026").wants(http.StatusOK, "Between us: not yet.")
	h.as("mentor").get("/apprentices/maya-2026").wants(http.StatusOK, "Ready for").lacks("Between us")
}

// Ben accompanies Maya as a peer.
func TestAPeerMentorSeesTheLearner(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	peer := h.as("other")
	peer.get("/apprentices/maya-2026").wants(http.StatusNotFound)
	peer.get("/apprentices").wants(http.StatusOK, "Your pathway")
	_, err := h.portal.Desk.AssignMentor(t.Context(), by(ruth), maya, "ben", apprenticeship.Peer, domain.NewDate(2026, 9, 7))
	check(t, err)
	peer.get("/apprentices").wants(http.StatusOK, "Maya Okafor")
	peer.get("/apprentices/maya-2026").wants(http.StatusOK, "Hours by week", "Milestones").lacks("grade", "Ask for the role change")
	peer.get("/approvals/milestones/maya-2026/hd-imaging-lab").wants(http.StatusOK, "Three tickets").lacks("Submit rating")
	if _, err := h.portal.Desk.Assess(t.Context(), by(domain.Actor{Person: "ben", Role: domain.Apprentice}), maya, "hd-ticket-portfolio", desk.Assessment{}); domain.AsRefusal(err) == nil {
		t.Errorf("a peer assesses: %v", err)
	}
}
