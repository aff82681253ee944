package activity

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// A Format says how something is learned. Formats are data: a row of formats.json.
type Format struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Kind   string   `json:"kind"`             // training, course, lab, simulation, work, team, compliance, network
	Scored bool     `json:"scored,omitempty"` // it ends with a score
	Group  bool     `json:"group,omitempty"`  // it may be recorded for all who took part at once
	Asks   []string `json:"asks,omitempty"`   // what has to be said about one: timeBasis, topic, partner, department
}

// A Topic is what an activity is about. Topics are data: a row of topics.json.
type Topic struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Family string `json:"family"` // technical, soft-skill, compliance
}

//go:embed formats.json
var formatsFile []byte

//go:embed topics.json
var topicsFile []byte

var (
	formats = sync.OnceValue(func() []Format { return rows[Format](formatsFile) })
	topics  = sync.OnceValue(func() []Topic { return rows[Topic](topicsFile) })
)

func rows[T any](file []byte) (all []T) {
	if err := json.Unmarshal(file, &all); err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	return all
}

// Formats lists the formats there are.
func Formats() []Format { return slices.Clone(formats()) }

// Topics lists the topics there are.
func Topics() []Topic { return slices.Clone(topics()) }

// FormatOf is the format with an id.
func FormatOf(id string) (Format, bool) {
	at := slices.IndexFunc(formats(), func(f Format) bool { return f.ID == id })
	if at < 0 {
		return Format{}, false
	}
	return formats()[at], true
}

// TopicOf is the topic with an id.
func TopicOf(id string) (Topic, bool) {
	at := slices.IndexFunc(topics(), func(t Topic) bool { return t.ID == id })
	if at < 0 {
		return Topic{}, false
	}
	return topics()[at], true
}
