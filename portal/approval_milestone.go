package portal

import (
	"net/http"
	"strconv"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// noteOf is what somebody wrote. The zero time leaves the day out.
func (v *visit) noteOf(who domain.PersonID, at time.Time, text string) note {
	n := note{Who: v.name(who), Text: text}
	if !at.IsZero() {
		n.When, n.At = v.say("%s, %s", v.day(shortDay, domain.DateOf(v.here(at))), v.here(at).Format("15:04")), at.Format(time.RFC3339)
	}
	return n
}

func (v *visit) reviewMilestone() error {
	l, err := v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a")))
	if err != nil {
		return err
	}
	if l.Person == v.who.ID {
		return v.redirect("/pathway#m-" + v.r.PathValue("r"))
	}
	d, err := v.milestoneRequest(l, domain.RequirementID(v.r.PathValue("r")))
	if err != nil {
		return err
	}
	return show(v, approvalsPage, http.StatusOK, d)
}

func (v *visit) rateMilestone() error {
	l, err := v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a")))
	if err != nil {
		return err
	}
	req := domain.RequirementID(v.r.PathValue("r"))
	m, _, err := v.Desk.Read.Milestone(v.ctx(), l.ID, req)
	if err != nil {
		return err
	}
	given, err := v.assessment(m)
	if err == nil && m.State == pathway.UnderReview {
		err = v.unseen(milestoneVersion(m))
	}
	if err == nil {
		_, err = v.Desk.Assess(v.ctx(), v.ask(), l.ID, req, given)
	}
	return v.settled(err, v.say("Rated. %s sees it on the pathway.", firstName(v.name(l.Person))), func() (approvalsData, error) { return v.milestoneRequest(l, req) })
}

// assessment reads the form: a score where the milestone is scored, else a rating.
func (v *visit) assessment(m projections.Milestone) (a desk.Assessment, err error) {
	a.Feedback = v.field("feedback")
	if m.MaxScore > 0 {
		if a.Score, err = strconv.Atoi(domain.Written(v.field("score"))); err != nil {
			return a, domain.Refuse(domain.Invalid, "NO_SCORE", "Write the points as a whole number.").About("score")
		}
	} else if a.Rating, err = strconv.Atoi(v.field("rating")); err != nil {
		return a, domain.Refuse(domain.Invalid, "NO_RATING", "Choose a rating.").About("rating")
	}
	if until := domain.Written(v.field("validUntil")); until != "" {
		a.ValidUntil, err = domain.ParseDate(until)
		if r := domain.AsRefusal(err); r != nil {
			err = r.About("validUntil")
		}
	}
	return a, err
}

func milestoneVersion(m projections.Milestone) string { return strconv.FormatUint(m.Version, 10) }

// ratingWords name the ratings from 0 to milestones.TopRating.
var ratingWords = [milestones.TopRating + 1]string{"Not shown", "With a lot of help", "With some help", "Alone", "Could teach it"}

// milestoneRequest is the page of the evidence for one milestone.
func (v *visit) milestoneRequest(l projections.Learner, req domain.RequirementID) (approvalsData, error) {
	path := requestPath(milestones.Stream(l.ID, req))
	name := v.name(l.Person)
	d, err := v.request(v.say("%s, milestone", name), path)
	if err != nil {
		return d, err
	}
	m, begun, err := v.Desk.Read.Milestone(v.ctx(), l.ID, req)
	if err != nil {
		return d, err
	}
	rec, err := v.record(l)
	if err != nil {
		return d, err
	}
	r, _, known := rec.path.Requirement(req)
	if !begun || !known || !rec.work && m.Assessor != v.who.ID {
		return d, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "This milestone was not begun.")
	}
	if d.Said, err = v.said(rec, milestones.Stream(l.ID, req)); err != nil {
		return d, err
	}
	first := firstName(name)
	d.Kind, d.Heading, d.About = v.say("Milestone"), v.say("%s: %s", name, r.Title), v.aboutLearner(rec)
	d.Lead = v.say("Begun. Nothing has been sent yet.")
	d.Milestone = &milestoneDocument{Rule: v.ruleOf(r, m), Attempts: v.attempts(m)}
	for _, e := range m.Evidence {
		d.Milestone.Evidence = append(d.Milestone.Evidence, v.piece(l.ID, req, e))
	}
	from := name
	if n := len(m.Evidence); n > 0 {
		if p := m.Evidence[n-1].Partner; p != "" {
			from = v.college(p)
		}
		d.Lead = v.say("%d pieces of evidence, the last one sent on %s.", n, v.day(weekdayDay, m.Evidence[n-1].On))
	}
	if m.Feedback != "" {
		d.Milestone.Feedback = []note{v.noteOf(m.Assessor, time.Time{}, v.text(m.Feedback))}
	}
	switch m.State {
	case pathway.UnderReview:
		if m.Assessor == v.who.ID && (v.who.Capacity == domain.Mentor || v.who.Capacity == domain.Manager) {
			d.Decision = v.rating(path, first, r, m)
		} else {
			d.Steps = []signOff{{v.say("Evidence sent"), from, v.day(shortDay, m.Since), stateDone}, {v.say("Rating"), v.name(m.Assessor), "", stateReview}}
		}
	case pathway.Attained:
		d.Outcome = &outcome{v.say("Signed off"), toneOK, v.say("It counts towards the next role of %s.", first), v.say("Credit of a college"), "", v.next(path)}
		if m.By != "" {
			d.Outcome.By = v.name(m.By)
		}
		if m.By != "" && m.MaxScore == 0 {
			d.Outcome.Text = v.say("Rated %d of %d. It counts towards the next role of %s, who sees it on the pathway.", m.Level, milestones.TopRating, first)
		}
	case pathway.NotYetAttained:
		d.Outcome = &outcome{v.say("Not passed yet"), toneWarn, v.say("%s reads what is missing and can send evidence again.", first), v.name(m.By), "", v.next(path)}
	}
	return d, nil
}

