package graphql_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/submission"
)

const became = "results{index ok outcome id position error{kind code message path}}"

// outcomes are what became of the items of a submission, with the codes of refusals.
func outcomes(a answer) string {
	var out []string
	for i := range a.list("results") {
		at := fmt.Sprintf("results.%d.", i)
		out = append(out, strings.TrimSpace(a.string(at+"outcome")+" "+a.string(at+"error.code")))
	}
	return strings.Join(out, ", ")
}

func seat(student, section string, more ...any) map[string]any {
	item := pairs(more)
	item["student"], item["section"] = student, section
	return item
}

// TestACollegeReportsEnrolments goes from what a college sends, one by one and many at once,
// over the queue to the learner's record.
func TestACollegeReportsEnrolments(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	noah := h.enrol("noah")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.done("lena", "linkStudent", "student{id}", "partnerId", "partner-lakeshore", "studentId", "L-1", "apprenticeId", maya)

	fall := map[string]any{"code": "2026FA", "title": "Fall 2026", "from": "2026-08-24", "to": "2026-12-18"}
	one := h.done("lakeshore", "reportEnrolment", "waits enrolment{id status courseTitle termCode startedOn}", "student", " L-1 ", "section", "S1", "courseCode", "CYB 110", "courseTitle", "Network defence", "term", fall)
	if one.get("waits") != false || one.get("enrolment.status") != "ACTIVE" || one.get("enrolment.termCode") != "2026FA" || one.get("enrolment.startedOn") != "2026-08-24" {
		t.Errorf("%s", one.text)
	}
	if got := h.do("lakeshore", "reportEnrolment", "waits enrolment{id}", "student", "L-1", "section", "S1"); got.get("position") != nil || got.get("enrolment.id") != one.get("enrolment.id") {
		t.Errorf("what is known is recorded: %s", got.text)
	}
	if got := h.done("lakeshore", "reportResult", "enrolment{status grade points pointsOf}", "student", "L-1", "section", "S1", "points", "88.5", "pointsOf", "100", "final", false); got.get("enrolment.status") != "ACTIVE" || got.get("enrolment.points") != "88.5" {
		t.Errorf("%s", got.text)
	}
	waits := h.done("lakeshore", "reportEnrolment", "waits enrolment{id}", "student", "L-2", "name", "Noah Lindqvist", "section", "S1")
	if waits.get("waits") != true || waits.get("enrolment") != nil || strings.Contains(waits.text, noah) {
		t.Errorf("who is not matched is guessed: %s", waits.text)
	}

	items := []any{
		seat("L-1", "S1", "grade", "b+"), seat("L-2", "S1", "grade", "A"), seat("L-1", "S2", "grade", "E"), seat("", "S1", "grade", "A"), seat("L-1", "S1"), seat("L-1", "S1", "points", "12e"),
	}
	if got := h.send("lakeshore-token", `mutation($in:ReportResultsInput!){reportResults(input:$in){position}}`, map[string]any{"in": map[string]any{"idempotencyKey": "x", "items": items}}); got.body["errors"] == nil {
		t.Errorf("12e is a number: %s", got.text)
	}
	items = items[:5]
	before := h.head()
	trial := h.do("lakeshore", "reportResults", became, "items", items, "dryRun", true)
	want := "RECORDED, WAITS, REFUSED BAD_GRADE, REFUSED STUDENT_MISSING, REFUSED RESULT_MISSING"
	if got := outcomes(trial); got != want || trial.get("position") != nil || h.head() != before {
		t.Errorf("a dry run: %s, the log went from %d to %d: %s", got, before, h.head(), trial.text)
	}
	whole := h.do("lakeshore", "reportResults", became, "items", items, "allOrNothing", true)
	if got := outcomes(whole); got != "LEFT, LEFT, REFUSED BAD_GRADE, REFUSED STUDENT_MISSING, REFUSED RESULT_MISSING" || whole.get("results.0.ok") != false || whole.get("position") != nil || h.head() != before {
		t.Errorf("all or nothing: %s, the log went from %d to %d: %s", got, before, h.head(), whole.text)
	}
	done := h.doAgain("nightly-1", "lakeshore", "reportResults", became, "items", items)
	if got := outcomes(done); got != want || done.get("position") == nil || done.get("results.0.id") != one.get("enrolment.id") || done.get("results.1.id") != nil ||
		fmt.Sprint(done.get("results.2.error.path")) != "[input items 2 grade]" || done.get("results.2.position") != nil || done.get("results.1.position") != done.get("position") {
		t.Errorf("%s: %s", got, done.text)
	}
	head := h.head()
	if again := h.doAgain("nightly-1", "lakeshore", "reportResults", became, "items", items); again.text != done.text || h.head() != head {
		t.Errorf("again:\n%s\nwas\n%s", again.text, done.text)
	}
	if got := h.doAgain("nightly-1", "lakeshore", "reportResults", became, "items", items[:4]); got.get("userErrors.0.code") != "IDEMPOTENCY_MISMATCH" || len(got.list("results")) != 0 {
		t.Errorf("the key for something else: %s", got.text)
	}
	if got := h.doAgain("nightly-1", "harbor", "reportResults", became, "items", items[:1]); outcomes(got) != "WAITS" {
		t.Errorf("another college's key: %s", got.text)
	}
	if got := h.do("lakeshore", "reportResults", became, "items", items[:2]); outcomes(got) != "UNCHANGED, WAITS" || got.get("position") != nil {
		t.Errorf("what stands on record: %s", got.text)
	}

	queue := h.ask("lena", `{unmatchedStudents{id studentId name institution{name} rows{section grade}}}`)
	var student string
	for i := range queue.list("data.unmatchedStudents") {
		if at := fmt.Sprintf("data.unmatchedStudents.%d.", i); queue.string(at+"studentId") == "L-2" && queue.string(at+"institution.name") == colleges["lakeshore"] {
			student = queue.string(at + "id")
			if queue.get(at+"name") != "Noah Lindqvist" || queue.get(at+"rows.0.grade") != "A" {
				t.Errorf("%s", queue.text)
			}
		}
	}
	const record = `query($id:ID!){apprentice(by:{id:$id}){enrolments{section status grade}}}`
	h.consent("noah", "lakeshore", everyRecord...)
	h.done("lena", "linkStudent", "student{id}", "id", student, "apprenticeId", noah)
	if got := h.ask("noah", record, "id", noah); got.get("data.apprentice.enrolments.0.grade") != "A" {
		t.Errorf("what waited is not on record: %s", got.text)
	}
	if got := h.ask("maya", record, "id", maya); got.get("data.apprentice.enrolments.0.grade") != "B+" || got.get("data.apprentice.enrolments.0.status") != "COMPLETED" {
		t.Errorf("%s", got.text)
	}
}

