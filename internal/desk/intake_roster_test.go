package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

var lakeshore = domain.Actor{Partner: "lakeshore", Role: domain.Partner}

// canvas is a package of one term with an enrolment for each line: student, section, status.
func canvas(enrolments ...string) desk.Roster {
	table := "user_id,section_id,role,status,course_id\n"
	for _, e := range enrolments {
		f := strings.Fields(e)
		table += f[0] + "," + f[1] + ",student," + f[2] + ",C1\n"
	}
	return desk.Roster{Partner: "lakeshore", Files: []roster.File{
		{Name: "terms.csv", Data: []byte("term_id,name,start_date,end_date\nSP,Spring,2026-01-12,2026-06-30\n")},
		{Name: "courses.csv", Data: []byte("course_id,short_name,long_name,term_id,status\nC1,CYB 110,Network defence,SP,active\n")},
		{Name: "sections.csv", Data: []byte("section_id,course_id,name,status\nS1,C1,One,active\nS2,C1,Two,active\n")},
		{Name: "users.csv", Data: []byte("user_id,first_name,last_name\nL-1,Ana,Ruiz\nL-2,Ben,Okafor\n")},
		{Name: "enrollments.csv", Data: []byte(table)},
	}}
}

// grades is a package of published grades: student, section, grade.
func grades(rows ...string) desk.Roster {
	table := "publisher_id,section_sis_id,course_sis_id,student_sis_id,score\n"
	for _, r := range rows {
		f := strings.Fields(r)
		table += "1," + f[1] + ",C1," + f[0] + "," + f[2] + "\n"
	}
	return desk.Roster{Partner: "lakeshore", Files: []roster.File{{Name: "grades.csv", Data: []byte(table)}}}
}

// college is a house that shares everything of Ana with Lakeshore.
func college(t *testing.T) *house {
	h := staffed(t)
	h.record("agreement-a", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.PathwayRecords}}, agreement.Activated{From: domain.NewDate(2026, 1, 1), To: domain.NewDate(2027, 12, 31)})
	h.consents("ana")
	return h
}

func (h *house) consents(who domain.PersonID) {
	h.record(consent.Stream(who, "lakeshore"), consent.Given{Person: who, Party: "lakeshore", Records: []domain.Scope{domain.PathwayRecords}, Purpose: "sealed", On: domain.NewDate(2026, 3, 2)})
}

// roster hands a package in and tells in words what became of it.
func (h *house) roster(by domain.Actor, p desk.Roster) string {
	h.t.Helper()
	before := h.head()
	got, at, err := h.IntakeRoster(h.t.Context(), desk.Ask{By: by}, p)
	if r := domain.AsRefusal(err); r != nil {
		if h.head() != before {
			h.t.Errorf("refused with %s, and recorded", r.Code)
		}
		return r.Code + " " + strings.Join(strings.Fields(err.Error()), " ")
	}
	if err != nil {
		h.t.Fatal(err)
	}
	if at == 0 && h.head() != before {
		h.t.Errorf("recorded, and told nothing of it: %+v", got)
	}
	var out []string
	for _, r := range got.Rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Student, r.Section, r.Outcome, strings.Join(r.Changes, " "))))
	}
	if got.Left > 0 {
		out = append(out, fmt.Sprint(got.Left, " left"))
	}
	if got.Repeated {
		out = append(out, "repeated")
	}
	return strings.Join(out, "; ")
}

func (h *house) enrolled(id domain.ApprenticeshipID) string {
	h.t.Helper()
	var out []string
	for _, e := range must(h.Read.Enrolments(h.t.Context(), id))(h.t)[id] {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Section.ID, e.Section.Code, e.Status, e.Result.Grade)))
	}
	return strings.Join(out, "; ")
}

func (h *house) link(ident string, id domain.ApprenticeshipID) error {
	_, _, err := h.LinkStudent(h.t.Context(), desk.Ask{By: lena}, "lakeshore", "", ident, id)
	return err
}

