package portal

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/wave"
)

// asks opens a survey until a day.
func (h *hospital) asks(id domain.WaveID, until domain.Date) {
	h.Helper()
	_, err := h.portal.Desk.OpenWave(h.Context(), by(domain.Actor{Person: "helen", Role: domain.HR}), id, wave.Opened{Title: "How are you doing?", Moment: "before",
		Instruments: []domain.InstrumentID{"burnout-signal", "work-satisfaction"}, From: sunday, To: until})
	check(h.T, err)
}

func TestASurveyIsAnsweredOnceAndWithoutAName(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/surveys").wants(http.StatusOK, "No survey is open", "Say who you are")
	h.asks("autumn", sunday.AddDays(14))
	b.get("/surveys").wants(http.StatusOK, "How are you doing?", "0 of 2 answered", "Open until 6 Dec 2026.")
	const sheet = "/surveys/autumn/burnout-signal"
	s := b.get("/surveys/autumn").wants(http.StatusOK, "I feel worn out by my work.", "Strongly agree", "fewer than 10 people").
		send(sheet, "answer-1", "4").wants(http.StatusUnprocessableEntity, "One thing to put right", "Choose one step of the scale.")
	if _, values := s.form(sheet); values.Get("answer-1") != "4" || values.Has("answer-0") {
		t.Errorf("the form holds %v", values)
	}
	s.send(sheet, "answer-0", "3").wants(http.StatusOK, "Thank you. Your answers are kept without your name.", "not even by you")
	if form, _ := b.get("/surveys/autumn").form(sheet); form != nil {
		t.Error("what was answered is asked again")
	}
	b.post(sheet, url.Values{"answer-0": {"0"}, "answer-1": {"0"}, "key": {"other"}}).wants(http.StatusConflict, "one answer counts")
	b.post("/surveys/autumn/work-satisfaction", url.Values{"answer-0": {"9"}, "answer-1": {"1"}, "answer-2": {"1"}, "answer-3": {"1"}, "answer-4": {"1"}, "key": {"k"}}).wants(http.StatusUnprocessableEntity, "from 1 to 5")
	b.get("/surveys").wants(http.StatusOK, "1 of 2 answered")
	h.as("mentor").get("/surveys").wants(http.StatusOK, "0 of 2 answered", "Career map")
	b.get("/surveys/none").wants(http.StatusNotFound, "There is no such survey.")
	b.post("/surveys/autumn/none", nil).wants(http.StatusNotFound, "There is no such questionnaire.")
	_, err := h.portal.Desk.CloseWave(t.Context(), by(domain.Actor{Person: "helen", Role: domain.HR}), "autumn")
	check(t, err)
	b.get("/surveys/autumn").wants(http.StatusConflict, "This survey is not open.")
}

func TestWhoOneIsIsVoluntaryAndOnesOwn(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	const about = "/surveys/about-you"
	b.get(about).wants(http.StatusOK, "All of it is voluntary.", "Nothing: no manager").send(about, "veteran", "veteran", "race", "asian").wants(http.StatusOK, "Kept, without your name.", "You answered on 22 Nov 2026.")
	if _, values := b.get(about).form(about); values.Get("veteran") != "veteran" || values.Get("race") != "asian" || values.Get("sex") != "" {
		t.Errorf("the form holds %v", values)
	}
	b.post(about, url.Values{"race": {"asian", "undisclosed"}, "key": {"k"}}).wants(http.StatusUnprocessableEntity, "choose one option")
	if _, values := h.as("other").get(about).form(about); values.Get("veteran") != "" {
		t.Error("somebody else's answer is shown")
	}
	b.get(about).send(about, "veteran", "").wants(http.StatusOK)
	if _, values := b.get(about).form(about); values.Get("veteran") != "" {
		t.Error("an answer cannot be taken back")
	}
}
