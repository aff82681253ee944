package domain

import (
	"fmt"
	"strings"
)

// A Problem is one thing wrong or doubtful in a file that somebody hands in.
type Problem struct {
	File   string `json:"file,omitempty"`   // when the input is more than one file
	Line   int    `json:"line,omitempty"`   // from 1; 0 is the file as a whole
	Column int    `json:"column,omitempty"` // from 1; 0 is the line as a whole
	Where  string `json:"where,omitempty"`  // the row and field in words
	Text   string `json:"text"`             // what is wrong and how to put it right
}

// String writes p the way compilers do, so that an editor finds the place.
func (p Problem) String() string {
	var place string
	switch {
	case p.File != "" && p.Line > 0 && p.Column > 0:
		place = fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	case p.File != "" && p.Line > 0:
		place = fmt.Sprintf("%s:%d: ", p.File, p.Line)
	case p.File != "":
		place = p.File + ": "
	case p.Column > 0:
		place = fmt.Sprintf("line %d, column %d: ", p.Line, p.Column)
	case p.Line > 0:
		place = fmt.Sprintf("line %d: ", p.Line)
	}
	if p.Where != "" {
		place += p.Where + ": "
	}
	return place + p.Text
}

// Problems is everything wrong with what was handed in, so that it can be put right in
// one go. As an error it is a Refusal with the code BAD_FILE, one line for each problem,
// at most 50.
type Problems []Problem

// Err is ps as an error, or nil when there is nothing wrong.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps Problems) Error() string {
	const most = 50
	var b strings.Builder
	for i, p := range ps[:min(len(ps), most)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	if more := len(ps) - most; more > 0 {
		fmt.Fprintf(&b, "\nand %d more", more)
	}
	return b.String()
}

func (ps Problems) Unwrap() error { return Refuse(Invalid, "BAD_FILE", "%s", ps.Error()) }
