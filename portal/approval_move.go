package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A moveRequest is a move to another role with what speaks for it now.
type moveRequest struct {
	learner projections.Learner
	move    projections.Transition
	ready   desk.Readiness // in the role to be left
	to      pathway.Role
}

func (v *visit) moveOf(id domain.ApprenticeshipID, to domain.RoleID) (m moveRequest, err error) {
	if m.learner, err = v.Desk.Read.Learner(v.ctx(), id); err != nil {
		return m, err
	}
	if m.move, err = v.Desk.Read.Transition(v.ctx(), id, to); err != nil {
		return m, err
	}
	p, err := desk.Pathway(m.learner)
	if err != nil {
		return m, err
	}
	s, _, _ := p.Stage(to)
	m.to = s.Role
	m.ready, err = v.Desk.Readiness(v.ctx(), m.learner, m.move.From)
	return m, err
}

// ofMove reads what the address names: the apprenticeship and the role, joined by a point.
func (v *visit) ofMove() (domain.ApprenticeshipID, domain.RoleID, error) {
	a, role, _ := strings.Cut(v.r.PathValue("id"), ".")
	id, to := domain.ApprenticeshipID(a), domain.RoleID(role)
	_, _, err := v.Desk.Move(v.ctx(), v.actor(), id, to)
	return id, to, err
}

func (v *visit) reviewMove() error {
	id, to, err := v.ofMove()
	if err != nil {
		return err
	}
	d, err := v.moveRequest(id, to)
	if err != nil {
		return err
	}
	return show(v, approvalsPage, http.StatusOK, d)
}

func (v *visit) decideMove() error {
	id, to, err := v.ofMove()
	if err != nil {
		return err
	}
	if v.r.URL.Query().Has("comment") {
		return v.commentMove(id, to)
	}
	verdict := transition.Verdict(v.field("decision"))
	_, err = v.Desk.Decide(v.ctx(), v.ask(), id, to, verdict, v.field("snapshot"), v.field("reason"))
	notice := map[transition.Verdict]string{transition.Grant: "Approved.", transition.SendBack: "Sent back.", transition.Deny: "Declined."}[verdict]
	return v.settled(err, v.say(notice), func() (approvalsData, error) { return v.moveRequest(id, to) })
}

