package graphql_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
)

// fetch asks for a file in the name of whoever has the token.
func (h *house) fetch(who, path string, header ...string) (*http.Response, []byte) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodGet, h.url+path, nil)
	h.must(err)
	req.Header.Set("Accept-Encoding", "identity")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who+"-token")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, body
}

// table is a CSV file by the key of its rows.
func (h *house) table(who, path string) (rows []map[string]string) {
	h.Helper()
	resp, body := h.fetch(who, path)
	if resp.StatusCode != http.StatusOK {
		h.Fatalf("%s: %d %s", path, resp.StatusCode, body)
	}
	return h.rows(body)
}

func (h *house) rows(file []byte) (rows []map[string]string) {
	h.Helper()
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	h.must(err)
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, cell := range r {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// sharing is a house in which learners have attained something, were awarded credit and ask
// to move on, and share it with Lakeshore.
func sharing(t *testing.T) (h *house, maya string) {
	people := slices.Clone(staff)
	people[0].name = `=HYPERLINK("https://evil.example") Okafor`
	h = open(t, people, colleges)
	maya = h.enrol("maya")
	h.enrol("noah")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.agree("harbor", "SEC 101", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.consent("noah", "lakeshore", everyRecord...)
	h.consent("noah", "harbor", "CREDITS")
	h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", maya, "externalRef", "@SUM(1;2)", "courseCode", "CYB 110", "credit", "3", "grade", "B+", "term", "Fall 2026")
	h.move(maya, "INSIDE MAYA", domain.DateOf(now))
	h.until("lakeshore", `{node(id:"`+strings.Replace(maya, "apprenticeship-", "milestone-", 1)+`.hd-network-defence"){...on Milestone{state}}}`, "data.node.state", "ATTAINED")
	h.calm()
	return h, maya
}

// calm waits until policies have recorded nothing for a while.
func (h *house) calm() {
	h.Helper()
	head := h.head()
	for since := time.Now(); time.Since(since) < 200*time.Millisecond; time.Sleep(10 * time.Millisecond) {
		if now := h.head(); now != head {
			head, since = now, time.Now()
		}
	}
	h.must(h.read.Wait(h.Context(), head))
}

// leaves is a selection of all there is of an object, down to what it refers to.
func leaves(of string, depth int) string {
	var b strings.Builder
	for _, f := range schema.Types[of].Fields {
		def := schema.Types[f.Type.Name()]
		switch {
		case strings.HasPrefix(f.Name, "__") || len(f.Arguments) > 0:
		case def.IsLeafType():
			b.WriteString(f.Name + " ")
		case depth > 0 && !slices.Contains([]string{"syncRows", "explanations"}, f.Name):
			if below := leaves(def.Name, 0); below != "" {
				b.WriteString(f.Name + "{" + below + "} ")
			}
		}
	}
	return b.String()
}

// flat is an object with a value for every path to one, named and written as in a file.
func flat(o map[string]any, prefix string, into map[string]string) {
	for key, v := range o {
		name := prefix
		for _, c := range key {
			if unicode.IsUpper(c) {
				name += "_"
			}
			name += string(unicode.ToLower(c))
		}
		switch v := v.(type) {
		case nil:
		case map[string]any:
			flat(v, name+"_", into)
		case float64:
			into[name] = strconv.FormatFloat(v, 'f', -1, 64)
		case []any:
			text, _ := json.Marshal(v)
			into[name] = string(text)
		default:
			into[name] = fmt.Sprint(v)
		}
	}
}

// unguarded is a cell without the apostrophe that keeps spreadsheets from calculating.
func unguarded(cell string) string {
	if strings.HasPrefix(cell, "'") && strings.ContainsAny(strings.TrimLeft(cell, "'")[:1], "=+-@\t\r\n") {
		return cell[1:]
	}
	return cell
}

// asked are the objects of a table as GraphQL answers them, over connections.
func (h *house) asked(who, table, of string) []map[string]any {
	h.Helper()
	page := func(noun, below string) string { return noun + "(first:10){edges{node{" + below + "}}}" }
	selection := "__typename " + leaves(of, 1)
	switch table {
	case "apprentices":
	case "sync":
		rows := "syncRows{" + selection + "}"
		selection = rows + page("milestones", rows) + page("credits", rows)
	default:
		selection = page(table, selection)
	}
	var found []map[string]any
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				collect(item)
			}
		case map[string]any:
			if v["__typename"] == of {
				found = append(found, v)
				return
			}
			for _, item := range v {
				collect(item)
			}
		}
	}
	collect(h.ask(who, "{"+page("apprentices", selection)+"}").get("data"))
	return found
}

var shown = map[string]string{"apprentices": "Apprentice", "milestones": "Milestone", "credits": "CreditAward", "transitions": "RoleTransition", "sync": "SyncRow"}

