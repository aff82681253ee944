package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var wageRoutes = []route{
	{"GET /wages", (*visit).wages, paymasters},
	{"GET /wages.csv", (*visit).wages, paymasters},
	{"GET /wages/{id}", (*visit).wagesOf, paymasters},
	{"GET /wages/{id}/{step}/{task}", (*visit).changeWage, only(domain.HR)},
	{"POST /wages/{id}/{step}/{task}", (*visit).changeWage, only(domain.HR)},
}

// paymasters are those who know what everybody is paid.
var paymasters = only(domain.HR, domain.Auditor)

// wageWords name how a wage step stands, in English.
var wageWords = map[projections.WageState]string{
	projections.WageDue: "To be approved", projections.WageApproved: "Approved", projections.WageDenied: "Held back", projections.WagePassedOver: "Passed over",
}

var wageTones = map[projections.WageState]tone{
	projections.WageDue: toneWarn, projections.WageApproved: toneOK, projections.WageDenied: toneMute, projections.WagePassedOver: toneMute,
}

// Faults of a wage that no step shows.
const (
	wageMissing = "missing"
	wageBelow   = "below"
)

// wageFault is what is wrong with a wage beside its steps: the journey wage that the schedule
// counts from is not on record, or less is paid than the schedule says.
func wageFault(w desk.Wage) string {
	relative := slices.ContainsFunc(w.Schedule, func(s standard.WageStep) bool { return s.Amount == 0 })
	if relative && w.Journey == 0 {
		return wageMissing
	}
	for _, s := range w.Steps {
		if s.State == projections.WageApproved && s.Rate < promisedRate(w, s.Step) {
			return wageBelow
		}
	}
	return ""
}

// promisedRate is what the schedule pays for a step at least; 0 where it does not say.
func promisedRate(w desk.Wage, step int) domain.Cents {
	for _, s := range w.Schedule {
		if s.Step == step {
			return s.Rate(w.Journey)
		}
	}
	return 0
}

// wages lists every step that was reached, those to be approved first.
func (v *visit) wages() error {
	all, err := v.Desk.Wages(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	states := []option{{Label: v.say("Every step")}}
	for _, s := range []projections.WageState{projections.WageDue, projections.WageDenied, projections.WageApproved} {
		states = append(states, option{Value: string(s), Label: v.say(wageWords[s])})
	}
	states = append(states, option{Value: wageBelow, Label: v.say("Below the schedule")}, option{Value: wageMissing, Label: v.say("Journey wage missing")})
	programs, err := v.programOptions()
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Wages", "/wages")}
	d.Filter = v.narrowed("/wages",
		input{Name: "state", Kind: listInput, Label: v.say("Standing"), Optional: true, Options: states},
		input{Name: "program", Kind: listInput, Label: v.say("Programme"), Optional: true, Options: programs})
	d.List = list{Caption: v.say("Wage steps, those to be approved first"), Columns: []column{
		{Name: v.say("Apprentice"), Notes: v.say("Detail")}, {Name: v.say("Step")}, {Name: v.say("Standing"), Notes: v.say("Since")}, {Name: v.say("Wage for an hour"), Notes: v.say("By the schedule"), Number: true},
	}}
	due, faults := 0, 0
	type line struct {
		*desk.Wage
		step  projections.WageStep
		fault string
	}
	var lines []line
	for i := range all {
		w := &all[i]
		if p := d.Filter.value("program"); p != "" && p != string(w.Learner.Program) {
			continue
		}
		fault := wageFault(*w)
		if fault != "" {
			faults++
		}
		for _, s := range v.shownSteps(*w) {
			if s.State == projections.WageDue {
				due++
			}
			if asked := d.Filter.value("state"); asked == "" || asked == string(s.State) || asked == fault {
				lines = append(lines, line{w, s, fault})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Compare(rankOf(a.step.State == projections.WageDue), rankOf(b.step.State == projections.WageDue))
	})
	d.Heading = v.say("%d wage steps are to be approved", due)
	d.Lead = v.say("%d wages are below the schedule, or cannot be checked because the journey wage is not on record.", faults)
	d.Empty = emptiness{Title: v.say("What appears here"), Text: v.say("A wage step appears here when the hours or months of its schedule are reached. You set the wage; the apprentice is told.")}
	if d.Filter.Clear != "" {
		d.Empty = v.noFit()
	}
	return v.showEach("wages", d, len(lines), func(i int) row { return v.wageRow(*lines[i].Wage, lines[i].step, lines[i].fault) })
}

func rankOf(first bool) int {
	if first {
		return 0
	}
	return 1
}

// shownSteps are the steps a list has of a learner: those to be decided, and the wage of today;
// a step of none if nothing was reached yet.
func (v *visit) shownSteps(w desk.Wage) (out []projections.WageStep) {
	var now projections.WageStep
	for _, s := range w.Steps {
		switch s.State {
		case projections.WageDue, projections.WageDenied:
			out = append(out, s)
		case projections.WageApproved:
			now = s
		}
	}
	if now.Step > 0 || len(out) == 0 {
		out = append(out, now)
	}
	return out
}

func (v *visit) wageRow(w desk.Wage, s projections.WageStep, fault string) row {
	who := cell{Text: v.text(w.Learner.Name), Href: "/wages/" + string(w.Learner.ID)}
	switch fault {
	case wageMissing:
		who.Note = v.say("The journey wage is not on record")
	case wageBelow:
		who.Note = v.say("Paid below the schedule")
	}
	if s.Step == 0 {
		return row{who, {Text: v.say("None reached")}, {Text: v.say("Entry wage"), Tone: toneMute}, v.rateCell(w.Entry, 0)}
	}
	return row{who, {Text: v.say("%d of %d", s.Step, len(w.Schedule))}, v.wageStanding(s), v.rateCell(s.Rate, promisedRate(w, s.Step))}
}

func (v *visit) wageStanding(s projections.WageStep) cell {
	c := cell{Text: v.say(wageWords[s.State]), Tone: wageTones[s.State], Note: v.say("Due since %s", v.day(wholeDay, s.DueOn))}
	if s.State == projections.WageApproved {
		c.Note = v.say("From %s", v.day(wholeDay, s.EffectiveOn))
	}
	return c
}

// rateCell is a wage, and beside it what the schedule says at least.
func (v *visit) rateCell(paid, least domain.Cents) cell {
	c := cell{Text: v.money(paid)}
	if least > 0 {
		c.Note = v.say("At least %s", v.money(least))
	}
	return c
}

// money is an amount of dollars and cents; nothing for none.
func (v *visit) money(c domain.Cents) string {
	if c == 0 {
		return ""
	}
	return dollars(c)
}

// wageOf is the wage of whom the address names.
func (v *visit) wageOf() (desk.Wage, error) {
	found, err := v.Desk.Wages(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("id")))
	if err == nil && len(found) == 0 {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "%s", v.say("Nobody of whom wages are kept is named so. They are kept from the first day to the last."))
	}
	if err != nil {
		return desk.Wage{}, err
	}
	return found[0], nil
}

