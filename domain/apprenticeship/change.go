package apprenticeship

import "github.com/guildhall-dev/guildhall/domain"

// Change is what the agency is told when e happened, and the day on which it took effect; it
// is empty where e is nothing to tell, 29 CFR 29.3(d), (e). The registration is the agency's
// own act, and what happened before it is told with it.
func Change(e Event) (what string, on domain.Date) {
	switch e := e.(type) {
	case Began:
		return "began", e.On
	case ProbationCompleted:
		return "probation-completed", e.On
	case Suspended:
		return "suspended", e.On
	case Reinstated:
		return "reinstated", e.On
	case Cancelled:
		return "cancelled", e.On
	case CancellationReversed:
		return "cancellation-reversed", e.On
	case TransferAgreed:
		return "transferred", e.On
	case GatewayAgreed:
		return "gateway-agreed", e.On
	case AssessmentPassed:
		return "assessment-passed", e.On
	case CompletionRequested:
		return "completion-requested", e.On
	case CompletionReturned:
		return "completion-returned", e.On
	case CompletionCertified:
		return "completed", e.On
	case CompletionRevoked:
		return "completion-revoked", e.On
	case StartDateCorrected:
		return "start-corrected", e.Is
	case DateCorrected:
		return string(e.Of) + "-corrected", e.Is
	}
	return "", domain.Date{}
}

// Ends reports whether e ends an apprenticeship, as far as anybody knows.
func Ends(e Event) bool {
	switch e.(type) {
	case Cancelled, TransferAgreed, CompletionCertified:
		return true
	}
	return false
}

// BreaksOff reports whether e ends an apprenticeship before its aim: what was planned in it goes
// no further. What was planned beyond a completed one does.
func BreaksOff(e Event) bool {
	_, completed := e.(CompletionCertified)
	return Ends(e) && !completed
}

// Reopens reports whether e takes an end back.
func Reopens(e Event) bool {
	switch e.(type) {
	case CancellationReversed, CompletionRevoked:
		return true
	}
	return false
}

// Reservation is where it is kept which apprenticeship of a person in an occupation is the
// one that has not ended.
func Reservation(who domain.PersonID, in domain.StandardID) domain.Stream {
	return domain.Stream("unique-apprenticeship." + string(who) + "." + string(in))
}
