package portal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var peopleRoutes = []route{
	{"GET /people", (*visit).colleagues, keepers},
	{"GET /people.csv", (*visit).colleagues, keepers},
	{"GET /people/new", (*visit).newcomer, only(domain.Coordinator, domain.HR)},
	{"POST /people/new", (*visit).newcomer, only(domain.Coordinator, domain.HR)},
	{"GET /people/{person}", (*visit).person, keepers},
	{"GET /people/{person}/{task}", (*visit).changePerson, only(domain.Coordinator, domain.HR)},
	{"POST /people/{person}/{task}", (*visit).changePerson, only(domain.Coordinator, domain.HR)},
}

// A presence narrows the list of people down by whether they are here.
const (
	presentPeople = "here"
	awayPeople    = "away"
	formerPeople  = "left"
)

// colleagues lists who works here, or whom of them the address asks for.
func (v *visit) colleagues() error {
	all, err := v.Desk.Colleagues(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	away, err := v.absences()
	if err != nil {
		return err
	}
	f := v.narrowed("/people",
		input{Name: "q", Kind: lineInput, Label: v.say("Name or number"), Optional: true},
		input{Name: "capacity", Kind: listInput, Label: v.say("Acts as"), Optional: true, Options: append([]option{{Label: v.say("Anything")}}, v.capacityOptions(person.Capacities)...)},
		input{Name: "site", Kind: listInput, Label: v.say("Site"), Optional: true, Options: append([]option{{Label: v.say("Any site")}}, v.siteOptions()...)},
		input{Name: "presence", Kind: listInput, Label: v.say("Presence"), Optional: true, Options: []option{
			{Value: presentPeople, Label: v.say("Work here")}, {Value: awayPeople, Label: v.say("Away today")}, {Value: formerPeople, Label: v.say("Have left")}}})
	names := map[domain.PersonID]string{}
	for _, c := range all {
		names[c.ID] = c.FullName
	}
	d := listingData{frame: v.frame("People", "/people"), Heading: v.say("People"), Lead: v.say("Everybody who works here, in which capacity they act and to whom they report."), Filter: f}
	if v.may(domain.Coordinator, domain.HR) {
		d.Acts = []link{{v.say("Add a person"), "/people/new"}, {v.say("Import a table"), importPath + "?kind=people"}}
	}
	d.List = list{Caption: v.say("People"), Columns: []column{{Name: v.say("Name"), Notes: v.say("Number")}, {Name: v.say("Acts as"), Notes: v.say("Also")}, {Name: v.say("Job")},
		{Name: v.say("Site")}, {Name: v.say("Reports to")}, {Name: v.say("Since")}, {Name: v.say("Presence"), Notes: v.say("Detail")}}}
	type found struct {
		desk.Colleague
		folded string
	}
	var fit []found
	for _, c := range all {
		_, gone := away[c.ID]
		switch presence := f.value("presence"); {
		case presence == formerPeople && c.LeftOn.IsZero() && !c.Erased, presence != formerPeople && (!c.LeftOn.IsZero() || c.Erased), presence == awayPeople && !gone,
			f.value("capacity") != "" && !c.Acts(domain.Role(f.value("capacity"))), f.value("site") != "" && string(c.Site) != f.value("site"),
			!matches(f.value("q"), c.FullName, string(c.ID)):
			continue
		}
		fit = append(fit, found{c, folded(c.FullName)})
	}
	slices.SortFunc(fit, func(a, b found) int { return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.ID, b.ID)) })
	d.Empty = emptiness{Title: v.say("Nobody is on record yet"), Text: v.say("People appear here once you add them or take over a list from personnel."), Act: link{v.say("Add a person"), when(v.may(domain.Coordinator, domain.HR), "/people/new")}}
	if f.Clear != "" || len(all) > 0 {
		d.Empty = emptiness{Title: v.say("Nobody fits"), Text: v.say("Look for a part of the name or the number, or among those who have left."), Act: link{v.say("Show everybody"), "/people"}}
	}
	return v.showEach("people", d, len(fit), func(i int) row { return v.personRow(fit[i].Colleague, names[fit[i].Manager], away) })
}

