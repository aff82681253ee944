package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// Brokers deal with institutions, or read how that is done.
var brokers = only(domain.Coordinator, domain.Auditor)

var agreementRoutes = []route{
	{"GET /agreements", (*visit).agreements, brokers},
	{"GET /agreements.csv", (*visit).agreements, brokers},
	{"GET /agreements/new", (*visit).newAgreement, only(domain.Coordinator)},
	{"POST /agreements/new", (*visit).newAgreement, only(domain.Coordinator)},
	{"GET /agreements/{agreement}", (*visit).agreement, brokers},
	{"GET /agreements/{agreement}/{task}", (*visit).changeAgreement, only(domain.Coordinator)},
	{"POST /agreements/{agreement}/{task}", (*visit).changeAgreement, only(domain.Coordinator)},
}

var agreementTypes = []struct {
	id    agreement.Type
	words string
}{{agreement.Articulation, "Credit for what is learned here"}, {agreement.DataSharing, "Records, and no credit"}, {agreement.Academy, "A programme run together"}}

var coveredRecords = []struct {
	id    domain.Scope
	words string
}{{domain.PathwayRecords, "Pathways"}, {domain.MilestoneRecords, "Milestones"}, {domain.CreditRecords, "Credits"}, {domain.TransitionRecords, "Role changes"}}

var agreementTags = map[projections.AgreementState]cell{
	projections.AgreementDraft: {Text: "Draft", Tone: toneMute}, projections.AgreementPending: {Text: "To be signed by both", Tone: toneWarn}, projections.AgreementPartlySigned: {Text: "One signature missing", Tone: toneWarn},
	projections.AgreementSigned: {Text: "To be put into force", Tone: toneWarn}, projections.AgreementActive: {Text: "In force", Tone: toneOK}, projections.AgreementSuspended: {Text: "Suspended", Tone: toneWarn},
	projections.AgreementExpired: {Text: "Ended", Tone: toneMute}, projections.AgreementTerminated: {Text: "Terminated", Tone: toneMute},
}

// endingSoon is how many days before its end an agreement should be renewed.
const endingSoon = 90

func (v *visit) agreementTag(g projections.Agreement) cell {
	c := agreementTags[g.State]
	c.Text = v.say(c.Text)
	if days := g.To.DaysSince(v.Desk.Today()); g.State == projections.AgreementActive && days <= endingSoon {
		c.Tone, c.Note = toneWarn, v.say("Ends in %d days", max(0, days))
	}
	if g.Proposal != nil {
		c.Note = v.say("Version %s is to be signed", strconv.Itoa(g.Proposal.Version))
	}
	return c
}

func (v *visit) recordsOf(scopes []domain.Scope) string {
	var names []string
	for _, r := range coveredRecords {
		if slices.Contains(scopes, r.id) {
			names = append(names, v.say(r.words))
		}
	}
	return strings.Join(names, ", ")
}

func (v *visit) typeOf(t agreement.Type) string {
	for _, known := range agreementTypes {
		if known.id == t {
			return v.say(known.words)
		}
	}
	return v.say("Not stated")
}

func agreementPath(g projections.Agreement) string { return "/agreements/" + string(g.ID) }

func (v *visit) agreements() error {
	all, err := v.Desk.Read.Agreements(v.ctx(), "")
	if err != nil {
		return err
	}
	coordinates := v.who.Capacity == domain.Coordinator
	d := listingData{frame: v.frame("Agreements", "/agreements"), Heading: v.say("Agreements"), Lead: v.say("What institutions may see of learners who consent, and for which courses they give credit. Nobody is bound by what they did not sign."),
		Acts: offers(link{v.say("Draft an agreement"), when(coordinates, "/agreements/new")})}
	d.List = v.agreementList(all)
	d.Empty = emptiness{Title: v.say("No agreement yet"), Text: v.say("An agreement appears here once you draft it. It is in force when both sides have signed and its day has come."), Act: link{v.say("Draft an agreement"), when(coordinates, "/agreements/new")}}
	return v.showList("agreements", d)
}

