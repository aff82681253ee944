package desk

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// Found is what somebody may see of what they looked for. Of each kind there are at most
// mostFound; More says that there would be more.
type Found struct {
	People      []Colleague // for those who keep their records, or answer for their privacy
	Learners    []projections.Learner
	Requests    []Request
	References  []Referred
	Corrections []projections.Amendment // and hearings, for those who read the privacy log
	Erasures    []projections.Erasure   // for those who ask for them and confirm them
	More        bool
}

// A Request is a move that was looked for, by its reference or by the name of the learner.
type Request struct {
	projections.Transition
	Of projections.Learner
}

// Referred is whose a reference is.
type Referred struct {
	projections.Reference
	Of projections.Learner
}

const (
	mostFound = 50
	leastText = 2 // letters that are looked for at the least
)

// Searches reports whether somebody looks for people, requests and references: who keeps the
// records, reads them all, answers for privacy, or accompanies learners.
func Searches(by domain.Actor) bool {
	return overview(by) || ReadsPrivacyLog(by) || by.Role == domain.Manager || by.Role == domain.Mentor
}

// Search finds people by name, and what goes by a number, as far as somebody may see it.
func (d *Desk) Search(ctx context.Context, by domain.Actor, n *Names, asked string) (f Found, err error) {
	if !Searches(by) {
		return f, domain.Refuse(domain.Forbidden, "NOT_FOR_YOU", "Those look for people who keep their records or accompany them.")
	}
	if asked = domain.Written(asked); len([]rune(asked)) < leastText || domain.TooLong(asked) {
		return f, nil
	}
	ids, err := n.find(ctx, d, asked)
	if err != nil {
		return f, err
	}
	if f.Learners, err = d.learnersAmong(ctx, by, ids); err != nil {
		return f, err
	}
	if overview(by) || ReadsPrivacyLog(by) {
		f.More = len(ids) > mostFound
		shown := ids[:min(len(ids), mostFound)]
		people, err := d.Read.Named(ctx, shown...)
		if err != nil {
			return f, err
		}
		for _, id := range shown {
			c, err := d.named(ctx, by, people[id])
			if err != nil {
				return f, err
			}
			f.People = append(f.People, c)
		}
	}
	if err := d.privacyOf(ctx, by, &f, ids, asked); err != nil {
		return f, err
	}
	f.More = f.More || len(f.Learners) > mostFound
	f.Learners = f.Learners[:min(len(f.Learners), mostFound)]
	if f.Requests, err = d.requestsOf(ctx, by, f.Learners); err != nil {
		return f, err
	}
	if called, known, err := d.requestCalled(ctx, by, asked); err != nil {
		return f, err
	} else if known {
		f.Requests = append(f.Requests, called)
	}
	f.References, err = d.referred(ctx, by, asked)
	return f, err
}

// privacyOf finds what people ask about their records by name, and erasures also by the number
// of the file, by how it begins: who was erased has no name.
func (d *Desk) privacyOf(ctx context.Context, by domain.Actor, f *Found, ids []domain.PersonID, asked string) error {
	erasures, err := d.Erasures(ctx, by)
	if err != nil {
		return err
	}
	for _, e := range erasures {
		filed := strings.ContainsFunc(asked, unicode.IsDigit) && strings.HasPrefix(strings.ToLower(e.Reference), strings.ToLower(asked))
		if (filed || slices.Contains(ids, e.Person)) && len(f.Erasures) < mostFound {
			f.Erasures = append(f.Erasures, e)
		}
	}
	if !ReadsPrivacyLog(by) || len(ids) == 0 {
		return nil
	}
	all, err := d.Read.Amendments(ctx, "")
	for _, a := range all {
		if slices.Contains(ids, a.Person) && len(f.Corrections) < mostFound {
			f.Corrections = append(f.Corrections, a)
		}
	}
	return err
}

// learnersAmong are the apprenticeships of some people that somebody may see, in their order.
func (d *Desk) learnersAmong(ctx context.Context, by domain.Actor, ids []domain.PersonID) ([]projections.Learner, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	of := map[domain.PersonID]projections.Learner{}
	var err error
	if overview(by) {
		of, err = d.Read.LatestOf(ctx, ids[:min(len(ids), mostFound+1)]...)
	} else {
		var seen []projections.Learner
		seen, err = d.Read.Learners(ctx, projections.LearnerQuery{Visible: d.SightOf(by)})
		for _, l := range seen {
			of[l.Person] = l
		}
	}
	var out []projections.Learner
	for _, id := range ids {
		if l, known := of[id]; known {
			out = append(out, l)
		}
	}
	return out, err
}

func (d *Desk) requestsOf(ctx context.Context, by domain.Actor, learners []projections.Learner) ([]Request, error) {
	if len(learners) == 0 {
		return nil, nil
	}
	ids := make([]domain.ApprenticeshipID, len(learners))
	for i, l := range learners {
		ids[i] = l.ID
	}
	all, err := d.Read.Transitions(ctx, ids...)
	var out []Request
	for _, l := range learners {
		for _, t := range all[l.ID] {
			if d.ReadsMove(by, l, t) && len(out) < mostFound {
				out = append(out, Request{t, l})
			}
		}
	}
	return out, err
}

// requestCalled is the move that goes by a reference, if that is one and somebody knows of the move.
func (d *Desk) requestCalled(ctx context.Context, by domain.Actor, asked string) (r Request, known bool, err error) {
	reference, ok := transition.ParseReference(asked)
	if !ok {
		return r, false, nil
	}
	move, known, err := d.Read.Referred(ctx, reference)
	if err != nil || !known {
		return r, false, err
	}
	id, to, err := transition.ID(move)
	if err == nil {
		r.Of, r.Transition, err = d.Move(ctx, by, id, to)
	}
	if domain.AsRefusal(err) != nil {
		return r, false, nil
	}
	return r, err == nil, err
}

// referred is what goes by a number that begins so. What has no digit is no number.
func (d *Desk) referred(ctx context.Context, by domain.Actor, asked string) ([]Referred, error) {
	if !strings.ContainsFunc(asked, unicode.IsDigit) {
		return nil, nil
	}
	found, err := d.Read.References(ctx, asked)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]domain.ApprenticeshipID, len(found))
	for i, r := range found {
		ids[i] = r.Learner
	}
	seen, err := d.Read.Learners(ctx, projections.LearnerQuery{Visible: d.SightOf(by), IDs: ids})
	var out []Referred
	for _, r := range found {
		at := slices.IndexFunc(seen, func(l projections.Learner) bool { return l.ID == r.Learner })
		switch {
		case at < 0:
		case r.Kind == projections.CreditReference && !ReadsCredits(by, seen[at]), r.Kind == projections.FilingReference && !overview(by):
		default:
			out = append(out, Referred{r, seen[at]})
		}
	}
	return out, err
}
