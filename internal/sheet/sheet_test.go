package sheet

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

var columns = []Column{
	{Name: "employee_number", Also: []string{"emp no"}, Required: true, Holds: "the employee number"},
	{Name: "name", Required: true, Holds: "the full name"},
	{Name: "title", Holds: "the title of the job"},
}

func read(text string) (string, error) {
	s, err := Read(strings.NewReader(text), columns)
	if len(s.Problems) > 0 {
		return "", s.Problems
	}
	var out []string
	for _, r := range s.Rows {
		out = append(out, fmt.Sprintf("%d:%s|%s|%s", r.Line, r.Text("employee_number"), r.Text("name"), r.Text("title")))
	}
	if len(s.Unknown) > 0 {
		out = append(out, "without "+strings.Join(s.Unknown, ", "))
	}
	return strings.Join(out, "; "), err
}

func TestTablesAreReadAsSpreadsheetsWriteThem(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"commas":                        {"employee_number,name,title\nE-1,Ana Ruiz,Analyst\n", "2:E-1|Ana Ruiz|Analyst"},
		"semicolons":                    {"employee_number;name;title\nE-1;Ruiz, Ana;Analyst\n", "2:E-1|Ruiz, Ana|Analyst"},
		"tabs":                          {"employee_number\tname\ttitle\nE-1\tAna; or Anna\tAnalyst\n", "2:E-1|Ana; or Anna|Analyst"},
		"a byte order mark":             {"\ufeffemployee_number,name\nE-1,Ana\n", "2:E-1|Ana|"},
		"lines of Windows":              {"employee_number,name\r\nE-1,Ana\r\n\r\n", "2:E-1|Ana|"},
		"lines of old Macs":             {"employee_number,name\rE-1,Ana\rE-2,Ben", "2:E-1|Ana|; 3:E-2|Ben|"},
		"quotes and lines within":       {"employee_number,name,title\nE-1,\"Ana \"\"Nan\"\" Ruiz\",\"Analyst\nnights\"\nE-2,Ben,\n", "2:E-1|Ana \"Nan\" Ruiz|Analyst\nnights; 4:E-2|Ben|"},
		"other names and order":         {"Name,EMP NO\nAna,E-1\n", "2:E-1|Ana|"},
		"blanks around":                 {" Employee Number ,\u00a0name\n E-1 , Ana \n", "2:E-1|Ana|"},
		"the separator said in advance": {"sep=;\nemployee_number;name\nE-1;Ana\n", "3:E-1|Ana|"},
		"rows without an end":           {"employee_number,name,title\nE-1,Ana\nE-2,Ben,Clerk,,,\n", "2:E-1|Ana|; 3:E-2|Ben|Clerk"},
		"blank rows":                    {"employee_number,name\n,\nE-1,Ana\n , \n", "3:E-1|Ana|"},
		"columns that are not known":    {"employee_number,shoe size,name,\nE-1,39,Ana,x\n", "2:E-1|Ana|; without shoe size"},
		"formulas are text":             {"employee_number,name,title\nE-1,=cmd|' /C calc'!A1,\"=HYPERLINK(\"\"x\"\")\"\n", "2:E-1|=cmd|' /C calc'!A1|=HYPERLINK(\"x\")"},
		"letters of the world":          {"employee_number,name\nE-1,Łukasz Nuñez 山田\n", "2:E-1|Łukasz Nuñez 山田|"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := read(c.text); err != nil || got != c.want {
				t.Errorf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestAllThatIsWrongIsToldWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ text, code, want string }{
		"nothing":              {"", "NOT_A_TABLE", "The file is empty. It should begin with a header."},
		"a blank":              {" \n\n", "NOT_A_TABLE", "The file is empty. It should begin with a header."},
		"UTF-16":               {"\xff\xfee\x00", "NOT_A_TABLE", "The file is UTF-16. Save it as CSV UTF-8."},
		"a workbook":           {"PK\x03\x04rest", "NOT_A_TABLE", "The file is a workbook or an archive. Save the sheet as CSV UTF-8."},
		"NUL":                  {"employee_number,name\nE-1,A\x00na\n", "NOT_A_TABLE", "Line 2 holds a NUL character: the file is no text, or UTF-16. Save it as CSV UTF-8."},
		"Latin-1":              {"employee_number,name\nE-1,Ana\nE-2,Nu\xf1ez\n", "NOT_A_TABLE", "Line 3 is not UTF-8 text. Save the file as CSV UTF-8, so that every letter stays what it is."},
		"no header":            {"E-1,Ana\nE-2,Ben\n", "BAD_FILE", "line 1: employee_number: the column is missing. It holds the employee number. The header needs at least employee_number, name.\nline 1: name: the column is missing. It holds the full name. The header needs at least employee_number, name."},
		"a column twice":       {"employee_number,name,Name\nE-1,Ana,Ana\n", "BAD_FILE", "line 1: name: column 3 says the same as column 2. Keep one."},
		"no row":               {"employee_number,name\n", "BAD_FILE", "there is no row below the header."},
		"cells that are empty": {"employee_number,name\nE-1,\n,Ben\nE-3\n", "BAD_FILE", "line 2: name: is missing. It holds the full name.\nline 3: employee_number: is missing. It holds the employee number.\nline 4: name: is missing. It holds the full name."},
		"too many cells":       {"employee_number,name\nE-1,Ruiz, Ana\n", "BAD_FILE", "line 2: the row has 3 fields where the header has 2. Put text that holds the separator into double quotes."},
		"a bare quote":         {"employee_number,name\nE-1,Ana\nE-2,Ben \"B\" X\n", "BAD_FILE", `line 3: is not CSV from here on: bare " in non-quoted-field. Put text that holds a double quote into double quotes and double the quote.`},
		"a quote without end":  {"employee_number,name\nE-1,\"Ana\nE-2,Ben\n", "BAD_FILE", `line 2: is not CSV from here on: extraneous or missing " in quoted-field. Put text that holds a double quote into double quotes and double the quote.`},
		"a cell without end":   {"employee_number,name\nE-1," + strings.Repeat("x", maxCell+1) + "\n", "BAD_FILE", "line 2: name: has more than 4000 characters."},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(c.text)
			if ref := domain.AsRefusal(err); ref == nil || ref.Code != c.code || err.Error() != c.want || strings.Contains(got, "|") {
				t.Errorf("got %q, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

// forever is input without an end.
type forever struct{ line string }

func (f forever) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], f.line)
	}
	return n, nil
}

func TestHostileTablesAreRefusedInBoundedMemory(t *testing.T) {
	head := "employee_number,name\n"
	rows := func(n int) io.Reader { return strings.NewReader(head + strings.Repeat("E-1,Ana\n", n)) }
	for name, c := range map[string]struct {
		in   io.Reader
		want string
	}{
		"an endless file":       {io.MultiReader(strings.NewReader(head), forever{"E-1,Ana\n"}), "The file has more than 4 MiB."},
		"an endless line":       {io.MultiReader(strings.NewReader(head+"E-1,"), forever{"x"}), "The file has more than 4 MiB."},
		"a line of 3 MiB":       {strings.NewReader(head + "E-1," + strings.Repeat("x", 3<<20) + "\n"), "line 2: name: has more than 4000 characters."},
		"a hundred thousand":    {rows(100_000), "line 5002: more than 5000 rows are not taken at once. Cut the file into several, each with the header."},
		"a million commas":      {strings.NewReader(head + strings.Repeat(",", 1<<20) + "x\n"), "line 2: the row has 1048577 fields where the header has 2."},
		"a header of commas":    {strings.NewReader("employee_number,name" + strings.Repeat(",x", 1<<20) + "\n"), "line 1: the header has 2097172 characters; at most 16384 are read."},
		"too many columns":      {strings.NewReader("employee_number,name" + strings.Repeat(",x", 100) + "\nE-1,Ana\n"), "line 1: the header has 102 columns; at most 100 are read."},
		"nothing but new lines": {strings.NewReader(strings.Repeat("\n", 1<<20)), "The file is empty."},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := Read(c.in, columns)
			if err == nil {
				err = s.Problems.Err()
			}
			runtime.ReadMemStats(&after)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %.300v, want %s", err, c.want)
			}
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 200 {
				t.Errorf("%d MiB were allocated", mib)
			}
		})
	}
	if s, err := Read(rows(MaxRows), columns); err != nil || len(s.Rows) != MaxRows {
		t.Errorf("%d rows are read, %v", len(s.Rows), err)
	}
}

