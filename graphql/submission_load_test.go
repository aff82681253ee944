package graphql_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// What a submission of 500 items may take, with all that the read model makes of it.
const (
	mostCPU       = time.Second
	mostQuestions = 12
)

// submit sends items of a mutation and tells how often the read model was asked, and the CPU.
func (s *school) submit(t *testing.T, mutation, key string, items []map[string]any) (got answer, questions uint64, used time.Duration) {
	t.Helper()
	vars, err := json.Marshal(map[string]any{"in": map[string]any{"idempotencyKey": key, "items": items}})
	if err != nil {
		t.Fatal(err)
	}
	asked, began := s.read.Status(0, now).Questions, cpu()
	text := s.answer(t, "lakeshore", fmt.Sprintf(`mutation($in:%s%sInput!){r:%s(input:$in){%s position userErrors{code message}}}`, strings.ToUpper(mutation[:1]), mutation[1:], mutation, became), string(vars))
	used, questions = cpu()-began, s.read.Status(0, now).Questions-asked
	if err := json.Unmarshal([]byte(text), &got.body); err != nil {
		t.Fatal(err)
	}
	if price, _ := got.get("extensions.cost.requested").(float64); int(price) < len(items)/10 {
		t.Errorf("%d items cost %v points", len(items), price)
	}
	got.body = got.body["data"].(map[string]any)["r"].(map[string]any)
	got.text = fmt.Sprint(got.body)
	return got, questions, used
}

func counted(a answer) map[string]int {
	out := map[string]int{}
	for o := range strings.SplitSeq(outcomes(a), ", ") {
		out[o]++
	}
	return out
}

// TestFiveHundredItemsAreAskedAboutTogether sends a term's postings, awards and rows of students
// in one request each: some of them wrong, some unknown.
func TestFiveHundredItemsAreAskedAboutTogether(t *testing.T) {
	s := openSchool(t, 167)
	postings := make([]map[string]any, 501)
	for i := range postings {
		postings[i] = map[string]any{"creditId": fmt.Sprintf("credit-p%06d.one-cyb-%d", i/3, 110+i%3), "transcriptRef": fmt.Sprint("T-", i)}
		switch i % 10 {
		case 3:
			postings[i]["transcriptRef"] = ""
		case 7:
			postings[i]["creditId"] = fmt.Sprintf("credit-q%06d.one-cyb-110", i)
		}
	}
	all, often, used := s.submit(t, "postCredits", "all", postings[:500])
	if got := counted(all); got["RECORDED"] != 400 || got["REFUSED REFERENCE_MISSING"] != 50 || got["REFUSED NO_SUCH_CREDIT"] != 50 || often > mostQuestions || used > mostCPU {
		t.Errorf("%v, with %d questions, in %s of CPU", got, often, used)
	}
	t.Logf("500 postings: %d questions, %s of CPU", often, used)
	if again, _, used := s.submit(t, "postCredits", "all", postings[:500]); again.text != all.text || used > mostCPU {
		t.Errorf("again in %s: %.500s", used, again.text)
	}
	if got, _, _ := s.submit(t, "postCredits", "more", postings); got.get("userErrors.0.code") != "TOO_MANY_ITEMS" || len(got.list("results")) > 0 {
		t.Errorf("%d items: %.200s", len(postings), got.text)
	}

	awards := make([]map[string]any, 500)
	for i := range awards {
		n := i % 334
		awards[i] = awardItem(fmt.Sprintf("apprenticeship-p%06d", n/2), fmt.Sprint("A-", n), "courseCode", fmt.Sprint("CYB ", 113+n%2))
	}
	all, often, used = s.submit(t, "recordCredits", "all awards", awards)
	if got := counted(all); got["RECORDED"] != 334 || got["UNCHANGED"] != 166 || often > mostQuestions || used > mostCPU {
		t.Errorf("%v, with %d questions, in %s of CPU", got, often, used)
	}
	t.Logf("500 awards: %d questions, %s of CPU", often, used)

	for i := range 5 {
		s.answer(t, "lena", `mutation($in:LinkStudentInput!){linkStudent(input:$in){position}}`,
			fmt.Sprintf(`{"in":{"idempotencyKey":"l%d","partnerId":"partner-lakeshore","studentId":"L-%d","apprenticeId":"apprenticeship-p%06d"}}`, i, i, i))
	}
	rows := make([]map[string]any, 500)
	for i := range rows {
		rows[i] = map[string]any{"student": fmt.Sprint("L-", i%5), "section": fmt.Sprint("S-", i/5), "term": map[string]any{"code": "2026FA"}}
		if i%5 == 4 {
			rows[i]["student"] = fmt.Sprint("unknown-", i)
		}
		if i%10 == 0 {
			rows[i]["section"] = strings.Repeat("x", domain.MaxLine+1)
		}
	}
	all, often, used = s.submit(t, "reportEnrolments", "all rows", rows)
	if got := counted(all); got["RECORDED"] != 350 || got["WAITS"] != 100 || got["REFUSED TEXT_TOO_LONG"] != 50 || often > mostQuestions || used > mostCPU {
		t.Errorf("%v, with %d questions, in %s of CPU", got, often, used)
	}
	t.Logf("500 rows: %d questions, %s of CPU", often, used)
}
