package activity

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Limits of what one activity can be.
const (
	MaxMembers  = 200
	MaxAttempts = 50
	MaxScore    = 10_000
	MaxCost     = domain.Cents(10_000_000) // $100,000 for one person
	maxMinutes  = 60 * 24 * 366
	maxApplied  = 20
)

var errUnknown = domain.Refuse(domain.NotFound, "NO_SUCH_ACTIVITY", "There is no such activity.")

// Enrol has somebody take part in something. People enrol themselves; coordinators, human
// resources and, for their team, managers enrol others. Only coordinators and human
// resources have it paid for, and nobody does for themselves.
type Enrol struct {
	domain.Request
	Person  domain.PersonID
	Subject Subject
	Team    bool // the person is in the asker's team
}

func (c Enrol) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person && !runs(c.By) && !(c.By.Role == domain.Manager && c.Team):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_ENROL", "People enrol themselves, or are enrolled by their manager, a coordinator or human resources.")
	case s.status != none && (!slices.Equal(s.members, []domain.PersonID{c.Person}) || s.subject != c.Subject):
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ENROLLED", "This activity is another one already. Enrol in the new one under an id of its own.")
	case s.status != none:
		return nil, nil
	case c.Subject.Funding != "" && !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_FUND", "A coordinator or human resources says what is paid for and from where.").About("fundingId")
	case c.Subject.Funding != "" && c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_FUNDING", "Nobody has their own activity paid for. Ask a colleague to enrol you.").About("fundingId")
	}
	if err := check(c.Subject); err != nil {
		return nil, err
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Enrolled{Person: c.Person, On: c.Today(), Subject: c.Subject}}, nil
}

// Record writes down what a group did. Whoever does was not of the group.
type Record struct {
	domain.Request
	Members []domain.PersonID
	Subject Subject
	Result  Result
}

