package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain"
)

func byHref(all []*html.Node, href string) *html.Node {
	return all[slices.IndexFunc(all, func(n *html.Node) bool { return attr(n, "href") == href })]
}

func TestSomebodyIsToldWhatOthersDidUntilTheyHaveReadIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	b := h.as("apprentice")
	bell := func() string { t.Helper(); return words(byHref(b.get("/pathway").all, messagesPath)) }
	if _, err := h.portal.Desk.ReadMessages(t.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), h.portal.Desk.Now()); err != nil {
		t.Fatal(err)
	}
	now := h.portal.Desk.Now().Add(time.Hour)
	h.portal.Desk.Now = func() time.Time { return now }
	_, err := h.portal.Desk.ApproveWeek(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek)
	check(h.T, err)
	if got := bell(); strings.Contains(got, "unread") {
		t.Errorf("the bell counts a week that was signed off as weeks are: %q", got)
	}
	b.get(messagesPath).wants(http.StatusOK, "Dana Whitfield signed off the hours of").lacks("Unread")
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	_, err = h.portal.Desk.ApproveWeek(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek.Add(-1))
	check(h.T, err)
	b.get(messagesPath).wants(http.StatusOK, "2 weeks of hours were signed off, the last by Dana Whitfield").lacks("Dana Whitfield signed off the hours of")
	_, err = h.portal.Desk.ReopenWeek(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, lastWeek, "Friday is missing.")
	check(h.T, err)
	if got := bell(); !strings.Contains(got, "unread") {
		t.Errorf("the bell says %q", got)
	}
	s := b.get(messagesPath).wants(http.StatusOK, "Dana Whitfield opened again the hours of", "Unread", "Mark all as read").lacks("Maya Okafor sent")
	s.send(messagesPath+"/read").wants(http.StatusOK, "Everything is marked as read.", "You have read everything")
	if got := bell(); strings.Contains(got, "unread") {
		t.Errorf("once it is read the bell says %q", got)
	}
	b.post(messagesPath+"/read", url.Values{"until": {"soon"}}).wants(http.StatusUnprocessableEntity)
	b.post(messagesPath+"/read", url.Values{"until": {"2199-01-01T00:00:00Z"}}).wants(http.StatusUnprocessableEntity, "still to happen")
	h.as("other").get(messagesPath).wants(http.StatusOK).lacks("signed off the hours")
	h.work("ben", lastWeek, domain.Hours(8))
	h.as("receiving-manager").get(messagesPath).wants(http.StatusOK, "One request waits for you")
}
