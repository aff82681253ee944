package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A shownWork is a piece of evidence and how it was judged.
type shownWork struct {
	ID, Requirement string // ID names the first piece for a requirement; none where the page is about one
	Rated           string // "Priya Raman rated it on 6 Aug 2026: 3 Alone."
	evidence
}

// shownID names the evidence for a requirement on the page of a role change.
func shownID(r domain.RequirementID) string { return "shown-" + string(r) }

// readsShown reports whether the viewer reads what was sent for a milestone.
func (v *visit) readsShown(rec record, m projections.Milestone) bool {
	return rec.work || m.Assessor == v.who.ID
}

// shown is what the requirements of a move were met by, as far as the viewer reads it, and whether
// there is more that they do not read.
func (v *visit) shown(rec record, fs []pathway.Finding) (out []shownWork, withheld bool) {
	for _, f := range fs {
		if f.Requirement.Kind == pathway.Group {
			of, kept := v.shown(rec, f.Of)
			out, withheld = append(out, of...), withheld || kept
			continue
		}
		m := rec.milestones[f.Requirement.ID]
		pieces := m.AttainedBy()
		if !v.readsShown(rec, m) {
			withheld = withheld || len(pieces) > 0
			continue
		}
		for n, e := range pieces {
			w := v.judged(rec, f.Requirement.ID, m, e)
			if w.Requirement = f.Requirement.Title; n == 0 {
				w.ID = shownID(f.Requirement.ID)
			}
			out = append(out, w)
		}
	}
	return out, withheld
}

// sentFor is all that was sent for a milestone, the newest first, if the viewer reads it.
func (v *visit) sentFor(rec record, id domain.RequirementID) (out []shownWork) {
	m := rec.milestones[id]
	if !v.readsShown(rec, m) {
		return nil
	}
	for _, e := range slices.Backward(m.Evidence) {
		out = append(out, v.judged(rec, id, m, e))
	}
	return out
}

func (v *visit) judged(rec record, id domain.RequirementID, m projections.Milestone, e projections.Evidence) shownWork {
	w := shownWork{Rated: v.rated(m, e), evidence: v.piece(rec.learner.ID, id, e)}
	if w.Link.Href == "" && e.Partner == "" {
		w.Link = link{}
	}
	return w
}

// rated says who judged a piece of evidence, and how.
func (v *visit) rated(m projections.Milestone, e projections.Evidence) string {
	for _, a := range m.Attempts {
		if a.Evidence >= e.Version {
			return v.say("%s rated it on %s: %s.", v.name(a.Assessor), v.day(wholeDay, a.On), v.markOf(m, a))
		}
	}
	return ""
}

// piecesFor leads to what was sent for a requirement, where the viewer reads it.
func (v *visit) piecesFor(rec record, f pathway.Finding) link {
	var n int
	var href string
	count := func(f pathway.Finding) {
		m := rec.milestones[f.Requirement.ID]
		pieces, path := m.AttainedBy(), "#"+shownID(f.Requirement.ID)
		if len(pieces) == 0 && !f.Met {
			pieces, path = m.Evidence, requestPath(milestones.Stream(rec.learner.ID, f.Requirement.ID))
		}
		if n += len(pieces); href == "" && len(pieces) > 0 && v.readsShown(rec, m) {
			href = path
		}
	}
	if f.Requirement.Kind != pathway.Group {
		count(f)
	}
	for _, o := range f.Of {
		if o.Met {
			count(o)
		}
	}
	if n == 0 {
		return link{}
	}
	return link{v.say("%d pieces", n), href}
}

// afterStart warns of what is met now and runs out before a move begins or soon afterwards.
func (v *visit) afterStart(rec record, fs []pathway.Finding, start domain.Date) (out []string) {
	for _, f := range fs {
		last, title := rec.until(f), f.Requirement.Title
		if last.IsZero() || last.After(start.AddDays(explain.RenewBefore)) {
			continue
		}
		switch days := last.DaysSince(start); {
		case days < 0:
			out = append(out, v.say("%s runs out on %s, before the move begins.", title, v.day(monthDay, last)))
		case days == 0:
			out = append(out, v.say("%s runs out on %s, the day the move begins.", title, v.day(monthDay, last)))
		default:
			out = append(out, v.say("%d days after the move begins, on %s, %s runs out.", days, v.day(monthDay, last), title))
		}
	}
	return out
}
