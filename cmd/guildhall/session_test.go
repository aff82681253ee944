package main

import (
	"net/http"
	"syscall"
	"testing"
)

// shows reports whether somebody with the cookie of a session is shown a page at a node, rather
// than asked to sign in.
func (h *house) shows(cookie, path string) bool {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.demo.URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// TestWhoIsSignedInStaysSoWhenTheServerIsKilled kills it right after somebody signed in and
// another one signed out. Both are as they were.
func TestWhoIsSignedInStaysSoWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProgram(t, dir)
	h := house{t: t, demo: p.demo}
	out, in := h.session("mentor"), h.session("manager")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.demo.URL+"/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", out)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	p.kill(t, syscall.SIGKILL)
	h.demo = startProgram(t, dir).demo
	if !h.shows(in, "/approvals") {
		t.Error("who was signed in has to sign in again")
	}
	if h.shows(out, "/approvals") {
		t.Error("who had signed out is signed in again")
	}
}
