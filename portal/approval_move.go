package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

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
	l, err := v.Desk.Learner(v.ctx(), v.actor(), id)
	if err != nil {
		return id, to, err
	}
	t, err := v.Desk.Read.Transition(v.ctx(), id, to)
	if err == nil && !v.Desk.ReadsMove(v.actor(), l, t) {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_TRANSITION", "There is no such move.")
	}
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
	verdict := transition.Verdict(v.field("decision"))
	_, err = v.Desk.Decide(v.ctx(), v.ask(), id, to, verdict, v.field("snapshot"), v.field("reason"))
	notice := map[transition.Verdict]string{transition.Grant: "Approved.", transition.SendBack: "Sent back.", transition.Deny: "Declined."}[verdict]
	return v.settled(err, notice, func() (approvalsData, error) { return v.moveRequest(id, to) })
}

// moveRequest is the page of one role change.
func (v *visit) moveRequest(id domain.ApprenticeshipID, to domain.RoleID) (approvalsData, error) {
	m, err := v.moveOf(id, to)
	if err != nil {
		return approvalsData{}, err
	}
	path := requestPath(transition.Stream(id, to))
	name := v.name(m.learner.Person)
	d, err := v.inbox(name+" to "+desk.InSentence(m.to.Title), path)
	if err != nil {
		return d, err
	}
	rec, err := v.record(m.learner)
	if err != nil {
		return d, err
	}
	t := m.move
	d.Kind, d.Heading, d.About = "Role change", d.Title, v.aboutLearner(rec)
	d.Lead = fmt.Sprintf("Asked for by %s on %s, to start on %s.", v.name(t.Proposer), v.here(t.ProposedAt).Format("2 January"), t.EffectiveOn.Format("2 January 2006"))
	if m.ready.Snapshot != t.Snapshot && t.State == projections.TransitionSubmitted {
		d.Lead += " What was shown has changed since then: send it back, so that it can be asked for again."
	}
	d.Steps = v.signOffs(m)
	d.RoleChange = &roleChangeDocument{EffectiveOn: t.EffectiveOn, Changes: changes(m, v.Desk.ReadsGrade(v.actor(), m.learner, t))}
	for _, f := range m.ready.Findings {
		d.RoleChange.Rules = append(d.RoleChange.Rules, v.checked(rec, f))
	}
	if text := v.text(t.Note); text != "" {
		d.Talk = append(d.Talk, v.noteOf(t.Proposer, t.ProposedAt, text))
	}
	told := v.Desk.ReadsReasons(v.actor(), m.learner, t)
	for _, s := range t.Steps {
		if !told && s.DecidedBy != v.who.ID {
			continue
		}
		if text := v.text(s.Reason); text != "" {
			d.Talk = append(d.Talk, v.noteOf(s.DecidedBy, s.DecidedAt, text))
		}
	}
	if step, _, open := t.Open(); open && v.decides(m, step) {
		d.Decision = v.moveDecision(m, path)
	} else {
		d.Outcome = v.moveOutcome(m)
		if d.Outcome != nil {
			d.Outcome.Next = d.next(path)
		}
	}
	return d, nil
}

// decides reports whether the viewer may decide the open step.
func (v *visit) decides(m moveRequest, s projections.Step) bool {
	return s.Capacity == v.who.Capacity && (s.Assignee == "" || s.Assignee == v.who.ID || s.Holder(v.Desk.Today()) == v.who.ID) &&
		v.who.ID != m.move.Proposer && v.who.ID != m.learner.Person
}

func (v *visit) moveDecision(m moveRequest, path string) *decision {
	first, proposer := firstName(v.name(m.learner.Person)), firstName(v.name(m.move.Proposer))
	to := first
	if m.move.Proposer != m.learner.Person {
		to = first + " and " + proposer
	}
	after := first + " moves on " + m.move.EffectiveOn.Format("2 January")
	if _, at, _ := m.move.Open(); at+1 < len(m.move.Steps) {
		next := m.move.Steps[at+1]
		after = sentence(v.holder(next.Assignee, next.Capacity)) + " decides next"
	}
	return &decision{
		Path: path, Key: newKey(), Snapshot: m.ready.Snapshot, Field: "decision", Legend: "What do you decide?",
		TextField: "reason", To: to, Required: "Needed unless you approve", Submit: "Submit decision",
		Summary: fmt.Sprintf("%d of %d met", pathway.CountMet(m.ready.Findings), len(m.ready.Findings)),
		Options: []option{
			{Value: string(transition.Grant), Label: "Approve", Hint: after},
			{Value: string(transition.SendBack), Label: "Send back", Hint: "Say what is missing. It can be asked for again"},
			{Value: string(transition.Deny), Label: "Decline", Hint: "Closes this request. Needs a reason"},
		},
	}
}

