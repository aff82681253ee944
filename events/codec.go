package events

import (
	"encoding/json"
	"fmt"
	"reflect"

	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Codec turns events into JSON and back by the forms in which they are stored.
type Codec struct {
	types  map[string]reflect.Type        // of the events that are written, by name
	newest map[string]uint64              // schema, of every name that was ever written
	steps  map[domain.Form]*domain.Upcast // by the form they lead from
}

// NewCodec knows the given events, each in schema 1. It panics if two of them share a
// name, which no test run survives.
func NewCodec(sets ...[]domain.Event) Codec {
	c := Codec{types: map[string]reflect.Type{}, newest: map[string]uint64{}}
	for _, set := range sets {
		for _, e := range set {
			if t, dup := c.types[e.EventName()]; dup {
				panic(fmt.Sprintf("events: %s and %T share the name %q", t, e, e.EventName()))
			}
			c.types[e.EventName()] = reflect.TypeOf(e)
			c.newest[e.EventName()] = 1
		}
	}
	return c
}

// Encode returns the form in which e is written, and its body.
func (c Codec) Encode(e domain.Event) (domain.Form, []byte, error) {
	name := e.EventName()
	if c.types[name] != reflect.TypeOf(e) {
		return domain.Form{}, nil, fmt.Errorf("events: %T is not in any Events list", e)
	}
	body, err := json.Marshal(e)
	return domain.Form{Name: name, Schema: c.newest[name]}, body, err
}

// Decode is the inverse of Encode, for facts of every form there ever was. A name that was
// never written by this program or one before it gives an Unknown; a newer schema of a
// name that was is ErrNewer. Fields that are not known are passed over: what a log holds
// stays as it is, so they are there for a program that knows them. Of a field that is
// there twice, which Encode does not write, the last counts.
//
// A body is read as encoding/json reads it, by the package that is to take its place: in a
// third of the time.
func (c Codec) Decode(f domain.Form, body []byte) (domain.Event, error) {
	newest, known := c.newest[f.Name]
	switch {
	case !known:
		return Unknown{Form: f, Body: string(body)}, nil
	case f.Schema > newest:
		return nil, fmt.Errorf("%w: %w", ErrNewer, domain.Refuse(domain.Conflict, "DATA_TOO_NEW",
			"The log holds %q in form %d, written by a newer Guildhall; this one reads forms up to %d. Use that version or a later one.", f.Name, f.Schema, newest))
	case f.Schema == 0 || len(body) == 0 || body[0] != '{':
		return nil, fmt.Errorf("%w: %q in form %d is no JSON object", ErrCorrupt, f.Name, f.Schema)
	}
	name, body, err := c.upcast(f, body)
	if err != nil {
		return nil, fmt.Errorf("%w: %q in form %d: %v", ErrCorrupt, f.Name, f.Schema, err)
	}
	v := reflect.New(c.types[name])
	if err := jsonv1.Unmarshal(body, v.Interface()); err != nil {
		return nil, fmt.Errorf("%w: decode %q: %v", ErrCorrupt, f.Name, err)
	}
	return v.Elem().Interface().(domain.Event), nil
}