func TestARosterIsTakenOver(t *testing.T) {
	h := college(t)
	must(0, h.link("L-1", "ana"))(t)
	steps := []struct {
		name string
		by   domain.Actor
		p    desk.Roster
		want string
		ana  string
	}{
		{"a learner is enrolled", lakeshore, canvas("L-1 S1 active"), "L-1 S1 new", "S1 CYB 110 active"},
		{"the same again changes nothing", lakeshore, canvas("L-1 S1 active"), "L-1 S1 unchanged; repeated", "S1 CYB 110 active"},
		{"points are no pass and no end", lakeshore, grades("L-1 S1 91.5"), "L-1 S1 changed result", "S1 CYB 110 completed"},
		{"a grade corrects them", lakeshore, grades("L-1 S1 B+"), "L-1 S1 changed result", "S1 CYB 110 completed B+"},
		{"the same grade again", lakeshore, grades("L-1 S1 B+"), "L-1 S1 unchanged; repeated", "S1 CYB 110 completed B+"},
		{"who completed is not withdrawn by cleaning up", lakeshore, canvas("L-1 S1 deleted"), "L-1 S1 unchanged", "S1 CYB 110 completed B+"},
		{"completed in Canvas is no pass", lakeshore, canvas("L-1 S2 completed"), "L-1 S2 new closed", "S1 CYB 110 completed B+; S2 CYB 110 closed"},
		{"a coordinator hands it in for the college", lena, canvas("L-1 S2 deleted"), "L-1 S2 changed withdrawn", "S1 CYB 110 completed B+; S2 CYB 110 withdrawn"},
		{"who left is not enrolled by a deletion", lena, canvas("L-1 S3 deleted"), "L-1 S3 unchanged", "S1 CYB 110 completed B+; S2 CYB 110 withdrawn"},
		{"and returns", lena, canvas("L-1 S2 active"), "L-1 S2 changed enrolled", "S1 CYB 110 completed B+; S2 CYB 110 active"},
	}
	for _, s := range steps {
		if got := h.roster(s.by, s.p); got != s.want {
			t.Errorf("%s: %s, want %s", s.name, got, s.want)
		}
		if got := h.enrolled("ana"); got != s.ana {
			t.Errorf("%s: Ana is in %s, want %s", s.name, got, s.ana)
		}
	}
	h.now = h.now.AddDate(0, 2, 0) // the term is over
	if got := h.roster(lakeshore, canvas("L-1 S2 active")); got != "L-1 S2 changed closed" {
		t.Errorf("after the term: %s", got)
	}
	for by, code := range map[domain.Actor]string{dana: "NOT_YOURS_TO_REPORT", ana: "NOT_YOURS_TO_REPORT", {Partner: "harbor", Role: domain.Partner}: "NOT_YOURS_TO_REPORT"} {
		if got := h.roster(by, canvas("L-1 S1 active")); !strings.HasPrefix(got, code) {
			t.Errorf("%s: %s", by.Name(), got)
		}
	}
	dry := canvas("L-1 S1 active", "L-9 S1 active")
	dry.DryRun = true
	before := h.head()
	if got := h.roster(lakeshore, dry); got != "L-1 S1 unchanged; L-9 S1 unmatched" || h.head() != before {
		t.Errorf("a preview: %s, and the log went from %d to %d", got, before, h.head())
	}
}

func TestARosterWithMistakesChangesNothing(t *testing.T) {
	h := college(t)
	must(0, h.link("L-1", "ana"))(t)
	p := canvas("L-1 S1 active", "L-1 S2 paused", "L-2 S1 active")
	if got := h.roster(lakeshore, p); !strings.HasPrefix(got, `BAD_FILE enrollments.csv:3: status: "paused" is no status of an enrolment.`) {
		t.Errorf("%s", got)
	}
	// What is refused must not tell whether the student is known.
	long := strings.Repeat("s", domain.MaxLine+1)
	known, strange := h.roster(lakeshore, grades("L-1 "+long+" A")), h.roster(lakeshore, grades("L-2 "+long+" A"))
	if known != strange || !strings.HasPrefix(known, "BAD_FILE grades.csv:2") {
		t.Errorf("%s\n%s", known, strange)
	}
	if got := h.enrolled("ana"); got != "" {
		t.Errorf("Ana is in %s", got)
	}
}

