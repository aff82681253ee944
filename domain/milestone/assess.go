package milestone

import "github.com/guildhall-dev/guildhall/domain"

// Assess rates or scores the evidence. The assessor is named with the evidence and never the
// apprentice.
type Assess struct {
	domain.Request
	Stream     domain.Stream // of the milestone: the basis of attaining it
	Rating     int
	Score      int // where it is scored
	Feedback   domain.Sealed
	ValidUntil domain.Date // as a certificate says; no day leaves it to the requirement
	Peer       bool        // the assessor is with the apprentice as a peer only
}

func (c Assess) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "This milestone was not begun.")
	case c.By.Person == s.person:
		return nil, ownWork
	case c.By.Role != domain.Mentor && c.By.Role != domain.Manager:
		return nil, notAssessor
	case s.status == attained:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status != underReview:
		return nil, domain.Refuse(domain.Conflict, "NOTHING_TO_ASSESS", "There is no new evidence to assess.")
	case c.By.Person != s.assessor:
		return nil, domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "This evidence is with another assessor.")
	case c.Peer:
		return nil, peersOnly
	case s.counted(s.last):
		return nil, sameEvidence
	}
	return s.judge(c.Today(), c.By.Person, Mark{c.Rating, c.Score}, c.Feedback, c.Stream, c.ValidUntil)
}

var (
	ownWork     = domain.Refuse(domain.Forbidden, "OWN_MILESTONE", "Nobody assesses their own work.")
	notAssessor = domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "A milestone is assessed by the apprentice's mentor.")
	peersOnly   = domain.Refuse(domain.Forbidden, "PEER_MENTOR", "A peer supports and does not assess. A mentor who has mastered the occupation does.")
)

// judge decides what comes of an attempt.
func (s State) judge(on domain.Date, by domain.PersonID, m Mark, feedback domain.Sealed, stream domain.Stream, until domain.Date) ([]Event, error) {
	if err := s.markable(m); err != nil {
		return nil, err
	}
	passed := s.passes(m)
	switch {
	case !passed && feedback == "":
		return nil, domain.Refuse(domain.Invalid, "FEEDBACK_MISSING", "Say what is missing to pass.").About("feedback")
	case !until.IsZero() && until.Before(on):
		return nil, domain.Refuse(domain.Invalid, "NOT_VALID", "It was valid until %s. Ask for one that still is.", until.Format("2 January 2006")).About("validUntil")
	}
	out := []Event{Assessed{Assessor: by, Rating: m.Rating, Attempt: len(s.attempts) + 1, Score: m.Score, Of: s.terms.MaxScore}}
	n := s.successes() + 1
	switch {
	case !passed:
		out = append(out, NotYetAttained{Feedback: feedback})
	case n < s.needed():
		out = append(out, AttemptPassed{Passed: n, Needed: s.needed(), Feedback: feedback})
	default:
		out = append(out, Attained{On: on, Level: m.Rating, Basis: string(stream), Feedback: feedback, ValidUntil: s.validity(on, until)})
	}
	return out, nil
}

// markable reports why an attempt cannot be given a mark, or nil.
func (s State) markable(m Mark) error {
	switch {
	case s.terms.MaxScore > 0 && (m.Score < 0 || m.Score > s.terms.MaxScore || m.Rating != 0):
		return domain.Refuse(domain.Invalid, "BAD_SCORE", "This is scored, from 0 to %d points.", s.terms.MaxScore).About("score")
	case s.terms.MaxScore == 0 && (m.Rating < 0 || m.Rating > TopRating || m.Score != 0):
		return domain.Refuse(domain.Invalid, "BAD_RATING", "Rate from 0 to %d.", TopRating).About("rating")
	}
	return nil
}

// validity is the last day on which something attained on a day is valid, or no day.
func (s State) validity(on, until domain.Date) domain.Date {
	if until.IsZero() && s.terms.Months > 0 {
		return on.AddMonths(s.terms.Months).AddDays(-1)
	}
	return until
}

