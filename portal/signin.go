package portal

import (
	"net/http"
	"net/url"

	"github.com/guildhall-dev/guildhall/domain"
)

var signInPage = newPage[signInData]("sign-in.html")

// signInData is all that sign-in.html may show. Without personas demo sign-in is off, without
// a path to begin at the one at an OpenID provider.
type signInData struct {
	frame
	Begin    string // path
	Provider string // where people sign in, as its name on the network
	Personas []persona

	Kept      bool   // what somebody had typed comes back once they are signed in
	Refused   string // why somebody is not signed in
	Account   string // that nobody is linked to
	Reference string
	Farewell  string // where somebody is being signed out as well
}

// A persona is somebody the demonstration lets a visitor be.
type persona struct {
	Name, Initials, Role string
	Can                  string // what to try in this role, as a sentence
	Path                 string // posting here signs in
	Current              bool
}

// entrance is the sign-in page before anybody is told anything.
func (v *visit) entrance() signInData {
	d := signInData{frame: v.frame("Sign in", "")}
	if _, kept := v.setBefore(); kept && v.who.ID == "" {
		d.Kept = true
	}
	if v.provides() {
		d.Begin, d.Provider = "/sign-in/begin"+v.onward(), v.provider()
	}
	return d
}

// onward carries where somebody wants to go through the sign-in.
func (v *visit) onward() string {
	if to := local(v.r.URL.Query().Get("to")); to != "/" {
		return "?to=" + url.QueryEscape(to)
	}
	return ""
}

func (v *visit) signIn() error {
	d := v.entrance()
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
		d.Personas = append(d.Personas, persona{Name: p.Name, Initials: initials(p.Name), Role: v.say(p.Role), Can: v.say(p.Can),
			Path: "/demo/sign-in/" + p.Key + v.onward(), Current: p.Person == v.who.ID})
	}
	return show(v, signInPage, http.StatusOK, d)
}
