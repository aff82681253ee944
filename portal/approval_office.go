package portal

import (
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An office is what waits for the office the viewer acts in, or the part of it that is shown.
type office struct {
	Items          []officeItem
	All            int    // that wait
	Previous, Next string // paths of other parts
}

// An officeItem is something that waits for the office the viewer acts in.
type officeItem struct {
	Path, Who, What string
	Due             string // "by 12 Dec 2026"
	Late            bool
	Age             string // "6 days"
	Kind            string // "Apprenticeship"
}

// errandWords say what is to be done, in English.
var errandWords = map[desk.ErrandKind]string{
	desk.SignErrand: "The agreement is to be signed for the sponsor", desk.RegisterErrand: "To be registered with the agency", desk.BeginErrand: "The first day is to be recorded",
	desk.GatewayErrand: "Meets everything: are they ready for the assessment at the end?", desk.AssessErrand: "Ready for the assessment at the end", desk.CertifyErrand: "Asks for completion", desk.WageErrand: "A wage step is due",
	desk.AgreeErrand: "An agreement is to be signed for the hospital", desk.AwaitErrand: "An agreement waits for its signature", desk.ActivateErrand: "An agreement is to be put into force",
	desk.AppealErrand: "Appeals that a college denied credit", desk.PlaceErrand: "The journeyworker is gone: another is to be named",
	desk.OfferErrand: "Somebody applied, and a seat is free", desk.EnrolErrand: "Took a seat: is to be enrolled",
	desk.CorrectErrand: "Asks for a correction of the record", desk.HearErrand: "Asks for a hearing about the record", desk.EraseErrand: "Decide, as the second person, whether personal data is erased",
}

// errandKinds say what it is about, in English.
var errandKinds = map[desk.ErrandKind]string{
	desk.SignErrand: "Apprenticeship", desk.RegisterErrand: "Apprenticeship", desk.BeginErrand: "Apprenticeship", desk.GatewayErrand: "Apprenticeship", desk.AssessErrand: "Apprenticeship",
	desk.CertifyErrand: "Apprenticeship", desk.PlaceErrand: "Apprenticeship", desk.AgreeErrand: "Agreement", desk.AwaitErrand: "Agreement", desk.ActivateErrand: "Agreement",
	desk.AppealErrand: "Credit", desk.OfferErrand: "Seat", desk.EnrolErrand: "Seat", desk.WageErrand: "Wage step", desk.CorrectErrand: "Correction", desk.HearErrand: "Hearing", desk.EraseErrand: "Erasure",
}

// officeCount is how much waits for an office, as it was counted last.
type officeCount struct {
	n  int
	at time.Time
	on domain.Date
}

// countedFor is how long a page does not know what others see to meanwhile for the same office.
// What the viewer did is known at once.
const countedFor = time.Minute

// ofOffice is what waits for the office the viewer acts in, but for what waits for them anyway. It
// is asked for once.
func (v *visit) ofOffice() []desk.Errand {
	if v.chores == nil {
		all, err := v.Desk.Errands(v.ctx(), v.actor())
		if err == nil && slices.ContainsFunc(all, isErasure) {
			own := v.waiting()
			all = slices.DeleteFunc(all, func(e desk.Errand) bool {
				return isErasure(e) && slices.ContainsFunc(own, func(i projections.InboxItem) bool {
					return i.Kind == projections.AwaitingErasure && i.Person == e.Person
				})
			})
		}
		if v.trouble(err); v.fault == nil {
			v.offices.keep(v.actor(), officeCount{len(all), v.Desk.Now(), v.Desk.Today()})
		}
		v.chores = &all
	}
	return *v.chores
}

func isErasure(e desk.Errand) bool { return e.Kind == desk.EraseErrand }

// countOffice is how much waits for the office the viewer acts in. It stands on every page.
func (v *visit) countOffice() int {
	last := v.offices.of(v.actor())
	if v.chores == nil && v.r.Method != http.MethodPost && last.on == v.Desk.Today() && v.Desk.Now().Sub(last.at) < countedFor {
		return last.n
	}
	return len(v.ofOffice())
}

// office is what waits for the office the viewer acts in, with where it is seen to.
func (v *visit) office() (out office, err error) {
	errands := v.ofOffice()
	var l list
	from, to := v.partBy("office", &l, len(errands))
	out.All, out.Previous, out.Next = l.Total, l.Previous, l.Next
	errands = errands[from:to]
	var ids []domain.PersonID
	for _, e := range errands {
		ids = append(ids, e.Person)
	}
	people, err := v.Desk.Read.Named(v.ctx(), ids...)
	if err != nil {
		return out, err
	}
	for _, e := range errands {
		name, err := v.Desk.Name(v.ctx(), people[e.Person].Name)
		if err != nil {
			return out, err
		}
		switch {
		case e.Kind == desk.OfferErrand:
			name = e.Title
		case e.Person == "":
			name = v.college(e.Partner)
		}
		i := officeItem{Path: errandPath(e), Who: name, What: v.say(errandWords[e.Kind]), Kind: v.say(errandKinds[e.Kind])}
		if !e.On.IsZero() {
			i.What, e.Due = v.say("Is heard about the record on %s", v.day(wholeDay, e.On)), domain.Date{}
		}
		if !e.Since.IsZero() {
			i.Age = v.age(e.Since.Midnight())
		}
		if !e.Due.IsZero() {
			i.Due, i.Late = v.say("by %s", v.day(wholeDay, e.Due)), e.Due.Before(v.Desk.Today())
		}
		out.Items = append(out.Items, i)
	}
	return out, nil
}

var (
	landHours      = "<strong>Hours</strong> your apprentices send each week."
	landMilestones = "<strong>Milestones</strong> with evidence for you to look at."
	landMoves      = "<strong>Role changes</strong> once every requirement is met."
	landReadiness  = "<strong>Who is ready</strong> for the assessment at the end, where there is one."
	landSteps      = "<strong>Apprenticeships</strong> to sign, register, begin or complete."
	landSeats      = "<strong>Seats</strong> that are free or were taken, and <strong>agreements</strong> to sign."
	landWages      = "<strong>Wage steps</strong> that are due."
	landErasures   = "<strong>Erasures</strong> that need a second person."
	landRecords    = "<strong>Corrections</strong> of the record, and hearings about them."
)

// landings are what may come to wait for somebody by what they act as, in English.
var landings = map[domain.Role][]string{
	domain.Mentor:         {landMilestones},
	domain.Manager:        {landHours, landMoves, landReadiness},
	domain.Coordinator:    {landMoves, landSteps, landSeats, landErasures},
	domain.HR:             {landMoves, landWages, landErasures},
	domain.Security:       {landMoves},
	domain.PrivacyOfficer: {landRecords, landErasures},
}

func (v *visit) lands() (out []template.HTML) {
	for _, text := range landings[v.who.Capacity] {
		out = append(out, v.tongue.mark(text))
	}
	return out
}

func errandPath(e desk.Errand) string {
	switch e.Kind {
	case desk.AssessErrand, desk.CertifyErrand:
		return "/approvals/completions/" + string(e.Learner)
	case desk.GatewayErrand:
		return "/apprentices/" + string(e.Learner) + "/gateway"
	case desk.WageErrand:
		return "/wages/" + string(e.Learner)
	case desk.CorrectErrand, desk.HearErrand:
		return "/privacy-log/corrections/" + string(e.Person) + "/" + e.Name
	case desk.AgreeErrand, desk.AwaitErrand, desk.ActivateErrand:
		return "/agreements/" + string(e.Agreement)
	case desk.AppealErrand:
		return appealPath + string(e.Learner) + "/" + string(e.Rule)
	case desk.OfferErrand, desk.EnrolErrand:
		return "/cohorts/" + string(e.Cohort)
	case desk.EraseErrand:
		return "/erasures/" + string(e.Person)
	}
	return "/apprenticeships/" + string(e.Learner)
}
