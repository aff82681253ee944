package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// handIn hands a table in and tells what became of it, row by row.
func (h *house) handIn(by domain.Actor, t desk.Table, text string) string {
	h.t.Helper()
	t.In = strings.NewReader(text)
	got, _, err := h.Intake(h.t.Context(), desk.Ask{By: by}, t)
	if r := domain.AsRefusal(err); r != nil {
		if len(got.Problems) > 0 {
			return got.Problems.Error()
		}
		return r.Code
	}
	if err != nil {
		h.t.Fatal(err)
	}
	if got.Repeated {
		return "repeated"
	}
	var out []string
	for _, r := range got.Rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", r.Line, r.Subject, r.Outcome, strings.Join(r.Changes, "+"))))
	}
	if n := got.New + got.Changed + got.Same; n != len(got.Rows) {
		h.t.Errorf("%d rows, and %d are counted", len(got.Rows), n)
	}
	return strings.Join(out, "; ")
}

func (h *house) head() events.Position {
	h.t.Helper()
	return must(h.Log.Head(h.t.Context()))(h.t)
}

const staffTable = `employee_number,name,capacity,position,title,manager_number,site,start
E-1,Maya Okafor,,Help desk analyst,Help desk analyst,E-2,Riverside,2024-02-05
E-2,Dana Whitfield,Manager,service-desk-manager,"Manager, IT service desk",,riverside,2/28/2019
`

func TestPeopleAreTakenOver(t *testing.T) {
	h := staffed(t)
	people := desk.Table{Kind: upload.People}
	dry := desk.Table{Kind: upload.People, DryRun: true}
	before := h.head()
	if got := h.handIn(lena, dry, staffTable); got != "2 e-1 new; 3 e-2 new" {
		t.Errorf("a dry run: %s", got)
	}
	if h.head() != before {
		t.Error("a dry run changed something")
	}
	if got := h.handIn(lena, people, staffTable); got != "2 e-1 new; 3 e-2 new" {
		t.Errorf("taken over: %s", got)
	}
	maya := must(h.Read.Person(t.Context(), "e-1"))(t)
	if name := must(h.Name(t.Context(), maya.Name))(t); name != "Maya Okafor" || maya.Position != help || maya.Capacity != domain.Apprentice || maya.Manager != "e-2" || maya.Site != "riverside" || maya.Start.String() != "2024-02-05" {
		t.Errorf("on record is %s, %+v", name, maya)
	}
	if strings.Contains(string(maya.Name), "Maya") {
		t.Error("the name is in the clear")
	}

	// The same bytes change nothing, the same content neither.
	before = h.head()
	if got := h.handIn(ruth, people, staffTable); got != "repeated" {
		t.Errorf("the same table again: %s", got)
	}
	if got := h.handIn(lena, people, strings.ReplaceAll(staffTable, "\n", "\r\n")); got != "2 e-1 unchanged; 3 e-2 unchanged" {
		t.Errorf("with other ends of lines: %s", got)
	}
	if h.head() != before {
		t.Errorf("what was on record already was recorded again")
	}

	// A row that is left out takes nobody away, a cell that is empty takes nothing away, and a
	// row that changed changes that alone.
	if got := h.handIn(lena, people, "employee_number,name,title,site,manager,shoe size\nE-1,Maya Okafor-Reyes,,Northgate,E-2,39\n"); got != "2 e-1 changed name+site" {
		t.Errorf("a changed row: %s", got)
	}
	if n := h.head() - before; n != 3 {
		t.Errorf("%d records for a name and a site", n)
	}
	if now := must(h.Read.Person(t.Context(), "e-1"))(t); now.Title != "Help desk analyst" || now.Site != "northgate" || now.Position != help {
		t.Errorf("on record is %+v", now)
	}
	if _, err := h.Read.Person(t.Context(), "e-2"); err != nil {
		t.Errorf("who is not in the table is gone: %v", err)
	}
	up := must(h.Read.Uploads(t.Context(), 0, 10))(t)
	if len(up) < 2 || up[0].Kind != upload.People || up[0].Changed != 1 || up[0].By != "person:lena" || !strings.HasPrefix(up[0].Source, "table:people sha256:") {
		t.Errorf("uploads %+v", up)
	}
}

