package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var siteType = object("Site", map[string]field[projections.Site]{
	"id":      get(func(s projections.Site) any { return site.Stream(s.ID) }),
	"name":    get(func(s projections.Site) any { return s.Name }),
	"setting": get(func(s projections.Site) any { return upper(s.Setting) }),
	"dayLimitMinutes": ask(func(_ context.Context, s projections.Site, a args) (any, error) {
		return optional(int(s.Limits.On(a.date("on")))), nil
	}),
	"dayLimits": get(func(s projections.Site) any { return s.Limits }),
})

var siteDayLimitType = object("SiteDayLimit", map[string]field[rules.DayLimit]{
	"minutes": get(func(l rules.DayLimit) any { return int(l.Minutes) }),
	"from":    get(func(l rules.DayLimit) any { return l.From }),
})

func (s *Server) sites(ctx context.Context, by domain.Actor, _ args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	return s.Read.DescribedSites(ctx)
}

// site is a site as the asker may see it, or nil.
func (c *cohort) site(ctx context.Context, id domain.SiteID) (any, error) {
	if c.outside() {
		return nil, nil
	}
	all, err := c.Read.DescribedSites(ctx)
	return only(all, func(s projections.Site) bool { return s.ID == id }), err
}

func siteCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.SiteID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.SiteID(in.id("siteId"))
			if !domain.ValidID(id) {
				return "", 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", clip(string(id))).About("siteId")
			}
			p, err := do(ctx, a, id, in)
			return site.Stream(id), p, err
		})
	}
	return map[string]command{
		"describeSite": on(func(ctx context.Context, a desk.Ask, id domain.SiteID, in args) (position, error) {
			return s.Desk.DescribeSite(ctx, a, id, site.Described{Name: in.text("name"), Setting: lower[site.Setting](in.enum("setting"))})
		}),
		"setSiteDayLimit": on(func(ctx context.Context, a desk.Ask, id domain.SiteID, in args) (position, error) {
			return s.Desk.SetDayLimit(ctx, a, id, rules.DayLimit{Minutes: domain.Minutes(in.int("minutes")), From: in.date("from")})
		}),
	}
}