func (c Record) Decide(s State) ([]Event, error) {
	e := Recorded{Members: c.Members, On: c.Today(), Subject: c.Subject, Result: c.Result}
	switch {
	case s.status != none && slices.Equal(s.recorded.Members, e.Members) && s.recorded.On == e.On && s.recorded.Subject == e.Subject && s.recorded.Result == e.Result:
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_RECORDED", "This activity is on record with other details. Record the new one under an id of its own.")
	case !leads(c.By) && !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_RECORD", "A group is recorded by whoever led it: a mentor, a manager, a coordinator or human resources.")
	case slices.Contains(c.Members, c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Somebody who took part does not record the group. Ask whoever led it.").About("memberIds")
	case len(c.Members) == 0 || len(c.Members) > MaxMembers:
		return nil, domain.Refuse(domain.Invalid, "BAD_GROUP", "A group has 1 to %d members.", MaxMembers).About("memberIds")
	case c.Subject.Funding != "" && !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_FUND", "A coordinator or human resources says what is paid for and from where.").About("fundingId")
	}
	seen := map[domain.PersonID]bool{}
	for _, m := range c.Members {
		if seen[m] {
			return nil, domain.Refuse(domain.Invalid, "MEMBER_TWICE", "Somebody is named twice in the group. Name everybody once.").About("memberIds")
		}
		seen[m] = true
	}
	if f, ok := FormatOf(c.Subject.Format); ok && !f.Group {
		return nil, domain.Refuse(domain.Invalid, "NOT_FOR_GROUPS", "%s is taken by one person at a time. Enrol each of them.", f.Title).About("format")
	}
	if err := check(c.Subject); err != nil {
		return nil, err
	}
	if err := c.Result.check(); err != nil {
		return nil, err
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Start records the first day of taking part.
type Start struct{ domain.Request }

func (c Start) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, errUnknown
	case s.status == started && s.on == c.Today():
		return nil, nil
	case s.status != enrolled:
		return nil, domain.Refuse(domain.Conflict, "STARTED_ALREADY", "This activity was started, or is over.")
	case !s.takesPart(c.By) && !leads(c.By) && !runs(c.By):
		return nil, notYours
	case c.Today().Before(s.on):
		return nil, before(s.on)
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Started{On: c.Today()}}, nil
}

// Score records one try at something that is scored, by somebody else than whoever tried.
type Score struct {
	domain.Request
	Attempt   int // which try it is, from 1
	Score, Of int
}

func (c Score) Decide(s State) ([]Event, error) {
	e := Attempted{On: c.Today(), Attempt: c.Attempt, Score: c.Score, Of: c.Of, By: c.By.Person}
	switch {
	case s.status == none:
		return nil, errUnknown
	case slices.Contains(s.attempts, e):
		return nil, nil
	case s.takesPart(c.By):
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Nobody scores their own attempt.")
	case !leads(c.By) && !runs(c.By):
		return nil, notYours
	case s.status != started:
		return nil, domain.Refuse(domain.Conflict, "NOT_UNDER_WAY", "Attempts are scored while the activity is under way.")
	case c.Attempt != len(s.attempts)+1:
		return nil, domain.Refuse(domain.Conflict, "WRONG_ATTEMPT", "The next attempt is number %d.", len(s.attempts)+1).About("attempt")
	case c.Attempt > MaxAttempts:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_ATTEMPTS", "There are %d attempts on record. Complete the activity or give it up.", MaxAttempts)
	case c.Today().Before(s.on):
		return nil, before(s.on)
	case c.Of == 0:
		return nil, noScore
	}
	if err := (Result{Score: c.Score, Of: c.Of}).check(); err != nil {
		return nil, err
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Complete records the last day. Whoever took part may say so where nothing is scored; a
// score comes from somebody else.
type Complete struct {
	domain.Request
	Result Result
}

func (c Complete) Decide(s State) ([]Event, error) {
	f, _ := FormatOf(s.subject.Format)
	switch {
	case s.status == none:
		return nil, errUnknown
	case s.status == completed && s.on == c.Today() && s.result == c.Result:
		return nil, nil
	case s.status == completed || s.status == abandoned || s.status == cancelled:
		return nil, domain.Refuse(domain.Conflict, "OVER_ALREADY", "This activity is over since %s. A coordinator corrects a result that is wrong.", s.on)
	case s.takesPart(c.By) && (f.Scored || c.Result.Of != 0):
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "A result with a score is recorded by somebody else: your mentor, your manager or a coordinator.")
	case !s.takesPart(c.By) && !leads(c.By) && !runs(c.By):
		return nil, notYours
	case s.status != started:
		return nil, domain.Refuse(domain.Conflict, "NOT_UNDER_WAY", "Start the activity first.")
	case c.Today().Before(s.on):
		return nil, before(s.on)
	case f.Scored && c.Result.Of == 0:
		return nil, noScore
	}
	if err := c.Result.check(); err != nil {
		return nil, err
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Completed{On: c.Today(), Result: c.Result}}, nil
}

// Abandon records that somebody gave the activity up.
type Abandon struct {
	domain.Request
	Reason domain.Sealed
}

func (c Abandon) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, errUnknown
	case s.status == abandoned:
		return nil, nil
	case s.status == completed || s.status == cancelled:
		return nil, domain.Refuse(domain.Conflict, "OVER_ALREADY", "This activity is over since %s.", s.on)
	case !s.takesPart(c.By) && !runs(c.By):
		return nil, notYours
	case c.Today().Before(s.on):
		return nil, before(s.on)
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Abandoned{On: c.Today(), Reason: c.Reason}}, nil
}

// Cancel takes back that a group did something, by somebody else than its members. What was
// recognised of it counts no more.
type Cancel struct {
	domain.Request
	Reason domain.Sealed
}

func (c Cancel) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, errUnknown
	case s.status == cancelled:
		return nil, nil
	case !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources takes back that a group did something.")
	case s.takesPart(c.By):
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Nobody takes back what they did themselves.")
	case len(s.recorded.Members) == 0:
		return nil, domain.Refuse(domain.Conflict, "NOT_A_GROUP", "This was one person's. It is given up, or its result is corrected.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it did not take place.").About("reason")
	case c.Today().Before(s.on):
		return nil, before(s.on)
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Cancelled{By: c.By.Person, On: c.Today(), Reason: c.Reason}}, nil
}

// Correct puts a result right. Both values stay on record.
type Correct struct {
	domain.Request
	Now    Result
	Reason domain.Sealed
}

