package credit

import "github.com/guildhall-dev/guildhall/domain"

// A Judgement is a request of the college that a credit lies with. Seen is the version of
// the credit that was judged; 0 judges whatever there is.
type Judgement struct {
	domain.Request
	Seen uint64
}

// refuses says why the college may not judge s, or nil.
func (j Judgement) refuses(s State) error {
	switch {
	case s.status == none:
		return notFound()
	case j.By.Partner == "" || j.By.Partner != s.subject.Partner:
		return domain.Refuse(domain.Forbidden, "NOT_YOUR_RULE", "Only the college that was asked decides on this credit.")
	}
	return nil
}

// stale says that the credit changed since it was judged, or nil.
func (j Judgement) stale(s State) error {
	if j.Seen != 0 && j.Seen != s.version {
		return domain.Refuse(domain.Conflict, "VERSION_CONFLICT", "This credit is at version %d, and you have decided on version %d. Read it again before you decide.", s.version, j.Seen).About("version")
	}
	return nil
}

// StartEvaluation says that the college works on a request.
type StartEvaluation struct{ Judgement }

func (c StartEvaluation) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	if s.status == inEvaluation {
		return nil, nil
	}
	if s.status != requested {
		return nil, notNow("begin to evaluate", s)
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{EvaluationStarted{}}, nil
}

// Refer leaves it to a committee.
type Refer struct {
	Judgement
	Note domain.Sealed
}

func (c Refer) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	if s.status == inCommittee {
		return nil, nil
	}
	if s.status != inEvaluation {
		return nil, notNow("refer", s)
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{ReferredToCommittee{Note: c.Note}}, nil
}

// Return takes it back from the committee to the evaluator.
type Return struct {
	Judgement
	Note domain.Sealed
}

func (c Return) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	if s.status == inEvaluation {
		return nil, nil
	}
	if s.status != inCommittee {
		return nil, notNow("return", s)
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{ReturnedFromCommittee{Note: c.Note}}, nil
}

// Recommend says what the learning is held to be worth, by the college or an evaluator it names.
type Recommend struct {
	Judgement
	Recommended Recommended
}

func (c Recommend) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	r, rule := c.Recommended, s.subject.Articulation
	switch {
	case s.status == recommended:
		return nil, nil
	case s.status != inEvaluation:
		return nil, notNow("recommend", s)
	case r.Credit.Unit != rule.Credit.Unit:
		return nil, domain.Refuse(domain.Invalid, "WRONG_UNIT", "The rule counts %s in %s units, not %s.", rule.Course, rule.Credit.Unit, r.Credit.Unit).About("unit")
	case r.Credit.Hundredths <= 0 || r.Credit.Hundredths > rule.Credit.Hundredths:
		return nil, domain.Refuse(domain.Invalid, "CREDIT_OUT_OF_RANGE", "The rule for %s allows more than 0 and at most %s.", rule.Course, rule.Credit.Decimal()).About("credit")
	case r.Level != "" && !r.Level.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_CREDIT_LEVEL", "%q is not a level of credit.", r.Level).About("level")
	case domain.Written(r.Evaluator) == "":
		return nil, domain.Refuse(domain.Invalid, "EVALUATOR_MISSING", "Say who recommends, such as ACE.").About("evaluator")
	case domain.TooLong(r.Evaluator):
		return nil, domain.Shorten("evaluator")
	case !r.ValidTo.IsZero() && r.ValidTo.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The recommendation would have lapsed already.").About("validTo")
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{r}, nil
}

// Deny says that the college gives no credit, and why.
type Deny struct {
	Judgement
	Reason domain.Sealed
}

func (c Deny) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	switch {
	case s.status == denied:
		return nil, nil
	case s.status != inEvaluation && s.status != recommended:
		return nil, notNow("deny", s)
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why there is no credit: the learner reads it.").About("reason")
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{Denied{Reason: c.Reason}}, nil
}

// Post says that the credit stands on the transcript.
type Post struct {
	Judgement
	TranscriptRef string
}

func (c Post) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	switch {
	case s.status == posted && s.transcript == c.TranscriptRef:
		return nil, nil
	case s.status == posted:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_POSTED", "This credit stands on a transcript as %q.", s.transcript)
	case s.status != awarded:
		return nil, notNow("post", s)
	case domain.Written(c.TranscriptRef) == "":
		return nil, domain.Refuse(domain.Invalid, "REFERENCE_MISSING", "Send your own reference of the transcript entry.").About("transcriptRef")
	case domain.TooLong(c.TranscriptRef):
		return nil, domain.Shorten("transcriptRef")
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{Posted{TranscriptRef: c.TranscriptRef, On: c.Today()}}, nil
}

// Revoke takes an award back, and says why. The college can still do it when its agreement has ended.
type Revoke struct {
	Judgement
	Reason domain.Sealed
}

func (c Revoke) Decide(s State) ([]Event, error) {
	if err := c.refuses(s); err != nil {
		return nil, err
	}
	switch {
	case s.status == revoked:
		return nil, nil
	case s.status != awarded && s.status != posted:
		return nil, notNow("revoke", s)
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the credit is taken back: the learner reads it.").About("reason")
	}
	if err := c.stale(s); err != nil {
		return nil, err
	}
	return []Event{Revoked{Reason: c.Reason}}, nil
}

var standing = map[status]string{
	proposed: "has been proposed and not asked for", requested: "has been asked for and is not evaluated yet", inEvaluation: "is being evaluated",
	inCommittee: "is with a committee", recommended: "has been recommended", awarded: "has been awarded", posted: "stands on a transcript",
	denied: "has been denied", lapsed: "was recommended until its time ran out", withdrawn: "is no longer asked for", revoked: "has been revoked",
}

func notNow(do string, s State) error {
	return domain.Refuse(domain.Conflict, "NOT_NOW", "You cannot %s this credit: it %s.", do, standing[s.status])
}