// moveRequest is the page of one role change.
func (v *visit) moveRequest(id domain.ApprenticeshipID, to domain.RoleID) (approvalsData, error) {
	m, err := v.moveOf(id, to)
	if err != nil {
		return approvalsData{}, err
	}
	path := requestPath(transition.Stream(id, to))
	name := v.name(m.learner.Person)
	d, err := v.request(v.say("%s to %s", name, desk.InSentence(m.to.Title)), path)
	if err != nil {
		return d, err
	}
	rec, err := v.record(m.learner)
	if err != nil {
		return d, err
	}
	if d.Said, err = v.said(rec, transition.Stream(id, to)); err != nil {
		return d, err
	}
	t := m.move
	d.Kind, d.Reference, d.Heading, d.About = v.say("Role change"), t.Reference.String(), d.Title, v.aboutLearner(rec)
	asked, starts := v.nearDay(domain.DateOf(v.here(t.ProposedAt))), v.nearDay(t.EffectiveOn)
	step, _, open := t.Open()
	switch decides := open && v.decides(m, step); {
	case open && m.ready.Snapshot != t.Snapshot:
		d.Lead = v.say("Asked for by %s on %s, to start on %s. What was shown has changed since then: send it back, so that it can be asked for again.", v.name(t.Proposer), asked, starts)
	case decides && !step.DueOn.IsZero() && !step.DueOn.Before(t.EffectiveOn):
		d.Lead = v.say("Asked for by %s on %s, to start on %s. Everybody has to approve before that day.", v.name(t.Proposer), asked, starts)
	case decides && !step.DueOn.IsZero():
		d.Lead = v.say("Asked for by %s on %s. Starts on %s if everybody approves. Decide by %s.", v.name(t.Proposer), asked, starts, v.nearDay(step.DueOn))
	default:
		d.Lead = v.say("Asked for by %s on %s, to start on %s.", v.name(t.Proposer), asked, starts)
	}
	d.Steps = v.signOffs(m)
	d.RoleChange = &roleChangeDocument{EffectiveOn: starts, Changes: v.changes(m, v.Desk.ReadsGrade(v.actor(), m.learner, t))}
	for _, f := range m.ready.Findings {
		d.RoleChange.Rules = append(d.RoleChange.Rules, v.checked(rec, f))
	}
	if open {
		d.RoleChange.Soon = v.afterStart(rec, m.ready.Findings, t.EffectiveOn)
	}
	var withheld bool
	if d.RoleChange.Shown, withheld = v.shown(rec, m.ready.Findings); withheld {
		d.RoleChange.Withheld = v.say("What %s sent for this is read by their mentor, %s, and their manager, %s. You see what was signed off, when and by whom.",
			firstName(name), v.name(m.learner.Mentor), v.name(m.learner.Supervisor))
	}
	facts, err := v.Desk.Timeline(v.ctx(), v.actor(), id, to)
	if err != nil {
		return d, err
	}
	d.History = v.history(facts)
	if d.Talk, err = v.talk(m, facts); err != nil {
		return d, err
	}
	if d.Conversation, err = v.conversation(m, path); err != nil {
		return d, err
	}
	if seen, err := v.Desk.Read.Sees(v.ctx(), v.Desk.SightOf(v.actor()), id); err != nil {
		return d, err
	} else if seen {
		d.Live = livePath(id)
	} else {
		d.leaveLinks()
	}
	if open && v.decides(m, step) {
		d.Decision = v.moveDecision(m, path)
		if n := len(d.RoleChange.Soon); n > 0 {
			d.Decision.Summary, d.Decision.Blocked = v.say("%d run out soon, %d of %d met", n, d.RoleChange.Met(), len(d.RoleChange.Rules)), true
		}
	} else if d.Outcome = v.moveOutcome(m); d.Outcome != nil {
		d.Outcome.Reference, d.Outcome.Next = d.Reference, v.next(path)
	}
	return d, nil
}

// nearDay writes a day, with the year if it is not the present one.
func (v *visit) nearDay(d domain.Date) string {
	if d.Format("2006") == v.Desk.Today().Format("2006") {
		return v.day(monthDay, d)
	}
	return v.day(longerDay, d)
}

// decides reports whether the viewer may decide the open step.
func (v *visit) decides(m moveRequest, s projections.Step) bool {
	return s.Capacity == v.who.Capacity && (s.Assignee == "" || s.Assignee == v.who.ID || s.Holder(v.Desk.Today()) == v.who.ID) &&
		v.who.ID != m.move.Proposer && v.who.ID != m.learner.Person
}

func (v *visit) moveDecision(m moveRequest, path string) *decision {
	first, proposer := firstName(v.name(m.learner.Person)), firstName(v.name(m.move.Proposer))
	to, again := first, v.say("Say what is missing. %s can ask again", proposer)
	if m.move.Proposer != m.learner.Person {
		to = v.say("%s and %s", first, proposer)
	}
	after := v.say("%s moves on %s", first, v.day(longerDay, m.move.EffectiveOn))
	if _, at, _ := m.move.Open(); at+1 < len(m.move.Steps) {
		next := m.move.Steps[at+1]
		after = v.say("%s decides next", sentence(v.holder(next.Assignee, next.Capacity)))
	}
	return &decision{
		Path: path, Key: newKey(), Snapshot: m.ready.Snapshot, Field: "decision", Legend: v.say("What do you decide?"),
		TextField: "reason", To: to, Required: v.say("Needed unless you approve"), Submit: v.say("Submit decision"),
		Summary: v.say("%d of %d met", pathway.CountMet(m.ready.Findings), len(m.ready.Findings)),
		Options: []option{
			{Value: string(transition.Grant), Label: v.say("Approve"), Hint: after},
			{Value: string(transition.SendBack), Label: v.say("Send back"), Hint: again},
			{Value: string(transition.Deny), Label: v.say("Decline"), Hint: v.say("Closes this request. Needs a reason")},
		},
	}
}

