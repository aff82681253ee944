package graphql_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/internal/roster"
)

// post hands a package in over HTTP.
func (h *house) post(who, query, media string, body []byte, header ...string) (int, map[string]any) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.url+"/import/roster"+query, bytes.NewReader(body))
	h.must(err)
	req.Header.Set("Content-Type", media)
	req.Header.Set("Authorization", "Bearer "+who+"-token")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	h.must(err)
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		h.Fatalf("%d %s", resp.StatusCode, text)
	}
	return resp.StatusCode, out
}

func packed(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const sections = "course_id,user_id,role,section_id,status\nC1,L-1,student,S1,active\nC1,L-2,student,S1,active\n"

// TestACollegeHandsInItsRoster goes from a package over the queue to the learner's record and
// back to the college.
func TestACollegeHandsInItsRoster(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.enrol("noah")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", maya, "externalRef", "x", "courseCode", "CYB 110", "credit", "3", "grade", "B+", "term", "Fall 2026")
	body := packed(t, "courses.csv", "course_id,short_name,long_name,term_id\nC1,CYB 110,Network defence,\n", "users.csv", "user_id,full_name,password\nL-1,Maya Okafor,secret\n", "enrollments.csv", sections)

	before := h.head()
	if code, got := h.post("lakeshore", "?dryRun=true", "application/zip", body); code != http.StatusOK || got["unmatched"] != 2.0 || got["dryRun"] != true || h.head() != before {
		t.Fatalf("%d %v, the log went from %d to %d", code, got, before, h.head())
	}
	code, got := h.post("lakeshore", "", "application/zip", body, "Idempotency-Key", "nightly-1")
	if code != http.StatusOK || got["unmatched"] != 2.0 || got["profile"] != "canvas" || got["position"] == nil || !strings.Contains(fmt.Sprint(got["files"]), "password") {
		t.Fatalf("%d %v", code, got)
	}
	if code, again := h.post("lakeshore", "", "application/zip", body, "Idempotency-Key", "nightly-1"); code != http.StatusOK || again["position"] != got["position"] || again["repeated"] != true {
		t.Errorf("again: %d %v", code, again)
	}
	if code, other := h.post("lakeshore", "?mode=bulk", "application/zip", body, "Idempotency-Key", "nightly-1"); code != http.StatusConflict || !strings.Contains(fmt.Sprint(other), "IDEMPOTENCY_MISMATCH") {
		t.Errorf("the key of another request: %d %v", code, other)
	}

	const queue = `{unmatchedStudents{id studentId name institution{name} apprenticeId rows{section courseCode courseTitle says grade}}}`
	if code := h.code("lakeshore", queue); code != "PEOPLE_ONLY" {
		t.Errorf("a college asks for the queue: %s", code)
	}
	for _, who := range []string{"maya", "priya", "dana", "ruth"} {
		if seen := h.ask(who, queue).list("data.unmatchedStudents"); len(seen) != 0 {
			t.Errorf("%s sees %v", who, seen)
		}
	}
	waiting := h.ask("lena", queue)
	var student string
	for i, w := range waiting.list("data.unmatchedStudents") {
		if w.(map[string]any)["studentId"] == "L-1" {
			student = waiting.string(fmt.Sprintf("data.unmatchedStudents.%d.id", i))
			if w.(map[string]any)["name"] != "Maya Okafor" || waiting.string(fmt.Sprintf("data.unmatchedStudents.%d.rows.0.courseTitle", i)) != "Network defence" {
				t.Errorf("%v", w)
			}
		}
	}
	h.refused("PEOPLE_ONLY", "lakeshore", "linkStudent", "student", "id", student, "apprenticeId", maya)
	h.refused("NO_SUCH_STUDENT", "dana", "linkStudent", "student", "id", student, "apprenticeId", maya)
	cursor := h.ask("lakeshore", `{changes{cursor}}`).string("data.changes.cursor")
	linked := h.done("lena", "linkStudent", "student{id studentId apprenticeId rows{section}}", "id", student, "apprenticeId", maya)
	if linked.get("student.apprenticeId") != maya || linked.get("student.studentId") != "L-1" || len(linked.list("student.rows")) != 0 {
		t.Errorf("%s", linked.text)
	}
	const record = `query($id:ID!){apprentice(by:{id:$id}){enrolments{id section courseCode courseTitle status grade passed institution{name}}}}`
	seen := h.ask("maya", record, "id", maya)
	if seen.string("data.apprentice.enrolments.0.courseTitle") != "Network defence" || seen.get("data.apprentice.enrolments.0.status") != "ACTIVE" || seen.get("data.apprentice.enrolments.0.passed") != nil {
		t.Errorf("%s", seen.text)
	}
	enrolment := seen.string("data.apprentice.enrolments.0.id")
	if len(h.ask("lakeshore", record, "id", maya).list("data.apprentice.enrolments")) != 0 {
		t.Error("enrolments are among what a partner takes with its feed")
	}

	// The college is told by its own id who the learner is, and finds what it reported.
	if rows := h.table("lakeshore", "/export/sync.csv"); len(rows) == 0 || rows[0]["college_student_id"] != "L-1" {
		t.Errorf("%v", rows)
	}
	if files, _ := h.fetched("lakeshore", cursor, "delta"); len(files["sync.csv"]) == 0 {
		t.Errorf("that the learner was linked is no change: %v", files)
	}
	grades := []byte("publisher_id,section_sis_id,student_sis_id,score\n1,S1,L-1,A-\n1,S1,L-2,C\n")
	if code, got := h.post("lakeshore", "", "text/csv", grades); code != http.StatusOK || got["changed"] != 1.0 || got["unmatched"] != 1.0 {
		t.Errorf("%d %v", code, got)
	}
	const one = `query($id:ID!){node(id:$id){...on Enrolment{status grade passed wasGrade apprenticeId}}}`
	for _, who := range []string{"lakeshore", "maya", "lena", "priya"} {
		if got := h.ask(who, one, "id", enrolment); got.get("data.node.status") != "COMPLETED" || got.get("data.node.grade") != "A-" || got.get("data.node.passed") != true {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	for _, who := range []string{"harbor", "noah", "owen"} {
		if got := h.ask(who, one, "id", enrolment); got.get("data.node") != nil {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	if got := h.ask("lakeshore", one, "id", enrolment); got.get("data.node") != nil {
		t.Errorf("without consent: %s", got.text)
	}
	if code, got := h.post("lakeshore", "", "text/csv", []byte("publisher_id,section_sis_id,student_sis_id,score\n1,S1,L-1,F\n")); code != http.StatusOK || got["unmatched"] != 1.0 {
		t.Errorf("without consent: %d %v", code, got)
	}
	if got := h.ask("maya", one, "id", enrolment); got.get("data.node.grade") != "A-" {
		t.Errorf("what a college sends without consent is on record: %s", got.text)
	}
	if ups := h.ask("lena", `{uploads{kind by rows}}`); ups.get("data.uploads.0.kind") != "ROSTER" || ups.get("data.uploads.0.by") != "Lakeshore Community College" {
		t.Errorf("%s", ups.text)
	}
}

func TestARosterOverGraphQL(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.done("lena", "linkStudent", "student{id}", "partnerId", "partner-lakeshore", "studentId", "L-1", "apprenticeId", maya)
	const report = "report{sha256 profile mode dryRun new changed unchanged unmatched left skipped files{name rows unread unknownColumns} rows{file line student section outcome changes} problems{file line column message}}"
	files := []map[string]any{{"name": "enrollments.csv", "csv": sections}}
	preview := h.do("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", files, "dryRun", true)
	if preview.get("report.new") != 1.0 || preview.get("report.unmatched") != 1.0 || preview.get("report.rows.0.outcome") != "NEW" || preview.get("position") != nil {
		t.Errorf("%s", preview.text)
	}
	if got := h.done("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", files); got.get("report.new") != 1.0 || got.get("report.mode") != "DELTA" {
		t.Errorf("%s", got.text)
	}
	wrong := []map[string]any{{"name": "enrollments.csv", "csv": strings.Replace(sections, "active", "paused", 1)}}
	if got := h.do("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", wrong); got.get("userErrors.0.code") != "BAD_FILE" || got.get("report.problems.0.file") != "enrollments.csv" || got.get("report.problems.0.line") != 2.0 || got.get("report.problems.0.column") != "status" {
		t.Errorf("%s", got.text)
	}
	few := []map[string]any{{"name": "terms.csv", "csv": "term_id,name\nSP,Spring\n"}, {"name": "courses.csv", "csv": "course_id,long_name,term_id\nC1,Network defence,SP\n"}, {"name": "enrollments.csv", "csv": "course_id,user_id,role,section_id,status\nC1,L-1,student,S1,active\nC1,L-2,student,S1,active\n"}}
	h.done("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", few)
	few[2]["csv"] = "course_id,user_id,role,section_id,status\nC1,L-2,student,S1,active\n"
	if got := h.do("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", few, "mode", "BULK"); got.get("userErrors.0.code") != "TOO_MANY_WITHDRAWALS" {
		t.Errorf("%s", got.text)
	}
	if got := h.done("lena", "importRoster", report, "partnerId", "partner-lakeshore", "files", few, "mode", "BULK", "confirm", 1); got.get("report.left") != 1.0 {
		t.Errorf("%s", got.text)
	}
	for who, code := range map[string]string{"dana": "NOT_COORDINATOR", "maya": "NOT_COORDINATOR", "harbor": "NO_SUCH_PARTNER", "samuel": "READ_ONLY"} {
		if got := h.do(who, "importRoster", report, "partnerId", "partner-lakeshore", "files", files); got.get("userErrors.0.code") != code || got.get("report") != nil {
			t.Errorf("%s: %s", who, got.text)
		}
	}
}

func TestPackagesOfStrangersAreHeldOff(t *testing.T) {
	h := open(t, staff, colleges)
	bomb := packed(t, "enrollments.csv", strings.Repeat("0", roster.MaxFile+1))
	for name, c := range map[string]struct {
		who, query, media string
		body              []byte
		status            int
		code              string
	}{
		"a bomb":              {"lakeshore", "", "application/zip", bomb, 400, "PACKAGE_TOO_LARGE"},
		"a way out":           {"lakeshore", "", "application/zip", packed(t, "../x.csv", "a"), 400, "BAD_FILE_NAME"},
		"no archive":          {"lakeshore", "", "application/zip", []byte("PK\x03\x04"), 400, "NOT_A_PACKAGE"},
		"no profile":          {"lakeshore", "", "text/csv", []byte("a,b\n1,2\n"), 400, "UNKNOWN_PROFILE"},
		"another profile":     {"lakeshore", "?profile=banner", "text/csv", []byte(sections), 400, "UNKNOWN_PROFILE"},
		"another mode":        {"lakeshore", "?mode=full", "text/csv", []byte(sections), 400, "BAD_MODE"},
		"no number":           {"lakeshore", "?confirm=many", "text/csv", []byte(sections), 400, "BAD_COUNT"},
		"no yes or no":        {"lakeshore", "?dryRun=perhaps", "text/csv", []byte(sections), 400, "BAD_SETTING"},
		"another's students":  {"lakeshore", "?partner=harbor", "text/csv", []byte(sections), 404, "NO_SUCH_PARTNER"},
		"nobody's students":   {"lena", "", "text/csv", []byte(sections), 400, "PARTNER_MISSING"},
		"a manager":           {"dana", "?partner=harbor", "text/csv", []byte(sections), 403, "NOT_COORDINATOR"},
		"a stranger":          {"nobody", "", "text/csv", []byte(sections), 401, "UNAUTHENTICATED"},
		"another media type":  {"lakeshore", "", "application/json", []byte("{}"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"too much":            {"lakeshore", "", "application/zip", make([]byte, roster.MaxPackage+1), 413, "BODY_TOO_LARGE"},
		"rows that are wrong": {"lakeshore", "", "text/csv", []byte(strings.Replace(sections, "active", "paused", 1)), 422, "BAD_FILE"},
	} {
		before := h.head()
		if code, got := h.post(c.who, c.query, c.media, c.body); code != c.status || !strings.Contains(fmt.Sprint(got["errors"]), c.code) || h.head() != before {
			t.Errorf("%s: %d %v, want %d %s", name, code, got, c.status, c.code)
		}
	}
	h.done("lena", "suspendInstitution", "institution{id}", "partnerId", "partner-lakeshore", "reason", "an audit")
	if code, got := h.post("lakeshore", "", "text/csv", []byte(sections)); code != http.StatusForbidden || !strings.Contains(fmt.Sprint(got), "PARTNER_SUSPENDED") {
		t.Errorf("a suspended college: %d %v", code, got)
	}
}
