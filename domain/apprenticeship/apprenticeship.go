package apprenticeship

import (
	"cmp"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Stream is where the facts about an apprenticeship are kept.
func Stream(id domain.ApprenticeshipID) domain.Stream { return domain.Stream("apprenticeship-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, error) {
	id, err := s.Subject("apprenticeship")
	return domain.ApprenticeshipID(id), err
}

// A Party signs the apprenticeship agreement, cancels it, or agrees that its aim is reached.
type Party string

const (
	ByApprentice Party = "apprentice"
	ByGuardian   Party = "guardian" // where the apprentice is under 18
	BySponsor    Party = "sponsor"
	ByEmployer   Party = "employer"
	ByProvider   Party = "provider" // who teaches off the job
)

// A status is where an apprenticeship is in its life. Up to completed they are in order.
type status uint8

const (
	none status = iota
	drafted
	signed
	registered
	probationary
	active
	atGateway
	completionPending
	completed
	suspended
	cancelled
	transferred
)

// State is what deciding needs to know, and no more.
type State struct {
	status              status
	before              status // that of one which is suspended or cancelled
	beforeBreak         status // that of one which was cancelled while it was suspended
	plan                Drafted
	supervisor          domain.PersonID
	mentors             Mentors
	delegate            ApprovalDelegated
	stages              []stage     // roles held so far; the last one now
	startOn, endOn      domain.Date // endOn is expected
	passedOn            domain.Date // end of probation
	requestedOn         domain.Date // completion was last asked for
	ended               domain.Date // day of what ended it
	apprentice, sponsor bool        // have signed
	guardian            bool        // has signed
	register            RegistrationCorrected
	pauses              []Pause
	prior               map[domain.EntryID]Prior
	wages               wages
	evaluations         map[domain.EntryID]Evaluation
	offer               Amendment // one that was proposed
	transfer            TransferProposed
	gateway             map[Party]domain.PartnerID // who agreed that the aim is reached
	failed              domain.Date                // day of the last assessment that was not passed
}

// A stage is a role and the day on which it was taken up; the first has held from the start.
type stage struct {
	role domain.RoleID
	from domain.Date
}

// stage is the place of a role among those held so far, or -1.
func (s State) stage(role domain.RoleID) int {
	return slices.IndexFunc(s.stages, func(held stage) bool { return held.role == role })
}

// moved reports whether a role was taken up before a day, other than the first.
func (s State) moved(before domain.Date) bool {
	return slices.ContainsFunc(s.stages[min(1, len(s.stages)):], func(held stage) bool { return held.from.Before(before) })
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s = State{status: drafted, plan: e, stages: []stage{{role: e.Role}}, startOn: e.StartOn, endOn: e.ExpectedEndOn, wages: wages{rate: e.WageAtEntry}}
	case SupervisorAssigned:
		s.supervisor = e.Supervisor
	case MentorAssigned:
		s.mentors = s.mentors.Assigned(Mentoring{Mentor: e.Mentor, Kind: e.Kind.Named(), From: e.From})
	case MentorReleased:
		s.mentors = s.mentors.Released(e.Mentor, e.Kind, e.On)
	case ApprovalDelegated:
		s.delegate = e
	case AgreementSigned:
		s.signed(e.Party)
	case Registered:
		s.status, s.register = registered, RegistrationCorrected{Agency: e.Agency, Number: e.Number, On: e.On}
	case RegistrationCorrected:
		s.register = e
	case Began:
		s.status, s.startOn = probationary, e.On
		if e.NoProbation {
			s.status = active
		}
	case ProbationCompleted:
		s.status, s.passedOn = active, e.On
	case StageEntered:
		s.stages = append(slices.Clip(s.stages), stage{e.Role, e.On})
	case StageCorrected:
		if at := s.stage(e.Role); at >= 0 {
			s.stages = slices.Clone(s.stages)
			s.stages[at].from = e.Is
		}
	case Suspended:
		s.before, s.status = s.status, suspended
		s.pauses = append(slices.Clip(s.pauses), Pause{From: e.On})
	case Reinstated:
		s.status, s.before = cmp.Or(s.before, s.status), none
		s.pauses = slices.Clone(s.pauses)
		if n := len(s.pauses); n > 0 {
			s.pauses[n-1].To = e.On.AddDays(-1)
		}
	case PauseCorrected:
		s.pauses = slices.Clone(s.pauses)
		if e.No >= 1 && e.No <= len(s.pauses) {
			s.pauses[e.No-1] = Pause{From: e.From, To: e.To}
		}
	case Cancelled:
		s.status, s.before, s.beforeBreak, s.ended = cancelled, s.status, s.before, e.On
	case CancellationReversed:
		s.status, s.before, s.beforeBreak, s.ended = cmp.Or(s.before, s.status), s.beforeBreak, none, domain.Date{}
	case TransferProposed:
		s.transfer = e
	case TransferAgreed:
		s.status, s.ended = transferred, e.On
	case PriorExperienceCredited:
		s.prior = with(s.prior, e.Entry, e.Prior)
		s.wages = s.wages.granted(e.WageStep)
	case PriorExperienceCorrected:
		s.prior = with(s.prior, e.Entry, e.Prior)
	case WageStepReached, WageStepApproved, WageStepDenied, WageStepCorrected:
		s.wages = s.wages.after(e)
	case ProgressEvaluated:
		s.evaluations = with(s.evaluations, e.Entry, e.Evaluation)
	case EvaluationCorrected:
		s.evaluations = with(s.evaluations, e.Entry, e.Evaluation)
	case AmendmentProposed:
		s.offer = e.Amendment
	case AmendmentAccepted:
		s.plan, s.offer = e.Amendment.of(s.plan), Amendment{}
	case GatewayAgreed:
		s.gateway = with(s.gateway, e.Party, e.Organization)
		if len(s.gateway) == GatewayParties {
			s.status = atGateway
		}
	case AssessmentPassed:
		s.status, s.requestedOn = completionPending, e.On
	case AssessmentFailed:
		s.failed = e.On
	case CompletionRequested:
		s.status, s.requestedOn = completionPending, e.On
	case CompletionReturned:
		s.status, s.gateway = active, nil
	case CompletionCertified:
		s.status, s.ended = completed, e.On
	case CompletionRevoked:
		s.status, s.gateway, s.ended = active, nil, domain.Date{}
	case StartDateCorrected:
		s.startOn = e.Is
	case ExpectedEndChanged:
		s.endOn = e.Is
	case DateCorrected:
		if e.Of == EndOfProbation {
			s.passedOn = e.Is
		} else {
			s.ended = e.Is
		}
	}
	return s
}

func (s *State) signed(by Party) {
	switch by {
	case ByApprentice:
		s.apprentice = true
	case BySponsor:
		s.sponsor = true
	case ByGuardian:
		s.guardian = true
	}
	if s.apprentice && s.sponsor && (s.guardian || !s.plan.Minor) {
		s.status = signed
	}
}

// with is a copy of m that holds v.
func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[K]V{}
	}
	m[k] = v
	return m
}

