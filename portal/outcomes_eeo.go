package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/suppress"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var equalRoutes = []route{
	{"GET /equal-opportunity", (*visit).equalOpportunity, only(domain.EEOOfficer)},
	{"GET /equal-opportunity.csv", (*visit).equalOpportunityCSV, only(domain.EEOOfficer)},
}

var equalPage = newPage[equalData]("equal-opportunity.html", "outcome-parts.html")

// equalData is all that equal-opportunity.html may show: what people said about themselves, in
// numbers of at least ten.
type equalData struct {
	frame
	CSV    string
	Topics []outcomeTopic
	Least  int
}

// selfWords name the questions and options of self-identification, in English.
var selfWords = map[string]string{
	"sex": "Sex", "ethnicity": "Hispanic or Latino", "race": "Race",
	"female": "Female", "male": "Male", "another": "Another", "undisclosed": "Would rather not say",
	"hispanic-or-latino": "Hispanic or Latino", "not-hispanic-or-latino": "Not Hispanic or Latino",
	"american-indian-or-alaska-native": "American Indian or Alaska Native", "asian": "Asian", "black-or-african-american": "Black or African American",
	"native-hawaiian-or-pacific-islander": "Native Hawaiian or Pacific Islander", "white": "White", "several": "Several of these",
	"veteran": "Veteran", "not-a-veteran": "Not a veteran", "disability": "Disability", "no-disability": "No disability",
}

// equalOpportunity shows what people said about themselves.
func (v *visit) equalOpportunity() error {
	counts, err := v.Desk.EqualOpportunity(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	d := equalData{frame: v.frame("Equal opportunity", "/equal-opportunity"), CSV: "/equal-opportunity.csv", Least: suppress.Least}
	for _, q := range selfid.Questions() {
		t := outcomeTopic{ID: q.ID, Title: v.say(selfWords[q.ID]), How: v.say("Everybody who answered this question about themselves, each person once. Answers are kept under a random name, apart from every record.")}
		t.Table = &list{Caption: t.Title, Columns: []column{{Name: v.say("Answer")}, {Name: v.say("Count")}}}
		all := 0
		for _, c := range counts {
			switch {
			case c.Question != q.ID:
			case c.Option == "":
				t.Figure, t.Label, all = v.counted(c), v.say("answered this question"), c.N
			default:
				g := outcomeGroup{Name: v.say(selfWords[c.Option]), Bars: []outcomeBar{{Value: v.counted(c), Hidden: c.Hidden}}}
				if !c.Hidden {
					g.Bars[0].Width = share(c.N, max(1, all))
				}
				t.Groups = append(t.Groups, g)
				t.Table.Rows = append(t.Table.Rows, row{{Text: g.Name}, {Text: g.Bars[0].Value}})
			}
		}
		d.Topics = append(d.Topics, t)
	}
	return show(v, equalPage, http.StatusOK, d)
}

// counted is how many people chose an option, if that may be told.
func (v *visit) counted(c desk.Count) string {
	if c.Hidden {
		return v.say("Hidden because fewer than %d, or beside a group of fewer", suppress.Least)
	}
	return v.say("%d people", c.N)
}

func (v *visit) equalOpportunityCSV() error {
	counts, err := v.Desk.EqualOpportunity(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	l := list{Columns: []column{{Name: v.say("Question")}, {Name: v.say("Answer")}, {Name: v.say("Count")}}}
	for _, c := range counts {
		option := v.say("Everybody")
		if c.Option != "" {
			option = v.say(selfWords[c.Option])
		}
		l.Rows = append(l.Rows, row{{Text: v.say(selfWords[c.Question])}, {Text: option}, {Text: v.counted(c)}})
	}
	return v.sendCSV("equal-opportunity", l)
}
