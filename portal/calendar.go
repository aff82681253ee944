package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

var calendarRoutes = []route{
	{"POST /account/calendar", (*visit).linkCalendar, everyone},
	{"POST /account/calendar/off", (*visit).unlinkCalendar, everyone},
}

// feedKey holds the link of a calendar in a session, for the next page to show once.
const feedKey = "calendar"

// A calendarCard tells how the viewer's dates come into their calendar.
type calendarCard struct {
	Key    string
	Since  string       // the link that there is was made; empty if there is none
	Link   string       // of a link made just now, which is not shown again
	Webcal template.URL // the same, for a calendar of this device to open
}

// calendarCard is nil for who acts for an institution.
func (v *visit) calendarCard() (*calendarCard, error) {
	if v.who.Capacity == domain.Registrar {
		return nil, nil
	}
	since, err := v.Desk.Read.CalendarSince(v.ctx(), v.who.ID)
	if err != nil || since.IsZero() {
		return &calendarCard{Key: newKey()}, err
	}
	c := &calendarCard{Key: newKey(), Since: v.moment(since)}
	if secret := v.sessions.PopString(v.ctx(), feedKey); secret != "" {
		c.Link = v.origin() + calendarPath + secret + calendarEnd
		_, place, _ := strings.Cut(c.Link, ":")
		c.Webcal = template.URL("webcal:" + place)
	}
	return c, nil
}

// origin is the address at which the visitor found us.
func (v *visit) origin() string {
	if v.TLS {
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// linkCalendar makes a link, which takes the place of the one before. It follows from the form
// and the session: a form that is sent twice makes one link.
func (v *visit) linkCalendar() error {
	ask := v.ask()
	if ask.Key == "" {
		ask.Key = newKey()
	}
	mac := hmac.New(sha256.New, []byte(v.sessions.Token(v.ctx())))
	mac.Write([]byte("guildhall calendar\n" + ask.Key))
	secret := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	if _, err := v.Desk.LinkCalendar(v.ctx(), ask, hashed(secret)); err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), feedKey, secret)
	return v.done(messageSettingsPath+"#calendar", v.say("The link is made. Copy it into your calendar now: it is not shown again."))
}

func (v *visit) unlinkCalendar() error {
	if _, err := v.Desk.UnlinkCalendar(v.ctx(), v.ask()); err != nil {
		return err
	}
	v.sessions.Remove(v.ctx(), feedKey)
	return v.done(messageSettingsPath+"#calendar", v.say("The link is switched off. Calendars that had it get nothing any more."))
}

// shownPath is the path of a request as it may be logged: the secret of a calendar may not.
func shownPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, calendarPath) {
		return calendarPath
	}
	return r.URL.Path
}
