package framework

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Report is what Read found in a folder. Its warnings are for a coordinator to weigh:
// the framework can be published as it is.
type Report struct {
	Content  Content         `json:"-"`
	Counts   Counts          `json:"counts"`
	Warnings domain.Problems `json:"warnings,omitempty"`
}

// Read reads a folder of CSV files laid out as the NICE Framework components are:
// work_roles.csv, tks_statements.csv, work_role_tks.csv, categories.csv and, if it is
// there, competency_areas.csv. Columns are found by name. Either every row is sound, or
// the error is domain.Problems with everything that is wrong and the report is empty.
func Read(fsys fs.FS) (Report, error) {
	var b build
	b.categories(b.open(fsys, "categories.csv", true, "category_code", "name", "description"))
	b.areas(b.open(fsys, "competency_areas.csv", false, "competency_code", "name", "description"))
	b.statements(b.open(fsys, "tks_statements.csv", true, "code", "kind", "statement"))
	b.roles(b.open(fsys, "work_roles.csv", true, "work_role_code", "opm_code", "category_code", "name", "description"))
	b.links(b.open(fsys, "work_role_tks.csv", true, "work_role_code", "kind", "tks_code"))
	if len(b.Roles) == 0 && len(b.problems) == 0 {
		b.bad(cell{file: "work_roles.csv"}, "holds no role. A framework needs at least one.")
	}
	if b.fault != nil {
		return Report{}, b.fault
	}
	if len(b.problems) > 0 {
		return Report{}, b.problems
	}
	for i := range b.Roles {
		slices.Sort(b.Roles[i].Statements)
	}
	b.weigh()
	return Report{b.Content, b.Content.Counts(), b.warnings}, nil
}

const (
	maxFile     = 32 << 20
	maxProblems = 1000
)

type build struct {
	Content
	category, statement, role map[string]int  // index by code
	lost                      map[string]bool // codes on rows that could not be read, and files that could not
	problems, warnings        domain.Problems
	fault                     error
}

// A cell is a field with its place.
type cell struct {
	text         string
	file         string
	line, column int
}

func (b *build) bad(c cell, format string, args ...any) {
	if len(b.problems) < maxProblems {
		b.problems = append(b.problems, domain.Problem{File: c.file, Line: c.line, Column: c.column, Text: fmt.Sprintf(format, args...)})
	}
}

func (b *build) doubt(c cell, format string, args ...any) {
	b.warnings = append(b.warnings, domain.Problem{File: c.file, Line: c.line, Column: c.column, Text: fmt.Sprintf(format, args...)})
}

// open reads a file into rows whose cells are in the order of the named columns.
func (b *build) open(fsys fs.FS, file string, required bool, columns ...string) [][]cell {
	f, err := fsys.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		if required {
			b.lose(file, "")
			b.bad(cell{file: file}, "is missing. Put it into the folder, with the columns %s.", strings.Join(columns, ", "))
		}
		return nil
	}
	if err != nil {
		b.fault = errors.Join(b.fault, fmt.Errorf("open %s: %w", file, err))
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		b.fault = errors.Join(b.fault, fmt.Errorf("read %s: %w", file, err))
		return nil
	}
	if len(text) > maxFile {
		b.lose(file, "")
		b.bad(cell{file: file}, "has more than 32 MiB. A framework is smaller; check that it is the right file.")
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		b.unreadable(file, err)
		return nil
	}
	index := b.header(file, header, columns)
	if index == nil {
		b.lose(file, "")
		return nil
	}
	var rows [][]cell
	for {
		record, err := in.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			b.unreadable(file, err)
			return rows
		}
		line, _ := in.FieldPos(0)
		if len(record) != len(header) {
			if index[0] < len(record) {
				b.lose(file, record[index[0]])
			}
			b.bad(cell{file: file, line: line, column: 1}, "the row has %d fields where the header has %d. Put text that holds a comma into double quotes.", len(record), len(header))
			continue
		}
		row := make([]cell, len(columns))
		for i, at := range index {
			c := cell{text: record[at], file: file}
			c.line, c.column = in.FieldPos(at)
			if !utf8.ValidString(c.text) {
				b.bad(c, "the %s is not UTF-8 text. Save the file as UTF-8.", columns[i])
			}
			c.text = strings.Join(strings.Fields(c.text), " ")
			row[i] = c
		}
		rows = append(rows, row)
	}
}