// A fault of the medium is no mistake in the table.
func TestAFaultIsNotARefusal(t *testing.T) {
	_, err := Read(io.MultiReader(strings.NewReader("employee_number"), broken{}), columns)
	if err == nil || domain.AsRefusal(err) != nil {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestCells(t *testing.T) {
	date := func(s string) string { d, err := Date(s); return told(d.String(), err) }
	number := func(s string) string { n, err := Number(s); return told(string(n), err) }
	hours := func(s string) string { m, err := Hours(s); return told(m.String(), err) }
	count := func(s string) string { n, err := Count(s, 500); return told(fmt.Sprint(n), err) }
	for _, c := range []struct {
		read func(string) string
		text string
		want string
	}{
		{date, "2026-03-04", "2026-03-04"}, {date, "3/14/2026", "2026-03-14"}, {date, "03/14/2026", "2026-03-14"}, {date, "3/3/2026", "2026-03-03"},
		{date, "2026-03-04T00:00:00Z", "2026-03-04"}, {date, "2026-03-04 00:00:00", "2026-03-04"},
		{date, "3/4/2026", "BAD_DATE"}, {date, "14/3/2026", "BAD_DATE"}, {date, "3/14/26", "BAD_DATE"}, {date, "2/30/2026", "BAD_DATE"},
		{date, "46094", "BAD_DATE"}, {date, "2026-03-04 07:30", "BAD_DATE"}, {date, "4 March 2026", "BAD_DATE"}, {date, "2026-02-30", "BAD_DATE"}, {date, "0/0/2026", "BAD_DATE"},
		{number, "E-2001", "e-2001"}, {number, "00123", "00123"}, {number, "Ana Ruiz", "BAD_NUMBER"}, {number, "anaruiz", "BAD_NUMBER"}, {number, "1.23E+05", "BAD_NUMBER"},
		{number, "=A1", "BAD_NUMBER"}, {number, "12/3", "BAD_NUMBER"}, {number, strings.Repeat("1", 81), "BAD_NUMBER"},
		{hours, "7.5", "7 h 30 min"}, {hours, "7,5", "7 h 30 min"}, {hours, "7:30", "7 h 30 min"}, {hours, "1,000", "BAD_HOURS"}, {hours, "-2", "BAD_HOURS"}, {hours, "eight", "BAD_HOURS"}, {hours, "", "BAD_HOURS"},
		{count, "12", "12"}, {count, "501", "BAD_COUNT"}, {count, "1,000", "BAD_COUNT"}, {count, "-1", "BAD_COUNT"}, {count, "2.0", "BAD_COUNT"},
	} {
		if got := c.read(c.text); got != c.want {
			t.Errorf("%q is read as %s, want %s", c.text, got, c.want)
		}
	}
}

func told(s string, err error) string {
	if r := domain.AsRefusal(err); r != nil {
		return r.Code
	}
	return s
}

// Whatever stands in the cells comes back as it was, whichever way it is written down.
func TestATableIsReadBackAsItWasWritten(t *testing.T) {
	cell := rapid.StringMatching(`[A-Za-z0-9=+\-@,;"\n\t ÄłΩ山]{1,20}`).Filter(func(s string) bool { return domain.Written(s) == s })
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "separator")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		text, want := rapid.SampledFrom([]string{"", "\ufeff"}).Draw(t, "mark")+"employee_number"+by+"name"+end, []string{}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			a, b := cell.Draw(t, "a"), cell.Draw(t, "b")
			text += quote(a) + by + quote(b) + end
			want = append(want, a+"\x00"+b)
		}
		s, err := Read(strings.NewReader(text), columns)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range s.Rows {
			got = append(got, r.Text("employee_number")+"\x00"+r.Text("name"))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q is read as %q, want %q", text, got, want)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"employee_number,name\nE-1,Ana\n", "sep=\t\nname;employee_number\n", "\ufeff\"", "\xff\xfe", "employee_number;name\r\r\"\"\"\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(strings.NewReader(string(data)), columns)
		if err != nil && domain.AsRefusal(err) == nil {
			t.Fatalf("a fault for a wrong file: %v", err)
		}
		if err == nil && len(s.Rows)+len(s.Problems) == 0 {
			t.Fatal("neither rows nor a problem")
		}
		for _, r := range s.Rows {
			if len(s.Problems) > 0 {
				break
			}
			if r.Text("employee_number") == "" || r.Text("name") == "" || r.Line < 2 {
				t.Fatalf("row %+v", r)
			}
		}
	})
}
