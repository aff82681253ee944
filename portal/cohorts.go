package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var cohortRoutes = []route{
	{"GET /cohorts", (*visit).cohorts, keepers},
	{"GET /cohorts.csv", (*visit).cohorts, keepers},
	{"GET /cohorts/new", (*visit).newCohort, only(domain.Coordinator, domain.HR)},
	{"POST /cohorts/new", (*visit).newCohort, only(domain.Coordinator, domain.HR)},
	{"GET /cohorts/{cohort}", (*visit).cohort, keepers},
	{"GET /cohorts/{cohort}/{task}", (*visit).changeCohort, only(domain.Coordinator, domain.HR)},
	{"POST /cohorts/{cohort}/{task}", (*visit).changeCohort, only(domain.Coordinator, domain.HR)},
}

var deliveries = []struct{ id, words string }{{"on-site", "On site"}, {"remote", "Remote"}, {"low-bandwidth", "Remote, on a slow line"}}

// cohortState is where a cohort is, as a tag.
func (v *visit) cohortState(c projections.Cohort) cell {
	today := v.Desk.Today()
	switch {
	case c.State == projections.CohortCancelled:
		return cell{Text: v.say("Cancelled"), Tone: toneMute}
	case !c.To.IsZero() && c.To.Before(today):
		return cell{Text: v.say("Over"), Tone: toneMute}
	case c.State == projections.CohortPlanned:
		return cell{Text: v.say("To be opened"), Tone: toneWarn}
	case c.From.After(today):
		return cell{Text: v.say("Open to apply"), Tone: toneInfo}
	}
	return cell{Text: v.say("Under way"), Tone: toneOK}
}

// runBy is the institution that a cohort is run with.
func (v *visit) runBy(c projections.Cohort) string {
	if c.Partner == "" {
		return v.say("The hospital alone")
	}
	return v.college(c.Partner)
}

func (v *visit) cohorts() error {
	all, err := v.Desk.Read.Cohorts(v.ctx())
	if err != nil {
		return err
	}
	runs := v.may(domain.Coordinator, domain.HR)
	d := listingData{frame: v.frame("Cohorts", "/cohorts"), Heading: v.say("Cohorts"), Lead: v.say("Groups that learn together from one day to another, with so many seats."), Acts: offers(link{v.say("Plan a cohort"), when(runs, "/cohorts/new")})}
	d.List = list{Caption: v.say("Cohorts"), Columns: []column{{Name: v.say("Cohort"), Notes: v.say("Subject")}, {Name: v.say("With")}, {Name: v.say("From")}, {Name: v.say("Until")}, {Name: v.say("Seats taken")}, {Name: v.say("Waiting"), Number: true}, {Name: v.say("State")}}}
	for _, c := range all {
		d.List.Rows = append(d.List.Rows, row{{Text: c.Title, Note: c.Topic, Href: "/cohorts/" + string(c.ID)}, {Text: v.runBy(c)}, {Text: v.day(wholeDay, c.From), Value: c.From.String()}, {Text: v.day(wholeDay, c.To), Value: c.To.String()},
			{Text: v.say("%s of %s", strconv.Itoa(c.Taken), strconv.Itoa(c.Seats))}, {Text: strconv.Itoa(c.Waiting)}, v.cohortState(c)})
	}
	d.Empty = emptiness{Title: v.say("No cohort yet"), Text: v.say("An academy or a course for a group appears here once you plan it. Then you invite people, and they apply for a seat."), Act: link{v.say("Plan a cohort"), when(runs, "/cohorts/new")}}
	return v.showList("cohorts", d)
}

