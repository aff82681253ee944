package portal

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/post"
	"github.com/guildhall-dev/guildhall/projections"
)

func (h *hospital) addressee(id domain.PersonID) projections.Addressee {
	h.Helper()
	a, _, err := h.portal.Desk.Read.Addressee(h.Context(), id)
	check(h.T, err)
	return a
}

// mailLink is the path of a link in mail to somebody.
func (h *hospital) mailLink(id domain.PersonID, is desk.MailLink) string {
	h.Helper()
	secret, err := h.portal.Desk.Vault.Unseal(h.Context(), h.addressee(id).Secret)
	check(h.T, err)
	return desk.MailPath(id, is, secret)
}

// letter is what mail would say to somebody who has an address.
func (h *hospital) letter(id domain.PersonID, kind preference.Kind) post.Letter {
	h.Helper()
	l, err := h.portal.Letter(h.Context(), h.addressee(id), preference.Mailing{Kind: kind}, post.Links{Home: "https://g.example", Stop: "https://g.example/stop", Confirm: "https://g.example/confirm"})
	check(h.T, err)
	return l
}

func TestSomebodyChoosesWhenMailComes(t *testing.T) {
	h := newHospital(t)
	b := h.as("manager")
	b.get(messageSettingsPath).wants(http.StatusOK, "This Guildhall sends no mail yet.")
	h.portal.SendsMail = true
	s := b.get(messageSettingsPath).lacks("sends no mail yet", "Send me one now")
	s.send("/account/mail/address", "address", "dana").wants(http.StatusUnprocessableEntity, "Write an address of mail, such as name@example.org.")
	s = s.send("/account/mail/address", "address", "dana@example.org").wants(http.StatusOK, "Open the link that is sent there within 7 days.", "dana@example.org", "To be confirmed")
	s.send("/account/mail/digest", "digest", "hourly").wants(http.StatusUnprocessableEntity)
	s.send("/account/mail/digest", "digest", "daily", "quietFrom", "25:00").wants(http.StatusUnprocessableEntity, "Write times of the day from 00:00 to 23:59.")
	s.send("/account/mail/digest", "digest", "daily", "quietFrom", "22:00", "quietUntil", "07:30").wants(http.StatusOK, "Saved. It holds from the next mail on.")
	_, values := b.get(messageSettingsPath).form("/account/mail/digest")
	if values.Get("digest") != "daily" || values.Get("quietFrom") != "22:00" || values.Get("quietUntil") != "07:30" {
		t.Errorf("chosen is %v", values)
	}
	b.get("/account").send("/account/preferences", "language", "es", "zone", "").wants(http.StatusOK)
	if _, values := b.get(messageSettingsPath).form("/account/mail/digest"); values.Get("digest") != "daily" {
		t.Errorf("after another choice it is %v", values)
	}

	link := h.mailLink("dana", desk.ConfirmLink)
	visitor := h.browser()
	if visitor.get(link).wants(http.StatusOK, "Is this your address?"); h.addressee("dana").Confirmed {
		t.Error("looking at a link confirms an address")
	}
	visitor.get(link).send(link).wants(http.StatusOK, "Your address is confirmed")
	b.get(messageSettingsPath).wants(http.StatusOK, "Confirmada").send("/account/mail/trial").wants(http.StatusOK, "Un correo va en camino.")
	system := domain.Request{By: domain.Actor{Policy: "post", Role: domain.System}, At: h.portal.Desk.Now()}
	run(h, preference.Stream("dana"), preference.Evolve, preference.Settle{Request: system, Mailing: preference.Mailing{Kind: preference.Trial, Address: 1, Trial: 1}, Failed: true, Code: 550})
	b.get(messageSettingsPath).wants(http.StatusOK, "la dirección lo rechazó (550)", "Rechaza el correo")
	b.get(messageSettingsPath).send("/account/mail/remove").wants(http.StatusOK, "Eliminada.").lacks("dana@example.org")
	visitor.get(link).wants(http.StatusNotFound, "This link does not hold any more")
	registrar := h.as("registrar")
	registrar.get(messageSettingsPath).wants(http.StatusOK).send("/account/mail/digest", "digest", "weekly").wants(http.StatusOK, "Saved.").lacks("Make a calendar link")
	old := registrar.get(accountPath).wants(http.StatusOK, "You asked for mail on Mondays.", "Choose how you are told")
	if !slices.ContainsFunc(old.all, func(n *html.Node) bool { return attr(n, "id") == "mail" }) {
		t.Error("links of earlier mails lead nowhere on the page")
	}
}

