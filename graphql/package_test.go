package graphql_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAFileIsAskedForAgainOrInParts(t *testing.T) {
	h, maya := sharing(t)
	const path = "/export/apprentices.csv"
	first, whole := h.fetch("lakeshore", path)
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || first.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" || first.Header.Get("Accept-Ranges") != "bytes" {
		t.Fatalf("%v", first.Header)
	}
	again := func(header ...string) (*http.Response, []byte) { return h.fetch("lakeshore", path, header...) }
	if resp, body := again("If-None-Match", tag); resp.StatusCode != http.StatusNotModified || len(body) > 0 {
		t.Errorf("what is known is sent again: %d %s", resp.StatusCode, body)
	}
	if resp, body := again("Range", "bytes=10-19"); resp.StatusCode != http.StatusPartialContent || !bytes.Equal(body, whole[10:20]) {
		t.Errorf("a part: %d %q", resp.StatusCode, body)
	}
	if resp, body := again("Range", "bytes=10-", "If-Range", tag, "Accept-Encoding", "gzip"); resp.StatusCode != http.StatusPartialContent || !bytes.Equal(body, whole[10:]) {
		t.Errorf("the rest of what is known: %d %q", resp.StatusCode, body)
	}
	h.done("lena", "suspendApprenticeship", "apprentice{id}", "apprenticeId", maya, "reason", "leave", "expectedReturn", "2026-12-23")
	if resp, body := again("If-None-Match", tag); resp.StatusCode != http.StatusOK || bytes.Equal(body, whole) || resp.Header.Get("ETag") == tag {
		t.Errorf("what changed bears the tag of before: %d", resp.StatusCode)
	}
	if resp, body := again("Range", "bytes=10-", "If-Range", tag); resp.StatusCode != http.StatusOK || bytes.HasPrefix(body, whole[10:]) {
		t.Errorf("the rest of another file: %d %q", resp.StatusCode, body)
	}
	if resp, _ := h.fetch("harbor", path, "If-None-Match", tag); resp.StatusCode != http.StatusOK {
		t.Errorf("the tag of another college: %d", resp.StatusCode)
	}
}

func TestLongFilesAreCompressed(t *testing.T) {
	h := open(t, staff, colleges)
	resp, packed := h.fetch("", "/export/schema.json", "Accept-Encoding", "gzip")
	plain, whole := h.fetch("", "/export/schema.json")
	z, err := gzip.NewReader(bytes.NewReader(packed))
	h.must(err)
	text, err := io.ReadAll(z)
	h.must(err)
	if resp.Header.Get("Content-Encoding") != "gzip" || !bytes.Equal(text, whole) || resp.Header.Get("ETag") == plain.Header.Get("ETag") || !strings.Contains(resp.Header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("%v %v", resp.Header, plain.Header)
	}
	if resp, _ := h.fetch("", "/export/schema.json", "Accept-Encoding", "gzip", "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("known in compressed form: %d", resp.StatusCode)
	}
	for accept, want := range map[string]string{"gzip;q=0": "", "br, gzip;q=0.5": "gzip", "*": "gzip", "deflate": "", "GZIP": "gzip", "gzip; q=0.000": ""} {
		if resp, _ := h.fetch("", "/export/schema.json", "Accept-Encoding", accept); resp.Header.Get("Content-Encoding") != want {
			t.Errorf("Accept-Encoding %q gets %q", accept, resp.Header.Get("Content-Encoding"))
		}
	}
}

// fetched is a package, checked against its manifest: rows by file and key, and the cursor.
func (h *house) fetched(who, after, mode string) (files map[string]map[string]map[string]string, cursor string) {
	h.Helper()
	path := "/export/package.zip"
	if after != "" {
		path += "?after=" + after
	}
	resp, body := h.fetch(who, path)
	if resp.StatusCode != http.StatusOK {
		h.Fatalf("%s: %d %s", path, resp.StatusCode, body)
	}
	content := h.unzip(body)
	var d struct {
		Mode, Cursor string
		Resources    []struct {
			Path, Hash string
			Schema     struct{ PrimaryKey string }
		}
	}
	h.must(json.Unmarshal(content["datapackage.json"], &d))
	keys, hashes := map[string]string{}, map[string]string{}
	for _, r := range d.Resources {
		keys[r.Path], hashes[r.Path] = r.Schema.PrimaryKey, r.Hash
	}
	files = map[string]map[string]map[string]string{}
	for _, m := range h.rows(content["manifest.csv"]) {
		file := content[m["file"]]
		sum := sha256.Sum256(file)
		rows := h.rows(file)
		if m["mode"] != mode || d.Mode != mode || m["cursor"] != d.Cursor || m["sha256"] != hex.EncodeToString(sum[:]) || hashes[m["file"]] != "sha256:"+m["sha256"] ||
			m["rows"] != strconv.Itoa(len(rows)) || m["bytes"] != strconv.Itoa(len(file)) || m["schema_version"] != "1" || m["to_position"] == "" {
			h.Errorf("the manifest does not fit: %v, %d rows, %d bytes", m, len(rows), len(file))
		}
		byKey := map[string]map[string]string{}
		for _, row := range rows {
			byKey[row[keys[m["file"]]]] = row
		}
		if len(byKey) != len(rows) {
			h.Errorf("%s has a key twice", m["file"])
		}
		files[m["file"]], cursor = byKey, m["cursor"]
	}
	if len(files) != len(content)-2 || len(files) != len(d.Resources) {
		h.Errorf("not every file of %q is in the manifest", slices.Collect(maps.Keys(content)))
	}
	return files, cursor
}

