package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/projections"
)

// waitingHere lists what waits for the institution, the oldest first: credit to decide on, appeals
// and agreements to sign.
func (v *visit) waitingHere() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	credits, agreements, err := v.ofCollege(&c)
	if err != nil {
		return err
	}
	type item struct {
		since domain.Date
		row   row
	}
	var all []item
	for _, k := range credits {
		what := cell{Text: v.say("A student asks for credit"), Note: k.Course + " " + k.Title, Href: k.path()}
		if k.Appealed {
			what.Text, what.Tone = v.say("A student appeals your denial"), toneWarn
		}
		all = append(all, item{k.Since, row{what, {Text: v.studentName(c, k.of)}, v.creditState(k.State), v.lastOf(k.Since)}})
	}
	for _, g := range agreements {
		all = append(all, item{g.Since, row{{Text: v.say("An agreement is to be signed"), Note: string(g.ID), Href: "/college" + agreementPath(g)}, {Text: v.Organization}, v.agreementTag(g), v.lastOf(g.Since)}})
	}
	slices.SortStableFunc(all, func(a, b item) int { return strings.Compare(a.since.String(), b.since.String()) })
	d := listingData{frame: v.frame("Waiting for you", "/college/waiting"), Heading: v.say("What waits for you"), Lead: v.say("Credit that students ask for, appeals, and agreements to sign, those first that wait longest. Students whom the hospital has to match are under Not matched."),
		Empty: emptiness{Title: v.say("Nothing waits for you"), Text: v.say("When a student asks you for credit or appeals, or an agreement is to be signed, it is here.")}}
	d.List = list{Caption: v.say("What waits for you"), Columns: []column{{Name: v.say("What"), Notes: v.say("Detail")}, {Name: v.say("Who")}, {Name: v.say("State")}, {Name: v.say("Since"), Notes: v.say("Age")}}}
	for _, i := range all {
		d.List.Rows = append(d.List.Rows, i.row)
	}
	if err := v.tellCredits(c, credits); err != nil {
		return err
	}
	return v.showList("waiting", d)
}

func (v *visit) ownAgreements() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	all, err := v.Desk.Read.Agreements(v.ctx(), c.by.Partner)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(g projections.Agreement) bool { return g.State == projections.AgreementDraft })
	d := listingData{frame: v.frame("Agreements", "/college/agreements"), Heading: v.say("Agreements with %s", v.Organization), Lead: v.say("What you may see of students who consent, and for which courses you give credit."),
		Empty: emptiness{Title: v.say("No agreement yet"), Text: v.say("An agreement appears here once the hospital lays it before you to be signed.")}}
	d.List = v.agreementList(all)
	for i, g := range all {
		d.List.Rows[i][0].Text, d.List.Rows[i][0].Href = string(g.ID), "/college"+agreementPath(g)
	}
	return v.showList("agreements", d)
}

// theOwnAgreement is the agreement of the institution that the address names, once it was laid before it.
func (v *visit) theOwnAgreement() (c college, g projections.Agreement, err error) {
	if c, err = v.forCollege(); err != nil {
		return c, g, err
	}
	all, err := v.Desk.Read.Agreements(v.ctx(), c.by.Partner)
	for _, known := range all {
		if string(known.ID) == v.r.PathValue("agreement") && known.State != projections.AgreementDraft {
			return c, known, err
		}
	}
	if err == nil {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_AGREEMENT", "There is no such agreement.")
	}
	return c, g, err
}

func (v *visit) ownAgreement() error {
	_, g, err := v.theOwnAgreement()
	if err != nil {
		return err
	}
	tag := v.agreementTag(g)
	d := dossierData{frame: v.frame("Agreements", "/college/agreements"), Over: v.Organization, Heading: v.typeOf(g.Type), Tag: &tag}
	switch signed := slices.Contains(g.Signed, agreement.Institution); {
	case g.Lies() && !signed:
		d.Call = &call{v.say("Your signature is needed"), v.say("Read what it covers before you sign."), link{v.say("Sign for %s", g.PartnerName), "/college" + agreementPath(g) + "/sign"}}
	case g.Lies():
		d.Call = &call{v.say("%s signs", v.Organization), v.say("You have signed. It is in force once the hospital has too."), link{}}
	case g.State == projections.AgreementSigned:
		d.Call = &call{v.say("Both sides have signed"), v.say("The hospital puts it into force on its first day."), link{}}
	}
	t := &list{Caption: v.say("Courses that give credit"), Columns: []column{{Name: v.say("Course"), Notes: v.say("Title")}, {Name: v.say("Most credit")}, {Name: v.say("Lowest grade")}, {Name: v.say("Valid from")}, {Name: v.say("Until")}}}
	for _, r := range g.Rules {
		t.Rows = append(t.Rows, row{{Text: r.Course, Note: r.Title}, {Text: v.credits(r.Credit)}, {Text: string(r.MinGrade)}, v.onDay(r.From), v.onDay(r.To)})
	}
	d.Cards = []card{{ID: "rules", Title: v.say("Courses that give credit"), Table: t, Empty: v.say("None yet.")}}
	if p := g.Proposal; p != nil {
		d.Cards = append(d.Cards, card{ID: "proposal", Title: v.say("Version %s, proposed", strconv.Itoa(p.Version)), Lead: p.Note, Facts: details(detail{v.say("Covers"), cell{Text: v.recordsOf(p.Scopes)}}, detail{v.say("Until"), v.onDay(p.To)})})
	}
	d.Side = []card{{ID: "facts", Title: v.say("What is agreed"), Facts: details(detail{v.say("Covers"), cell{Text: v.recordsOf(g.Scopes)}}, detail{v.say("From"), v.onDay(g.From)}, detail{v.say("Until"), v.onDay(g.To)},
		detail{v.say("Signed by"), cell{Text: v.signers(g)}}, detail{v.say("Waits since"), v.waitsSince(g)})}}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) waitsSince(g projections.Agreement) cell {
	if !g.Lies() || g.Since.IsZero() {
		return cell{}
	}
	return v.lastOf(g.Since)
}

// signAgreement signs what lies before the institution.
func (v *visit) signAgreement() error {
	c, g, err := v.theOwnAgreement()
	if err != nil {
		return err
	}
	version := g.Edition
	if g.Proposal != nil {
		version = g.Proposal.Version
	}
	return v.perform(task{section: "/college/agreements", over: v.Organization, title: v.say("Sign for %s", g.PartnerName), back: "/college" + agreementPath(g), button: v.say("Sign version %s", strconv.Itoa(version)),
		effects: []string{v.say("The signature goes on record with your name and the time."), v.say("It binds your institution once the hospital has signed as well.")},
		do: func() (string, string, error) {
			_, err := v.Desk.SignAgreement(v.ctx(), v.askFor(c), g.ID, version)
			return "", v.say("Signed. It is on record."), err
		}})
}