func (v *visit) agreementList(all []projections.Agreement) list {
	l := list{Caption: v.say("Agreements"), Columns: []column{{Name: v.say("Institution"), Notes: v.say("Version")}, {Name: v.say("Purpose")}, {Name: v.say("Covers")}, {Name: v.say("From")}, {Name: v.say("Until")}, {Name: v.say("Courses"), Number: true}, {Name: v.say("State"), Notes: v.say("Detail")}}}
	for _, g := range all {
		rules := 0
		for _, r := range g.Rules {
			if r.Gives(v.Desk.Today()) {
				rules++
			}
		}
		l.Rows = append(l.Rows, row{{Text: g.PartnerName, Note: v.say("Version %s", strconv.Itoa(g.Edition)), Href: agreementPath(g)}, {Text: v.typeOf(g.Type)}, {Text: v.recordsOf(g.Scopes)},
			{Text: v.day(wholeDay, g.From), Value: g.From.String()}, {Text: v.day(wholeDay, g.To), Value: g.To.String()}, {Text: strconv.Itoa(rules)}, v.agreementTag(g)})
	}
	return l
}

// agreementHere is the agreement that the address names.
func (v *visit) agreementHere() (projections.Agreement, error) {
	all, err := v.Desk.Read.Agreements(v.ctx(), "")
	if err != nil {
		return projections.Agreement{}, err
	}
	at := slices.IndexFunc(all, func(g projections.Agreement) bool { return string(g.ID) == v.r.PathValue("agreement") })
	if at < 0 {
		return projections.Agreement{}, domain.Refuse(domain.NotFound, "NO_SUCH_AGREEMENT", "There is no such agreement.")
	}
	return all[at], nil
}

