package portal

import (
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// newcomer adds somebody who came to work here.
func (v *visit) newcomer() error {
	nobody := []option{{Label: v.say("Nobody")}}
	return v.perform(task{
		section: "/people", over: v.say("People"), title: v.say("Add a person"), back: "/people", button: v.say("Add the person"),
		lead: v.say("Ten people or more are added faster from a table that personnel exports."),
		inputs: []input{
			{Name: "personId", Label: v.say("Number"), Hint: v.say("The one that personnel gave them. It stays on record for ever, so it must not tell who they are."), Kind: lineInput},
			{Name: "name", Label: v.say("Full name"), Kind: lineInput},
			{Name: "capacity", Label: v.say("Acts as"), Kind: listInput, Options: v.capacityOptions(person.Gives(v.actor()))},
			{Name: "title", Label: v.say("Job title"), Kind: lineInput},
			{Name: "position", Label: v.say("Id of the job"), Hint: v.say("As personnel has it, such as help-desk-analyst"), Kind: lineInput, Optional: true},
			{Name: "siteId", Label: v.say("Site"), Kind: listInput, Options: v.siteOptions()},
			{Name: "managerId", Label: v.say("Reports to"), Kind: listInput, Optional: true, Options: append(nobody, v.colleagueOptions(domain.Manager)...)},
			{Name: "start", Label: v.say("First day of work"), Kind: dayInput, Optional: true},
		},
		do: func() (string, string, error) {
			id, err := sheet.Number(v.written("personId"))
			if r := domain.AsRefusal(err); r != nil {
				return "", "", r.About("personId")
			}
			if err != nil {
				return "", "", err
			}
			_, err = v.Desk.Join(v.ctx(), v.ask(), id, v.written("name"), person.Joined{
				Capacity: domain.Role(v.field("capacity")), Title: v.written("title"), Position: domain.RoleID(v.written("position")),
				Site: domain.SiteID(v.field("siteId")), Manager: domain.PersonID(v.field("managerId")), Start: v.dayOf("start")})
			return "/people/" + string(id), v.say("%s is on record. They can sign in once their account is linked.", v.written("name")), err
		},
	})
}

// changePerson does what the address names to the record of whom it names.
func (v *visit) changePerson() error {
	c, err := v.colleague()
	if err != nil {
		return err
	}
	asked := v.r.PathValue("task")
	if speaks := asked == "absence" || asked == "back"; v.who.Capacity != domain.HR && !speaks {
		return domain.Refuse(domain.Forbidden, "NOT_HR", "Only human resources changes this.")
	}
	t := task{section: "/people", over: c.FullName, back: "/people/" + string(c.ID)}
	today := v.Desk.Today().String()
	from := input{Name: "from", Label: v.say("From"), Kind: dayInput, Value: today, Hint: v.say("A day that is past is fine: what holds since then is put right.")}
	switch asked {
	case "manager":
		t.title, t.button = v.say("Change whom %s reports to", c.FullName), v.say("Change the manager")
		t.inputs = []input{{Name: "managerId", Label: v.say("Reports to"), Kind: listInput, Options: chosen(v.colleagueOptions(domain.Manager), string(c.Manager))}, from}
		t.do = func() (string, string, error) {
			manager := domain.PersonID(v.field("managerId"))
			_, err := v.Desk.ChangeManager(v.ctx(), v.ask(), c.ID, manager, v.dayOf("from"), 0)
			return "", v.say("From %[2]s on they report to %[1]s.", v.heard(manager), v.day(wholeDay, v.dayOf("from"))), err
		}
	case "site":
		t.title, t.button = v.say("Change where %s works", c.FullName), v.say("Change the site")
		t.inputs = []input{{Name: "siteId", Label: v.say("Site"), Kind: listInput, Options: chosen(v.siteOptions(), string(c.Site))}, from}
		t.do = func() (string, string, error) {
			site := domain.SiteID(v.field("siteId"))
			_, err := v.Desk.ChangeSite(v.ctx(), v.ask(), c.ID, site, v.dayOf("from"), 0)
			return "", v.say("From %[2]s on they work at %[1]s.", v.place(site), v.day(wholeDay, v.dayOf("from"))), err
		}
	case "grant":
		t.title, t.button = v.say("Let %s act in another capacity", c.FullName), v.say("Grant the capacity")
		t.lead = v.say("They keep those they have. Who may see and do what follows from the capacity they sign in with.")
		t.inputs = []input{{Name: "capacity", Label: v.say("Acts as"), Kind: listInput, Options: v.capacityOptions(person.Gives(v.actor()))}, from}
		t.do = func() (string, string, error) {
			_, err := v.Desk.GrantCapacity(v.ctx(), v.ask(), c.ID, domain.Role(v.field("capacity")), v.dayOf("from"), 0)
			return "", v.say("From %s on they act in that capacity as well.", v.day(wholeDay, v.dayOf("from"))), err
		}
	case "revoke":
		as := domain.Role(v.r.URL.Query().Get("capacity"))
		if !c.Acts(as) {
			return errNoSuchPage
		}
		t.title, t.button, t.danger = v.say("End a capacity of %s", c.FullName), v.say("End the capacity"), true
		t.effects = []string{v.say("From that day on they do not act as: %s.", v.say(capacities[as])), v.say("What they decided before stands."), v.say("What waits for them in it has to be given to somebody else.")}
		t.inputs = []input{from}
		t.do = func() (string, string, error) {
			_, err := v.Desk.RevokeCapacity(v.ctx(), v.ask(), c.ID, as, v.dayOf("from"), 0)
			return "", v.say("Ended from %s on.", v.day(wholeDay, v.dayOf("from"))), err
		}
	case "absence":
		t.title, t.button = v.say("Plan an absence of %s", c.FullName), v.say("Plan the absence")
		t.inputs = []input{
			{Name: "from", Label: v.say("First day away"), Kind: dayInput}, {Name: "until", Label: v.say("Last day away"), Kind: dayInput},
			{Name: "delegateId", Label: v.say("Decides meanwhile"), Kind: listInput, Optional: true, Options: append([]option{{Label: v.say("Nobody")}}, v.colleagueOptions(domain.Manager, domain.Mentor, domain.Coordinator, domain.HR)...)},
		}
		t.do = func() (string, string, error) {
			_, err := v.Desk.PlanAbsence(v.ctx(), v.ask(), c.ID, person.AbsencePlanned{From: v.dayOf("from"), Until: v.dayOf("until"), Delegate: domain.PersonID(v.field("delegateId"))})
			return "", v.say("Planned. What waits for %s goes to whom you named meanwhile.", c.FullName), err
		}
	case "back":
		absence, _ := strconv.Atoi(v.r.URL.Query().Get("absence"))
		t.title, t.button = v.say("End an absence of %s", c.FullName), v.say("End the absence")
		t.inputs = []input{{Name: "on", Label: v.say("Last day away"), Hint: v.say("The day before the first if they do not go"), Kind: dayInput, Value: today}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.EndAbsence(v.ctx(), v.ask(), c.ID, absence, v.dayOf("on"))
			return "", v.say("The absence ends on %s.", v.day(wholeDay, v.dayOf("on"))), err
		}
	case "leave":
		t = v.leaving(t, c)
	case "return":
		t.title, t.button = v.say("%s works here again", c.FullName), v.say("Record the return")
		t.inputs = []input{{Name: "on", Label: v.say("First day back"), Kind: dayInput, Value: today}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Return(v.ctx(), v.ask(), c.ID, v.dayOf("on"), 0)
			return "", v.say("Back from %s on.", v.day(wholeDay, v.dayOf("on"))), err
		}
	case "strike":
		entry, _ := strconv.Atoi(v.r.URL.Query().Get("entry"))
		t.title, t.button, t.danger = v.say("Strike an entry about %s", c.FullName), v.say("Strike the entry"), true
		t.effects = []string{v.say("The entry counts for nothing from now on."), v.say("It stays on record as struck, with the reason and your name.")}
		t.inputs = []input{{Name: "reason", Label: v.say("What was wrong"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Strike(v.ctx(), v.ask(), c.ID, entry, v.field("reason"))
			return "", v.say("Struck. The entry stays visible as such."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

var errNoSuchPage = domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "There is nothing at this address. It may have moved, or the address may be cut short.")

func (v *visit) leaving(t task, c desk.Colleague) task {
	t.title, t.button, t.danger = v.say("Record that %s leaves", c.FullName), v.say("Record the departure"), true
	t.effects = []string{v.say("After the last day they cannot sign in, and nothing goes to them any more."), v.say("What waits for them stays where it is until you give it to somebody else."), v.say("The record of what they did stays.")}
	t.inputs = []input{
		{Name: "on", Label: v.say("Last day of work"), Kind: dayInput},
		{Name: "reason", Label: v.say("Why"), Hint: v.say("It is told in these words only"), Kind: choiceInput},
	}
	for _, r := range []person.Departure{person.Resigned, person.Retired, person.ContractEnded, person.Dismissed, person.OtherReason} {
		t.inputs[1].Options = append(t.inputs[1].Options, option{Value: string(r), Label: v.say(departureWords[string(r)])})
	}
	t.do = func() (string, string, error) {
		_, err := v.Desk.Leave(v.ctx(), v.ask(), c.ID, v.dayOf("on"), person.Departure(v.field("reason")), 0)
		return "", v.say("The last day of %s is %s.", c.FullName, v.day(wholeDay, v.dayOf("on"))), err
	}
	return t
}

// heard is the name of somebody whom the visitor typed or chose, empty for nobody known.
func (v *visit) heard(id domain.PersonID) string {
	name, err := v.Desk.NameOf(v.ctx(), id)
	if domain.AsRefusal(err) == nil {
		v.trouble(err)
	}
	return name
}
