package domain

import (
	"errors"
	"fmt"
)

// Kind says how a caller should react to a Refusal. Kinds are append-only.
type Kind uint8

const (
	Invalid   Kind = iota + 1 // the request itself is wrong
	Forbidden                 // the actor may not ask this
	NotFound                  // there is nothing to act upon
	Conflict                  // a sound request at the wrong moment
	Busy                      // nothing is wrong; try again shortly
)

// A Refusal is an error a person can act upon; every other error is a fault.
type Refusal struct {
	Kind   Kind
	Code   string // stable, upper case with underscores, such as "ALREADY_APPROVED"
	Reason string // one or two sentences for people that say how to go on
	Field  string // the input the refusal is about, if it is about one
	Day    Date   `json:"-"` // which of several days in it; zero if it is about none

	Text Text `json:"-"` // the reason, for those who say it in another language
}

func (r *Refusal) Error() string { return r.Reason }

// About returns a copy of r that names the input it is about.
func (r *Refusal) About(field string) *Refusal {
	c := *r
	c.Field = field
	return &c
}

// On returns a copy of r that names the day it is about.
func (r *Refusal) On(day Date) *Refusal {
	c := *r
	c.Day = day
	return &c
}

// Refuse returns a Refusal with a formatted reason.
func Refuse(k Kind, code, format string, args ...any) *Refusal {
	return &Refusal{Kind: k, Code: code, Reason: fmt.Sprintf(format, args...), Text: Tell(format, args...)}
}

// AsRefusal returns the Refusal in err's chain, or nil if err is nil or a fault.
func AsRefusal(err error) *Refusal {
	r, _ := errors.AsType[*Refusal](err)
	return r
}
