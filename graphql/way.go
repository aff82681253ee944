package graphql

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A way is a pathway whose milestones are numbered from 1.
type way struct {
	milestones []pathway.Requirement
	places     map[domain.RequirementID]int
	jobs       map[domain.RoleID]*pathway.Role
}

// followed tells ways apart.
type followed struct {
	pathway domain.PathwayID
	version int
	by      projections.Edition
}

// way is what a learner follows. No version of a pathway or standard changes, so it is kept,
// and those who follow the same share it.
func (s *Server) way(l *projections.Learner) (*way, error) {
	key := followed{l.Pathway, l.PathwayVersion, l.Edition()}
	if known, ok := s.ways.Load(key); ok {
		return known.(*way), nil
	}
	p, err := desk.Pathway(*l)
	if err != nil {
		return nil, err
	}
	w := &way{places: map[domain.RequirementID]int{}, jobs: map[domain.RoleID]*pathway.Role{}}
	for _, stage := range p.Stages {
		if w.jobs[stage.Role.ID] == nil {
			w.jobs[stage.Role.ID] = &stage.Role
		}
		for r := range stage.Milestones() {
			w.milestones = append(w.milestones, r)
			if w.places[r.ID] == 0 {
				w.places[r.ID] = len(w.milestones)
			}
		}
	}
	s.ways.Store(key, w)
	return w, nil
}

// job is the role on a way with an id.
func (w *way) job(id domain.RoleID) *pathway.Role {
	if known := w.jobs[id]; known != nil {
		return known
	}
	return &pathway.Role{ID: id, Title: string(id)}
}
