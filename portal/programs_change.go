package portal

import (
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// newProgram puts on record that an agency registered a programme.
func (v *visit) newProgram() error {
	inputs := []input{
		{Name: "title", Label: v.say("Title"), Kind: lineInput}, {Name: "sponsor", Label: v.say("Sponsor"), Kind: lineInput},
		{Name: "agency", Label: v.say("Agency"), Kind: lineInput}, {Name: "programNo", Label: v.say("Number of the programme"), Hint: v.say("As the agency gave it"), Kind: lineInput},
		{Name: "profile", Label: v.say("Rules"), Kind: listInput},
	}
	sets, err := rules.Catalogue()
	if err != nil {
		return err
	}
	for _, s := range sets {
		o := option{Value: s.Profile, Label: s.Title}
		if at := slices.IndexFunc(inputs[4].Options, func(o option) bool { return o.Value == s.Profile }); at >= 0 {
			inputs[4].Options[at] = o
		} else {
			inputs[4].Options = append(inputs[4].Options, o)
		}
	}
	return v.perform(task{
		section: "/programs", over: v.say("Programmes"), title: v.say("Register a programme"), button: v.say("Register the programme"), back: "/programs", inputs: inputs,
		lead: v.say("Record here what the agency registered. Apprenticeships are started under it from then on."),
		do: func() (string, string, error) {
			id := domain.ProgramID(sheet.Key(v.written("title")))
			_, err := v.Desk.RegisterProgram(v.ctx(), v.ask(), id, program.Registered{Title: v.field("title"), Sponsor: v.field("sponsor"), Agency: v.field("agency"), Number: v.field("programNo"), Profile: v.field("profile")})
			return "/programs/" + string(id), v.say("Registered. Add the sites at which apprentices learn."), err
		},
	})
}

// changeProgram does what the address names to a programme.
func (v *visit) changeProgram() error {
	p, err := v.programmeHere()
	if err != nil {
		return err
	}
	t := task{section: "/programs", over: p.Title, back: "/programs/" + string(p.ID)}
	from := input{Name: "from", Label: v.say("From"), Kind: dayInput, Value: v.Desk.Today().String()}
	switch v.r.PathValue("task") {
	case "amend":
		s := program.SettingsOn(p.Settings, p.Amended, v.Desk.Today())
		t.title, t.button = v.say("Change what is agreed with the agency"), v.say("Change the agreement")
		t.inputs = []input{
			{Name: "days", Label: v.say("Days within which the agency is told"), Hint: v.say("Leave empty to follow the rules"), Kind: numberInput, Optional: true, Value: someNumber(s.Reporting.Days)},
			{Name: "working", Label: v.say("Counted as"), Kind: choiceInput, Options: chosen([]option{{Value: "false", Label: v.say("Days of the calendar")}, {Value: "true", Label: v.say("Working days")}}, strconv.FormatBool(s.Reporting.Working))},
			{Name: "weeks", Label: v.say("Weeks between two progress reviews"), Hint: v.say("Leave empty to follow the rules"), Kind: numberInput, Optional: true, Value: someNumber(s.ReviewWeeks)}, from,
		}
		t.do = func() (string, string, error) {
			days, err := v.count("days")
			if err != nil {
				return "", "", err
			}
			weeks, err := v.count("weeks")
			if err != nil {
				return "", "", err
			}
			_, err = v.Desk.AmendProgram(v.ctx(), v.ask(), p.ID, program.Settings{Reporting: rules.Reporting{Days: days, Working: v.field("working") == "true"}, ReviewWeeks: weeks}, v.dayOf("from"))
			return "", v.say("Changed. Deadlines follow it from %s on.", v.day(wholeDay, v.dayOf("from"))), err
		}
	case "site":
		t.title, t.button = v.say("Add a site or change its ratio"), v.say("Record the site")
		t.lead = v.say("A ratio of 1:2 means one apprentice for two journeyworkers.")
		t.inputs = []input{{Name: "siteId", Label: v.say("Site"), Kind: listInput, Options: v.siteOptions()}, {Name: "ratio", Label: v.say("Ratio"), Hint: v.say("Apprentices, a colon, journeyworkers; empty leaves what the standard says"), Kind: lineInput, Optional: true}, from}
		t.do = func() (string, string, error) {
			site := domain.SiteID(v.field("siteId"))
			_, err := v.Desk.AddSite(v.ctx(), v.ask(), p.ID, site, v.written("ratio"), v.dayOf("from"))
			return "", v.say("Apprentices learn at %s from %s on.", v.place(site), v.day(wholeDay, v.dayOf("from"))), err
		}
	case "employer":
		t.title, t.button = v.say("Record that an employer joined"), v.say("Record the employer")
		t.inputs = []input{{Name: "employer", Label: v.say("Employer"), Kind: lineInput}, {Name: "acceptance", Label: v.say("Agreement"), Hint: v.say("Its number or title"), Kind: lineInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.JoinEmployer(v.ctx(), v.ask(), p.ID, v.field("employer"), v.field("acceptance"))
			return "", v.say("%s joined the programme.", v.written("employer")), err
		}
	case "end":
		t.title, t.button, t.danger = v.say("End %s", p.Title), v.say("End the programme"), true
		t.effects = []string{v.say("No apprenticeship is started under it any more."), v.say("Apprentices go on until they are transferred, complete or cancel."), v.say("It cannot be undone.")}
		t.inputs = []input{{Name: "reason", Label: v.say("Why"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Deregister(v.ctx(), v.ask(), p.ID, v.field("reason"))
			return "", v.say("Ended. Tell the apprentices, and transfer those who want to go on."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

// someNumber is a number as an input holds it; none leaves it empty.
func someNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// count is the whole number that was typed; 0 if none was.
func (v *visit) count(name string) (int, error) {
	text := v.written(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, domain.Refuse(domain.Invalid, "BAD_NUMBER", "%q is no whole number.", text).About(name)
	}
	return n, nil
}
