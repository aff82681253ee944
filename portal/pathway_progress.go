package portal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// meters compares what is there with what is required, each with what the figures mean.
func (v *visit) meters(rec record) ([]meter, error) {
	s, err := v.Desk.Read.Standard(v.ctx(), rec.learner.Standard, rec.learner.StandardVersion)
	if err != nil {
		return nil, err
	}
	var out []meter
	if p := rec.plan(); p.need > 0 {
		approved, pending := rec.spent(timesheet.OnTheJob, rec.learner.Role)
		m := hoursMeter("Hours as "+desk.InSentence(rec.ready.Stage.Role.Title), approved, pending, p.need)
		if rec.begun() && !rec.over() && p.elapsed >= newcomer {
			m.Note += against(approved+pending, p.today)
		}
		out = append(out, m)
	}
	if s.OJLMin > 0 {
		approved, pending := rec.spent(timesheet.OnTheJob, "")
		m := hoursMeter("All hours on the job", approved, pending, s.OJLMin)
		m.Note += "For the whole apprenticeship."
		out = append(out, m)
	}
	if s.RTIMin > 0 {
		approved, pending := rec.spent(timesheet.RelatedInstruction, "")
		m := hoursMeter("Hours in class", approved, pending, s.RTIMin)
		m.Note += "For the whole apprenticeship."
		out = append(out, m)
	}
	if m, any := rec.creditMeter(); any {
		out = append(out, m)
	}
	attained, review, need := tally(rec.required(), rec.milestones)
	m := meter{Label: "Milestones", Value: fmt.Sprint(attained), Of: fmt.Sprint(need), Have: attained, Pending: review, Need: need, Note: fmt.Sprintf("%d to go.", need-attained)}
	if review > 0 {
		m.Note = fmt.Sprintf("%d in review. ", review) + m.Note
	}
	return append(out, m), nil
}

func hoursMeter(label string, approved, pending, need domain.Minutes) meter {
	m := meter{Label: label, Value: strings.TrimSuffix((approved / 60 * 60).String(), " h"), Of: need.String(), Have: int(approved), Pending: int(pending), Need: int(need)}
	if pending > 0 {
		m.Note = pending.String() + " wait for sign-off. "
	}
	return m
}

// against says how far ahead of a plan or behind it something is, in whole hours.
func against(have, plan domain.Minutes) string {
	off := (have - plan) / 60 * 60
	switch {
	case off > 0:
		return off.String() + " ahead of the plan for today, " + (plan / 60 * 60).String() + "."
	case off < 0:
		return (-off).String() + " behind the plan for today, " + (plan / 60 * 60).String() + "."
	}
	return "As planned for today."
}

// creditMeter adds up college credit, if the pathway asks for any and counts it in one unit.
func (rec record) creditMeter() (meter, bool) {
	need := map[domain.CreditUnit]int{}
	for _, r := range rec.required() {
		if r.ByCredit() {
			need[r.Credit.Unit] += r.Credit.Hundredths
		}
	}
	if len(need) != 1 {
		return meter{}, false
	}
	unit := slices.Collect(maps.Keys(need))[0]
	have, asked := 0, 0
	for _, c := range rec.credits {
		switch {
		case c.Credit.Unit != unit:
		case c.State.Awarded():
			have += c.Credit.Hundredths
		case c.State.Open():
			asked += c.Credit.Hundredths
		}
	}
	m := meter{Label: "College credits", Value: domain.Credit{Hundredths: have, Unit: unit}.Decimal(), Of: domain.Credit{Hundredths: need[unit], Unit: unit}.Decimal(),
		Have: have, Pending: asked, Need: need[unit], Note: "Counted when a college posts them."}
	if asked > 0 {
		m.Note = credits(domain.Credit{Hundredths: asked, Unit: unit}) + " asked for."
	}
	return m, true
}

// creditList adds up what each college awarded, in one unit each.
func (v *visit) creditList(rec record) (out []collegeCredit) {
	type source struct {
		college domain.PartnerID
		unit    domain.CreditUnit
	}
	sums, courses, asked := map[source]int{}, map[source][]string{}, map[source]int{}
	var order []source
	for _, c := range rec.credits {
		s := source{c.Partner, c.Credit.Unit}
		if !slices.Contains(order, s) && (c.State.Open() || c.State.Awarded()) {
			order = append(order, s)
		}
		if c.State.Open() {
			asked[s] += c.Credit.Hundredths
		}
		if !c.State.Awarded() {
			continue
		}
		sums[s] += c.Credit.Hundredths
		course := c.Course + " " + c.Title
		if c.Grade != "" && desk.ReadsCredits(v.actor(), rec.learner) {
			course += ", grade " + string(c.Grade)
		}
		courses[s] = append(courses[s], course+", "+c.Since.Format("2 Jan 2006")+".")
	}
	for _, s := range order {
		amount, unit, _ := strings.Cut(credits(domain.Credit{Hundredths: sums[s], Unit: s.unit}), " ")
		detail := strings.Join(courses[s], " ")
		if asked[s] > 0 {
			detail = strings.TrimSpace(detail + " " + credits(domain.Credit{Hundredths: asked[s], Unit: s.unit}) + " asked for.")
		}
		out = append(out, collegeCredit{v.college(s.college), amount, unit, detail})
	}
	return out
}

