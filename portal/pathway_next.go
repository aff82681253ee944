package portal

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
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
func (v *visit) nextSteps(rec record, actions []desk.Action) []nextStep {
	begin := 0
	actions = slices.DeleteFunc(actions, func(a desk.Action) bool {
		if a.Kind == desk.BeginWith {
			begin++
		}
		return a.Kind == desk.BeginWith && begin > mostBegin || !rec.work && a.OfWeeks()
	})
	var out []nextStep
	for _, a := range actions[:min(mostNext, len(actions))] {
		n := nextStep{Title: v.wording(a.Title), Why: v.wording(a.Why), Icon: cmp.Or(nextIcons[a.Kind], "path"), Action: v.nextAction(rec, a)}
		switch mine := a.Person == v.who.ID || a.Person == "" && a.Partner == "" && a.Holder == v.actor().Role; {
		case mine && a.Kind == desk.AcceptSeat:
			n.Title = v.wording(domain.Tell("Accept or decline your seat in %s", a.Title.Args...))
		case !mine && a.Kind != desk.AwaitMove:
			n.Title = v.awaited(a)
			if !a.Since.IsZero() {
				n.Holder = v.say("Since %s.", v.day(shortDay, a.Since))
			}
		}
		if t, known := rec.moveAbout(a.Subject); known && a.Kind != desk.AskForMove && v.Desk.ReadsMove(v.actor(), rec.learner, t) {
			n.Reference = t.Reference.String()
		}
		if !a.Due.IsZero() && a.Kind != desk.AwaitMove {
			n.Due = v.say("Due %s", v.day(namedDay, a.Due))
			if a.Due.Before(rec.today) {
				n.Due = v.say("Was due %s", v.day(namedDay, a.Due))
			}
			n.Urgent = !a.Due.After(rec.today.AddDays(1))
		}
		out = append(out, n)
	}
	return out
}

// awaited tells of another's turn as something that is waited for: it asks nothing of the viewer.
func (v *visit) awaited(a desk.Action) string {
	holder := v.holder(a.Person, a.Holder)
	if a.Partner != "" {
		holder = v.college(a.Partner)
	}
	args := append([]any{domain.Verbatim(holder)}, a.Title.Args...)
	switch a.Kind {
	case desk.SignHours:
		return v.wording(domain.Tell("Waiting for %s: %s of %s", args...))
	case desk.LogHours, desk.MendHours:
		return v.wording(domain.Tell("Waiting for %s: the hours of %s", args...))
	case desk.AskForMove, desk.SubmitMove, desk.ResubmitMove, desk.DecideMove, desk.ScheduleMove:
		return v.wording(domain.Tell("Waiting for %s: the move to %s", args...))
	case desk.ConfirmMove:
		return v.wording(domain.Tell("Waiting for %s: the move to %s is to be confirmed", args...))
	case desk.OfferSeat, desk.AcceptSeat:
		return v.wording(domain.Tell("Waiting for %s: a seat in %s", args...))
	}
	return v.say("Waiting for %s: %s", holder, v.wording(a.Title))
}

// holder is whoever has something: a person by name, or all who act in a capacity.
func (v *visit) holder(id domain.PersonID, capacity domain.Role) string {
	if id != "" {
		return v.name(id)
	}
	return v.say(offices[capacity])
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
	desk.ConfirmMove: "people", desk.AskCompletion: "send", desk.Certify: "file", desk.AgreeGateway: "people",
	desk.OfferSeat: "people", desk.AcceptSeat: "people", desk.AwaitSeat: "people",
}

// nextAction is what the viewer can do: the learner does what is theirs, others may open
// the request.
func (v *visit) nextAction(rec record, a desk.Action) link {
	if a.Kind == desk.AgreeGateway {
		path := "/gateway"
		if v.who.ID != rec.learner.Person {
			path = "/apprentices/" + string(rec.learner.ID) + path
		}
		return link{v.say("See who agrees"), path}
	}
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
		return link{v.say("Open the request"), requestPath(a.Subject)}
	}
	switch a.Kind {
	case desk.LogHours, desk.MendHours:
		if _, w, err := timesheet.ID(a.Subject); err == nil {
			if a.Kind == desk.MendHours {
				return link{v.say("Change hours"), weekPath(w)}
			}
			return link{v.say("Log hours"), weekPath(w)}
		}
	case desk.WorkOn, desk.ImproveOn, desk.RenewIt, desk.BeginWith:
		if _, r, err := milestones.ID(a.Subject); err == nil {
			if a.Kind == desk.BeginWith {
				return link{v.say("Begin"), "#m-" + string(r)}
			}
			return link{v.say("Send evidence"), "#m-" + string(r)}
		}
	case desk.AskForMove, desk.ResubmitMove:
		return link{v.say("Ask"), "#ready"}
	case desk.DecideMove, desk.ScheduleMove, desk.AwaitMove, desk.ConfirmMove:
		return link{v.say("Open the request"), requestPath(a.Subject)}
	case desk.AcceptSeat:
		return link{v.say("Accept or decline"), interestsPath}
	case desk.LetCollegeSee:
		return link{v.say("Decide who sees it"), "/sharing"}
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
	case "person":
		if who, err := person.ID(s); err == nil {
			return "/erasures/" + string(who)
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
		about := v.subject(rec, a.Subject)
		if !known || about == "" || !v.told(rec, a) {
			continue
		}
		if len(out) == mostActivity {
			break
		}
		out = append(out, activity{domain.DateOf(v.here(a.At)), v.tongue.mark(deed.text, v.doer(a.Person, a.Partner), about), deed.icon})
	}
	return out, nil
}