// ruleOf says what it takes to attain a milestone.
func (v *visit) ruleOf(r pathway.Requirement, m projections.Milestone) []fact {
	out := []fact{{v.say("Kind"), r.Means().Title}}
	if m.MaxScore > 0 {
		out = append(out, fact{v.say("What passes"), v.say("%d of %d points", m.PassScore, m.MaxScore)})
	} else {
		out = append(out, fact{v.say("What passes"), v.mark(m, m.PassLevel)})
	}
	if m.Successes > 1 {
		out = append(out, fact{v.say("Passes so far"), v.say("%d of %d", m.Passed(), m.Successes)})
	}
	if months := r.ValidMonths(); months > 0 {
		out = append(out, fact{v.say("Valid for"), v.say("%d months", months)})
	}
	if !m.Due.IsZero() {
		out = append(out, fact{v.say("Planned for"), v.day(wholeDay, m.Due)})
	}
	return out
}

// mark writes a rating with its word, or a score.
func (v *visit) mark(m projections.Milestone, given int) string {
	if m.MaxScore > 0 {
		return v.say("%d of %d points", given, m.MaxScore)
	}
	return strconv.Itoa(given) + " " + v.say(ratingWords[max(0, min(given, milestones.TopRating))])
}

func (v *visit) attempts(m projections.Milestone) (out []attempt) {
	for i := len(m.Attempts) - 1; i >= 0; i-- {
		a := m.Attempts[i]
		out = append(out, attempt{a.On, v.name(a.Assessor), v.markOf(m, a), m.Passes(a), a.Lapsed})
	}
	return out
}

// markOf writes what an attempt was given.
func (v *visit) markOf(m projections.Milestone, a projections.Attempt) string {
	if m.MaxScore > 0 {
		return v.mark(m, a.Now.Score)
	}
	return v.mark(m, a.Now.Rating)
}

func (v *visit) rating(path, first string, r pathway.Requirement, m projections.Milestone) *decision {
	d := &decision{
		Path: path, Key: newKey(), Snapshot: milestoneVersion(m), Field: "rating", Legend: v.say("How well did it go?"), Pass: v.say("%d and above passes.", m.PassLevel),
		TextField: "feedback", To: first, Required: v.say("Needed unless it passes"), Submit: v.say("Submit rating"), Summary: v.say("%d pieces of evidence", len(m.Evidence)),
	}
	if m.MaxScore > 0 {
		d.Field, d.Submit = "score", v.say("Submit score")
		d.Inputs = []input{{Name: "score", Kind: numberInput, Label: v.say("Points, of %d", m.MaxScore), Hint: v.say("%d and above passes.", m.PassScore)}}
	} else {
		for n := range ratingWords {
			o := option{Value: strconv.Itoa(n), Label: v.mark(m, n)}
			if n >= m.PassLevel {
				o.Hint = v.say("Passes")
			}
			d.Options = append(d.Options, o)
		}
	}
	if r.Kind == pathway.Certificate {
		d.Inputs = append(d.Inputs, input{Name: "validUntil", Kind: dayInput, Label: v.say("Valid until"), Hint: v.say("As the certificate says, if it does"), Optional: true})
	}
	return d
}

func (v *visit) piece(id domain.ApprenticeshipID, req domain.RequirementID, e projections.Evidence) evidence {
	out := evidence{Files: v.filesOf(id, req, e), Link: link{Text: v.say("What was done")}, SentOn: e.On, Note: v.text(e.Note)}
	if e.Partner != "" {
		out.Link.Text = v.say("Attested by %s", v.college(e.Partner))
	}
	first, err := v.Desk.Original(v.ctx(), e)
	v.trouble(err)
	out.Bare = e.URI == "" && e.PlainURI == "" && len(first.Files) == 0
	uri, err := v.Desk.Link(v.ctx(), e)
	v.trouble(err)
	if uri != "" {
		out.Link.Href = uri
		if e.Partner == "" {
			out.Link.Text = uri
		}
	}
	for _, w := range evidenceWords {
		if w.kind == e.Kind {
			out.Kind = v.say(w.text)
		}
	}
	return out
}
