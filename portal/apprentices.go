package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var apprenticeRoutes = []route{
	{"GET /apprentices", (*visit).apprentices, everyone},
	{"GET /apprentices.csv", (*visit).apprentices, everyone},
	{"GET /team", (*visit).team, only(accompanying...)},
	{"GET /apprentices/{id}", (*visit).apprentice, everyone},
}

// Orders of the list, and what it is narrowed down to besides a risk.
const (
	byName    = "name"
	byNextDue = "due"
	byRisk    = "risk"

	anyRisk = "any"
	allRuns = "all" // also those that are over
)

// team is the list of those who are at risk.
func (v *visit) team() error {
	return v.redirect("/apprentices?" + url.Values{"risk": {anyRisk}, "order": {byRisk}}.Encode())
}

// A fellow is a learner with their name.
type fellow struct {
	*projections.Learner
	name, folded string
}

// apprentices lists the learners whom the viewer accompanies or oversees.
func (v *visit) apprentices() error {
	learners, err := v.Desk.Read.SharedLearners(v.ctx(), projections.LearnerQuery{Visible: v.Desk.SightOf(v.actor())})
	if err != nil {
		return err
	}
	if v.who.Capacity == domain.Apprentice && !slices.ContainsFunc(learners, func(l *projections.Learner) bool { return l.Person != v.who.ID }) {
		return v.redirect("/pathway")
	}
	f := v.narrowed("/apprentices",
		input{Name: "q", Kind: lineInput, Label: v.say("Name of an apprentice"), Optional: true},
		input{Name: "risk", Kind: listInput, Label: v.say("At risk"), Optional: true, Options: v.riskOptions()},
		input{Name: "runs", Kind: listInput, Label: v.say("Apprenticeships"), Optional: true, Options: []option{{Label: v.say("Now and to come")}, {Value: allRuns, Label: v.say("Also those that are over")}}},
		input{Name: "order", Kind: listInput, Label: v.say("In order of"), Optional: true, Options: []option{{Value: byName, Label: v.say("Name")}, {Value: byRisk, Label: v.say("Number of risks")}, {Value: byNextDue, Label: v.say("What is due next")}}})
	found := v.foundLearners(learners, f)
	tab := "/apprentices"
	if f.value("risk") != "" {
		tab = "/team"
	}
	d := listingData{frame: v.frame("Apprentices", tab), Filter: f,
		Lead: v.say("Those you accompany or oversee. Open one to see the whole pathway.")}
	d.List = list{Caption: v.say("Apprentices"), Columns: []column{{Name: v.say("Apprentice")}, {Name: v.say("Standing")}, {Name: v.say("Due next")}, {Name: v.say("Role now")}, {Name: v.say("Hours in the role")}, {Name: v.say("Milestones")}}}
	if err := v.fillTeam(&d, found, f); err != nil {
		return err
	}
	d.Empty = emptiness{Title: v.say("Nobody to accompany yet"), Text: v.say("Apprentices appear here when a coordinator names you as mentor or manager, or when a role change comes to you.")}
	if len(learners) > 0 {
		d.Empty = emptiness{Title: v.say("Nobody fits"), Text: v.say("Nobody whom you accompany is at this risk or has this name."), Act: link{v.say("Show everybody"), "/apprentices"}}
	}
	if strings.HasSuffix(v.r.URL.Path, ".csv") {
		return v.sendCSV("apprentices", d.List)
	}
	if len(found) > 0 {
		d.List.CSV = v.fileOf("/apprentices")
	}
	return show(v, listingPage, http.StatusOK, d)
}

// foundLearners are those that a filter lets pass without looking at how they stand, by name.
func (v *visit) foundLearners(learners []*projections.Learner, f *filter) (out []fellow) {
	for _, l := range learners {
		if l.Person == v.who.ID || l.Over() && f.value("runs") != allRuns && f.value("q") == "" {
			continue
		}
		name, known := v.names[l.Person]
		if !known {
			var err error
			name, err = v.Desk.Name(v.ctx(), l.Name)
			v.trouble(err)
			v.names[l.Person] = name
		}
		if n := (fellow{l, name, folded(name)}); matches(f.value("q"), name) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b fellow) int { return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.ID, b.ID)) })
	return out
}

// atOnce is of how many learners is asked at a time how they stand.
const atOnce = 500

// fillTeam tells how those stand whom the page shows, or all of them for a file.
func (v *visit) fillTeam(d *listingData, found []fellow, f *filter) error {
	found, err := v.ranked(found, f.value("risk"), f.value("order"))
	if err != nil {
		return err
	}
	d.Heading = v.say("%d apprentices", len(found))
	if f.value("risk") != "" {
		d.Heading = v.say("%d apprentices at risk", len(found))
	}
	rows := v.teamFile
	if strings.HasSuffix(v.r.URL.Path, ".csv") {
		d.List.Columns = v.teamFileColumns()
	} else {
		from, to := v.part(&d.List, len(found))
		found, rows = found[from:to], v.teamRows
	}
	for some := range slices.Chunk(found, atOnce) {
		mates, err := v.mates(some)
		if err != nil {
			return err
		}
		d.List.Rows = append(d.List.Rows, rows(mates)...)
	}
	return nil
}
