package portal

import (
	"bufio"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

const commentOnMaya = moveOfMaya + "?comment"

func TestARoleChangeIsTalkedAboutBesideIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	dana, maya := h.as("manager"), h.as("apprentice")
	dana.get(moveOfMaya).wants(http.StatusOK, "Conversation", "Maya Okafor", "Asked for it", "I would love to.", "Read by Maya and those who decide this request").
		send(commentOnMaya, "note", "Can you begin\nwith nights?").wants(http.StatusOK, "Your comment stands beside the request.", "Can you begin with nights?", "What do you decide?")
	maya.get("/pathway").wants(http.StatusOK, "Open the request", "Dana Whitfield commented on")
	maya.get(moveOfMaya).wants(http.StatusOK, "Can you begin with nights?", "Read by those who decide this request").
		send(commentOnMaya, "note", "From December.").wants(http.StatusOK, "From December.")
	s := h.as("coordinator").get(moveOfMaya).wants(http.StatusOK)
	if text := s.main(); !ordered(text, "I would love to.", "with nights?", "From December.") {
		t.Errorf("it is told out of order: %s", text)
	}
	h.as("auditor").get(moveOfMaya).wants(http.StatusOK, "From December.", "Those who take part in the request write it.").lacks("Post comment")
	h.as("auditor").post(commentOnMaya, url.Values{"note": {"Not me"}}).wants(http.StatusForbidden, "You can read them.", "Not me")
	for _, key := range []string{"mentor", "receiving-manager"} {
		b := h.as(key)
		b.get(moveOfMaya).wants(http.StatusNotFound).lacks("December")
		b.post(commentOnMaya, url.Values{"note": {"Not me"}}).wants(http.StatusNotFound).lacks("December")
	}
	h.browser().post(commentOnMaya, url.Values{"note": {"Not me"}}).lacks("December")
	dana.get(moveOfMaya).send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "You approved")
	h.as("receiving-manager").get(moveOfMaya).wants(http.StatusOK, "From December.", "Post comment")
}

func ordered(text string, parts ...string) bool {
	for _, p := range parts {
		_, rest, found := strings.Cut(text, p)
		if !found {
			return false
		}
		text = rest
	}
	return true
}

func TestACommentThatCannotBeTakenIsNotLost(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	maya := h.as("apprentice")
	s := maya.get(moveOfMaya)
	s.send(commentOnMaya, "note", "  ").wants(http.StatusUnprocessableEntity, "Write what the others should know.")
	long := strings.Repeat("s", desk.MaxText+1)
	if _, form := s.send(commentOnMaya, "note", long).wants(http.StatusUnprocessableEntity, "Write at most 4000 characters.").form(commentOnMaya); form.Get("note") != long {
		t.Error("what was typed is lost")
	}
	sent := s.send(commentOnMaya, "note", "Sent twice").wants(http.StatusOK, "Sent twice")
	if n := strings.Count(s.send(commentOnMaya, "note", "Sent twice").wants(http.StatusOK).main(), "Sent twice"); n != 1 {
		t.Errorf("sent twice it stands there %d times", n)
	}
	sent.send(commentOnMaya, "note", "<script>alert(1)</script>").wants(http.StatusOK, "<script>alert(1)</script>")
	h.as("manager").get(moveOfMaya).send(moveOfMaya, "decision", "deny", "reason", "There is no seat.").wants(http.StatusOK, "Declined", "There is no seat.")
	maya.get(moveOfMaya).send(commentOnMaya, "note", "When will there be one?").wants(http.StatusOK, "When will there be one?")
	now := h.portal.Desk.Now
	h.portal.Desk.Now = func() time.Time { return now().AddDate(0, 0, transition.CommentDays+1) }
	maya = h.as("apprentice")
	maya.get(moveOfMaya).wants(http.StatusOK, "It could be commented on until").lacks("Post comment")
	maya.post(commentOnMaya, url.Values{"note": {"And now?"}}).wants(http.StatusConflict, "And now?", "could be commented on for 30 days")
}

// A receiving manager who declined still reads what they did, and what is asked about it.
func TestWhoDeclinedReadsTheQuestion(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	h.as("manager").get(moveOfMaya).send(moveOfMaya, "decision", "grant").wants(http.StatusOK)
	owen := h.as("receiving-manager")
	owen.get(moveOfMaya).send(moveOfMaya, "decision", "deny", "reason", "There is no seat.").wants(http.StatusOK, "Declined", "There is no seat.").lacks("Open the pathway of Maya")
	h.as("apprentice").get(moveOfMaya).send(commentOnMaya, "note", "When will there be one?").wants(http.StatusOK)
	owen.get(moveOfMaya).wants(http.StatusOK, "When will there be one?").send(commentOnMaya, "note", "In May").wants(http.StatusOK, "In May")
}

func TestACommentAppearsOnOpenPages(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	dana := h.as("manager")
	body := dana.get(moveOfMaya)
	if live := attr(named(body.all, "body")[0], "data-live"); live != livePath(maya) {
		t.Fatalf("the page listens to %q", live)
	}
	res, err := dana.client.Get(h.url + livePath(maya))
	check(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() {
		t.Fatal("the stream did not open")
	}
	_, err = h.portal.Desk.Comment(t.Context(), by(asMaya), maya, "systems-administrator", "From December.")
	check(t, err)
	for lines.Scan() {
		if lines.Text() == "event: change" {
			return
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
}

func TestACommentIsAMessageToTheOthers(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	dana, maya := h.as("manager"), h.as("apprentice")
	dana.get(moveOfMaya).send(commentOnMaya, "note", "Can you begin with nights?").wants(http.StatusOK)
	own := maya.get("/messages").wants(http.StatusOK, "Dana Whitfield commented on", "RT-1001").lacks("with nights")
	if !own.links(moveOfMaya) {
		t.Error("the message does not lead to the request")
	}
	maya.get(moveOfMaya).send(commentOnMaya, "note", "From December.").wants(http.StatusOK)
	s := dana.get("/messages").wants(http.StatusOK, "One new message", "Maya Okafor commented on their own role change", "RT-1001", "Unread").lacks("December")
	if !s.links(moveOfMaya) {
		t.Error("the message does not lead to the request")
	}
	s.send("/messages/read").wants(http.StatusOK, "Maya Okafor commented").lacks("Unread")
	for _, key := range []string{"mentor", "receiving-manager", "hr"} {
		h.as(key).get("/messages").wants(http.StatusOK).lacks("commented")
	}
	dana.get("/messages").send("/language", "language", "es")
	dana.get("/messages").wants(http.StatusOK, "Maya Okafor comentó su propio cambio de puesto")
}

// links reports whether something on the page leads to a path.
func (s screen) links(path string) bool {
	return slices.ContainsFunc(named(s.all, "a"), func(n *html.Node) bool { return attr(n, "href") == path })
}

func TestADigestCountsCommentsAndQuotesNone(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	_, err := h.portal.Desk.Comment(t.Context(), by(asMaya), maya, "systems-administrator", "From December.")
	check(t, err)
	check(t, h.portal.Desk.KeepAddress(t.Context(), asDana, "dana@example.org"))
	if text := h.letter("dana", preference.Regular).Text; !strings.Contains(text, "One comment beside a role change in which you take part.") || strings.Contains(text, "December") || strings.Contains(text, "Maya") {
		t.Errorf("it says %s", text)
	}
}
