package portal

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

const interestsPath = "/career/interests"

var wishRoutes = slices.Concat(surveyRoutes, []route{
	{"GET /career/interests", (*visit).wishes, everyone},
	{"POST /career/interests", (*visit).wish, everyone},
	{"POST /career/interests/withdraw", (*visit).unwish, everyone},
	{"POST /career/referrals", (*visit).refer, everyone},
	{"POST /career/referrals/{n}", (*visit).answerReferral, everyone},
	{"POST /career/mentoring", (*visit).offerMentoring, everyone},
	{"POST /career/mentoring/withdraw", (*visit).withdrawMentoring, everyone},
	{"POST /career/memberships", (*visit).joinAssociation, everyone},
	{"POST /career/memberships/{n}/end", (*visit).endMembership, everyone},
	{"POST /career/cohorts/{id}/apply", (*visit).applyToCohort, everyone},
	{"POST /career/cohorts/{id}/seat", (*visit).decideSeat, everyone},
	{"POST /career/cohorts/{id}/leave", (*visit).leaveCohort, everyone},
})

var wishesPage = newPage[wishesData]("interests.html")

// wishesData is all that interests.html may show: what the viewer would like to take part in,
// what is offered to them, and what they offer others.
type wishesData struct {
	frame
	Key         string      // of every form of the page
	Seats       []seatOffer // held for the viewer
	Referrals   []referral  // that wait for an answer
	Suggestions []suggestion
	Wishes      []wish
	Cohorts     []cohortEntry
	Aims        []option // what one can be interested in, or refer somebody for
	Wish        wishForm
	Mentoring   []mentoring
	MentorNote  string
	Memberships []membership
	Join        joinForm
	Referred    []referred
	Refer       referForm
	Errors      fieldErrors
}

// A seatOffer is a seat that waits to be taken. It posts answer and key to Path.
type seatOffer struct {
	Title, When string
	Until       domain.Date // the last day to take it
	Path        string
}

// A referral is a colleague's recommendation of the viewer. It posts answer and key to Path.
type referral struct{ By, Aim, Note, When, Path string }

// A suggestion is an opening that somebody pointed out.
type suggestion struct{ Title, By, Note, When, Href string }

// A wish posts aim and key to withdraw it.
type wish struct {
	Title, Note, Aim string
	Since            domain.Date
}

// A cohortEntry is a cohort that people can apply to, or that the viewer is in.
type cohortEntry struct {
	Title, When, Seats string
	Standing           string // of the viewer, empty without one
	Tone               tone
	Apply, Leave       string // paths
}

// A wishForm posts aim, note and key.
type wishForm struct{ Aim, Note string }

// A mentoring posts kind, note and key to offer it, or kind and key to withdraw it.
type mentoring struct {
	Kind, Label, Hint string
	Since             domain.Date // zero if it is not offered
	Note              string
}

// A membership posts on and key to Path to end it, which is empty once it has ended.
type membership struct {
	Association  string
	Since, Until domain.Date
	Path         string
}

// A joinForm posts association, on and key.
type joinForm struct{ Association, On string }

// A referred is a colleague whom the viewer recommended.
type referred struct{ Name, Aim, Answer string }

// A referForm posts colleague or number, aim, note and key.
type referForm struct {
	Colleagues        []option // of the viewer's team
	Number, Aim, Note string
}

// aim reads what an interest or a referral is about.
func (v *visit) aim() (person.Aim, error) {
	kind, id, _ := strings.Cut(v.field("aim"), ".")
	switch kind {
	case "pathway":
		return person.Aim{Pathway: domain.PathwayID(id)}, nil
	case "cohort":
		aim := person.Aim{Cohort: domain.CohortID(id)}
		_, err := v.Desk.Read.Cohort(v.ctx(), aim.Cohort)
		if r := domain.AsRefusal(err); r != nil {
			err = r.About("cohortId")
		}
		return aim, err
	}
	return person.Aim{}, domain.Refuse(domain.Invalid, "AIM_MISSING", "%s", v.say("Choose a pathway or a cohort.")).About("pathwayId")
}

// A form of the page has inputs whose ids begin with its name.
var wishInputs = map[string]map[string]string{
	"wish":   {"pathwayId": "wish-aim", "cohortId": "wish-aim", "note": "wish-note"},
	"refer":  {"pathwayId": "refer-aim", "cohortId": "refer-aim", "note": "refer-note", "personId": "refer-number"},
	"mentor": {"note": "mentor-note"},
	"join":   {"association": "join-association", "on": "join-on"},
}

// answered leads back to the page with a notice, or shows it again with what has to be put right
// in one of its forms.
func (v *visit) answered(form, notice string, err error) error {
	if err == nil {
		return v.done(interestsPath, notice)
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d, err := v.wishList()
	if err != nil {
		return err
	}
	var at fieldErrors
	d.Problems, at = wrong(r, wishInputs[form])
	d.Errors = fieldErrors{}
	for field, text := range at {
		d.Errors[wishInputs[form][field]] = text
	}
	switch form {
	case "wish":
		d.Wish = wishForm{v.field("aim"), v.field("note")}
	case "refer":
		d.Refer.Number, d.Refer.Aim, d.Refer.Note = v.field("number"), v.field("aim"), v.field("note")
		for i := range d.Refer.Colleagues {
			d.Refer.Colleagues[i].Chosen = d.Refer.Colleagues[i].Value == v.field("colleague")
		}
	case "mentor":
		d.MentorNote = v.field("note")
	case "join":
		d.Join = joinForm{v.field("association"), v.field("on")}
	}
	return show(v, wishesPage, statusOf(r), d)
}
