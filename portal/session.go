package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

// What a session holds.
const (
	personKey  = "person"  // who is signed in
	rolesKey   = "roles"   // the capacities in which they may act; empty is all on record
	roleKey    = "role"    // the one of these in which they do
	sinceKey   = "since"   // when they signed in
	seenKey    = "seen"    // when they were here last, to the minute
	draftKey   = "draft"   // what they sent after a session had ended
	noticeKey  = "notice"  // what was done, for the next page to say
	tongueKey  = "tongue"  // the language that was chosen
	errandKey  = "errand"  // what the browser was sent to the OpenID provider with
	backKey    = "back"    // where to go after signing in
	idTokenKey = "idtoken" // of the OpenID provider, for signing out there
	linkKey    = "link"    // of the account there to the person
)

// SessionLife is how long a session lasts at most.
const SessionLife = 12 * time.Hour

const idleTime = 30 * time.Minute // without use, after which it ends

func newSessions(keep Keep, tls bool) *scs.SessionManager {
	m := scs.New()
	m.IdleTimeout, m.Lifetime = idleTime, SessionLife
	m.Store = &sessions{keep: keep, recent: map[string]committed{}}
	m.Codec = plainly{}
	m.Cookie.Name = "guildhall"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = tls
	m.Cookie.Persist = false
	return m
}

// begin signs a person in, to act in one of some capacities; in any of theirs if none is named.
// Nothing of a session before it goes on but the language, and a form that the same person sent.
func (v *visit) begin(id domain.PersonID, roles ...domain.Role) error {
	if err := v.unlist(); err != nil {
		return err
	}
	tongue, kept := v.sessions.GetString(v.ctx(), tongueKey), v.sessions.GetString(v.ctx(), draftKey)
	d, is := v.setBefore()
	if err := v.sessions.Clear(v.ctx()); err != nil {
		return err
	}
	if err := v.sessions.RenewToken(v.ctx()); err != nil {
		return err
	}
	if is && isMarkOf(d.Mark, id) {
		v.sessions.Put(v.ctx(), draftKey, kept)
		v.setMark(d.Mark)
	} else {
		v.brand(id)
	}
	v.sessions.Put(v.ctx(), personKey, string(id))
	v.chooseRoles(roles)
	if tongue != "" {
		v.sessions.Put(v.ctx(), tongueKey, tongue)
	}
	return v.note()
}

func (v *visit) chooseRoles(roles []domain.Role) {
	var words []string
	for _, r := range roles {
		words = append(words, string(r))
	}
	v.sessions.Put(v.ctx(), rolesKey, strings.Join(words, " "))
}

// end ends the session of this browser.
func (v *visit) end() error {
	if err := v.unlist(); err != nil {
		return err
	}
	return v.sessions.Destroy(v.ctx())
}

// recognise finds who is signed in, and in which capacity they act. Whoever left or was erased,
// whose account is not linked any more, or who has lost the capacity they act in is signed out,
// at whichever node they are.
func (v *visit) recognise() error {
	id := domain.PersonID(v.sessions.GetString(v.ctx(), personKey))
	if id == "" {
		return nil
	}
	who, err := v.Desk.Read.Person(v.ctx(), id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return v.end()
	}
	if err != nil {
		return err
	}
	named := strings.Fields(v.sessions.GetString(v.ctx(), rolesKey))
	held := slices.Clone(who.Capacities)
	if i := slices.Index(held, who.Capacity); i > 0 { // the usual one first
		held = slices.Insert(slices.Delete(held, i, i+1), 0, who.Capacity)
	}
	if len(named) > 0 {
		var still []domain.Role
		for _, n := range named {
			if slices.Contains(held, domain.Role(n)) {
				still = append(still, domain.Role(n))
			}
		}
		held = still
	}
	if who.Erased || !who.LeftOn.IsZero() || len(held) == 0 {
		return v.end()
	}
	if link := v.sessions.GetString(v.ctx(), linkKey); link != "" {
		linked, err := v.Desk.Read.StillLinked(v.ctx(), id, domain.KeyID(link))
		if err != nil {
			return err
		}
		if !linked {
			return v.end()
		}
	}
	as := domain.Role(v.sessions.GetString(v.ctx(), roleKey))
	if as == "" {
		as = held[0]
		v.sessions.Put(v.ctx(), roleKey, string(as))
	}
	if !slices.Contains(held, as) {
		return v.end()
	}
	who.Capacity, who.Capacities = as, held
	v.who = who
	return nil
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
	if err := v.begin(v.Personas[at].Person); err != nil {
		return err
	}
	return v.redirect(local(v.r.URL.Query().Get("to")))
}
