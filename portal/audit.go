package portal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var auditors = only(domain.Auditor)

var auditRoutes = []route{
	{"GET /audit", (*visit).audit, auditors},
	{"GET /audit.csv", (*visit).audit, auditors},
	{"GET /audit/records/{id}", (*visit).auditRecord, auditors},
	{"GET /audit/streams/{stream}", (*visit).auditStream, auditors},
	{"GET /audit/streams/{stream}/csv", (*visit).auditStream, auditors},
	{"GET /audit/streams/{stream}/{revision}", (*visit).auditFact, auditors},
}

var auditSection = section{label: "Audit", path: "/audit", icon: "eye"}

// audit lets an auditor choose whose record to read, and as of which day.
func (v *visit) audit() error {
	f := v.narrowed("/audit", input{Name: "q", Kind: lineInput, Label: v.say("Name or number"), Optional: true},
		input{Name: "day", Kind: dayInput, Label: v.say("As it was known on"), Optional: true})
	day := f.value("day")
	all, err := v.Desk.Read.Learners(v.ctx(), projections.LearnerQuery{Visible: v.Desk.SightOf(v.actor())})
	if err != nil {
		return err
	}
	if f.value("q") != "" {
		sought, err := v.Desk.Sought(v.ctx(), v.actor(), f.value("q"))
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(l projections.Learner) bool {
			return !slices.Contains(sought, l.Person) && string(l.ID) != f.value("q")
		})
	}
	end, at, err := v.Desk.End(v.ctx())
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Audit", "/audit"), Heading: v.say("The record as it stood on any day"), Filter: f,
		Lead: v.say("The log ends at position %s, recorded on %s at %s. Nothing in it is ever changed; “guildhall verify” proves that on the machine.",
			strconv.FormatUint(uint64(end), 10), v.day(wholeDay, domain.DateOf(v.here(at))), v.here(at).Format("15:04")),
		Empty: emptiness{Title: v.say("Nothing fits"), Text: v.say("Look for a part of the name or the number."), Act: link{v.say("Show all"), "/audit"}}}
	d.List = list{Caption: v.say("Apprenticeships"), Columns: []column{{Name: v.say("Apprentice"), Notes: v.say("Apprenticeship")}, {Name: v.say("Standing")}, {Name: v.say("Began")}, {Name: v.say("Ended")}}}
	return showParts(v, "apprenticeships", d, all, func(ls []projections.Learner) ([]row, error) {
		var ids []domain.PersonID
		for _, l := range ls {
			ids = append(ids, l.Person)
		}
		if err := v.learn(ids...); err != nil {
			return nil, err
		}
		rows := make([]row, len(ls))
		for i, l := range ls {
			rows[i] = row{{Text: v.name(l.Person), Note: string(l.ID), Href: recordOn(l.ID, day)}, v.statusOf(l.Status), v.onDay(l.BeganOn), v.onDay(l.EndedOn)}
		}
		return rows, nil
	})
}

// recordOn is the path of a record as it was known on a day, written as ISO 8601 has it; today
// if none is written.
func recordOn(id domain.ApprenticeshipID, day string) string {
	u := url.URL{Path: "/audit/records/" + string(id)}
	if day != "" {
		u.RawQuery = url.Values{"day": {day}}.Encode()
	}
	return u.String()
}

// auditRecord shows a learner's record as it was known at the end of a day.
func (v *visit) auditRecord() error {
	id := domain.ApprenticeshipID(v.r.PathValue("id"))
	l, err := v.Desk.Learner(v.ctx(), v.actor(), id)
	if err != nil {
		return err
	}
	today := v.Desk.Today()
	day := today
	if text := v.r.URL.Query().Get("day"); text != "" {
		if day, err = domain.ParseDate(text); err != nil {
			return err
		}
	}
	d := dossierData{frame: v.frame("Audit", "/audit"), Over: v.say("As it was known at the end of %s", v.day(wholeDay, day)), Heading: v.name(l.Person)}
	for _, step := range []struct {
		label string
		to    domain.Date
	}{{v.say("A month earlier"), day.AddMonths(-1)}, {v.say("A week earlier"), day.AddDays(-7)}, {v.say("A week later"), day.AddDays(7)}, {v.say("Today"), today}} {
		if step.to != day && !step.to.After(today) {
			d.Acts = append(d.Acts, link{step.label, recordOn(id, step.to.String())})
		}
	}
	streams, err := v.Desk.Streams(v.ctx(), v.actor(), id)
	if err != nil {
		return err
	}
	d.Side = []card{v.trailCard(streams)}
	then, was, err := v.Desk.Then(v.ctx(), v.actor(), id, desk.Day{KnownOn: day})
	if r := v.refusal(err); r != nil && (r.Code == "NO_RECORD_YET" || r.Kind == domain.Invalid) {
		d.Cards = []card{{ID: "none", Title: v.say("Nothing to show"), Lead: r.Reason}}
		return show(v, dossierPage, http.StatusOK, d)
	}
	if err != nil {
		return err
	}
	rec, err := v.in(then).record(was)
	if err != nil {
		return err
	}
	standing := v.standing(rec)
	d.Tag = &cell{Text: standing.Word, Tone: standing.Tone}
	d.Cards = v.recordCards(rec)
	return show(v, dossierPage, http.StatusOK, d)
}

