package standard

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
)

// A value is a JSON value with the line it stands on. It is nil, a bool, a json.Number,
// a string, a []value or a []member.
type value struct {
	line int
	is   any
}

type member struct {
	name  string
	value value
}

const (
	maxDepth  = 16
	maxValues = 1 << 20
)

// parse reads JSON text and keeps where everything stands. A field given twice is an
// error here, because nobody can tell which one was meant.
func parse(text []byte) (value, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if i := invalidUTF8(text); i >= 0 {
		return value{}, domain.Problems{at(text, i, "the file is not UTF-8 text from here on. Save it as UTF-8.")}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return value{}, domain.Problems{{Text: "the file is empty. It should hold a JSON list of standards."}}
	}
	if err := json.Unmarshal(text, new(json.RawMessage)); err != nil {
		wrong, ok := errors.AsType[*json.SyntaxError](err)
		if !ok {
			return value{}, err
		}
		return value{}, domain.Problems{at(text, max(int(wrong.Offset)-1, 0), "this is not JSON: "+wrong.Error()+". Correct it here or just before.")}
	}
	p := parser{dec: json.NewDecoder(bytes.NewReader(text)), text: text, line: 1}
	p.dec.UseNumber()
	v, err := p.value(0)
	if err == nil {
		err = p.problems.Err()
	}
	return v, err
}

type parser struct {
	dec      *json.Decoder
	text     []byte
	line     int
	offset   int // of what line counts
	values   int
	problems domain.Problems
}

func (p *parser) token() (json.Token, error) {
	t, err := p.dec.Token()
	end := int(p.dec.InputOffset())
	p.line += bytes.Count(p.text[p.offset:end], []byte("\n"))
	p.offset = end
	return t, err
}

func (p *parser) value(depth int) (value, error) {
	t, err := p.token()
	if err != nil {
		return value{}, err
	}
	v := value{line: p.line, is: t}
	if p.values++; p.values > maxValues {
		return value{}, domain.Problems{{Line: p.line, Text: "the file holds more than a million values. Split it."}}
	}
	delim, nested := t.(json.Delim)
	if !nested {
		return v, nil
	}
	if depth == maxDepth {
		return value{}, domain.Problems{{Line: p.line, Text: "the lists are nested too deeply for a file of standards."}}
	}
	var list []value
	var members []member
	seen := map[string]bool{}
	for p.dec.More() {
		var name string
		if delim == '{' {
			key, err := p.token()
			if err != nil {
				return value{}, err
			}
			name, _ = key.(string)
			if seen[name] {
				p.problems = append(p.problems, domain.Problem{Line: p.line, Where: quote(name), Text: "is given twice in the same row. Keep one."})
			}
			seen[name] = true
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return value{}, err
		}
		if delim == '{' {
			members = append(members, member{name, item})
		} else {
			list = append(list, item)
		}
	}
	if _, err := p.token(); err != nil {
		return value{}, err
	}
	if v.is = list; delim == '{' {
		v.is = members
	}
	return v, nil
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func at(text []byte, offset int, problem string) domain.Problem {
	before := text[:min(offset, len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return domain.Problem{
		Line:   bytes.Count(before, []byte("\n")) + 1,
		Column: utf8.RuneCount(before[start:]) + 1,
		Text:   problem,
	}
}
