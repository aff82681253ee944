package pathway

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// Kind names what a requirement is: a row of kinds.json.
type Kind string

// The kinds that mean something to the program itself. All others are data alone.
const (
	Hours       Kind = "hours"       // approved on-the-job learning in the stage's role; of one work process also what was credited
	Instruction Kind = "instruction" // related instruction, approved or credited, in whatever role
	Group       Kind = "group"       // some of the requirements in Of
	Work        Kind = "work"        // a piece of work, assessed
	Lab         Kind = "lab"         // an exercise with a result, assessed
	Course      Kind = "course"      // credit awarded by a college
	Certificate Kind = "certificate" // a certificate from an issuer, checked
	Competency  Kind = "competency"  // a competency of an occupation standard, rated
)

// Means says how requirements of one kind are met. A kind is a row of data: adding one
// changes no code.
type Means struct {
	Kind       Kind     `json:"id"`
	Title      string   `json:"title"`
	Met        How      `json:"met"`
	Scores     bool     `json:"scores,omitempty"`     // attempts may be given a score, where the requirement has one
	Observed   bool     `json:"observed,omitempty"`   // rated by watching; nothing has to be handed in
	Team       bool     `json:"team,omitempty"`       // several may show one piece of evidence together
	Product    bool     `json:"product,omitempty"`    // evidence names what it was applied to
	Compliance bool     `json:"compliance,omitempty"` // mandatory: it is not waived
	Current    bool     `json:"current,omitempty"`    // met only as long as a certificate is good that it rests on
	Attempts   int      `json:"attempts,omitempty"`   // how many have to succeed; 0 is one
	Months     int      `json:"months,omitempty"`     // how long it is valid once met; 0 is for good
	Evidence   []string `json:"evidence,omitempty"`   // what is shown for it, the usual first
}

// How says what meets a requirement.
type How string

const (
	Logged   How = "logged"   // approved hours
	Chosen   How = "chosen"   // enough of what is in it
	Assessed How = "assessed" // a rating at or above the pass level
	Scored   How = "scored"   // a score at or above the passing one
	Awarded  How = "awarded"  // credit from a college
	Checked  How = "checked"  // a document that somebody has looked at
	Attended How = "attended" // somebody saw that the learner took part
)

//go:embed kinds.json
var kindsFile []byte

var kinds = sync.OnceValue(func() []Means {
	dec := json.NewDecoder(bytes.NewReader(kindsFile))
	dec.DisallowUnknownFields()
	var all []Means
	if err := dec.Decode(&all); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return all
})

// Kinds returns every kind of requirement there is.
func Kinds() []Means { return slices.Clone(kinds()) }

// MeansOf returns the row of a kind, or false if there is none.
func MeansOf(k Kind) (Means, bool) {
	for _, m := range kinds() {
		if m.Kind == k {
			return m, true
		}
	}
	return Means{}, false
}

// Means says how r is met.
func (r Requirement) Means() Means { m, _ := MeansOf(r.Kind); return m }

// IsMilestone reports whether r has a history of its own: it is started, shown and
// assessed, or awarded. What is logged and groups follow from other facts.
func (r Requirement) IsMilestone() bool { return !r.Logged() && r.Kind != Group }

// Logged reports whether r asks for minutes that are logged.
func (r Requirement) Logged() bool { return r.Kind == Hours || r.Kind == Instruction }

// ByCredit reports whether a college's award meets r.
func (r Requirement) ByCredit() bool { return r.Means().Met == Awarded }

// Observed reports whether r is rated by watching the learner.
func (r Requirement) Observed() bool { m := r.Means(); return m.Observed || m.Met == Attended }

// Successes is how many attempts have to succeed.
func (r Requirement) Successes() int { return max(1, r.Attempts, r.Means().Attempts) }

// ValidMonths is how long r stays met, or 0 for good.
func (r Requirement) ValidMonths() int {
	if r.Months > 0 {
		return r.Months
	}
	return r.Means().Months
}

// Need is how many members of a group are asked for.
func (r Requirement) Need() int {
	switch {
	case r.Any:
		return 1
	case r.Choose == 0:
		return len(r.Of)
	}
	return r.Choose
}
