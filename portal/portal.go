package portal

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/klauspost/compress/gzhttp"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
)

// A Portal serves the pages. Its fields are set before Handler.
type Portal struct {
	Desk         *desk.Desk
	Partners     *partners.Partners // serves registrars, as it does the systems of institutions
	Login        *login.Login       // at an OpenID provider; may be nil
	Sessions     Keep               // who is signed in
	Organization string             // the employer, as pages name it
	Personas     []Persona          // whom a visitor may be; without any, demo sign-in is off
	Log          *zap.Logger
	TLS          bool            // browsers come over TLS, so cookies take no other way
	SendsMail    bool            // digests reach people who want them
	Closing      <-chan struct{} // when it is closed, event streams end; nil is never closed
}

// A Persona is somebody the demonstration lets a visitor be.
type Persona struct {
	Key        string // in the address that signs in
	Name, Role string // the role in English
	Person     domain.PersonID
	Can        string // what to try in this role, as a sentence in English
}

// A site is a portal with its sessions.
type site struct {
	*Portal
	sessions *scs.SessionManager
	atlases  atlasKeeper
	shelf    shelf // of files that wait to be saved
	names    desk.Names
	feeds    feeds
	bells    memory[bell]
	offices  memory[officeCount]
}

// maxForm is the size in bytes of the largest form.
const maxForm = 64 << 10

// Handler serves every page of the site map.
func (p *Portal) Handler() http.Handler {
	s := &site{Portal: p, sessions: newSessions(p.Sessions, p.TLS)}
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { s.visit(w, r).fail(err) }
	mux := http.NewServeMux()
	for _, r := range siteMap {
		mux.Handle(r.pattern, s.door(r))
	}
	mux.HandleFunc("GET /live", s.live)
	mux.HandleFunc("GET "+calendarPath+"{file}", s.calendar)
	mux.Handle("GET /static/", assets)
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(s.open((*visit).strange))
	return headers(compressed(s.guard(limited(sameSite.Handler(mux)))))
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
