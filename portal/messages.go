package portal

import (
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var messagesPage = newPage[messagesData]("messages.html")

const messagesPath = "/messages"

var messageRoutes = []route{
	{"GET " + messagesPath, (*visit).messages, everyone},
	{"POST " + messagesPath + "/read", (*visit).readMessages, everyone},
}

// messagesData is all that messages.html may show: what others did about the viewer's own
// apprenticeship and seats, what comes soon, and how much waits for the viewer.
type messagesData struct {
	frame
	Waiting int
	Soon    []soonItem // the earliest first
	More    string     // what says how much more there is; empty if that is all
	News    []newsItem // the latest first
	New     int        // of these were not read
	Unread  int        // of all
	Key     string
	Until   string // up to when they are read once somebody says so
}

// A soonItem is a day that comes soon, or was missed.
type soonItem struct {
	Text, When, Day string // what it is; "In 3 days"; "Fri 4 Dec"
	Detail          string // what of it, or with whom
	Href            string
	Late, New       bool
}

// A newsItem tells what somebody did.
type newsItem struct {
	at   time.Time
	When string
	Text template.HTML
	Icon string
	Href string // where more of it is; empty is nowhere else
	New  bool

	Reference string // of the role change that it is about
}

func (v *visit) messages() error {
	d := messagesData{Key: newKey(), Until: v.Desk.Now().Format(time.RFC3339Nano)}
	days, err := v.soon()
	if err != nil {
		return err
	}
	if v.decider() {
		v.ofOffice()
		d.Waiting = v.waits()
	}
	d.frame = v.frame("Messages", messagesPath)
	d.Live = livePath("")
	all := 0
	for _, x := range days {
		due := v.dueCell(x.On)
		item := soonItem{Text: v.dayTitle(x), When: due.Text, Day: v.day(namedDay, x.On), Href: dayPath(x), Late: x.On.Before(v.Desk.Today()), New: v.unreadDay(x)}
		if item.New {
			d.Unread++
		}
		all += max(1, len(x.Due))
		if room := mostSoon - len(d.Soon); len(x.Due) > 0 {
			for _, of := range x.Due[:min(room, len(x.Due))] {
				d.Soon = append(d.Soon, v.soonOf(item, of))
			}
		} else if room > 0 {
			d.Soon = append(d.Soon, item)
		}
	}
	if more := all - len(d.Soon); more > 0 {
		d.More = v.say("%d more deadlines", more)
	}
	if d.News, err = v.saidTo(); err != nil {
		return err
	}
	seats, err := v.seatNews()
	if err != nil {
		return err
	}
	d.News = append(d.News, seats...)
	l, err := v.Desk.Own(v.ctx(), v.actor())
	if domain.AsRefusal(err) == nil { // else nothing happens to who is no apprentice
		if err == nil {
			d.Live = livePath(l.ID)
			err = v.ownNews(l, &d)
		}
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(d.News, func(a, b newsItem) int { return b.at.Compare(a.at) })
	for _, m := range d.News {
		if m.New {
			d.New++
			d.Unread++
		}
	}
	return show(v, messagesPage, http.StatusOK, d)
}

// mostSoon is how much of what comes soon stands among messages.
const mostSoon = 20

// soonOf is an item of a day on which more may be due, with who it is about and whose move it is.
func (v *visit) soonOf(item soonItem, x desk.Deadline) soonItem {
	item.Text = v.say("%s: %s", v.say(dueWords[x.Kind]), v.text(x.Learner.Name))
	item.Href = v.learnerPath(x.Learner.ID, x.Learner.Person)
	switch {
	case x.Kind == desk.TellAgency:
		item.Detail, item.Href = v.say(happened(x.Filing.Cause)), v.filingPath(x.Filing)
	case x.Person != "" && x.Person != v.who.ID:
		item.Detail = v.say("With %s", v.name(x.Person))
	}
	return item
}

// ownNews adds what others did about the viewer's own apprenticeship.
func (v *visit) ownNews(l projections.Learner, d *messagesData) error {
	rec, err := v.record(l)
	if err != nil {
		return err
	}
	done, err := v.Desk.Read.Activity(v.ctx(), l.ID, latest)
	weeks, signed, signer := 0, 0, ""
	for _, a := range done {
		about := v.subject(rec, a.Subject)
		if deed, known := deeds[a.Event]; known && about != "" && a.Person != v.who.ID && v.told(rec, a) {
			who := "Guildhall"
			switch {
			case a.Person != "":
				who = v.name(a.Person)
			case a.Partner != "":
				who = v.college(a.Partner)
			}
			m := newsItem{a.At, v.moment(a.At), v.tongue.mark(deed.text, who, about), deed.icon, "", a.At.After(v.prefers.ReadUntil), ""}
			if t, known := rec.moveAbout(a.Subject); known {
				m.Href, m.Reference = requestPath(a.Subject), t.Reference.String()
			}
			if a.Event == routine {
				m.New = false
				if weeks++; weeks > 1 {
					continue
				}
				signed, signer = len(d.News), who
			}
			d.News = append(d.News, m)
		}
	}
	if weeks > 1 {
		d.News[signed].Text = v.tongue.mark("%d weeks of hours were signed off, the last by <strong>%s</strong>", weeks, signer)
		d.News[signed].Href = "/hours"
	}
	return err
}

// readMessages records that the viewer has read what the page showed them.
func (v *visit) readMessages() error {
	until, err := time.Parse(time.RFC3339Nano, v.field("until"))
	if err != nil {
		return errBadForm
	}
	if _, err := v.Desk.ReadMessages(v.ctx(), v.ask(), until); err != nil {
		return err
	}
	return v.done(messagesPath, v.say("Everything is marked as read."))
}

// routine happens every week, and nobody has to act on it: messages tell of it in one line, and the
// bell does not count it.
const routine = "timesheet.approved"

// newsworthy are the facts that the bell counts.
var newsworthy = slices.DeleteFunc(slices.Sorted(maps.Keys(deeds)), func(event string) bool { return event == routine })
