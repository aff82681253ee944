package survey

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the answers under a random name in one wave are kept.
func Stream(wave domain.WaveID, name string) domain.Stream {
	return domain.Stream("survey-" + string(wave) + "." + name)
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.WaveID, string, error) {
	wave, name, err := s.Pair("survey")
	return domain.WaveID(wave), name, err
}

// State is what deciding needs to know, and no more.
type State struct {
	answered map[domain.InstrumentID][]int
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	if e, ok := e.(Answered); ok {
		next := maps.Clone(s.answered)
		if next == nil {
			next = map[domain.InstrumentID][]int{}
		}
		next[e.Instrument] = e.Scores
		s.answered = next
	}
	return s
}

// An Instrument is a set of items that are scored together. Instruments are data: a row of
// instruments.json.
type Instrument struct {
	ID      domain.InstrumentID `json:"id"`
	Title   string              `json:"title"`
	Measure string              `json:"measure"` // satisfaction, quality-of-life, burnout
	Low     int                 `json:"low"`     // the lowest score of an item
	High    int                 `json:"high"`
	Items   []string            `json:"items"`
}

//go:embed instruments.json
var file []byte

var instruments = sync.OnceValue(func() (all []Instrument) {
	if err := json.Unmarshal(file, &all); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return all
})

// Instruments lists the instruments there are.
func Instruments() []Instrument { return slices.Clone(instruments()) }

// InstrumentOf is the instrument with an id.
func InstrumentOf(id domain.InstrumentID) (Instrument, bool) {
	at := slices.IndexFunc(instruments(), func(i Instrument) bool { return i.ID == id })
	if at < 0 {
		return Instrument{}, false
	}
	return instruments()[at], true
}

// Percent is how high scores are on the scale of the instrument, in hundredths of a percent:
// 0 is the lowest answer to every item, 10,000 the highest.
func (i Instrument) Percent(scores []int) int {
	sum := 0
	for _, s := range scores {
		sum += s - i.Low
	}
	return 10_000 * sum / ((i.High - i.Low) * max(len(scores), 1))
}

// Instruments tells which were answered.
func (s State) Instruments() map[domain.InstrumentID]bool {
	out := map[domain.InstrumentID]bool{}
	for id := range s.answered {
		out[id] = true
	}
	return out
}
