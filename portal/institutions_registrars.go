package portal

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// registrarsOf are those who act for an institution, and who named them.
func (v *visit) registrarsOf(p projections.Partner, path string, coordinates bool) (card, error) {
	c := card{ID: "registrars", Title: v.say("Registrars"), Lead: v.say("They see and record on the page of the college what its systems would, and nothing else here."),
		Acts: offers(link{v.say("Name a registrar"), when(coordinates, path+"/name")}), Empty: v.say("Nobody. Name a registrar if it has no system of its own, or besides.")}
	found, err := v.Desk.Delegates(v.ctx(), v.actor(), p.ID)
	if err != nil {
		return c, err
	}
	var people []domain.PersonID
	for _, d := range found {
		people = append(people, d.Person, d.By, d.EndedBy)
	}
	if err := v.learn(people...); err != nil {
		return c, err
	}
	c.Table = &list{Caption: v.say("Registrars"), Columns: []column{{Name: v.say("Registrar"), Notes: v.say("Number")}, {Name: v.say("Acts since")}, {Name: v.say("Named by")}, {Name: v.say("Until"), Notes: v.say("Ended by")}}}
	if coordinates {
		c.Table.Columns = append(c.Table.Columns, column{Name: v.say("What you can do")})
	}
	for _, d := range found {
		until, next := cell{Text: v.say("Acts for it now"), Tone: toneOK}, cell{Text: v.say("End it for %s", v.names[d.Person]), Href: path + "/dismiss?person=" + string(d.Person)}
		if !d.EndedAt.IsZero() {
			until, next = v.onDay(domain.DateOf(v.here(d.EndedAt))), cell{}
			until.Note = v.doer(d.EndedBy, "")
		}
		r := row{{Text: v.names[d.Person], Note: string(d.Person)}, v.onDay(domain.DateOf(v.here(d.At))), {Text: v.doer(d.By, "")}, until}
		if coordinates {
			r = append(r, next)
		}
		c.Table.Rows = append(c.Table.Rows, r)
	}
	return c, nil
}

// registrarTask names somebody who acts for an institution, or ends that.
func (v *visit) registrarTask(t task, p projections.Partner) error {
	if v.r.PathValue("task") == "dismiss" {
		who := domain.PersonID(v.r.URL.Query().Get("person"))
		found, err := v.Desk.Delegates(v.ctx(), v.actor(), p.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(found, func(d projections.Delegate) bool { return d.Person == who && d.EndedAt.IsZero() }) {
			return domain.Refuse(domain.NotFound, "NO_SUCH_REGISTRAR", "Nobody of that number acts for this institution, or not any more.")
		}
		name := v.name(who)
		t.title, t.button, t.danger = v.say("End that %s acts for %s", name, p.Name), v.say("End it now"), true
		t.effects = []string{v.say("They see and record nothing from now on, at once."), v.say("What they recorded stays on record.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.DismissDelegate(v.ctx(), v.ask(), p.ID, who)
			return "", v.say("Ended. %s sees nothing of %s any more.", name, p.Name), err
		}
		return v.perform(t)
	}
	free, err := v.Desk.Registrars(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	ids := make([]domain.PersonID, len(free))
	for i, f := range free {
		ids[i] = f.ID
	}
	if err := v.learn(ids...); err != nil {
		return err
	}
	who := input{Name: "personId", Label: v.say("Registrar"), Hint: v.say("Whoever is on record as a registrar, as nothing else, and acts for no institution yet"), Kind: listInput}
	for _, id := range ids {
		who.Options = append(who.Options, option{Value: string(id), Label: v.say("%s, number %s", v.names[id], string(id))})
	}
	slices.SortFunc(who.Options, func(a, b option) int { return cmp.Compare(folded(a.Label), folded(b.Label)) })
	t.title, t.button, t.inputs = v.say("Name a registrar of %s", p.Name), v.say("Name the registrar"), []input{who}
	t.effects = []string{v.say("They see which students share with %s, and record awards and enrolments in its name.", p.Name), v.say("Everything they read is on record, and the student can read that they did.")}
	if len(ids) == 0 {
		t.lead = v.say("Nobody is free to be named. Add the person first, under People, acting as registrar.")
	}
	t.do = func() (string, string, error) {
		id := domain.PersonID(v.field("personId"))
		_, err := v.Desk.NameDelegate(v.ctx(), v.ask(), p.ID, id)
		return "", v.say("Named. %s acts for %s from now on.", v.heard(id), p.Name), err
	}
	return v.perform(t)
}
