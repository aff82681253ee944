package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/projections"
)

var standardType = object("OccupationStandard", map[string]field[projections.Standard]{
	"id":                 get(func(s projections.Standard) any { return versioned("standard", s.ID, s.Version) }),
	"version":            get(func(s projections.Standard) any { return s.Version }),
	"title":              get(func(s projections.Standard) any { return s.Title }),
	"onet":               get(func(s projections.Standard) any { return s.ONET }),
	"rapids":             get(func(s projections.Standard) any { return s.RAPIDS }),
	"approach":           get(func(s projections.Standard) any { return upper(s.Approach) }),
	"workProcesses":      get(func(s projections.Standard) any { return s.WorkProcesses }),
	"relatedInstruction": get(func(s projections.Standard) any { return s.Courses }),
})

var workProcessType = object("WorkProcess", map[string]field[standard.WorkProcess]{
	"id":           get(func(w standard.WorkProcess) any { return w.ID }),
	"title":        get(func(w standard.WorkProcess) any { return w.Title }),
	"minMinutes":   get(func(w standard.WorkProcess) any { return w.Min }),
	"maxMinutes":   get(func(w standard.WorkProcess) any { return optional(w.Max) }),
	"competencies": get(func(w standard.WorkProcess) any { return w.Competencies }),
})

var competencyType = object("Competency", map[string]field[standard.Competency]{
	"id":   get(func(c standard.Competency) any { return c.ID }),
	"text": get(func(c standard.Competency) any { return c.Text }),
	"core": get(func(c standard.Competency) any { return c.Core }),
})

var instructionType = object("RelatedInstruction", map[string]field[standard.Course]{
	"id":         get(func(c standard.Course) any { return c.ID }),
	"title":      get(func(c standard.Course) any { return c.Title }),
	"minMinutes": get(func(c standard.Course) any { return c.Min }),
	"maxMinutes": get(func(c standard.Course) any { return c.Max }),
})

func (s *Server) standards(ctx context.Context, _ domain.Actor, _ args) (any, error) {
	return s.Read.Standards(ctx)
}
