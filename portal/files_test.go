package portal

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

const evidenceOfTickets = "/milestones/maya-2026/hd-ticket-portfolio/evidence"

// photo begins as a JPEG does; what follows does not repeat.
func photo(size int) []byte {
	b := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, size)...)
	for i := 20; i < len(b); i++ {
		b[i] = byte(i * i >> 7)
	}
	return b
}

// sendFiles fills in the evidence form and chooses files by their names.
func (s screen) sendFiles(action string, files map[string][]byte, fields ...string) screen {
	s.Helper()
	form, values := s.form(action)
	if form == nil {
		s.Fatalf("%s has no form to %s", s.path, action)
	}
	values.Del("file")
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range values {
		check(s.T, w.WriteField(name, values.Get(name)))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, err := w.CreateFormFile("file", name)
		check(s.T, err)
		_, err = part.Write(files[name])
		check(s.T, err)
	}
	check(s.T, w.Close())
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+action, &body)
	check(s.T, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return s.do(req)
}

// atTickets is Maya's pathway with a milestone that waits for evidence.
func atTickets(h *hospital) screen {
	b := h.as("apprentice")
	return b.get("/pathway").send("/milestones/maya-2026/hd-ticket-portfolio/start").wants(http.StatusOK, "Send evidence")
}

func TestEvidenceWithAPhotoIsSeenByThoseWhoMay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	shot := photo(1_300_000)
	s := atTickets(h).sendFiles(evidenceOfTickets, map[string][]byte{"C:\\photos\\bench.jpg": shot, "notes.txt": []byte("Ten tickets, from call to cause.")}, "note", "Ten tickets.").
		wants(http.StatusOK, "Sent. Your mentor looks at it next.", "bench.jpg", "1.2 MB", "notes.txt", "1 KB")
	var paths []string
	for _, a := range named(s.all, "a") {
		if strings.Contains(attr(a, "href"), "/files/") {
			paths = append(paths, attr(a, "href"))
		}
	}
	if len(paths) != 2 {
		t.Fatalf("links to %v", paths)
	}
	review := h.as("mentor").get("/approvals/milestones/maya-2026/hd-ticket-portfolio").wants(http.StatusOK, "bench.jpg")
	if pictures := named(review.all, "img"); len(pictures) != 1 || attr(pictures[0], "src") != paths[0] {
		t.Errorf("the mentor sees %d pictures", len(pictures))
	}
	for key, want := range map[string]int{"apprentice": 200, "mentor": 200, "manager": 200, "coordinator": 200, "auditor": 200, "other": 404, "receiving-manager": 404} {
		b := h.as(key)
		res, err := b.client.Get(h.url + paths[0])
		check(t, err)
		got, err := io.ReadAll(res.Body)
		check(t, err)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s is answered %d, want %d", key, res.StatusCode, want)
		}
		if want != http.StatusOK {
			continue
		}
		if !bytes.Equal(got, shot) {
			t.Errorf("%s gets another file", key)
		}
		for name, value := range map[string]string{"Content-Type": "image/jpeg", "Content-Disposition": "attachment; filename=bench.jpg", "X-Content-Type-Options": "nosniff"} {
			if res.Header.Get(name) != value {
				t.Errorf("%s is %q, want %q", name, res.Header.Get(name), value)
			}
		}
	}
	h.browser().get(paths[0]).wants(http.StatusOK, "Sign in")
	h.as("mentor").get("/milestones/maya-2026/hd-downtime-drill/files/" + paths[0][strings.LastIndex(paths[0], "/")+1:]).wants(http.StatusNotFound)
}

func TestAFileOfWhichAPartIsMissingIsNotHandedOut(t *testing.T) {
	h := newHospital(t)
	atTickets(h)
	name, err := h.portal.Desk.Vault.Seal(t.Context(), "maya", "bench.jpg")
	check(t, err)
	hash := strings.Repeat("ab", 32)
	at, err := h.portal.Desk.Log.Append(t.Context(), events.Commit{Request: h.request(domain.Actor{Person: "maya", Role: domain.Apprentice}), Appends: []events.Append{{
		Stream: milestones.Stream(maya, "hd-ticket-portfolio"), Expected: events.Any,
		Events: []domain.Event{milestones.EvidenceSubmitted{Kind: milestones.Work, Note: name, Files: []milestones.File{{Name: name, Media: "image/jpeg", Bytes: 9, Hash: hash}}}}}}})
	check(t, err)
	check(t, h.portal.Desk.Read.Wait(t.Context(), at))
	h.as("apprentice").get("/milestones/maya-2026/hd-ticket-portfolio/files/" + hash).wants(http.StatusInternalServerError)
}

