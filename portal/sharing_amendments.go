package portal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/credit"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

const amendmentsPath = "/sharing/amendments"

var amendmentsPage = newPage[amendmentsData]("amendments.html")

// amendmentsData is all that amendments.html may show: what the viewer holds to be wrong in their
// record, and what was answered.
type amendmentsData struct {
	frame
	Key      string // of every form of the page
	Requests []correction
	Records  []option // that can be named
	Text     string   // as typed
	Days     int      // within which there is an answer
	Errors   fieldErrors
}

// A correction is one request. It posts statement and key to Remark, and key to Hearing and
// Withdraw; empty paths may not be posted to.
type correction struct {
	ID         string
	Record     string // what it is about
	Asked      domain.Date
	Text       string
	Word       string // where it stands
	Tone       tone
	Wait       string // until when there is an answer, as a sentence
	Place      string // of the hearing
	By, Answer string
	Decided    domain.Date
	Heard      domain.Date // the day of the hearing
	HeardBy    string
	Outcome    string // of the hearing
	Statements []string
	Hearing    string
	Remark     string
	Withdraw   string
	Statement  string // as typed
	Wrong      string
}

var amendmentWords = map[projections.AmendmentState]struct {
	word string
	tone tone
}{
	projections.AmendmentOpen: {"Being looked into", toneInfo}, projections.AmendmentAccepted: {"Corrected", toneOK},
	projections.AmendmentRefused: {"Not corrected", toneMute}, projections.AmendmentWithdrawn: {"Taken back", toneMute},
	projections.AmendmentHearing: {"To be heard", toneInfo},
}

func (v *visit) amendments() error {
	d, err := v.ownCorrections()
	if err != nil {
		return err
	}
	return show(v, amendmentsPage, http.StatusOK, d)
}

// ownCorrections are those that the viewer asked for.
func (v *visit) ownCorrections() (d amendmentsData, err error) {
	l, err := v.Desk.Own(v.ctx(), v.actor())
	if err != nil {
		return d, err
	}
	d = amendmentsData{frame: v.frame("Corrections", amendmentsPath), Key: newKey(), Days: amendment.Days}
	if d.Records, err = v.ownRecords(l); err != nil {
		return d, err
	}
	asked, err := v.Desk.Read.Amendments(v.ctx(), v.who.ID)
	for _, a := range asked {
		d.Requests = append(d.Requests, v.ownCorrection(a, d.Records))
	}
	return d, err
}

func (v *visit) ownCorrection(a projections.Amendment, records []option) correction {
	is := amendmentWords[a.State]
	path := amendmentsPath + "/" + a.Name
	c := correction{ID: a.Name, Record: v.say("A record that is not listed any more"), Asked: a.AskedOn, Text: v.text(a.Text), Word: v.say(is.word), Tone: is.tone,
		By: v.name(a.DecidedBy), Answer: v.text(a.Reason), Decided: a.DecidedOn,
		Heard: a.HeardOn, HeardBy: v.name(a.HeardBy), Outcome: v.text(a.HearingReason)}
	if at := slices.IndexFunc(records, func(o option) bool { return o.Value == string(a.Record) }); at >= 0 {
		c.Record = records[at].Label
	}
	for _, s := range a.Statements {
		c.Statements = append(c.Statements, v.text(s))
	}
	switch {
	case a.State == projections.AmendmentOpen:
		c.Wait = v.say("The privacy officer answers by %s.", v.day(wholeDay, a.DueOn))
		c.Withdraw = path + "/withdraw"
	case a.State == projections.AmendmentHearing && !a.Notice.Day.IsZero():
		c.Wait = v.say("You are heard on %s at %s. You may bring somebody, and show what you want looked at.", v.day(weekdayDay, a.Notice.Day), desk.Clock(a.Notice.Time))
		c.Place = v.text(a.Notice.Place)
	case a.State == projections.AmendmentHearing:
		c.Wait = v.say("You are heard by %s. The privacy officer tells you when and where; you may bring somebody, and show what you want looked at.", v.day(wholeDay, a.HearingDue))
	case a.State == projections.AmendmentRefused && a.HearingDue.IsZero():
		c.Hearing = path + "/hearing"
	}
	if (a.State == projections.AmendmentRefused || a.State == projections.AmendmentHearing) && len(a.Statements) < amendment.MaxStatements {
		c.Remark = path + "/statement"
	}
	return c
}

