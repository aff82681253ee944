package apprenticeship

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// CompletionReturned sends a request for completion back.
type CompletionReturned struct {
	Reason domain.Sealed `json:"reason"`
	On     domain.Date   `json:"on"`
}

// CompletionRevoked takes a completion back, on the word of an authority.
type CompletionRevoked struct {
	Authority string        `json:"authority"`
	Reference string        `json:"reference"` // of the authority's decision
	Reason    domain.Sealed `json:"reason"`
	On        domain.Date   `json:"on"`
}

// GatewayAgreed records that a party holds the apprentice ready for the assessment.
type GatewayAgreed struct {
	Party        Party            `json:"party"`
	Organization domain.PartnerID `json:"organization,omitempty"` // of the provider
	On           domain.Date      `json:"on"`
}

// AssessmentPassed records what an independent organisation found at the end.
type AssessmentPassed struct {
	Organization domain.PartnerID `json:"organization"`
	Grade        string           `json:"grade"`
	On           domain.Date      `json:"on"`
}

// AssessmentFailed lets the apprentice try again.
type AssessmentFailed struct {
	Organization domain.PartnerID `json:"organization"`
	Feedback     domain.Sealed    `json:"feedback"`
	On           domain.Date      `json:"on"`
}

func (CompletionReturned) EventName() string { return "apprenticeship.completion_returned" }
func (CompletionRevoked) EventName() string  { return "apprenticeship.completion_revoked" }
func (GatewayAgreed) EventName() string      { return "apprenticeship.gateway_agreed" }
func (AssessmentPassed) EventName() string   { return "apprenticeship.assessment_passed" }
func (AssessmentFailed) EventName() string   { return "apprenticeship.assessment_failed" }

func (CompletionReturned) apprenticeship() {}
func (CompletionRevoked) apprenticeship()  {}
func (GatewayAgreed) apprenticeship()      {}
func (AssessmentPassed) apprenticeship()   {}
func (AssessmentFailed) apprenticeship()   {}

// GatewayParties is how many parties agree that the aim is reached.
const GatewayParties = 3

var gatewayParties = [GatewayParties]Party{ByEmployer, ByProvider, ByApprentice}

// RequestCompletion says that everything is met. Unmet names what is not, in words.
type RequestCompletion struct {
	domain.Request
	Unmet []string
}

func (c RequestCompletion) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	switch {
	case !runs(c.By, s.plan.Person) && !s.asMentor(c.By, c.Today()):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or the mentor asks for completion.")
	case s.status == completionPending || s.status == completed:
		return nil, nil
	case s.over():
		return nil, s.ending()
	case s.status == suspended:
		return nil, s.onBreak()
	case s.status == probationary:
		return nil, domain.Refuse(domain.Conflict, "IN_PROBATION", "Record the end of probation first.")
	case set.Route != rules.AgencyCertificate:
		return nil, domain.Refuse(domain.Conflict, "GATEWAY_FIRST", "Under these rules completion follows from the assessment at the end. Agree first that the apprentice is ready for it.")
	case s.status != active:
		return nil, notBegun()
	case len(c.Unmet) > 0:
		return nil, notReady(c.Unmet)
	}
	return []Event{CompletionRequested{On: c.Today()}}, nil
}

// asMentor reports whether an actor is the mentor of the apprentice on a day, and not as a peer.
func (s State) asMentor(by domain.Actor, day domain.Date) bool {
	return by.Person != s.plan.Person && s.mentors.Is(by.Person, Journeyworker, day)
}

func notReady(unmet []string) error {
	return domain.Refuse(domain.Conflict, "NOT_READY", "Not everything is met yet. Missing: %s.", strings.Join(unmet, "; "))
}

// ReturnCompletion sends a request for completion back, so that what is wrong can be mended.
type ReturnCompletion struct {
	domain.Request
	Reason domain.Sealed
}

func (c ReturnCompletion) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "sends a completion back"); err != nil {
		return nil, err
	}
	switch {
	case s.status != completionPending:
		return nil, domain.Refuse(domain.Conflict, "COMPLETION_NOT_REQUESTED", "Completion was not asked for.")
	case c.Reason == "":
		return nil, reasonMissing()
	}
	return []Event{CompletionReturned{Reason: c.Reason, On: c.Today()}}, nil
}

// Speaks reports whether somebody gives the word of p at the gateway: the apprentice in person,
// and never for another party; for the employer the supervisor, or a coordinator who writes down
// what was said; for the provider a coordinator.
func (p Party) Speaks(by domain.Actor, apprentice, supervisor domain.PersonID) bool {
	switch p {
	case ByApprentice:
		return by.Person != "" && by.Person == apprentice
	case ByEmployer:
		return runs(by, apprentice) || by.Person != "" && by.Person == supervisor && by.Person != apprentice
	}
	return p == ByProvider && runs(by, apprentice)
}

// AgreeGateway records that a party holds the apprentice ready for the assessment at the end.
type AgreeGateway struct {
	domain.Request
	Party        Party
	Organization domain.PartnerID // of the provider
	Unmet        []string
}