// TestStudentsNobodyKnowsWaitUntilSomebodySaysWhoTheyAre goes through what a coordinator can
// say of a student.
func TestStudentsNobodyKnowsWaitUntilSomebodySaysWhoTheyAre(t *testing.T) {
	h := college(t)
	ask := desk.Ask{By: lena}
	if got := h.roster(lakeshore, canvas("L-1 S1 active", "L-2 S1 active")); got != "L-1 S1 unmatched; L-2 S1 unmatched" {
		t.Fatal(got)
	}
	h.roster(lakeshore, grades("L-1 S1 A"))
	queue := must(h.Unmatched(t.Context(), lena, 10))(t)
	if len(queue) != 2 {
		t.Fatalf("%+v", queue)
	}
	if ana := queue[slices.IndexFunc(queue, func(w desk.KnownStudent) bool { return w.Ident == "L-1" })]; ana.Name != "Ana Ruiz" || len(ana.Rows) != 1 || ana.Rows[0].Says != roster.Enrolled || ana.Rows[0].Result.Grade != "A" || ana.Rows[0].Section.Title != "Network defence" {
		t.Errorf("%+v", ana)
	}
	for _, by := range []domain.Actor{ana, dana, priya, ruth, lakeshore} {
		if seen, err := h.Unmatched(t.Context(), by, 10); err != nil || len(seen) > 0 {
			t.Errorf("%s sees %+v, %v", by.Name(), seen, err)
		}
		if _, _, err := h.LinkStudent(t.Context(), desk.Ask{By: by}, "lakeshore", "", "L-1", "ana"); domain.AsRefusal(err) == nil {
			t.Errorf("%s links students: %v", by.Name(), err)
		}
	}
	id := func(ident string) domain.StudentID {
		for _, w := range must(h.Unmatched(t.Context(), lena, 10))(t) {
			if w.Ident == ident {
				return w.ID
			}
		}
		t.Fatalf("%s does not wait", ident)
		return ""
	}
	first := id("L-1")
	if _, _, err := h.LinkStudent(t.Context(), ask, "lakeshore", first, "", "ana"); err != nil {
		t.Fatal(err)
	}
	if got := h.enrolled("ana"); got != "S1 CYB 110 completed A" {
		t.Errorf("Ana is in %q", got)
	}
	if _, _, err := h.LinkStudent(t.Context(), ask, "lakeshore", id("L-2"), "", "ana"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "STUDENT_ALREADY" {
		t.Errorf("one learner is two students: %v", err)
	}
	if got := h.roster(lakeshore, grades("L-1 S1 A")); got != "L-1 S1 unchanged; repeated" {
		t.Errorf("what waited comes again: %s", got)
	}

	// It was a mistake.
	must(h.UnlinkStudent(t.Context(), ask, "lakeshore", first))(t)
	if got := h.enrolled("ana"); got != "" {
		t.Errorf("Ana is still in %q", got)
	}
	if got := h.roster(lakeshore, grades("L-1 S1 A")); got != "L-1 S1 unmatched" {
		t.Errorf("the same package after that: %s", got)
	}
	if _, _, err := h.LinkStudent(t.Context(), ask, "lakeshore", id("L-1"), "", "ben"); err != nil {
		t.Fatal(err)
	}

	// Ben shares nothing with the college: what it sent waits until he does.
	if got := h.enrolled("ben"); got != "" {
		t.Errorf("Ben is in %q", got)
	}
	must(0, h.ApplyHeld(t.Context()))(t)
	if got := h.enrolled("ben"); got != "" {
		t.Errorf("Ben shares nothing and is in %q", got)
	}
	h.consents("ben")
	must(0, h.ApplyHeld(t.Context()))(t)
	must(0, h.Read.Wait(t.Context(), h.head()))(t)
	if got := h.enrolled("ben"); got != "S1 C1 completed A" {
		t.Errorf("Ben shares and is in %q", got)
	}

	// And L-2 is nobody here.
	refused := must(h.Read.Unmatched(t.Context(), "lakeshore", 10))(t)[0]
	must(h.RefuseStudent(t.Context(), ask, "lakeshore", refused.ID))(t)
	if text := must(h.Text(t.Context(), refused.Name))(t); text != "Erased" {
		t.Errorf("what was said about nobody is still there: %q", text)
	}
	before := h.head()
	if got := h.roster(lakeshore, canvas("L-2 S1 active")); got != "L-2 S1 unmatched" || h.head() != before {
		t.Errorf("of nobody: %s, recorded %d", got, h.head()-before)
	}
	if w := must(h.Unmatched(t.Context(), lena, 10))(t); len(w) != 0 {
		t.Errorf("%+v wait", w)
	}
}

// TestACollegeIsNotToldWhyAStudentIsNotMatched compares all it is told about students who
// are unknown, nobody here, linked without consent, or erased.
func TestACollegeIsNotToldWhyAStudentIsNotMatched(t *testing.T) {
	for _, p := range []desk.Roster{canvas("L-1 S1 active"), grades("L-1 S1 A"), canvas("L-1 S1 deleted")} {
		told := map[string]string{}
		for name, prepare := range map[string]func(h *house){
			"unknown":    func(*house) {},
			"waiting":    func(h *house) { h.roster(lakeshore, canvas("L-1 S1 active")) },
			"no consent": func(h *house) { must(0, h.link("L-1", "ben"))(t) },
			"taken back": func(h *house) {
				must(0, h.link("L-1", "ana"))(t)
				h.record(consent.Stream("ana", "lakeshore"), consent.Revoked{})
			},
			"nobody": func(h *house) {
				h.roster(lakeshore, canvas("L-1 S1 active"))
				must(h.RefuseStudent(t.Context(), desk.Ask{By: lena}, "lakeshore", must(h.Read.Unmatched(t.Context(), "", 1))(t)[0].ID))(t)
			},
			"erased": func(h *house) {
				must(0, h.link("L-1", "ana"))(t)
				h.record("person-ana", person.Erased{Reason: person.Asked})
			},
		} {
			h := college(t)
			prepare(h)
			for _, dry := range []bool{true, false} {
				p.DryRun = dry
				got, _, err := h.IntakeRoster(t.Context(), desk.Ask{By: lakeshore}, p)
				got.Repeated = false
				told[name] += fmt.Sprintf("%+v %v\n", got, err)
			}
		}
		for name, text := range told {
			if text != told["unknown"] {
				t.Errorf("%s:\n%sunknown:\n%s", name, text, told["unknown"])
			}
		}
	}
}

func TestWhoIsMissingInACompleteListLeaves(t *testing.T) {
	h := college(t)
	must(0, h.link("L-1", "ana"))(t)
	all := []string{"L-1 S1 active", "L-1 S2 active"}
	for i := range 8 {
		all = append(all, fmt.Sprintf("X-%d S1 active", i))
	}
	bulk := func(rows ...string) desk.Roster {
		p := canvas(rows...)
		p.Mode = desk.Bulk
		return p
	}
	h.roster(lakeshore, canvas(all...))
	if got := h.roster(lakeshore, canvas(all[1:2]...)); got != "L-1 S2 unchanged" || h.enrolled("ana") != "S1 CYB 110 active; S2 CYB 110 active" {
		t.Errorf("a delta withdraws: %s, Ana is in %s", got, h.enrolled("ana"))
	}
	if got := h.roster(lakeshore, bulk(all[1:]...)); !strings.HasSuffix(got, "1 left") || h.enrolled("ana") != "S1 CYB 110 withdrawn; S2 CYB 110 active" {
		t.Errorf("%s, Ana is in %s", got, h.enrolled("ana"))
	}
	h.roster(lakeshore, canvas(all...))
	few := bulk(all[1:4]...)
	if got := h.roster(lakeshore, few); !strings.HasPrefix(got, "TOO_MANY_WITHDRAWALS 7 of 10 enrolments are missing") {
		t.Errorf("seven of ten leave: %s", got)
	}
	few.Confirmed = 6
	if got := h.roster(lakeshore, few); !strings.HasPrefix(got, "TOO_MANY_WITHDRAWALS") {
		t.Errorf("another number is confirmed: %s", got)
	}
	few.DryRun, few.Confirmed = true, 7
	if got := h.roster(lakeshore, few); !strings.HasSuffix(got, "7 left") || h.enrolled("ana") != "S1 CYB 110 active; S2 CYB 110 active" {
		t.Errorf("a preview: %s, Ana is in %s", got, h.enrolled("ana"))
	}
	few.DryRun = false
	if got := h.roster(lakeshore, few); !strings.HasSuffix(got, "7 left") || h.enrolled("ana") != "S1 CYB 110 withdrawn; S2 CYB 110 active" {
		t.Errorf("%s, Ana is in %s", got, h.enrolled("ana"))
	}
	if waits := must(h.Read.Waiting(t.Context(), "lakeshore"))(t); len(waits) != 2 {
		t.Errorf("%d students still wait", len(waits))
	}
	other := bulk("L-1 S2 active")
	other.Term = "FALL"
	if got := h.roster(lakeshore, other); !strings.HasPrefix(got, "NO_SUCH_TERM") {
		t.Errorf("a term there is not: %s", got)
	}
	// A complete list of another term says nothing about this one.
	fall := bulk("X-1 S9 active")
	for i, f := range fall.Files {
		fall.Files[i].Data = []byte(strings.NewReplacer(",SP,", ",FA,", "SP,Spring", "FA,Fall").Replace(string(f.Data)))
	}
	if got := h.roster(lakeshore, fall); strings.Contains(got, "left") || h.enrolled("ana") != "S1 CYB 110 withdrawn; S2 CYB 110 active" {
		t.Errorf("%s, Ana is in %s", got, h.enrolled("ana"))
	}
}

func TestNothingInTheLogTellsWhoAStudentIs(t *testing.T) {
	h := college(t)
	h.roster(lakeshore, canvas("L-1 S1 active", "L-2 S1 active"))
	must(0, h.link("L-1", "ana"))(t)
	for r, err := range h.Log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"L-1", "L-2", "Ruiz", "Okafor"} {
			if text := fmt.Sprintf("%s %+v", r.Stream, r.Event); strings.Contains(text, secret) {
				t.Errorf("%s is in %s", secret, text)
			}
		}
		if r.Position == h.head() {
			break
		}
	}
	h.record("person-ana", person.Erased{Reason: person.Asked})
	for _, s := range must(h.Read.StudentsOf(t.Context(), "ana"))(t) {
		if text := must(h.Text(t.Context(), s.Ident))(t); text != "Erased" {
			t.Errorf("who was erased is still %q", text)
		}
	}
	if keys := must(h.Read.Erased(t.Context()))(t); !slices.Contains(keys, "ana") || !slices.ContainsFunc(keys, func(p domain.PersonID) bool { return strings.HasPrefix(string(p), "student-") }) {
		t.Errorf("destroyed keys: %v", keys)
	}
}