// TestAMailProgramStopsMailByItself sends what RFC 8058 has programs send, in both its forms.
func TestAMailProgramStopsMailByItself(t *testing.T) {
	h := newHospital(t)
	d := h.portal.Desk
	dana := domain.Actor{Person: "dana", Role: domain.Manager}
	check(t, d.KeepAddress(t.Context(), dana, "dana@example.org"))
	for media, body := range map[string]string{
		"application/x-www-form-urlencoded":   "List-Unsubscribe=One-Click",
		"multipart/form-data; boundary=aside": "--aside\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--aside--\r\n",
	} {
		_, err := d.Prefer(t.Context(), by(dana), preference.Chosen{Language: "es", Digest: preference.Daily})
		check(t, err)
		link := h.mailLink("dana", desk.StopLink)
		if h.browser().get(link).wants(http.StatusOK, "Stop these mails?"); h.addressee("dana").Digest != preference.Daily {
			t.Error("looking at a link stops mail")
		}
		send := func(path string, want int) {
			t.Helper()
			res, err := http.Post(h.url+path, media, strings.NewReader(body))
			check(t, err)
			_, err = io.Copy(io.Discard, res.Body)
			check(t, err)
			res.Body.Close()
			if res.StatusCode != want || res.Request.Method != http.MethodPost {
				t.Errorf("%s at %s is answered %d", media, path, res.StatusCode)
			}
		}
		send(link[:len(link)-1]+"x", http.StatusNotFound)
		send(strings.Replace(link, "dana", "priya", 1), http.StatusNotFound)
		if a := h.addressee("dana"); a.Digest != preference.Daily {
			t.Error("another link stops mail")
		}
		send(link, http.StatusOK)
		if a := h.addressee("dana"); a.Digest != preference.Never || a.Language != "es" {
			t.Errorf("by %s it comes to %+v", media, a)
		}
	}
}

// TestADigestSaysHowMuchAndNamesNobody reads the mail of a manager and of an apprentice.
func TestADigestSaysHowMuchAndNamesNobody(t *testing.T) {
	h := newHospital(t)
	d, ctx := h.portal.Desk, t.Context()
	dana, asMaya := domain.Actor{Person: "dana", Role: domain.Manager}, domain.Actor{Person: "maya", Role: domain.Apprentice}
	check(t, d.KeepAddress(ctx, dana, "dana@example.org"))
	check(t, d.KeepAddress(ctx, asMaya, "maya@example.org"))
	if l := h.letter("dana", preference.Regular); l.Subject != "" {
		t.Errorf("without anything to say it says %q", l.Subject)
	}
	if l := h.letter("dana", preference.Trial); l.Subject != "Nothing waits for you" {
		t.Errorf("a trial says %q", l.Subject)
	}
	h.work("maya", lastWeek.Add(-2), domain.Hours(8))
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	l := h.letter("dana", preference.Regular)
	if l.Subject != "2 things wait for you: hours" || !strings.Contains(l.Text, "- 2 weeks of hours to sign off. Waiting since 22 Nov 2026.") {
		t.Errorf("it says %q: %s", l.Subject, l.Text)
	}
	for _, text := range []string{"https://g.example/account/messages", "https://g.example/stop", "You get this because you asked St. Alder Health for it."} {
		if !strings.Contains(l.Text, text) || !strings.Contains(l.HTML, text) {
			t.Errorf("it lacks %q", text)
		}
	}
	_, err := d.ApproveWeek(ctx, by(dana), maya, lastWeek.Add(-2))
	check(t, err)
	_, err = d.Prefer(ctx, by(asMaya), preference.Chosen{Language: "es", Digest: preference.Daily})
	check(t, err)
	own := h.letter("maya", preference.Regular)
	if !strings.Contains(own.Text, "Se firmaron las horas de una semana.") || !strings.Contains(own.HTML, `<html lang="es">`) || !strings.Contains(own.Text, "próximos pasos") {
		t.Errorf("it says %q: %s", own.Subject, own.Text)
	}
	for _, l := range []post.Letter{l, own} {
		for _, secret := range []string{"Maya", "Dana", "Whitfield", "Imaging", "<img", "http://"} {
			if all := l.Subject + l.Text + l.HTML; strings.Contains(all, secret) {
				t.Errorf("it tells %q: %s", secret, all)
			}
		}
	}
	_, err = d.ReadMessages(ctx, by(asMaya), d.Now())
	check(t, err)
	if again := h.letter("maya", preference.Regular); strings.Contains(again.Text, "Se firmaron") {
		t.Error("what was read in the portal is told again")
	}
	ask := h.letter("maya", preference.Confirmation)
	if ask.Subject != "Confirme su dirección para los correos de Guildhall" || !strings.Contains(ask.Text, "https://g.example/confirm") || strings.Contains(ask.Text, "stop") {
		t.Errorf("it asks %q: %s", ask.Subject, ask.Text)
	}
}