// readiness tells what the next role requires, nil when there is none to come.
func (v *visit) readiness(rec record) *readiness {
	next, ok := rec.path.Following(rec.learner.Role)
	if !ok || rec.over() {
		return nil
	}
	out := &readiness{Role: desk.InSentence(next.Role.Title)}
	for _, f := range rec.ready.Findings {
		state, detail := found(f)
		out.Rules = append(out.Rules, rule{f.Requirement.Title, detail, state})
	}
	l := rec.learner
	first := v.firstDecider(rec)
	if t, asked := rec.asked(); asked {
		step, _, deciding := t.Open()
		switch {
		case deciding:
			out.Holder = sentence(v.holder(step.Assignee, step.Capacity)) + " has had the request since " + v.here(step.OpenedAt).Format("2 Jan") + "."
		default:
			out.Holder = "Approved. It takes effect on " + t.EffectiveOn.Format("2 January 2006") + "."
		}
		return out
	}
	ready := pathway.CountMet(rec.ready.Findings) == len(rec.ready.Findings)
	own, mentor := v.who.ID == l.Person, v.who.ID == l.Mentor
	switch {
	case ready && (own || mentor):
		out.Hint = "You can ask now."
		out.Ask = &askForm{Path: "/transitions", Key: newKey(), Apprenticeship: l.ID, To: next.Role.ID, Approver: first, EffectiveOn: soon(rec.today).String()}
	case ready:
		out.Hint = "The apprentice or the mentor can ask now."
	case own:
		out.Hint = "When all are met, you or " + firstName(v.name(l.Mentor)) + " can ask for the change. " + sentence(first) + " decides first."
	default:
		out.Hint = "When all are met, the apprentice or the mentor can ask for the change."
	}
	if t, known := rec.move(next.Role.ID); known {
		told := v.Desk.ReadsReasons(v.actor(), l, t)
		for _, s := range t.Steps {
			if !told && s.DecidedBy != v.who.ID {
				continue
			}
			if s.State == projections.StepReturned || s.State == projections.StepRefused {
				out.Hint = v.name(s.DecidedBy) + " wrote: “" + v.text(s.Reason) + "” " + out.Hint
			}
		}
	}
	return out
}

// soon is the first Monday at least two weeks away.
func soon(today domain.Date) domain.Date {
	d := today.AddDays(14)
	for d.Weekday() != 1 {
		d = d.AddDays(1)
	}
	return d
}

// firstDecider is who decides first about the move to the next role.
func (v *visit) firstDecider(rec record) string {
	steps := rec.ready.Stage.Approvals
	if len(steps) == 0 || steps[0] == pathway.CurrentManager {
		return v.name(rec.learner.Supervisor)
	}
	return stepWords[steps[0]]
}

var stepWords = map[pathway.Step]string{
	pathway.CurrentManager: "present manager", pathway.ReceivingManager: "receiving manager", pathway.WorkforceDevelopment: "workforce development",
	pathway.HumanResources: "human resources", pathway.SecurityClearance: "security clearance",
}

// sentence begins with a capital letter.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// found tells how far a requirement is met.
func found(f pathway.Finding) (state, string) {
	r := f.Requirement
	switch r.Kind {
	case pathway.Hours, pathway.Instruction:
		text := strings.TrimSuffix((f.Minutes/60*60).String(), " h") + " of " + r.Minutes.String()
		if f.Met {
			return stateDone, f.Minutes.String() + " signed off"
		}
		if f.Pending > 0 {
			text += ", " + f.Pending.String() + " wait for sign-off"
		}
		if f.Minutes+f.Pending == 0 {
			return stateAhead, text
		}
		return stateActive, text
	case pathway.Group:
		need := r.Need()
		text := fmt.Sprintf("%d of %d", min(need, pathway.CountMet(f.Of)), need)
		if f.Met {
			return stateDone, text
		}
		for _, o := range f.Of {
			if s, _ := found(o); s == stateReview {
				return s, text + ", one in review"
			}
		}
		return stateActive, text
	}
	on := f.Milestone.On.Format("2 Jan 2006")
	switch f.Milestone.State {
	case pathway.Attained:
		return stateDone, on
	case pathway.UnderReview:
		return stateReview, "In review since " + on
	case pathway.NotYetAttained:
		return stateAgain, "Not passed yet, " + on
	case pathway.Waived:
		return stateDone, "Waived " + on
	case pathway.Expired:
		return stateAgain, "Expired " + on
	case pathway.InProgress:
		return stateActive, "Begun " + on
	}
	return stateAhead, ""
}
