package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhatSomebodyPrefersHoldsWhereverTheySignIn(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	s := b.get("/account").send("/account/preferences", "language", "es", "zone", "Pacific/Honolulu").
		wants(http.StatusOK, "Guardado. Vale dondequiera que inicie sesión.")
	if lang := attr(named(s.all, "html")[0], "lang"); lang != "es" {
		t.Errorf("the page is in %q", lang)
	}
	again := h.as("apprentice").get("/account")
	_, values := again.form("/account/preferences")
	if values.Get("language") != "es" || values.Get("zone") != "Pacific/Honolulu" {
		t.Errorf("elsewhere it is %v", values)
	}
	again.send("/account/preferences", "zone", "../../etc/passwd").wants(http.StatusUnprocessableEntity, "Elija una de las zonas horarias.")
	if lang := attr(named(h.as("other").get("/account").all, "html")[0], "lang"); lang != "en" {
		t.Errorf("somebody else's pages are in %q", lang)
	}
}

func TestALanguageChosenAtTheFootIsKeptForThePerson(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("manager").get("/approvals").send("/language", "language", "es")
	if lang := attr(named(h.as("manager").get("/approvals").all, "html")[0], "lang"); lang != "es" {
		t.Errorf("the next session is in %q", lang)
	}
}

func TestTimesAreOnTheClockOfThePerson(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/account").send("/account/preferences", "zone", "Pacific/Honolulu").wants(http.StatusOK)
	zone, err := time.LoadLocation("Pacific/Honolulu")
	check(h.T, err)
	before := time.Now().In(zone).Format("2 Jan 2006, 15:04")
	said := h.as("apprentice").get(staysPath).main()
	if after := time.Now().In(zone).Format("2 Jan 2006, 15:04"); !strings.Contains(said, before) && !strings.Contains(said, after) {
		t.Errorf("the page does not say %s: %s", before, said)
	}
}
