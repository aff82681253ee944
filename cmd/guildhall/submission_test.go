package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain/submission"
)

// TestASubmissionIsAnsweredTheSameAfterTheServerWasKilled kills the server while a college's
// jobs send results, and lets them send everything again. What was answered is answered the
// same to the letter, and every submission is on record once.
func TestASubmissionIsAnsweredTheSameAfterTheServerWasKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProgram(t, dir)
	h := house{t: t, demo: p.demo}
	var shared struct {
		Apprentices struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	h.ask("college-a", `{apprentices(first:1){edges{node{id}}}}`, nil, &shared)
	h.ask("coordinator", `mutation($in:LinkStudentInput!){linkStudent(input:$in){position}}`, map[string]any{"in": map[string]any{
		"idempotencyKey": "who", "partnerId": "partner-lakeshore", "studentId": "L-1", "apprenticeId": shared.Apprentices.Edges[0].Node.ID}}, nil)

	send := func(p *process, key string, n int) ([]byte, bool) {
		var items []map[string]any
		for i := range 12 {
			item := map[string]any{"student": "L-1", "section": fmt.Sprintf("S-%d-%d", n, i), "grade": "B"}
			switch i % 4 {
			case 1:
				item["student"] = fmt.Sprintf("unknown-%d", n)
			case 2:
				item["grade"] = "none"
			}
			items = append(items, item)
		}
		status, body, err := post(p.demo.GraphQL, p.tokenOf(t, "college-a"), `mutation($in:ReportResultsInput!){reportResults(input:$in){position results{index outcome id position error{code message path}}userErrors{code}}}`,
			map[string]any{"in": map[string]any{"idempotencyKey": key, "items": items}})
		body, _, _ = bytes.Cut(body, []byte(`,"extensions"`))
		return body, err == nil && status == http.StatusOK && bytes.Contains(body, []byte(`"userErrors":[]`))
	}
	var mu sync.Mutex
	sent, answered := map[string]int{}, map[string][]byte{}
	for round := range 3 {
		if round > 0 {
			p = startProgram(t, dir)
		}
		var jobs sync.WaitGroup
		for job := range 3 {
			jobs.Go(func() {
				for n := 1000*round + 100*job; ; n++ {
					key := fmt.Sprintf("nightly-%d", n)
					mu.Lock()
					sent[key] = n
					mu.Unlock()
					body, ok := send(p, key, n)
					if !ok {
						return
					}
					mu.Lock()
					answered[key] = body
					mu.Unlock()
				}
			})
		}
		time.Sleep(200*time.Millisecond + rand.N(400*time.Millisecond))
		p.kill(t, syscall.SIGKILL)
		jobs.Wait()
	}
	if len(answered) < 6 {
		t.Fatalf("only %d submissions were answered", len(answered))
	}
	p = startProgram(t, dir)
	for key, n := range sent {
		again, ok := send(p, key, n)
		if first, before := answered[key]; !ok || before && !bytes.Equal(again, first) {
			t.Errorf("%s was answered\n%s\nand is answered\n%s", key, first, again)
		}
		var outcomes struct {
			Data struct {
				ReportResults struct{ Results []struct{ Outcome string } }
			}
		}
		if err := json.Unmarshal(append(again, '}'), &outcomes); err != nil {
			t.Fatalf("%v: %s", err, again)
		}
		if got := fmt.Sprint(outcomes.Data.ReportResults.Results[:4]); got != "[{RECORDED} {WAITS} {REFUSED} {RECORDED}]" {
			t.Errorf("%s: %s", key, got)
		}
	}
	p.kill(t, syscall.SIGTERM)

	taken := map[string]int{}
	for _, r := range onRecord(t, dir) {
		if _, ok := r.Event.(submission.Taken); ok && r.Request.By.Partner == "lakeshore" {
			taken[r.Request.Key]++
		}
	}
	for key := range sent {
		if taken[key] != 1 {
			t.Errorf("%s is on record %d times", key, taken[key])
		}
	}
	t.Logf("%d submissions sent and %d answered over 3 kills", len(sent), len(answered))
}