func (c AgreeGateway) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	_, agreed := s.gateway[c.Party]
	switch {
	case set.Route != rules.GatewayAndAssessment:
		return nil, domain.Refuse(domain.Conflict, "NO_GATEWAY", "These rules know no gateway. Ask for completion.")
	case !slices.Contains(gatewayParties[:], c.Party):
		return nil, domain.Refuse(domain.Invalid, "BAD_PARTY", "The employer, the provider and the apprentice agree.").About("party")
	case c.Party == ByApprentice && !c.Party.Speaks(c.By, s.plan.Person, s.supervisor):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_SIGN", "The apprentice agrees in person.")
	case c.Party == ByEmployer && !c.Party.Speaks(c.By, s.plan.Person, s.supervisor):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "The manager of the apprentice agrees for the employer, or a coordinator writes it down, and nobody in a matter of their own.")
	case c.Party == ByProvider && !c.Party.Speaks(c.By, s.plan.Person, s.supervisor):
		return nil, notCoordinator("records this agreement")
	case agreed:
		return nil, nil
	case s.over():
		return nil, s.ending()
	case s.status == suspended:
		return nil, s.onBreak()
	case s.status != active:
		return nil, notBegun()
	case c.Party == ByProvider && c.Organization == "":
		return nil, domain.Refuse(domain.Invalid, "PROVIDER_MISSING", "Name the institution that taught.").About("partnerId")
	case c.Today().Before(s.startOn.AddMonths(set.MinimumMonths)):
		return nil, domain.Refuse(domain.Conflict, "TOO_SHORT", "An apprenticeship lasts at least %d months: until %s.", set.MinimumMonths, s.startOn.AddMonths(set.MinimumMonths))
	case len(c.Unmet) > 0:
		return nil, notReady(c.Unmet)
	}
	e := GatewayAgreed{Party: c.Party, On: c.Today()}
	if c.Party == ByProvider {
		e.Organization = c.Organization
	}
	return []Event{e}, nil
}

// RecordAssessment records what an independent organisation found at the end.
type RecordAssessment struct {
	domain.Request
	Organization domain.PartnerID
	Passed       bool
	Grade        string
	Feedback     domain.Sealed      // where it was not passed
	Involved     []domain.PartnerID // who employs or teaches
}

func (c RecordAssessment) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "records an assessment"); err != nil {
		return nil, err
	}
	switch {
	case s.status == suspended:
		return nil, s.onBreak()
	case s.status != atGateway:
		return nil, domain.Refuse(domain.Conflict, "GATEWAY_FIRST", "The employer, the provider and the apprentice agree first that the apprentice is ready.")
	case c.Organization == "" || c.Organization == s.gateway[ByProvider] || slices.Contains(c.Involved, c.Organization):
		return nil, domain.Refuse(domain.Invalid, "NOT_INDEPENDENT", "An organisation that neither employs nor teaches the apprentice assesses. Name it.").About("partnerId")
	case c.Passed && (domain.Written(c.Grade) == "" || domain.TooLong(c.Grade)):
		return nil, domain.Refuse(domain.Invalid, "GRADE_MISSING", "Give the grade, in at most %d characters.", domain.MaxLine).About("grade")
	case !c.Passed && c.Feedback == "":
		return nil, domain.Refuse(domain.Invalid, "FEEDBACK_MISSING", "Say what was missing.").About("feedback")
	case c.Passed:
		return []Event{AssessmentPassed{Organization: c.Organization, Grade: c.Grade, On: c.Today()}}, nil
	case s.failed == c.Today():
		return nil, nil
	}
	return []Event{AssessmentFailed{Organization: c.Organization, Feedback: c.Feedback, On: c.Today()}}, nil
}

// Certify records the certificate and completes the apprenticeship. Where the agency issues
// it, it is the one that registered the apprentice.
type Certify struct {
	domain.Request
	Agency, Certificate string
}

func (c Certify) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	switch {
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records a certificate")
	case s.status == completed:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_COMPLETED", "This apprenticeship is completed already.")
	case s.over():
		return nil, s.ending()
	case s.status != completionPending:
		return nil, domain.Refuse(domain.Conflict, "COMPLETION_NOT_REQUESTED", "Ask for completion first: it checks that everything is met.")
	case domain.Written(c.Agency) == "" || domain.Written(c.Certificate) == "":
		return nil, domain.Refuse(domain.Invalid, "CERTIFICATE_MISSING", "Give the agency and its number of the certificate%s.", set.Cite("29.5(b)(15)")).About("certificateNo")
	case domain.TooLong(c.Agency):
		return nil, domain.Shorten("agency")
	case domain.TooLong(c.Certificate):
		return nil, domain.Shorten("certificateNo")
	case set.Route == rules.AgencyCertificate && s.register.Agency != "" && !set.SameAgency(s.register.Agency, c.Agency):
		return nil, domain.Refuse(domain.Invalid, "OTHER_AGENCY", "%s registered this apprenticeship, and issues the certificate.", s.register.Agency).About("agency")
	case c.Today().Before(s.requestedOn):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Completion was asked for on %s: it is certified no sooner.", s.requestedOn).About("on")
	}
	return []Event{CompletionCertified{Agency: c.Agency, Certificate: c.Certificate, On: c.Today()}}, nil
}

// RevokeCompletion takes a completion back, on the word of an authority such as the agency.
type RevokeCompletion struct {
	domain.Request
	Authority, Reference string
	Reason               domain.Sealed
}

func (c RevokeCompletion) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runs(c.By, s.plan.Person) || c.By.Role == domain.System:
		return nil, notCoordinator("records that a completion was revoked")
	case s.status != completed:
		return nil, domain.Refuse(domain.Conflict, "NOT_COMPLETED", "This apprenticeship is not completed.")
	case domain.Written(c.Authority) == "" || domain.Written(c.Reference) == "":
		return nil, domain.Refuse(domain.Invalid, "AUTHORITY_MISSING", "Name the authority that revoked the certificate, and its decision.").About("authority")
	case domain.TooLong(c.Authority):
		return nil, domain.Shorten("authority")
	case domain.TooLong(c.Reference):
		return nil, domain.Shorten("reference")
	case c.Reason == "":
		return nil, reasonMissing()
	}
	return []Event{CompletionRevoked{Authority: c.Authority, Reference: c.Reference, Reason: c.Reason, On: c.Today()}}, nil
}
