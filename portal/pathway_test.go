package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
)

// TestWordsInTablesAreTranslated looks up what is said by way of a table.
func TestWordsInTablesAreTranslated(t *testing.T) {
	var texts []string
	for _, d := range deeds {
		texts = append(texts, d.text)
	}
	for _, w := range evidenceWords {
		texts = append(texts, w.text)
	}
	for _, w := range offices {
		texts = append(texts, w)
	}
	for _, w := range stepWords {
		texts = append(texts, w)
	}
	for _, words := range []map[string]string{lesserDeeds, stateWords} {
		for _, w := range words {
			texts = append(texts, w)
		}
	}
	for _, w := range figureWords {
		texts = append(texts, w)
	}
	for _, w := range credentialWords {
		texts = append(texts, w)
	}
	for _, w := range weekWords {
		texts = append(texts, w)
	}
	for _, w := range kindWords {
		texts = append(texts, w)
	}
	for _, s := range []state{stateDone, stateActive, stateReview, stateAgain, stateAhead} {
		texts = append(texts, s.Word(), rule{State: s}.Word())
	}
	for _, text := range texts {
		if _, known := spanish.sayings[text]; !known {
			t.Errorf("tongues/es has no %q", text)
		}
	}
}

func TestAPathwayIsToldInSpanish(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	b := h.as("apprentice")
	b.get("/sharing").send("/language", "language", "es")
	b.get("/pathway").wants(http.StatusOK, "Su itinerario", "Usted está aquí", "Priya Raman aprobó “Clinical workstation build”", "Hitos").lacks("Signed off", "Milestones")
}

func TestALinkMayLeaveOutHowItBegins(t *testing.T) {
	for typed, want := range map[string]string{"": "", " www.credly.com/badges/1 ": "https://www.credly.com/badges/1", "http://lab.example": "http://lab.example",
		"javascript:alert(1)": "https://javascript:alert(1)"} {
		if got := address(typed); got != want {
			t.Errorf("%q is taken for %q, want %q", typed, got, want)
		}
	}
	if _, err := milestones.Link(address("javascript:alert(1)")); domain.AsRefusal(err) == nil {
		t.Error("a script is taken for a web address")
	}
}
