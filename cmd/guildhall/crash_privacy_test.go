package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attachment"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// onTickets is where Maya shows evidence in these tests: it was taken back from her.
const onTickets = "/milestones/e-2001/hd-ticket-portfolio"

// scan is a file of several parts that no other is like.
func scan(name string) []byte {
	b := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), name+"\n"...)
	for i := range attachment.PartBytes*7 + 40_000 {
		b = append(b, byte(i*i>>9)^name[i%len(name)])
	}
	return b
}

// showsFile sends evidence with a file, and reports whether it was taken.
func (h *house) showsFile(cookie, name string) bool {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, value := range map[string]string{"key": name, "kind": "work", "note": "Shown as " + name} {
		if err := w.WriteField(field, value); err != nil {
			return false
		}
	}
	part, err := w.CreateFormFile("file", name+".jpg")
	if err != nil {
		return false
	}
	if _, err := part.Write(scan(name)); err != nil || w.Close() != nil {
		return false
	}
	req, err := http.NewRequest(http.MethodPost, h.demo.URL+onTickets+"/evidence", &body)
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Cookie", cookie)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusSeeOther
}

// fetch is what is answered for a file that was shown.
func (h *house) fetch(cookie, hash string) (int, []byte) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.demo.URL+onTickets+"/files/"+hash, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, content
}

// TestAFileIsWholeOrNotThereWhenTheServerIsKilled kills the server while files are sent. Every
// file that was taken is there, whole; no file is there of which a part is missing.
func TestAFileIsWholeOrNotThereWhenTheServerIsKilled(t *testing.T) {
	dir := t.TempDir()
	taken := map[string]bool{}
	for round := range 2 {
		p := startProgram(t, dir)
		h := house{t: t, demo: p.demo}
		if round == 0 {
			h.do("coordinator", `revokeMilestone(input: {idempotencyKey: "again", milestoneId: "milestone-e-2001.hd-ticket-portfolio", reason: "The tickets were another's."})`)
		}
		cookie := h.session("apprentice")
		var mu sync.Mutex
		var senders sync.WaitGroup
		some := make(chan bool, 1)
		for sender := range 3 {
			senders.Go(func() {
				for n := 0; ; n++ {
					name := fmt.Sprintf("scan-%d-%d-%d", round, sender, n)
					if !h.showsFile(cookie, name) {
						return
					}
					mu.Lock()
					taken[name] = true
					mu.Unlock()
					select {
					case some <- true:
					default:
					}
				}
			})
		}
		select {
		case <-some:
		case <-time.After(time.Minute):
			t.Error("no file is taken")
		}
		p.kill(t, syscall.SIGKILL)
		senders.Wait()
	}
	p := startProgram(t, dir)
	p.kill(t, syscall.SIGTERM)
	shown, parts := map[string]bool{}, map[domain.Stream]attachment.PartStored{}
	for _, r := range onRecord(t, dir) {
		switch e := r.Event.(type) {
		case milestone.EvidenceSubmitted:
			for _, f := range e.Files {
				shown[f.Hash] = true
			}
		case attachment.PartStored:
			parts[r.Stream] = e
		}
	}
	h := house{t: t, demo: startProgram(t, dir).demo}
	cookie := h.session("apprentice")
	half := 0
	for s, last := range parts {
		hash, err := attachment.ID(s)
		if err != nil {
			t.Fatal(err)
		}
		status, content := h.fetch(cookie, hash)
		if !shown[hash] {
			if half++; status != http.StatusNotFound {
				t.Errorf("a file of which nobody was told is answered with %d", status)
			}
			continue
		}
		if last.No != last.Of {
			t.Errorf("a file is shown though %d of its %d parts are there", last.No, last.Of)
		}
		_, rest, _ := bytes.Cut(content, []byte("JFIF\x00"))
		name, _, _ := strings.Cut(string(rest[:min(len(rest), 40)]), "\n")
		if status != http.StatusOK || name == "" || !bytes.Equal(content, scan(name)) {
			t.Errorf("a file that is shown is answered with %d and is not as it was sent", status)
		}
		delete(taken, name)
	}
	for name := range taken {
		t.Errorf("%s was taken and is not there", name)
	}
	t.Logf("%d files shown after 2 kills, %d left over", len(shown), half)
}

