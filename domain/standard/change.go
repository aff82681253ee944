package standard

import (
	"reflect"
	"slices"
	"strings"
)

// A Change is one thing that a definition says otherwise than the one before it.
type Change struct {
	Kind   ChangeKind
	Part   Part
	ID     string   // of the part within the standard; empty for the header
	Title  string   // as it is now, or was where it is gone
	Was    string   // the title before, where it is another one
	Fields []string // what is other than before, as JSON names it
}

// A ChangeKind says whether something is new, other than before, or gone.
type ChangeKind string

const (
	Added   ChangeKind = "added"
	Changed ChangeKind = "changed"
	Removed ChangeKind = "removed"
)

// A Part is what a definition is made of.
type Part string

const (
	HeaderPart      Part = "header"
	WorkProcessPart Part = "work-process"
	CompetencyPart  Part = "competency"
	CoursePart      Part = "course"
	WageStepPart    Part = "wage-steps" // the schedule as a whole
)

// Compare tells what is says otherwise than was: the header first, then the work processes with
// their competencies, the courses and the wage schedule, each in the order of is, and after them
// what is gone.
func Compare(was, is Definition) (changes []Change) {
	if fields := differing(was.Header, is.Header); len(fields) > 0 {
		changes = append(changes, Change{Kind: Changed, Part: HeaderPart, Title: is.Title, Was: was.Title, Fields: fields})
	}
	changes = append(changes, compared(WorkProcessPart, was.WorkProcesses, is.WorkProcesses,
		func(w WorkProcess) (string, string) { return string(w.ID), w.Title },
		func(w WorkProcess) WorkProcess { w.Competencies = nil; return w })...)
	changes = append(changes, compared(CompetencyPart, competencies(was), competencies(is),
		func(c Competency) (string, string) { return string(c.ID), c.Text }, func(c Competency) Competency { return c })...)
	changes = append(changes, compared(CoursePart, was.Courses, is.Courses,
		func(c Course) (string, string) { return string(c.ID), c.Title }, func(c Course) Course { return c })...)
	if !slices.Equal(was.WageSteps, is.WageSteps) {
		changes = append(changes, Change{Kind: Changed, Part: WageStepPart})
	}
	return changes
}

func competencies(d Definition) (all []Competency) {
	for _, wp := range d.WorkProcesses {
		all = append(all, wp.Competencies...)
	}
	return all
}

// compared tells what changed in a list whose items have ids. Alone is an item without what is
// compared for itself.
func compared[T any](part Part, was, is []T, named func(T) (id, title string), alone func(T) T) (changes []Change) {
	find := func(list []T, id string) int {
		return slices.IndexFunc(list, func(t T) bool { other, _ := named(t); return other == id })
	}
	for _, t := range is {
		id, title := named(t)
		at := find(was, id)
		if at < 0 {
			changes = append(changes, Change{Kind: Added, Part: part, ID: id, Title: title})
			continue
		}
		if fields := differing(alone(was[at]), alone(t)); len(fields) > 0 {
			_, before := named(was[at])
			changes = append(changes, Change{Kind: Changed, Part: part, ID: id, Title: title, Was: before, Fields: fields})
		}
	}
	for _, t := range was {
		if id, title := named(t); find(is, id) < 0 {
			changes = append(changes, Change{Kind: Removed, Part: part, ID: id, Title: title})
		}
	}
	return changes
}

// differing names the fields in which two values of a struct type differ. An empty list is the
// same as none.
func differing(was, is any) (names []string) {
	a, b := reflect.ValueOf(was), reflect.ValueOf(is)
	for i := range a.NumField() {
		x, y := a.Field(i), b.Field(i)
		if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 || reflect.DeepEqual(x.Interface(), y.Interface()) {
			continue
		}
		name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
