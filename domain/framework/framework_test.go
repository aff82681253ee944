package framework

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	coordinator = domain.Request{By: domain.Actor{Person: "cora", Role: domain.Coordinator}, At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	mentor      = domain.Request{By: domain.Actor{Person: "max", Role: domain.Mentor}, At: coordinator.At}
)

func small() Content {
	return Content{
		Categories: []CategoryDefined{{"IO", "Operation", ""}},
		Statements: []StatementDefined{{"K1", Knowledge, "How names are resolved"}},
		Roles:      []RoleDefined{{Code: "IO-1", Category: "IO", Title: "Support", Statements: []domain.StatementID{"K1"}}},
	}
}

func TestPublish(t *testing.T) {
	c := small()
	publish := Publish{Request: coordinator, Name: "Demo", Version: "1", Content: c}
	first, err := publish.Decide(State{})
	if err != nil {
		t.Fatal(err)
	}
	digest := first[0].(Published).Digest
	counts := Counts{Roles: 1, Statements: 1, Links: 1, Categories: 1}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator publishes the first edition", When: publish,
			Then: []Event{Published{1, "Demo", "1", counts, digest, ""}, c.Categories[0], StatementsDefined{c.Statements}, c.Roles[0]}},
		{Name: "what is in force is not published again", Given: first, When: publish},
		{Name: "the policy that seeds a node may publish",
			When: Publish{Request: domain.Request{By: domain.Actor{Policy: "seed", Role: domain.System}}, Name: "Demo", Version: "1", Content: c},
			Then: []Event{Published{1, "Demo", "1", counts, digest, ""}, c.Categories[0], StatementsDefined{c.Statements}, c.Roles[0]}},
		{Name: "a mentor does not publish", When: Publish{Request: mentor, Name: "Demo", Version: "1", Content: c}, Refused: "NOT_COORDINATOR"},
		{Name: "a framework has a name and a version", When: Publish{Request: coordinator, Name: "Demo", Version: " ", Content: c}, Refused: "UNNAMED_FRAMEWORK"},
		{Name: "a framework has roles", When: Publish{Request: coordinator, Name: "Demo", Version: "1", Content: Content{}}, Refused: "EMPTY_FRAMEWORK"},
	})

	t.Run("a change of one word is the next edition", func(t *testing.T) {
		var s State
		for _, e := range first {
			s = Evolve(s, e)
		}
		changed := small()
		changed.Roles[0].Title = "Technical support"
		got, err := Publish{Request: coordinator, Name: "Demo", Version: "1", Content: changed}.Decide(s)
		if err != nil || len(got) != 4 || got[0].(Published).Edition != 2 || got[0].(Published).Digest == digest {
			t.Errorf("got %+v, %v; want a complete edition 2", got, err)
		}
	})
}

func TestAStreamNamesItsFramework(t *testing.T) {
	id, err := ID(Stream("nice-2"))
	if id != "nice-2" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	for _, s := range []domain.Stream{"standard-nice-2", "framework-", "frameworks-nice-2"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q is taken for the stream of %q", s, id)
		}
	}
}

func folder() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"categories.csv":     file("category_code,name,description\nIO,,Keeps things running.\n"),
		"tks_statements.csv": file("code,kind,statement\nK1,Knowledge,How names are resolved\nT1,Task,\"Restore, and prove it\"\n"),
		"work_roles.csv":     file("work_role_code,opm_code,category_code,name,description\nIO-1,631 and 632,IO,Support,Helps people.\n"),
		"work_role_tks.csv":  file("work_role_code,kind,tks_code\nIO-1,Task,T1\nIO-1,Knowledge,K1\n"),
	}
}

