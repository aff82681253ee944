package portal

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/klauspost/compress/gzhttp"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A Portal serves the pages. Its fields are set before Handler.
type Portal struct {
	Desk         *desk.Desk
	Organization string    // the employer, as pages name it
	Personas     []Persona // whom a visitor may be; without any, demo sign-in is off
	Log          *zap.Logger
	TLS          bool            // browsers come over TLS, so cookies take no other way
	Closing      <-chan struct{} // when it is closed, event streams end; nil is never closed
}

// A Persona is somebody the demonstration lets a visitor be.
type Persona struct {
	Key        string // in the address that signs in
	Name, Role string
	Person     domain.PersonID
	Can        string // what to try in this role, as a sentence
}

// A site is a portal with its sessions.
type site struct {
	*Portal
	sessions *scs.SessionManager
}

// maxForm is the size in bytes of the largest form.
const maxForm = 64 << 10

// Handler serves every page; the table in it is the site map.
func (p *Portal) Handler() http.Handler {
	s := &site{p, newSessions(p.TLS)}
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { s.visit(w, r).fail(err) }
	mux := http.NewServeMux()
	for _, route := range []struct {
		pattern string
		to      http.Handler
	}{
		{"GET /{$}", s.inside((*visit).home)},
		{"GET /sign-in", s.open((*visit).signIn)},
		{"GET /demo/sign-in/{key}", s.open((*visit).become)},
		{"POST /demo/sign-in/{key}", s.open((*visit).become)},
		{"POST /sign-out", s.open((*visit).signOut)},

		{"GET /pathway", s.inside((*visit).ownPathway)},
		{"POST /milestones/{a}/{r}/start", s.inside((*visit).startMilestone)},
		{"POST /milestones/{a}/{r}/evidence", s.inside((*visit).sendEvidence)},
		{"GET /milestones/{a}/{r}/{act}", s.inside((*visit).backToMilestone)},
		{"POST /transitions", s.inside((*visit).askForMove)},
		{"GET /transitions", s.inside((*visit).home)},
		{"GET /hours", s.inside((*visit).showHours)},
		{"POST /hours", s.inside((*visit).logHours)},

		{"GET /apprentices", s.inside((*visit).apprentices)},
		{"GET /apprentices/{id}", s.inside((*visit).apprentice)},
		{"GET /apprentices/{id}/erase", s.inside((*visit).askToErase)},
		{"POST /apprentices/{id}/erase", s.inside((*visit).erase)},
		{"GET /approvals", s.inside((*visit).approvals)},
		{"GET /approvals/hours", s.inside((*visit).approvals)},
		{"POST /approvals/hours", s.inside((*visit).signOffWeeks)},
		{"GET /approvals/hours/{a}/{week}", s.inside((*visit).reviewWeek)},
		{"POST /approvals/hours/{a}/{week}", s.inside((*visit).decideWeek)},
		{"GET /approvals/milestones/{a}/{r}", s.inside((*visit).reviewMilestone)},
		{"POST /approvals/milestones/{a}/{r}", s.inside((*visit).rateMilestone)},
		{"GET /approvals/role-changes/{id}", s.inside((*visit).reviewMove)},
		{"POST /approvals/role-changes/{id}", s.inside((*visit).decideMove)},

		{"GET /sharing", s.inside((*visit).sharing)},
		{"POST /sharing", s.inside((*visit).share)},
		{"GET /sharing/{partner}/stop", s.inside((*visit).askToStop)},
		{"POST /sharing/{partner}/stop", s.inside((*visit).stopSharing)},

		{"GET /help", s.open(still("Help", helpPage))},
		{"GET /help/accessibility", s.open(still("Accessibility", accessibilityPage))},
		{"GET /help/privacy", s.open(still("Privacy", privacyPage))},
		{"GET /live", http.HandlerFunc(s.live)},
		{"GET /static/", assets},
		{"/", s.open((*visit).nowhere)},
	} {
		mux.Handle(route.pattern, route.to)
	}
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(s.open((*visit).strange))
	return headers(compressed(s.guard(http.MaxBytesHandler(sameSite.Handler(mux), maxForm))))
}

// compressed sends pages in gzip to browsers that take it. Their length is blurred, so that
// it tells nothing of what is on them (BREACH); assets are compressed once, at the start.
var compressed = func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{"text/html"}), gzhttp.CompressionLevel(1), gzhttp.RandomJitter(64, 0, false))
	if err != nil {
		panic(err) // the settings are constant
	}
	return wrap
}()

// home leads to what somebody does most.
func (v *visit) home() error {
	switch v.who.Capacity {
	case domain.Apprentice:
		return v.redirect("/pathway")
	case domain.Auditor:
		return v.redirect("/apprentices")
	}
	return v.redirect("/approvals")
}

func (v *visit) nowhere() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "It may have moved, or the address may be cut short.")
}

func (v *visit) strange() error {
	return domain.Refuse(domain.Forbidden, "CROSS_SITE", "Another website sent this form. Nothing was changed. Open the page here and send it again.")
}
