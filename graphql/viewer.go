package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// A viewer is who asks.
type viewer struct {
	id           domain.Stream
	name         string
	role         domain.Role
	organization organization
}

var viewerType = object("Viewer", map[string]field[viewer]{
	"id":           get(func(v viewer) any { return v.id }),
	"name":         get(func(v viewer) any { return v.name }),
	"role":         get(func(v viewer) any { return upper(v.role) }),
	"organization": get(func(v viewer) any { return v.organization }),
})

func (s *Server) viewer(ctx context.Context, by domain.Actor, _ args) (any, error) {
	if by.Role == domain.Partner {
		names, err := s.names(ctx)
		o := institution(names[by.Partner])
		return viewer{o.id, o.name, by.Role, o}, err
	}
	name, err := s.Desk.NameOf(ctx, by.Person)
	return viewer{person.Stream(by.Person), name, by.Role, s.employer()}, err
}

// An organization is the employer or an institution.
type organization struct {
	id         domain.Stream
	name, kind string
}

var organizationType = object("Organization", map[string]field[organization]{
	"id":   get(func(o organization) string { return string(o.id) }),
	"name": get(func(o organization) string { return o.name }),
	"kind": get(func(o organization) string { return o.kind }),
})

// employerID is the id of the one employer there is.
const employerID domain.Stream = "employer"

func (s *Server) employer() organization { return organization{employerID, s.Organization, "EMPLOYER"} }

func institution(p projections.Partner) organization {
	return organization{partner.Stream(p.ID), p.Name, upper(p.Kind)}
}

// institutions are all there are, for people; a partner knows of itself.
func (s *Server) institutions(ctx context.Context, by domain.Actor, _ args) (any, error) {
	known, err := s.Read.Partners(ctx)
	var out []organization
	for _, p := range known {
		if by.Role != domain.Partner || by.Partner == p.ID {
			out = append(out, institution(p))
		}
	}
	return out, err
}