// lose notes that a row could not be read, or the file from some point on when code is
// empty, so that links to it are not reported as well.
func (b *build) lose(file, code string) {
	if b.lost == nil {
		b.lost = map[string]bool{}
	}
	b.lost[file+" "+strings.TrimSpace(code)] = true
}

func (b *build) isLost(file, code string) bool { return b.lost[file+" "] || b.lost[file+" "+code] }

func (b *build) unreadable(file string, err error) {
	b.lose(file, "")
	if err == io.EOF {
		b.bad(cell{file: file}, "is empty. It should begin with a header.")
		return
	}
	c := cell{file: file}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		c.line, c.column, err = wrong.Line, wrong.Column, wrong.Err
	}
	b.bad(c, "is not CSV from here on: %v. Put text that holds a double quote into double quotes and double the quote.", err)
}

func (b *build) header(file string, header, columns []string) []int {
	place := map[string]int{}
	before := len(b.problems)
	if !utf8.ValidString(strings.Join(header, "")) {
		b.bad(cell{file: file, line: 1}, "is not UTF-8 text. Save the file as UTF-8.")
		return nil
	}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if other, dup := place[name]; dup && slices.Contains(columns, name) {
			b.bad(cell{file: file, line: 1}, "column %d repeats %q of column %d. Keep one.", i+1, name, other+1)
		}
		place[name] = i
		if !slices.Contains(columns, name) {
			b.doubt(cell{file: file, line: 1}, "the column %q is not known here and was left out", name)
		}
	}
	index := make([]int, len(columns))
	for i, name := range columns {
		at, ok := place[name]
		if !ok {
			b.bad(cell{file: file, line: 1}, "the column %s is missing. The header needs %s.", name, strings.Join(columns, ", "))
		}
		index[i] = at
	}
	if len(b.problems) > before {
		return nil
	}
	return index
}

var codeForm = regexp.MustCompile(`^[A-Z0-9][A-Za-z0-9._-]{0,39}$`)

// code notes a new code in seen and reports one that is malformed or taken.
func (b *build) code(seen *map[string]int, lines map[string]int, c cell) bool {
	if *seen == nil {
		*seen = map[string]int{}
	}
	if !codeForm.MatchString(c.text) {
		b.bad(c, "%q is not a code. Write letters, digits and hyphens, such as IO-WRL-007.", c.text)
		return false
	}
	if _, dup := (*seen)[c.text]; dup {
		b.bad(c, "the code %s is already on line %d. Give each row its own code, or remove one.", c.text, lines[c.text])
		return false
	}
	(*seen)[c.text], lines[c.text] = len(*seen), c.line
	return true
}

func (b *build) needs(c cell, what string) {
	if c.text == "" {
		b.bad(c, "the %s is missing. Fill it in.", what)
	}
}

func (b *build) categories(rows [][]cell) {
	lines := map[string]int{}
	for _, r := range rows {
		if b.code(&b.category, lines, r[0]) {
			b.Categories = append(b.Categories, CategoryDefined{r[0].text, r[1].text, r[2].text})
		}
	}
}

func (b *build) areas(rows [][]cell) {
	var seen map[string]int
	lines := map[string]int{}
	for _, r := range rows {
		b.needs(r[1], "name")
		if b.code(&seen, lines, r[0]) {
			b.Areas = append(b.Areas, AreaDefined{r[0].text, r[1].text, r[2].text})
		}
	}
}

