package portal

import (
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
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
	News    []newsItem // the latest first
	New     int        // of these were not read
	Unread  int        // of all
	Key     string
	Until   string // up to when they are read once somebody says so
}

// A soonItem is a day that comes soon, or was missed.
type soonItem struct {
	Text, When, Day string // what it is; "In 3 days"; "Fri 4 Dec"
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
	for _, x := range days {
		due := v.dueCell(x.On)
		d.Soon = append(d.Soon, soonItem{v.dayTitle(x), due.Text, v.day(namedDay, x.On), dayPath(x), x.On.Before(v.Desk.Today()), v.unreadDay(x)})
		if v.unreadDay(x) {
			d.Unread++
		}
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

// ownNews adds what others did about the viewer's own apprenticeship.
func (v *visit) ownNews(l projections.Learner, d *messagesData) error {
	rec, err := v.record(l)
	if err != nil {
		return err
	}
	done, err := v.Desk.Read.Activity(v.ctx(), l.ID, latest)
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
			d.News = append(d.News, m)
		}
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

// newsworthy are the facts that make a message.
var newsworthy = slices.Sorted(maps.Keys(deeds))