var seatTags = map[projections.SeatStanding]cell{
	projections.SeatInvited: {Text: "Invited", Tone: toneMute}, projections.SeatApplied: {Text: "Applied", Tone: toneWarn}, projections.SeatWaiting: {Text: "On the waiting list", Tone: toneInfo}, projections.SeatOffered: {Text: "Seat offered", Tone: toneInfo},
	projections.SeatAccepted: {Text: "Accepted", Tone: toneWarn}, projections.SeatDeclined: {Text: "Declined", Tone: toneMute}, projections.SeatEnrolled: {Text: "Takes part", Tone: toneOK}, projections.SeatLeft: {Text: "No longer takes part", Tone: toneMute}, projections.SeatCompleted: {Text: "Took part to the end", Tone: toneOK},
}

func (v *visit) cohort() error {
	c, err := v.Desk.Read.Cohort(v.ctx(), domain.CohortID(v.r.PathValue("cohort")))
	if err != nil {
		return err
	}
	seats, err := v.Desk.Read.Seats(v.ctx(), c.ID)
	if err != nil {
		return err
	}
	tag, path := v.cohortState(c), "/cohorts/"+string(c.ID)
	runs := v.may(domain.Coordinator, domain.HR) && c.State != projections.CohortCancelled
	d := dossierData{frame: v.frame(c.Title, "/cohorts"), Over: v.say("Cohort"), Heading: c.Title, Tag: &tag, Sub: v.say("%s to %s", v.day(wholeDay, c.From), v.day(wholeDay, c.To))}
	switch {
	case runs && c.State == projections.CohortPlanned:
		d.Call = &call{v.say("Nobody can apply yet"), v.say("Open the cohort once the plan is right."), link{v.say("Open the cohort"), path + "/open"}}
	case runs:
		d.Acts = []link{{v.say("Invite people"), path + "/invite"}}
	}
	t := &list{Caption: v.say("Seats"), Columns: []column{{Name: v.say("Person")}, {Name: v.say("Standing")}, {Name: v.say("Since")}}}
	if runs {
		t.Columns = append(t.Columns, column{Name: v.say("What you can do")})
	}
	for _, s := range seats {
		name, standing := v.name(s.Person), seatTags[s.Standing]
		standing.Text = v.say(standing.Text)
		if s.Standing == projections.SeatOffered {
			standing.Note = v.say("To be accepted until %s", v.day(wholeDay, s.Until))
		}
		if s.Standing == projections.SeatLeft {
			standing.Note = v.text(s.Reason)
		}
		r := row{{Text: name, Href: "/people/" + string(s.Person), Initials: initials(name)}, standing, {Text: v.day(wholeDay, s.Since)}}
		if runs {
			r = append(r, cell{Doings: v.seatActs(s, path, name)})
		}
		t.Rows = append(t.Rows, r)
	}
	d.Cards = []card{{ID: "seats", Title: v.say("Seats"), Lead: v.say("%s of %s seats are offered or taken, %s wait.", strconv.Itoa(c.Taken), strconv.Itoa(c.Seats), strconv.Itoa(c.Waiting)), Table: t, Empty: v.say("Nobody was invited or has applied yet.")}}
	delivery := ""
	for _, w := range deliveries {
		if w.id == c.Delivery {
			delivery = v.say(w.words)
		}
	}
	d.Side = []card{{ID: "facts", Title: v.say("Plan"), Facts: details(
		detail{v.say("Subject"), cell{Text: c.Topic}}, detail{v.say("With"), cell{Text: v.runBy(c)}}, detail{v.say("Meets"), cell{Text: delivery}}, detail{v.say("Site"), cell{Text: v.place(c.Site)}},
		detail{v.say("Seats"), cell{Text: strconv.Itoa(c.Seats)}}, detail{v.say("Why it was cancelled"), cell{Text: c.Reason}})}}
	if runs {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the cohort"), Doings: []link{{v.say("Enter an application"), path + "/apply"}, {v.say("Change how many seats there are"), path + "/seats"}, {v.say("Cancel the cohort"), path + "/cancel"}}})
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// seatActs are what can be done about somebody in a cohort, the likeliest first.
func (v *visit) seatActs(s projections.Seat, path, name string) (acts []link) {
	to := func(task string) string { return path + "/" + task + "?person=" + string(s.Person) }
	switch s.Standing {
	case projections.SeatApplied, projections.SeatWaiting:
		acts = []link{{v.say("Offer %s a seat", name), to("offer")}}
	case projections.SeatAccepted:
		acts = []link{{v.say("Enrol %s", name), to("enrol")}}
	case projections.SeatEnrolled:
		acts = []link{{v.say("%s took part to the end", name), to("complete")}}
	case projections.SeatOffered:
	default:
		return nil
	}
	return append(acts, link{v.say("%s leaves", name), to("leave")})
}

func (v *visit) newCohort() error {
	colleges, err := v.Desk.Read.Partners(v.ctx())
	if err != nil {
		return err
	}
	with := []option{{Label: v.say("The hospital alone")}}
	for _, p := range colleges {
		with = append(with, option{Value: string(p.ID), Label: p.Name})
	}
	var meets []option
	for _, w := range deliveries {
		meets = append(meets, option{Value: w.id, Label: v.say(w.words)})
	}
	return v.perform(task{
		section: "/cohorts", over: v.say("Cohorts"), title: v.say("Plan a cohort"), button: v.say("Plan the cohort"), back: "/cohorts",
		inputs: []input{
			{Name: "title", Label: v.say("Title"), Kind: lineInput}, {Name: "topic", Label: v.say("Subject"), Hint: v.say("Such as cybersecurity"), Kind: lineInput, Optional: true},
			{Name: "partnerId", Label: v.say("With"), Kind: listInput, Optional: true, Options: with}, {Name: "delivery", Label: v.say("Meets"), Kind: listInput, Options: meets},
			{Name: "siteId", Label: v.say("Site"), Kind: listInput, Optional: true, Options: append([]option{{Label: v.say("No site")}}, v.siteOptions()...)},
			{Name: "from", Label: v.say("First day"), Kind: dayInput}, {Name: "to", Label: v.say("Last day"), Kind: dayInput}, {Name: "seats", Label: v.say("Seats"), Kind: numberInput},
		},
		do: func() (string, string, error) {
			seats, err := v.count("seats")
			if err != nil {
				return "", "", err
			}
			id := domain.CohortID(sheet.Key(v.written("title")) + "-" + v.dayOf("from").String())
			_, err = v.Desk.PlanCohort(v.ctx(), v.ask(), id, cohort.Planned{Title: v.written("title"), Topic: v.written("topic"), Partner: domain.PartnerID(v.field("partnerId")), Site: domain.SiteID(v.field("siteId")),
				Delivery: v.field("delivery"), From: v.dayOf("from"), To: v.dayOf("to"), Seats: seats})
			return "/cohorts/" + string(id), v.say("Planned. Open it, and people can apply."), err
		},
	})
}

// changeCohort does what the address names to a cohort, or to somebody in it.
func (v *visit) changeCohort() error {
	c, err := v.Desk.Read.Cohort(v.ctx(), domain.CohortID(v.r.PathValue("cohort")))
	if err != nil {
		return err
	}
	t := task{section: "/cohorts", over: c.Title, back: "/cohorts/" + string(c.ID)}
	who := domain.PersonID(v.r.URL.Query().Get("person"))
	asked := v.r.PathValue("task")
	if slices.Contains([]string{"offer", "enrol", "complete", "leave"}, asked) {
		if _, err := v.Desk.Colleague(v.ctx(), v.actor(), who); err != nil {
			return err
		}
	}
	name, on := v.heard(who), input{Name: "on", Label: v.say("On"), Kind: dayInput, Value: v.Desk.Today().String()}
	switch asked {
	case "open":
		t.title, t.button, t.effects = v.say("Open %s", c.Title), v.say("Open the cohort"), []string{v.say("People can apply for a seat from now on.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.OpenCohort(v.ctx(), v.ask(), c.ID)
			return "", v.say("Open. Invite those whom it is for."), err
		}
	case "invite":
		t.title, t.button = v.say("Invite people"), v.say("Invite them")
		t.inputs = []input{{Name: "personIds", Label: v.say("Numbers"), Hint: v.say("One on each line, or with commas between"), Kind: textInput}}
		t.do = func() (string, string, error) {
			people := v.numbers("personIds")
			_, err := v.Desk.InviteToCohort(v.ctx(), v.ask(), c.ID, people)
			return "", v.say("%d people are invited.", len(people)), err
		}
	case "apply":
		t.title, t.button = v.say("Enter an application"), v.say("Enter the application")
		t.inputs = []input{{Name: "personId", Label: v.say("Number"), Kind: lineInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ApplyToCohort(v.ctx(), v.ask(), c.ID, domain.PersonID(strings.ToLower(v.written("personId"))))
			return "", v.say("The application is on record."), err
		}
	case "seats":
		t.title, t.button = v.say("Change how many seats there are"), v.say("Change the seats")
		t.inputs = []input{{Name: "seats", Label: v.say("Seats"), Kind: numberInput, Value: strconv.Itoa(c.Seats)}}
		t.do = func() (string, string, error) {
			seats, err := v.count("seats")
			if err != nil {
				return "", "", err
			}
			_, err = v.Desk.ChangeSeats(v.ctx(), v.ask(), c.ID, seats)
			return "", v.say("There are %d seats now.", seats), err
		}
	case "offer":
		t.title, t.button, t.lead = v.say("Offer %s a seat", name), v.say("Offer the seat"), v.say("Where none is free they come on the waiting list.")
		t.inputs = []input{{Name: "until", Label: v.say("To be accepted until"), Kind: dayInput, Value: v.Desk.Today().AddDays(14).String()}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.OfferSeat(v.ctx(), v.ask(), c.ID, who, v.dayOf("until"))
			return "", v.say("%s is told, and decides until %s.", name, v.day(wholeDay, v.dayOf("until"))), err
		}
	case "enrol":
		t.title, t.button, t.inputs = v.say("Enrol %s", name), v.say("Enrol them"), []input{on}
		t.do = func() (string, string, error) {
			_, err := v.Desk.EnrolInCohort(v.ctx(), v.ask(), c.ID, who, v.dayOf("on"))
			return "", v.say("%s takes part.", name), err
		}
	case "complete":
		t.title, t.button, t.inputs = v.say("%s took part to the end", name), v.say("Record it"), []input{on}
		t.do = func() (string, string, error) {
			_, err := v.Desk.CompleteCohort(v.ctx(), v.ask(), c.ID, who, v.dayOf("on"))
			return "", v.say("On record: %s took part to the end.", name), err
		}
	case "leave":
		t.title, t.button, t.danger = v.say("%s leaves", name), v.say("Give the seat up"), true
		t.inputs = []input{on, {Name: "reason", Label: v.say("Why"), Kind: textInput, Optional: true}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.LeaveCohort(v.ctx(), v.ask(), c.ID, who, v.field("reason"), v.dayOf("on"))
			return "", v.say("%s takes part no longer. The seat goes to who waits.", name), err
		}
	case "cancel":
		t.title, t.button, t.danger, t.keep = v.say("Cancel %s", c.Title), v.say("Cancel the cohort"), true, v.say("Keep it")
		t.effects = []string{v.say("Nobody can apply any more, and seats that are held are given up.")}
		t.inputs = []input{{Name: "reason", Label: v.say("Why"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.CancelCohort(v.ctx(), v.ask(), c.ID, v.field("reason"))
			return "", v.say("Cancelled. Tell those who had a seat."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

// numbers are the employee numbers that were typed, with lines, commas or blanks between.
func (v *visit) numbers(name string) (people []domain.PersonID) {
	split := func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\r' || r == ' ' || r == '\t' }
	for n := range strings.FieldsFuncSeq(strings.ToLower(v.field(name)), split) {
		people = append(people, domain.PersonID(n))
	}
	slices.Sort(people)
	return slices.Compact(people)
}
