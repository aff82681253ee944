package domain

import (
	"fmt"
	"strings"
)

// A Text is what people are told, before it is said in their language: English as fmt.Sprintf
// takes it, and what is filled in, texts and days among it. Its String is English.
type Text struct {
	English string
	Args    []any
}

// Tell returns a Text. Sentences that follow each other are texts of their own, see Together.
func Tell(english string, args ...any) Text { return Text{english, args} }

// Verbatim is a text that somebody wrote, the same in every language.
func Verbatim(s string) Text { return Text{"%s", []any{s}} }

// Together are sentences one after the other.
func Together(sentences ...Text) Text {
	t := Text{English: strings.TrimSuffix(strings.Repeat("%s ", len(sentences)), " ")}
	for _, s := range sentences {
		t.Args = append(t.Args, s)
	}
	return t
}

func (t Text) String() string {
	return t.In(fmt.Sprintf, func(d Date) string { return d.Format("2 January 2006") })
}

// In says t in a language, by ways to say a text and to write a day in it.
func (t Text) In(say func(english string, args ...any) string, day func(Date) string) string {
	if len(t.Args) == 0 {
		return say(t.English)
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		switch a := a.(type) {
		case Text:
			args[i] = a.In(say, day)
		case Date:
			args[i] = day(a)
		default:
			args[i] = a
		}
	}
	if strings.Trim(t.English, "%s ") == "" { // nothing of its own to say
		return fmt.Sprintf(t.English, args...)
	}
	return say(t.English, args...)
}