// TestWhoIsErasedStaysErasedWhenTheServerIsKilled kills the server the moment that some erasures
// are confirmed. Whose was, is erased once and their key is gone: after a restart, after a
// rebuild, and after a copy of the keys from before was put back. Whose was not, is erased
// likewise or as they were.
func TestWhoIsErasedStaysErasedWhenTheServerIsKilled(t *testing.T) {
	dir := t.TempDir()
	p := startProgram(t, dir)
	h := house{t: t, demo: p.demo}
	people := []domain.PersonID{"e-2002", "e-2003", "e-2004", "e-2005", "e-2006", "e-2007"}
	for _, id := range people {
		h.do("hr", fmt.Sprintf(`erasePerson(input: {idempotencyKey: "ask-%[1]s", personId: "person-%[1]s", reason: ASKED, reference: "DSR-%[1]s"})`, id))
	}
	var waiting struct {
		Erasures []struct {
			PersonID string
			Asked    int
		}
	}
	h.ask("coordinator", `{ erasures { personId asked } }`, nil, &waiting)
	token := h.persona("coordinator").Token
	oldKeys := contentOf(t, dir, vault.File)

	acknowledged := make(chan domain.PersonID, len(people))
	var confirming sync.WaitGroup
	for _, e := range waiting.Erasures {
		id := domain.PersonID(strings.TrimPrefix(e.PersonID, "person-"))
		if !slices.Contains(people, id) {
			continue
		}
		confirming.Go(func() {
			status, body, err := post(p.demo.GraphQL, token, `mutation ($input: ConfirmErasureInput!) { confirmErasure(input: $input) { position userErrors { code } } }`,
				map[string]any{"input": map[string]any{"idempotencyKey": "confirm-" + string(id), "personId": e.PersonID, "asked": e.Asked}})
			var answer struct {
				Data struct{ ConfirmErasure struct{ Position string } }
			}
			if err == nil && status == http.StatusOK && json.Unmarshal(body, &answer) == nil && answer.Data.ConfirmErasure.Position != "" {
				acknowledged <- id
			}
		})
	}
	first := []domain.PersonID{<-acknowledged, <-acknowledged}
	p.kill(t, syscall.SIGKILL)
	confirming.Wait()
	for len(acknowledged) > 0 {
		first = append(first, <-acknowledged)
	}

	startProgram(t, dir).kill(t, syscall.SIGTERM)
	erased := map[domain.PersonID]int{}
	for _, r := range onRecord(t, dir) {
		if _, is := r.Event.(person.Erased); is {
			id, err := person.ID(r.Stream)
			if err != nil {
				t.Fatal(err)
			}
			erased[id]++
		}
	}
	for _, id := range first {
		if erased[id] != 1 {
			t.Errorf("%s was erased for all that was answered, and is so %d times on record", id, erased[id])
		}
	}
	asOnRecord := func(when string) {
		t.Helper()
		for _, id := range people {
			if texts := unsealed(t, dir, string(id)); (len(texts) == 0) != (erased[id] > 0) {
				t.Errorf("%s: of %s, who was erased %d times, %d texts can be read", when, id, erased[id], len(texts))
			}
		}
	}
	asOnRecord("after a restart")
	if out, err := asProcess("rebuild", "--data", dir).CombinedOutput(); err != nil || !strings.Contains(string(out), "The old one held the same rows.") {
		t.Errorf("rebuild: %v\n%s", err, out)
	}
	asOnRecord("after a rebuild")
	replace(t, dir, vault.File, oldKeys)
	startProgram(t, dir).kill(t, syscall.SIGTERM)
	asOnRecord("with old keys")
	t.Logf("%d erasures answered before the kill, %d on record", len(first), len(erased))
}
