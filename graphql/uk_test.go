package graphql_test

import "testing"

func TestAnApprenticeshipUnderEnglishRulesEndsByGatewayAndAssessment(t *testing.T) {
	h := open(t, staff, colleges)
	id := h.done("lena", "draftApprenticeship", "apprentice{id}", "personId", "person-maya", "pathwayId", helpDeskPathway, "managerId", "person-dana", "mentorId", "person-priya",
		"startOn", "2026-08-31", "ageAtStart", 24, "profile", "uk-standards").string("apprentice.id")
	h.done("maya", "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "APPRENTICE")
	h.done("lena", "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "SPONSOR")
	h.done("lena", "registerApprenticeship", "apprentice{id}", "apprenticeId", id, "agency", "Apprenticeship service", "apprenticeNo", "UK-1")
	if got := h.done("lena", "beginApprenticeship", "apprentice{status ruleSet}", "apprenticeId", id, "on", "2026-08-31"); got.get("apprentice.status") != "ACTIVE" || got.get("apprentice.ruleSet") != "uk-standards-1" {
		t.Fatalf("begun: %s", got.text)
	}
	h.refused("GATEWAY_FIRST", "lena", "requestCompletion", "apprentice", "apprenticeId", id)
	h.refused("TOO_SHORT", "lena", "agreeGateway", "apprentice", "apprenticeId", id, "by", "EMPLOYER")
	h.refused("PROVIDER_MISSING", "lena", "agreeGateway", "apprentice", "apprenticeId", id, "by", "PROVIDER")
	h.refused("TOO_SHORT", "dana", "agreeGateway", "apprentice", "apprenticeId", id, "by", "EMPLOYER")
	h.refused("NOT_COORDINATOR", "dana", "agreeGateway", "apprentice", "apprenticeId", id, "by", "PROVIDER", "providerId", "partner-harbor")
	h.refused("NOT_COORDINATOR", "priya", "agreeGateway", "apprentice", "apprenticeId", id, "by", "EMPLOYER")
	h.refused("NOT_YOURS_TO_SIGN", "lena", "agreeGateway", "apprentice", "apprenticeId", id, "by", "APPRENTICE")
	h.refused("GATEWAY_FIRST", "lena", "recordAssessment", "apprentice", "apprenticeId", id, "organizationId", "partner-harbor", "passed", true, "grade", "Merit")
	h.refused("COMPLETION_NOT_REQUESTED", "lena", "certifyCompletion", "apprentice", "apprenticeId", id, "agency", "Institute", "certificateNo", "EPA-1")
}
