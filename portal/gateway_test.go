package portal

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var asAna = domain.Actor{Person: "ana", Role: domain.Apprentice}

// england begins an apprenticeship of Ana's in February under the rules of England: Dana is her
// manager, Priya her mentor. All is met but the workshop.
func (h *hospital) england() {
	h.Helper()
	ctx, d := h.Context(), h.portal.Desk
	h.portal.Personas = append(slices.Clone(staff), Persona{Key: "ana", Name: "Ana Lindqvist", Role: "Apprentice", Person: "ana"})
	name, err := d.Vault.Seal(ctx, "ana", "Ana Lindqvist")
	check(h.T, err)
	run(h, person.Stream("ana"), person.Evolve, person.Join{Request: h.request(system), Joined: person.Joined{Name: name, Capacity: domain.Apprentice, Site: "main"}})
	begins := domain.NewDate(2026, time.February, 2)
	set, err := rules.On("uk-standards", begins)
	check(h.T, err)
	run(h, apprenticeship.Stream("ana-2026"), apprenticeship.Evolve, apprenticeship.Draft{Request: h.request(ruth), Age: 24, Rules: set, Supervisor: "dana", Mentor: "priya",
		Plan: apprenticeship.Drafted{Person: "ana", Program: "health-it", Standard: "it-security-pathway", StandardVersion: 1, Pathway: "it-support-upskilling", PathwayVersion: 1,
			Role: "help-desk-analyst", Site: "main", StartOn: begins, ExpectedEndOn: begins.AddMonths(10)}})
	_, err = d.Sign(ctx, by(asAna), "ana-2026", apprenticeship.ByApprentice)
	check(h.T, err)
	_, err = d.Sign(ctx, by(ruth), "ana-2026", apprenticeship.BySponsor)
	check(h.T, err)
	_, err = d.Register(ctx, by(ruth), "ana-2026", "Apprenticeship service", "UK-1")
	check(h.T, err)
	_, err = d.Begin(ctx, by(ruth), "ana-2026", begins)
	check(h.T, err)
	for _, req := range []domain.RequirementID{"up-ai-literacy", "up-hipaa", "up-prompting", "up-zero-trust", "up-applied", "up-badge"} {
		h.attain(req)
	}
}

// attain has Ana show something for a milestone, and Priya sign it off.
func (h *hospital) attain(req domain.RequirementID) {
	h.Helper()
	ctx, d := h.Context(), h.portal.Desk
	_, err := d.StartMilestone(ctx, by(asAna), "ana-2026", req)
	check(h.T, err)
	_, err = d.SubmitEvidence(ctx, by(asAna), "ana-2026", req, desk.Shown{Kind: milestones.Work, Note: "Three wards, one afternoon.", Product: "Printers of 3 West"})
	check(h.T, err)
	_, err = d.Assess(ctx, by(domain.Actor{Person: "priya", Role: domain.Mentor}), "ana-2026", req, desk.Assessment{Mark: milestones.Mark{Rating: 3}, Feedback: "Well done."})
	check(h.T, err)
}

