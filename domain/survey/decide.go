package survey

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Answer keeps what somebody answers, once for each instrument.
type Answer struct {
	domain.Request
	Answered Answered
}

func (c Answer) Decide(s State) ([]Event, error) {
	a := c.Answered
	a.On = c.Today()
	i, known := InstrumentOf(a.Instrument)
	was, before := s.answered[a.Instrument]
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "KEPT_APART", "Guildhall keeps answers by itself, so that nobody is named in them.")
	case !known:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_INSTRUMENT", "There is no such questionnaire.").About("instrument")
	case before && slices.Equal(was, a.Scores):
		return nil, nil
	case before:
		return nil, domain.Refuse(domain.Conflict, "ANSWERED_ALREADY", "You answered this questionnaire in this wave. Thank you; one answer counts.")
	case a.Moment != Before && a.Moment != After:
		return nil, domain.Refuse(domain.Invalid, "BAD_MOMENT", "People are asked before a programme or after it.").About("moment")
	case len(a.Scores) != len(i.Items):
		return nil, domain.Refuse(domain.Invalid, "SCORES_MISSING", "Answer each of the %d items.", len(i.Items)).About("scores")
	case slices.ContainsFunc(a.Scores, func(n int) bool { return n < i.Low || n > i.High }):
		return nil, domain.Refuse(domain.Invalid, "BAD_SCORE", "Each answer is from %d to %d.", i.Low, i.High).About("scores")
	}
	return []Event{a}, nil
}
