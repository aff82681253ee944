package portal

import (
	"bytes"
	"cmp"
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/post"
	"github.com/guildhall-dev/guildhall/projections"
)

// letterData is all that mail.html may show. Mail names nobody and tells no title of what somebody
// learns: it says how much there is of what, and the portal says the rest.
type letterData struct {
	Title  string
	Parts  []letterPart
	Button link // where the rest is
	Why    string
	Links  []link
}

// A letterPart is what belongs together in a letter.
type letterPart struct {
	Heading string
	Lines   []string
}

// empty reports whether there is nothing to say.
func (d letterData) empty() bool { return len(d.Parts) == 0 }

// Letter is what a mail to somebody says, in their language and on their clock.
func (p *Portal) Letter(ctx context.Context, a projections.Addressee, m preference.Mailing, to post.Links) (post.Letter, error) {
	v, err := p.unasked(ctx)
	if err != nil {
		return post.Letter{}, err
	}
	v.prefers, v.tongue, v.zone = a.Preference, tongueOf(a.Language, ""), p.Desk.Now().Location()
	if z, err := time.LoadLocation(a.Zone); a.Zone != "" && err == nil {
		v.zone = z
	} // else a newer version knew it
	if m.Kind == preference.Confirmation {
		return v.confirmation(to).letter(v.tongue)
	}
	d, news, err := v.digest(a, to)
	if err != nil || v.fault != nil {
		return post.Letter{}, cmp.Or(err, v.fault)
	}
	if m.Kind != preference.Trial && (d.empty() || !news) {
		return post.Letter{}, nil
	}
	if d.empty() {
		d.Title = v.say("Nothing waits for you")
		d.Parts = []letterPart{{Lines: []string{v.say("Nothing waits for you, and nothing happened since the last mail. On a usual day no mail would have come.")}}}
	}
	return d.letter(v.tongue)
}

// unasked is a visit without a visitor.
func (p *Portal) unasked(ctx context.Context) (*visit, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return nil, err
	}
	return (&site{Portal: p}).visit(nil, r), nil
}

// confirmation asks whether an address is right.
func (v *visit) confirmation(to post.Links) letterData {
	return letterData{
		Title:  v.say("Confirm your address for mail from Guildhall"),
		Parts:  []letterPart{{Lines: []string{v.say("Somebody at %s wants mail from Guildhall to go to this address. Confirm it within 7 days, and it does.", v.Organization)}}},
		Button: link{v.say("Confirm this address"), to.Confirm},
		Why:    v.say("If it was not you, do nothing: nothing more is sent here."),
	}
}

// remindAfter is after how many days somebody is told again of what still waits, where nothing is
// new: a mail for the week that went out late is followed by the next one all the same.
const remindAfter = 6

// digest says what waits for somebody in all their capacities, what comes soon and what happened
// to them, and whether any of it is news since the last mail, or they are to be reminded.
func (v *visit) digest(a projections.Addressee, to post.Links) (d letterData, news bool, err error) {
	if v.who, err = v.Desk.Read.Person(v.ctx(), a.Person); err != nil {
		return d, false, err
	}
	d.Button = link{v.say("Open Guildhall"), to.Home + "/"}
	d.Links = []link{{v.say("Choose when mail comes"), to.Home + messageSettingsPath}, {v.say("Stop these mails"), to.Stop}}
	d.Why = v.say("You get this because you asked %s for it.", v.Organization)
	w := waitsSince(a.ToldAt, v.Desk.Now().Location())
	for _, add := range []func(*waits) error{v.inboxes, v.errands, v.collegeErrands} {
		if err := add(&w); err != nil {
			return d, false, err
		}
	}
	own, err := v.ownLetter(a)
	if err != nil {
		return d, false, err
	}
	w.add("%d weeks of your hours to log.", own.log, time.Time{})
	w.add("%d weeks of your hours came back to be changed.", own.mend, time.Time{})
	lastWeek := domain.DateOf(v.here(a.ToldAt)).Before(v.Desk.Today().Week().Monday())
	soon, n, soonNews, err := v.soonLines(a)
	if err != nil {
		return d, false, err
	}
	seats, err := v.seatLine(newsSince(v.Desk.Now(), a))
	if err != nil {
		return d, false, err
	}
	d.Title = v.say("%d days come up", n)
	said, err := v.saidSince(newsSince(v.Desk.Now(), a))
	if err != nil {
		return d, false, err
	}
	if said > 0 {
		own.news = append(own.news, v.say("%d comments beside role changes in which you take part.", said))
		d.Title = v.say("%d comments beside role changes", said)
	}
	if seats != "" {
		own.news = append(own.news, seats)
		d.Title = strings.TrimSuffix(seats, ".")
	}
	if own.happened > 0 {
		d.Title = v.say("%d things happened in your apprenticeship", own.happened)
	}
	if lines, kinds, all := v.waitLines(w); all > 0 {
		d.Parts = append(d.Parts, letterPart{v.say("What waits for you"), lines})
		d.Title = v.say("%d things wait for you: %s", all, strings.Join(kinds, ", "))
	}
	if len(soon) > 0 {
		d.Parts = append(d.Parts, letterPart{v.say("Coming up"), soon})
	}
	if len(own.news) > 0 {
		d.Parts = append(d.Parts, letterPart{v.say("What happened"), own.news})
	}
	if own.next > 0 && !d.empty() {
		d.Parts = append(d.Parts, letterPart{v.say("What comes next"), []string{v.say("%d next steps on your pathway.", own.next)}})
	}
	return d, w.news || soonNews || len(own.news) > 0 || own.log > 0 && lastWeek || !v.Desk.Today().Before(domain.DateOf(v.here(a.ToldAt)).AddDays(remindAfter)), nil
}

