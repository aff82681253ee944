package portal

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
)

var accountPage = newPage[accountData]("account.html", "account-mail.html", "calendar.html")

var accountRoutes = []route{
	{"GET /account", (*visit).account, guests},
	{"POST /account/capacity", (*visit).actAs, guests},
	{"POST /account/sessions", (*visit).leaveStays, guests},
}

// accountData is all that account.html may show: what belongs to the viewer and nobody else.
type accountData struct {
	frame
	Prefer     preferences
	Mail       *mailCard     // nil for those who act for an institution
	Calendar   *calendarCard // as well
	Capacities []option      // in which they may act; one alone is not to be chosen
	Stays      []stayRow
	Others     int // sessions besides this one
}

// A stayRow is a session of the viewer.
type stayRow struct {
	Device, Since, Seen string
	Token               string // posting it ends the session; empty for this one
}

func (v *visit) account() error {
	d, err := v.accountOf(v.prefers.Chosen)
	if err != nil {
		return err
	}
	return show(v, accountPage, http.StatusOK, d)
}

// accountOf is the page with what is chosen in its form.
func (v *visit) accountOf(chosen preference.Chosen) (accountData, error) {
	d := accountData{frame: v.frame("Your account", ""), Prefer: v.preferences(chosen)}
	for _, r := range v.who.Capacities {
		d.Capacities = append(d.Capacities, option{Value: string(r), Label: v.say(capacities[r]), Chosen: r == v.who.Capacity})
	}
	var err error
	if v.who.Capacity != domain.Registrar {
		if d.Mail, err = v.mailCard(chosen); err != nil {
			return d, err
		}
	}
	if d.Calendar, err = v.calendarCard(); err != nil {
		return d, err
	}
	all, err := v.stays()
	if err != nil {
		return d, err
	}
	mine := hashed(v.sessions.Token(v.ctx()))
	slices.SortFunc(all, func(a, b stay) int {
		if (a.token == mine) != (b.token == mine) {
			return map[bool]int{true: -1, false: 1}[a.token == mine]
		}
		return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.token, b.token))
	})
	for _, s := range all {
		row := stayRow{Device: cmp.Or(s.Device, v.say("An unknown browser")), Since: v.moment(s.Since), Seen: v.moment(s.Seen), Token: s.token}
		if s.token == mine {
			row.Token = ""
		} else {
			d.Others++
		}
		d.Stays = append(d.Stays, row)
	}
	return d, nil
}

// moment is a time on the viewer's clock.
func (v *visit) moment(t time.Time) string {
	here := v.here(t)
	return v.say("%s, %s", v.day(wholeDay, domain.DateOf(here)), here.Format("15:04"))
}

// actAs lets somebody act in another of their capacities until the session ends.
func (v *visit) actAs() error {
	role := domain.Role(v.field("capacity"))
	if !slices.Contains(v.who.Capacities, role) {
		return domain.Refuse(domain.Forbidden, "NOT_IN_CAPACITY", "You do not act in this capacity, or not any more.")
	}
	v.sessions.Put(v.ctx(), roleKey, string(role))
	return v.done("/", v.say("You act as: %s.", v.say(capacities[role])))
}

// leaveStays ends the session that is named, or all but this one.
func (v *visit) leaveStays() error {
	all, err := v.stays()
	if err != nil {
		return err
	}
	mine, ended := hashed(v.sessions.Token(v.ctx())), 0
	for _, s := range all {
		if s.token == mine || v.field("session") != "others" && v.field("session") != s.token {
			continue
		}
		if err := v.leaveStay(s); err != nil {
			return err
		}
		ended++
	}
	if ended == 0 {
		return v.done("/account", v.say("That session had ended already."))
	}
	return v.done("/account", v.say("%d sessions ended. Whoever used them has to sign in again.", ended))
}
