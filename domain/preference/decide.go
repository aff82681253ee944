package preference

import (
	"regexp"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

var (
	tags  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	zones = regexp.MustCompile(`^[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*$`)
)

const maxName = 64 // bytes of a language or a zone

// Choose records what somebody prefers. Whether there is such a language or clock is for
// whoever asks to look up.
type Choose struct {
	domain.Request
	Person domain.PersonID
	Chosen Chosen
}

func (c Choose) Decide(s State) ([]Event, error) {
	want := c.Chosen
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case want.Language != "" && (len(want.Language) > maxName || !tags.MatchString(want.Language)):
		return nil, domain.Refuse(domain.Invalid, "BAD_LANGUAGE", "Choose one of the languages of these pages.").About("language")
	case want.Zone != "" && (len(want.Zone) > maxName || !zones.MatchString(want.Zone)):
		return nil, domain.Refuse(domain.Invalid, "BAD_ZONE", "Choose one of the time zones.").About("zone")
	case !slices.Contains([]Digest{Never, Daily, Weekly}, want.Digest):
		return nil, domain.Refuse(domain.Invalid, "BAD_DIGEST", "Choose whether mail comes never, daily or weekly.").About("digest")
	case min(want.Quiet.From, want.Quiet.Until) < 0 || max(want.Quiet.From, want.Quiet.Until) >= day:
		return nil, domain.Refuse(domain.Invalid, "BAD_TIME", "Write times of the day from 00:00 to 23:59.").About("quietFrom")
	case s.chosen == want:
		return nil, nil
	}
	return []Event{want}, nil
}

// Read records that somebody has read what happened until a moment. Reading less than before
// changes nothing.
type Read struct {
	domain.Request
	Person domain.PersonID
	Until  time.Time
}

func (c Read) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case c.Until.After(c.At):
		return nil, domain.Refuse(domain.Invalid, "BAD_TIME", "Nobody has read what is still to happen.").About("until")
	case c.Until.UnixMicro() <= s.read:
		return nil, nil
	}
	return []Event{MessagesRead{Until: c.Until.UnixMicro()}}, nil
}

var notTheirs = domain.Refuse(domain.Forbidden, "NOT_YOURS", "People choose for themselves.")
