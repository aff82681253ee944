package portal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// changeAgreement does what the address names to an agreement.
func (v *visit) changeAgreement() error {
	g, err := v.agreementHere()
	if err != nil {
		return err
	}
	t := task{section: "/agreements", over: g.PartnerName, back: agreementPath(g)}
	id, today := g.ID, v.Desk.Today()
	reason := input{Name: "reason", Label: v.say("Why"), Kind: textInput}
	switch v.r.PathValue("task") {
	case "send":
		t.title, t.button, t.effects = v.say("Send it for signature"), v.say("Send it"), []string{v.say("Both sides can sign it from now on."), v.say("The draft is not changed any more.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.SendAgreement(v.ctx(), v.ask(), id)
			return "", v.say("Sent. Both sides can sign."), err
		}
	case "sign":
		version, _ := strconv.Atoi(v.r.URL.Query().Get("version"))
		t.title, t.button = v.say("Sign for the hospital"), v.say("Sign version %s", strconv.Itoa(version))
		t.effects = []string{v.say("The signature goes on record with your name and the time."), v.say("It binds the hospital once %s has signed as well.", g.PartnerName)}
		t.do = func() (string, string, error) {
			_, err := v.Desk.SignAgreement(v.ctx(), v.ask(), id, version)
			return "", v.say("Signed. It is on record."), err
		}
	case "activate":
		t.title, t.button = v.say("Put it into force"), v.say("Put it into force")
		t.inputs = []input{{Name: "from", Label: v.say("First day"), Kind: dayInput, Value: today.String()}, {Name: "to", Label: v.say("Last day"), Kind: dayInput, Value: today.AddMonths(36).AddDays(-1).String()}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ActivateAgreement(v.ctx(), v.ask(), id, v.dayOf("from"), v.dayOf("to"))
			return "", v.say("In force. Learners can share with %s now.", g.PartnerName), err
		}
	case "amend":
		t.title, t.button, t.lead = v.say("Amend what it covers"), v.say("Propose the version"), v.say("What is in force stays in force until both sides have signed the new version.")
		t.inputs = []input{{Name: "scopes", Label: v.say("What it covers"), Kind: boxesInput, Options: v.recordOptions(g.Scopes)}, {Name: "to", Label: v.say("Last day"), Kind: dayInput, Value: g.To.String()}, {Name: "note", Label: v.say("What changes, and why"), Hint: v.say("Both sides read it"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.AmendAgreement(v.ctx(), v.ask(), id, v.covered(), v.dayOf("to"), v.field("note"))
			return "", v.say("Proposed. Both sides sign the new version."), err
		}
	case "renew":
		t.title, t.button, t.lead = v.say("Renew it"), v.say("Propose the term"), v.say("What is in force stays in force until both sides have signed the new version.")
		t.inputs = []input{{Name: "to", Label: v.say("New last day"), Kind: dayInput, Value: g.To.AddMonths(12).String()}, {Name: "note", Label: v.say("What changes, and why"), Hint: v.say("Both sides read it"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.RenewAgreement(v.ctx(), v.ask(), id, v.dayOf("to"), v.field("note"))
			return "", v.say("Proposed. Both sides sign the new version."), err
		}
	case "suspend":
		t.title, t.button, t.danger = v.say("Suspend the agreement"), v.say("Suspend it"), true
		t.effects, t.inputs = []string{v.say("%s sees nothing and gives no credit until it is resumed.", g.PartnerName)}, []input{reason}
		t.do = func() (string, string, error) {
			_, err := v.Desk.SuspendAgreement(v.ctx(), v.ask(), id, v.field("reason"))
			return "", v.say("Suspended at once."), err
		}
	case "resume":
		t.title, t.button, t.effects = v.say("Resume the agreement"), v.say("Resume it"), []string{v.say("%s sees again what learners share with it.", g.PartnerName)}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ResumeAgreement(v.ctx(), v.ask(), id)
			return "", v.say("In force again."), err
		}
	case "terminate":
		t.title, t.button, t.danger, t.keep = v.say("Terminate the agreement"), v.say("Terminate it for good"), true, v.say("Go on with it")
		t.effects = []string{v.say("What was shared under it is shared no longer, at once."), v.say("Learners who have begun finish under its rules until the day you name, if you name one."), v.say("It cannot be undone.")}
		t.inputs = []input{reason, {Name: "teachOut", Label: v.say("Who began finishes by"), Kind: dayInput, Optional: true}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.TerminateAgreement(v.ctx(), v.ask(), id, v.field("reason"), v.dayOf("teachOut"))
			return "", v.say("Terminated. %s is told.", g.PartnerName), err
		}
	case "rule":
		t.title, t.button = v.say("Add a course that gives credit"), v.say("Add the course")
		t.inputs = []input{
			{Name: "course", Label: v.say("Code of the course"), Hint: v.say("Such as CYB 110"), Kind: lineInput}, {Name: "title", Label: v.say("Title"), Kind: lineInput},
			{Name: "satisfies", Label: v.say("Requirement that it meets"), Kind: listInput, Options: v.requirementOptions()},
			{Name: "credit", Label: v.say("Most credit"), Kind: numberInput, Value: "3"},
			{Name: "unit", Label: v.say("Counted in"), Kind: listInput, Options: []option{{Value: string(domain.Semester), Label: v.say("Semester credits")}, {Value: string(domain.Quarter), Label: v.say("Quarter credits")}, {Value: string(domain.Clock), Label: v.say("Clock hours")}}},
			{Name: "minGrade", Label: v.say("Lowest grade"), Kind: lineInput, Optional: true}, {Name: "from", Label: v.say("Valid from"), Kind: dayInput, Value: today.String()}, {Name: "to", Label: v.say("Valid until"), Kind: dayInput, Optional: true},
		}
		t.do = func() (string, string, error) {
			rule, err := v.ruled(g)
			if err != nil {
				return "", "", err
			}
			_, err = v.Desk.AddRule(v.ctx(), v.ask(), id, rule)
			return "", v.say("%s gives credit from %s on.", rule.Course, v.day(wholeDay, rule.From)), err
		}
	case "retire":
		rule := domain.RuleID(v.r.URL.Query().Get("rule"))
		t.title, t.button, t.danger = v.say("Retire a course"), v.say("Retire it"), true
		t.effects = []string{v.say("From that day on it gives no credit. What was awarded stays.")}
		t.inputs = []input{{Name: "from", Label: v.say("From"), Kind: dayInput, Value: today.String()}, reason}
		t.do = func() (string, string, error) {
			_, err := v.Desk.RetireRule(v.ctx(), v.ask(), id, rule, v.dayOf("from"), v.field("reason"))
			return "", v.say("It gives no credit from %s on.", v.day(wholeDay, v.dayOf("from"))), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

func (v *visit) requirementOptions() (options []option) {
	for id, title := range v.creditRequirements() {
		options = append(options, option{Value: string(id), Label: title})
	}
	slices.SortFunc(options, func(a, b option) int { return strings.Compare(folded(a.Label)+a.Value, folded(b.Label)+b.Value) })
	return options
}