// moveOutcome is the decision of the viewer, or the last one once nobody has to decide.
func (v *visit) moveOutcome(m moveRequest) *outcome {
	if m.move.State == projections.TransitionWithdrawn {
		o := &outcome{Word: v.say("Withdrawn"), Tone: toneMute, Text: v.say("Nobody has to decide any more.")}
		switch m.move.Cause {
		case transition.Cancelled:
			o.Text = v.say("The apprenticeship was cancelled, and the move with it. Nobody has to decide any more.")
		case transition.Transferred:
			o.Text = v.say("The apprenticeship goes on under another programme, where the move can be asked for. Nobody has to decide any more.")
		}
		return o
	}
	step, _, open := m.move.Open()
	var last *projections.Step
	for i, s := range m.move.Steps {
		if s.DecidedBy != "" && (!open || s.DecidedBy == v.who.ID) {
			last = &m.move.Steps[i]
		}
	}
	if last == nil {
		return nil
	}
	told := v.informed(m)
	o := &outcome{Word: v.say("Approved"), Tone: toneOK, By: v.name(last.DecidedBy)}
	on := v.day(longerDay, m.move.EffectiveOn)
	switch {
	case last.State == projections.StepReturned:
		o.Word, o.Tone = v.say("Sent back"), toneWarn
		o.Text = v.say("Shown on the pathway with the reason, to %s. It can be asked for again once it is put right.", told)
	case last.State == projections.StepRefused:
		o.Word, o.Tone = v.say("Declined"), toneWarn
		o.Text = v.say("Shown on the pathway with the reason, to %s. This request is closed.", told)
	case open:
		o.Text = v.say("Shown on the pathway to %s. %s decides next.", told, sentence(v.holder(step.Assignee, step.Capacity)))
	case m.move.State == projections.TransitionEffective, m.move.State == projections.TransitionConfirmed:
		o.Text = v.say("It took effect on %s.", on)
	default:
		o.Text = v.say("Shown on the pathway to %s. It takes effect on %s.", told, on)
	}
	return o
}

// informed names who sees what was decided: the apprentice, and whoever asked in their place.
func (v *visit) informed(m moveRequest) string {
	first := firstName(v.name(m.learner.Person))
	if m.move.Proposer == m.learner.Person || m.move.Proposer == v.who.ID {
		return first
	}
	return v.say("%s and %s", first, firstName(v.name(m.move.Proposer)))
}

// stepLabels name the steps of a move, in English.
var stepLabels = map[pathway.Step]string{
	pathway.CurrentManager: "Present manager", pathway.ReceivingManager: "Receiving manager", pathway.WorkforceDevelopment: "Workforce development",
	pathway.HumanResources: "Human resources", pathway.SecurityClearance: "Security clearance",
}

func (v *visit) signOffs(m moveRequest) []signOff {
	t := m.move
	day := func(at time.Time) string { return v.day(shortDay, domain.DateOf(v.here(at))) }
	out := []signOff{{v.say("Requested"), v.name(t.Proposer), day(t.ProposedAt), stateDone}}
	before := ""
	for _, s := range t.Steps {
		o := signOff{Label: v.say(stepLabels[s.Office]), Who: v.name(s.Assignee), State: stateAhead}
		switch s.State {
		case projections.StepGranted:
			o.State = stateDone
		case projections.StepReturned, projections.StepRefused:
			o.State = stateAgain
		case projections.StepOpen:
			o.Who = sentence(v.holder(s.Holder(v.Desk.Today()), s.Capacity))
			o.State, o.When = stateReview, v.say("Has it since %s", day(s.OpenedAt))
			before = firstName(o.Who)
			if v.decides(m, s) {
				o.Label, before = v.say("Your decision"), ""
				o.When = v.say("Waits for you since %s", day(s.OpenedAt))
			}
		case projections.StepWaiting:
			switch {
			case out[len(out)-1].State != stateReview:
			case before == "":
				o.When = v.say("After you")
			default:
				o.When = v.say("After %s", before)
			}
		}
		if s.DecidedBy != "" {
			o.Who, o.When = v.name(s.DecidedBy), day(s.DecidedAt)
		}
		out = append(out, o)
	}
	last := signOff{Label: v.say("Takes effect"), When: v.day(wholeDay, t.EffectiveOn), State: stateAhead}
	if t.State == projections.TransitionEffective || t.State == projections.TransitionConfirmed {
		last.State = stateDone
	}
	return append(out, last)
}

