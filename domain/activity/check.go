package activity

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

var (
	notYours      = domain.Refuse(domain.Forbidden, "NOT_YOUR_ACTIVITY", "This is for whoever takes part, or for whoever leads it.")
	notTakingPart = domain.Refuse(domain.NotFound, "NOT_A_MEMBER", "This person does not take part in the activity.").About("personId")
	noScore       = domain.Refuse(domain.Invalid, "SCORE_MISSING", "Give the score, and the best score there is.").About("of")
)

// runs reports whether somebody runs programmes.
func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

// leads reports whether somebody can lead others in an activity.
func leads(by domain.Actor) bool { return by.Role == domain.Mentor || by.Role == domain.Manager }

func (s State) takesPart(by domain.Actor) bool {
	return by.Person != "" && slices.Contains(s.members, by.Person)
}

func before(d domain.Date) error {
	return domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "That day is before %s, the last that is on record for this activity.", d).About("on")
}

func check(s Subject) error {
	f, known := FormatOf(s.Format)
	switch {
	case domain.Written(s.Title) == "":
		return domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the activity a title.").About("title")
	case domain.TooLong(s.Title):
		return domain.Shorten("title")
	case domain.TooLong(s.Department):
		return domain.Shorten("department")
	case !known:
		return domain.Refuse(domain.Invalid, "BAD_FORMAT", "There is no format %q. Choose one from the list.", s.Format).About("format")
	case s.Delivery != OnSite && s.Delivery != Remote && s.Delivery != LowBandwidth:
		return domain.Refuse(domain.Invalid, "BAD_DELIVERY", "An activity is on site, remote, or remote on a slow line.").About("delivery")
	case s.TimeBasis != "" && s.TimeBasis != Evenings && s.TimeBasis != Weekends && s.TimeBasis != WorkTime && s.TimeBasis != MixedTime:
		return domain.Refuse(domain.Invalid, "BAD_TIME_BASIS", "People learn in the evenings, at weekends, in protected work time, or in all of them.").About("timeBasis")
	case s.Cost < 0 || s.Cost > MaxCost:
		return domain.Refuse(domain.Invalid, "BAD_COST", "An activity costs from nothing to %d cents for one person.", MaxCost).About("costCents")
	case s.Cost > 0 && s.Funding == "":
		return domain.Refuse(domain.Invalid, "FUNDING_MISSING", "Say from which funding source the cost is paid.").About("fundingId")
	}
	if _, ok := TopicOf(s.Topic); s.Topic != "" && !ok {
		return domain.Refuse(domain.Invalid, "BAD_TOPIC", "There is no topic %q. Choose one from the list.", s.Topic).About("topic")
	}
	for _, ask := range f.Asks {
		switch {
		case ask == "timeBasis" && s.TimeBasis == "":
			return domain.Refuse(domain.Invalid, "TIME_BASIS_MISSING", "%s: say whether it is taken in the evenings, at weekends or in protected work time.", f.Title).About("timeBasis")
		case ask == "topic" && s.Topic == "":
			return domain.Refuse(domain.Invalid, "TOPIC_MISSING", "%s: say what it is about.", f.Title).About("topic")
		case ask == "partner" && s.Partner == "":
			return domain.Refuse(domain.Invalid, "PARTNER_MISSING", "%s: say which institution teaches it.", f.Title).About("partnerId")
		case ask == "department" && domain.Written(s.Department) == "":
			return domain.Refuse(domain.Invalid, "DEPARTMENT_MISSING", "%s: say which department takes the person in.", f.Title).About("department")
		}
	}
	return nil
}

func (r Result) check() error {
	switch {
	case r.Minutes < 0 || r.Minutes > maxMinutes:
		return domain.Refuse(domain.Invalid, "BAD_MINUTES", "An activity takes from nothing to a year.").About("minutes")
	case r.Of < 0 || r.Of > MaxScore:
		return domain.Refuse(domain.Invalid, "BAD_SCORE", "The best score is from 1 to %d.", MaxScore).About("of")
	case r.Score < 0 || r.Score > r.Of:
		return domain.Refuse(domain.Invalid, "BAD_SCORE", "A score is from 0 to the best there is, %d.", r.Of).About("score")
	}
	return nil
}
