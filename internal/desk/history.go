package desk

import (
	"context"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Change is one step in the history of a figure: what was recorded at once, and what the
// figure was before and after it.
type Change struct {
	Facts         []projections.Fact // behind it, in order
	Before, After Reading
}

// Position is that of the last fact behind the change.
func (c Change) Position() events.Position { return c.last().Position }

// Day is when the change took effect: the day of the last fact behind it.
func (c Change) Day() domain.Date { return c.last().On }

// At is when it was recorded.
func (c Change) At() time.Time { return c.last().Request.At }

// By is who made it.
func (c Change) By() domain.Actor { return c.last().Request.By }

func (c Change) last() projections.Fact { return c.Facts[len(c.Facts)-1] }

// History tells how a figure of a learner became what it is, as it was recorded, oldest
// first. What was corrected is there as it was read at the time, and as a change of its own.
func (d *Desk) History(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, f Figure) ([]Change, error) {
	if by.Role == domain.Partner {
		return nil, domain.Refuse(domain.Forbidden, "PEOPLE_ONLY", "How a record came about is for people. A partner reads what is shared with it now.")
	}
	if d.Log == nil {
		return nil, domain.Refuse(domain.Invalid, "ALREADY_PAST", "This is the record of another day. Ask the present one for its history.")
	}
	l, err := d.Learner(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if !d.traces(by, l, f.Kind) {
		return nil, nil
	}
	if _, err := d.Reads(ctx, l, f); err != nil {
		return nil, err
	}
	var out []Change
	was := Reading{}
	err = d.Read.Retell(ctx, d.Log, id, func(past *projections.DB, facts []projections.Fact) error {
		if !f.changes(facts) {
			return nil
		}
		l, err := past.Learner(ctx, id)
		if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		at := facts[len(facts)-1].Request.At
		then := Desk{Read: past, Vault: d.Vault, Now: func() time.Time { return at }}
		is, err := then.Reads(ctx, l, f)
		if err != nil {
			return err
		}
		if nothing := (was == Reading{}) && is.Amount == 0 && is.State == ""; is == was || nothing {
			was = is
			return nil
		}
		out = append(out, Change{Facts: append([]projections.Fact(nil), facts...), Before: was, After: is})
		was = is
		return nil
	})
	return out, err
}

// FactWords is the stored name of a fact in words for people: "timesheet.approved" is
// "Timesheet approved", "timesheet.hours_logged" is "Hours logged".
func FactWords(name string) string {
	noun, what, _ := strings.Cut(name, ".")
	if !strings.Contains(what, "_") {
		what = noun + " " + what
	}
	return words(strings.ReplaceAll(what, "_", "-"))
}

// words writes a state or kind, such as "not-yet-attained", for people.
func words(state string) string {
	text := strings.ReplaceAll(state, "-", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