// rules are the ones that were pinned when the apprenticeship was drafted.
func (s State) rules() (rules.Set, error) { return rules.Find(s.plan.RuleSet) }

// over reports whether it has ended for good, as far as anybody knows.
func (s State) over() bool {
	return s.status == completed || s.status == cancelled || s.status == transferred
}

// probationEnds is the last day of the longest probation there can be, as it was planned.
func (s State) probationEnds(set rules.Set) (domain.Date, bool) {
	var end domain.Date
	if !s.plan.ExpectedEndOn.IsZero() {
		end = s.startOn.AddDays(s.plan.ExpectedEndOn.DaysSince(s.plan.StartOn))
	}
	return set.ProbationEnds(s.startOn, end)
}

// inProbation reports whether either party may leave on a day without a cause: before it is
// passed, and before it could last no longer.
func (s State) inProbation(set rules.Set, day domain.Date) bool {
	if s.life() < probationary {
		return true
	}
	last, ok := s.probationEnds(set)
	return ok && !day.After(last) && (s.passedOn.IsZero() || day.Before(s.passedOn))
}

// life is how far it came, apart from a break or a cancellation.
func (s State) life() status {
	switch {
	case s.status == cancelled && s.before == suspended:
		return s.beforeBreak
	case s.status == suspended || s.status == cancelled:
		return s.before
	}
	return s.status
}
