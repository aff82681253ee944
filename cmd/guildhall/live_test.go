package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestAnOpenPageCatchesUpAfterALostConnection lets a manager sign off hours while the page of
// the apprentice is cut off. Nobody loads the page again.
func TestAnOpenPageCatchesUpAfterALostConnection(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	h := openHouse(t)
	to, err := url.Parse(h.demo.URL)
	if err != nil {
		t.Fatal(err)
	}
	var down atomic.Bool
	var listened atomic.Int32
	through := httputil.NewSingleHostReverseProxy(to)
	through.FlushInterval = -1
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler) // as a network that is away
		}
		if r.URL.Path == "/live" {
			listened.Add(1)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	t.Cleanup(proxy.CloseClientConnections)

	manager := &tab{house: h, ctx: chromium.Tab(t, chrome, true)}
	away := *h
	away.demo.URL = strings.Replace(proxy.URL, "127.0.0.1", "localhost", 1) // has cookies of its own
	apprentice := &tab{house: &away, ctx: chromium.Tab(t, chrome, true)}

	send := func(week, day string) {
		t.Helper()
		apprentice.visit("/hours?week=" + week)
		apprentice.fill(`[name="hours.wp-01.`+day+`"]`, "7:30")
		apprentice.press(`button.primary[name="action"][value="send"]`)
		apprentice.see("section.timesheet", "wednesday")
	}
	signOff := func(week string) {
		t.Helper()
		manager.visit("/approvals/hours/e-2001/" + week)
		manager.choose("decision", "approve")
		manager.press("#decide button.primary")
		manager.see("#decide .outcome", "Signed off")
	}
	apprentice.signIn("apprentice")
	manager.signIn("manager")
	send("2026-W46", "2026-11-09")
	before := listened.Load()
	apprentice.visit("/pathway")
	apprentice.await("it is marked", `(window.loadedOnce = true)`)
	apprentice.eventually("the page listens", func() bool { return listened.Load() > before })
	apprentice.await("nobody has signed off", `!document.querySelector("main").innerText.includes("signed off the hours of the week of 9 Nov")`)
	before = listened.Load()
	down.Store(true)
	proxy.CloseClientConnections()
	signOff("2026-W46")
	down.Store(false)
	apprentice.see("main", "signed off the hours of the week of 9 Nov")
	apprentice.await("the page is the one that was opened", `window.loadedOnce === true && location.pathname == "/pathway"`)
	if listened.Load() <= before {
		t.Error("the page did not listen again")
	}
}
