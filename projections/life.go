package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

// A Life is what befell an apprenticeship besides its status.
type Life struct {
	Before         LearnerStatus                  `json:"before,omitempty"` // that of one which is suspended or cancelled
	BeforeBreak    LearnerStatus                  `json:"beforeBreak,omitempty"`
	Term           int                            `json:"term,omitempty"`   // days it was planned to run
	Peers          apprenticeship.Mentors         `json:"peers,omitempty"`  // who is or was a peer mentor
	Agency         string                         `json:"agency,omitempty"` // that registered it
	Number         string                         `json:"number,omitempty"` // the agency's
	RegisteredOn   domain.Date                    `json:"registeredOn,omitzero"`
	PassedOn       domain.Date                    `json:"passedOn,omitzero"` // end of probation
	Pauses         []apprenticeship.Pause         `json:"pauses,omitempty"`  // no hours count in them
	ExpectedReturn domain.Date                    `json:"expectedReturn,omitzero"`
	EndedOn        domain.Date                    `json:"endedOn,omitzero"` // last day of one which was completed, cancelled or transferred
	CancelledBy    apprenticeship.Party           `json:"cancelledBy,omitempty"`
	InProbation    bool                           `json:"inProbation,omitempty"` // it was cancelled
	Cause          domain.Sealed                  `json:"cause,omitempty"`       // of the cancellation, or why completion was sent back
	Delegate       domain.PersonID                `json:"delegate,omitempty"`    // signs off in the supervisor's place
	DelegateFrom   domain.Date                    `json:"delegateFrom,omitzero"`
	DelegateUntil  domain.Date                    `json:"delegateUntil,omitzero"`
	Offer          apprenticeship.Amendment       `json:"offer,omitzero"` // proposed, not accepted
	TransferTo     domain.ProgramID               `json:"transferTo,omitempty"`
	Transcript     string                         `json:"transcript,omitempty"` // of the transfer proposed
	ContinuationOf domain.ApprenticeshipID        `json:"continuationOf,omitempty"`
	Gateway        []apprenticeship.GatewayAgreed `json:"gateway,omitempty"`
	AskedOn        domain.Date                    `json:"askedOn,omitzero"` // completion was asked for, the last time
	Assessments    []Assessment                   `json:"assessments,omitempty"`
	Certificate    string                         `json:"certificate,omitempty"`   // the agency's number
	LastEvaluation domain.Date                    `json:"lastEvaluation,omitzero"` // last day of the time that was evaluated last
}

// An Assessment is what an independent organisation found at the end.
type Assessment struct {
	Organization domain.PartnerID `json:"organization"`
	Passed       bool             `json:"passed,omitempty"`
	Grade        string           `json:"grade,omitempty"`
	Feedback     domain.Sealed    `json:"feedback,omitempty"`
	On           domain.Date      `json:"on"`
}

// TermEnds is the last day of an apprenticeship that runs as long as it was planned, from the
// day on which it began; zero if it has no planned end. It bounds probation.
func (l Learner) TermEnds() domain.Date {
	if l.Term == 0 {
		return domain.Date{}
	}
	return l.BeganOn.AddDays(l.Term)
}

// Over reports whether l has ended, as far as anybody knows.
func (l Learner) Over() bool {
	return l.Status == Completed || l.Status == Cancelled || l.Status == Transferred
}

// BrokenOff reports whether l ended before its aim, so that nothing planned in it goes further.
func (l Learner) BrokenOff() bool { return l.Status == Cancelled || l.Status == Transferred }

// Approver is who signs off hours that are handed in on a day.
func (l Learner) Approver(day domain.Date) domain.PersonID {
	if l.Delegate != "" && !day.Before(l.DelegateFrom) && !day.After(l.DelegateUntil) {
		return l.Delegate
	}
	return l.Supervisor
}

// Accompanied reports whether somebody teaches l on a day, as a mentor of any kind, or signs off
// the hours: as supervisor, or in their place.
func (l Learner) Accompanied(by domain.PersonID, day domain.Date) bool {
	return by != "" && (l.Mentored(by, day) || by == l.Supervisor || by == l.Approver(day))
}

// Mentored reports whether somebody is a mentor of l on a day, of any kind.
func (l Learner) Mentored(by domain.PersonID, day domain.Date) bool {
	return by != "" && (by == l.Mentor || l.Peers.Is(by, apprenticeship.Peer, day))
}