// TestFilesHaveTheRowsAndFieldsOfGraphQL compares every cell with what a query of another
// form answers for it, and looks for leaves that no column has.
func TestFilesHaveTheRowsAndFieldsOfGraphQL(t *testing.T) {
	h, _ := sharing(t)
	cells := 0
	for table, of := range shown {
		want := h.asked("lakeshore", table, of)
		got := h.table("lakeshore", "/export/"+table+".csv")
		if len(want) == 0 || len(got) != len(want) {
			t.Errorf("%s has %d rows, GraphQL %d", table, len(got), len(want))
			continue
		}
		key := map[bool]string{true: "fact_id", false: "id"}[table == "sync"]
		rows := map[string]map[string]string{}
		for _, row := range got {
			rows[row[key]] = row
		}
		for _, o := range want {
			answer := map[string]string{}
			flat(o, "", answer)
			row := rows[answer[key]]
			for name, cell := range row {
				if cells++; unguarded(cell) != answer[name] {
					t.Errorf("%s of %s: the file has %q, GraphQL %q", name, answer[key], cell, answer[name])
				}
			}
			for name, v := range o {
				if def := schema.Types[of].Fields.ForName(name); def != nil && v != nil && schema.Types[def.Type.Name()].IsLeafType() {
					one := map[string]string{}
					flat(map[string]any{name: v}, "", one)
					for column := range one {
						if _, there := row[column]; !there {
							t.Errorf("%s has no column %s, GraphQL answers %v", table, column, v)
						}
					}
				}
			}
		}
	}
	if cells < 150 {
		t.Errorf("only %d cells were compared", cells)
	}
}

func TestNoFileShowsWhatWasNotShared(t *testing.T) {
	w := openTown(t).private()
	for _, path := range []string{"/export/apprentices.csv", "/export/milestones.csv", "/export/credits.csv", "/export/transitions.csv", "/export/sync.csv", "/changes.ndjson", "/export/package.zip"} {
		resp, body := w.fetch("harbor", path)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", path, resp.StatusCode, body)
		}
		if strings.HasSuffix(path, ".zip") {
			files := w.unzip(body)
			body = nil
			for _, f := range files {
				body = append(body, f...)
			}
		}
		for _, secret := range append([]string{"LAKE", "STAFF", "MAYA", "INSIDE"}, slices.Collect(maps.Keys(w.hidden))...) {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s shows Harbor %q:\n%s", path, secret, body)
			}
		}
	}
	if seen := w.table("harbor", "/export/credits.csv"); len(seen) != 1 || seen[0]["external_ref"] != "HSC-1" {
		t.Errorf("Harbor's own credit: %v", seen)
	}
	for who, want := range map[string]int{"": http.StatusUnauthorized, "nobody": http.StatusUnauthorized, "maya": http.StatusForbidden, "lena": http.StatusForbidden} {
		for _, path := range []string{"/export/credits.csv", "/export/package.zip", "/changes.ndjson"} {
			if resp, body := w.fetch(who, path); resp.StatusCode != want || !bytes.Contains(body, []byte(`"code"`)) {
				t.Errorf("%s for %q: %d %s", path, who, resp.StatusCode, body)
			}
		}
	}
	if resp, _ := w.fetch("harbor", "/export/wages.csv"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a table there is not: %d", resp.StatusCode)
	}
}

func (h *house) body(who, path string) []byte {
	h.Helper()
	_, body := h.fetch(who, path)
	return body
}

// unzip is what is in a package, by name.
func (h *house) unzip(body []byte) map[string][]byte {
	h.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	h.must(err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		h.must(err)
		files[f.Name], err = io.ReadAll(r)
		h.must(err)
	}
	return files
}

func TestAFileThatIsNotThereIsToldFromThoseThatAre(t *testing.T) {
	h, _ := sharing(t)
	resp, body := h.fetch("lakeshore", "/export/grades.csv")
	if resp.StatusCode != http.StatusNotFound || !bytes.Contains(body, []byte(`NO_SUCH_FILE`)) || !bytes.Contains(body, []byte("credits.csv")) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := h.fetch("maya", "/export/grades.csv"); resp.StatusCode == http.StatusOK || bytes.Contains(body, []byte("credits.csv")) {
		t.Errorf("an apprentice is told %d %s", resp.StatusCode, body)
	}
}

// TestTokensForFilesAreTriedAsRarely guesses tokens where files are, which counts at the same
// door as guessing where GraphQL is.
func TestTokensForFilesAreTriedAsRarely(t *testing.T) {
	h := open(t, staff, colleges)
	for range 200 {
		resp, body := h.fetch("guess", "/export/apprentices.csv")
		switch resp.StatusCode {
		case http.StatusUnauthorized:
			continue
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("a guess: %d %s", resp.StatusCode, body)
		}
		if resp.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "RATE_LIMITED") {
			t.Errorf("guesses: %v %s", resp.Header, body)
		}
		if out := h.send("guess-token", "{viewer{name}}", nil); out.status != http.StatusTooManyRequests {
			t.Errorf("a guess at GraphQL then: %d %s", out.status, out.text)
		}
		return
	}
	t.Error("200 tokens were tried")
}