// ownNews is what a letter says of somebody's own apprenticeship.
type ownNews struct {
	log, mend, next int
	happened        int
	news            []string
}

func (v *visit) ownLetter(a projections.Addressee) (own ownNews, err error) {
	as := domain.Actor{Person: v.who.ID, Role: domain.Apprentice}
	l, err := v.Desk.Own(v.ctx(), as)
	if domain.AsRefusal(err) != nil {
		return own, nil
	}
	if err != nil {
		return own, err
	}
	actions, err := v.Desk.Next(v.ctx(), as, l)
	if err != nil {
		return own, err
	}
	for _, n := range actions {
		switch {
		case n.Person != v.who.ID:
		case n.Kind == desk.LogHours:
			own.log++
		case n.Kind == desk.MendHours:
			own.mend++
		default:
			own.next++
		}
	}
	since := newsSince(v.Desk.Now(), a)
	done, err := v.Desk.Read.Activity(v.ctx(), l.ID, latest)
	if err != nil {
		return own, err
	}
	happened := map[newsKind]int{}
	for _, did := range done {
		if _, known := deeds[did.Event]; known && did.Person != v.who.ID && did.At.After(since) {
			happened[newsOf(did.Event)]++
			own.happened++
		}
	}
	for k := range newsKinds {
		if n := happened[k]; n > 0 {
			own.news = append(own.news, v.say(newsTexts[k], n))
		}
	}
	return own, nil
}

// newsSince is since when somebody was neither told what happened nor read it themselves.
func newsSince(now time.Time, a projections.Addressee) time.Time {
	since := now.AddDate(0, 0, -7)
	if !a.ToldAt.IsZero() {
		since = a.ToldAt
	}
	return latestOf(since, a.ReadUntil)
}

// seatLine is what a letter says of what became of somebody's seats since a moment, or nothing.
func (v *visit) seatLine(since time.Time) (string, error) {
	all, err := v.Desk.Read.SeatNews(v.ctx(), v.who.ID, latest)
	n := 0
	for _, s := range all {
		if s.At.After(since) {
			n++
		}
	}
	if n == 0 || err != nil {
		return "", err
	}
	return v.say("%d things happened about your seats in cohorts.", n), nil
}

// A newsKind is what mail tells apart of what happened.
type newsKind int

const (
	hoursSignedOff newsKind = iota
	hoursBack
	milestonesMet
	milestonesMore
	milestoneNews
	creditNews
	moveNews
	otherNews
	newsKinds
)

// newsOf sorts a fact that makes a message.
func newsOf(event string) newsKind {
	switch event {
	case "timesheet.approved", "timesheet.approved_hours_corrected":
		return hoursSignedOff
	case "timesheet.returned", "timesheet.reopened":
		return hoursBack
	case "milestone.attained", "milestone.attempt_passed", "milestone.waived", "milestone.renewed":
		return milestonesMet
	case "milestone.not_yet_attained":
		return milestonesMore
	}
	switch aggregate, _, _ := strings.Cut(event, "."); aggregate {
	case "milestone":
		return milestoneNews
	case "credit":
		return creditNews
	case "transition":
		return moveNews
	}
	return otherNews
}

// newsTexts tell how often something happened, in English.
var newsTexts = [newsKinds]string{
	hoursSignedOff: "Hours were signed off: %d times.", hoursBack: "Hours came back to you: %d times.",
	milestonesMet: "%d milestones were signed off.", milestonesMore: "More was asked for on %d milestones.", milestoneNews: "%d other things happened to your milestones.",
	creditNews: "%d things happened about credit at a college.", moveNews: "%d things happened about a role change.", otherNews: "%d other things happened in your apprenticeship.",
}

var letters = func() map[*tongue]*template.Template {
	in := map[*tongue]*template.Template{}
	for _, t := range tongues {
		in[t] = template.Must(template.New("mail.html").Funcs(t.words()).ParseFS(pages, "pages/mail.html"))
	}
	return in
}()

// letter is d as HTML and in plain text.
func (d letterData) letter(t *tongue) (post.Letter, error) {
	var b bytes.Buffer
	if err := letters[t].Execute(&b, d); err != nil {
		return post.Letter{}, err
	}
	var text strings.Builder
	for _, p := range d.Parts {
		if p.Heading != "" {
			text.WriteString(p.Heading + "\n")
		}
		for _, line := range p.Lines {
			if p.Heading != "" {
				text.WriteString("- ")
			}
			text.WriteString(line + "\n")
		}
		text.WriteString("\n")
	}
	text.WriteString(d.Button.Text + ": " + d.Button.Href + "\n\n-- \n" + d.Why + "\n")
	for _, l := range d.Links {
		text.WriteString(l.Text + ": " + l.Href + "\n")
	}
	return post.Letter{Subject: d.Title, Text: text.String(), HTML: b.String()}, nil
}

func latestOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
