package portal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

func (v *visit) ownPathway() error {
	d, err := v.own()
	if err != nil {
		return err
	}
	return show(v, pathwayPage, http.StatusOK, d)
}

// own is the pathway of whoever asks, for them to work with.
func (v *visit) own() (pathwayData, error) {
	l, err := v.Desk.Own(v.ctx(), v.actor())
	if err != nil {
		return pathwayData{}, err
	}
	return v.pathway(l)
}

// apprentice shows somebody's pathway to those who accompany it.
func (v *visit) apprentice() error {
	l, err := v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	if l.Person == v.who.ID {
		return v.redirect("/pathway")
	}
	d, err := v.pathway(l)
	if err != nil {
		return err
	}
	return show(v, pathwayPage, http.StatusOK, d)
}

func (v *visit) pathway(l projections.Learner) (d pathwayData, err error) {
	c, err := v.Desk.Case(v.ctx(), l)
	if err != nil {
		return d, err
	}
	rec := v.recordIn(c)
	rec.next = desk.NextOf(v.actor(), c)
	name, own := v.name(l.Person), v.who.ID == l.Person
	d = pathwayData{Learner: name, Own: own, Heading: rec.path.Title, Standing: v.standing(rec),
		Stages: v.stageList(rec), Ready: v.readiness(rec), Credits: v.creditList(rec), Erase: v.erasePath(l), Gateway: v.gatewayLine(c)}
	if own {
		d.frame = v.frame("Your pathway", "/pathway")
	} else {
		d.Record = "/apprentices/" + string(l.ID) + "/record"
		d.frame = v.frame(name, "/apprentices")
	}
	d.Live = livePath(l.ID)
	if rec.begun() && !rec.over() {
		d.Term, d.Month = months(l.BeganOn, l.ExpectedEndOn), months(l.BeganOn, rec.today)+1
		if d.Standing.OnTrack() {
			d.FinishOn = l.ExpectedEndOn
		}
		if own {
			d.LogHours = "/hours"
		}
	}
	if desk.ReadsAll(v.actor(), l) {
		unshown, err := v.Desk.Read.Missing(v.ctx(), l.ID)
		if err != nil {
			return d, err
		}
		d.Unshown = len(unshown)
	}
	if d.Meters, err = v.meters(rec); err != nil {
		return d, err
	}
	if d.Said, err = v.said(rec); err != nil {
		return d, err
	}
	d.Next = v.nextSteps(rec, rec.next)
	for _, n := range d.Next {
		if d.LogHours != "" && strings.HasPrefix(n.Action.Href, "/hours?") { // last week before this one
			d.LogHours = n.Action.Href
			break
		}
	}
	if d.Activity, err = v.activities(rec); err != nil {
		return d, err
	}
	if d.Work = rec.work; d.Work {
		d.Weeks, d.Usual = v.weeks(l, c.Weeks)
	}
	if d.People, err = v.people(l); err != nil {
		return d, err
	}
	if own {
		d.Sharing = sharingOf(c.Consents)
	}
	return d, nil
}

// months is the number of whole months from one day to another.
func months(from, to domain.Date) int {
	n := 0
	for !from.AddMonths(n + 1).After(to) {
		n++
	}
	return n
}

// chartWeeks is how many weeks the chart has room for.
const chartWeeks = 14

// weeks are the last of those known, which are newest first, without gaps and oldest first. What
// was not handed in is shown to the learner alone.
func (v *visit) weeks(l projections.Learner, known []projections.Week) (out []weekHours, usual domain.Minutes) {
	known = known[:min(len(known), chartWeeks)]
	for _, w := range slices.Backward(known) {
		if v.who.ID != l.Person && (w.State == projections.WeekOpen || w.State == projections.WeekReturned) {
			continue
		}
		for len(out) > 0 && out[len(out)-1].Week.Add(1).Monday().Before(w.Week.Monday()) {
			out = append(out, v.emptyWeek(out[len(out)-1].Week.Add(1)))
		}
		h := v.emptyWeek(w.Week)
		if w.State == projections.WeekApproved {
			h.Job, h.Class = w.OnTheJob, w.Instruction
		} else {
			h.PendingJob, h.PendingClass = w.OnTheJob, w.Instruction
		}
		out = append(out, h)
	}
	return out[max(0, len(out)-chartWeeks):], desk.UsualWeek(known)
}

func (v *visit) emptyWeek(w domain.Week) weekHours {
	return weekHours{Week: w, Name: v.day(shortDay, w.Monday())}
}

func (v *visit) people(l projections.Learner) (out []contact, err error) {
	coordinators, err := v.Desk.Read.InCapacity(v.ctx(), domain.Coordinator)
	if err != nil {
		return nil, err
	}
	type companion struct {
		id   domain.PersonID
		role string
	}
	with := []companion{{l.Mentor, "Mentor"}, {l.Supervisor, "Manager"}}
	for _, c := range coordinators[:min(1, len(coordinators))] {
		with = append(with, companion{c.ID, "Coordinator"})
	}
	with = slices.DeleteFunc(with, func(c companion) bool { return c.id == "" || c.id == v.who.ID })
	var ids []domain.PersonID
	for _, c := range with {
		ids = append(ids, c.id)
	}
	known, err := v.Desk.Read.Named(v.ctx(), ids...)
	if err != nil {
		return nil, err
	}
	for _, c := range with {
		name, role, full := v.name(c.id), v.say(c.role), known[c.id].Title
		switch title := desk.InSentence(full); {
		case strings.HasSuffix(title, desk.InSentence(c.role)), strings.HasPrefix(title, desk.InSentence(c.role)):
			role = full
		case title != "":
			role = v.say("%s, %s", role, title)
		}
		out = append(out, contact{name, initials(name), role})
	}
	return out, nil
}

