package portal

import (
	"maps"
	"slices"
	"strconv"
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
	whole := false // what is told of the role is all there is
	if p := rec.plan(); p.need > 0 {
		approved, pending := rec.spent(timesheet.OnTheJob, rec.learner.Role)
		m := v.hoursMeter(v.say("Hours as %s", desk.InSentence(rec.ready.Stage.Role.Title)), approved, pending, p.need)
		if rec.begun() && !rec.over() && p.elapsed >= newcomer {
			m.Note = sentences(m.Note, v.against(approved+pending, p.today, pending > 0))
		}
		if all, waits := rec.spent(timesheet.OnTheJob, ""); s.OJLMin > 0 && all == approved && waits == pending {
			whole = true
			m.Note = sentences(m.Note, v.say("The whole apprenticeship takes %s.", s.OJLMin))
			if rec.work {
				m.History = v.historyPath(rec, desk.ApprovedMinutes, "")
			}
		}
		out = append(out, m)
	}
	if s.OJLMin > 0 && !whole {
		approved, pending := rec.spent(timesheet.OnTheJob, "")
		m := v.hoursMeter(v.say("All hours on the job"), approved, pending, s.OJLMin)
		if rec.work {
			m.History = v.historyPath(rec, desk.ApprovedMinutes, "")
		}
		m.Note = sentences(m.Note, v.say("For the whole apprenticeship."))
		out = append(out, m)
	}
	if s.RTIMin > 0 {
		approved, pending := rec.spent(timesheet.RelatedInstruction, "")
		m := v.hoursMeter(v.say("Hours in class"), approved, pending, s.RTIMin)
		if rec.work {
			m.History = v.historyPath(rec, desk.InstructionMinutes, "")
		}
		m.Note = sentences(m.Note, v.say("For the whole apprenticeship."))
		out = append(out, m)
	}
	if m, any := v.creditMeter(rec); any {
		out = append(out, m)
	}
	attained, review, need := tally(rec.required(), rec.milestones)
	m := meter{Label: v.say("Milestones"), Value: strconv.Itoa(attained), Of: strconv.Itoa(need), Have: attained, Pending: review, Need: need, Note: v.say("%d to go.", need-attained)}
	if review > 0 {
		m.Note = sentences(v.say("%d in review.", review), m.Note)
	}
	if listed := rec.listed(); listed > need {
		m.Note = sentences(m.Note, v.say("%d are listed, some of them to choose from.", listed))
	}
	return append(out, m), nil
}

func (v *visit) hoursMeter(label string, approved, pending, need domain.Minutes) meter {
	m := meter{Label: label, Value: bare(approved), Of: need.String(), Have: int(approved), Pending: int(pending), Need: int(need)}
	if pending > 0 {
		m.Note = v.say("%s wait for sign-off.", pending)
	}
	return m
}

// against says how far ahead of a plan or behind it something is, in whole hours, and whether that
// counts what waits for sign-off.
func (v *visit) against(have, plan domain.Minutes, waits bool) string {
	off, plan := (have-plan)/60*60, plan/60*60
	switch {
	case off > 0 && waits:
		return v.say("With them, %s more than the %s planned until today.", off, plan)
	case off > 0:
		return v.say("%s more than the %s planned until today.", off, plan)
	case off < 0 && waits:
		return v.say("With them, %s less than the %s planned until today.", -off, plan)
	case off < 0:
		return v.say("%s less than the %s planned until today.", -off, plan)
	}
	return v.say("As planned for today.")
}

// sentences follow one another.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

