package portal

import (
	"net/http"
	"net/url"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var searchRoutes = []route{{"GET /search", (*visit).search, seekers}}

// seekers are those who look for people, requests and references.
var seekers = only(domain.Coordinator, domain.HR, domain.PrivacyOfficer, domain.Auditor, domain.Manager, domain.Mentor)

var searchPage = newPage[searchData]("search.html")

// searchData is all that search.html may show: what was looked for and what of it the viewer may see.
type searchData struct {
	frame
	Heading, Asked string
	More           string // what to do where there is more than is shown
	Parts          []foundPart
}

// A foundPart is what was found of one kind.
type foundPart struct {
	ID, Title string
	Finds     []find
}

// A find leads to what was found.
type find struct {
	link
	Note string
}

// referenceWords say what a number is, in English.
var referenceWords = map[projections.ReferenceKind]string{
	projections.RegistrationNumber: "Registration number", projections.CertificateNumber: "Certificate of completion",
	projections.CreditReference: "Reference of a credit", projections.FilingReference: "Receipt of a filing",
}

func (v *visit) search() error {
	asked := domain.Written(v.r.URL.Query().Get("q"))
	found, err := v.Desk.Search(v.ctx(), v.actor(), &v.site.names, asked)
	if err != nil {
		return err
	}
	d := searchData{frame: v.frame("Search", "/search"), Asked: asked}
	if found.More {
		d.More = v.say("There are more. Add a part of the name to see fewer.")
	}
	add := func(id, title string, finds []find) {
		if len(finds) > 0 {
			d.Parts = append(d.Parts, foundPart{id, title, finds})
		}
	}
	add("references", v.say("References"), v.referenceFinds(found.References))
	learners, err := v.learnerFinds(found.Learners)
	if err != nil {
		return err
	}
	add("apprentices", v.say("Apprentices"), learners)
	requests, err := v.requestFinds(found.Requests)
	if err != nil {
		return err
	}
	add("requests", v.say("Role changes"), requests)
	corrections, erasures, err := v.privacyFinds(found)
	if err != nil {
		return err
	}
	add("corrections", v.say("Corrections"), corrections)
	add("erasures", v.say("Erasures"), erasures)
	var people []find
	for _, c := range found.People {
		to := "/people/" + string(c.ID)
		if v.who.Capacity == domain.PrivacyOfficer {
			to = "/privacy-log?q=" + url.QueryEscape(string(c.ID))
		}
		people = append(people, find{link{c.FullName, to}, c.Title})
	}
	add("people", v.say("People"), people)
	n := 0
	for _, p := range d.Parts {
		n += len(p.Finds)
	}
	d.Heading = v.say("%d results for “%s”", n, asked)
	if asked == "" {
		d.Heading = v.say("Search")
	}
	return show(v, searchPage, http.StatusOK, d)
}

// privacyFinds are what people ask about their records, and who is to be erased.
func (v *visit) privacyFinds(found desk.Found) (corrections, erasures []find, err error) {
	var ids []domain.PersonID
	for _, a := range found.Corrections {
		ids = append(ids, a.Person)
	}
	for _, e := range found.Erasures {
		ids = append(ids, e.Person)
	}
	if err := v.learn(ids...); err != nil {
		return nil, nil, err
	}
	for _, a := range found.Corrections {
		corrections = append(corrections, find{link{v.say("%s: %s", v.name(a.Person), v.say(recordWords[a.Record.Category()])), correctionPath(a)}, v.say(amendmentStates[a.State].Word)})
	}
	for _, e := range found.Erasures {
		erasures = append(erasures, find{link{v.say("%s: %s", v.name(e.Person), e.Reference), "/erasures/" + string(e.Person)}, v.say(erasureStates[e.State])})
	}
	return corrections, erasures, nil
}

func (v *visit) referenceFinds(all []desk.Referred) (finds []find) {
	for _, r := range all {
		to := v.learnerPath(r.Learner, r.Of.Person)
		if r.Kind == projections.FilingReference {
			to = v.filingPath(projections.Filing{Learner: r.Learner, Revision: r.Revision})
		}
		finds = append(finds, find{link{r.Text, to}, v.say("%s, %s", v.say(referenceWords[r.Kind]), v.text(r.Of.Name))})
	}
	return finds
}

func (v *visit) learnerFinds(all []projections.Learner) (finds []find, err error) {
	for _, l := range all {
		p, err := desk.Pathway(l)
		if err != nil {
			return nil, err
		}
		finds = append(finds, find{link{v.text(l.Name), v.learnerPath(l.ID, l.Person)}, p.Title})
	}
	return finds, nil
}

func (v *visit) requestFinds(all []desk.Request) (finds []find, err error) {
	for _, r := range all {
		p, err := desk.Pathway(r.Of)
		if err != nil {
			return nil, err
		}
		title := string(r.To)
		for _, s := range p.Stages {
			if s.Role.ID == r.To {
				title = s.Role.Title
			}
		}
		finds = append(finds, find{link{v.say("%s to %s", v.text(r.Of.Name), title), "/approvals/role-changes/" + string(r.Of.ID) + "." + string(r.To)}, v.say("%s, asked for on %s", r.Reference.String(), v.day(wholeDay, domain.DateOf(v.here(r.ProposedAt))))})
	}
	return finds, nil
}
