package portal

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var historyRoutes = []route{
	{"GET /history", (*visit).figureHistory, everyone},
	{"GET /apprentices/{id}/history", (*visit).figureHistory, everyone},
}

var historyPage = newPage[historyData]("history.html", "evidence.html", "files.html", "said.html")

// historyData is all that history.html may show: how one figure of a record came about.
type historyData struct {
	frame
	Learner         string
	Own             bool
	Figure, Now     string // what it is called, and what it is
	Standing        string // of a milestone: who does what next, as a sentence
	Act             link   // where the viewer does it
	Changes         []figureChange
	More            int // changes before those
	Sent            []shownWork
	Said            *remarks // to what is told
	Path, Kind, Of  string   // of the form that asks for another day
	Day, Then, Back string
}

// A figureChange is one step: what was done, and what the figure was before and after it.
type figureChange struct {
	Deeds         []template.HTML
	Before, After string
	When          string
}

// mostChanges is how many changes a page lists.
const mostChanges = 200

// historyPath is where a figure's history is told.
func (v *visit) historyPath(rec record, kind desk.FigureKind, of string) string {
	path := "/history"
	if rec.learner.Person != v.who.ID {
		path = "/apprentices/" + string(rec.learner.ID) + path
	}
	q := "?figure=" + url.QueryEscape(string(kind))
	if of != "" {
		q += "&of=" + url.QueryEscape(of)
	}
	return path + q
}

func (v *visit) figureHistory() error {
	day := v.r.URL.Query().Get("day")
	rec, base, err := v.presentRecord()
	if err != nil {
		return err
	}
	f := desk.Figure{Kind: desk.FigureKind(v.r.URL.Query().Get("figure")), Of: v.r.URL.Query().Get("of")}
	changes, err := v.Desk.History(v.ctx(), v.actor(), rec.learner.ID, f)
	if err != nil {
		return err
	}
	title, err := v.figureTitle(rec, f)
	if err != nil {
		return err
	}
	d := historyData{Learner: v.name(rec.learner.Person), Own: base == "", Figure: title, Path: base + "/history", Kind: string(f.Kind), Of: f.Of, Day: day, Back: base + "/record"}
	section := "/apprentices"
	if d.Own {
		section = "/record"
	}
	d.frame = v.frame("History", section)
	if d.Said, err = v.said(rec, keptOn(rec, f)); err != nil {
		return err
	}
	if f.Kind == desk.MilestoneLevel {
		d.Sent = v.sentFor(rec, domain.RequirementID(f.Of))
		if d.Standing, d.Act, err = v.onPathway(rec.learner, domain.RequirementID(f.Of)); err != nil {
			return err
		}
	}
	if n := len(changes); n > 0 {
		d.Now = v.reading(rec, f, changes[n-1].After)
	}
	if day != "" {
		if d.Then, err = v.stood(rec, f, changes, day); err != nil {
			return err
		}
	}
	slices.Reverse(changes)
	d.More = max(0, len(changes)-mostChanges)
	for _, c := range changes[:len(changes)-d.More] {
		d.Changes = append(d.Changes, v.figureChange(rec, f, c))
	}
	return show(v, historyPage, http.StatusOK, d)
}

// onPathway says where a milestone stands on the pathway and leads there, or to what the viewer
// decides about it.
func (v *visit) onPathway(l projections.Learner, id domain.RequirementID) (string, link, error) {
	c, err := v.Desk.Case(v.ctx(), l)
	if err != nil {
		return "", link{}, err
	}
	rec := v.recordIn(c)
	rec.next = desk.NextOf(v.actor(), c)
	path := "/pathway"
	if l.Person != v.who.ID {
		path = "/apprentices/" + string(l.ID)
	}
	for _, s := range v.stageList(rec) {
		for _, m := range s.Milestones {
			if m.ID != id {
				continue
			}
			act := link{v.say("See it on the pathway"), path + "#" + m.Anchor()}
			switch {
			case m.Evidence != nil:
				act.Text = v.say("Send evidence")
			case m.Start != "":
				act.Text = v.say("Start it")
			case m.State == stateReview && v.who.ID == rec.milestones[id].Assessor:
				act = link{v.say("Open the request"), requestPath(milestones.Stream(l.ID, id))}
			}
			return m.Detail, act, nil
		}
	}
	return "", link{}, nil
}