// TestADeltaBringsACopyUpToDate keeps a copy by packages alone and compares it with all there is.
func TestADeltaBringsACopyUpToDate(t *testing.T) {
	h, maya := sharing(t)
	copied, cursor := h.fetched("lakeshore", "", "bulk")
	one, two := h.body("lakeshore", "/export/package.zip"), h.body("lakeshore", "/export/package.zip")
	if !bytes.Equal(one, two) {
		t.Error("the same rows are another package")
	}
	if delta, _ := h.fetched("lakeshore", cursor, "delta"); len(delta["apprentices.csv"])+len(delta["credits.csv"])+len(delta["sync.csv"])+len(delta["removals.csv"]) > 0 {
		t.Errorf("nothing changed and the delta has %v", delta)
	}
	credit := slices.Collect(maps.Keys(copied["credits.csv"]))[0]
	apply := func() map[string]map[string]map[string]string {
		t.Helper()
		delta, next := h.fetched("lakeshore", cursor, "delta")
		cursor = next
		for file, rows := range delta {
			if file != "removals.csv" {
				maps.Copy(copied[file], rows)
			}
		}
		for id := range delta["removals.csv"] {
			for _, file := range []string{"apprentices.csv", "milestones.csv", "credits.csv", "transitions.csv"} {
				delete(copied[file], id)
			}
			maps.DeleteFunc(copied["sync.csv"], func(fact string, _ map[string]string) bool { return strings.HasPrefix(fact, id+"/") })
		}
		if all, _ := h.fetched("lakeshore", "", "bulk"); !reflect.DeepEqual(all, copied) {
			t.Errorf("the copy differs:\n%v\n%v", copied, all)
		}
		return delta
	}
	h.done("lakeshore", "revokeCredit", "credit{id}", "creditId", credit, "reason", "a mistake")
	h.until("lakeshore", `{node(id:"`+strings.Replace(maya, "apprenticeship-", "milestone-", 1)+`.hd-network-defence"){...on Milestone{state}}}`, "data.node.state", "IN_PROGRESS")
	h.until("lakeshore", `{node(id:"`+strings.Replace(maya, "apprenticeship-", "transition-", 1)+`.systems-administrator"){...on RoleTransition{state}}}`, "data.node.state", "RETURNED")
	delta := apply()
	if row := delta["sync.csv"][credit+"/credit-awarded"]; row["status"] != "WITHDRAWN" || row["supersedes_event_id"] == "" || row["event_id"] == row["supersedes_event_id"] || len(delta["apprentices.csv"]) > 0 {
		t.Errorf("after the credit was revoked: %v", delta)
	}
	h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	h.done("lena", "suspendApprenticeship", "apprentice{id}", "apprenticeId", maya, "reason", "leave", "expectedReturn", "2026-12-23")
	delta = apply()
	if gone := delta["removals.csv"]; gone[maya]["must_erase"] != "true" || gone[maya]["typename"] != "Apprentice" || gone[credit]["reason"] != "CONSENT_REVOKED" || len(delta["credits.csv"]) > 0 {
		t.Errorf("after consent was withdrawn: %v", delta)
	}
	if len(copied["apprentices.csv"]) != 1 {
		t.Errorf("the copy still has %v", copied["apprentices.csv"])
	}
	for after, code := range map[string]string{"x": "CURSOR_INVALID", h.ask("harbor", `{changes{cursor}}`).string("data.changes.cursor"): "CURSOR_INVALID", h.ask("lakeshore", `{changes(types:[MILESTONE]){cursor}}`).string("data.changes.cursor"): "CURSOR_FILTER"} {
		if resp, body := h.fetch("lakeshore", "/export/package.zip?after="+after); resp.StatusCode != http.StatusBadRequest || !bytes.Contains(body, []byte(code)) {
			t.Errorf("after %.10q: %d %s", after, resp.StatusCode, body)
		}
	}
}