// deeds tell who did what, in English.
var deeds = map[string]struct{ text, icon string }{
	"timesheet.submitted":                 {"<strong>%s</strong> sent the hours of %s", "send"},
	"timesheet.approved":                  {"<strong>%s</strong> signed off the hours of %s", "tick"},
	"timesheet.returned":                  {"<strong>%s</strong> sent back the hours of %s", "again"},
	"timesheet.reopened":                  {"<strong>%s</strong> opened again the hours of %s", "again"},
	"timesheet.approved_hours_corrected":  {"<strong>%s</strong> corrected the hours of %s", "tick"},
	"milestone.started":                   {"<strong>%s</strong> began %s", "path"},
	"milestone.evidence_submitted":        {"<strong>%s</strong> sent evidence for %s", "send"},
	"milestone.attained":                  {"<strong>%s</strong> signed off %s", "tick"},
	"milestone.attempt_passed":            {"<strong>%s</strong> signed off an attempt at %s", "tick"},
	"milestone.assessment_corrected":      {"<strong>%s</strong> corrected the rating of %s", "again"},
	"milestone.waived":                    {"<strong>%s</strong> waived %s", "tick"},
	"milestone.revoked":                   {"<strong>%s</strong> took back %s", "back"},
	"milestone.expired":                   {"<strong>%s</strong> let %s expire", "day"},
	"milestone.renewed":                   {"<strong>%s</strong> renewed %s", "tick"},
	"milestone.not_yet_attained":          {"<strong>%s</strong> asked for more on %s", "again"},
	"credit.requested":                    {"<strong>%s</strong> asked for credit for %s", "cap"},
	"credit.proposed":                     {"<strong>%s</strong> proposed credit for %s", "cap"},
	"credit.recommended":                  {"<strong>%s</strong> recommended credit for %s", "cap"},
	"credit.awarded":                      {"<strong>%s</strong> awarded credit for %s", "cap"},
	"credit.denied":                       {"<strong>%s</strong> gave no credit for %s", "bang"},
	"credit.appealed":                     {"<strong>%s</strong> appealed about credit for %s", "send"},
	"credit.posted":                       {"<strong>%s</strong> posted credit for %s", "cap"},
	"credit.revoked":                      {"<strong>%s</strong> took back credit for %s", "bang"},
	"transition.proposed":                 {"<strong>%s</strong> asked for %s", "send"},
	"transition.approval_granted":         {"<strong>%s</strong> approved %s", "tick"},
	"transition.approval_returned":        {"<strong>%s</strong> sent back %s", "again"},
	"transition.approval_refused":         {"<strong>%s</strong> declined %s", "bang"},
	"transition.approval_escalated":       {"<strong>%s</strong> passed on %s", "send"},
	"transition.approvals_lapsed":         {"<strong>%s</strong> reopened %s, as the evidence changed", "again"},
	"transition.readiness_waived":         {"<strong>%s</strong> let pass what is missing for %s", "tick"},
	"transition.deferred":                 {"<strong>%s</strong> put off %s", "again"},
	"transition.rescinded":                {"<strong>%s</strong> took back %s", "bang"},
	"transition.made_effective":           {"<strong>%s</strong> recorded %s", "path"},
	"transition.confirmed":                {"<strong>%s</strong> confirmed %s", "tick"},
	"transition.expired":                  {"<strong>%s</strong> ended %s, as nobody acted", "bang"},
	"transition.withdrawn":                {"<strong>%s</strong> withdrew %s", "back"},
	"transition.commented":                {"<strong>%s</strong> commented on %s", "talk"},
	"apprenticeship.registered":           {"<strong>%s</strong> registered %s", "file"},
	"apprenticeship.began":                {"<strong>%s</strong> recorded the first day of %s", "day"},
	"apprenticeship.probation_completed":  {"<strong>%s</strong> recorded the end of probation in %s", "day"},
	"apprenticeship.completion_requested": {"<strong>%s</strong> asked for the certificate of %s", "send"},
	"apprenticeship.completion_certified": {"<strong>%s</strong> recorded the certificate of %s", "tick"},
}

// subject names what an activity is about, or is empty when the pathway does not know it.
func (v *visit) subject(rec record, s domain.Stream) string {
	switch s.Category() {
	case "apprenticeship":
		return v.say("the apprenticeship")
	case "timesheet":
		if _, w, err := timesheet.ID(s); err == nil {
			return v.say("the week of %s", v.day(monthDay, w.Monday()))
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
				return v.say("the move to %s", desk.InSentence(stage.Role.Title))
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
