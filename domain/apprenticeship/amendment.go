package apprenticeship

import "github.com/guildhall-dev/guildhall/domain"

// An Amendment changes what an apprenticeship runs under. A zero field leaves what there is.
type Amendment struct {
	StandardVersion int    `json:"standardVersion,omitempty"`
	PathwayVersion  int    `json:"pathwayVersion,omitempty"`
	RuleSet         string `json:"ruleSet,omitempty"`
}

func (a Amendment) of(plan Drafted) Drafted {
	if a.StandardVersion != 0 {
		plan.StandardVersion = a.StandardVersion
	}
	if a.PathwayVersion != 0 {
		plan.PathwayVersion = a.PathwayVersion
	}
	if a.RuleSet != "" {
		plan.RuleSet = a.RuleSet
	}
	return plan
}

// AmendmentProposed offers the apprentice to go on under later versions.
type AmendmentProposed struct{ Amendment }

// AmendmentAccepted changes what the apprenticeship runs under. Nothing else does.
type AmendmentAccepted struct {
	Amendment
	On domain.Date `json:"on"`
}

func (AmendmentProposed) EventName() string { return "apprenticeship.amendment_proposed" }
func (AmendmentAccepted) EventName() string { return "apprenticeship.amendment_accepted" }

func (AmendmentProposed) apprenticeship() {}
func (AmendmentAccepted) apprenticeship() {}

// ProposeAmendment offers the apprentice to go on under later versions.
type ProposeAmendment struct {
	domain.Request
	Amendment Amendment
}

func (c ProposeAmendment) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "proposes an amendment"); err != nil {
		return nil, err
	}
	switch {
	case s.life() < signed:
		return nil, domain.Refuse(domain.Conflict, "NOT_SIGNED", "What was not signed yet needs no amendment. Draft it anew.")
	case s.life() > atGateway:
		return nil, domain.Refuse(domain.Conflict, "COMPLETION_REQUESTED", "Completion was asked for. Send that back first.")
	case c.Amendment.of(s.plan) == s.plan:
		return nil, domain.Refuse(domain.Conflict, "NOTHING_AMENDED", "It runs under these versions already.")
	case c.Amendment == s.offer:
		return nil, nil
	}
	return []Event{AmendmentProposed{c.Amendment}}, nil
}

// AcceptAmendment is the apprentice's word.
type AcceptAmendment struct {
	domain.Request
	Amendment Amendment // what the apprentice was shown
}

func (c AcceptAmendment) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person != s.plan.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_SIGN", "The apprentice accepts in person.")
	case s.over():
		return nil, s.ending()
	case s.offer == Amendment{} || s.offer != c.Amendment:
		return nil, domain.Refuse(domain.Conflict, "NO_AMENDMENT", "This is not what is proposed. Look at it again.")
	}
	return []Event{AmendmentAccepted{c.Amendment, c.Today()}}, nil
}
