// Package sheet reads tables that people hand in: CSV files as spreadsheets and personnel
// systems write them. It is tolerant where what is meant is certain, and never guesses.
package sheet

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
)

// Limits of a table.
const (
	MaxBytes = 4 << 20
	MaxRows  = 5000 // what they lead to is recorded as a whole

	maxHeader = 16 << 10 // bytes
	maxCells  = 100      // in a row
	maxCell   = 4000     // characters
)

// A Column is something a table may tell.
type Column struct {
	Name     string   // as the header should have it, such as "employee_number"
	Also     []string // other names it goes by
	Required bool     // in the header and in every row
	Holds    string   // what it holds, for people
	Example  string
}

// A Sheet is a table that could be read to its end. There may be something wrong with
// rows, so that whoever knows what they mean can tell what else is.
type Sheet struct {
	SHA256   string   // of the file, in hexadecimal
	Unknown  []string // columns that were left out
	Rows     []Row
	Problems domain.Problems // of single rows
}

// A Row is one row of a table.
type Row struct {
	Line  int // in the file, from 1
	cells map[string]string
}

// Text is what the row has in a column, without blanks around it; empty if it has nothing.
// What looks like a formula is text like any other.
func (r Row) Text(column string) string { return r.cells[column] }

// Limits are the most that is read of one table.
type Limits struct{ Bytes, Rows int }

// Read reads a table with these columns. Its error is domain.Problems if it could not be
// read to its end, or a refusal for what is no table at all.
func Read(in io.Reader, columns []Column) (Sheet, error) {
	return ReadUpTo(in, columns, Limits{MaxBytes, MaxRows})
}

// ReadUpTo is Read with limits of its own.
func ReadUpTo(in io.Reader, columns []Column, most Limits) (Sheet, error) {
	data, err := io.ReadAll(io.LimitReader(in, int64(most.Bytes)+1))
	if err != nil {
		return Sheet{}, fmt.Errorf("read a table: %w", err)
	}
	if len(data) > most.Bytes {
		return Sheet{}, domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "The file has more than %d MiB. Cut it into several, each with the header.", most.Bytes>>20).About("csv")
	}
	sum := sha256.Sum256(data)
	text, err := plain(data)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{SHA256: hex.EncodeToString(sum[:])}
	p := parser{columns: columns, rows: most.Rows}
	p.read(text, &s)
	if p.stopped {
		return Sheet{SHA256: s.SHA256, Unknown: s.Unknown}, p.problems
	}
	s.Problems = p.problems
	return s, nil
}

// plain is the text of a file in lines that end with a line feed.
func plain(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, notText("The file is UTF-16. Save it as CSV UTF-8.")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, notText("The file is a workbook or an archive. Save the sheet as CSV UTF-8.")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, notText("Line %d holds a NUL character: the file is no text, or UTF-16. Save it as CSV UTF-8.", 1+bytes.Count(data[:at], []byte("\n")))
	}
	if !bytes.Contains(data, []byte("\n")) {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	if !utf8.Valid(data) {
		line := 1
		for l := range bytes.Lines(data) {
			if !utf8.Valid(l) {
				break
			}
			line++
		}
		return nil, notText("Line %d is not UTF-8 text. Save the file as CSV UTF-8, so that every letter stays what it is.", line)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, notText("The file is empty. It should begin with a header.")
	}
	return data, nil
}

func notText(format string, args ...any) error {
	return domain.Refuse(domain.Invalid, "NOT_A_TABLE", format, args...).About("csv")
}

// maxProblems is how many are told; a file with more needs another look altogether.
const maxProblems = 1000

type parser struct {
	columns  []Column
	rows     int // the most there are
	problems domain.Problems
	stopped  bool // before the end
}

// stop notes why nothing is read from here on.
func (p *parser) stop(line int, where, format string, args ...any) {
	p.bad(line, where, format, args...)
	p.stopped = true
}

func (p *parser) bad(line int, where, format string, args ...any) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, domain.Problem{Line: line, Where: where, Text: fmt.Sprintf(format, args...)})
	}
}

func (p *parser) read(text []byte, s *Sheet) {
	if first, _, _ := bytes.Cut(text, []byte("\n")); len(first) > maxHeader {
		p.stop(1, "", "the header has %d characters; at most %d are read.", len(first), maxHeader)
		return
	}
	in, skipped := p.separated(text)
	header, err := in.Read()
	if err != nil {
		p.unreadable(err, skipped)
		return
	}
	index := p.header(header, 1+skipped, s)
	if index == nil {
		return
	}
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			p.unreadable(err, skipped)
			return
		}
		line, _ := in.FieldPos(0)
		if blank(record) {
			continue
		}
		if len(s.Rows) == p.rows {
			p.stop(line+skipped, "", "more than %d rows are not taken at once. Cut the file into several, each with the header.", p.rows)
			return
		}
		p.row(record, line+skipped, len(header), index, s)
	}
	if len(s.Rows) == 0 && len(p.problems) == 0 {
		p.stop(0, "", "there is no row below the header.")
	}
}

