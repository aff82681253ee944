package portal

import (
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// syncState says in few words whether an institution keeps up with what is kept for it.
func (v *visit) syncState(s desk.Sync) cell {
	switch {
	case s.Suspended:
		return cell{Text: v.say("Suspended"), Tone: toneMute}
	case s.Late(v.Desk.Today()):
		return cell{Text: v.notSynced(s), Note: strings.Join(v.syncTroubles(s), " "), Tone: toneWarn}
	case s.Systems == 0:
		return cell{Text: v.say("Works by hand"), Tone: toneMute}
	}
	return cell{Text: v.say("Keeps up"), Tone: toneOK}
}

func (v *visit) notSynced(s desk.Sync) string {
	if s.Since().IsZero() {
		return v.say("Never synced")
	}
	return v.say("Not synced since %s", v.day(wholeDay, s.Since()))
}

// syncTroubles say what is amiss, in whole sentences.
func (v *visit) syncTroubles(s desk.Sync) (all []string) {
	add := func(amiss bool, words string) {
		if amiss {
			all = append(all, words)
		}
	}
	add(s.Behind > 0, v.say("%d changes wait to be read.", s.Behind))
	add(s.Failing > 0, v.say("%d addresses do not take notices.", s.Failing))
	add(s.Lost > 0, v.say("%d notices were given up.", s.Lost))
	add(s.Locked > 0, v.say("%d systems have no key that works.", s.Locked))
	add(!s.EndingOn.IsZero(), v.say("A key ends on %s and none takes its place.", v.day(wholeDay, s.EndingOn)))
	return all
}

// onMoment is a cell with the day of a moment and its age; "Never" if there was none.
func (v *visit) onMoment(at time.Time) cell {
	if at.IsZero() {
		return v.lastOf()
	}
	return v.lastOf(domain.DateOf(v.here(at)))
}

func (v *visit) readLast(s desk.Sync) cell {
	c := v.onMoment(s.ReadAt)
	switch {
	case s.Behind > 0 && s.ReadAt.IsZero():
		c.Note = v.say("%d changes wait to be read.", s.Behind)
	case s.Behind > 0:
		c.Note = v.say("%d changes since", s.Behind)
	case s.ReadAt.IsZero():
		c.Note = ""
	default:
		c.Note = v.say("Read everything")
	}
	return c
}

func (v *visit) listLast(s desk.Sync) cell {
	c := v.onMoment(s.List.At)
	if !s.List.At.IsZero() {
		c.Note = v.say("%s rows, %s not matched", strconv.Itoa(s.List.Rows), strconv.Itoa(s.List.Unmatched))
	}
	return c
}

func (v *visit) keysEnd(s desk.Sync) string {
	if s.EndingOn.IsZero() {
		return ""
	}
	return v.say("One ends on %s", v.day(wholeDay, s.EndingOn))
}

// syncFacts are what is on record of what an institution reads and sends.
func (v *visit) syncFacts(s desk.Sync) []detail {
	rejected := cell{}
	if s.Sent > 0 {
		rejected = cell{Text: v.say("%s of %s in the last 30 days", strconv.Itoa(s.Rejected), strconv.Itoa(s.Sent))}
	}
	matching := cell{Text: v.say("%d wait", s.Unmatched)}
	if s.Unmatched == 0 {
		matching.Text = ""
	}
	return details(
		detail{v.say("Feed read last"), v.readLast(s)}, detail{v.say("Taken as files last"), v.onMoment(s.ExportedAt)}, detail{v.say("A system logged in last"), v.lastOf(s.UsedOn)},
		detail{v.say("A notice arrived last"), v.lastOf(s.ArrivedOn)}, detail{v.say("Last list of students"), v.listLast(s)}, detail{v.say("Students to match"), matching}, detail{v.say("Items refused"), rejected},
		detail{v.say("A key ends"), cell{Text: v.day(wholeDay, s.EndingOn)}})
}

// syncCall is what has to be seen to for an institution to keep up; nil if nothing has.
func (v *visit) syncCall(s desk.Sync) *call {
	if !s.Late(v.Desk.Today()) {
		return nil
	}
	return &call{v.notSynced(s), strings.Join(v.syncTroubles(s), " "), link{}}
}