func TestWhatWaitsOfSomebodyWhoWasErasedHoldsNothingUp(t *testing.T) {
	h := college(t)
	must(0, h.link("L-2", "ben"))(t)
	must(0, h.link("L-1", "ana"))(t)
	h.roster(lakeshore, canvas("L-2 S1 active"))
	h.record(consent.Stream("ana", "lakeshore"), consent.Revoked{})
	h.roster(lakeshore, canvas("L-1 S1 active"))
	h.consents("ana")
	h.consents("ben")
	h.record("person-ben", person.Erased{Reason: person.Asked})
	must(0, h.ApplyHeld(t.Context()))(t)
	if got := h.enrolled("ana"); got != "S1 CYB 110 active" {
		t.Errorf("Ana is in %q", got)
	}
	if got := h.enrolled("ben"); got != "" {
		t.Errorf("who was erased is in %s", got)
	}
	list := canvas("L-1 S1 active", "L-2 S1 completed")
	list.Mode = desk.Bulk
	if got := h.roster(lakeshore, list); got != "L-1 S1 unchanged; L-2 S1 unmatched" {
		t.Errorf("a list leads to %s", got)
	}
	for _, s := range must(h.Read.StudentsOf(t.Context(), "ben"))(t) {
		if k, there, err := h.Student(t.Context(), lena, "lakeshore", s.ID); err != nil || !there || len(k.Rows) > 0 {
			t.Errorf("of who was erased is told %+v, %v", k, err)
		}
	}
}