func TestAFileThatCannotBeShownIsRefusedAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	s := atTickets(h)
	head, err := h.portal.Desk.Log.Head(t.Context())
	check(t, err)
	many := map[string][]byte{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		many[name] = []byte("text")
	}
	for name, c := range map[string]struct {
		files map[string][]byte
		says  string
	}{
		"a program":     {map[string][]byte{"x.exe": []byte("MZ\x90\x00\x03\x00\x00\x00")}, "x.exe cannot be shown."},
		"a page":        {map[string][]byte{"x.txt": []byte("<!doctype html><script>alert(1)</script>")}, "x.txt cannot be shown."},
		"a drawing":     {map[string][]byte{"x.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)}, "x.svg cannot be shown."},
		"nothing":       {map[string][]byte{"x.txt": nil}, "There is nothing in x.txt."},
		"a large photo": {map[string][]byte{"x.jpg": photo(desk.MaxFile)}, "x.jpg is larger than 10 MB."},
		"six":           {many, "Send at most 5 files at once."},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.sendFiles(evidenceOfTickets, c.files, "note", "Ten tickets.").wants(http.StatusUnprocessableEntity, c.says, "Ten tickets.")
			if byID(got.all, "m-hd-ticket-portfolio-file") == nil {
				t.Error("the form is gone")
			}
		})
	}
	s.sendFiles(evidenceOfTickets, map[string][]byte{"x.jpg": photo(1000)}, "note", "").wants(http.StatusUnprocessableEntity, "Say in a sentence what you did")
	if now, err := h.portal.Desk.Log.Head(t.Context()); err != nil || now != head {
		t.Errorf("what was refused left %d records, %v", now-head, err)
	}
}

func TestFilesThatAreSentTwiceAreKeptOnce(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	s := atTickets(h)
	files := map[string][]byte{"x.jpg": photo(1000)}
	s.sendFiles(evidenceOfTickets, files, "note", "Ten tickets.").wants(http.StatusOK, "x.jpg")
	head, err := h.portal.Desk.Log.Head(t.Context())
	check(t, err)
	s.sendFiles(evidenceOfTickets, files, "note", "Ten tickets.").wants(http.StatusOK, "x.jpg")
	if now, err := h.portal.Desk.Log.Head(t.Context()); err != nil || now != head {
		t.Errorf("sent twice, %d more records, %v", now-head, err)
	}
	files["x.jpg"] = photo(2000)
	s.sendFiles(evidenceOfTickets, files, "note", "Ten tickets.").wants(http.StatusConflict, "This form was sent before with something else in it.")
}

func TestAFileCannotBeReadOnceThePersonIsErased(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	atTickets(h).sendFiles(evidenceOfTickets, map[string][]byte{"x.jpg": photo(1000)}, "note", "Ten tickets.")
	path := h.as("mentor").get("/approvals/milestones/maya-2026/hd-ticket-portfolio").wants(http.StatusOK, "x.jpg")
	file := attr(named(path.all, "img")[0], "src")
	helen := domain.Actor{Person: "helen", Role: domain.HR}
	_, err := h.portal.Desk.AskErasure(t.Context(), by(ruth), "maya", person.Asked, "DSR-14")
	check(t, err)
	asked, err := h.portal.Desk.Erasures(t.Context(), helen, "maya")
	check(t, err)
	_, err = h.portal.Desk.Erase(t.Context(), by(helen), "maya", asked[0].Asked)
	check(t, err)
	h.as("coordinator").get(file).wants(http.StatusNotFound, "This file was erased")
	h.as("coordinator").get("/approvals/milestones/maya-2026/hd-ticket-portfolio").wants(http.StatusOK).lacks("x.jpg")
}
