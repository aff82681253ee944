package rules

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Set is the rules an apprenticeship runs under: a row of data, not code. It is pinned when
// one is drafted: a later set never changes it. A zero field asks for nothing.
type Set struct {
	ID      string      `json:"id"`
	Profile string      `json:"profile"` // what it is an edition of, such as "us-registered"
	Title   string      `json:"title"`
	From    domain.Date `json:"from"`        // first day on which apprenticeships are drafted under it
	To      domain.Date `json:"to,omitzero"` // last day; zero is open

	// Route is the way from active to completed.
	Route Route `json:"route"`

	// MinimumAge in years, 29 CFR 29.5(b)(10).
	MinimumAge int `json:"minimumAge"`
	// MinimumMonths is the shortest an apprenticeship may be planned.
	MinimumMonths int `json:"minimumMonths,omitempty"`
	// DayLimit is the most a learner can log for one day, on the job and in class together.
	DayLimit domain.Minutes `json:"dayLimit"`
	// LogWithinDays is how long after a day hours can still be logged for it; a week that was
	// sent back or opened again stays open.
	LogWithinDays int `json:"logWithinDays,omitempty"`
	// ProbationMonths and ProbationPercent bound probation, whichever is shorter, 29 CFR 29.5(b)(8).
	ProbationMonths  int `json:"probationMonths,omitempty"`
	ProbationPercent int `json:"probationPercent,omitempty"`
	// InstructionPerYear is the related instruction recommended for each year, 29 CFR 29.5(b)(4).
	InstructionPerYear domain.Minutes `json:"instructionPerYear,omitempty"`
	// OffTheJob is the least related instruction in all, what was learned before taken off.
	OffTheJob domain.Minutes `json:"offTheJob,omitempty"`
	// RatioPerSite holds apprentices to journeyworkers at each site as the standard says,
	// 29 CFR 29.5(b)(7).
	RatioPerSite bool `json:"ratioPerSite,omitempty"`
	// CreditByEndOfProbation lets what was learned before be counted only until then.
	CreditByEndOfProbation bool `json:"creditByEndOfProbation,omitempty"`
	// ReviewWeeks is how often progress is evaluated, 29 CFR 29.5(b)(6).
	ReviewWeeks int `json:"reviewWeeks,omitempty"`

	// CauseAfterProbation asks a sponsor who cancels after probation for a cause, a notice and
	// CorrectionDays in which it can be corrected, 29 CFR 29.7(h).
	CauseAfterProbation bool `json:"causeAfterProbation,omitempty"`
	CorrectionDays      int  `json:"correctionDays,omitempty"`
	// BreakNeedsReturn asks for the day of return when a break is taken.
	BreakNeedsReturn bool `json:"breakNeedsReturn,omitempty"`
	// ReversalDays is how long a cancellation can be taken back.
	ReversalDays int `json:"reversalDays"`

	// ApprovalDays is how many days an approver has before a step counts as late.
	ApprovalDays int `json:"approvalDays"`
	// EscalationWorkingDays is after how many working days of silence the next manager is asked.
	EscalationWorkingDays int `json:"escalationWorkingDays"`
	// DeferralDays is for how long the manager who lets an apprentice go can put a move off.
	DeferralDays int `json:"deferralDays"`
	// TrialMonths is how long a new role is held before the move to it is confirmed.
	TrialMonths int `json:"trialMonths"`
	// IdleDays is after how many days without any act a move that is not decided ends by itself;
	// 0 is never.
	IdleDays int `json:"idleDays"`
	// EqualOpportunityReports is whether reports under 29 CFR part 30 are made.
	EqualOpportunityReports bool `json:"equalOpportunityReports,omitempty"`
	// RecordYears is how long records of an apprenticeship are kept after it ends, 29 CFR 30.12(d).
	RecordYears int `json:"recordYears,omitempty"`
	// Learned is what a standard's competencies are called, if not competencies.
	Learned string `json:"learned,omitempty"`

	// Reporting holds where no agency has a setting of its own.
	Reporting Reporting `json:"reporting"`
	Agencies  []Agency  `json:"agencies,omitempty"`
}

// A Route is the way from active to completed.
type Route string

const (
	AgencyCertificate    Route = "agency-certificate"     // completion is asked for, and the agency certifies it, 29 CFR 29.5(b)(15)
	GatewayAndAssessment Route = "gateway-and-assessment" // three parties agree, an independent organisation assesses, then the certificate
)

// Reporting is how soon the agency is told of a change.
type Reporting struct {
	Days    int  `json:"days"`
	Working bool `json:"working,omitempty"` // Days are Monday to Friday; holidays count, so that it is never late
}

// DueOn is the last day for what happened on a day.
func (r Reporting) DueOn(day domain.Date) domain.Date {
	if r.Working {
		return day.AddWorkingDays(r.Days)
	}
	return day.AddDays(r.Days)
}

// An Agency is a registration agency with a setting of its own.
type Agency struct {
	Name      string      `json:"name"`
	Also      []string    `json:"also,omitempty"` // other names it goes by
	From      domain.Date `json:"from"`
	To        domain.Date `json:"to,omitzero"` // last day; zero is open
	Reporting Reporting   `json:"reporting"`
}

func (a Agency) named(name string) bool {
	is := func(n string) bool { return strings.EqualFold(n, domain.Written(name)) }
	return is(a.Name) || slices.ContainsFunc(a.Also, is)
}

// ReportingTo is how soon an agency is told of what happened on a day.
func (s Set) ReportingTo(agency string, day domain.Date) Reporting {
	for _, a := range s.Agencies {
		if a.named(agency) && within(day, a.From, a.To) {
			return a.Reporting
		}
	}
	return s.Reporting
}

// SameAgency reports whether two names are those of one agency.
func (s Set) SameAgency(a, b string) bool {
	return strings.EqualFold(domain.Written(a), domain.Written(b)) || slices.ContainsFunc(s.Agencies, func(g Agency) bool { return g.named(a) && g.named(b) })
}

// ProbationEnds is the last day of the longest probation of an apprenticeship that runs from
// one day to another, and false where there is no probation. A part of a day does not count.
func (s Set) ProbationEnds(from, to domain.Date) (domain.Date, bool) {
	if s.ProbationMonths == 0 || from.IsZero() {
		return domain.Date{}, false
	}
	longest := from.AddMonths(s.ProbationMonths)
	if share := to.DaysSince(from) * s.ProbationPercent / 100; !to.IsZero() && share > 0 && from.AddDays(share).Before(longest) {
		longest = from.AddDays(share)
	}
	return longest.AddDays(-1), true
}

func within(day, from, to domain.Date) bool {
	return !day.Before(from) && (to.IsZero() || !day.After(to))
}