// weeksToCorrect is how many weeks of hours can be named.
const weeksToCorrect = 26

// ownRecords are what a learner may hold to be wrong, by the stream that keeps it.
func (v *visit) ownRecords(l projections.Learner) ([]option, error) {
	rec, err := v.record(l)
	if err != nil {
		return nil, err
	}
	var out []option
	add := func(s domain.Stream, label string) { out = append(out, option{Value: string(s), Label: label}) }
	add(person.Stream(l.Person), v.say("Your name, job and workplace"))
	add("apprenticeship-"+domain.Stream(l.ID), v.say("Your apprenticeship: dates, mentor, manager"))
	for _, s := range rec.path.Stages {
		for m := range s.Milestones() {
			if _, known := rec.milestones[m.ID]; known {
				add(milestones.Stream(l.ID, m.ID), v.say("Milestone: %s", m.Title))
			}
		}
	}
	for _, c := range rec.credits {
		add(credit.Stream(l.ID, c.Rule), v.say("Credit: %s", strings.TrimSpace(c.Course+" "+c.Title)))
	}
	for _, t := range rec.moves {
		if s, _, known := rec.path.Stage(t.To); known {
			add(transition.Stream(l.ID, t.To), v.say("Role change to %s", desk.InSentence(s.Role.Title)))
		}
	}
	weeks, err := v.Desk.Read.Weeks(v.ctx(), l.ID, domain.Week{}, weeksToCorrect)
	for _, w := range weeks {
		add(timesheet.Stream(l.ID, w.Week), v.say("Hours of the week of %s", v.day(wholeDay, w.Week.Monday())))
	}
	return out, err
}

func (v *visit) askForCorrection() error {
	name := strings.ToLower(v.field("key")) // which is different for each form
	if !domain.ValidID(domain.RequirementID(name)) {
		name = strings.ToLower(newKey())
	}
	_, _, err := v.Desk.RequestAmendment(v.ctx(), v.ask(), name, domain.Stream(v.field("record")), v.field("text"))
	return v.correctionDone(v.say("Asked. The privacy officer answers within %d days, and you find the answer here.", amendment.Days), err, func(d *amendmentsData, r *domain.Refusal) {
		d.Text = v.field("text")
		for i := range d.Records {
			d.Records[i].Chosen = d.Records[i].Value == v.field("record")
		}
		d.Problems, d.Errors = wrong(r, map[string]string{"text": "text", "recordId": "record"})
	})
}

func (v *visit) leaveStatement() error {
	name := v.r.PathValue("name")
	_, err := v.Desk.AddStatement(v.ctx(), v.ask(), v.who.ID, name, v.field("statement"))
	return v.correctionDone(v.say("Kept. Your statement stays with the record."), err, func(d *amendmentsData, r *domain.Refusal) {
		d.Problems, _ = wrong(r, map[string]string{"statement": "statement-" + name})
		for i := range d.Requests {
			if c := &d.Requests[i]; c.ID == name {
				c.Statement, c.Wrong = v.field("statement"), reason(r)
			}
		}
	})
}

func (v *visit) askForHearing() error {
	_, err := v.Desk.RequestHearing(v.ctx(), v.ask(), v.who.ID, v.r.PathValue("name"))
	return v.correctionDone(v.say("Asked. Somebody whom it does not concern hears you within %d days, and you find the outcome here.", amendment.HearingDays), err, func(d *amendmentsData, r *domain.Refusal) {
		d.Problems = []problem{{Text: reason(r)}}
	})
}

func (v *visit) withdrawCorrection() error {
	_, err := v.Desk.WithdrawAmendment(v.ctx(), v.ask(), v.who.ID, v.r.PathValue("name"))
	return v.correctionDone(v.say("Taken back. The request stays on record; nobody answers it any more."), err, func(d *amendmentsData, r *domain.Refusal) {
		d.Problems = []problem{{Text: reason(r)}}
	})
}

// correctionDone leads back with a notice, or shows the page again with what has to be put right.
func (v *visit) correctionDone(notice string, err error, at func(*amendmentsData, *domain.Refusal)) error {
	if err == nil {
		return v.done(amendmentsPath, notice)
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d, err := v.ownCorrections()
	if err != nil {
		return err
	}
	at(&d, r)
	return show(v, amendmentsPage, statusOf(r), d)
}