// moveOutcome is the decision of the viewer, or the last one once nobody has to decide.
func (v *visit) moveOutcome(m moveRequest) *outcome {
	if m.move.State == projections.TransitionWithdrawn {
		o := &outcome{Word: "Withdrawn", Tone: toneMute, Text: "Nobody has to decide any more."}
		switch m.move.Cause {
		case transition.Cancelled:
			o.Text = "The apprenticeship was cancelled, and the move with it. " + o.Text
		case transition.Transferred:
			o.Text = "The apprenticeship goes on under another programme, where the move can be asked for. " + o.Text
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
	o := &outcome{Word: "Approved", Tone: toneOK, By: v.name(last.DecidedBy)}
	switch last.State {
	case projections.StepReturned:
		o.Word, o.Tone, o.Text = "Sent back", toneWarn, "It can be asked for again once it is put right."
	case projections.StepRefused:
		o.Word, o.Tone, o.Text = "Declined", toneWarn, "This request is closed."
	default:
		switch {
		case open:
			o.Text = sentence(v.holder(step.Assignee, step.Capacity)) + " decides next."
		case m.move.State == projections.TransitionEffective:
			o.Text = "It took effect on " + m.move.EffectiveOn.Format("2 January 2006") + "."
		default:
			o.Text = "It takes effect on " + m.move.EffectiveOn.Format("2 January 2006") + "."
		}
	}
	return o
}

func (v *visit) signOffs(m moveRequest) []signOff {
	t := m.move
	out := []signOff{{"Requested", v.name(t.Proposer), v.here(t.ProposedAt).Format("2 Jan"), stateDone}}
	for _, s := range t.Steps {
		o := signOff{Label: sentence(stepWords[s.Office]), Who: v.name(s.Assignee), State: stateAhead}
		switch s.State {
		case projections.StepGranted:
			o.State = stateDone
		case projections.StepReturned, projections.StepRefused:
			o.State = stateAgain
		case projections.StepOpen:
			o.Who = sentence(v.holder(s.Assignee, s.Capacity))
			o.State, o.When = stateReview, "Has it since "+v.here(s.OpenedAt).Format("2 Jan")
			if v.decides(m, s) {
				o.Label = "Your decision"
			}
		}
		if s.DecidedBy != "" {
			o.Who, o.When = v.name(s.DecidedBy), v.here(s.DecidedAt).Format("2 Jan")
		}
		out = append(out, o)
	}
	last := signOff{Label: "Takes effect", When: t.EffectiveOn.Format("2 Jan 2006"), State: stateAhead}
	if t.State == projections.TransitionEffective {
		last.State = stateDone
	}
	return append(out, last)
}

// changes are what will be different; the grade is not for everybody.
func changes(m moveRequest, grade bool) []change {
	from := m.ready.Stage.Role
	out := []change{{"Job title", from.Title, m.to.Title}}
	if grade {
		out = append(out, change{"Pay grade", cmp.Or(from.Grade, "Not stated"), cmp.Or(m.move.PayGrade, m.to.Grade, "Not stated")})
	}
	return append(out, change{"System access", systems(from.Access), systems(m.to.Access)})
}

func systems(access []string) string {
	if len(access) == 0 {
		return "None"
	}
	return sentence(strings.ReplaceAll(strings.Join(access, ", "), "-", " "))
}

// checked tells what speaks for a requirement and who signed it.
func (v *visit) checked(rec record, f pathway.Finding) checkedRule {
	r := f.Requirement
	state, have := v.found(f)
	out := checkedRule{Text: r.Title, Have: cmp.Or(have, "Nothing yet"), State: state}
	page := "/apprentices/" + string(rec.learner.ID)
	switch {
	case r.Logged():
		out.SignedBy = v.name(rec.learner.Supervisor)
		if rec.work {
			out.Evidence = link{"Hours by week", page + "#weeks-h"}
		}
	case r.Kind == pathway.Group:
		var met []string
		for _, o := range f.Of {
			if o.Met {
				met = append(met, o.Requirement.Title)
				out.SignedBy = v.signer(rec, o)
			}
		}
		if len(met) > 0 {
			out.Have += ": " + strings.Join(met, "; ")
		}
	default:
		out.SignedBy = v.signer(rec, f)
		if r.ByCredit() {
			out.Evidence = link{"Credits", page + "#credits-h"}
		} else if n := f.Milestone.Evidence; n > 0 {
			out.Evidence = link{counted(n, "piece", "pieces"), page + "#m-" + string(r.ID)}
		}
		if f.Milestone.Level > 0 {
			out.Have = fmt.Sprintf("Rated %d, %s", f.Milestone.Level, have)
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
	return "The college"
}
