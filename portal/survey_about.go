package portal

import (
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/suppress"
)

const aboutPath = "/surveys/about-you"

var aboutPage = newPage[aboutData]("about-you.html")

// aboutData is all that about-you.html may show: what the viewer says about themselves, if they
// like to. It posts one field for each question, repeated where several can be chosen, and key.
type aboutData struct {
	frame
	Key       string
	Questions []aboutQuestion
	Answered  domain.Date // the last time; zero if never
	Least     int         // people in a group of which anything is told
}

// An aboutQuestion is one that can be passed over.
type aboutQuestion struct {
	ID, Title string
	Several   bool
	Options   []option
}

// optionWords are the options of the questions about oneself, in English words.
var optionWords = map[string]string{
	"female": "Female", "male": "Male", "another": "Another",
	"hispanic-or-latino": "Hispanic or Latino", "not-hispanic-or-latino": "Not Hispanic or Latino",
	"american-indian-or-alaska-native": "American Indian or Alaska Native", "asian": "Asian", "black-or-african-american": "Black or African American",
	"native-hawaiian-or-pacific-islander": "Native Hawaiian or Pacific Islander", "white": "White",
	"veteran": "Veteran", "not-a-veteran": "Not a veteran", "disability": "I have a disability", "no-disability": "I have no disability",
	selfid.Undisclosed: "I would rather not say",
}

func (v *visit) aboutYou() error {
	given, answers, err := v.Desk.SelfIdentification(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	return show(v, aboutPage, http.StatusOK, v.about(answers, given.Answered))
}

func (v *visit) about(answers selfid.Answers, last domain.Date) aboutData {
	d := aboutData{frame: v.frame("About you", surveysPath), Key: newKey(), Answered: last, Least: suppress.Least}
	for _, q := range selfid.Questions() {
		a := aboutQuestion{ID: q.ID, Title: v.say(q.Title), Several: q.Several}
		for _, o := range q.Options {
			a.Options = append(a.Options, option{Value: o, Label: v.say(optionWords[o]), Chosen: slices.Contains(answers[q.ID], o)})
		}
		if !q.Several {
			a.Options = append(a.Options, option{Label: v.say("No answer"), Chosen: len(answers[q.ID]) == 0})
		}
		d.Questions = append(d.Questions, a)
	}
	return d
}

func (v *visit) identify() error {
	answers := selfid.Answers{}
	for _, q := range selfid.Questions() {
		chosen := slices.DeleteFunc(slices.Clone(v.r.PostForm[q.ID]), func(o string) bool { return o == "" })
		if len(chosen) > 0 {
			answers[q.ID] = chosen
		}
	}
	_, err := v.Desk.Identify(v.ctx(), v.ask(), answers)
	if err == nil {
		return v.done(surveysPath, v.say("Kept, without your name. You can change it at any time."))
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d := v.about(answers, domain.Date{})
	d.Problems = []problem{{Text: reason(r)}}
	return show(v, aboutPage, statusOf(r), d)
}