func (b *build) statements(rows [][]cell) {
	lines := map[string]int{}
	for _, r := range rows {
		kind := b.kind(r[1])
		b.needs(r[2], "statement")
		if b.code(&b.statement, lines, r[0]) {
			b.Statements = append(b.Statements, StatementDefined{domain.StatementID(r[0].text), kind, r[2].text})
		}
	}
}

func (b *build) kind(c cell) Kind {
	switch k := Kind(strings.ToLower(c.text)); k {
	case Task, Knowledge, Skill:
		return k
	}
	b.bad(c, "%q is not a kind. Write Task, Knowledge or Skill.", c.text)
	return ""
}

func (b *build) roles(rows [][]cell) {
	lines := map[string]int{}
	for _, r := range rows {
		if _, ok := b.category[r[2].text]; !ok && !b.isLost("categories.csv", r[2].text) {
			b.bad(r[2], "there is no category %q in categories.csv. Add it there or correct the code.", r[2].text)
		}
		b.needs(r[3], "name")
		if b.code(&b.role, lines, r[0]) {
			b.Roles = append(b.Roles, RoleDefined{Code: r[0].text, OPM: r[1].text, Category: r[2].text, Title: r[3].text, Description: r[4].text})
		}
	}
}

func (b *build) links(rows [][]cell) {
	first := map[[2]string]int{}
	for _, r := range rows {
		kind := b.kind(r[1])
		role, okRole := b.role[r[0].text]
		statement, okStatement := b.statement[r[2].text]
		if !okRole && !b.isLost("work_roles.csv", r[0].text) {
			b.bad(r[0], "there is no role %q in work_roles.csv. Add it there or correct the code.", r[0].text)
		}
		if !okStatement && !b.isLost("tks_statements.csv", r[2].text) {
			b.bad(r[2], "there is no statement %q in tks_statements.csv. Add it there or correct the code.", r[2].text)
		}
		if !okRole || !okStatement {
			continue
		}
		if s := b.Statements[statement]; kind != "" && s.Kind != "" && s.Kind != kind {
			b.bad(r[1], "%s is %s in tks_statements.csv, not %s. Correct one of them.", s.Code, s.Kind, kind)
		}
		link := [2]string{r[0].text, r[2].text}
		if line, dup := first[link]; dup {
			b.bad(r[0], "%s already has %s on line %d. Remove one of the rows.", link[0], link[1], line)
			continue
		}
		first[link] = r[0].line
		b.Roles[role].Statements = append(b.Roles[role].Statements, domain.StatementID(r[2].text))
	}
}

func (b *build) weigh() {
	var nameless []string
	for _, c := range b.Categories {
		if c.Name == "" {
			nameless = append(nameless, c.Code)
		}
	}
	if len(nameless) > 0 {
		b.doubt(cell{file: "categories.csv"}, "no name for %s; the code is shown instead", strings.Join(nameless, ", "))
	}
	used := map[domain.StatementID]bool{}
	for _, r := range b.Roles {
		if len(r.Statements) == 0 {
			b.doubt(cell{file: "work_roles.csv"}, "no statement is linked to %s, %s", r.Code, r.Title)
		}
		for _, s := range r.Statements {
			used[s] = true
		}
	}
	if idle := len(b.Statements) - len(used); idle > 0 {
		b.doubt(cell{file: "work_role_tks.csv"}, "%d of %d statements belong to no role", idle, len(b.Statements))
	}
	same := map[string][]string{}
	for _, s := range b.Statements {
		same[s.Text] = append(same[s.Text], string(s.Code))
	}
	for _, text := range slices.Sorted(maps.Keys(same)) {
		if codes := same[text]; len(codes) > 1 {
			b.doubt(cell{file: "tks_statements.csv"}, "%s say the same", strings.Join(codes, " and "))
		}
	}
}
