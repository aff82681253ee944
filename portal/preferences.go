package portal

import (
	"time"
	_ "time/tzdata" // the clocks of the world, where the machine does not have them

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

// preferences are the form in which somebody chooses for themselves.
type preferences struct {
	Key              string
	Languages, Zones []option
	Errors           fieldErrors
}

func (v *visit) preferences(c preference.Chosen) preferences {
	p := preferences{Key: newKey()}
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
	return p
}

// prefer records what the viewer chooses, and goes on in the language that they chose.
func (v *visit) prefer() error {
	chosen := v.prefers.Chosen
	chosen.Language, chosen.Zone = v.field("language"), v.field("zone")
	_, err := v.Desk.Prefer(v.ctx(), v.ask(), chosen)
	if r := v.refusal(err); r != nil {
		d := v.accountOf(chosen)
		d.Problems, d.Prefer.Errors = wrong(r, map[string]string{"language": "language", "zone": "zone"})
		return show(v, accountPage, statusOf(r), d)
	}
	if err != nil {
		return err
	}
	v.sessions.Remove(v.ctx(), tongueKey)
	v.tongue = tongueOf(chosen.Language, v.r.Header.Get("Accept-Language"))
	return v.done(accountPath, v.say("Saved. It holds wherever you sign in."))
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
	v.zone = clockOf(v.prefers.Zone, v.Desk.Now().Location())
	return nil
}

// clockOf is the clock with a name, or that of this place if none was chosen or a newer version
// knew it.
func clockOf(name string, here *time.Location) *time.Location {
	if z, err := time.LoadLocation(name); err == nil && name != "" {
		return z
	}
	return here
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

var preferenceRoutes = []route{{"POST /account/preferences", (*visit).prefer, guests}}
