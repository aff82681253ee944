package portal

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
)

var (
	accountPage      = newPage[accountData]("account.html")
	accountMailPage  = newPage[accountMailData]("account-messages.html", "account-mail.html", "calendar.html")
	accountStaysPage = newPage[accountStaysData]("account-sessions.html")
)

const (
	accountPath         = "/account"
	messageSettingsPath = "/account/messages"
	staysPath           = "/account/sessions"
)

var accountRoutes = []route{
	{"GET " + accountPath, (*visit).account, guests},
	{"POST /account/capacity", (*visit).actAs, guests},
	{"GET " + messageSettingsPath, (*visit).accountMail, guests},
	{"GET " + staysPath, (*visit).accountStays, guests},
	{"POST " + staysPath, (*visit).leaveStays, guests},
}

// accountData is all that account.html may show: what the viewer chooses for themselves.
type accountData struct {
	frame
	Prefer     preferences
	Capacities []option // in which they may act; one alone is not to be chosen
	Told       string   // how they are told of news besides the pages
	Settings   string   // where that is chosen
}

// accountMailData is all that account-messages.html may show: how the viewer is told of news.
type accountMailData struct {
	frame
	Mail     *mailCard
	Calendar *calendarCard // nil for those who act for an institution
}

// accountStaysData is all that account-sessions.html may show: where the viewer is signed in.
type accountStaysData struct {
	frame
	Stays  []stayRow
	Others int // sessions besides this one
}

// A stayRow is a session of the viewer.
type stayRow struct {
	Device, Since, Seen string
	Token               string // posting it ends the session; empty for this one
}

func (v *visit) account() error {
	return show(v, accountPage, http.StatusOK, v.accountOf(v.prefers.Chosen))
}

// accountOf is the page with what is chosen in its form.
func (v *visit) accountOf(chosen preference.Chosen) accountData {
	d := accountData{frame: v.frame("Your account", accountPath), Prefer: v.preferences(chosen), Settings: messageSettingsPath}
	for _, r := range v.who.Capacities {
		d.Capacities = append(d.Capacities, option{Value: string(r), Label: v.say(capacities[r]), Chosen: r == v.who.Capacity})
	}
	switch v.prefers.Digest {
	case preference.Daily:
		d.Told = v.say("You asked for mail every day.")
	case preference.Weekly:
		d.Told = v.say("You asked for mail on Mondays.")
	default:
		d.Told = v.say("You get no mail. What is new stands in Guildhall alone.")
	}
	return d
}

func (v *visit) accountMail() error {
	d, err := v.accountMailOf(v.prefers.Chosen)
	if err != nil {
		return err
	}
	return show(v, accountMailPage, http.StatusOK, d)
}

// accountMailOf is the page with what is chosen in its form.
func (v *visit) accountMailOf(chosen preference.Chosen) (d accountMailData, err error) {
	d.frame = v.frame("Mail and calendar", messageSettingsPath)
	if d.Mail, err = v.mailCard(chosen); err != nil {
		return d, err
	}
	d.Calendar, err = v.calendarCard()
	return d, err
}

func (v *visit) accountStays() error {
	d := accountStaysData{frame: v.frame("Where you are signed in", staysPath)}
	all, err := v.stays()
	if err != nil {
		return err
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
	return show(v, accountStaysPage, http.StatusOK, d)
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
		return v.done(staysPath, v.say("That session had ended already."))
	}
	return v.done(staysPath, v.say("%d sessions ended. Whoever used them has to sign in again.", ended))
}