// wagesOf sets what somebody is paid against the schedule of their standard.
func (v *visit) wagesOf() error {
	w, err := v.wageOf()
	if err != nil {
		return err
	}
	path := "/wages/" + string(w.Learner.ID)
	name := v.text(w.Learner.Name)
	d := dossierData{frame: v.frame(name, "/wages"), Over: v.say("Wages"), Heading: name}
	table := &list{Caption: v.say("Schedule"), Columns: []column{{Name: v.say("Step")}, {Name: v.say("Reached with")}, {Name: v.say("Standing")}, {Name: v.say("Wage for an hour"), Number: true}}}
	var doings []link
	hr := v.may(domain.HR)
	for _, p := range w.Schedule {
		r := row{{Text: v.say("Step %d", p.Step)}, {Text: v.trigger(p)}, {Text: v.say("Not reached"), Tone: toneMute}, v.rateCell(0, p.Rate(w.Journey))}
		if i := slices.IndexFunc(w.Steps, func(s projections.WageStep) bool { return s.Step == p.Step }); i >= 0 {
			s := w.Steps[i]
			r[2], r[3] = v.wageStanding(s), v.rateCell(s.Rate, p.Rate(w.Journey))
			if why := v.text(s.Reason); why != "" {
				r[2].Note = why
			}
			to := func(task string) string { return when(hr, path+"/"+strconv.Itoa(s.Step)+"/"+task) }
			switch s.State {
			case projections.WageDue:
				d.Call = &call{v.say("Step %d is to be approved", s.Step), v.say("It is due since %s.", v.day(longerDay, s.DueOn)), link{v.say("Approve step %d", s.Step), to("approve")}}
				doings = append(doings, link{v.say("Hold step %d back", s.Step), to("hold")})
			case projections.WageDenied:
				doings = append(doings, link{v.say("Approve step %d", s.Step), to("approve")})
			case projections.WageApproved:
				doings = append(doings, link{v.say("Correct step %d", s.Step), to("correct")})
			}
		}
		table.Rows = append(table.Rows, r)
	}
	d.Cards = []card{{ID: "schedule", Title: v.say("Schedule of the standard"), Table: table, Empty: v.say("The standard has no wage schedule.")}}
	journey := v.money(w.Journey)
	if journey == "" {
		journey = v.say("Not on record")
	}
	d.Side = []card{{ID: "wage", Title: v.say("Wage"), Facts: details(detail{v.say("At entry"), cell{Text: v.money(w.Entry)}}, detail{v.say("Of a journeyworker"), cell{Text: journey}})}}
	if open := offers(doings...); len(open) > 0 {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the record"), Doings: open})
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// trigger says when a step is reached.
func (v *visit) trigger(s standard.WageStep) string {
	hours := int(s.From / 60)
	switch s.Trigger {
	case standard.ByMonths:
		return v.say("%d months", s.Months)
	case standard.ByBoth:
		return v.say("%d hours and %d months", hours, s.Months)
	}
	return v.say("%d hours", hours)
}