// keptOn is the record that a figure of one thing is kept on.
func keptOn(rec record, f desk.Figure) domain.Stream {
	switch f.Kind {
	case desk.MilestoneLevel:
		return milestones.Stream(rec.learner.ID, domain.RequirementID(f.Of))
	case desk.CreditAmount:
		return credit.Stream(rec.learner.ID, domain.RuleID(f.Of))
	}
	return apprenticeship.Stream(rec.learner.ID)
}

// stood says what a figure was known to be at the end of a day.
func (v *visit) stood(rec record, f desk.Figure, changes []desk.Change, day string) (string, error) {
	on, err := domain.ParseDate(day)
	if err != nil {
		return "", err
	}
	was := desk.Reading{}
	for _, c := range changes {
		if !domain.DateOf(v.here(c.At())).After(on) {
			was = c.After
		}
	}
	if was == (desk.Reading{}) {
		return v.say("Nothing was on record on %s.", v.day(longerDay, on)), nil
	}
	return v.say("On %s it was: %s.", v.day(longerDay, on), v.reading(rec, f, was)), nil
}

func (v *visit) figureChange(rec record, f desk.Figure, c desk.Change) figureChange {
	at := v.here(c.At())
	recorded := v.say("%s, %s", v.day(wholeDay, domain.DateOf(at)), at.Format("15:04"))
	out := figureChange{Before: v.reading(rec, f, c.Before), After: v.reading(rec, f, c.After), When: v.say("Recorded %s.", recorded)}
	if c.Day() != domain.DateOf(at) {
		out.When = v.say("For %s. Recorded %s.", v.day(wholeDay, c.Day()), recorded)
	}
	for _, fact := range c.Facts {
		out.Deeds = append(out.Deeds, v.deed(rec, fact))
	}
	return out
}

// deed tells one fact.
func (v *visit) deed(rec record, f projections.Fact) template.HTML {
	by := f.Request.By
	who := v.doer(by.Person, by.Partner)
	name := f.Event.EventName()
	text := cmp.Or(deeds[name].text, lesserDeeds[name])
	if about := v.subject(rec, f.Stream); text != "" && about != "" {
		return v.tongue.mark(text, who, about) + "."
	}
	return v.tongue.mark("<strong>%s</strong>: %s.", who, desk.FactWords(name))
}

// figureWords name figures that are one for a whole record.
var figureWords = map[desk.FigureKind]string{
	desk.ApprovedMinutes: "Hours on the job, signed off", desk.PendingMinutes: "Hours on the job that wait for sign-off",
	desk.InstructionMinutes: "Hours in class, signed off", desk.PendingInstruction: "Hours in class that wait for sign-off",
	desk.StatusFigure: "Status of the apprenticeship", desk.RoleFigure: "Role", desk.ReadinessMet: "Readiness for the next role", desk.WageFigure: "Wage step",
}

// figureTitle is what a figure is called.
func (v *visit) figureTitle(rec record, f desk.Figure) (string, error) {
	switch f.Kind {
	case desk.RequirementThere, desk.MilestoneLevel:
		if r, _, known := rec.path.Requirement(domain.RequirementID(f.Of)); known {
			return r.Title, nil
		}
		r, _, err := v.Desk.Milestone(v.ctx(), rec.learner, domain.RequirementID(f.Of))
		return r.Title, err
	case desk.CreditAmount:
		for _, c := range rec.credits {
			if string(c.Rule) == f.Of {
				return c.Course + " " + c.Title, nil
			}
		}
		return v.say("Credit"), nil
	}
	title := v.say(figureWords[f.Kind])
	if w, err := domain.ParseWeek(f.Of); err == nil {
		return v.say("%s: %s", title, v.say("the week of %s", v.day(monthDay, w.Monday()))), nil
	}
	if f.Of == "" {
		return title, nil
	}
	spendable, err := v.Desk.Spendable(v.ctx(), rec.learner)
	if of := titlesOf(spendable)[f.Of]; of != "" {
		return v.say("%s: %s", title, of), err
	}
	return title, err
}