func (v *visit) agreement() error {
	g, err := v.agreementHere()
	if err != nil {
		return err
	}
	tag, path := v.agreementTag(g), agreementPath(g)
	coordinates := v.who.Capacity == domain.Coordinator
	d := dossierData{frame: v.frame(g.PartnerName, "/agreements"), Over: v.say("Agreement, version %s", strconv.Itoa(g.Edition)), Heading: g.PartnerName, Tag: &tag, Sub: v.typeOf(g.Type), Call: v.agreementCall(g, coordinates)}
	t := &list{Caption: v.say("Courses that give credit"), Columns: []column{{Name: v.say("Course")}, {Name: v.say("Requirement")}, {Name: v.say("Credit")}, {Name: v.say("Lowest grade")}, {Name: v.say("Valid")}}}
	ended := g.State == projections.AgreementTerminated || g.State == projections.AgreementExpired
	if coordinates && !ended {
		t.Columns = append(t.Columns, column{Name: v.say("Change")})
	}
	met := v.creditRequirements()
	for _, r := range g.Rules {
		valid := cell{Text: v.say("From %s", v.day(wholeDay, r.From)), Note: r.Year}
		change := cell{}
		switch {
		case !r.RetiredOn.IsZero():
			valid = cell{Text: v.say("Until %s", v.day(wholeDay, r.RetiredOn.AddDays(-1))), Note: r.Reason}
		case coordinates && !ended:
			change = cell{Text: v.say("Retire %s", r.Course), Href: path + "/retire?rule=" + string(r.Rule)}
		}
		line := row{{Text: r.Course, Note: r.Title}, {Text: met[r.Requirement]}, {Text: v.credits(r.Credit)}, {Text: string(r.MinGrade)}, valid}
		if coordinates && !ended {
			line = append(line, change)
		}
		t.Rows = append(t.Rows, line)
	}
	versions := &list{Caption: v.say("Versions"), Columns: []column{{Name: v.say("Version")}, {Name: v.say("Covers")}, {Name: v.say("In force from")}, {Name: v.say("Until")}, {Name: v.say("What changed")}}}
	for _, n := range slices.Backward(g.Versions) {
		versions.Rows = append(versions.Rows, row{{Text: strconv.Itoa(n.Number)}, {Text: v.recordsOf(n.Scopes)}, {Text: v.day(wholeDay, n.On)}, {Text: v.day(wholeDay, n.To)}, {Text: n.Note}})
	}
	d.Cards = []card{{ID: "rules", Title: v.say("Courses that give credit"), Acts: offers(link{v.say("Add a course"), when(coordinates && !ended, path+"/rule")}), Table: t, Empty: v.say("None yet. Add those by which a requirement of a pathway is met.")},
		{ID: "versions", Title: v.say("Versions that were signed"), Table: versions, Empty: v.say("None was in force yet.")}}
	d.Side = []card{{ID: "facts", Title: v.say("What is agreed"), Facts: details(
		detail{v.say("Institution"), cell{Text: g.PartnerName, Href: "/institutions/" + string(g.Partner)}}, detail{v.say("Covers"), cell{Text: v.recordsOf(g.Scopes)}}, detail{v.say("From"), cell{Text: v.day(wholeDay, g.From)}}, detail{v.say("Until"), cell{Text: v.day(wholeDay, g.To)}},
		detail{v.say("Signed by"), cell{Text: v.signers(g)}}, detail{v.say("Ended"), cell{Text: v.day(wholeDay, g.EndedOn)}}, detail{v.say("Who began finishes by"), cell{Text: v.day(wholeDay, g.TeachOut)}}, detail{v.say("Why"), cell{Text: g.Reason}})}}
	if p := g.Proposal; p != nil {
		d.Side = append(d.Side, card{ID: "proposal", Title: v.say("Version %s, proposed", strconv.Itoa(p.Version)), Lead: p.Note, Facts: details(detail{v.say("Covers"), cell{Text: v.recordsOf(p.Scopes)}}, detail{v.say("Until"), cell{Text: v.day(wholeDay, p.To)}})})
	}
	active := g.State == projections.AgreementActive
	if doings := offers(link{v.say("Amend what it covers"), when(coordinates && active, path+"/amend")}, link{v.say("Renew it"), when(coordinates && active, path+"/renew")}, link{v.say("Suspend it for a time"), when(coordinates && active, path+"/suspend")},
		link{v.say("Resume it"), when(coordinates && g.State == projections.AgreementSuspended, path+"/resume")}, link{v.say("Terminate it"), when(coordinates && !ended, path+"/terminate")}); len(doings) > 0 {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the agreement"), Doings: doings})
	}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) signers(g projections.Agreement) string {
	var names []string
	for _, p := range g.Signed {
		if p == agreement.Hospital {
			names = append(names, v.Organization)
		} else {
			names = append(names, g.PartnerName)
		}
	}
	return strings.Join(names, ", ")
}

// agreementCall is what has to be done next for an agreement to be in force.
func (v *visit) agreementCall(g projections.Agreement, coordinates bool) *call {
	path := agreementPath(g)
	ours, lies := slices.Contains(g.Signed, agreement.Hospital), g.Edition
	if g.Proposal != nil {
		lies = g.Proposal.Version
	}
	switch {
	case g.State == projections.AgreementDraft:
		return &call{v.say("It is a draft"), v.say("Lay it before both sides once it is right."), link{v.say("Send it for signature"), when(coordinates, path+"/send")}}
	case (g.State == projections.AgreementPending || g.State == projections.AgreementPartlySigned || g.Proposal != nil) && !ours:
		return &call{v.say("The signature of the hospital is needed"), v.say("Read what it covers before you sign."), link{v.say("Sign for the hospital"), when(coordinates, path+"/sign?version="+strconv.Itoa(lies))}}
	case g.State == projections.AgreementPending || g.State == projections.AgreementPartlySigned || g.Proposal != nil:
		return &call{v.say("%s signs", g.PartnerName), v.say("Its registrar signs on the page of the college, or its system does."), link{}}
	case g.State == projections.AgreementSigned:
		return &call{v.say("Both sides have signed"), v.say("Put it into force on its first day."), link{v.say("Put it into force"), when(coordinates, path+"/activate")}}
	case g.State == projections.AgreementActive && g.To.DaysSince(v.Desk.Today()) <= endingSoon:
		return &call{v.say("It ends on %s", v.day(wholeDay, g.To)), v.say("From then on %s sees nothing and gives no credit.", g.PartnerName), link{v.say("Renew it"), when(coordinates, path+"/renew")}}
	}
	return nil
}