// TestTheFirstOfTwoWrongFieldsIsTold sends rows with two wrong fields so often that chance would
// show.
func TestTheFirstOfTwoWrongFieldsIsTold(t *testing.T) {
	h := open(t, staff, colleges)
	for mutation, wrong := range map[string]struct {
		item map[string]any
		told string
	}{
		"reportEnrolments": {seat("L\n1", "S\n1"), "student"},
		"reportResults":    {seat("L-1", "S1", "points", "-1", "pointsOf", "-2"), "points"},
	} {
		got := h.do("lakeshore", mutation, became, "items", slices.Repeat([]any{wrong.item}, 20))
		for i := range 20 {
			if path, want := fmt.Sprint(got.get(fmt.Sprintf("results.%d.error.path", i))), fmt.Sprintf("[input items %d %s]", i, wrong.told); path != want {
				t.Errorf("%s: told of %s, want %s", mutation, path, want)
			}
		}
	}
}

// TestASubmissionThatIsSentTwiceAtOnceIsRecordedOnce sends the same request on eight lines at
// the same moment, as a job does whose connection was cut.
func TestASubmissionThatIsSentTwiceAtOnceIsRecordedOnce(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	items := []any{awardItem(maya, "L-1"), awardItem(maya, "L-2", "courseCode", "CYB 999")}
	before := h.head()
	answers := make([]answer, 8)
	var lines sync.WaitGroup
	for i := range answers {
		lines.Go(func() { answers[i] = h.doAgain("once", "lakeshore", "recordCredits", became, "items", items) })
	}
	lines.Wait()
	for _, a := range answers {
		if outcomes(a) != "RECORDED, REFUSED NO_SUCH_RULE" || a.text != answers[0].text {
			t.Errorf("%s\nand\n%s", a.text, answers[0].text)
		}
	}
	taken := 0
	for r, err := range h.log.Follow(t.Context(), before) {
		h.must(err)
		if _, ok := r.Event.(submission.Taken); ok {
			taken++
		}
		if r.Position == h.head() {
			break
		}
	}
	if taken != 1 {
		t.Errorf("it is on record %d times", taken)
	}
}

