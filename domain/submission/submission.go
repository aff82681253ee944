// Package submission keeps what an institution was answered of several things that it sent in
// one request, so that asking again is answered the same, on every node and after a restart.
package submission

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a submission.
type Event interface {
	domain.Event
	submission()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Taken{}}

// Taken records what became of each item of a request, in its order, together with all that
// it led to. It is the last record of the commit.
type Taken struct {
	Items []Item `json:"items"`
}

// An Item is what became of one item. What was said of why it was refused is not kept: it may
// repeat what was sent.
type Item struct {
	Became Became        `json:"became"`
	Object domain.Stream `json:"object,omitempty"`
	Kind   int           `json:"kind,omitempty"` // of the refusal: a domain.Kind
	Code   string        `json:"code,omitempty"`
	Field  string        `json:"field,omitempty"`
}

func (Taken) EventName() string { return "submission.taken" }

func (Taken) submission() {}

// Stream is where it is kept what became of a submission. The id stands for its key.
func Stream(p domain.PartnerID, id string) domain.Stream {
	return domain.Stream("submission-" + string(p) + "." + id)
}

// Became says what became of an item.
type Became string

const (
	Recorded  Became = "recorded"
	Unchanged Became = "unchanged" // it stood on record as it was sent
	Waits     Became = "waits"     // until a person says whom it is about
	Refused   Became = "refused"
	Left      Became = "left" // nothing is wrong with it, and the whole was left
)

// An Outcome is what became of an item, with what its sender is told of a refusal.
type Outcome struct {
	Became  Became
	Object  domain.Stream // that it is about; empty where there is none, or nobody knows which
	Refused *domain.Refusal
}

// A Mode says how a submission is taken.
type Mode struct {
	Trial bool // tell what would become of it, and record nothing
	Whole bool // record all of it or nothing
}

// MaxItems is how many items one request may have.
const MaxItems = 500

// Check refuses a request with no items, or with too many.
func Check(items int) error {
	switch {
	case items == 0:
		return domain.Refuse(domain.Invalid, "ITEMS_MISSING", "Send at least one item.").About("items")
	case items > MaxItems:
		return domain.Refuse(domain.Invalid, "TOO_MANY_ITEMS", "%d items are too many for one request; at most %d are taken. Send the others in another, with a key of its own.", items, MaxItems).About("items")
	}
	return nil
}

// Fails reports whether nothing of a submission is recorded since it has to be taken as a
// whole. Those of which nothing is wrong are Left then.
func (m Mode) Fails(all []Outcome) bool {
	if !m.Whole || !slices.ContainsFunc(all, func(o Outcome) bool { return o.Refused != nil }) {
		return false
	}
	for i := range all {
		if all[i].Refused == nil {
			all[i] = Outcome{Became: Left}
		}
	}
	return true
}

// Keep is the fact that tells what became of the items.
func Keep(all []Outcome) Taken {
	t := Taken{Items: make([]Item, len(all))}
	for i, o := range all {
		t.Items[i] = Item{Became: o.Became, Object: o.Object}
		if r := o.Refused; r != nil {
			t.Items[i].Kind, t.Items[i].Code, t.Items[i].Field = int(r.Kind), r.Code, r.Field
		}
	}
	return t
}

// Refuses reports whether any of the items was refused.
func (t Taken) Refuses() bool {
	return slices.ContainsFunc(t.Items, func(i Item) bool { return i.Code != "" })
}

// Told is what became of the items when they were sent first. What is refused now as it was
// then is told as it is now.
func (t Taken) Told(now []Outcome) []Outcome {
	out := make([]Outcome, len(t.Items))
	for i, item := range t.Items {
		out[i] = Outcome{Became: item.Became, Object: item.Object}
		if item.Code == "" {
			continue
		}
		r := domain.Refuse(domain.Kind(item.Kind), item.Code, "This was refused when it was sent first. Send it again under another key to have it looked at anew.").About(item.Field)
		if i < len(now) && now[i].Refused != nil && now[i].Refused.Code == r.Code && now[i].Refused.Field == r.Field {
			r = now[i].Refused
		}
		out[i].Refused = r
	}
	return out
}
