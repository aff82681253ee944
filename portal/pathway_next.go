package portal

import (
	"fmt"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A page lists at most this many things to do, and of those not begun.
const (
	mostNext  = 6
	mostBegin = 2
)

// nextSteps tells what comes next for a learner, and links what the viewer can do about it.
func (v *visit) nextSteps(rec record) ([]nextStep, error) {
	actions, err := v.Desk.Next(v.ctx(), v.actor(), rec.learner)
	if err != nil {
		return nil, err
	}
	begin := 0
	actions = slices.DeleteFunc(actions, func(a desk.Action) bool {
		if a.Kind == desk.BeginWith {
			begin++
		}
		return a.Kind == desk.BeginWith && begin > mostBegin || !rec.work && a.OfWeeks()
	})
	var out []nextStep
	for _, a := range actions[:min(mostNext, len(actions))] {
		n := nextStep{Title: a.Title, Why: a.Why, Icon: nextIcons[a.Kind], Action: v.nextAction(rec, a)}
		if a.Person != v.who.ID && a.Kind != desk.AwaitMove && a.Kind != desk.AwaitCredit {
			n.Holder = "With " + v.holder(a.Person, a.Holder)
			if !a.Since.IsZero() {
				n.Holder += " since " + a.Since.Format("2 Jan")
			}
		}
		if !a.Due.IsZero() && a.Kind != desk.AwaitMove {
			n.Due = "Due " + a.Due.Format("Mon 2 Jan")
			if a.Due.Before(rec.today) {
				n.Due = "Was due " + a.Due.Format("Mon 2 Jan")
			}
			n.Urgent = !a.Due.After(rec.today.AddDays(1))
		}
		out = append(out, n)
	}
	return out, nil
}

// holder is whoever has something: a person by name, or all who act in a capacity.
func (v *visit) holder(id domain.PersonID, capacity domain.Role) string {
	if id != "" {
		return v.name(id)
	}
	return offices[capacity]
}

var offices = map[domain.Role]string{
	domain.Coordinator: "workforce development", domain.HR: "human resources", domain.Security: "information security",
	domain.Manager: "the manager", domain.Mentor: "the mentor", domain.Partner: "the college", domain.Apprentice: "the apprentice",
}

var nextIcons = map[desk.ActionKind]string{
	desk.LogHours: "clock", desk.MendHours: "clock", desk.SignHours: "clock",
	desk.WorkOn: "file", desk.ImproveOn: "again", desk.BeginWith: "path", desk.Review: "talk", desk.AwaitCredit: "cap",
	desk.RenewIt: "again", desk.RenewCertificate: "again", desk.VerifyCertificate: "file", desk.Observe: "talk", desk.AskForCredit: "cap", desk.AppealCredit: "cap", desk.LetCollegeSee: "share", desk.AgreeOnCourse: "people",
	desk.AskForMove: "send", desk.SubmitMove: "send", desk.ResubmitMove: "again", desk.DecideMove: "people", desk.ScheduleMove: "day", desk.AwaitMove: "day",
	desk.ConfirmMove: "people", desk.AskCompletion: "send", desk.Certify: "file",
}

// nextAction is what the viewer can do: the learner does what is theirs, others may open
// the request.
func (v *visit) nextAction(rec record, a desk.Action) link {
	if v.who.ID != rec.learner.Person {
		open := false
		switch a.Kind {
		case desk.SignHours, desk.Review:
			open = rec.work
		case desk.DecideMove, desk.AwaitMove:
			open = v.readsMove(rec, a.Subject)
		}
		if !open {
			return link{}
		}
		return link{"Open the request", requestPath(a.Subject)}
	}
	switch a.Kind {
	case desk.LogHours, desk.MendHours:
		if _, w, err := timesheet.ID(a.Subject); err == nil {
			text := "Log hours"
			if a.Kind == desk.MendHours {
				text = "Change hours"
			}
			return link{text, weekPath(w)}
		}
	case desk.WorkOn, desk.ImproveOn, desk.RenewIt, desk.BeginWith:
		if _, r, err := milestones.ID(a.Subject); err == nil {
			text := "Send evidence"
			if a.Kind == desk.BeginWith {
				text = "Begin"
			}
			return link{text, "#m-" + string(r)}
		}
	case desk.AskForMove, desk.ResubmitMove:
		return link{"Ask", "#ready"}
	case desk.LetCollegeSee:
		return link{"Decide who sees it", "/sharing"}
	}
	return link{}
}

// requestPath is where a request is read and decided, empty for what is no request.
func requestPath(s domain.Stream) string {
	switch s.Category() {
	case "timesheet":
		if a, w, err := timesheet.ID(s); err == nil {
			return "/approvals/hours/" + string(a) + "/" + w.String()
		}
	case "milestone":
		if a, r, err := milestones.ID(s); err == nil {
			return "/approvals/milestones/" + string(a) + "/" + string(r)
		}
	case "transition":
		if a, to, err := transition.ID(s); err == nil {
			return "/approvals/role-changes/" + string(a) + "." + string(to)
		}
	}
	return ""
}

// readsMove reports whether the viewer knows of a move of the learner.
func (v *visit) readsMove(rec record, s domain.Stream) bool {
	t, known := rec.moveAbout(s)
	return known && v.Desk.ReadsMove(v.actor(), rec.learner, t)
}

// told reports whether the viewer is told that something was done about the learner: about moves
// those are who know of them and what was written, and about the work those who read it. Who
// only decides about a move is told what was attained.
func (v *visit) told(rec record, a projections.Activity) bool {
	switch a.Subject.Category() {
	case "transition":
		if t, known := rec.moveAbout(a.Subject); known {
			return v.Desk.ReadsReasons(v.actor(), rec.learner, t) || a.Person == v.who.ID
		}
		return desk.ReadsAll(v.actor(), rec.learner)
	case "milestone":
		return rec.work || a.Event == (milestones.Attained{}).EventName() || a.Event == (milestones.Waived{}).EventName()
	case "timesheet":
		return rec.work
	}
	return true
}

// A page lists at most mostActivity of what happened, out of the latest.
const (
	mostActivity = 8
	latest       = 64
)

func (v *visit) activities(rec record) ([]activity, error) {
	done, err := v.Desk.Read.Activity(v.ctx(), rec.learner.ID, latest)
	if err != nil {
		return nil, err
	}
	var out []activity
	for _, a := range done {
		deed, known := deeds[a.Event]
		about := rec.subject(a.Subject)
		if !known || about == "" || !v.told(rec, a) {
			continue
		}
		if len(out) == mostActivity {
			break
		}
		who := "Guildhall"
		switch {
		case a.Person != "" && a.Person == v.who.ID:
			who = "You"
		case a.Person != "":
			who = v.name(a.Person)
		case a.Partner != "":
			who = v.college(a.Partner)
		}
		out = append(out, activity{domain.DateOf(v.here(a.At)), who, fmt.Sprintf(deed.text, about), deed.icon})
	}
	return out, nil
}

// deeds tell what happened after the name of who did it; %s is what it was about.
var deeds = map[string]struct{ text, icon string }{
	"timesheet.submitted":                 {"sent the hours of %s", "send"},
	"timesheet.approved":                  {"signed off the hours of %s", "tick"},
	"timesheet.returned":                  {"sent back the hours of %s", "again"},
	"timesheet.reopened":                  {"opened again the hours of %s", "again"},
	"timesheet.approved_hours_corrected":  {"corrected the hours of %s", "tick"},
	"milestone.started":                   {"began %s", "path"},
	"milestone.evidence_submitted":        {"sent evidence for %s", "send"},
	"milestone.attained":                  {"signed off %s", "tick"},
	"milestone.attempt_passed":            {"signed off an attempt at %s", "tick"},
	"milestone.assessment_corrected":      {"corrected the rating of %s", "again"},
	"milestone.waived":                    {"waived %s", "tick"},
	"milestone.revoked":                   {"took back %s", "back"},
	"milestone.expired":                   {"let %s expire", "day"},
	"milestone.renewed":                   {"renewed %s", "tick"},
	"milestone.not_yet_attained":          {"asked for more on %s", "again"},
	"credit.requested":                    {"asked for credit for %s", "cap"},
	"credit.proposed":                     {"proposed credit for %s", "cap"},
	"credit.recommended":                  {"recommended credit for %s", "cap"},
	"credit.awarded":                      {"awarded credit for %s", "cap"},
	"credit.denied":                       {"gave no credit for %s", "bang"},
	"credit.appealed":                     {"appealed about credit for %s", "send"},
	"credit.posted":                       {"posted credit for %s", "cap"},
	"credit.revoked":                      {"took back credit for %s", "bang"},
	"transition.proposed":                 {"asked for %s", "send"},
	"transition.approval_granted":         {"approved %s", "tick"},
	"transition.approval_returned":        {"sent back %s", "again"},
	"transition.approval_refused":         {"declined %s", "bang"},
	"transition.approval_escalated":       {"passed on %s", "send"},
	"transition.approvals_lapsed":         {"reopened %s, as the evidence changed", "again"},
	"transition.readiness_waived":         {"let pass what is missing for %s", "tick"},
	"transition.deferred":                 {"put off %s", "again"},
	"transition.rescinded":                {"took back %s", "bang"},
	"transition.made_effective":           {"recorded %s", "path"},
	"transition.confirmed":                {"confirmed %s", "tick"},
	"transition.expired":                  {"ended %s, as nobody acted", "bang"},
	"transition.withdrawn":                {"withdrew %s", "back"},
	"apprenticeship.registered":           {"registered %s", "file"},
	"apprenticeship.began":                {"recorded the first day of %s", "day"},
	"apprenticeship.probation_completed":  {"recorded the end of probation in %s", "day"},
	"apprenticeship.completion_requested": {"asked for the certificate of %s", "send"},
	"apprenticeship.completion_certified": {"recorded the certificate of %s", "tick"},
}

// subject names what an activity is about, or is empty when the pathway does not know it.
func (rec record) subject(s domain.Stream) string {
	switch s.Category() {
	case "apprenticeship":
		return "the apprenticeship"
	case "timesheet":
		if _, w, err := timesheet.ID(s); err == nil {
			return "the week of " + w.Monday().Format("2 January")
		}
	case "milestone":
		if _, id, err := milestones.ID(s); err == nil {
			if r, _, known := rec.path.Requirement(id); known {
				return "“" + r.Title + "”"
			}
		}
	case "transition":
		if _, to, err := transition.ID(s); err == nil {
			if stage, _, known := rec.path.Stage(to); known {
				return "the move to " + desk.InSentence(stage.Role.Title)
			}
		}
	case "credit":
		for _, c := range rec.credits {
			if credit.Stream(c.Learner, c.Rule) == s {
				return c.Course + " " + c.Title
			}
		}
	}
	return ""
}
