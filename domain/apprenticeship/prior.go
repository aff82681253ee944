package apprenticeship

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Prior is what somebody had learned before, counted as if it were learned here.
type Prior struct {
	Processes    []Learned     `json:"processes,omitempty"`
	Competencies []string      `json:"competencies,omitempty"` // of the standard
	Courses      []string      `json:"courses,omitempty"`      // of the standard, passed elsewhere
	Evidence     domain.Sealed `json:"evidence,omitempty"`     // what it is shown by
}

// Learned is time that counts to a work process.
type Learned struct {
	WorkProcess domain.WorkProcessID `json:"workProcess"`
	Minutes     domain.Minutes       `json:"minutes"`
}

// PriorExperienceCredited counts what was learned before, 29 CFR 29.5(b)(12).
type PriorExperienceCredited struct {
	Entry domain.EntryID `json:"entry"`
	Prior
	WageStep int         `json:"wageStep,omitempty"` // granted with it; 0 is none
	On       domain.Date `json:"on"`
}

// PriorExperienceCorrected takes the place of what an entry counted before.
type PriorExperienceCorrected struct {
	Entry domain.EntryID `json:"entry"`
	Prior
	Reason domain.Sealed `json:"reason"`
}

func (PriorExperienceCredited) EventName() string { return "apprenticeship.prior_experience_credited" }
func (PriorExperienceCorrected) EventName() string {
	return "apprenticeship.prior_experience_corrected"
}

func (PriorExperienceCredited) apprenticeship()  {}
func (PriorExperienceCorrected) apprenticeship() {}

// Room is what the standard asks for and what is there of it.
type Room struct {
	Required     map[domain.WorkProcessID]domain.Minutes // every process of the standard
	Earned       map[domain.WorkProcessID]domain.Minutes // signed off, or by a college's credit
	Competencies []string
	Courses      []string
}

// GrantPriorCredit counts what was learned before, and grants the wage step that goes with it.
type GrantPriorCredit struct {
	domain.Request
	Entry    domain.EntryID
	Prior    Prior
	WageStep int // by the schedule; 0 is none
	Room     Room
}

func (c GrantPriorCredit) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "grants credit for what was learned before"); err != nil {
		return nil, err
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	last, bounded := s.probationEnds(set)
	_, granted := s.prior[c.Entry]
	switch {
	case granted:
		return nil, nil
	case c.Entry == "":
		return nil, domain.Refuse(domain.Invalid, "ENTRY_MISSING", "Give the credit an id of its own.")
	case set.CreditByEndOfProbation && bounded && (c.Today().After(last) || !s.passedOn.IsZero() && c.Today().After(s.passedOn)):
		return nil, domain.Refuse(domain.Conflict, "TOO_LATE_FOR_CREDIT", "What was learned before is counted until the end of probation, which is over.")
	case s.life() > active:
		return nil, domain.Refuse(domain.Conflict, "TOO_LATE_FOR_CREDIT", "What was learned before is counted before completion is asked for.")
	case len(c.Prior.Processes)+len(c.Prior.Competencies)+len(c.Prior.Courses) == 0:
		return nil, domain.Refuse(domain.Invalid, "NOTHING_CREDITED", "Name a work process, a competency or a course that is counted.")
	case c.Prior.Evidence == "":
		return nil, domain.Refuse(domain.Invalid, "EVIDENCE_MISSING", "Say what it is shown by, such as a certificate or an employer's letter.").About("evidence")
	}
	if err := s.fits(c.Entry, c.Prior, c.Room); err != nil {
		return nil, err
	}
	return []Event{PriorExperienceCredited{Entry: c.Entry, Prior: c.Prior, WageStep: max(c.WageStep, 0), On: c.Today()}}, nil
}

// CorrectPriorCredit takes the place of what an entry counted; nothing takes it back. A wage
// that was granted stays: it never falls.
type CorrectPriorCredit struct {
	domain.Request
	Entry  domain.EntryID
	Prior  Prior
	Reason domain.Sealed
	Room   Room
}

func (c CorrectPriorCredit) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "corrects credit for what was learned before"); err != nil {
		return nil, err
	}
	was, granted := s.prior[c.Entry]
	next := c.Prior
	next.Evidence = was.Evidence
	switch {
	case !granted:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_CREDIT", "No such credit was granted.").About("entryId")
	case was.equal(next):
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	}
	if err := s.fits(c.Entry, next, c.Room); err != nil {
		return nil, err
	}
	return []Event{PriorExperienceCorrected{Entry: c.Entry, Prior: next, Reason: c.Reason}}, nil
}

func (p Prior) equal(o Prior) bool {
	return slices.Equal(p.Processes, o.Processes) && slices.Equal(p.Competencies, o.Competencies) && slices.Equal(p.Courses, o.Courses)
}

// fits refuses credit that the standard does not know or that goes beyond it.
func (s State) fits(entry domain.EntryID, p Prior, room Room) error {
	sum := map[domain.WorkProcessID]domain.Minutes{}
	for id, other := range s.prior {
		if id != entry {
			other.add(sum)
		}
	}
	for _, l := range p.Processes {
		need, known := room.Required[l.WorkProcess]
		sum[l.WorkProcess] += l.Minutes
		switch there := sum[l.WorkProcess] + room.Earned[l.WorkProcess]; {
		case !known:
			return domain.Refuse(domain.Invalid, "NO_SUCH_PROCESS", "%q is no work process of this standard.", l.WorkProcess).About("processes")
		case l.Minutes <= 0:
			return domain.Refuse(domain.Invalid, "NEGATIVE_HOURS", "Credit for a work process is more than nothing.").About("processes")
		case l.Minutes > need || there > need:
			return domain.Refuse(domain.Invalid, "CREDIT_BEYOND_REQUIREMENT", "With what is there already this makes %s of %s; the standard asks for %s.", there, l.WorkProcess, need).About("processes")
		}
	}
	if id, ok := unknown(p.Competencies, room.Competencies); ok {
		return domain.Refuse(domain.Invalid, "NO_SUCH_COMPETENCY", "%q is no competency of this standard, or is there twice.", id).About("competencyIds")
	}
	if id, ok := unknown(p.Courses, room.Courses); ok {
		return domain.Refuse(domain.Invalid, "NO_SUCH_COURSE", "%q is no course of this standard, or is there twice.", id).About("courseIds")
	}
	return nil
}

func (p Prior) add(to map[domain.WorkProcessID]domain.Minutes) {
	for _, l := range p.Processes {
		to[l.WorkProcess] += l.Minutes
	}
}

// unknown is the first of ids that is not known, or is there twice.
func unknown(ids, known []string) (string, bool) {
	for i, id := range ids {
		if !slices.Contains(known, id) || slices.Contains(ids[:i], id) {
			return id, true
		}
	}
	return "", false
}

// granted is the sum of what was credited, by process.
func (s State) granted() map[domain.WorkProcessID]domain.Minutes {
	sum := map[domain.WorkProcessID]domain.Minutes{}
	for _, p := range s.prior {
		p.add(sum)
	}
	return sum
}
