package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestACoordinatorTellsTheCollegeWhatTheHospitalMakesOfAnAppeal(t *testing.T) {
	h := newHospital(t)
	h.articulates()
	h.consents(domain.PathwayRecords, domain.CreditRecords)
	stream := credit.Stream(maya, "lakeshore-cyb-110")
	_, _, err := h.portal.Desk.RequestCredit(t.Context(), by(asMaya), desk.CreditRequest{Rule: "lakeshore-cyb-110", Source: credit.Course})
	check(t, err)
	judged := credit.Judgement{Request: h.request(domain.Actor{Partner: "lakeshore", Role: domain.Partner})}
	reason, err := h.portal.Desk.Vault.Seal(t.Context(), "maya", "The lab is missing.")
	check(t, err)
	for _, c := range []events.Command[credit.State, credit.Event]{credit.StartEvaluation{Judgement: judged}, credit.Deny{Judgement: judged, Reason: reason}} {
		run(h, stream, credit.Evolve, c)
	}
	b := h.as("coordinator")
	const path = appealPath + "maya-2026/lakeshore-cyb-110"
	b.get(path).wants(http.StatusNotFound)
	_, err = h.portal.Desk.AppealCredit(t.Context(), by(asMaya), maya, "lakeshore-cyb-110", "The lab was in October.")
	check(t, err)
	b.get("/approvals").wants(http.StatusOK, "Maya Okafor", "Appeals that a college denied credit", "Today")
	h.as("registrar").get("/college/waiting").wants(http.StatusOK, "A student appeals your denial", "Maya Okafor")
	for _, key := range []string{"manager", "hr", "apprentice", "auditor", "registrar"} {
		h.as(key).get(path).wants(http.StatusForbidden).lacks("October")
	}
	b.get(path).wants(http.StatusOK, "The lab is missing.", "The lab was in October.", "Lakeshore Community College", "Tell the college")
	b.get(path+"/answer").send(path+"/answer").wants(http.StatusUnprocessableEntity, "The hospital is missing.", "What the college should know is missing.")
	b.get(path+"/answer").send(path+"/answer", "stand", "supports", "note", "She did the lab here.").wants(http.StatusOK, "Told. Lakeshore Community College decides next", "The hospital supports the appeal", "She did the lab here.")
	b.get("/approvals").wants(http.StatusOK).lacks("Appeals that a college denied credit")
	h.as("registrar").get("/college/awards/maya-2026/lakeshore-cyb-110").wants(http.StatusOK, "The hospital supports the appeal", "She did the lab here.", "St. Alder Health").lacks("Ruth Adeyemi")
}

func TestAnAgreementIsSignedOnThePageOfTheCollege(t *testing.T) {
	h := newHospital(t)
	d := h.portal.Desk
	run(h, partner.Stream("harbor"), partner.Evolve, partner.Onboard{Request: h.request(system), Onboarded: partner.Onboarded{Name: "Harbor Technical College"}})
	for id, with := range map[domain.AgreementID]domain.PartnerID{"lakeshore-2": "lakeshore", "harbor-1": "harbor"} {
		_, err := d.DraftAgreement(t.Context(), by(ruth), id, agreement.Drafted{Partner: with, Type: agreement.DataSharing, Scopes: []domain.Scope{domain.CreditRecords}})
		check(t, err)
	}
	b, c := h.as("registrar"), h.as("coordinator")
	const path = "/college/agreements/lakeshore-2"
	b.get(path).wants(http.StatusNotFound)
	for _, id := range []domain.AgreementID{"lakeshore-2", "harbor-1"} {
		_, err := d.SendAgreement(t.Context(), by(ruth), id)
		check(t, err)
	}
	c.get("/approvals").wants(http.StatusOK, "Lakeshore Community College", "An agreement is to be signed for the hospital", "Today")
	b.get("/college/waiting").wants(http.StatusOK, "An agreement is to be signed", "lakeshore-2").lacks("harbor")
	b.get("/college/agreements").wants(http.StatusOK, "lakeshore-1", "lakeshore-2").lacks("harbor")
	for _, foreign := range []string{"/college/agreements/harbor-1", "/college/agreements/harbor-1/sign"} {
		b.get(foreign).wants(http.StatusNotFound).lacks("Harbor")
	}
	b.post("/college/agreements/harbor-1/sign", nil).wants(http.StatusNotFound)
	b.get(path).wants(http.StatusOK, "Your signature is needed")
	b.get(path+"/sign").send(path+"/sign").wants(http.StatusOK, "Signed. It is on record.", "St. Alder Health signs")
	b.get("/college/waiting").wants(http.StatusOK, "Nothing waits for you")
	_, err := d.SignAgreement(t.Context(), by(ruth), "lakeshore-2", 0)
	check(t, err)
	c.get("/approvals").wants(http.StatusOK, "An agreement is to be put into force")
}

func TestAnApprenticeWhoseJourneyworkerIsGoneIsTold(t *testing.T) {
	h := newHospital(t)
	b := h.as("coordinator")
	b.get("/approvals").lacks("The journeyworker is gone")
	l, err := h.portal.Desk.Read.Learner(t.Context(), maya)
	check(t, err)
	at := placement.Stream(l.Program, l.Site)
	run(h, at, placement.Evolve, placement.Place{Request: h.request(system), Apprenticeship: maya, Under: "priya", From: sunday.AddDays(-30)})
	run(h, at, placement.Evolve, placement.Go{Request: h.request(system), Journeyworker: "priya", Day: sunday.AddDays(-6)})
	b.get("/approvals").wants(http.StatusOK, "Maya Okafor", "The journeyworker is gone: another is to be named", "5 days")
	h.as("manager").get("/approvals").lacks("The journeyworker is gone")
}
