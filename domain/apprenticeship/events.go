// Package apprenticeship decides how an apprenticeship comes about, runs and completes,
// after 29 CFR part 29.
package apprenticeship

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact in the life of an apprenticeship.
type Event interface {
	domain.Event
	apprenticeship()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Drafted{}, SupervisorAssigned{}, MentorAssigned{}, AgreementSigned{}, Registered{}, Began{},
	ProbationCompleted{}, StageEntered{}, CompletionRequested{}, CompletionCertified{},
	MentorReleased{}, ApprovalDelegated{},
	PriorExperienceCredited{}, PriorExperienceCorrected{},
	Suspended{}, Reinstated{}, PauseCorrected{}, Cancelled{}, CancellationReversed{},
	TransferProposed{}, TransferAgreed{},
	WageStepReached{}, WageStepApproved{}, WageStepDenied{}, WageStepCorrected{},
	ProgressEvaluated{}, EvaluationCorrected{},
	AmendmentProposed{}, AmendmentAccepted{},
	CompletionReturned{}, CompletionRevoked{}, GatewayAgreed{}, AssessmentPassed{}, AssessmentFailed{},
	StartDateCorrected{}, ExpectedEndChanged{}, RegistrationCorrected{}, DateCorrected{}, StageCorrected{},
}

// Drafted records what was planned. Pathway, standard and rule set keep the version named here.
type Drafted struct {
	Person          domain.PersonID   `json:"person"`
	Program         domain.ProgramID  `json:"program"`
	Standard        domain.StandardID `json:"standard"`
	StandardVersion int               `json:"standardVersion"`
	Pathway         domain.PathwayID  `json:"pathway"`
	PathwayVersion  int               `json:"pathwayVersion"`
	RuleSet         string            `json:"ruleSet"`
	Role            domain.RoleID     `json:"role"` // held at the start
	Site            domain.SiteID     `json:"site"`
	StartOn         domain.Date       `json:"startOn"`
	ExpectedEndOn   domain.Date       `json:"expectedEndOn"`
	Minor           bool              `json:"minor,omitempty"` // under 18 at the start: a guardian signs too

	WageAtEntry    domain.Cents            `json:"wageAtEntry,omitempty"` // for an hour
	JourneyWage    domain.Cents            `json:"journeyWage,omitempty"` // for an hour: what shares of the schedule are taken of
	ContinuationOf domain.ApprenticeshipID `json:"continuationOf,omitempty"`
	Transcript     string                  `json:"transcript,omitempty"` // stands for the record that a transfer brought along
}

// SupervisorAssigned names the manager who signs off hours.
type SupervisorAssigned struct {
	Supervisor domain.PersonID `json:"supervisor"`
	From       domain.Date     `json:"from"`
}

// MentorAssigned names who teaches and assesses, or accompanies as a peer.
type MentorAssigned struct {
	Mentor domain.PersonID `json:"mentor"`
	From   domain.Date     `json:"from"`
	Kind   MentorKind      `json:"kind,omitempty"` // empty is a journeyworker
}

// AgreementSigned records the signature of one party, 29 CFR 29.7.
type AgreementSigned struct {
	Party Party       `json:"party"`
	On    domain.Date `json:"on"`
}

// Registered records the registration with an agency.
type Registered struct {
	Agency string      `json:"agency"`
	Number string      `json:"number"` // the agency's number of the apprentice
	On     domain.Date `json:"on"`
}

// Began records the first day of on-the-job learning.
type Began struct {
	On          domain.Date `json:"on"`
	NoProbation bool        `json:"noProbation,omitempty"` // the rules know none
}

// ProbationCompleted ends the time in which either party may leave without cause.
type ProbationCompleted struct {
	On domain.Date `json:"on"`
}

// StageEntered records that the apprentice took up the next role of the pathway.
type StageEntered struct {
	Role domain.RoleID `json:"role"`
	On   domain.Date   `json:"on"`
}

// CompletionRequested records that everything required is met.
type CompletionRequested struct {
	On domain.Date `json:"on"`
}

// CompletionCertified records the certificate that the registration agency issued, 29 CFR 29.5(b)(15).
type CompletionCertified struct {
	Agency      string      `json:"agency"`
	Certificate string      `json:"certificate"` // the agency's number of the certificate
	On          domain.Date `json:"on"`
}

func (Drafted) EventName() string             { return "apprenticeship.drafted" }
func (SupervisorAssigned) EventName() string  { return "apprenticeship.supervisor_assigned" }
func (MentorAssigned) EventName() string      { return "apprenticeship.mentor_assigned" }
func (AgreementSigned) EventName() string     { return "apprenticeship.agreement_signed" }
func (Registered) EventName() string          { return "apprenticeship.registered" }
func (Began) EventName() string               { return "apprenticeship.began" }
func (ProbationCompleted) EventName() string  { return "apprenticeship.probation_completed" }
func (StageEntered) EventName() string        { return "apprenticeship.stage_entered" }
func (CompletionRequested) EventName() string { return "apprenticeship.completion_requested" }
func (CompletionCertified) EventName() string { return "apprenticeship.completion_certified" }

func (Drafted) apprenticeship()             {}
func (SupervisorAssigned) apprenticeship()  {}
func (MentorAssigned) apprenticeship()      {}
func (AgreementSigned) apprenticeship()     {}
func (Registered) apprenticeship()          {}
func (Began) apprenticeship()               {}
func (ProbationCompleted) apprenticeship()  {}
func (StageEntered) apprenticeship()        {}
func (CompletionRequested) apprenticeship() {}
func (CompletionCertified) apprenticeship() {}