// live changes what befell an apprenticeship, and the status that goes with it.
func (b *batch) live(id domain.ApprenticeshipID, e apprenticeship.Event) error {
	var status LearnerStatus
	var stored string
	if found, err := b.one(`SELECT status, life FROM learner WHERE id = ?`, []any{id}, &status, &stored); err != nil || !found {
		return err
	}
	var l Life
	if err := json.Unmarshal([]byte(stored), &l); err != nil {
		return err
	}
	was := status
	switch e := e.(type) {
	case apprenticeship.Registered:
		l.Agency, l.Number, l.RegisteredOn = e.Agency, e.Number, e.On
	case apprenticeship.RegistrationCorrected:
		l.Agency, l.Number, l.RegisteredOn = e.Agency, e.Number, e.On
	case apprenticeship.ProbationCompleted:
		l.PassedOn = e.On
	case apprenticeship.ApprovalDelegated:
		l.Delegate, l.DelegateFrom, l.DelegateUntil = e.To, e.From, e.Until
	case apprenticeship.MentorAssigned:
		if e.Kind == apprenticeship.Peer {
			l.Peers = l.Peers.Assigned(apprenticeship.Mentoring{Mentor: e.Mentor, Kind: e.Kind, From: e.From})
		}
	case apprenticeship.MentorReleased:
		l.Peers = l.Peers.Released(e.Mentor, e.Kind, e.On)
	case apprenticeship.Suspended:
		l.Before, status = status, Suspended
		l.ExpectedReturn, l.Pauses = e.ExpectedReturn, append(l.Pauses, apprenticeship.Pause{From: e.On})
	case apprenticeship.Reinstated:
		status, l.Before, l.ExpectedReturn = cmp.Or(l.Before, status), "", domain.Date{}
		if n := len(l.Pauses); n > 0 {
			l.Pauses[n-1].To = e.On.AddDays(-1)
		}
	case apprenticeship.PauseCorrected:
		if e.No >= 1 && e.No <= len(l.Pauses) { // there is no break to put right otherwise
			l.Pauses[e.No-1] = apprenticeship.Pause{From: e.From, To: e.To}
		}
	case apprenticeship.Cancelled:
		l.BeforeBreak, l.Before, status = l.Before, status, Cancelled
		l.EndedOn, l.CancelledBy, l.InProbation, l.Cause = e.On, e.By, e.InProbation, e.Cause
	case apprenticeship.CancellationReversed:
		status, l.Before, l.BeforeBreak = cmp.Or(l.Before, status), l.BeforeBreak, ""
		l.EndedOn, l.CancelledBy, l.InProbation, l.Cause = domain.Date{}, "", false, ""
	case apprenticeship.TransferProposed:
		l.TransferTo, l.Transcript = e.ToProgram, e.Transcript
	case apprenticeship.TransferAgreed:
		status, l.EndedOn = Transferred, e.On
	case apprenticeship.AmendmentProposed:
		l.Offer = e.Amendment
	case apprenticeship.AmendmentAccepted:
		l.Offer = apprenticeship.Amendment{}
	case apprenticeship.GatewayAgreed:
		if l.Gateway = append(l.Gateway, e); len(l.Gateway) == apprenticeship.GatewayParties {
			status = Gateway
		}
	case apprenticeship.AssessmentPassed:
		status = CompletionPending
		l.Assessments = append(l.Assessments, Assessment{Organization: e.Organization, Passed: true, Grade: e.Grade, On: e.On})
	case apprenticeship.AssessmentFailed:
		l.Assessments = append(l.Assessments, Assessment{Organization: e.Organization, Feedback: e.Feedback, On: e.On})
	case apprenticeship.CompletionReturned:
		status, l.Gateway, l.Cause = Active, nil, e.Reason
	case apprenticeship.CompletionRequested:
		l.Cause, l.AskedOn = "", e.On
	case apprenticeship.CompletionCertified:
		l.EndedOn, l.Certificate = e.On, e.Certificate
	case apprenticeship.CompletionRevoked:
		l.EndedOn, l.Certificate, l.Gateway = domain.Date{}, "", nil
	case apprenticeship.ProgressEvaluated:
		if e.To.After(l.LastEvaluation) {
			l.LastEvaluation = e.To
		}
	case apprenticeship.DateCorrected:
		if e.Of == apprenticeship.EndOfProbation {
			l.PassedOn = e.Is
		} else {
			l.EndedOn = e.Is
		}
		if e.Of == apprenticeship.Completion {
			if err := b.exec(`UPDATE learner SET completed_on = ? WHERE id = ?`, e.Is.String(), id); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	if status != was {
		return b.exec(`UPDATE learner SET status = ?, life = ? WHERE id = ?`, status, text(l), id)
	}
	return b.exec(`UPDATE learner SET life = ? WHERE id = ?`, text(l), id)
}

// Worked returns the days on which a learner has hours on record, in order.
func (db *DB) Worked(ctx context.Context, id domain.ApprenticeshipID) (apprenticeship.Worked, error) {
	days, err := collect(ctx, db.read, func(rows *sql.Rows) (d domain.Date, err error) { return d, rows.Scan(date{&d}) },
		`SELECT DISTINCT day FROM entry WHERE learner = ? AND minutes > 0 ORDER BY day`, id)
	return days, fault(err, "worked")
}