func TestReadTellsWhatAFolderHolds(t *testing.T) {
	r, err := Read(folder())
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Roles: 1, Statements: 2, Links: 2, Categories: 1}); r.Counts != want {
		t.Errorf("counts %+v, want %+v", r.Counts, want)
	}
	role := r.Content.Roles[0]
	if role.OPM != "631 and 632" || role.Title != "Support" || fmt.Sprint(role.Statements) != "[K1 T1]" {
		t.Errorf("role %+v", role)
	}
	if r.Content.Statements[1].Text != "Restore, and prove it" {
		t.Errorf("statement %+v", r.Content.Statements[1])
	}
	if want := "categories.csv: no name for IO; the code is shown instead"; r.Warnings.Error() != want {
		t.Errorf("warnings %q, want %q", r.Warnings.Error(), want)
	}
}

func TestReadFindsColumnsByName(t *testing.T) {
	want, err := Read(folder())
	if err != nil {
		t.Fatal(err)
	}
	f := folder()
	f["tks_statements.csv"].Data = []byte("\ufeffStatement, KIND ,code\r\nHow names are resolved,knowledge,K1\r\n\"Restore, and prove it\",task,T1\r\n")
	got, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got.Content) != fmt.Sprint(want.Content) {
		t.Errorf("got  %v\nwant %v", got.Content, want.Content)
	}
}

func TestReadCollectsEverythingWrong(t *testing.T) {
	cases := map[string]struct {
		file, text string
		want       []string
	}{
		"a file is missing": {"work_roles.csv", "", []string{
			"work_roles.csv: is missing. Put it into the folder, with the columns work_role_code, opm_code, category_code, name, description."}},
		"a column is missing": {"tks_statements.csv", "code,statement\nK1,x\n", []string{
			"tks_statements.csv:1: the column kind is missing. The header needs code, kind, statement."}},
		"a file is in another encoding": {"tks_statements.csv", "\xff\xfec\x00o\x00d\x00e\x00,\x00k\x00\n\x00", []string{
			"tks_statements.csv:1: is not UTF-8 text. Save the file as UTF-8."}},
		"a row is short, and its code is not missed elsewhere": {"tks_statements.csv", "code,kind,statement\nK1,Knowledge\nT1,Task,x\n", []string{
			"tks_statements.csv:2:1: the row has 2 fields where the header has 3. Put text that holds a comma into double quotes."}},
		"a code is used twice": {"tks_statements.csv", "code,kind,statement\nK1,Knowledge,x\nT1,Task,y\nK1,Knowledge,z\n", []string{
			"tks_statements.csv:4:1: the code K1 is already on line 2. Give each row its own code, or remove one."}},
		"a kind is unknown": {"tks_statements.csv", "code,kind,statement\nK1,Knowledge,x\nT1,Chore,y\n", []string{
			`tks_statements.csv:3:4: "Chore" is not a kind. Write Task, Knowledge or Skill.`}},
		"links dangle at both ends": {"work_role_tks.csv", "work_role_code,kind,tks_code\nIO-9,Task,T1\nIO-1,Task,T9\n", []string{
			`work_role_tks.csv:2:1: there is no role "IO-9" in work_roles.csv. Add it there or correct the code.`,
			`work_role_tks.csv:3:11: there is no statement "T9" in tks_statements.csv. Add it there or correct the code.`}},
		"a link is given twice": {"work_role_tks.csv", "work_role_code,kind,tks_code\nIO-1,Task,T1\nIO-1,Task,T1\n", []string{
			"work_role_tks.csv:3:1: IO-1 already has T1 on line 2. Remove one of the rows."}},
		"a link disagrees about the kind": {"work_role_tks.csv", "work_role_code,kind,tks_code\nIO-1,Skill,T1\n", []string{
			"work_role_tks.csv:2:6: T1 is task in tks_statements.csv, not skill. Correct one of them."}},
		"a category is unknown": {"work_roles.csv", "work_role_code,opm_code,category_code,name,description\nIO-1,1,XX,,\n", []string{
			`work_roles.csv:2:8: there is no category "XX" in categories.csv. Add it there or correct the code.`,
			"work_roles.csv:2:11: the name is missing. Fill it in."}},
		"there is no role": {"work_roles.csv", "work_role_code,opm_code,category_code,name,description\n", []string{
			`work_role_tks.csv:2:1: there is no role "IO-1" in work_roles.csv. Add it there or correct the code.`,
			`work_role_tks.csv:3:1: there is no role "IO-1" in work_roles.csv. Add it there or correct the code.`}},
		"a quote is left open": {"categories.csv", "category_code,name,description\nIO,\"a,b\n", []string{
			`categories.csv:2:9: is not CSV from here on: extraneous or missing " in quoted-field. Put text that holds a double quote into double quotes and double the quote.`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := folder()
			if f[c.file].Data = []byte(c.text); c.text == "" {
				delete(f, c.file)
			}
			r, err := Read(f)
			if err == nil {
				t.Fatal("read without an error")
			}
			if got := err.Error(); got != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(c.want, "\n"))
			}
			if len(r.Content.Roles) > 0 {
				t.Error("something is left to save")
			}
			if ref := domain.AsRefusal(err); ref == nil || ref.Code != "BAD_FILE" {
				t.Errorf("refusal %+v, want BAD_FILE", ref)
			}
		})
	}
}

