package roster

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// Read understands the files of a package, in the profile that is named or in the one that
// they show. Its error is domain.Problems, with the file and line of each, or a refusal for
// what is no package at all.
func Read(files []File, named Profile) (Package, error) {
	p := Package{SHA256: digest(files), Profile: named}
	if named == "" {
		p.Profile = recognise(files)
	}
	r := &reader{files: files, Package: p, rest: map[string]bool{}}
	for i, f := range files {
		if slices.ContainsFunc(files[:i], func(g File) bool { return strings.EqualFold(g.Name, f.Name) }) {
			return p, domain.Refuse(domain.Invalid, "NOT_A_PACKAGE", "The package has two files named %s. Keep one.", f.Name)
		}
		r.rest[f.Name] = true
	}
	switch p.Profile {
	case OneRoster:
		r.oneRoster()
	case Canvas:
		r.canvas()
	case SDS:
		r.sds()
	case "":
		return p, domain.Refuse(domain.Invalid, "UNKNOWN_PROFILE", "Neither a manifest nor the columns tell whose package this is. Hand in OneRoster 1.2, Canvas or School Data Sync 2.1 files, or name the profile.").About("profile")
	default:
		return p, domain.Refuse(domain.Invalid, "UNKNOWN_PROFILE", "There is no profile %.60q. Name one of oneroster-1.2, canvas and sds-2.1.", string(p.Profile)).About("profile")
	}
	for _, f := range files {
		if r.rest[f.Name] {
			r.Files = append(r.Files, FileReport{Name: f.Name, Unread: true})
		}
	}
	return r.Package, r.problems.Err()
}

// recognise finds the profile by the manifest, or by the columns of tables.
func recognise(files []File) Profile {
	var found Profile
	for _, f := range files {
		has := headerOf(f)
		switch {
		case has("propertyname", "value"):
			return OneRoster
		case has("publisher-id", "student-sis-id"), has("section-id", "user-id"), has("section-id", "user-integration-id"):
			return Canvas
		case has("sourcedid", "classsourcedid", "usersourcedid"):
			found = OneRoster
		case has("classsourcedid", "usersourcedid", "role"):
			found = SDS
		}
	}
	return found
}

// headerOf tells whether the first line of a file names columns.
func headerOf(f File) func(names ...string) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(f.Data, []byte("\ufeff")), []byte("\n"))
	keys := map[string]bool{}
	if len(line) < 16<<10 {
		for _, cell := range strings.FieldsFunc(string(line), func(c rune) bool { return c == ',' || c == ';' || c == '\t' }) {
			keys[sheet.Key(cell)] = true
		}
	}
	return func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !keys[name] })
	}
}

// A reader understands one package.
type reader struct {
	Package
	files    []File
	rest     map[string]bool // files that nobody has read
	problems domain.Problems
}

const maxProblems = 1000

func (r *reader) bad(file string, line int, column string, err error) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, domain.Problem{File: file, Line: line, Where: column, Text: domain.AsRefusal(err).Reason})
	}
}

func (r *reader) wrong(file string, line int, column, format string, args ...any) {
	r.bad(file, line, column, domain.Refuse(domain.Invalid, "BAD_ROW", format, args...))
}

// file is the file with a name, whatever its case.
func (r *reader) file(name string) (File, bool) {
	i := slices.IndexFunc(r.files, func(f File) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		return File{}, false
	}
	return r.files[i], true
}

// table reads a file. A header without rows is an empty table.
func (r *reader) table(f File, columns []sheet.Column) []sheet.Row {
	delete(r.rest, f.Name)
	if onlyHeader(f.Data) {
		r.Files = append(r.Files, FileReport{Name: f.Name})
		return nil
	}
	s, err := sheet.ReadUpTo(bytes.NewReader(f.Data), columns, sheet.Limits{Bytes: MaxFile, Rows: MaxRows})
	if problems, ok := errors.AsType[domain.Problems](err); ok {
		s.Problems = problems
	} else if err != nil {
		r.bad(f.Name, 0, "", err)
		return nil
	}
	faulty := map[int]bool{}
	for _, p := range s.Problems {
		p.File = f.Name
		faulty[p.Line] = true
		if len(r.problems) < maxProblems {
			r.problems = append(r.problems, p)
		}
	}
	r.Files = append(r.Files, FileReport{Name: f.Name, Rows: len(s.Rows), Unknown: s.Unknown})
	return slices.DeleteFunc(s.Rows, func(row sheet.Row) bool { return faulty[row.Line] })
}

func onlyHeader(data []byte) bool {
	_, below, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	return len(bytes.TrimSpace(data)) > 0 && bytes.Contains(data, []byte(",")) && len(bytes.TrimSpace(below)) == 0
}

func (r *reader) named(name string, columns []sheet.Column) []sheet.Row {
	f, ok := r.file(name)
	if !ok {
		return nil
	}
	return r.table(f, columns)
}

// day reads a day, with or without a time of it.
func (r *reader) day(file string, row sheet.Row, column string) domain.Date {
	text := row.Text(column)
	if text == "" {
		return domain.Date{}
	}
	if at := strings.IndexByte(text, 'T'); at == len("2006-01-02") {
		text = text[:at]
	}
	d, err := sheet.Date(text)
	if err != nil {
		r.bad(file, row.Line, column, err)
	}
	return d
}

// say adds a row, unless it does not tell whom it is about.
func (r *reader) say(row Row) {
	if row.Student.ID == "" || row.Section.ID == "" {
		r.wrong(row.File, row.Line, "", "the row does not say who is meant, and in which section.")
		return
	}
	r.Rows = append(r.Rows, row)
}

// twice reports rows that speak of one enrolment two times.
func (r *reader) twice() {
	type key struct {
		student, section string
		graded           bool
	}
	first := map[key]Row{}
	for _, row := range r.Rows {
		k := key{row.Student.ID, row.Section.ID, row.Says == Graded}
		if before, twice := first[k]; twice {
			r.wrong(row.File, row.Line, "", "the same student is in the same section on line %d of %s already. Keep one of the rows.", before.Line, before.File)
			continue
		}
		first[k] = row
	}
}

// A catalogue is what a package describes, by id.
type catalogue struct {
	terms    map[string]enrolment.Term
	courses  map[string]course
	sections map[string]enrolment.Section
	people   map[string]Student
}

type course struct{ code, title string }

func newCatalogue() catalogue {
	return catalogue{map[string]enrolment.Term{}, map[string]course{}, map[string]enrolment.Section{}, map[string]Student{}}
}

// term is the first of those that a list names, if it is known.
func (c catalogue) term(list string) enrolment.Term {
	for id := range strings.SplitSeq(list, ",") {
		if t, ok := c.terms[strings.TrimSpace(id)]; ok {
			return t
		}
	}
	return enrolment.Term{}
}