// changes are what will be different; the grade is not for everybody.
func (v *visit) changes(m moveRequest, grade bool) []change {
	from := m.ready.Stage.Role
	out := []change{{v.say("Job title"), from.Title, m.to.Title}}
	if grade {
		out = append(out, change{v.say("Pay grade"), cmp.Or(from.Grade, v.say("Not stated")), cmp.Or(m.move.PayGrade, m.to.Grade, v.say("Not stated"))})
	}
	if receiving := slices.IndexFunc(m.move.Steps, func(s projections.Step) bool { return s.Office == pathway.ReceivingManager }); receiving >= 0 {
		out = append(out, change{v.say("Reports to"), v.name(m.learner.Supervisor), v.name(m.move.Steps[receiving].Assignee)})
	}
	out = append(out, change{v.say("System access"), v.systems(from.Access), v.systems(m.to.Access)})
	if !m.learner.ExpectedEndOn.IsZero() {
		end := v.day(wholeDay, m.learner.ExpectedEndOn)
		out = append(out, change{v.say("End of the apprenticeship"), end, end})
	}
	return out
}

func (v *visit) systems(access []string) string {
	if len(access) == 0 {
		return v.say("None")
	}
	return sentence(strings.ReplaceAll(strings.Join(access, ", "), "-", " "))
}

// checked tells what speaks for a requirement and who signed it.
func (v *visit) checked(rec record, f pathway.Finding) checkedRule {
	r := f.Requirement
	state, have := v.found(f)
	out := checkedRule{Text: r.Title, Have: cmp.Or(have, v.say("Nothing yet")), State: state, Soon: v.soonOver(rec, f)}
	page := "/apprentices/" + string(rec.learner.ID)
	switch {
	case r.Logged():
		out.SignedBy = v.name(rec.learner.Supervisor)
		if rec.work {
			out.Evidence = link{v.say("Hours by week"), page + "#weeks-h"}
		}
	case r.Kind == pathway.Group:
		var met []string
		for _, o := range f.Of {
			if o.Met {
				met = append(met, o.Requirement.Title)
				out.SignedBy = v.signer(rec, o)
			}
		}
		out.Evidence = v.piecesFor(rec, f)
		if len(met) > 0 {
			out.Have = v.say("%s: %s", out.Have, strings.Join(met, "; "))
		}
	default:
		out.SignedBy = v.signer(rec, f)
		if r.ByCredit() {
			out.Evidence = link{v.say("Credits"), page + "#credits-h"}
		} else {
			out.Evidence = v.piecesFor(rec, f)
		}
		if f.Milestone.Level > 0 {
			out.Have = v.say("Rated %d, %s", f.Milestone.Level, have)
		}
	}
	return out
}

// signer is who brought a milestone to where it is, if it is attained.
func (v *visit) signer(rec record, f pathway.Finding) string {
	if !f.Met {
		return ""
	}
	if f.Milestone.By != "" {
		return v.name(f.Milestone.By)
	}
	for _, c := range rec.credits {
		if c.Requirement == f.Requirement.ID && c.State.Awarded() {
			return v.college(c.Partner)
		}
	}
	return v.say("The college")
}