func TestAVeryWrongFolderIsReportedInFewLines(t *testing.T) {
	f := folder()
	var b strings.Builder
	b.WriteString("work_role_code,kind,tks_code\n")
	for i := range 80 {
		fmt.Fprintf(&b, "NO-%d,Task,T1\n", i)
	}
	f["work_role_tks.csv"].Data = []byte(b.String())
	_, err := Read(f)
	if err == nil || strings.Count(err.Error(), "\n") != 50 || !strings.HasSuffix(err.Error(), "\nand 30 more") {
		t.Errorf("got %v; want 50 lines and the number of the others", err)
	}
}

func TestEveryFactOfTheRealFrameworkFitsIntoTheLog(t *testing.T) {
	r, err := Read(os.DirFS(shared(t, "data/nice")))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Roles: 41, Statements: 2148, Links: 5334, Categories: 5, Areas: 11}); r.Counts != want {
		t.Errorf("counts %+v, want %+v", r.Counts, want)
	}
	es, err := Publish{Request: coordinator, Name: "NICE Framework", Version: "2.0.0", Content: r.Content}.Decide(State{})
	if err != nil {
		t.Fatal(err)
	}
	codec := events.NewCodec(Events)
	for _, e := range es {
		form, body, err := codec.Encode(e)
		if err != nil || len(body) > events.MaxRecord {
			t.Fatalf("%v: %d bytes, %v", form, len(body), err)
		}
		back, err := codec.Decode(form, body)
		if err != nil || fmt.Sprint(back) != fmt.Sprint(e) {
			t.Fatalf("%v came back as %v, %v", form, back, err)
		}
	}
}

// shared is a path in the folder beside the repository that holds real input.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path = filepath.Join(filepath.Dir(dir), "shared", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real input at %s", path)
	}
	return path
}

func FuzzRead(f *testing.F) {
	for name, file := range folder() {
		f.Add(name, file.Data)
	}
	f.Add("tks_statements.csv", []byte("code,kind,statement\nK1,Knowledge,\"x\ny\"\n,,\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		fsys := maps.Clone(folder())
		if _, ok := fsys[name]; !ok {
			name = "work_role_tks.csv"
		}
		fsys[name] = &fstest.MapFile{Data: data}
		r, err := Read(fsys)
		if err != nil {
			if domain.AsRefusal(err) == nil {
				t.Fatalf("a fault for a wrong file: %v", err)
			}
			return
		}
		if _, err := (Publish{Request: coordinator, Name: "Demo", Version: "1", Content: r.Content}).Decide(State{}); err != nil {
			t.Fatalf("read without an error and not publishable: %v", err)
		}
	})
}