// Observe rates what somebody saw the apprentice do. Nothing has to be handed in, or begun.
type Observe struct {
	domain.Request
	Started  Started
	Stream   domain.Stream
	Open     bool
	Attempt  int // which one this is, from 1: one that was rated is not rated again
	Rating   int
	Feedback domain.Sealed
	Peer     bool
}

func (c Observe) Decide(s State) ([]Event, error) {
	terms := c.Started.Terms
	if s.started {
		terms = s.terms
	}
	switch {
	case c.By.Person == c.Started.Person || c.By.Person == s.person:
		return nil, ownWork
	case c.By.Role != domain.Mentor && c.By.Role != domain.Manager:
		return nil, notAssessor
	case c.Peer:
		return nil, peersOnly
	case !terms.Observed:
		return nil, domain.Refuse(domain.Conflict, "NOT_BY_WATCHING", "This milestone is assessed on evidence. The apprentice shows it first.")
	case s.status == attained || s.status == waived:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status == underReview:
		return nil, domain.Refuse(domain.Conflict, "EVIDENCE_WAITS", "There is evidence to assess. Assess it first.")
	case !s.started && !c.Open:
		return nil, notOpen
	case c.Attempt <= len(s.attempts):
		return nil, nil
	case c.Attempt > len(s.attempts)+1:
		return nil, domain.Refuse(domain.Conflict, "WRONG_ATTEMPT", "The next attempt is number %d.", len(s.attempts)+1).About("attempt")
	}
	var out []Event
	if !s.started {
		out = append(out, c.Started)
		s = Evolve(s, c.Started)
	}
	made, err := s.judge(c.Today(), c.By.Person, Mark{Rating: c.Rating}, c.Feedback, c.Stream, domain.Date{})
	if err != nil {
		return nil, err
	}
	return append(out, made...), nil
}

// CorrectAssessment puts an attempt right that its assessor has rated or scored wrongly.
type CorrectAssessment struct {
	domain.Request
	Stream  domain.Stream
	Attempt int
	Mark    Mark
	Reason  domain.Sealed
}

func (c CorrectAssessment) Decide(s State) ([]Event, error) {
	switch {
	case c.Attempt < 1 || c.Attempt > len(s.attempts):
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_ATTEMPT", "There was no such attempt.").About("attempt")
	case c.By.Person == s.person:
		return nil, ownWork
	case c.By.Role != domain.Mentor && c.By.Role != domain.Manager || c.By.Person != s.attempts[c.Attempt-1].by:
		return nil, domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "An assessment is corrected by whoever made it.")
	}
	was := s.attempts[c.Attempt-1]
	switch err := s.markable(c.Mark); {
	case err != nil:
		return nil, err
	case was.mark == c.Mark:
		return nil, nil
	case was.lapsed:
		return nil, domain.Refuse(domain.Conflict, "LAPSED", "What this attempt led to does not count any more.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it was wrong.").About("reason")
	case s.passes(c.Mark) && !s.passes(was.mark) && was.on != nil && s.counted(*was.on):
		return nil, sameEvidence
	}
	fact := AssessmentCorrected{Assessor: c.By.Person, Attempt: c.Attempt, Was: was.mark, Now: c.Mark, Reason: c.Reason}
	out := []Event{fact}
	after := Evolve(s, fact)
	enough := after.successes() >= after.needed()
	switch rests := s.status == attained && s.basis == string(c.Stream); {
	case rests && !enough:
		out = append(out, NotYetAttained{Feedback: c.Reason})
	case enough && (s.status == inProgress || s.status == notYetAttained || s.status == underReview):
		out = append(out, Attained{On: c.Today(), Level: c.Mark.Rating, Basis: string(c.Stream), Feedback: c.Reason, ValidUntil: s.validity(c.Today(), domain.Date{})})
	}
	return out, nil
}
