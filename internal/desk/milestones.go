package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// Milestone finds what a learner can attain under an id: a milestone of the pathway, or a
// competency of the standard in the version that they keep. Open is whether it can be begun
// in the role that they hold.
func (d *Desk) Milestone(ctx context.Context, l projections.Learner, req domain.RequirementID) (r pathway.Requirement, open bool, err error) {
	p, err := Pathway(l)
	if err != nil {
		return r, false, err
	}
	if r, stage, ok := p.Requirement(req); ok && r.IsMilestone() {
		return r, stage.Role.ID == l.Role, nil
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return r, false, err
	}
	if r, ok := s.Milestone(req); ok {
		return r, true, nil
	}
	return r, false, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "There is no milestone %q on this pathway.", req)
}

// CompetenciesOf are the competencies of a standard, as requirements that are met by showing them.
func CompetenciesOf(s projections.Standard) (out []pathway.Requirement) {
	for _, wp := range s.WorkProcesses {
		for _, c := range wp.Competencies {
			if r, ok := s.Milestone(domain.RequirementID(c.ID)); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// PlanMilestone sets the day by which a milestone should be attained.
func (d *Desk) PlanMilestone(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, due domain.Date) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	if err := d.supports(ctx, l, a.By); err != nil && a.By.Person != l.Person && a.By.Role != domain.Coordinator {
		return 0, err
	}
	r, _, err := d.Milestone(ctx, l, req)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.Plan{
		Request: d.request(a), Planned: milestone.Planned{Apprenticeship: id, Person: l.Person, Requirement: r.ID, Due: due},
	})
}

// StartMilestone begins one of the asker's own milestones.
func (d *Desk) StartMilestone(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	r, open, err := d.Milestone(ctx, l, req)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.Start{
		Request: d.request(a), Started: milestone.Begin(id, l.Person, r), Open: open,
	})
}

// Shown is what an apprentice shows for a milestone.
type Shown struct {
	Kind      milestone.Kind // empty: the usual for the milestone
	Note, URI string
	Product   string            // the real problem it was applied to
	Team      []domain.PersonID // who made it together with the apprentice
	Files     []File
}

const mostOfATeam = 20

// SubmitEvidence shows something for one of the asker's own milestones; the mentor reviews it.
func (d *Desk) SubmitEvidence(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, s Shown) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	link, err := milestone.Link(s.URI)
	if err != nil {
		return 0, err
	}
	if s.Kind == "" {
		s.Kind = milestone.Work
		if r, _, err := d.Milestone(ctx, l, req); err == nil && len(r.Means().Evidence) > 0 {
			s.Kind = milestone.Kind(r.Means().Evidence[0])
		}
	}
	team, err := d.team(ctx, s.Team)
	if err != nil {
		return 0, err
	}
	e := milestone.EvidenceSubmitted{Kind: s.Kind, Assessor: l.Mentor, Team: team}
	for _, text := range []struct {
		field, text string
		into        *domain.Sealed
	}{{"note", s.Note, &e.Note}, {"uri", link, &e.URI}, {"product", s.Product, &e.Product}} {
		if *text.into, err = d.seal(ctx, l.Person, text.field, text.text); err != nil {
			return 0, err
		}
	}
	counted, err := d.counted(ctx, id, req, link)
	if err != nil {
		return 0, err
	}
	c := milestone.SubmitEvidence{Request: d.request(a), EvidenceSubmitted: e, Counted: counted}
	if c.EvidenceSubmitted.Files, err = d.attach(ctx, c, milestone.Stream(id, req), l.Person, s.Files); err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, c)
}

// team is those who are named, each once.
func (d *Desk) team(ctx context.Context, named []domain.PersonID) ([]domain.PersonID, error) {
	if len(named) == 0 {
		return nil, nil
	}
	if len(named) > mostOfATeam {
		return nil, domain.Refuse(domain.Invalid, "TEAM_TOO_LARGE", "Name at most %d people.", mostOfATeam).About("team")
	}
	named = slices.Clone(named)
	slices.Sort(named)
	named = slices.Compact(named)
	known, err := d.Read.Named(ctx, named...)
	for _, p := range named {
		if who, ok := known[p]; err == nil && (!ok || who.Erased) {
			return nil, domain.Refuse(domain.Invalid, "NO_SUCH_PERSON", "One of the team is nobody who works here.").About("team")
		}
	}
	return named, err
}

// counted reports whether an attempt has succeeded with what is behind a link.
func (d *Desk) counted(ctx context.Context, id domain.ApprenticeshipID, req domain.RequirementID, link string) (bool, error) {
	m, begun, err := d.Read.Milestone(ctx, id, req)
	if err != nil || !begun || link == "" {
		return false, err
	}
	for _, e := range m.Evidence {
		if !slices.ContainsFunc(m.Attempts, func(a projections.Attempt) bool { return a.Evidence == e.Version && m.Passes(a) }) {
			continue
		}
		if was, err := d.Link(ctx, e); err != nil || was == link {
			return err == nil, err
		}
	}
	return false, nil
}

// Original is what was shown at first: evidence that came from a member of the team stands
// for it.
func (d *Desk) Original(ctx context.Context, e projections.Evidence) (projections.Evidence, error) {
	if e.From == (milestone.Piece{}) {
		return e, nil
	}
	id, req, err := milestone.ID(e.From.Stream)
	if err != nil {
		return e, err
	}
	m, _, err := d.Read.Milestone(ctx, id, req)
	for _, first := range m.Evidence {
		if int(first.Version) == e.From.Revision {
			return first, err
		}
	}
	return e, err
}

// Link is the web address that evidence is behind; empty if there is none, or if it was erased.
func (d *Desk) Link(ctx context.Context, e projections.Evidence) (string, error) {
	if e.PlainURI != "" {
		return e.PlainURI, nil
	}
	link, err := d.Vault.Unseal(ctx, e.URI)
	if errors.Is(err, vault.ErrErased) {
		return "", nil
	}
	return link, err
}
