package events

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// With returns a codec that also reads the forms that upcasts lead from, and writes the
// newest. It panics if a form between the first and the newest is left out, or leads
// nowhere, which no test run survives.
func (c Codec) With(upcasts ...[]domain.Upcast) Codec {
	c.newest, c.steps = maps.Clone(c.newest), maps.Clone(c.steps)
	if c.steps == nil {
		c.steps = map[domain.Form]*domain.Upcast{}
	}
	for _, set := range upcasts {
		for i, u := range set {
			if c.steps[u.From] != nil {
				panic(fmt.Sprintf("events: two upcasts lead from %v", u.From))
			}
			c.steps[u.From] = &set[i]
			for _, f := range []domain.Form{u.From, u.To} {
				c.newest[f.Name] = max(c.newest[f.Name], f.Schema)
			}
		}
	}
	for name, newest := range c.newest {
		for schema := uint64(1); schema <= newest; schema++ {
			if f := (domain.Form{Name: name, Schema: schema}); !c.arrives(f) {
				panic(fmt.Sprintf("events: no upcasts lead from %v to the form of an event", f))
			}
		}
	}
	return c
}

// arrives reports whether the upcasts lead from f to the form in which an event is written.
func (c Codec) arrives(f domain.Form) bool {
	for range len(c.steps) + 1 {
		step := c.steps[f]
		if step == nil {
			return c.writes(f)
		}
		f = step.To
	}
	return false
}

func (c Codec) writes(f domain.Form) bool {
	return c.types[f.Name] != nil && c.newest[f.Name] == f.Schema
}

// upcast brings a body of form f to the form in which the event is written.
func (c Codec) upcast(f domain.Form, body []byte) (name string, out []byte, err error) {
	step := c.steps[f]
	if step == nil {
		return f.Name, body, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return "", nil, err
	}
	for ; step != nil; step = c.steps[f] {
		if step.Do != nil {
			if err := step.Do(fields); err != nil {
				return "", nil, err
			}
		}
		f = step.To
	}
	out, err = json.Marshal(fields)
	return f.Name, out, err
}
