package apprenticeship

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Evaluation says how somebody came on in a time, 29 CFR 29.5(b)(6).
type Evaluation struct {
	From    domain.Date   `json:"from"`
	To      domain.Date   `json:"to"` // the last day
	Ratings []Rating      `json:"ratings,omitempty"`
	Next    domain.Sealed `json:"next,omitempty"` // what comes next
}

// A Rating is how well a competency of the standard was shown, on the standard's scale.
type Rating struct {
	Competency string `json:"competency"`
	Level      int    `json:"level"`
}

// ProgressEvaluated records an evaluation.
type ProgressEvaluated struct {
	Entry domain.EntryID  `json:"entry"`
	By    domain.PersonID `json:"by"`
	Evaluation
}

// EvaluationCorrected takes the place of an evaluation.
type EvaluationCorrected struct {
	Entry domain.EntryID `json:"entry"`
	Evaluation
	Reason domain.Sealed `json:"reason"`
}

func (ProgressEvaluated) EventName() string   { return "apprenticeship.progress_evaluated" }
func (EvaluationCorrected) EventName() string { return "apprenticeship.evaluation_corrected" }

func (ProgressEvaluated) apprenticeship()   {}
func (EvaluationCorrected) apprenticeship() {}

// A Scale is what can be rated, and the best rating.
type Scale struct {
	Competencies []string
	Top          int
}

// Evaluate records how the apprentice came on. Who teaches evaluates: the journeyworker of
// the last day, the supervisor, or a coordinator who writes down what they said.
type Evaluate struct {
	domain.Request
	Entry      domain.EntryID
	Evaluation Evaluation
	Scale      Scale
}

func (c Evaluate) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	_, known := s.evaluations[c.Entry]
	switch {
	case known:
		return nil, nil
	case c.Entry == "":
		return nil, domain.Refuse(domain.Invalid, "ENTRY_MISSING", "Give the evaluation an id of its own.")
	case !s.teaches(c.By, c.Evaluation.To):
		return nil, domain.Refuse(domain.Forbidden, "NOT_EVALUATOR", "The mentor, the supervisor or a coordinator evaluates, and nobody themselves.")
	case s.over():
		return nil, s.ending()
	case s.life() < probationary:
		return nil, notBegun()
	}
	if err := s.evaluable(c.Request, c.Evaluation, c.Scale); err != nil {
		return nil, err
	}
	return []Event{ProgressEvaluated{Entry: c.Entry, By: c.By.Person, Evaluation: c.Evaluation}}, nil
}

// CorrectEvaluation takes the place of an evaluation.
type CorrectEvaluation struct {
	domain.Request
	Entry      domain.EntryID
	Evaluation Evaluation
	Reason     domain.Sealed
	Scale      Scale
}

func (c CorrectEvaluation) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	was, known := s.evaluations[c.Entry]
	switch {
	case !s.teaches(c.By, c.Evaluation.To):
		return nil, domain.Refuse(domain.Forbidden, "NOT_EVALUATOR", "The mentor, the supervisor or a coordinator evaluates, and nobody themselves.")
	case !known:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_EVALUATION", "There is no such evaluation.").About("entryId")
	case s.over():
		return nil, s.ending()
	case was.From == c.Evaluation.From && was.To == c.Evaluation.To && was.Next == c.Evaluation.Next && slices.Equal(was.Ratings, c.Evaluation.Ratings):
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	}
	if err := s.evaluable(c.Request, c.Evaluation, c.Scale); err != nil {
		return nil, err
	}
	return []Event{EvaluationCorrected{Entry: c.Entry, Evaluation: c.Evaluation, Reason: c.Reason}}, nil
}

// teaches reports whether somebody can say on a day how the apprentice comes on.
func (s State) teaches(by domain.Actor, day domain.Date) bool {
	if by.Person == "" || by.Person == s.plan.Person {
		return false
	}
	return s.mentors.Is(by.Person, Journeyworker, day) || by.Person == s.supervisor || runs(by, s.plan.Person)
}

func (s State) evaluable(r domain.Request, e Evaluation, scale Scale) error {
	switch {
	case e.From.Before(s.startOn) || e.To.Before(e.From) || e.To.After(s.latest(r)):
		return domain.Refuse(domain.Invalid, "BAD_DAY", "An evaluation is of a time between the start, %s, and today.", s.startOn).About("from")
	case len(e.Ratings) == 0 && e.Next == "":
		return domain.Refuse(domain.Invalid, "NOTHING_EVALUATED", "Rate a competency, or say what comes next.").About("ratings")
	}
	for i, r := range e.Ratings {
		switch {
		case !slices.Contains(scale.Competencies, r.Competency):
			return domain.Refuse(domain.Invalid, "NO_SUCH_COMPETENCY", "%q is no competency of this standard.", r.Competency).About("ratings")
		case r.Level < 0 || r.Level > scale.Top:
			return domain.Refuse(domain.Invalid, "BAD_RATING", "A rating is between 0 and %d.", scale.Top).About("ratings")
		case slices.ContainsFunc(e.Ratings[:i], func(o Rating) bool { return o.Competency == r.Competency }):
			return domain.Refuse(domain.Invalid, "RATED_TWICE", "%q is rated twice. Keep one.", r.Competency).About("ratings")
		}
	}
	return nil
}