func (c Correct) Decide(s State) ([]Event, error) {
	f, _ := FormatOf(s.subject.Format)
	switch {
	case s.status == none:
		return nil, errUnknown
	case s.status != completed:
		return nil, domain.Refuse(domain.Conflict, "NO_RESULT", "There is no result to correct yet.")
	case s.result == c.Now:
		return nil, nil
	case !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources corrects a result.")
	case s.takesPart(c.By):
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Nobody corrects their own result.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what was wrong with the result.").About("reason")
	case f.Scored && c.Now.Of == 0:
		return nil, noScore
	}
	if err := c.Now.check(); err != nil {
		return nil, err
	}
	return []Event{ResultCorrected{Was: s.result, Now: c.Now, Reason: c.Reason}}, nil
}

// Apply records the work product in which somebody used what they learned.
type Apply struct {
	domain.Request
	Product, Link domain.Sealed
}

func (c Apply) Decide(s State) ([]Event, error) {
	e := Applied{Person: c.By.Person, On: c.Today(), Product: c.Product, Link: c.Link}
	switch {
	case s.status == none:
		return nil, errUnknown
	case !s.takesPart(c.By):
		return nil, notYours
	case slices.Contains(s.applied, e):
		return nil, nil
	case s.status == enrolled || s.status == abandoned || s.status == cancelled:
		return nil, domain.Refuse(domain.Conflict, "NOT_UNDER_WAY", "What was learned is applied once the activity is under way.")
	case c.Product == "":
		return nil, domain.Refuse(domain.Invalid, "PRODUCT_MISSING", "Say in a sentence which problem you solved and what came of it.").About("product")
	case len(s.applied) >= maxApplied:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_PRODUCTS", "There are %d work products on record for this activity. That is enough to show.", maxApplied)
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Rate records how well a participant showed a skill. A later rating replaces an earlier one.
type Rate struct {
	domain.Request
	Person domain.PersonID
	Topic  string
	Rating int
}

func (c Rate) Decide(s State) ([]Event, error) {
	_, known := TopicOf(c.Topic)
	was, rated := s.rated[rating{c.Person, c.Topic}]
	switch {
	case s.status == none:
		return nil, errUnknown
	case !slices.Contains(s.members, c.Person):
		return nil, notTakingPart
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Nobody rates themselves.")
	case !leads(c.By) && !runs(c.By):
		return nil, notYours
	case rated && was == c.Rating:
		return nil, nil
	case s.status == enrolled || s.status == abandoned || s.status == cancelled:
		return nil, domain.Refuse(domain.Conflict, "NOT_UNDER_WAY", "Skills are rated once the activity is under way.")
	case !known:
		return nil, domain.Refuse(domain.Invalid, "BAD_TOPIC", "There is no topic %q. Choose one from the list.", c.Topic).About("topic")
	case c.Rating < 0 || c.Rating > TopRating:
		return nil, domain.Refuse(domain.Invalid, "BAD_RATING", "Rate from 0 to %d.", TopRating).About("rating")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Rated{Person: c.Person, Topic: c.Topic, Rating: c.Rating, By: c.By.Person, On: c.Today()}}, nil
}

// Recognise has what a participant did count for a requirement of their pathway. It counts
// once for each, and for nobody's own.
type Recognise struct {
	domain.Request
	Person         domain.PersonID
	Apprenticeship domain.ApprenticeshipID
	Requirement    domain.RequirementID
}

func (c Recognise) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, errUnknown
	case !slices.Contains(s.members, c.Person):
		return nil, notTakingPart
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_ACTIVITY", "Nobody recognises what they did themselves.")
	case !leads(c.By) && !runs(c.By):
		return nil, notYours
	case slices.ContainsFunc(s.counts, func(r Recognised) bool {
		return r.Person == c.Person && r.Apprenticeship == c.Apprenticeship && r.Requirement == c.Requirement
	}):
		return nil, nil
	case s.status != completed:
		return nil, domain.Refuse(domain.Conflict, "NOT_COMPLETED", "Only what was completed counts for a requirement.")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Recognised{Person: c.Person, Apprenticeship: c.Apprenticeship, Requirement: c.Requirement, By: c.By.Person, On: c.Today()}}, nil
}
