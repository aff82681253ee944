package portal

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// ranked are those of some learners who are at a risk, in an order, as far as the viewer is told
// how they stand.
func (v *visit) ranked(found []fellow, risk, order string) ([]fellow, error) {
	if risk == "" && order == byName {
		return found, nil
	}
	weighed, err := v.weighings(found)
	if err != nil {
		return nil, err
	}
	learners := make([]*projections.Learner, len(found))
	for i, n := range found {
		learners[i] = n.Learner
	}
	alone, err := v.Desk.Alone(v.ctx(), learners)
	if err != nil {
		return nil, err
	}
	var beside map[domain.ApprenticeshipID][]desk.Deadline
	if order == byNextDue {
		if beside, err = v.Desk.Beside(v.ctx(), v.actor(), learners); err != nil {
			return nil, err
		}
	}
	type rank struct {
		of    int // place by name
		risks int
		due   domain.Date
	}
	by, all := v.actor(), make([]rank, 0, len(found))
	for i, n := range found {
		w, r := weighed[n.ID], rank{of: i}
		fits := risk == ""
		count := func(kind riskKind, times int) {
			r.risks += times
			fits = fits || times > 0 && (risk == anyRisk || risk == string(kind))
		}
		count(behindRisk, number(w.Behind))
		if v.Desk.ReadsWork(by, *n.Learner) {
			count(idleRisk, number(w.Idle))
			count(lateRisk, number(w.Late))
			count(evaluationRisk, number(w.Unevaluated))
			r.due = w.Due
		}
		if desk.TellsCertificates(by, *n.Learner) {
			count(certificateRisk, w.Ending)
			r.due = sooner(r.due, w.Renew)
		}
		for _, x := range beside[n.ID] {
			r.due = sooner(r.due, x.DueOn)
		}
		count(aloneRisk, number(alone[n.ID]))
		if fits {
			all = append(all, r)
		}
	}
	switch order {
	case byRisk:
		slices.SortStableFunc(all, func(a, b rank) int { return cmp.Compare(b.risks, a.risks) })
	case byNextDue:
		slices.SortStableFunc(all, func(a, b rank) int {
			switch {
			case a.due == b.due:
				return 0
			case sooner(a.due, b.due) == a.due:
				return -1
			}
			return 1
		})
	}
	out := make([]fellow, len(all))
	for i, r := range all {
		out[i] = found[r.of]
	}
	return out, nil
}

// sooner is the first of two days; no day comes last.
func sooner(a, b domain.Date) domain.Date {
	if b.IsZero() || !a.IsZero() && !b.Before(a) {
		return a
	}
	return b
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// weighings are how learners stand. They are weighed once until something happens to them, some at
// a time: what was weighed before something happened is not weighed again.
func (v *visit) weighings(found []fellow) (map[domain.ApprenticeshipID]projections.Weighing, error) {
	out := make(map[domain.ApprenticeshipID]projections.Weighing, len(found))
	for part := range slices.Chunk(found, atOnce) {
		ids := make([]domain.ApprenticeshipID, len(part))
		for i, n := range part {
			ids[i] = n.ID
		}
		weighed, err := v.Desk.Read.Weighings(v.Desk.Today(), func(missing []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]projections.Weighing, error) {
			wanted := make(map[domain.ApprenticeshipID]bool, len(missing))
			for _, id := range missing {
				wanted[id] = true
			}
			mates, err := v.matesAs(domain.Actor{Role: domain.System}, slices.DeleteFunc(slices.Clone(part), func(n fellow) bool { return !wanted[n.ID] }))
			fresh := make(map[domain.ApprenticeshipID]projections.Weighing, len(mates))
			for _, m := range mates {
				fresh[m.learner.ID] = v.weigh(m)
			}
			return fresh, err
		}, ids...)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, weighed)
	}
	return out, nil
}

// Weigh works out how everybody under way stands of whom that is not known, so that no visitor
// waits for it.
func (p *Portal) Weigh(ctx context.Context) error {
	v, err := p.unasked(ctx)
	if err != nil {
		return err
	}
	all, err := p.Desk.Read.SharedLearners(ctx, projections.LearnerQuery{})
	if err != nil {
		return err
	}
	var running []fellow
	for _, l := range all {
		if !l.Over() {
			running = append(running, fellow{Learner: l})
		}
	}
	_, err = v.weighings(running)
	return cmp.Or(err, v.fault)
}

// weigh is what a list of all goes by of a learner.
func (v *visit) weigh(m mate) projections.Weighing {
	g := m.glance
	_, unevaluated := v.unevaluated(g)
	w := projections.Weighing{Behind: m.standing.Tone == toneWarn, Idle: g.Idle, Late: len(g.Late) > 0, Unevaluated: unevaluated, Ending: len(g.Ending)}
	if len(g.Ending) > 0 {
		w.Renew = g.Ending[0].ValidTo
	}
	for _, x := range g.Due {
		if x.Kind != desk.Renewal && v.tellsDue(x) {
			w.Due = sooner(w.Due, x.DueOn)
		}
	}
	return w
}