// in is the same visit to the record of another moment.
func (v *visit) in(then *desk.Desk) *visit {
	w, p := *v, *v.Portal
	p.Desk, w.site = then, &site{Portal: &p, sessions: v.sessions}
	return &w
}

// recordCards tell what a record says.
func (v *visit) recordCards(rec record) []card {
	l := rec.learner
	approved, pending := rec.spent(timesheet.OnTheJob, "")
	class, waits := rec.spent(timesheet.RelatedInstruction, "")
	facts := card{ID: "standing", Title: v.say("Apprenticeship"), Facts: details(
		detail{v.say("Standing"), v.statusOf(l.Status)}, detail{v.say("Role held"), cell{Text: rec.ready.Stage.Role.Title}},
		detail{v.say("Began"), v.onDay(l.BeganOn)}, detail{v.say("Manager"), cell{Text: v.name(l.Supervisor)}}, detail{v.say("Mentor"), cell{Text: v.name(l.Mentor)}},
		detail{v.say("On the job"), cell{Text: v.say("%s approved, %s pending", approved.String(), pending.String())}},
		detail{v.say("In class"), cell{Text: v.say("%s approved, %s pending", class.String(), waits.String())}})}
	steps := list{Caption: v.say("Milestones"), Columns: []column{{Name: v.say("Milestone")}, {Name: v.say("State")}, {Name: v.say("When")}}}
	for _, s := range v.stageList(rec) {
		for _, m := range s.Milestones {
			if m.State != stateAhead {
				steps.Rows = append(steps.Rows, row{{Text: m.Title, Note: s.Role}, {Text: cmp.Or(m.Word, v.say(m.State.Word())), Tone: m.State.Tone()}, {Text: m.When}})
			}
		}
	}
	credits := list{Caption: v.say("Credits"), Columns: []column{{Name: v.say("Course")}, {Name: v.say("Institution")}, {Name: v.say("Credit")}, {Name: v.say("State")}}}
	for _, c := range rec.credits {
		credits.Rows = append(credits.Rows, row{{Text: c.Course, Note: c.Title}, {Text: v.college(c.Partner)}, {Text: v.credits(c.Credit)}, v.creditState(c.State)})
	}
	return []card{facts,
		{ID: "milestones", Title: v.say("Milestones"), Table: &steps, Empty: v.say("None was begun by then.")},
		{ID: "credits", Title: v.say("Credits"), Table: &credits, Empty: v.say("None was asked for or awarded by then.")}}
}

// trailCard leads to what happened, stream by stream.
func (v *visit) trailCard(streams []domain.Stream) card {
	c := card{ID: "trail", Title: v.say("What happened, fact by fact"), Lead: v.say("Each part of the record is a stream of facts that are never changed. What was wrong is corrected by a later fact.")}
	for _, s := range streams {
		c.Doings = append(c.Doings, link{string(s), "/audit/streams/" + string(s)})
	}
	return c
}