func (v *visit) personRow(c desk.Colleague, manager string, away map[domain.PersonID]projections.Absence) row {
	r := row{
		{Text: c.FullName, Note: string(c.ID), Href: "/people/" + string(c.ID), Initials: initials(c.FullName)},
		{Text: v.say(capacities[c.Capacity]), Note: v.others(c.Person)},
		{Text: c.Title}, {Text: v.place(c.Site)}, {Text: manager},
		{Text: v.day(wholeDay, since(c.Person)), Value: since(c.Person).String()},
		v.presence(c, away),
	}
	return r
}

// since is the first day of somebody's work as far as it is known.
func since(p projections.Person) domain.Date {
	if !p.Start.IsZero() {
		return p.Start
	}
	return p.JoinedOn
}

// others are the capacities in which somebody acts besides the usual one.
func (v *visit) others(p projections.Person) string {
	var names []string
	for _, r := range p.Capacities {
		if r != p.Capacity {
			names = append(names, v.say(capacities[r]))
		}
	}
	return strings.Join(names, ", ")
}

func (v *visit) presence(c desk.Colleague, away map[domain.PersonID]projections.Absence) cell {
	a, gone := away[c.ID]
	switch {
	case c.Erased:
		return cell{Text: v.say("Erased"), Tone: toneMute}
	case !c.LeftOn.IsZero():
		return cell{Text: v.say("Left"), Note: v.say("Last day %s", v.day(wholeDay, c.LeftOn)), Tone: toneMute}
	case gone:
		return cell{Text: v.say("Away"), Note: v.say("Until %s", v.day(wholeDay, a.Until)), Tone: toneInfo}
	}
	return cell{Text: v.say("Here")}
}

// absences are those of today, by who is away.
func (v *visit) absences() (map[domain.PersonID]projections.Absence, error) {
	all, err := v.Desk.Read.Away(v.ctx(), v.Desk.Today())
	away := map[domain.PersonID]projections.Absence{}
	for _, a := range all {
		away[a.Person] = a
	}
	return away, err
}

// may reports whether the viewer acts as one of some.
func (v *visit) may(as ...domain.Role) bool { return slices.Contains(as, v.who.Capacity) }

// capacityOptions are some capacities, to be chosen from.
func (v *visit) capacityOptions(of []domain.Role) (options []option) {
	for _, r := range of {
		options = append(options, option{Value: string(r), Label: v.say(capacities[r])})
	}
	return options
}

// siteOptions are the places that are described, and those where somebody works.
func (v *visit) siteOptions() (options []option) {
	described, err := v.Desk.Read.DescribedSites(v.ctx())
	v.trouble(err)
	worked, err := v.Desk.Read.Sites(v.ctx())
	v.trouble(err)
	for _, s := range described {
		worked = append(worked, s.ID)
	}
	slices.Sort(worked)
	for _, id := range slices.Compact(worked) {
		options = append(options, option{Value: string(id), Label: v.place(id)})
	}
	return options
}

// place is the name of a place, or its id where it was never described.
func (v *visit) place(id domain.SiteID) string {
	if v.places == nil {
		v.places = map[domain.SiteID]string{}
		described, err := v.Desk.Read.DescribedSites(v.ctx())
		v.trouble(err)
		for _, s := range described {
			v.places[s.ID] = s.Name
		}
	}
	return cmp.Or(v.places[id], string(id))
}

// colleagueOptions are those who act in one of some capacities and work here, by name.
func (v *visit) colleagueOptions(as ...domain.Role) (options []option) {
	all, err := v.Desk.Colleagues(v.ctx(), v.actor())
	v.trouble(err)
	for _, c := range all {
		if c.Acts(as...) && c.LeftOn.IsZero() && !c.Erased {
			options = append(options, option{Value: string(c.ID), Label: v.say("%s, %s", c.FullName, c.Title)})
		}
	}
	slices.SortFunc(options, func(a, b option) int { return cmp.Compare(folded(a.Label), folded(b.Label)) })
	return options
}
