package framework

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
)

// The files of the O*NET database that are read.
const (
	occupationFile = "Occupation Data.txt"
	relatedFile    = "Related Occupations.txt"
	taskFile       = "Task Statements.txt"
	aboutFile      = "Read Me.txt"
)

// Limits of what is read. A release has about 4 MB; one that is twice as large would not
// fit into one edition.
const (
	maxLine = 64 << 10 // bytes
	maxText = 6 << 20  // bytes of all that is taken over
)

// ReadOccupations reads a folder of the O*NET database in its tab-separated form:
// Occupation Data.txt, Related Occupations.txt and Task Statements.txt. An occupation
// becomes a role, a task a statement. Columns are found by name, and one row is kept in
// memory at a time beside what is taken over. It tells how many bytes it has read. Either
// every row is sound, or the error is domain.Problems as for Read.
func ReadOccupations(fsys fs.FS, told func(bytes int)) (Report, error) {
	t := table{build: &build{role: map[string]int{}, statement: map[string]int{}}, told: told}
	lines := map[string]int{}
	t.read(fsys, occupationFile, []string{"O*NET-SOC Code", "Title", "Description"}, nil, func(r []cell) {
		t.needs(r[1], "title")
		if !t.soc(r[0]) {
			t.lose(occupationFile, r[0].text)
		} else if t.code(&t.role, lines, r[0]) {
			t.Roles = append(t.Roles, RoleDefined{Code: r[0].text, Title: r[1].text, Description: r[2].text})
		}
	})
	if len(t.Roles) == 0 && len(t.problems) == 0 {
		t.bad(cell{file: occupationFile}, "holds no occupation. A release has about a thousand.")
	}
	t.related(fsys)
	taskLines := map[string]int{}
	t.read(fsys, taskFile, []string{"O*NET-SOC Code", "Task ID", "Task"}, []string{"Task Type", "Incumbents Responding", "Date", "Domain Source"}, func(r []cell) {
		t.needs(r[2], "task")
		role, known := t.occupation(r[0])
		if t.code(&t.statement, taskLines, r[1]) && known {
			t.Statements = append(t.Statements, StatementDefined{domain.StatementID(r[1].text), Task, r[2].text})
			t.Roles[role].Statements = append(t.Roles[role].Statements, domain.StatementID(r[1].text))
		}
	})
	if t.fault != nil {
		return Report{}, t.fault
	}
	if len(t.problems) > 0 {
		return Report{}, t.problems
	}
	for i := range t.Roles {
		slices.Sort(t.Roles[i].Statements)
	}
	t.without("no task", taskFile, func(r RoleDefined) bool { return len(r.Statements) == 0 })
	return Report{t.Content, t.Content.Counts(), t.warnings}, nil
}

// Release is what the Read Me of a folder of the O*NET database says it is, such as
// "30.1", or empty.
func Release(fsys fs.FS) string {
	f, err := fsys.Open(aboutFile)
	if err != nil {
		return ""
	}
	defer f.Close()
	head, _ := io.ReadAll(io.LimitReader(f, 4<<10)) // a Read Me that cannot be read names no release
	if m := releaseForm.FindSubmatch(head); m != nil {
		return string(m[1])
	}
	return ""
}

var (
	releaseForm = regexp.MustCompile(`O\*NET ([0-9]{1,3}(?:\.[0-9]{1,3})?) Database`)
	socForm     = regexp.MustCompile(`^\d{2}-\d{4}\.\d{2}$`)
)

// A table reads tab-separated files row by row.
type table struct {
	*build
	told func(bytes int)
	size int // bytes read, of all files
	text int // bytes taken over
}

func (t *table) related(fsys fs.FS) {
	index := map[string]int{} // of Related by code
	type pair struct{ from, to string }
	lines, next := map[pair]int{}, map[string]int{}
	t.read(fsys, relatedFile, []string{"O*NET-SOC Code", "Related O*NET-SOC Code", "Relatedness Tier", "Index"}, nil, func(r []cell) {
		from, okFrom := t.occupation(r[0])
		_, okTo := t.occupation(r[1])
		t.needs(r[2], "tier")
		place, err := strconv.Atoi(r[3].text)
		if err != nil {
			t.bad(r[3], "%q is not a place. Write 1 for the nearest, 2 for the next.", r[3].text)
		}
		if !okFrom || !okTo || err != nil {
			return
		}
		p := pair{r[0].text, r[1].text}
		if p.from == p.to {
			t.bad(r[1], "%s is related to itself. Remove the row.", p.from)
			return
		}
		if line, dup := lines[p]; dup {
			t.bad(r[0], "%s already has %s on line %d. Remove one of the rows.", p.from, p.to, line)
			return
		}
		lines[p] = r[0].line
		at, known := index[p.from]
		if !known {
			at = len(t.Related)
			index[p.from] = at
			t.Related = append(t.Related, RelatedDefined{Code: t.Roles[from].Code})
		}
		if next[p.from]++; place != next[p.from] {
			t.bad(r[3], "the row has place %d where %d is next for %s. Put the rows of an occupation in the order of their places, without gaps.", place, next[p.from], p.from)
			next[p.from] = place
		}
		t.Related[at].Related = append(t.Related[at].Related, Related{r[1].text, r[2].text})
	})
	t.without("no related one", relatedFile, func(r RoleDefined) bool { _, has := index[r.Code]; return !has })
}

