package portal

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the clocks of the world, where the machine does not have them

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
)

// clocks are the time zones that people choose from: those of the United States and of a few
// places beyond.
var clocks = []struct{ name, label string }{
	{"America/New_York", "Eastern Time"}, {"America/Chicago", "Central Time"}, {"America/Denver", "Mountain Time"},
	{"America/Phoenix", "Mountain Time, Arizona"}, {"America/Los_Angeles", "Pacific Time"}, {"America/Anchorage", "Alaska Time"},
	{"Pacific/Honolulu", "Hawaii Time"}, {"America/Puerto_Rico", "Atlantic Time, Puerto Rico"}, {"Pacific/Guam", "Chamorro Time, Guam"},
	{"Europe/London", "London"}, {"Europe/Madrid", "Madrid"}, {"America/Mexico_City", "Mexico City"}, {"UTC", "Coordinated Universal Time"},
}

var digests = []struct {
	value preference.Digest
	label string
}{{preference.Never, "Never"}, {preference.Daily, "Once a day, if something waits"}, {preference.Weekly, "On Mondays, if something waits"}}

// preferences are the form in which somebody chooses for themselves.
type preferences struct {
	Key                   string
	Languages, Zones      []option
	Digests               []option
	QuietFrom, QuietUntil string
	Errors                fieldErrors
}

func (v *visit) preferences(c preference.Chosen) preferences {
	p := preferences{Key: newKey(), QuietFrom: clock(c.Quiet.From), QuietUntil: clock(c.Quiet.Until)}
	p.Languages = []option{{Label: v.say("What the browser asks for"), Chosen: c.Language == ""}}
	for _, t := range tongues {
		p.Languages = append(p.Languages, option{Value: t.tag.String(), Label: t.name, Chosen: c.Language == t.tag.String()})
	}
	p.Zones = []option{{Label: v.say("The clock of %s", v.Organization), Chosen: c.Zone == ""}}
	known := c.Zone == ""
	for _, z := range clocks {
		p.Zones = append(p.Zones, option{Value: z.name, Label: v.say(z.label), Chosen: c.Zone == z.name})
		known = known || c.Zone == z.name
	}
	if !known {
		p.Zones = append(p.Zones, option{Value: c.Zone, Label: c.Zone, Chosen: true})
	}
	for _, d := range digests {
		p.Digests = append(p.Digests, option{Value: string(d.value), Label: v.say(d.label), Chosen: c.Digest == d.value})
	}
	return p
}

func clock(m domain.Minutes) string {
	return time.Date(2000, 1, 1, 0, int(m), 0, 0, time.UTC).Format("15:04")
}

// prefer records what the viewer chooses, and goes on in the language that they chose.
func (v *visit) prefer() error {
	chosen := preference.Chosen{Language: v.field("language"), Zone: v.field("zone"), Digest: preference.Digest(v.field("digest"))}
	var err error
	if chosen.Quiet.From, err = timeOfDay(v.field("quietFrom"), "quietFrom"); err == nil {
		chosen.Quiet.Until, err = timeOfDay(v.field("quietUntil"), "quietUntil")
	}
	if err == nil {
		_, err = v.Desk.Prefer(v.ctx(), v.ask(), chosen)
	}
	if r := v.refusal(err); r != nil {
		d, err := v.accountOf(chosen)
		if err != nil {
			return err
		}
		d.Problems, d.Prefer.Errors = wrong(r, map[string]string{"language": "language", "zone": "zone", "digest": "digest", "quietFrom": "quietFrom", "quietUntil": "quietUntil"})
		return show(v, accountPage, statusOf(r), d)
	}
	if err != nil {
		return err
	}
	v.sessions.Remove(v.ctx(), tongueKey)
	v.tongue = tongueOf(chosen.Language, v.r.Header.Get("Accept-Language"))
	return v.done("/account", v.say("Saved. It holds wherever you sign in."))
}

// timeOfDay reads "22:30"; empty is midnight.
func timeOfDay(text, field string) (domain.Minutes, error) {
	text = domain.Written(text)
	if text == "" {
		return 0, nil
	}
	h, m, _ := strings.Cut(text, ":")
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, domain.Refuse(domain.Invalid, "BAD_TIME", "Write times of the day from 00:00 to 23:59.").About(field)
	}
	return domain.Minutes(hours*60 + minutes), nil
}

// settle takes what the viewer chose for the visit: their language, unless the session is in
// another, and their clock.
func (v *visit) settle() (err error) {
	if v.prefers, err = v.Desk.Read.Preference(v.ctx(), v.who.ID); err != nil {
		return err
	}
	if v.sessions.GetString(v.ctx(), tongueKey) == "" {
		v.tongue = tongueOf(v.prefers.Language, v.r.Header.Get("Accept-Language"))
	}
	v.zone = v.Desk.Now().Location()
	if v.prefers.Zone != "" {
		if z, err := time.LoadLocation(v.prefers.Zone); err == nil {
			v.zone = z
		} // else a newer version knew it
	}
	return nil
}

// preferLanguage keeps the language of the pages for the viewer, wherever they sign in.
func (v *visit) preferLanguage(tag string) error {
	if v.who.ID == "" || v.prefers.Language == tag {
		return nil
	}
	chosen := v.prefers.Chosen
	chosen.Language = tag
	a := v.ask()
	a.Key = ""
	_, err := v.Desk.Prefer(v.ctx(), a, chosen)
	return err
}

var preferenceRoutes = []route{{"POST /account/preferences", (*visit).prefer, everyone}}