func sharingOf(consents []projections.Consent) *sharingLine {
	line := &sharingLine{Path: "/sharing"}
	for _, c := range consents {
		if c.State == projections.ConsentLive {
			line.Colleges = append(line.Colleges, c.PartyName)
		}
	}
	return line
}

// ofMilestone reads what a milestone's address names. Only the learner acts on it.
func (v *visit) ofMilestone() (domain.ApprenticeshipID, domain.RequirementID, error) {
	id, req := domain.ApprenticeshipID(v.r.PathValue("a")), domain.RequirementID(v.r.PathValue("r"))
	l, err := v.Desk.Learner(v.ctx(), v.actor(), id)
	if err == nil && l.Person != v.who.ID {
		err = domain.Refuse(domain.Forbidden, "NOT_YOUR_MILESTONE", "The apprentice does this in person.")
	}
	return id, req, err
}

func (v *visit) startMilestone() error {
	id, req, err := v.ofMilestone()
	if err != nil {
		return err
	}
	if _, err := v.Desk.StartMilestone(v.ctx(), v.ask(), id, req); err != nil {
		return v.refuseOwn(err, nil)
	}
	return v.done("/pathway#m-"+string(req), v.say("Begun. Send evidence when you have something to show."))
}

// address is a web address as somebody typed it, who may have left out how it begins.
func address(typed string) string {
	if typed = strings.TrimSpace(typed); typed == "" || strings.Contains(typed, "://") {
		return typed
	}
	return "https://" + typed
}

func (v *visit) sendEvidence() error {
	id, req, err := v.ofMilestone()
	if err != nil {
		return err
	}
	err = v.takeFiles()
	kind, note, uri := v.field("kind"), v.field("note"), address(v.field("uri"))
	if err == nil {
		_, err = v.Desk.SubmitEvidence(v.ctx(), v.ask(), id, req, desk.Shown{Kind: milestones.Kind(kind), Note: note, URI: uri, Files: v.files})
	}
	if err != nil {
		return v.refuseOwn(err, func(d *pathwayData, r *domain.Refusal) {
			anchor := "m-" + string(req)
			for i := range d.Stages {
				for j := range d.Stages[i].Milestones {
					m := &d.Stages[i].Milestones[j]
					if m.ID != req || m.Evidence == nil {
						continue
					}
					m.Evidence.Note, m.Evidence.URI = note, uri
					for k := range m.Evidence.Kinds {
						m.Evidence.Kinds[k].Chosen = m.Evidence.Kinds[k].Value == kind
					}
					d.Problems, m.Evidence.Errors = wrong(r, map[string]string{"kind": anchor + "-kind", "note": anchor + "-note", "uri": anchor + "-uri", "file": anchor + "-file"})
				}
			}
		})
	}
	return v.done("/pathway#m-"+string(req), v.say("Sent. Your mentor looks at it next."))
}

// backToMilestone leads there when a form's address is opened again.
func (v *visit) backToMilestone() error { return v.redirect("/pathway#m-" + v.r.PathValue("r")) }

func (v *visit) askForMove() error {
	id := domain.ApprenticeshipID(v.field("apprenticeship"))
	l, err := v.Desk.Learner(v.ctx(), v.actor(), id)
	if err != nil {
		return err
	}
	on, err := domain.ParseDate(v.field("effectiveOn"))
	if r := v.refusal(err); r != nil {
		err = r.About("effectiveOn")
	} else {
		_, _, err = v.Desk.Propose(v.ctx(), v.ask(), id, domain.RoleID(v.field("to")), on, v.field("note"))
	}
	if err == nil {
		path := "/apprentices/" + string(id)
		if l.Person == v.who.ID {
			path = "/pathway"
		}
		return v.done(path+"#ready", v.say("Asked. You see here who has the request."))
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d, err := v.pathway(l)
	if err != nil {
		return err
	}
	d.Problems = []problem{{Text: reason(r)}}
	if d.Ready != nil && d.Ready.Ask != nil {
		d.Ready.Ask.EffectiveOn, d.Ready.Ask.Note = v.field("effectiveOn"), v.field("note")
		d.Problems, d.Ready.Ask.Errors = wrong(r, map[string]string{"effectiveOn": "effectiveOn"})
	}
	return show(v, pathwayPage, statusOf(r), d)
}

// refuseOwn shows the pathway again with what has to be put right.
func (v *visit) refuseOwn(err error, at func(*pathwayData, *domain.Refusal)) error {
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d, err := v.own()
	if err != nil {
		return err
	}
	if at != nil {
		at(&d, r)
	}
	if len(d.Problems) == 0 {
		d.Problems = []problem{{Text: reason(r)}}
	}
	return show(v, pathwayPage, statusOf(r), d)
}