func (t *table) soc(c cell) bool {
	if !socForm.MatchString(c.text) {
		t.bad(c, "%q is not an O*NET-SOC code. Write it as 15-1232.00.", clip(c.text))
		return false
	}
	return true
}

// occupation finds the role of a code that a row refers to.
func (t *table) occupation(c cell) (index int, known bool) {
	index, known = t.role[c.text]
	if !known && !t.isLost(occupationFile, c.text) {
		t.bad(c, "there is no occupation %q in %s. Add it there or correct the code.", clip(c.text), occupationFile)
	}
	return index, known
}

// without tells how many occupations have nothing in a file.
func (t *table) without(what, file string, has func(RoleDefined) bool) {
	n := 0
	for _, r := range t.Roles {
		if has(r) {
			n++
		}
	}
	if n > 0 && len(t.problems) == 0 {
		t.doubt(cell{file: file}, "%d of %d occupations have %s", n, len(t.Roles), what)
	}
}

// read takes a file apart, line by line. The cells of a row are in the order of the wanted
// columns; columns in spare are known and left out, others are told.
func (t *table) read(fsys fs.FS, file string, wanted, spare []string, row func([]cell)) {
	if t.fault != nil {
		return
	}
	f, err := fsys.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.lose(file, "")
		t.bad(cell{file: file}, "is missing. Put it into the folder, as it comes with the O*NET database in its text form.")
		return
	}
	if err != nil {
		t.fault = fmt.Errorf("open %s: %w", file, err)
		return
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, maxLine)
	var index []int
	columns := 0
	for line := 1; ; line++ {
		text, err := in.ReadSlice('\n')
		t.size += len(text)
		if t.told != nil {
			t.told(t.size)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			t.lose(file, "")
			t.bad(cell{file: file, line: line}, "the line has more than %d KiB: this is not the file it should be.", maxLine>>10)
			return
		case err != nil && err != io.EOF:
			t.fault = fmt.Errorf("read %s: %w", file, err)
			return
		case err == io.EOF && len(text) == 0:
			if line == 1 {
				t.lose(file, "")
				t.bad(cell{file: file}, "is empty. It should begin with a header.")
			}
			return
		}
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if !t.readable(file, line, text) {
			return
		}
		fields := strings.Split(string(bytes.TrimRight(text, "\r\n")), "\t")
		switch {
		case line == 1:
			if index = t.columns(file, fields, wanted, spare); index == nil {
				return
			}
			columns = len(fields)
		case len(fields) == 1 && strings.TrimSpace(fields[0]) == "":
		case len(fields) != columns:
			if index[0] < len(fields) {
				t.lose(file, strings.TrimSpace(fields[index[0]]))
			}
			t.bad(cell{file: file, line: line, column: 1}, "the row has %d fields where the header has %d. Fields are separated by tabs.", len(fields), columns)
		default:
			row(t.cells(file, line, fields, index))
		}
		if len(t.problems) >= maxProblems {
			return
		}
		if t.text > maxText {
			t.lose(file, "")
			t.bad(cell{file: file, line: line}, "all in all there is more than %d MiB of text: it does not fit into one edition.", maxText>>20)
			return
		}
	}
}

// readable refuses what is no text from a line on.
func (t *table) readable(file string, line int, text []byte) bool {
	wrong := ""
	switch {
	case bytes.IndexByte(text, 0) >= 0:
		wrong = "holds a NUL character: it is not a text file, or it is UTF-16."
	case !utf8.Valid(text):
		wrong = "is not UTF-8 text."
	default:
		return true
	}
	t.lose(file, "")
	t.bad(cell{file: file, line: line}, "%s Take the file as it comes with the database.", wrong)
	return false
}

func (t *table) columns(file string, header, wanted, spare []string) []int {
	before := len(t.problems)
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
		if !slices.Contains(wanted, header[i]) && !slices.Contains(spare, header[i]) {
			t.doubt(cell{file: file, line: 1}, "the column %q is not known here and was left out", clip(header[i]))
		}
	}
	index := make([]int, len(wanted))
	for i, name := range wanted {
		if index[i] = slices.Index(header, name); index[i] < 0 {
			t.bad(cell{file: file, line: 1}, "the column %s is missing. The header needs %s, separated by tabs.", name, strings.Join(wanted, ", "))
		}
	}
	if len(t.problems) > before {
		t.lose(file, "")
		return nil
	}
	return index
}

func (t *table) cells(file string, line int, fields []string, index []int) []cell {
	row := make([]cell, len(index))
	for i, at := range index {
		column := 1
		for _, before := range fields[:at] {
			column += len(before) + 1
		}
		row[i] = cell{strings.Join(strings.Fields(fields[at]), " "), file, line, column}
		t.text += len(row[i].text)
	}
	return row
}

// clip keeps a text that is told back short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