func TestThreeAgreeAtTheGateway(t *testing.T) {
	h := newHospital(t)
	h.england()
	const path = "/apprentices/ana-2026/gateway"
	ana, dana, ruths := h.as("ana"), h.as("manager"), h.as("coordinator")

	ana.get("/pathway").wants(http.StatusOK, "Ready for the assessment?", "Agreed by 0 of 3 so far.")
	ana.get("/gateway").wants(http.StatusOK, "One thing is lacking", "Workshop with the wards", "It is not begun.", "Begin it.", "Ana Lindqvist").lacks("I am ready")
	ana.get("/gateway/apprentice").wants(http.StatusOK, "One thing is lacking")
	dana.get(path).wants(http.StatusOK, "One thing is lacking", "Workshop with the wards").lacks("Agree for the employer")
	dana.get("/approvals").wants(http.StatusOK).lacks("are they ready for the assessment")
	ana.post("/gateway/apprentice", map[string][]string{"sure": {"yes"}, "key": {"k"}}).wants(http.StatusConflict, "Not everything is met yet. Missing: Workshop with the wards")

	h.attain("up-workshop")
	for _, key := range []string{"other", "receiving-manager", "registrar"} {
		h.as(key).get(path).lacks("Ana Lindqvist")
	}
	for _, key := range []string{"mentor", "hr", "auditor"} {
		h.as(key).get(path).wants(http.StatusOK, "Everything is met, and nothing is for you to do.", "Dana Whitfield", "workforce development")
		h.as(key).get(path + "/employer").wants(http.StatusNotFound)
	}
	dana.get(path + "/provider").wants(http.StatusNotFound)
	ruths.get(path + "/apprentice").wants(http.StatusNotFound)
	ana.get("/gateway/employer").wants(http.StatusNotFound)

	dana.get("/approvals").wants(http.StatusOK, "One thing waits for you", "For you to agree to", "Ana Lindqvist", "Meets everything: are they ready for the assessment at the end?")
	dana.get(path).wants(http.StatusOK, "Do you hold Ana ready?", "Agree for the employer").lacks("Agree for whoever teaches")
	dana.get(path+"/employer").send(path+"/employer").wants(http.StatusUnprocessableEntity, "Your word is missing.")
	dana.get(path+"/employer").send(path+"/employer", "sure", "yes").wants(http.StatusOK, "Agreed. These have still to agree: workforce development, Ana Lindqvist.", "Agreed by 1 of 3", "22 Nov 2026")
	dana.get("/approvals").wants(http.StatusOK).lacks("For you to agree to")

	ruths.get("/approvals").wants(http.StatusOK, "Ana Lindqvist", "Meets everything")
	ruths.get(path).wants(http.StatusOK, "Agree for whoever teaches").lacks("Agree for the employer")
	ruths.get(path+"/provider").send(path+"/provider", "sure", "yes").wants(http.StatusUnprocessableEntity, "Institution is missing.")
	ruths.get(path+"/provider").send(path+"/provider", "sure", "yes", "partnerId", "lakeshore").wants(http.StatusOK, "These have still to agree: Ana Lindqvist.", "Lakeshore Community College")
	ruths.get("/approvals").wants(http.StatusOK).lacks("Meets everything")

	ana.get("/pathway").wants(http.StatusOK, "See who agrees", "Agreed by 2 of 3 so far.")
	ana.get("/gateway").wants(http.StatusOK, "Do you hold yourself ready?", "Nothing: everything that the apprenticeship asks for is met.")
	ana.get("/gateway/apprentice").wants(http.StatusOK, "Your word is the last").send("/gateway/apprentice", "sure", "yes").
		wants(http.StatusOK, "Agreed by all three. A coordinator records next what the independent organisation finds.", "All three agree")
	ruths.get("/approvals").wants(http.StatusOK, "Ready for the assessment at the end")
}

func TestWhereTheRulesKnowNoGatewayThereIsNone(t *testing.T) {
	h := newHospital(t)
	h.as("apprentice").get("/pathway").wants(http.StatusOK).lacks("Ready for the assessment?")
	h.as("apprentice").get("/gateway").wants(http.StatusNotFound, "There is no gateway in this apprenticeship.")
	h.as("coordinator").get("/apprentices/maya-2026/gateway").wants(http.StatusNotFound)
}

func TestAGatewayIsNotAgreedBeforeItsDay(t *testing.T) {
	h := newHospital(t)
	h.england()
	h.attain("up-workshop")
	now := domain.NewDate(2026, time.October, 1).Midnight()
	h.portal.Desk.Now = func() time.Time { return now }
	b := h.as("manager")
	b.get("/approvals").wants(http.StatusOK).lacks("Ana Lindqvist")
	b.get("/apprentices/ana-2026/gateway").wants(http.StatusOK, "Not before 2 Oct 2026").lacks("Agree for the employer")
}

func TestTheStepLineOfARecordSaysWhatComesNext(t *testing.T) {
	steps := []step{{Title: "The employer", State: stateReview}, {Title: "The apprentice", State: stateDone}, {Title: "The assessment", State: stateAhead}}
	if now := (dossierData{Steps: steps}).Now(); *now != (currentStep{1, "The employer", "The assessment"}) {
		t.Errorf("it says %+v", now)
	}
	if now := (dossierData{Steps: steps[1:2]}).Now(); now != nil {
		t.Errorf("when all is done it says %+v", now)
	}
}