// separated reads text by the separator under which its header names most of the columns.
// Spreadsheets write comma, semicolon or tab, and some say which in a first line of its own.
func (p *parser) separated(text []byte) (in *csv.Reader, skipped int) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if told, ok := bytes.CutPrefix(bytes.TrimSpace(first), []byte("sep=")); ok && len(told) <= 1 {
		text, skipped = rest, 1
	}
	best, most := ',', -1
	for _, by := range ",;\t" {
		header, err := reader(text, by).Read()
		if err != nil {
			continue
		}
		known := 0
		for _, name := range header[:min(len(header), maxCells)] {
			if p.known(name) != nil {
				known++
			}
		}
		if known > most {
			best, most = by, known
		}
	}
	return reader(text, best), skipped
}

func reader(text []byte, by rune) *csv.Reader {
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.FieldsPerRecord = by, -1
	return in
}

// known is the column with a name, however it is written: "Employee Number" is employee_number.
func (p *parser) known(name string) *Column {
	name = Key(name)
	for i, c := range p.columns {
		if Key(c.Name) == name || slices.ContainsFunc(c.Also, func(also string) bool { return Key(also) == name }) {
			return &p.columns[i]
		}
	}
	return nil
}

// Key is a word in the form in which two that mean the same are the same: in lower case,
// with hyphens for all that is neither letter nor digit.
func Key(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(domain.Written(s)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= utf8.RuneSelf:
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// header finds the columns by name; nil if the table cannot be read by it.
func (p *parser) header(header []string, line int, s *Sheet) map[string]int {
	if len(header) > maxCells {
		p.stop(line, "", "the header has %d columns; at most %d are read.", len(header), maxCells)
		return nil
	}
	index := map[string]int{}
	for i, name := range header {
		c := p.known(name)
		switch {
		case c == nil && domain.Written(name) != "":
			s.Unknown = append(s.Unknown, clip(domain.Written(name)))
		case c == nil:
		default:
			if at, twice := index[c.Name]; twice {
				p.stop(line, c.Name, "column %d says the same as column %d. Keep one.", i+1, at+1)
			}
			index[c.Name] = i
		}
	}
	for _, c := range p.columns {
		if _, there := index[c.Name]; c.Required && !there {
			p.stop(line, c.Name, "the column is missing. It holds %s. The header needs at least %s.", c.Holds, strings.Join(required(p.columns), ", "))
		}
	}
	if len(p.problems) > 0 {
		return nil
	}
	return index
}

func required(columns []Column) (names []string) {
	for _, c := range columns {
		if c.Required {
			names = append(names, c.Name)
		}
	}
	return names
}

func (p *parser) row(record []string, line, width int, index map[string]int, s *Sheet) {
	for len(record) > width && domain.Written(record[len(record)-1]) == "" {
		record = record[:len(record)-1] // separators at the end of a row hold nothing
	}
	if len(record) > width {
		p.bad(line, "", "the row has %d fields where the header has %d. Put text that holds the separator into double quotes.", len(record), width)
		return
	}
	r := Row{Line: line, cells: make(map[string]string, len(index))}
	for _, c := range p.columns {
		at, there := index[c.Name]
		if !there || at >= len(record) {
			if c.Required {
				p.bad(line, c.Name, "is missing. It holds %s.", c.Holds)
			}
			continue
		}
		text := domain.Written(record[at])
		switch {
		case utf8.RuneCountInString(text) > maxCell:
			p.bad(line, c.Name, "has more than %d characters.", maxCell)
		case text == "" && c.Required:
			p.bad(line, c.Name, "is missing. It holds %s.", c.Holds)
		}
		r.cells[c.Name] = text
	}
	s.Rows = append(s.Rows, r)
}

func (p *parser) unreadable(err error, skipped int) {
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		p.stop(wrong.StartLine+skipped, "", "is not CSV from here on: %v. Put text that holds a double quote into double quotes and double the quote.", wrong.Err)
		return
	}
	p.stop(0, "", "the file has no header. It needs %s.", strings.Join(required(p.columns), ", "))
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(s string) bool { return domain.Written(s) != "" })
}

// clip keeps a text that is told back short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
