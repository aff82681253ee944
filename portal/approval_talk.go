package portal

import (
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// A conversation is how what was said beside a request goes on: a form that posts note, or why
// nothing more is said.
type conversation struct {
	Path, Key string // Path is empty where the viewer says nothing
	Keep      string // names the draft that the browser keeps
	Readers   string // "Maya and those who decide read it"
	Note      string // as it was typed
	Errors    fieldErrors
	Closed    string
}

// wordsWith tell what was done with words, in English.
var wordsWith = map[string]string{
	transition.ReadinessWaived{}.EventName(): "Let something pass", transition.Proposed{}.EventName(): "Asked for it",
	transition.ApprovalGranted{}.EventName(): "Approved", transition.ApprovalReturned{}.EventName(): "Sent back", transition.ApprovalRefused{}.EventName(): "Declined",
	transition.Deferred{}.EventName(): "Put off", transition.Rescinded{}.EventName(): "Took it back", transition.TermsCorrected{}.EventName(): "Put right",
}

// talk is what was said about a move and with what was done about it, as far as the viewer reads
// it, oldest first. Everybody who knows of the move reads what it was asked for with.
func (v *visit) talk(m moveRequest, facts []projections.MoveFact) ([]note, error) {
	type said struct {
		at time.Time
		note
	}
	var all []said
	add := func(by domain.PersonID, at time.Time, words domain.Sealed, did string) {
		if text := v.text(words); text != "" {
			n := v.noteOf(by, at, text)
			n.Did = did
			all = append(all, said{at, n})
		}
	}
	t, asked := m.move, false
	for _, f := range facts {
		add(f.By, f.At, f.Reason, v.say(wordsWith[f.Event]))
		asked = asked || f.Reason != "" && f.At.Equal(t.ProposedAt)
	}
	if !asked {
		add(t.Proposer, t.ProposedAt, t.Note, v.say(wordsWith[transition.Proposed{}.EventName()]))
	}
	comments, err := v.Desk.Read.Comments(v.ctx(), m.learner.ID)
	for _, c := range v.Desk.ReadsComments(v.actor(), m.learner, t, comments[transition.Stream(m.learner.ID, t.To)]) {
		did := ""
		if c.Former {
			did = v.say("On an earlier request")
		}
		add(c.By, c.At, c.Note, did)
	}
	slices.SortStableFunc(all, func(a, b said) int { return a.at.Compare(b.at) })
	out := make([]note, len(all))
	for i, s := range all {
		out[i] = s.note
	}
	return out, err
}

func (v *visit) conversation(m moveRequest, path string) (*conversation, error) {
	part, err := v.Desk.TakesPart(v.ctx(), v.actor(), m.learner, m.move)
	switch {
	case err != nil:
		return nil, err
	case !part:
		return &conversation{Closed: v.say("You read what is said here. Those who take part in the request write it.")}, nil
	case !v.Desk.Commentable(m.move):
		return &conversation{Closed: v.say("This request ended on %s. It could be commented on until %s.", v.day(longerDay, v.Desk.EndOf(m.move)), v.day(longerDay, v.Desk.EndOf(m.move).AddDays(transition.CommentDays)))}, nil
	}
	return v.commenting(m, path), nil
}

func (v *visit) commenting(m moveRequest, path string) *conversation {
	c := &conversation{Path: path + "?comment", Key: newKey(), Keep: v.draft("comment " + path)}
	var readers []string
	for _, id := range slices.Compact([]domain.PersonID{m.learner.Person, m.move.Proposer}) {
		if id != v.who.ID {
			readers = append(readers, firstName(v.name(id)))
		}
	}
	switch len(readers) {
	case 0:
		c.Readers = v.say("Read by those who decide this request")
	case 1:
		c.Readers = v.say("Read by %s and those who decide this request", readers[0])
	default:
		c.Readers = v.say("Read by %s, and those who decide this request", strings.Join(readers, ", "))
	}
	return c
}

// commentMove takes a comment on a move. What cannot be taken stays in the form.
func (v *visit) commentMove(id domain.ApprenticeshipID, to domain.RoleID) error {
	path := requestPath(transition.Stream(id, to))
	_, err := v.Desk.Comment(v.ctx(), v.ask(), id, to, v.field("note"))
	if err == nil {
		return v.done(path+"#talk", v.say("Your comment stands beside the request."))
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	m, err := v.moveOf(id, to)
	if err != nil {
		return err
	}
	d, err := v.moveRequest(id, to)
	if err != nil {
		return err
	}
	d.Conversation = v.commenting(m, path)
	d.Conversation.Note = v.field("note")
	d.Problems, d.Conversation.Errors = wrong(r, map[string]string{"note": "note"})
	return show(v, approvalsPage, statusOf(r), d)
}