func TestWhatIsRefusedWaitsAndHoldsNobodyElseUp(t *testing.T) {
	h := college(t)
	must(0, h.link("L-2", "ben"))(t)
	must(0, h.link("L-1", "ana"))(t)
	h.roster(lakeshore, canvas("L-2 S1 active"))
	h.record(consent.Stream("ana", "lakeshore"), consent.Revoked{})
	h.roster(lakeshore, canvas("L-1 S1 active"))
	for _, s := range must(h.Read.StudentsOf(t.Context(), "ben"))(t) {
		h.record(enrolment.Stream("lakeshore", s.Held[0].Enrolment), enrolment.Enrolled{Apprenticeship: "eve", Person: "eve", Section: enrolment.Section{Partner: "lakeshore", ID: "S1"}})
	}
	h.consents("ana")
	h.consents("ben")
	must(0, h.ApplyHeld(t.Context()))(t)
	if got := h.enrolled("ana") + h.enrolled("ben"); got != "S1 CYB 110 active" {
		t.Errorf("on record is %q", got)
	}
	for _, s := range must(h.Read.StudentsOf(t.Context(), "ana", "ben"))(t) {
		if waits := len(s.Held) > 0; waits != (s.Person == "ben") {
			t.Errorf("of %s %d rows wait", s.Person, len(s.Held))
		}
	}
}