// auditStream tells what a stream says in words, one fact after the other.
func (v *visit) auditStream() error {
	stream := domain.Stream(v.r.PathValue("stream"))
	facts, err := v.Desk.Facts(v.ctx(), v.actor(), stream)
	if err != nil {
		return err
	}
	path := "/audit/streams/" + string(stream)
	columns := []column{{Name: v.say("What"), Notes: v.say("Fact")}, {Name: v.say("Recorded"), Notes: v.say("Position")}, {Name: v.say("In force from")}, {Name: v.say("By"), Notes: v.say("As")}}
	if v.r.URL.Path == path+"/csv" {
		columns = append(columns, column{Name: v.say("Content")})
	}
	var ids []domain.PersonID
	for _, r := range facts {
		ids = append(ids, r.Request.By.Person)
	}
	if err := v.learn(ids...); err != nil {
		return err
	}
	l := list{Caption: v.say("Facts"), Columns: columns}
	for _, r := range facts {
		cells := row{{Text: desk.FactWords(r.Event.EventName()), Note: r.Event.EventName(), Href: path + "/" + strconv.FormatUint(r.Revision, 10)},
			{Text: v.moment(r.Request.At), Note: strconv.FormatUint(uint64(r.Position), 10), Value: r.Request.At.UTC().Format(time.RFC3339)}, v.onDay(r.Request.Today()), v.doneBy(r.Request.By)}
		if len(columns) > len(cells) {
			content, err := content(r)
			if err != nil {
				return err
			}
			cells = append(cells, cell{Text: content})
		}
		l.Rows = append(l.Rows, cells)
	}
	if v.r.URL.Path == path+"/csv" {
		return v.sendCSV(string(stream), l)
	}
	d := listingData{frame: v.frame("Audit", "/audit"), Heading: string(stream), Lead: v.say("Every fact of this stream in the order in which it was recorded. Open one to read it as it is stored."), List: v.cut(l)}
	d.List.CSV = path + "/csv"
	return show(v, listingPage, http.StatusOK, d)
}

// auditFact shows one fact as it is stored.
func (v *visit) auditFact() error {
	stream := domain.Stream(v.r.PathValue("stream"))
	facts, err := v.Desk.Facts(v.ctx(), v.actor(), stream)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.r.PathValue("revision"))
	if err != nil || n < 1 || n > len(facts) {
		return v.nowhere()
	}
	r := facts[n-1]
	text, err := content(r)
	if err != nil {
		return err
	}
	d := dossierData{frame: v.frame("Audit", "/audit"), Over: string(stream), Heading: desk.FactWords(r.Event.EventName()), Acts: []link{{v.say("All facts of the stream"), "/audit/streams/" + string(stream)}}}
	by := v.doneBy(r.Request.By)
	d.Cards = []card{
		{ID: "content", Title: v.say("What it says"), Lead: text},
		{ID: "origin", Title: v.say("Where it comes from"), Facts: details(
			detail{v.say("Fact"), cell{Text: r.Event.EventName()}}, detail{v.say("Position"), cell{Text: strconv.FormatUint(uint64(r.Position), 10)}}, detail{v.say("Place in the stream"), cell{Text: strconv.Itoa(n)}},
			detail{v.say("Recorded"), cell{Text: v.moment(r.Request.At)}}, detail{v.say("In force from"), v.onDay(r.Request.Today())}, detail{v.say("By"), cell{Text: by.Text, Note: by.Note}},
			detail{v.say("Identifier"), cell{Text: r.ID}}, detail{v.say("Follows from"), cell{Text: r.Request.Causation}}, detail{v.say("Source"), cell{Text: r.Request.Source}})},
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// doneBy is who did something.
func (v *visit) doneBy(a domain.Actor) cell {
	switch {
	case a.Person != "":
		return cell{Text: v.name(a.Person), Note: v.say(capacities[a.Role])}
	case a.Partner != "":
		return cell{Text: v.college(a.Partner), Note: v.say("Institution")}
	}
	return cell{Text: v.say("Guildhall by itself"), Note: a.Policy}
}

// content is a fact as it is stored. What somebody is recognised by is left out.
func content(r events.Recorded) (string, error) {
	if desk.Recognises(r.Event) {
		return "{}", nil
	}
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	err := w.Encode(r.Event)
	return string(bytes.TrimSpace(b.Bytes())), err
}

var creditStates = map[projections.CreditState]standing{
	projections.CreditProposed: {"Not asked for yet", toneMute}, projections.CreditRequested: {"Asked for", toneInfo}, projections.CreditInEvaluation: {"Being evaluated", toneInfo},
	projections.CreditInCommittee: {"With a committee", toneInfo}, projections.CreditRecommended: {"Recommended", toneInfo}, projections.CreditAwarded: {"Awarded", toneOK},
	projections.CreditPosted: {"On the transcript", toneOK}, projections.CreditDenied: {"Denied", toneMute}, projections.CreditLapsed: {"Run out", toneMute},
	projections.CreditWithdrawn: {"Withdrawn", toneMute}, projections.CreditRevoked: {"Revoked", toneMute},
}

func (v *visit) creditState(s projections.CreditState) cell {
	state := creditStates[s]
	return cell{Text: v.say(state.Word), Tone: state.Tone}
}