func TestTheFeedInLinesIsTheFeed(t *testing.T) {
	h, _ := sharing(t)
	lines := func(path string) (changes []map[string]any, last map[string]any) {
		t.Helper()
		resp, body := h.fetch("lakeshore", path)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/x-ndjson; charset=utf-8" {
			t.Fatalf("%s: %d %s", path, resp.StatusCode, body)
		}
		for line := range bytes.Lines(body) {
			var one map[string]any
			h.must(json.Unmarshal(line, &one))
			changes = append(changes, one)
		}
		return changes[:len(changes)-1], changes[len(changes)-1]
	}
	lines("/changes.ndjson") // which goes on record
	want := h.ask("lakeshore", `{changes{changes{__typename ...on Upsert{cursor node{id version}} ...on Removal{cursor}} cursor upToDate snapshot position}}`)
	all, last := lines("/changes.ndjson")
	if len(all) != len(want.list("data.changes.changes")) || last["cursor"] != want.get("data.changes.cursor") || last["upToDate"] != true || last["snapshot"] != true || last["__typename"] != "ChangePage" || last["position"] != want.get("data.changes.position") {
		t.Errorf("%d lines and %v\n%s", len(all), last, want.text)
	}
	for i, c := range all {
		w := want.list("data.changes.changes")[i].(map[string]any)
		id := w["node"].(map[string]any)["id"]
		if c["cursor"] != w["cursor"] || c["node"].(map[string]any)["id"] != id {
			t.Errorf("line %d is %v, not %v", i+1, c, w)
		}
	}
	var walked []map[string]any
	for path := "/changes.ndjson?first=2"; ; {
		some, last := lines(path)
		walked = append(walked, some...)
		if len(some) > 2 {
			t.Fatalf("%d lines in place of 2", len(some))
		}
		if last["upToDate"] == true {
			break
		}
		path = "/changes.ndjson?first=2&after=" + last["cursor"].(string)
	}
	if !reflect.DeepEqual(walked, all) {
		t.Errorf("in steps of two: %v\nat once: %v", walked, all)
	}
	if some, _ := lines("/changes.ndjson?types=MILESTONE"); len(some) != 1 || some[0]["node"].(map[string]any)["__typename"] != "Milestone" {
		t.Errorf("milestones: %v", some)
	}
	h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	gone, _ := lines("/changes.ndjson?after=" + last["cursor"].(string))
	if len(gone) == 0 || gone[0]["__typename"] != "Removal" || gone[0]["mustErase"] != true {
		t.Errorf("after consent was withdrawn: %v", gone)
	}
	for path, code := range map[string]string{"/changes.ndjson?first=0": "BAD_PAGE_SIZE", "/changes.ndjson?first=-1": "BAD_PAGE_SIZE", "/changes.ndjson?after=x": "CURSOR_INVALID", "/changes.ndjson?types=WAGES": "BAD_VARIABLES"} {
		if resp, body := h.fetch("lakeshore", path); resp.StatusCode != http.StatusBadRequest || !bytes.Contains(body, []byte(code)) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

func TestSpreadsheetsCalculateNothing(t *testing.T) {
	h, _ := sharing(t)
	for _, row := range h.table("lakeshore", "/export/apprentices.csv") {
		if strings.Contains(row["display_name"], "HYPERLINK") && !strings.HasPrefix(row["display_name"], "'=") {
			t.Errorf("a name is calculated: %s", row["display_name"])
		}
	}
	body := h.body("lakeshore", "/export/credits.csv")
	if !bytes.Contains(body, []byte(`,"'@SUM(1;2)",`)) {
		t.Errorf("a text is not in quotes, or calculated:\n%s", body)
	}
	if !bytes.HasSuffix(body, []byte("\r\n")) || bytes.Count(body, []byte("\n")) != bytes.Count(body, []byte("\r\n")) {
		t.Errorf("lines do not end as RFC 4180 has it:\n%q", body)
	}
}

// TestFilesCostWhatTheirRowsDo asks for packages with a purse of one point.
func TestFilesCostWhatTheirRowsDo(t *testing.T) {
	h, _ := sharing(t)
	h.points = 1
	poor := h.neighbour(h.log)
	const packages, asked = 10, 7 // questions for the rows of each, a point for each of them
	began := time.Now()
	for range packages {
		if resp, body := poor.fetch("lakeshore", "/export/package.zip"); resp.StatusCode != http.StatusOK {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
	}
	if took, least := time.Since(began), (packages*asked-1)*5*time.Millisecond; took < least {
		t.Errorf("%d packages took %v; their points come back in %v", packages, took, least)
	}
}
