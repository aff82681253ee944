package events

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Codec turns events into JSON and back by their stored names.
type Codec struct{ types map[string]reflect.Type }

// NewCodec knows the given events. It panics if two of them share a name,
// which no test run survives.
func NewCodec(sets ...[]domain.Event) Codec {
	c := Codec{types: map[string]reflect.Type{}}
	for _, set := range sets {
		for _, e := range set {
			if t, dup := c.types[e.EventName()]; dup {
				panic(fmt.Sprintf("events: %s and %T share the name %q", t, e, e.EventName()))
			}
			c.types[e.EventName()] = reflect.TypeOf(e)
		}
	}
	return c
}

// Encode returns the stored name and body of e.
func (c Codec) Encode(e domain.Event) (name string, body []byte, err error) {
	if c.types[e.EventName()] != reflect.TypeOf(e) {
		return "", nil, fmt.Errorf("events: %T is not in any Events list", e)
	}
	body, err = json.Marshal(e)
	return e.EventName(), body, err
}

// Decode is the inverse of Encode.
func (c Codec) Decode(name string, body []byte) (domain.Event, error) {
	t, ok := c.types[name]
	if !ok {
		return nil, fmt.Errorf("%w: unknown event %q", ErrCorrupt, name)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(body, v.Interface()); err != nil {
		return nil, fmt.Errorf("%w: decode %q: %v", ErrCorrupt, name, err)
	}
	return v.Elem().Interface().(domain.Event), nil
}
