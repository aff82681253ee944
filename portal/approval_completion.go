package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/projections"
)

const completionPath = "/approvals/completions/"

var completionRoutes = []route{
	{"GET " + completionPath + "{a}", (*visit).completion, only(domain.Coordinator)},
	{"GET " + completionPath + "{a}/{task}", (*visit).decideCompletion, only(domain.Coordinator)},
	{"POST " + completionPath + "{a}/{task}", (*visit).decideCompletion, only(domain.Coordinator)},
}

// completing is the learner whom the address names, if a coordinator has their end to decide.
func (v *visit) completing() (projections.Learner, error) {
	l, err := v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a")))
	if err == nil && l.Status != projections.CompletionPending && l.Status != projections.Gateway && l.Status != projections.Completed && l.Status != projections.Active {
		err = domain.Refuse(domain.Conflict, "COMPLETION_NOT_REQUESTED", "Completion was not asked for.")
	}
	return l, err
}

// completion shows what a learner has to show at the end, rule by rule.
func (v *visit) completion() error {
	l, err := v.completing()
	if err != nil {
		return err
	}
	findings, err := v.Desk.Completion(v.ctx(), l)
	if err != nil {
		return err
	}
	path := completionPath + string(l.ID)
	d := dossierData{frame: v.frame("Completion", "/approvals"), Over: v.say("Completion"), Heading: v.name(l.Person)}
	switch l.Status {
	case projections.CompletionPending:
		d.Sub = v.say("Asks for completion. Record the certificate once the agency has issued it, or send the request back.")
		d.Acts = []link{{v.say("Record the certificate"), path + "/certify"}, {v.say("Send the request back"), path + "/return"}}
	case projections.Gateway:
		d.Sub = v.say("All agreed that the apprentice is ready. Record what the independent organisation found.")
		d.Acts = []link{{v.say("Record the assessment"), path + "/assess"}}
	case projections.Completed:
		d.Sub = v.say("Completed on %s, certificate %s.", v.day(wholeDay, l.CompletedOn), l.Certificate)
	default:
		d.Sub = v.say("Under way. Completion has not been asked for.")
	}
	t := &list{Caption: v.say("What the standard asks for"), Columns: []column{{Name: v.say("Rule")}, {Name: v.say("There"), Number: true}, {Name: v.say("Needed"), Number: true}, {Name: v.say("Standing")}}}
	for _, f := range findings {
		met := cell{Text: v.say("Met"), Tone: toneOK}
		if !f.Met {
			met = cell{Text: v.say("Not met yet"), Tone: toneWarn}
		}
		t.Rows = append(t.Rows, row{{Text: f.Title}, {Text: v.amount(f, f.There)}, {Text: v.amount(f, f.Need)}, met})
	}
	d.Cards = []card{{ID: "rules", Title: v.say("What the standard asks for"), Table: t, Empty: v.say("The pathway alone says when this apprenticeship is complete."),
		Acts: []link{{v.say("Open the pathway of %s", firstName(d.Heading)), "/apprentices/" + string(l.ID)}}}}
	return show(v, dossierPage, http.StatusOK, d)
}

// amount writes a figure of a finding: a rating, or time.
func (v *visit) amount(f standard.Finding, n int) string {
	if f.Rule == standard.CompetencyRated {
		return v.say("rated %d", n)
	}
	return domain.Minutes(n).String()
}

// decideCompletion takes one of the steps at the end.
func (v *visit) decideCompletion() error {
	l, err := v.completing()
	if err != nil {
		return err
	}
	t := task{section: "/approvals", over: v.say("Completion of %s", v.name(l.Person)), back: completionPath + string(l.ID)}
	first := firstName(v.name(l.Person))
	switch v.r.PathValue("task") {
	case "certify":
		t.title, t.button = v.say("Record the certificate"), v.say("Complete the apprenticeship")
		t.effects = []string{v.say("The apprenticeship is complete. %s sees it on the pathway.", first), v.say("The record can be printed with the number of the certificate.")}
		t.inputs = []input{{Name: "agency", Label: v.say("Agency"), Kind: lineInput, Value: l.Agency}, {Name: "certificateNo", Label: v.say("Number of the certificate"), Kind: lineInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Certify(v.ctx(), v.ask(), l.ID, v.field("agency"), v.field("certificateNo"))
			return "", v.say("Completed. %s sees it on the pathway.", first), err
		}
	case "return":
		t.title, t.button = v.say("Send the request back"), v.say("Send it back")
		t.inputs = []input{{Name: "reason", Label: v.say("What has to be mended?"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ReturnCompletion(v.ctx(), v.ask(), l.ID, v.field("reason"))
			return "", v.say("Sent back. Completion can be asked for again once it is mended."), err
		}
	case "assess":
		t.title, t.button = v.say("Record the assessment"), v.say("Record the assessment")
		t.inputs = []input{{Name: "partnerId", Label: v.say("Organisation"), Hint: v.say("One that neither employs nor teaches the apprentice"), Kind: listInput, Options: v.organisations()},
			{Name: "passed", Label: v.say("Result"), Kind: choiceInput, Options: []option{{Value: "yes", Label: v.say("Passed")}, {Value: "no", Label: v.say("Not passed yet")}}},
			{Name: "grade", Label: v.say("Grade"), Hint: v.say("Where it was passed"), Kind: lineInput, Optional: true},
			{Name: "feedback", Label: v.say("What was missing"), Hint: v.say("Where it was not passed"), Kind: textInput, Optional: true}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.RecordAssessment(v.ctx(), v.ask(), l.ID, domain.PartnerID(v.field("partnerId")), v.field("passed") == "yes", v.field("grade"), v.field("feedback"))
			return "", v.say("Recorded. %s sees it on the pathway.", first), err
		}
	default:
		return domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "There is nothing at this address.")
	}
	return v.perform(t)
}

// organisations are the institutions that are known, by name.
func (v *visit) organisations() (out []option) {
	all, err := v.Desk.Read.Partners(v.ctx())
	v.trouble(err)
	for _, p := range all {
		out = append(out, option{Value: string(p.ID), Label: p.Name})
	}
	return out
}
