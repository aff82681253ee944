package framework

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// occupations is a small folder laid out as the O*NET database is.
func occupations() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.ReplaceAll(strings.Join(lines, "\r\n"), "|", "\t") + "\r\n")}
	}
	return fstest.MapFS{
		"Occupation Data.txt":     file("O*NET-SOC Code|Title|Description", "15-1232.00|Help desk|Helps", "15-1212.00|Analyst|Looks \"closely\""),
		"Related Occupations.txt": file("O*NET-SOC Code|Related O*NET-SOC Code|Relatedness Tier|Index", "15-1232.00|15-1212.00|Primary-Short|1"),
		"Task Statements.txt":     file("O*NET-SOC Code|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source", "15-1232.00|22|Answer calls.|Core|95|08/2023|Incumbent", "15-1212.00|9|Look.|n/a|n/a|08/2023|Analyst"),
		"Read Me.txt":             file("O*NET 30.1 Database", "December 2025 Release"),
	}
}

func TestOccupationsAreRead(t *testing.T) {
	told := 0
	r, err := ReadOccupations(occupations(), func(n int) { told = n })
	if err != nil {
		t.Fatal(err)
	}
	want := Content{
		Statements: []StatementDefined{{"22", Task, "Answer calls."}, {"9", Task, "Look."}},
		Roles: []RoleDefined{{Code: "15-1232.00", Title: "Help desk", Description: "Helps", Statements: []domain.StatementID{"22"}},
			{Code: "15-1212.00", Title: "Analyst", Description: `Looks "closely"`, Statements: []domain.StatementID{"9"}}},
		Related: []RelatedDefined{{"15-1232.00", []Related{{"15-1212.00", "Primary-Short"}}}},
	}
	if fmt.Sprintf("%+v", r.Content) != fmt.Sprintf("%+v", want) || told == 0 {
		t.Errorf("got %+v, want %+v; told of %d bytes", r.Content, want, told)
	}
	if got := fmt.Sprint(r.Warnings); got != "Related Occupations.txt: 1 of 2 occupations have no related one" {
		t.Errorf("warnings %s", got)
	}
	if got := Release(occupations()); got != "30.1" {
		t.Errorf("release %q", got)
	}
}

func TestWrongOccupationsAreReportedWithTheirPlace(t *testing.T) {
	cases := map[string]struct{ file, old, new, want string }{
		"a code of another form":    {"Occupation Data.txt", "15-1212.00|Analyst", "151212|Analyst", `Occupation Data.txt:3:1: "151212" is not an O*NET-SOC code. Write it as 15-1232.00.`},
		"a code twice":              {"Occupation Data.txt", "15-1212.00|Analyst", "15-1232.00|Analyst", `Occupation Data.txt:3:1: the code 15-1232.00 is already on line 2. Give each row its own code, or remove one.`},
		"a missing title":           {"Occupation Data.txt", "|Analyst|", "||", `Occupation Data.txt:3:12: the title is missing. Fill it in.`},
		"a relation to nowhere":     {"Related Occupations.txt", "|15-1212.00|", "|15-9999.00|", `Related Occupations.txt:2:12: there is no occupation "15-9999.00" in Occupation Data.txt. Add it there or correct the code.`},
		"a relation to itself":      {"Related Occupations.txt", "|15-1212.00|", "|15-1232.00|", `Related Occupations.txt:2:12: 15-1232.00 is related to itself. Remove the row.`},
		"a gap in the order":        {"Related Occupations.txt", "|1\r", "|2\r", `Related Occupations.txt:2:37: the row has place 2 where 1 is next for 15-1232.00. Put the rows of an occupation in the order of their places, without gaps.`},
		"a place that is no number": {"Related Occupations.txt", "|1\r", "|first\r", `Related Occupations.txt:2:37: "first" is not a place. Write 1 for the nearest, 2 for the next.`},
		"a task of no occupation":   {"Task Statements.txt", "15-1212.00|9", "15-1212.01|9", `Task Statements.txt:3:1: there is no occupation "15-1212.01" in Occupation Data.txt. Add it there or correct the code.`},
		"a task twice":              {"Task Statements.txt", "|9|", "|22|", `Task Statements.txt:3:12: the code 22 is already on line 2. Give each row its own code, or remove one.`},
		"a row with too few fields": {"Task Statements.txt", "|08/2023|Analyst", "", `Task Statements.txt:3:1: the row has 5 fields where the header has 7. Fields are separated by tabs.`},
		"a column that is missing":  {"Task Statements.txt", "|Task|Task Type", "|What|Task Type", `Task Statements.txt:1: the column Task is missing. The header needs O*NET-SOC Code, Task ID, Task, separated by tabs.`},
		"commas in place of tabs":   {"Occupation Data.txt", "O*NET-SOC Code|Title|", "O*NET-SOC Code,Title,", `Occupation Data.txt:1: the column O*NET-SOC Code is missing.`},
		"UTF-16":                    {"Occupation Data.txt", "Helps", "\x00H\x00e", `Occupation Data.txt:2: holds a NUL character: it is not a text file, or it is UTF-16. Take the file as it comes with the database.`},
		"Latin-1":                   {"Occupation Data.txt", "Helps", "caf\xe9", `Occupation Data.txt:2: is not UTF-8 text. Take the file as it comes with the database.`},
		"a line without an end":     {"Occupation Data.txt", "Helps", strings.Repeat("x", maxLine), `Occupation Data.txt:2: the line has more than 64 KiB: this is not the file it should be.`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := occupations()
			tabs := strings.NewReplacer("|", "\t").Replace
			text := string(f[c.file].Data)
			changed := strings.Replace(text, tabs(c.old), tabs(c.new), 1)
			if changed == text {
				t.Fatal("nothing was changed")
			}
			f[c.file] = &fstest.MapFile{Data: []byte(changed)}
			r, err := ReadOccupations(f, nil)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("got  %v\nwant %s", err, c.want)
			}
			if ref := domain.AsRefusal(err); ref == nil || ref.Code != "BAD_FILE" || len(r.Content.Roles) > 0 {
				t.Errorf("%+v, and %d roles are left", ref, len(r.Content.Roles))
			}
		})
	}
	for _, file := range []string{"Occupation Data.txt", "Related Occupations.txt", "Task Statements.txt"} {
		f := occupations()
		delete(f, file)
		if _, err := ReadOccupations(f, nil); err == nil || err.Error() != file+": is missing. Put it into the folder, as it comes with the O*NET database in its text form." {
			t.Errorf("without %s: %v", file, err)
		}
	}
}