func TestOneRowIsReportedByItself(t *testing.T) {
	h := college(t)
	must(0, h.link("L-1", "ana"))(t)
	row := roster.Row{Student: roster.Student{ID: "L-1"}, Section: enrolment.Section{ID: "S1", Code: "CYB 110"}, Says: roster.Enrolled}
	got, at, err := h.ReportEnrolment(t.Context(), desk.Ask{By: lakeshore, Key: "k1", Digest: "d1"}, "lakeshore", row)
	if err != nil || at == 0 || got.Outcome != desk.RowNew || got.Learner != "ana" {
		t.Fatalf("%+v, %d, %v", got, at, err)
	}
	rows := []roster.Row{
		{Student: row.Student, Section: row.Section, Says: roster.Graded, Result: enrolment.Result{Grade: "B", Final: true}},
		{Student: row.Student, Section: enrolment.Section{ID: " "}, Says: roster.Enrolled},
		{Student: roster.Student{ID: "L-7"}, Section: row.Section, Says: roster.Enrolled},
	}
	for _, trial := range []bool{true, false} {
		before := h.head()
		all, _, err := h.SubmitEnrolments(t.Context(), desk.Ask{By: lakeshore}, "lakeshore", "s1", rows, submission.Mode{Trial: trial})
		if err != nil || all[0].Became != submission.Recorded || all[1].Refused == nil || all[1].Refused.Code != "SECTION_MISSING" || all[2].Became != submission.Waits {
			t.Errorf("trial %v: %+v, %v", trial, all, err)
		}
		if trial && h.head() != before {
			t.Error("a trial was recorded")
		}
	}
	if got := h.enrolled("ana"); got != "S1 CYB 110 completed B" {
		t.Errorf("Ana is in %q", got)
	}
}

// TestSamplesOfSchoolDataSyncAreTakenOver hands in a published sample as a college would.
func TestSamplesOfSchoolDataSyncAreTakenOver(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "rosters", "sds-2.1")
	files, err := roster.Dir(os.DirFS(dir))
	if err != nil {
		t.Skip("the published sample is not here: ", dir)
	}
	h := college(t)
	must(0, h.link("114008", "ana"))(t)
	p := desk.Roster{Partner: "lakeshore", Files: files}
	want := "114008 112001 new closed; 114001 112002 unmatched; 114003 112002 unmatched; 114004 112002 unmatched" // its terms are long over
	if got := h.roster(lakeshore, p); got != want || h.enrolled("ana") != "112001 CS101 closed" {
		t.Errorf("%s, Ana is in %s", got, h.enrolled("ana"))
	}
	if got := h.roster(lakeshore, p); !strings.HasSuffix(got, "repeated") {
		t.Errorf("again: %s", got)
	}
}
