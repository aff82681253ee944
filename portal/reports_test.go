package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestTheStartOfReportsSaysWhatPressesToday(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.hired("elias", "Elias Borg", domain.Executive, "main")
	h.toTell(maya, sunday.AddDays(-4))
	b := h.as("coordinator")
	b.get("/reports").wants(http.StatusOK, "2 areas need action today", "Deadlines", "late; 0 more within 60 days", "Filings", "Ratio", "fewer than 10 take part").lacks("Wages")
	h.as("hr").get("/reports").wants(http.StatusOK, "Wages")
	s := h.as("elias").get("/").wants(http.StatusOK, "late; 0 more within 60 days", "Outcomes").lacks("Maya", "Filings", "Wages")
	if s.path != "/reports" {
		t.Errorf("an executive starts at %s", s.path)
	}
	h.as("elias").get("/deadlines").wants(http.StatusForbidden).lacks("Maya")
	for _, key := range []string{"manager", "mentor", "apprentice"} {
		h.as(key).get("/reports").wants(http.StatusForbidden)
	}
}
