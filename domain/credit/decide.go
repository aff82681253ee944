package credit

import "github.com/guildhall-dev/guildhall/domain"

// Propose says that there are grounds for credit. The apprentice and a coordinator do, and
// only a coordinator where no rule covers it.
type Propose struct {
	domain.Request
	Proposed Proposed
}

func (c Propose) Decide(s State) ([]Event, error) {
	p := c.Proposed
	own := c.By.Person != "" && c.By.Person == p.Person
	switch {
	case !own && c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDIT", "The apprentice or a coordinator proposes credit.")
	case s.status == proposed && s.exception == (p.Exception != "") && s.subject.same(p.Subject):
		return nil, nil
	case s.status != none && s.status != withdrawn && s.status != lapsed:
		return nil, domain.Refuse(domain.Conflict, "UNDER_WAY", "Credit for %s is under way already.", s.subject.Articulation.Course)
	case !p.Source.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_SOURCE", "Credit is for work, instruction, a certificate, a course or an ACE recommendation.").About("source")
	case domain.TooLong(p.Learning):
		return nil, domain.Shorten("learning")
	case p.Exception == "" && !p.Articulation.ValidOn(c.Today()):
		return nil, ruleNotValid(p.Subject)
	case p.Exception != "" && (own || c.By.Role != domain.Coordinator):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator proposes credit that no rule covers, and never their own.")
	}
	if p.Exception != "" {
		if err := p.Articulation.Check(); err != nil {
			return nil, err
		}
	}
	return []Event{p}, nil
}

// Request asks a college for credit.
type Request struct {
	domain.Request
	Requested Requested
}

func (c Request) Decide(s State) ([]Event, error) {
	r := c.Requested
	switch {
	case c.By.Person != r.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDIT", "The apprentice asks for credit in person.")
	case s.status == awarded || s.status == posted:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "The college has awarded this credit already.")
	case s.status == requested:
		return nil, nil
	case s.status != none && s.status != proposed && s.status != withdrawn && s.status != lapsed:
		return nil, domain.Refuse(domain.Conflict, "UNDER_WAY", "The college has your request already.")
	case r.Source != "" && !r.Source.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_SOURCE", "Credit is for work, instruction, a certificate, a course or an ACE recommendation.").About("source")
	case s.exception && !s.subject.same(r.Subject):
		return nil, domain.Refuse(domain.Conflict, "NOT_WHAT_WAS_PROPOSED", "A coordinator proposed this credit for something else.")
	case !s.exception && !r.Articulation.ValidOn(c.Today()):
		return nil, ruleNotValid(r.Subject)
	case r.Articulation.Worth(r.Shown).Hundredths <= 0:
		return nil, tooLittle(r.Subject)
	}
	return []Event{r}, nil
}

// Withdraw takes a request or a proposal back before the college works on it.
type Withdraw struct{ domain.Request }

func (c Withdraw) Decide(s State) ([]Event, error) {
	own := c.By.Person != "" && c.By.Person == s.subject.Person
	switch {
	case s.status == none:
		return nil, notFound()
	case !own && (s.status != proposed || c.By.Role != domain.Coordinator):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDIT", "The apprentice withdraws a request for credit.")
	case s.status == withdrawn:
		return nil, nil
	case s.status != proposed && s.status != requested:
		return nil, domain.Refuse(domain.Conflict, "TOO_LATE", "The college works on this already, or has decided.")
	}
	return []Event{Withdrawn{}}, nil
}

// Appeal asks the college to look again at what it denied, once.
type Appeal struct {
	domain.Request
	Grounds domain.Sealed
}

func (c Appeal) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person == "" || c.By.Person != s.subject.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDIT", "The apprentice appeals in person.")
	case s.status == inEvaluation && s.appealed:
		return nil, nil
	case s.status == denied && s.appealed:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPEALED", "The college has looked at this twice. Its answer stands.")
	case s.status != denied:
		return nil, domain.Refuse(domain.Conflict, "NOT_DENIED", "There is nothing to appeal: the college has not denied this credit.")
	case c.Grounds == "":
		return nil, domain.Refuse(domain.Invalid, "GROUNDS_MISSING", "Say why the college should look again.").About("grounds")
	}
	return []Event{Appealed{Grounds: c.Grounds}}, nil
}

// CommentAppeal tells the college what the hospital makes of an appeal, once.
type CommentAppeal struct {
	domain.Request
	Supports bool
	Note     domain.Sealed
}

func (c CommentAppeal) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator tells the college what the hospital makes of an appeal.")
	case c.By.Person == s.subject.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_CREDIT", "Nobody speaks for the hospital on their own credit.")
	case s.commented:
		return nil, nil
	case !s.appealed || s.status != inEvaluation && s.status != inCommittee && s.status != recommended:
		return nil, domain.Refuse(domain.Conflict, "NO_APPEAL_OPEN", "No appeal lies with the college any more.")
	case c.Note == "":
		return nil, domain.Refuse(domain.Invalid, "NOTE_MISSING", "Say what the college should know: the apprentice reads it too.").About("note")
	}
	return []Event{AppealCommented{Supports: c.Supports, Note: c.Note}}, nil
}

// Lapse records that the time of a recommendation has run out.
type Lapse struct{ domain.Request }

func (c Lapse) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "LAPSES_BY_ITSELF", "A recommendation lapses by itself after its last day.")
	case s.status != recommended:
		return nil, nil
	case s.validTo.IsZero() || !c.Today().After(s.validTo):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This recommendation still holds.")
	}
	return []Event{Lapsed{}}, nil
}

func ruleNotValid(s Subject) error {
	a := s.Articulation
	if a.To.IsZero() {
		return domain.Refuse(domain.Conflict, "RULE_NOT_VALID", "The rule for %s is valid from %s.", a.Course, a.From)
	}
	return domain.Refuse(domain.Conflict, "RULE_NOT_VALID", "The rule for %s is valid from %s to %s.", a.Course, a.From, a.To)
}

func tooLittle(s Subject) error {
	a := s.Articulation
	if len(a.Steps) > 0 {
		return domain.Refuse(domain.Conflict, "TOO_LITTLE_SHOWN", "The rule for %s gives credit from %s signed off on the job.", a.Course, a.Steps[0].From)
	}
	return domain.Refuse(domain.Conflict, "TOO_LITTLE_SHOWN", "The rule for %s asks for courses that were not shown. Name those that were passed, with their grades.", a.Course).About("courses")
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_CREDIT", "There is no such credit.")
}
