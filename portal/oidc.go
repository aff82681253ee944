package portal

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/login"
)

var oidcRoutes = []route{
	{"GET /sign-in/begin", (*visit).leave, anybody},
	{"GET " + login.ReturnPath, (*visit).arrive, anybody},
}

// provides reports whether people sign in at an OpenID provider.
func (p *Portal) provides() bool { return p.Login != nil && p.Login.Browsers() }

// provider is what people know of where they sign in: its name on the network.
func (p *Portal) provider() string {
	u, err := url.Parse(p.Login.People.Issuer)
	if err != nil {
		return ""
	}
	return u.Host
}

// leave sends a browser to the OpenID provider. It is a link and no form, as providers send
// browsers on to places that no content policy of ours can name.
func (v *visit) leave() error {
	if !v.provides() {
		return v.nowhere()
	}
	e, to, err := v.Login.Begin(v.ctx())
	if err != nil {
		return v.notIn(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), errandKey, string(text))
	v.sessions.Put(v.ctx(), backKey, local(v.r.URL.Query().Get("to")))
	if v.who.ID == "" {
		v.sessions.SetDeadline(v.ctx(), time.Now().Add(login.SignInLife))
	}
	return v.redirect(to)
}

// arrive signs in who comes back from the provider. What the browser was sent with counts once.
func (v *visit) arrive() error {
	if !v.provides() {
		return v.nowhere()
	}
	var e login.Errand
	if text := v.sessions.PopString(v.ctx(), errandKey); text != "" {
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return err
		}
	}
	back := v.sessions.PopString(v.ctx(), backKey)
	a, err := v.Login.Arrive(v.ctx(), e, v.r.URL.Query())
	if err != nil {
		return v.notIn(err)
	}
	if err := v.begin(a.Person, a.Capacities...); err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), idTokenKey, a.IDToken)
	v.sessions.Put(v.ctx(), linkKey, string(a.Link))
	if err := v.Desk.KeepAddress(v.ctx(), domain.Actor{Person: a.Person, Role: a.Capacities[0]}, a.Mail); err != nil {
		v.Log.Warn("the address of mail of somebody who signed in is not kept", zap.String("person", string(a.Person)), zap.Error(err))
	}
	return v.redirect(local(back))
}

// notIn is the sign-in page that says why somebody is not signed in and how they go on. What
// is wrong with us is a fault like any other.
func (v *visit) notIn(err error) error {
	d, status := v.entrance(), http.StatusForbidden
	d.Reference = v.w.Header().Get(referenceHeader)
	if s, is := errors.AsType[*login.Stranger](err); is {
		d.Account = s.Subject
		d.Refused = v.say("You are signed in at %s, but nobody at %s is linked to your account yet.", v.provider(), v.Organization)
		v.Log.Warn("nobody is linked to an account", zap.String("reference", d.Reference))
		return show(v, signInPage, status, d)
	}
	r := domain.AsRefusal(err)
	if r == nil {
		return err
	}
	v.Log.Info("somebody was not signed in", zap.String("reference", d.Reference), zap.String("code", r.Code))
	status, d.Refused = statusOf(r), v.say(r.Reason)
	return show(v, signInPage, status, d)
}

// signOut ends the session, and the one at the provider where that can be asked for.
func (v *visit) signOut() error {
	token := v.sessions.GetString(v.ctx(), idTokenKey)
	if err := v.end(); err != nil {
		return err
	}
	v.setMark("")
	to := ""
	if v.provides() {
		to = v.Login.Farewell(v.ctx(), token, "/sign-in")
	}
	if to == "" {
		return v.redirect("/sign-in")
	}
	v.w.Header().Set("Refresh", "0; url="+to) // the content policy keeps forms from being sent on to others
	v.who.ID = ""
	d := v.entrance()
	d.Farewell = to
	return show(v, signInPage, http.StatusOK, d)
}

// local is a path of ours that somebody is sent to after signing in; the start for any other.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, `\`) {
		return "/"
	}
	for _, away := range []string{"/sign-in", "/sign-out", "/demo/", "/live"} {
		if strings.HasPrefix(u.Path, away) {
			return "/"
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// toSignIn leads who is not signed in to where they can, and from there to the page they meant.
func (v *visit) toSignIn() error {
	to := v.r.URL.RequestURI()
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		to = v.cameFrom()
		if err := v.setAside(); err != nil {
			return err
		}
	}
	if to = local(to); to == "/" {
		return v.redirect("/sign-in")
	}
	return v.redirect("/sign-in?to=" + url.QueryEscape(to))
}