func TestATableOfPeopleWithMistakesChangesNothing(t *testing.T) {
	h := staffed(t)
	h.record(person.Stream("e-9"), person.Erased{Reason: person.Asked})
	before := h.head()
	got := h.handIn(lena, desk.Table{Kind: upload.People}, `employee_number;name;capacity;manager_number;start;site
E-1;Sound Row;;E-2;;
E-2;Also Sound;manager;;3/4/2024;
E-1;Twice;;;;
Maya;No Number;;;;
E-3;Bad Boss;;E-77;;
E-4;Own Boss;;E-4;;
E-5;Robot;system;;;
E-6;Nowhere;;;;Ω
E-9;Erased;;;;
`)
	want := `line 3: start: "3/4/2024" can be read in two ways. Write 2024-03-04 or 2024-04-03.
line 4: employee_number: the number is on line 2 already. Keep one of the rows.
line 5: employee_number: "Maya" has no digit. Numbers stay on record for ever, so names do not serve as such. Write the employee number.
line 6: manager_number: nobody here has the number e-77, and no row of the table does. Add them, or correct the number.
line 7: manager_number: nobody reports to themselves. Name somebody else, or nobody.
line 8: capacity: Nobody acts here as "system". Choose one of `
	if !strings.HasPrefix(got, want) || !strings.Contains(got, "line 9: site: ") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if h.head() != before {
		t.Error("a table with mistakes changed something")
	}
	for _, by := range []domain.Actor{ana, priya, dana, auditor, {Partner: "lakeshore", Role: domain.Partner}} {
		if got := h.handIn(by, desk.Table{Kind: upload.People}, staffTable); got != "NOT_STAFF_ADMIN" {
			t.Errorf("%s hands people in: %s", by.Name(), got)
		}
	}
	if got := h.handIn(lena, desk.Table{Kind: "wards"}, staffTable); got != "NOT_COORDINATOR" && got != "BAD_KIND" {
		t.Errorf("a table of wards: %s", got)
	}
}

func TestNobodyBecomesSomethingElseByTheirOwnTable(t *testing.T) {
	h := staffed(t)
	people := desk.Table{Kind: upload.People}
	const mine = "A coordinator lets people act as apprentice, mentor, manager or registrar, and takes no other capacity from them. Ask human resources."
	if got := h.handIn(lena, people, "employee_number,name,capacity\nE-1,Kim Cho,coordinator\n"); got != "line 2: capacity: "+mine {
		t.Errorf("a coordinator adds one: %s", got)
	}
	if got := h.handIn(ruth, people, "employee_number,name,capacity\nE-1,Kim Cho,coordinator\n"); got != "2 e-1 new" {
		t.Fatal(got)
	}
	if got := h.handIn(lena, people, "employee_number,name,capacity\nE-1,Kim Cho,apprentice\n"); got != "line 2: capacity: "+mine {
		t.Errorf("a coordinator takes another one's capacity: %s", got)
	}
	kim := domain.Actor{Person: "e-1", Role: domain.Coordinator}
	if got := h.handIn(kim, people, "employee_number,name,capacity\nE-1,Kim Cho,hr\n"); got != "line 2: capacity: Nobody changes the capacity in which they act themselves. Ask a colleague." {
		t.Errorf("got %s", got)
	}
	if got := h.handIn(ruth, people, "employee_number,name,capacity\nE-1,Kim Cho,hr\n"); got != "2 e-1 changed capacity" {
		t.Errorf("got %s", got)
	}
}

func TestALargeTableOfPeopleIsOneCommit(t *testing.T) {
	h := staffed(t)
	var b strings.Builder
	b.WriteString("employee_number,name,position,title,site\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "N%05d,Somebody Number %d,registered-nurse,Registered nurse of the seventh floor,riverside\n", i, i)
	}
	t0 := h.head()
	got := h.handIn(lena, desk.Table{Kind: upload.People}, b.String())
	if n := strings.Count(got, " new"); n != 5000 || h.head() != t0+5001 {
		t.Errorf("%d new, %d records: %.200s", n, h.head()-t0, got)
	}
}
