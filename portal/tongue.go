package portal

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"github.com/guildhall-dev/guildhall/domain"
)

// A tongue is a language that pages are written in. What is said is written in English where it
// is said; a file in tongues has the same in another language, or in the forms that a number
// takes.
type tongue struct {
	tag     language.Tag
	name    string // as those call it who speak it
	printer *message.Printer
	sayings map[string]saying
}

//go:embed tongues/*/*.json
var translations embed.FS

// English is what a page is written in that nobody asked for in another language.
var (
	english = newTongue(language.English, "English")
	spanish = newTongue(language.Spanish, "Español")
	tongues = []*tongue{english, spanish}
)

var preferred = language.NewMatcher([]language.Tag{english.tag, spanish.tag})

// tongueOf is the tongue with a tag such as "es", or the one that fits best what a browser asks for.
func tongueOf(tag, accepted string) *tongue {
	for _, t := range tongues {
		if t.tag.String() == tag {
			return t
		}
	}
	asked, _, err := language.ParseAcceptLanguage(accepted)
	if err != nil {
		return english
	}
	_, at, _ := preferred.Match(asked...)
	return tongues[at]
}

// A saying is a text in another language, or one for each form that its first number takes.
type saying map[string]string

func (s *saying) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		*s = saying{}
		var text string
		err := json.Unmarshal(b, &text)
		(*s)[""] = text
		return err
	}
	return json.Unmarshal(b, (*map[string]string)(s))
}

// message is s as the printer takes it.
func (s saying) message() catalog.Message {
	if text, ok := s[""]; ok {
		return catalog.String(text)
	}
	var cases []any
	for _, form := range []string{"=0", "=1", "zero", "one", "two", "few", "many", "other"} {
		if text, ok := s[form]; ok {
			cases = append(cases, form, text)
		}
	}
	return plural.Selectf(1, "%d", cases...)
}

func newTongue(tag language.Tag, name string) *tongue {
	t := &tongue{tag: tag, name: name, sayings: map[string]saying{}}
	all := catalog.NewBuilder(catalog.Fallback(language.English))
	err := fs.WalkDir(translations, path.Join("tongues", tag.String()), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(translations, file)
		if err != nil {
			return err
		}
		var sayings map[string]saying
		if err := json.Unmarshal(b, &sayings); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for english, s := range sayings {
			if other, twice := t.sayings[english]; twice && !maps.Equal(other, s) {
				return fmt.Errorf("%s: %q is said otherwise in another file", file, english)
			}
			t.sayings[english] = s
			if err := all.Set(tag, english, s.message()); err != nil {
				return fmt.Errorf("%s: %q: %w", file, english, err)
			}
		}
		return nil
	})
	if err != nil {
		panic(fmt.Errorf("portal: %w", err)) // the files are part of the program
	}
	t.printer = message.NewPrinter(tag, message.Catalog(all))
	return t
}

// say is a text that was written in English, formatted as by fmt.Sprintf if there is something
// to fill in. Numbers are written as people do who speak the language, so years and numbers
// that name something are given as text.
func (t *tongue) say(text string, args ...any) string {
	if len(args) > 0 {
		return t.printer.Sprintf(text, args...)
	}
	if plain, ok := t.sayings[text][""]; ok {
		return plain
	}
	return text
}

// mark is a text in HTML. What is filled in is escaped; the text itself is ours.
func (t *tongue) mark(text string, args ...any) template.HTML {
	for i, a := range args {
		switch s := a.(type) {
		case template.HTML:
		case string:
			args[i] = template.HTML(template.HTMLEscapeString(s))
		case fmt.Stringer:
			args[i] = template.HTML(template.HTMLEscapeString(s.String()))
		}
	}
	return template.HTML(t.say(text, args...))
}

var plainSay = regexp.MustCompile(`\{\{(say|mark) ("(?:[^"\\]|\\.)*")\}\}`)

// settled is a template in which every text that nothing is filled in has been said.
func (t *tongue) settled(source string) string {
	return plainSay.ReplaceAllStringFunc(source, func(action string) string {
		m := plainSay.FindStringSubmatch(action)
		text, err := strconv.Unquote(m[2])
		if err != nil {
			return action // the parser of templates tells why
		}
		if m[1] == "mark" {
			return string(t.mark(text))
		}
		return template.HTMLEscapeString(t.say(text))
	})
}

// Ways to write a day. Each is a text with translations like any other.
const (
	shortDay   = "2 Jan"
	wholeDay   = "2 Jan 2006"
	monthDay   = "2 January"
	yearMonth  = "Jan 2006"
	bareMonth  = "Jan"
	namedDay   = "Mon 2 Jan"
	longerDay  = "2\u00a0January\u00a02006"
	weekdayDay = "Monday 2 January"
	dayOfWeek  = "Monday"
)

// day writes a day in one of the ways above; nothing for no day.
func (t *tongue) day(layout string, d domain.Date) string {
	if d.IsZero() {
		return ""
	}
	layout = t.say(layout)
	var b strings.Builder
	for layout != "" {
		part, named := layout[:1], false
		for _, element := range []string{"Monday", "Mon", "January", "Jan", "2006", "2"} {
			if strings.HasPrefix(layout, element) {
				part, named = element, element != "2006" && element != "2"
				break
			}
		}
		layout = layout[len(part):]
		switch {
		case named:
			b.WriteString(t.named(part, d.Format(part)))
		case part[0] == '2':
			b.WriteString(d.Format(part))
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

// named is the name of a month or a weekday, which the files have as "Jan: May".
func (t *tongue) named(element, english string) string {
	if s, ok := t.sayings[element+": "+english]; ok {
		return s[""]
	}
	return english
}

// words are what templates say with.
func (t *tongue) words() template.FuncMap {
	day := func(layout string) func(domain.Date) string {
		return func(d domain.Date) string { return t.day(layout, d) }
	}
	return template.FuncMap{
		"say": t.say, "mark": t.mark,
		"lang":     func() string { return t.tag.String() },
		"shortDay": day(shortDay), "day": day(wholeDay), "dayName": day(namedDay), "longDay": day(longerDay), "weekday": day(weekdayDay),
	}
}
