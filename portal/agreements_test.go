package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestAnAgreementIsDraftedSignedPutIntoForceAndRenewed(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	college := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	b.get("/agreements").wants(http.StatusOK, "Lakeshore Community College", "In force", "Credits")
	b.get("/agreements/new").send("/agreements/new", "partnerId", "lakeshore").wants(http.StatusUnprocessableEntity, "What it covers is missing.")
	s := b.get("/agreements/new").send("/agreements/new", "partnerId", "lakeshore", "type", "articulation", "scopes", "credits").wants(http.StatusOK, "It is a draft", "Credits")
	path := s.path
	b.get(path+"/send").send(path+"/send").wants(http.StatusOK, "Sent. Both sides can sign.", "The signature of the hospital is needed")
	b.get(path+"/sign?version=2").send(path+"/sign?version=2").wants(http.StatusConflict, "not version 2")
	b.get(path+"/sign?version=1").send(path+"/sign?version=1").wants(http.StatusOK, "Lakeshore Community College signs")
	_, err := h.portal.Desk.SignAgreement(t.Context(), by(college), "lakeshore-2026", 1)
	check(t, err)
	b.get(path).wants(http.StatusOK, "Both sides have signed")
	b.get(path+"/activate").send(path+"/activate", "to", "2026-12-31").wants(http.StatusOK, "In force", "Ends in 39 days", "It ends on 31 Dec 2026", "sees nothing and gives no credit")
	b.get(path+"/rule").send(path+"/rule", "course", "CYB 110", "title", "Network defence", "satisfies", "hd-network-defence", "credit", "three").wants(http.StatusUnprocessableEntity, "is not an amount of credit")
	b.get(path+"/rule").send(path+"/rule", "course", "CYB 110", "title", "Network defence", "satisfies", "hd-network-defence", "minGrade", "C").wants(http.StatusOK, "CYB 110 gives credit", "3 credits", "Retire CYB 110")
	b.get("/pathways/help-desk-to-security-analyst").wants(http.StatusOK, "CYB 110 (Lakeshore Community College)")
	retire := path + "/retire?rule=lakeshore-2026-cyb-110"
	b.get(retire).send(retire, "reason", "The course ended.").wants(http.StatusOK, "It gives no credit", "The course ended.").lacks("Retire CYB 110")
	b.get(path+"/renew").send(path+"/renew", "to", "2027-12-31", "note", "Another year.").wants(http.StatusOK, "Version 2, proposed", "Another year.", "The signature of the hospital is needed")
	b.get(path+"/sign?version=2").send(path+"/sign?version=2").wants(http.StatusOK, "Signed.")
	_, err = h.portal.Desk.SignAgreement(t.Context(), by(college), "lakeshore-2026", 2)
	check(t, err)
	b.get(path).wants(http.StatusOK, "31 Dec 2027", "version 2").lacks("It ends on")
	b.get(path+"/suspend").send(path+"/suspend", "reason", "A breach.").wants(http.StatusOK, "Suspended at once.", "A breach.")
	b.get(path+"/resume").send(path+"/resume").wants(http.StatusOK, "In force again.")
	b.get(path+"/terminate").send(path+"/terminate", "reason", "We part.", "teachOut", "2027-06-30").wants(http.StatusOK, "Terminated", "30 Jun 2027").lacks("Change the agreement")
}

func TestAgreementsAreForCoordinatorsAndAuditors(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("auditor").get("/agreements/lakeshore-1").wants(http.StatusOK, "What is agreed").lacks("Change the agreement", "Add a course")
	h.as("auditor").get("/agreements/lakeshore-1/terminate").wants(http.StatusForbidden)
	for _, key := range []string{"apprentice", "mentor", "manager", "hr"} {
		h.as(key).get("/agreements/lakeshore-1").wants(http.StatusForbidden)
	}
	h.as("coordinator").get("/agreements/none").wants(http.StatusNotFound)
}