// reading writes what a figure was, nothing for one that was not there.
func (v *visit) reading(rec record, f desk.Figure, r desk.Reading) string {
	amount := ""
	switch {
	case r.Unit == desk.InMinutes && r.Total > 0:
		amount = v.say("%s of %s", domain.Minutes(r.Amount), domain.Minutes(r.Total))
	case r.Unit == desk.InMinutes:
		amount = domain.Minutes(r.Amount).String()
	case r.Unit == desk.InCredit && r.Amount > 0:
		amount = v.say("%s credits", domain.Credit{Hundredths: r.Amount}.Decimal())
	case r.Unit == desk.InRatings && r.Amount > 0:
		amount = v.say("%d of %d", r.Amount, milestones.TopRating)
	case r.Unit == desk.InMeasures && r.Total > 0:
		amount = v.say("%d of %d", r.Amount, r.Total)
	case r.Unit == desk.InMeasures:
		amount = v.say("step %d", r.Amount)
	}
	return spoken(v.stateOf(rec, f, r.State), amount)
}

// stateOf names the state a figure is in.
func (v *visit) stateOf(rec record, f desk.Figure, s string) string {
	if s == "" {
		return ""
	}
	if f.Kind == desk.RoleFigure {
		if stage, _, known := rec.path.Stage(domain.RoleID(s)); known {
			return stage.Role.Title
		}
		return s
	}
	return v.say(stateWords[s])
}

// stateWords name the states of milestones, credits, requirements, wage steps and apprenticeships.
var stateWords = func() map[string]string {
	words := map[string]string{"met": "Met", "not-met": "Not met yet",
		"draft": "Being prepared", "signed": "Signed", "registered": "Registered", "probationary": "On probation", "active": "Active", "gateway": "Ready for the assessment",
		"completion-pending": "Waits for the certificate", "completed": "Completed", "suspended": "On a break", "cancelled": "Cancelled", "transferred": "Goes on elsewhere",
		"due": "Due", "approved": "Approved", "denied": "Not given", "passed-over": "A higher step was granted"}
	for s, w := range milestoneWords {
		words[string(s)] = w
	}
	for s, w := range creditWords {
		words[string(s)] = w
	}
	return words
}()

// lesserDeeds tell what only a history tells, as deeds do.
var lesserDeeds = map[string]string{
	"timesheet.hours_logged":                    "<strong>%s</strong> logged hours in %s",
	"timesheet.hours_amended":                   "<strong>%s</strong> changed hours in %s",
	"timesheet.handed_over":                     "<strong>%s</strong> handed over the hours of %s",
	"milestone.planned":                         "<strong>%s</strong> planned %s",
	"milestone.assessed":                        "<strong>%s</strong> rated %s",
	"credit.applied":                            "<strong>%s</strong> counted credit for %s",
	"credit.application_reversed":               "<strong>%s</strong> took back what credit for %s counted for",
	"credit.evaluation_started":                 "<strong>%s</strong> began to evaluate credit for %s",
	"credit.lapsed":                             "<strong>%s</strong> let the request for credit for %s lapse",
	"credit.withdrawn":                          "<strong>%s</strong> withdrew the request for credit for %s",
	"apprenticeship.drafted":                    "<strong>%s</strong> drafted %s",
	"apprenticeship.agreement_signed":           "<strong>%s</strong> signed %s",
	"apprenticeship.stage_entered":              "<strong>%s</strong> recorded a new role in %s",
	"apprenticeship.stage_corrected":            "<strong>%s</strong> corrected a role in %s",
	"apprenticeship.prior_experience_credited":  "<strong>%s</strong> counted what was learned before %s",
	"apprenticeship.prior_experience_corrected": "<strong>%s</strong> corrected what was learned before %s",
	"apprenticeship.suspended":                  "<strong>%s</strong> paused %s",
	"apprenticeship.reinstated":                 "<strong>%s</strong> resumed %s",
	"apprenticeship.cancelled":                  "<strong>%s</strong> cancelled %s",
	"apprenticeship.wage_step_reached":          "<strong>%s</strong> found a wage step reached in %s",
	"apprenticeship.wage_step_approved":         "<strong>%s</strong> approved a wage step in %s",
	"apprenticeship.wage_step_corrected":        "<strong>%s</strong> corrected a wage step in %s",
	"apprenticeship.wage_step_denied":           "<strong>%s</strong> did not approve a wage step in %s",
}