// creditRequirements are the titles of what a course can meet on a pathway.
func (v *visit) creditRequirements() map[domain.RequirementID]string {
	titles := map[domain.RequirementID]string{}
	for _, p := range v.pathways() {
		for _, s := range p.Stages {
			for r := range s.Milestones() {
				if r.ByCredit() {
					titles[r.ID] = r.Title
				}
			}
		}
	}
	return titles
}

func (v *visit) newAgreement() error {
	t := task{section: "/agreements", over: v.say("Agreements"), title: v.say("Draft an agreement"), button: v.say("Draft the agreement"), back: "/agreements", lead: v.say("Nothing is shared before both sides have signed, and then only of learners who consent.")}
	with, err := v.Desk.Read.Partners(v.ctx())
	if err != nil {
		return err
	}
	t.inputs = []input{{Name: "partnerId", Label: v.say("Institution"), Kind: listInput}, {Name: "type", Label: v.say("Purpose"), Kind: choiceInput}, {Name: "scopes", Label: v.say("What it covers"), Kind: boxesInput, Options: v.recordOptions(nil)}}
	for _, p := range with {
		t.inputs[0].Options = append(t.inputs[0].Options, option{Value: string(p.ID), Label: p.Name, Chosen: string(p.ID) == v.r.URL.Query().Get("partner")})
	}
	for _, k := range agreementTypes {
		t.inputs[1].Options = append(t.inputs[1].Options, option{Value: string(k.id), Label: v.say(k.words)})
	}
	t.do = func() (string, string, error) {
		with := domain.PartnerID(v.field("partnerId"))
		id, err := v.freeAgreement(with)
		if err != nil {
			return "", "", err
		}
		_, err = v.Desk.DraftAgreement(v.ctx(), v.ask(), id, agreement.Drafted{Partner: with, Type: agreement.Type(v.field("type")), Scopes: v.covered()})
		return "/agreements/" + string(id), v.say("Drafted. Send it for signature once it is right."), err
	}
	return v.perform(t)
}

// freeAgreement names the next agreement with an institution: the same for a form that is sent
// again, as what it drafts is a draft still.
func (v *visit) freeAgreement(with domain.PartnerID) (domain.AgreementID, error) {
	known, err := v.Desk.Read.Agreements(v.ctx(), with)
	year := v.Desk.Today().Format("2006")
	id := domain.AgreementID(string(with) + "-" + year)
	for n := 2; slices.ContainsFunc(known, func(g projections.Agreement) bool { return g.ID == id && g.State != projections.AgreementDraft }); n++ {
		id = domain.AgreementID(string(with) + "-" + year + "-" + strconv.Itoa(n))
	}
	return id, err
}

func (v *visit) recordOptions(scopes []domain.Scope) (options []option) {
	for _, r := range coveredRecords {
		options = append(options, option{Value: string(r.id), Label: v.say(r.words), Chosen: slices.Contains(scopes, r.id)})
	}
	return options
}

func (v *visit) covered() (scopes []domain.Scope) {
	for _, s := range v.r.PostForm["scopes"] {
		scopes = append(scopes, domain.Scope(s))
	}
	return scopes
}

// ruled is the rule that was typed.
func (v *visit) ruled(g projections.Agreement) (rules.Articulation, error) {
	amount, err := domain.ParseCredit(v.written("credit"), domain.CreditUnit(v.field("unit")))
	if r := domain.AsRefusal(err); r != nil {
		err = r.About("credit")
	}
	course := v.written("course")
	return rules.Articulation{Rule: domain.RuleID(string(g.ID) + "-" + sheet.Key(course)), Course: course, Title: v.written("title"), Requirement: domain.RequirementID(v.field("satisfies")), Credit: amount,
		MinGrade: rules.Grade(v.written("minGrade")), From: v.dayOf("from"), To: v.dayOf("to")}, err
}