// endless is a folder whose tasks never end.
type endless struct{ fstest.MapFS }

func (e endless) Open(name string) (fs.File, error) {
	f, err := e.MapFS.Open(name)
	if name != "Task Statements.txt" || err != nil {
		return f, err
	}
	return &endlessFile{File: f}, nil
}

type endlessFile struct {
	fs.File
	n, read int
	rest    []byte
}

func (f *endlessFile) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.n++; f.n == 1 {
			f.rest = []byte("O*NET-SOC Code\tTask ID\tTask\r\n")
		} else {
			f.rest = fmt.Appendf(nil, "15-1232.00\t%d\t%s\r\n", f.n, strings.Repeat("long ", 100))
		}
	}
	n := copy(p, f.rest)
	f.rest, f.read = f.rest[n:], f.read+n
	return n, nil
}

func TestAnEndlessFileOfTasksIsRefused(t *testing.T) {
	_, err := ReadOccupations(endless{occupations()}, nil)
	if err == nil || !strings.HasSuffix(err.Error(), "all in all there is more than 6 MiB of text: it does not fit into one edition.") {
		t.Errorf("got %v", err)
	}
}

func TestTheRealOccupationsFitIntoOneCommit(t *testing.T) {
	folder := os.DirFS(shared(t, "data/onet"))
	r, err := ReadOccupations(folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Roles: 1016, Statements: 18796, Links: 18796, Related: 18460}); r.Counts != want {
		t.Errorf("counts %+v, want %+v", r.Counts, want)
	}
	for code, want := range map[string]string{"15-1232.00": "15-1212.00", "29-1141.00": "29-1141.04"} {
		for _, rel := range r.Content.Related {
			place := map[string]int{"15-1232.00": 8, "29-1141.00": 4}[code]
			if rel.Code == code && rel.Related[place-1].Code != want {
				t.Errorf("place %d of %s is %s, want %s", place, code, rel.Related[place-1].Code, want)
			}
		}
	}
	es, err := Publish{Request: coordinator, Name: "O*NET", Version: Release(folder), Content: r.Content}.Decide(State{})
	if err != nil {
		t.Fatal(err)
	}
	codec, size := events.NewCodec(Events), 0
	for _, e := range es {
		_, body, err := codec.Encode(e)
		if err != nil || len(body) > events.MaxRecord {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
		const meta = 400
		size += len(body) + meta
	}
	if size > events.MaxCommit*3/4 {
		t.Errorf("%d facts of %d bytes; a commit holds %d", len(es), size, events.MaxCommit)
	}
}

func FuzzReadOccupations(f *testing.F) {
	for name, file := range occupations() {
		f.Add(name, file.Data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		folder := maps.Clone(occupations())
		if _, known := folder[name]; !known {
			name = "Task Statements.txt"
		}
		folder[name] = &fstest.MapFile{Data: data}
		r, err := ReadOccupations(folder, nil)
		if err != nil {
			if domain.AsRefusal(err) == nil {
				t.Fatalf("a fault for a wrong file: %v", err)
			}
			return
		}
		if _, err := (Publish{Request: coordinator, Name: "O*NET", Version: "1", Content: r.Content}).Decide(State{}); err != nil {
			t.Fatalf("read without an error and not publishable: %v", err)
		}
	})
}