// TestItemsOfStrangersHarmNobody sends what a hostile or broken job may send.
func TestItemsOfStrangersHarmNobody(t *testing.T) {
	w := openTown(t)
	lakes := ""
	for id, what := range w.hidden {
		if what == "a credit" && strings.Contains(id, strings.TrimPrefix(w.noah, "apprenticeship-")) {
			lakes = id
		}
	}
	long := strings.Repeat("x", domain.MaxLine+1)
	for _, c := range []struct {
		mutation, want string
		items          []any
	}{
		{"reportEnrolments", "REFUSED BAD_ID, REFUSED BAD_ID, REFUSED TEXT_TOO_LONG, REFUSED TEXT_TOO_LONG, REFUSED SECTION_MISSING, REFUSED END_BEFORE_START", []any{
			seat("L-1\x00S", "1"), seat("L-1", "S\n1"), seat(long, "S1"), seat("L-1", "S1", "name", long), seat("L-1", "\u200b"), seat("L-1", "S1", "term", map[string]any{"code": "F", "from": "2026-12-01", "to": "2026-08-01"})}},
		{"reportResults", "REFUSED BAD_SCORE, REFUSED BAD_SCORE, REFUSED BAD_GRADE", []any{
			seat("L-1", "S1", "points", "-1"), seat("L-1", "S1", "points", "99999999"), seat("L-1", "S1", "grade", "Noah NOAH")}},
		{"recordCredits", "REFUSED NO_SUCH_APPRENTICESHIP, REFUSED NO_SUCH_RULE, REFUSED ALREADY_AWARDED", []any{
			awardItem(w.maya, "H-1", "courseCode", "SEC 101"), awardItem(w.noah, "H-2", "courseCode", "LAKE 110"), awardItem(w.noah, long, "courseCode", "SEC 101")}},
		{"postCredits", "REFUSED NO_SUCH_CREDIT, REFUSED BAD_ID", []any{map[string]any{"creditId": lakes, "transcriptRef": "T"}, map[string]any{"creditId": "credit-..", "transcriptRef": "T"}}},
		{"revokeCredits", "REFUSED NO_SUCH_CREDIT", []any{map[string]any{"creditId": lakes, "reason": "mine"}}},
	} {
		before := w.head()
		out := w.do("harbor", c.mutation, became, "items", c.items)
		if got := outcomes(out); got != c.want || w.acted("harbor", before) {
			t.Errorf("%s: %s, want %s\n%s", c.mutation, got, c.want, out.text)
		}
		if strings.Contains(out.text, "LAKE ") && c.mutation != "recordCredits" || strings.Contains(out.text, "MAYA") {
			t.Errorf("%s tells of others: %s", c.mutation, out.text)
		}
	}
	// One student's section and another's are never the same enrolment.
	if got := w.done("harbor", "reportEnrolments", became, "items", []any{seat("L-1", "S1"), seat("L-1 S", "1"), seat("L-1", "S1", "says", "WITHDRAWN")}); outcomes(got) != "WAITS, WAITS, WAITS" {
		t.Errorf("%s", got.text)
	}
	text, refused := "", w.do("harbor", "reportResults", became, "items", []any{seat("L-9", "S1", "grade", "A"), seat("L-9", "S2", "grade", "Noah NOAH")})
	for r, err := range w.log.Follow(t.Context(), 0) {
		w.must(err)
		if kept, ok := r.Event.(submission.Taken); ok {
			text += fmt.Sprint(kept)
		}
		if r.Position == w.head() {
			break
		}
	}
	if !strings.Contains(text, "BAD_GRADE") || strings.Contains(text, "NOAH") || !strings.Contains(refused.text, "NOAH") {
		t.Errorf("on record is %s", text)
	}
}
