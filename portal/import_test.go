package portal

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// upload sends a file with the form that asks for one.
func (b browser) upload(kind, name, text string) screen {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	check(b.T, w.WriteField("kind", kind))
	check(b.T, w.WriteField("key", newKey()))
	part, err := w.CreateFormFile("file", name)
	check(b.T, err)
	_, err = part.Write([]byte(text))
	check(b.T, err)
	check(b.T, w.Close())
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.url+importPath, &body)
	check(b.T, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(req)
}

func TestATableIsShownRowByRowBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("hr")
	b.get(importPath).wants(http.StatusOK, "What the tables hold", "employee_number", "People (CSV)").lacks("Occupation standards (JSON)", "Hours on paper")
	s := b.upload("people", "staff.csv", "employee_number,name,site,shoe\nN-1,Ada Byron,main,39\nN-2,Alan Ray,main,44\n").
		wants(http.StatusOK, "What this file would change", "staff.csv", "2 new", "n-1", "Columns that are left out", "shoe")
	b.get("/people?q=byron").lacks("Ada Byron")
	b.get(s.path).wants(http.StatusOK, "2 new")
	h.as("coordinator").get(s.path).wants(http.StatusNotFound, "not held here any more")
	for range 2 {
		s.send(s.path).wants(http.StatusOK)
	}
	b.get("/people?q=byron").wants(http.StatusOK, "Ada Byron")
	b.upload("people", "staff.csv", "employee_number,name,site\nN-1,Ada Lovelace,main\nN-2,Alan Ray,main\n").wants(http.StatusOK, "0 new", "1 changed", "1 as before", "name")
}

func TestNothingIsSavedWhileARowIsWrong(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	s := b.upload("people", "staff.csv", "employee_number,name,site\nN-1,Ada Byron,main\nNobody,Eve,main\n").
		wants(http.StatusUnprocessableEntity, "This file has to be put right first", "Nothing was saved", "employee_number", "has no digit")
	if form, _ := s.form(s.path); form != nil {
		t.Error("a wrong table can be saved")
	}
	b.post(s.path, nil).wants(http.StatusUnprocessableEntity, "put right first")
	b.get("/people?q=byron").lacks("Ada Byron")
	b.upload("people", "empty.csv", "").wants(http.StatusUnprocessableEntity, "Choose the file.")
	b.upload("positions", "x.csv", "position\nx\n").wants(http.StatusUnprocessableEntity, "Choose what the file holds.")
	b.upload("people", "big.csv", strings.Repeat("x", maxHeld+1)).wants(http.StatusUnprocessableEntity, "larger than 4 MB")
	b.get(importPath + "/nothing").wants(http.StatusNotFound)
	for _, key := range []string{"apprentice", "mentor", "manager", "auditor"} {
		h.as(key).get(importPath).wants(http.StatusForbidden)
	}
}

// standardFile is one standard as files have it.
func standardFile(t *testing.T, title string, processes ...string) string {
	t.Helper()
	type process struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Hours int    `json:"min_hours"`
	}
	s := map[string]any{"id": "porter", "title": title, "approach": "time", "source": "test"}
	var all []process
	for i, p := range processes {
		all = append(all, process{"wp-0" + string(rune('1'+i)), p, 1000})
	}
	s["work_processes"] = all
	b, err := json.Marshal([]any{s})
	check(t, err)
	return string(b)
}

func TestAStandardIsComparedWithTheEditionInForceBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	s := b.upload("standards", "porter.json", standardFile(t, "Hospital porter", "Moving people", "Moving things")).wants(http.StatusOK, "Hospital porter", "1 to publish", "New")
	b.get("/standards").lacks("Hospital porter")
	s.send(s.path).wants(http.StatusOK, "Published.", "Hospital porter")
	s = b.upload("standards", "porter.json", standardFile(t, "Hospital porter", "Moving patients")).
		wants(http.StatusOK, "Edition 2", "Who began under edition 1 keeps it.", "Moving patients", "Changed", "Moving things", "Taken out")
	s.send(s.path).wants(http.StatusOK, "Published.")
	b.get("/standards/porter").wants(http.StatusOK, "Occupation standard, edition 2", "Moving patients", "Edition 1").lacks("Moving things")
	b.get("/standards/porter?edition=1").wants(http.StatusOK, "An earlier edition", "Moving things")
	b.upload("standards", "porter.json", standardFile(t, "Hospital porter", "Moving patients")).wants(http.StatusOK, "There is nothing to save.")
	b.upload("standards", "porter.json", `[{"id":"porter"}]`).wants(http.StatusUnprocessableEntity, "put right first", "title")
	h.as("hr").upload("standards", "porter.json", "[]").wants(http.StatusUnprocessableEntity, "Choose what the file holds.")
}

func TestStandardsAndPathwaysSayWhatTheyAskFor(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, key := range []string{"coordinator", "hr", "auditor"} {
		b := h.as(key)
		b.get("/standards").wants(http.StatusOK, "Hospital IT security", "Apprentices 2")
		b.get("/standards/it-security-pathway").wants(http.StatusOK, "Work processes", "Related instruction", "Competencies", "Help desk to security analyst")
		b.get("/pathways/help-desk-to-security-analyst").wants(http.StatusOK, "Help desk analyst", "Security analyst", "Planned for")
	}
	b := h.as("coordinator")
	b.get("/standards?q=nothing").wants(http.StatusOK, "No standard fits")
	b.get("/standards/none").wants(http.StatusNotFound)
	b.get("/pathways/none").wants(http.StatusNotFound)
	h.as("manager").get("/standards").wants(http.StatusForbidden)
}

func TestTheShelfHoldsFewFilesForAShortTime(t *testing.T) {
	var s shelf
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	first := s.hold(held{by: domain.PersonID("a"), at: now})
	for n := range mostHeld {
		s.hold(held{at: now.Add(time.Duration(n+1) * time.Second)})
	}
	if _, there := s.take(first, now); there || len(s.files) != mostHeld {
		t.Errorf("the oldest of %d files is held still: %v", len(s.files), there)
	}
	late := s.hold(held{at: now.Add(time.Hour)})
	if _, there := s.take(late, now.Add(time.Hour+holdTime+time.Second)); there {
		t.Error("a file is held for ever")
	}
}
