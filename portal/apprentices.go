package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var apprenticeRoutes = []route{
	{"GET /apprentices", (*visit).apprentices, everyone},
	{"GET /apprentices/{id}", (*visit).apprentice, everyone},
}

var apprenticesPage = newPage[apprenticesData]("apprentices.html")

// apprenticesData is all that apprentices.html may show: the learners the viewer accompanies.
type apprenticesData struct {
	frame
	Learners []apprentice
	Total    int
	More     string // path of the next ones
}

// An apprentice is one learner in the list.
type apprentice struct {
	Path, Name, Initials string
	Role                 string // held now
	Pathway              string
	Stage                string // "Stage 1 of 3"
	Standing             standing
	Attained, Need       int // milestones
	Hours                string
}

// pageOfLearners is how many learners one page lists.
const pageOfLearners = 50

func (v *visit) apprentices() error {
	after := domain.ApprenticeshipID(v.r.URL.Query().Get("after"))
	asked := projections.LearnerQuery{Visible: v.Desk.SightOf(v.actor()), After: after, First: pageOfLearners}
	learners, err := v.Desk.Read.Learners(v.ctx(), asked)
	if err != nil {
		return err
	}
	if v.who.Capacity == domain.Apprentice && !slices.ContainsFunc(learners, func(l projections.Learner) bool { return l.Person != v.who.ID }) {
		return v.redirect("/pathway")
	}
	total, err := v.Desk.Read.CountLearners(v.ctx(), asked)
	if err != nil {
		return err
	}
	d := apprenticesData{frame: v.frame("Apprentices", "/apprentices"), Total: total}
	for _, l := range learners {
		a, err := v.listed(l)
		if err != nil {
			return err
		}
		d.Learners = append(d.Learners, a)
	}
	if n := len(learners); n == pageOfLearners {
		d.More = "/apprentices?" + url.Values{"after": {string(learners[n-1].ID)}}.Encode()
	}
	slices.SortFunc(d.Learners, func(a, b apprentice) int { return strings.Compare(a.Name, b.Name) })
	return show(v, apprenticesPage, http.StatusOK, d)
}

func (v *visit) listed(l projections.Learner) (apprentice, error) {
	rec, err := v.record(l)
	if err != nil {
		return apprentice{}, err
	}
	a := apprentice{Path: "/apprentices/" + string(l.ID), Name: v.name(l.Person), Pathway: rec.path.Title, Standing: v.standing(rec)}
	a.Initials = initials(a.Name)
	a.Attained, _, a.Need = tally(rec.required(), rec.milestones)
	a.Hours = v.hoursInRole(rec)
	for i, s := range rec.held() {
		if s.Role.ID == l.Role {
			a.Role, a.Stage = s.Role.Title, fmt.Sprintf("Stage %d of %d", i+1, len(rec.held()))
		}
	}
	return a, nil
}
