package portal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A route is an address with what is there and who may come. What somebody may see or do
// there is decided by the desk; a route keeps out those for whom there is nothing at all.
type route struct {
	pattern string
	page    func(*visit) error
	who     audience
}

// An audience is those who act in one of some capacities. Who acts for an institution is among
// them only by name.
type audience struct {
	visitors bool          // also those who are not signed in
	guests   bool          // also those who act for an institution
	roles    []domain.Role // everybody of the hospital who is signed in, if none
}

var (
	anybody  = audience{visitors: true}
	everyone = audience{}             // who is signed in at the hospital
	guests   = audience{guests: true} // and who acts for an institution
)

func only(roles ...domain.Role) audience { return audience{roles: roles} }

func (a audience) admits(r domain.Role) bool {
	return len(a.roles) == 0 && (r != domain.Registrar || a.guests || a.visitors) || slices.Contains(a.roles, r)
}

// siteMap has every page. Parts of it stand beside the pages.
var siteMap = slices.Concat(
	entranceRoutes, oidcRoutes, pathwayRoutes, fileRoutes, recordRoutes, historyRoutes, hoursRoutes, apprenticeRoutes, approvalRoutes, delegateRoutes, completionRoutes, gatewayRoutes, appealRoutes,
	careerRoutes, wishRoutes, sharingRoutes,
	keeperRoutes,
	reportRoutes,
	helpRoutes, styleguideRoutes,
	accountRoutes, preferenceRoutes, calendarRoutes, mailRoutes, mailLinkRoutes, messageRoutes,
	eraseRoutes, privacyRoutes, auditRoutes, collegeRoutes,
)

// door lets those in for whom a page is.
func (s *site) door(r route) http.Handler {
	return s.open(func(v *visit) error {
		switch {
		case r.who.visitors:
		case v.who.ID == "":
			return v.toSignIn()
		case !r.who.admits(v.who.Capacity):
			return v.turnedAway(r.who)
		}
		if shown, err := v.again(r.page); shown || err != nil {
			return err
		}
		return r.page(v)
	})
}

// turnedAway says for whom a page is.
func (v *visit) turnedAway(a audience) error {
	var names []string
	if len(a.roles) == 0 {
		names = []string{v.say("Everybody at the hospital")}
	}
	for _, r := range a.roles {
		names = append(names, v.say(capacities[r]))
	}
	return domain.Refuse(domain.Forbidden, "NOT_FOR_YOU", "%s", v.say("This page is for: %s. You are here as: %s.", strings.Join(names, ", "), v.say(capacities[v.who.Capacity])))
}