// creditMeter adds up college credit, if the pathway asks for any and counts it in one unit.
func (v *visit) creditMeter(rec record) (meter, bool) {
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
	m := meter{Label: v.say("College credits"), Value: domain.Credit{Hundredths: have, Unit: unit}.Decimal(), Of: domain.Credit{Hundredths: need[unit], Unit: unit}.Decimal(),
		Have: have, Pending: asked, Need: need[unit], Note: v.say("Counted when a college posts them.")}
	if asked > 0 {
		m.Note = v.say("%s asked for.", v.credits(domain.Credit{Hundredths: asked, Unit: unit}))
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
		course, day := c.Course+" "+c.Title, v.day(wholeDay, c.Since)
		if c.Grade != "" && desk.ReadsCredits(v.actor(), rec.learner) {
			courses[s] = append(courses[s], v.say("%s, grade %s, %s.", course, c.Grade, day))
		} else {
			courses[s] = append(courses[s], v.say("%s, %s.", course, day))
		}
	}
	for _, s := range order {
		amount, unit, _ := strings.Cut(v.credits(domain.Credit{Hundredths: sums[s], Unit: s.unit}), " ")
		detail := sentences(courses[s]...)
		if asked[s] > 0 {
			detail = sentences(detail, v.say("%s asked for.", v.credits(domain.Credit{Hundredths: asked[s], Unit: s.unit})))
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
	if rec.work {
		out.History = v.historyPath(rec, desk.ReadinessMet, "")
	}
	for _, f := range missingFirst(rec.ready.Findings) {
		state, detail := v.found(f)
		if held := v.because(rec, f); held != "" {
			detail = held
		}
		out.Rules = append(out.Rules, rule{f.Requirement.Title, detail, state, v.soonOver(rec, f)})
	}
	l := rec.learner
	first := v.firstDecider(rec)
	if t, asked := rec.asked(); asked {
		if v.Desk.ReadsMove(v.actor(), l, t) {
			out.Number = t.Reference.String()
		}
		step, _, deciding := t.Open()
		switch {
		case deciding:
			out.Holder = v.say("%s has had the request since %s.", sentence(v.holder(step.Assignee, step.Capacity)), v.day(shortDay, domain.DateOf(v.here(step.OpenedAt))))
		default:
			out.Holder = v.say("Approved. It takes effect on %s.", v.day(longerDay, t.EffectiveOn))
		}
		return out
	}
	out.Lacking = v.lacking(rec.ready.Findings)
	ready := pathway.CountMet(rec.ready.Findings) == len(rec.ready.Findings)
	own, mentor := v.who.ID == l.Person, v.who.ID == l.Mentor
	switch {
	case ready && (own || mentor):
		out.Hint = v.say("You can ask now.")
		out.Ask = &askForm{Path: "/transitions", Key: newKey(), Apprenticeship: l.ID, To: next.Role.ID, Approver: first, EffectiveOn: soon(rec.today).String()}
	case ready:
		out.Hint = v.say("The apprentice or the mentor can ask now.")
	case own:
		out.Hint = v.say("When all are met, you or %s can ask for the change. %s decides first.", firstName(v.name(l.Mentor)), sentence(first))
	default:
		out.Hint = v.say("When all are met, the apprentice or the mentor can ask for the change.")
	}
	if t, known := rec.move(next.Role.ID); known {
		told := v.Desk.ReadsReasons(v.actor(), l, t)
		for _, s := range t.Steps {
			if !told && s.DecidedBy != v.who.ID {
				continue
			}
			if s.State == projections.StepReturned || s.State == projections.StepRefused {
				out.Hint = sentences(v.say("%s wrote: “%s”", v.name(s.DecidedBy), v.text(s.Reason)), out.Hint)
			}
		}
	}
	return out
}

// because says of what is not met why, and who has it; it is empty for what is met or speaks for itself.
func (v *visit) because(rec record, f pathway.Finding) string {
	r := f.Requirement
	_, detail := v.found(f)
	switch state := f.Milestone.State; {
	case f.Met:
		return ""
	case r.Logged() && f.Pending >= r.Minutes-f.Minutes:
		return v.say("%s. With %s.", detail, v.name(rec.learner.Supervisor))
	case !r.IsMilestone():
		return ""
	case state == pathway.UnderReview:
		return v.say("%s. With %s.", detail, v.name(rec.milestones[r.ID].Assessor))
	case state == pathway.NotYetAttained || state == pathway.Expired:
		if v.who.ID == rec.learner.Person {
			return v.say("%s. Your turn.", detail)
		}
		return v.say("%s. With %s.", detail, v.name(rec.learner.Person))
	}
	return v.holds(rec, r, 0)
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
	return v.say(stepWords[steps[0]])
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
func (v *visit) found(f pathway.Finding) (state, string) {
	r := f.Requirement
	switch r.Kind {
	case pathway.Hours, pathway.Instruction:
		if f.Met {
			return stateDone, v.say("%s signed off", f.Minutes)
		}
		text := v.say("%s of %s", bare(f.Minutes), r.Minutes)
		if f.Pending > 0 {
			text = v.say("%s of %s, %s wait for sign-off", bare(f.Minutes), r.Minutes, f.Pending)
		}
		if f.Minutes+f.Pending == 0 {
			return stateAhead, text
		}
		return stateActive, text
	case pathway.Group:
		need := r.Need()
		text := v.say("%d of %d", min(need, pathway.CountMet(f.Of)), need)
		if f.Met {
			return stateDone, text
		}
		for _, o := range f.Of {
			if s, _ := v.found(o); s == stateReview {
				return s, v.say("%s, one in review", text)
			}
		}
		return stateActive, text
	}
	on := v.day(wholeDay, f.Milestone.On)
	switch f.Milestone.State {
	case pathway.Attained:
		return stateDone, on
	case pathway.UnderReview:
		return stateReview, v.say("In review since %s", on)
	case pathway.NotYetAttained:
		return stateAgain, v.say("Not passed yet, %s", on)
	case pathway.Waived:
		return stateDone, v.say("Waived %s", on)
	case pathway.Expired:
		return stateAgain, v.say("Expired %s", on)
	case pathway.InProgress:
		return stateActive, v.say("Begun %s", on)
	}
	return stateAhead, ""
}