// A letter went to somebody: what became of it is on record.
func (h *hospital) posted(id domain.PersonID) {
	h.Helper()
	system := domain.Request{By: domain.Actor{Policy: "post", Role: domain.System}, At: h.portal.Desk.Now()}
	run(h, preference.Stream(id), preference.Evolve, preference.Settle{Request: system, Mailing: preference.Mailing{Kind: preference.Regular, Address: 1, Day: h.portal.Desk.Today()}})
}

// later is some days on.
func (h *hospital) later(days int) {
	now := h.portal.Desk.Now().AddDate(0, 0, days)
	h.portal.Desk.Now = func() time.Time { return now }
}

// TestADigestCountsErrandsAndWhatComesSoon reads the mail of a coordinator, day after day.
func TestADigestCountsErrandsAndWhatComesSoon(t *testing.T) {
	h := newHospital(t)
	d, ctx := h.portal.Desk, t.Context()
	check(t, d.KeepAddress(ctx, ruth, "ruth@example.org"))
	h.concluded()
	h.later(1)
	_, err := d.Draft(ctx, by(ruth), "quinn-2026", desk.Plan{Person: "quinn", Supervisor: "owen", Mentor: "dana", Pathway: "help-desk-to-security-analyst", StartOn: sunday.AddDays(14), Age: 30})
	check(t, err)
	l := h.letter("ruth", preference.Regular)
	for _, text := range []string{"One certificate to record. Waiting since 22 Nov 2026.", "One apprenticeship to sign for the sponsor."} {
		if !strings.Contains(l.Text, text) || l.Subject != "2 things wait for you: apprenticeships" {
			t.Errorf("%q lacks %q: %s", l.Subject, text, l.Text)
		}
	}
	h.posted("ruth")
	h.later(1)
	if l := h.letter("ruth", preference.Regular); l.Subject != "" {
		t.Errorf("without news it says %q: %s", l.Subject, l.Text)
	}
	if l := h.letter("ruth", preference.Trial); l.Subject == "" {
		t.Error("a trial is silent")
	}
	vera := domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}
	check(t, d.KeepAddress(ctx, vera, "vera@example.org"))
	h.posted("vera")
	h.later(1)
	_, _, err = d.RequestAmendment(ctx, by(asMaya), "one", apprenticeship.Stream(maya), "The start was another day.")
	check(t, err)
	if l := h.letter("vera", preference.Regular); l.Subject != "One thing waits for you: corrections" || !strings.Contains(l.Text, "One correction to answer. Waiting since 25 Nov 2026.") {
		t.Errorf("of what is asked anew it says %q: %s", l.Subject, l.Text)
	}
	h.posted("vera")
	h.later(3)
	if l := h.letter("ruth", preference.Regular); l.Subject != "" {
		t.Errorf("after five days it says %q: %s", l.Subject, l.Text)
	}
	h.later(1)
	if l := h.letter("ruth", preference.Regular); l.Subject == "" {
		t.Error("after six days nobody reminds of what still waits")
	}
}

func TestALetterCountsEveryErrandThatSomebodyHereSeesTo(t *testing.T) {
	told := map[string]bool{}
	for _, w := range waitTexts {
		told[w.text] = true
	}
	for kind := range errandWords {
		elsewhere := kind == desk.AwaitErrand || kind == desk.EraseErrand // an institution's turn; in the inbox
		if text := errandTexts[kind]; !elsewhere && !told[text] {
			t.Errorf("no letter counts what is to %s", kind)
		}
	}
}

// Much is known by the day alone, on the hospital's calendar: a letter of an evening is on the next
// day elsewhere.
func TestWhatBeganOnTheDayOfTheLastMailIsNews(t *testing.T) {
	t.Parallel()
	told := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC) // the evening of the 20th there
	for since, news := range map[domain.Date]bool{
		domain.NewDate(2026, 11, 19): false, domain.NewDate(2026, 11, 20): true, domain.NewDate(2026, 11, 21): true, {}: false,
	} {
		w := waitsSince(told, time.FixedZone("there", -5*60*60))
		if w.addOn("%d first days to record.", since); w.news != news {
			t.Errorf("what waits since %s is news: %t", since, w.news)
		}
	}
}
