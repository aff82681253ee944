package portal

import (
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

// What a session holds.
const (
	personKey = "person" // who is signed in
	noticeKey = "notice" // what was done, for the next page to say
	tongueKey = "tongue" // the language that was chosen
)

const (
	idleTime = 30 * time.Minute
	lifeTime = 12 * time.Hour
)

func newSessions(tls bool) *scs.SessionManager {
	m := scs.New()
	m.IdleTimeout, m.Lifetime = idleTime, lifeTime
	m.HashTokenInStore = true
	m.Cookie.Name = "guildhall"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = tls
	m.Cookie.Persist = false
	return m
}

func (v *visit) signIn() error {
	d := signInData{frame: v.frame("Sign in", "")}
	var ids []domain.PersonID
	for _, p := range v.Personas {
		ids = append(ids, p.Person)
	}
	people, err := v.Desk.Read.Named(v.ctx(), ids...)
	if err != nil {
		return err
	}
	for _, p := range v.Personas {
		if people[p.Person].Erased {
			continue
		}
		d.Personas = append(d.Personas, persona{Name: p.Name, Initials: initials(p.Name), Role: p.Role, Can: p.Can,
			Path: "/demo/sign-in/" + p.Key, Current: p.Person == v.who.ID})
	}
	return show(v, signInPage, http.StatusOK, d)
}

// become signs in as a persona of the demonstration. A link may do it, but none of another website.
func (v *visit) become() error {
	if v.r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return v.strange()
	}
	key := v.r.PathValue("key")
	at := slices.IndexFunc(v.Personas, func(p Persona) bool { return p.Key == key })
	if at < 0 {
		return domain.Refuse(domain.NotFound, "NO_SUCH_PERSONA", "Nobody can be signed in at this address.")
	}
	who, err := v.Desk.Read.Person(v.ctx(), v.Personas[at].Person)
	if err != nil {
		return err
	}
	if who.Erased {
		return person.ErrErased
	}
	if err := v.sessions.RenewToken(v.ctx()); err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), personKey, string(v.Personas[at].Person))
	return v.redirect("/")
}

func (v *visit) signOut() error {
	if err := v.sessions.Destroy(v.ctx()); err != nil {
		return err
	}
	return v.redirect("/sign-in")
}
