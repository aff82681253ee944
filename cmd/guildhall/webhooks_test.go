package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"
)

// TestNoticesOutliveTheServer kills the server between an attempt and its record, and again
// while a notice fails: the one that starts after it sends the same notice, until it arrives.
func TestNoticesOutliveTheServer(t *testing.T) {
	t.Parallel()
	type message struct{ id, body string }
	heard, answers := make(chan message, 100), make(chan int, 100)
	ear := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		heard <- message{r.Header.Get("webhook-id"), string(body)}
		select {
		case status := <-answers:
			w.WriteHeader(status)
		case <-r.Context().Done(): // the server was killed
		}
	}))
	defer ear.Close()
	next := func() message {
		t.Helper()
		select {
		case m := <-heard:
			return m
		case <-time.After(30 * time.Second):
			t.Fatal("nothing was heard")
			return message{}
		}
	}
	dir := t.TempDir()
	p := startProgram(t, dir)
	// told waits until everybody is told whether the notice fails, and whether one arrived.
	told := func(fails, arrived bool) {
		t.Helper()
		h := &house{t: t, demo: p.demo}
		h.eventually("what became of the notice is told", func() bool {
			var out struct {
				Node struct{ FailingSince, LastDeliveredOn *string }
			}
			h.ask("coordinator", `{ node(id: "webhook-lakeshore.kill") { ... on Webhook { failingSince lastDeliveredOn } } }`, nil, &out)
			return (out.Node.FailingSince != nil) == fails && (out.Node.LastDeliveredOn != nil) == arrived
		})
	}
	(&house{t: t, demo: p.demo}).do("coordinator", `addWebhook(input: {idempotencyKey: "add", partnerId: "partner-lakeshore", name: "kill", url: "`+ear.URL+`", types: [CREDIT_AWARD]})`)
	first := next()
	p.kill(t, syscall.SIGKILL)

	p = startProgram(t, dir)
	if again := next(); again != first {
		t.Errorf("after the first kill %v is sent as %v", first, again)
	}
	answers <- http.StatusServiceUnavailable
	told(true, false)
	p.kill(t, syscall.SIGKILL)

	p = startProgram(t, dir)
	if again := next(); again != first {
		t.Errorf("after the second kill %v is sent as %v", first, again)
	}
	answers <- http.StatusNoContent
	told(false, true)
	p.kill(t, syscall.SIGKILL)
	for len(heard) > 0 {
		<-heard // an attempt that a slow machine had time for
	}

	startProgram(t, dir)
	time.Sleep(2 * time.Second)
	if len(heard) > 0 {
		t.Errorf("what is on record was sent again: %v", <-heard)
	}
}
