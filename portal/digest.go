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
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return post.Letter{}, err
	}
	v := (&site{Portal: p}).visit(nil, r)
	v.prefers, v.tongue, v.zone = a.Preference, tongueOf(a.Language, ""), p.Desk.Now().Location()
	if z, err := time.LoadLocation(a.Zone); a.Zone != "" && err == nil {
		v.zone = z
	} // else a newer version knew it
	var d letterData
	if m.Kind == preference.Confirmation {
		d = v.confirmation(to)
	} else if d, err = v.digest(a, to); err != nil || v.fault != nil {
		return post.Letter{}, cmp.Or(err, v.fault)
	}
	if d.empty() {
		if m.Kind != preference.Trial {
			return post.Letter{}, nil
		}
		d.Title = v.say("Nothing waits for you")
		d.Parts = []letterPart{{Lines: []string{v.say("Nothing waits for you, and nothing happened since the last mail. On a usual day no mail would have come.")}}}
	}
	return d.letter(v.tongue)
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

// digest says what waits for somebody in all their capacities, and what happened to them.
func (v *visit) digest(a projections.Addressee, to post.Links) (d letterData, err error) {
	if v.who, err = v.Desk.Read.Person(v.ctx(), a.Person); err != nil {
		return d, err
	}
	d.Button = link{v.say("Open Guildhall"), to.Home + "/"}
	d.Links = []link{{v.say("Choose when mail comes"), to.Home + "/account#mail"}, {v.say("Stop these mails"), to.Stop}}
	d.Why = v.say("You get this because you asked %s for it.", v.Organization)
	var waits letterPart
	var kinds []string
	waiting := 0
	add := func(n int, kind, text string, since time.Time) {
		if n == 0 {
			return
		}
		waiting += n
		kinds = append(kinds, kind)
		if !since.IsZero() {
			text = v.say("%s Waiting since %s.", text, v.day(wholeDay, domain.DateOf(v.here(since))))
		}
		waits.Lines = append(waits.Lines, text)
	}
	counts, first, err := v.inboxes()
	if err != nil {
		return d, err
	}
	hours, milestones, moves, erasures := counts[projections.AwaitingHours], counts[projections.AwaitingMilestone], counts[projections.AwaitingTransition], counts[projections.AwaitingErasure]
	add(hours, v.say("hours"), v.say("%d weeks of hours to sign off.", hours), first[projections.AwaitingHours])
	add(milestones, v.say("evidence"), v.say("%d milestones with evidence to look at.", milestones), first[projections.AwaitingMilestone])
	add(moves, v.say("role changes"), v.say("%d role changes to decide.", moves), first[projections.AwaitingTransition])
	add(erasures, v.say("erasures"), v.say("%d erasures to confirm or refuse.", erasures), first[projections.AwaitingErasure])
	own, err := v.ownLetter(a)
	if err != nil {
		return d, err
	}
	add(own.log, v.say("your hours"), v.say("%d weeks of your hours to log.", own.log), time.Time{})
	add(own.mend, v.say("hours that came back"), v.say("%d weeks of your hours came back to be changed.", own.mend), time.Time{})
	d.Title = v.say("%d things happened in your apprenticeship", own.happened)
	if waiting > 0 {
		waits.Heading = v.say("What waits for you")
		d.Parts = append(d.Parts, waits)
		d.Title = v.say("%d things wait for you: %s", waiting, strings.Join(kinds, ", "))
	}
	if len(own.news) > 0 {
		d.Parts = append(d.Parts, letterPart{v.say("What happened"), own.news})
	}
	if own.next > 0 && !d.empty() {
		d.Parts = append(d.Parts, letterPart{v.say("What comes next"), []string{v.say("%d next steps on your pathway.", own.next)}})
	}
	return d, nil
}

// inboxes counts what waits for the viewer in every capacity in which they decide.
func (v *visit) inboxes() (counts map[projections.InboxKind]int, first map[projections.InboxKind]time.Time, err error) {
	counts, first = map[projections.InboxKind]int{}, map[projections.InboxKind]time.Time{}
	seen := map[domain.Stream]bool{}
	for _, role := range v.who.Capacities {
		if role == domain.Apprentice || role == domain.Auditor || role == domain.Registrar {
			continue
		}
		items, err := v.Desk.Read.Inbox(v.ctx(), v.who.ID, role, v.Desk.Today())
		if err != nil {
			return nil, nil, err
		}
		for _, i := range items {
			if seen[i.Subject] {
				continue
			}
			seen[i.Subject] = true
			counts[i.Kind]++
			if t := first[i.Kind]; t.IsZero() || i.Since.Before(t) {
				first[i.Kind] = i.Since
			}
		}
	}
	return counts, first, nil
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
	since := a.ToldAt
	if since.IsZero() {
		since = v.Desk.Now().AddDate(0, 0, -7)
	}
	if a.ReadUntil.After(since) {
		since = a.ReadUntil
	}
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
			own.news = append(own.news, v.newsLine(k, n))
		}
	}
	return own, nil
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

func (v *visit) newsLine(k newsKind, n int) string {
	switch k {
	case hoursSignedOff:
		return v.say("Hours were signed off: %d times.", n)
	case hoursBack:
		return v.say("Hours came back to you: %d times.", n)
	case milestonesMet:
		return v.say("%d milestones were signed off.", n)
	case milestonesMore:
		return v.say("More was asked for on %d milestones.", n)
	case milestoneNews:
		return v.say("%d other things happened to your milestones.", n)
	case creditNews:
		return v.say("%d things happened about credit at a college.", n)
	case moveNews:
		return v.say("%d things happened about a role change.", n)
	}
	return v.say("%d other things happened in your apprenticeship.", n)
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
