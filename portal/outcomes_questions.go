package portal

import "github.com/guildhall-dev/guildhall/projections"

// An outcomeQuestion is what a topic asks of the measures. Its words are English.
type outcomeQuestion struct {
	id, title, label, how string // label says what the figure is of, unless each series does
	kind                  figureKind
	by                    projections.Dimension // always broken down so; as the viewer asks, if empty
	series                []outcomeSeries
}

type outcomeSeries struct {
	measure projections.Measure
	label   string
}

// A figureKind is how a figure is made of a count and a total.
type figureKind int

const (
	countOf  figureKind = iota // how many
	shareOf                    // the total, of how many
	restOf                     // those whom the total leaves over, of how many
	daysOf                     // the total shared out
	pointsOf                   // hundredths of a percent of a scale, shared out
	moneyOf                    // cents in all
)

// needsTotal reports whether nothing is left to tell where a total is hidden.
func (q outcomeQuestion) needsTotal() bool { return q.kind != countOf }

// hides reports whether nothing may be told of a group.
func (q outcomeQuestion) hides(o projections.Outcome) bool {
	return o.Hidden || o.TotalHidden && q.needsTotal()
}

// size is what the longest bar is measured by; shares and points have a scale of their own.
func (q outcomeQuestion) size(o projections.Outcome) int {
	switch {
	case q.hides(o):
		return 0
	case q.kind == countOf:
		return o.N
	case q.kind == daysOf:
		return rounded(o.Total, o.N)
	}
	return o.Total
}

// width is how long the bar of a group is, from 0 to meterWidth.
func (q outcomeQuestion) width(o projections.Outcome, most int) int {
	switch q.kind {
	case shareOf:
		return share(o.Total, o.N)
	case restOf:
		return share(o.N-o.Total, o.N)
	case pointsOf:
		return share(o.Total, 10_000*o.N)
	}
	return share(q.size(o), most)
}

// outcomeQuestions are the topics in the order in which they are shown.
var outcomeQuestions = []outcomeQuestion{
	{id: "interest", title: "From interest to taking part", label: "people who were interested take part", kind: shareOf,
		how:    "Everybody who said that they are interested or applied for a seat, and how many of them have begun an apprenticeship, an academy or something else to learn. Counted in the year in which the interest was first told.",
		series: []outcomeSeries{{projections.Interest, "Interested"}}},
	{id: "participation", title: "People who take part", label: "have begun something", kind: countOf,
		how:    "Everybody who has begun an apprenticeship, an academy or something else to learn, each person once, in the year in which they began first.",
		series: []outcomeSeries{{projections.Participation, "Take part"}}},
	{id: "rural", title: "Rural share", label: "take part, at rural and at urban sites", kind: countOf, by: projections.BySetting,
		how:    "The same people, by whether their site is described as rural or as urban.",
		series: []outcomeSeries{{projections.Participation, "Take part"}}},
	{id: "invitations", title: "Invitations", label: "invitations led to taking part", kind: shareOf,
		how:    "Everybody who was invited to a cohort, and how many of them were enrolled in it.",
		series: []outcomeSeries{{projections.Invitation, "Invited"}}},
	{id: "time-to-role", title: "Time to a role", label: "from the first day until a role is reached", kind: daysOf,
		how:    "The days from the first day of an apprenticeship until a role on its pathway was taken up, added up and divided by the number of roles that were reached.",
		series: []outcomeSeries{{projections.TimeToRole, "Roles reached"}}},
	{id: "onboarding", title: "Settling in", label: "until a role that was taken up is confirmed", kind: daysOf,
		how:    "The days from taking up a role until it was confirmed, added up and divided by the number of roles that were confirmed.",
		series: []outcomeSeries{{projections.Onboarding, "Roles confirmed"}}},
	{id: "retention", title: "Retention", kind: restOf,
		how:    "Of everybody who takes part, and of everybody who does not, how many have not left the hospital.",
		series: []outcomeSeries{{projections.ParticipantTurnover, "Take part, and are still here"}, {projections.OtherTurnover, "Take no part, and are still here"}}},
	{id: "satisfaction", title: "Satisfaction with work", kind: pointsOf,
		how:    "The answers to the questionnaire on satisfaction, each as a part of its scale of 100 points, added up and divided by the number of answers. Nobody’s answer is kept with a name.",
		series: []outcomeSeries{{projections.SatisfactionBefore, "Before"}, {projections.SatisfactionAfter, "After"}}},
	{id: "quality-of-life", title: "Quality of life", kind: pointsOf,
		how:    "The answers to the questionnaire on quality of life, each as a part of its scale of 100 points, added up and divided by the number of answers.",
		series: []outcomeSeries{{projections.QualityOfLifeBefore, "Before"}, {projections.QualityOfLifeAfter, "After"}}},
	{id: "burnout", title: "Signs of burnout, fewer points are better", kind: pointsOf,
		how:    "The answers to the questionnaire on burnout, each as a part of its scale of 100 points, added up and divided by the number of answers.",
		series: []outcomeSeries{{projections.BurnoutBefore, "Before"}, {projections.BurnoutAfter, "After"}}},
	{id: "fill", title: "Openings filled from within", label: "openings were filled from within", kind: shareOf,
		how:    "Every opening that was filled, and how many of them by somebody who worked here already.",
		series: []outcomeSeries{{projections.InternalFill, "Filled"}}},
	{id: "days-to-fill", title: "Time to fill an opening", kind: daysOf,
		how:    "The days from opening a position until somebody took it, added up and divided by the number of openings, for those filled from within and from outside.",
		series: []outcomeSeries{{projections.DaysToFillWithin, "From within"}, {projections.DaysToFillOutside, "From outside"}}},
	{id: "funding", title: "Funding", kind: moneyOf,
		how: "What was spent on people who take part, by the kind of the source. Each person counts once for each kind.",
		series: []outcomeSeries{{projections.FundingPublicGrant, "Public grants"}, {projections.FundingScholarship, "Scholarships"},
			{projections.FundingTaxIncentive, "Tax incentives"}, {projections.FundingEmployer, "The employer"}}},
}
