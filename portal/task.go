package portal

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

var taskPage = newPage[taskData]("task.html", "inputs.html")

// taskData is all that task.html may show: one thing to do to a record, on a page of its own. It
// posts the inputs and key to Path.
type taskData struct {
	frame
	Over, Heading, Lead string
	Filter              *filter // what the inputs offer; may be nil
	Path, Key           string
	Effects             []string // what will be different, where that is not plain from the inputs
	Inputs              []input
	Button              string // names the result; empty where there is nothing to choose
	Danger              bool   // it takes something from somebody
	Keep, Back          string // words and path of leaving things as they are
}

// Files reports whether the form carries files.
func (d taskData) Files() bool {
	return slices.ContainsFunc(d.Inputs, func(i input) bool { return i.Kind == fileInput })
}

// An input is one question of a form.
type input struct {
	Name, Label, Hint string
	Kind              inputKind
	Value             string
	Options           []option // of a choice
	Optional          bool
	Error             string
}

// An inputKind is how a question is answered: by typing or by choosing.
type inputKind string

const (
	lineInput   inputKind = "line"
	dayInput    inputKind = "day"
	numberInput inputKind = "number"
	textInput   inputKind = "text"   // some sentences
	listInput   inputKind = "list"   // one of many, unfolded
	choiceInput inputKind = "choice" // one of few, all of them seen
	boxesInput  inputKind = "boxes"  // any of some
	fileInput   inputKind = "file"
)

// A task is something to do to a record. Its words are said already.
type task struct {
	section      string // path of the tab it belongs to
	over, title  string
	lead, button string
	effects      []string
	filter       *filter
	inputs       []input
	danger       bool
	keep, back   string
	do           func() (path, notice string, err error) // an empty path leads back
}

// perform shows what a task asks for, or does it with what was typed. What was not filled in or
// cannot be read is told at once for all inputs.
func (v *visit) perform(t task) error {
	d := taskData{
		frame: v.frame(t.title, t.section), Over: t.over, Heading: t.title, Lead: t.lead, Filter: t.filter, Path: v.r.URL.RequestURI(), Key: newKey(),
		Effects: t.effects, Inputs: t.inputs, Button: t.button, Danger: t.danger, Keep: t.keep, Back: t.back,
	}
	if d.Keep == "" {
		d.Keep = v.say("Cancel")
	}
	for n := range d.Inputs {
		if i := &d.Inputs[n]; i.Optional && i.Hint == "" {
			i.Hint = v.say("Optional")
		}
	}
	if v.r.Method != http.MethodPost {
		return show(v, taskPage, http.StatusOK, d)
	}
	refused := v.typed(d.Inputs)
	if len(refused) == 0 {
		path, notice, err := t.do()
		r := v.refusal(err)
		switch {
		case err != nil && r == nil:
			return err
		case r == nil && path == "":
			return v.done(t.back, notice)
		case r == nil:
			return v.done(path, notice)
		}
		refused = append(refused, r)
	}
	ids, errs := map[string]string{}, fieldErrors{}
	for _, i := range d.Inputs {
		ids[i.Name] = i.ID()
	}
	for _, r := range refused {
		problems, at := wrong(v.refusal(r), ids)
		d.Problems = append(d.Problems, problems...)
		maps.Copy(errs, at)
	}
	for i := range d.Inputs {
		d.Inputs[i].Error = errs[d.Inputs[i].Name]
	}
	return show(v, taskPage, statusOf(refused[0]), d)
}

// ID is the id of i on its page.
func (i input) ID() string { return "in-" + i.Name }

// typed puts what was typed and chosen into the inputs and tells what is missing or no day.
func (v *visit) typed(inputs []input) (refused []*domain.Refusal) {
	for n := range inputs {
		i := &inputs[n]
		chosen := v.r.PostForm[i.Name]
		i.Value = domain.Written(v.field(i.Name))
		for o := range i.Options {
			i.Options[o].Chosen = slices.Contains(chosen, i.Options[o].Value)
		}
		switch {
		case i.Kind == fileInput:
		case i.Optional && strings.Join(chosen, "") == "":
		case strings.Join(chosen, "") == "" || i.Kind == lineInput && i.Value == "":
			refused = append(refused, domain.Refuse(domain.Invalid, "MISSING", "%s is missing.", i.Label).About(i.Name))
		case i.Kind == dayInput:
			if _, err := domain.ParseDate(i.Value); err != nil {
				refused = append(refused, domain.Refuse(domain.Invalid, "BAD_DAY", "%q is no day. Write it as 2026-11-30.", i.Value).About(i.Name))
			}
		}
	}
	return refused
}

// written is what was typed into an input of one line.
func (v *visit) written(name string) string { return domain.Written(v.field(name)) }

// dayOf is the day that was typed, which typed found to be one; no day if none was.
func (v *visit) dayOf(name string) domain.Date {
	d, _ := domain.ParseDate(v.written(name))
	return d
}

// chosen marks the options of an input that have one of some values.
func chosen(options []option, values ...string) []option {
	for i := range options {
		options[i].Chosen = slices.Contains(values, options[i].Value)
	}
	return options
}
