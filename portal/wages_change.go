package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// mostRate bounds the wage for an hour that can be typed.
const mostRate domain.Cents = 100_000_00

// changeWage approves, holds back or corrects a wage step.
func (v *visit) changeWage() error {
	w, err := v.wageOf()
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(v.r.PathValue("step"))
	at := slices.IndexFunc(w.Steps, func(s projections.WageStep) bool { return s.Step == step })
	if at < 0 {
		return domain.Refuse(domain.NotFound, "NO_SUCH_STEP", "%s", v.say("This step is not reached yet."))
	}
	s, name, least := w.Steps[at], v.text(w.Learner.Name), promisedRate(w, step)
	t := task{section: "/wages", over: name, back: "/wages/" + string(w.Learner.ID)}
	rate := input{Name: "rate", Kind: numberInput, Label: v.say("Wage for an hour, in dollars"), Value: amount(max(least, s.Rate))}
	if least > 0 {
		rate.Hint = v.say("At least %s by the schedule", dollars(least))
	}
	on := input{Name: "effectiveOn", Kind: dayInput, Label: v.say("From"), Value: s.DueOn.String()}
	why := input{Name: "reason", Kind: textInput, Label: v.say("Why"), Hint: v.say("The apprentice reads it")}
	switch v.r.PathValue("task") {
	case "approve":
		t.title, t.button, t.inputs = v.say("Approve step %d of %s", step, name), v.say("Approve the wage"), []input{rate, on}
		t.do = func() (string, string, error) {
			cents, err := v.cents("rate")
			if err == nil {
				_, err = v.Desk.ApproveWageStep(v.ctx(), v.ask(), w.Learner.ID, step, cents, v.dayOf("effectiveOn"))
			}
			return "", v.say("Approved: %s an hour from %s on. %s is told.", dollars(cents), v.day(wholeDay, v.dayOf("effectiveOn")), name), err
		}
	case "hold":
		t.title, t.button, t.inputs, t.danger = v.say("Hold step %d of %s back", step, name), v.say("Hold it back"), []input{why}, true
		t.effects = []string{v.say("The wage stays as it is."), v.say("The step can still be approved later.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.DenyWageStep(v.ctx(), v.ask(), w.Learner.ID, step, v.field("reason"))
			return "", v.say("Held back. %s is told why.", name), err
		}
	case "correct":
		rate.Value, on.Value = amount(s.Rate), s.EffectiveOn.String()
		t.title, t.button, t.inputs = v.say("Correct step %d of %s", step, name), v.say("Correct the wage"), []input{rate, on, why}
		t.lead = v.say("What was approved stays on record beside the correction.")
		t.do = func() (string, string, error) {
			cents, err := v.cents("rate")
			if err == nil {
				_, err = v.Desk.CorrectWageStep(v.ctx(), v.ask(), w.Learner.ID, step, cents, v.dayOf("effectiveOn"), v.field("reason"))
			}
			return "", v.say("Corrected: %s an hour from %s on.", dollars(cents), v.day(wholeDay, v.dayOf("effectiveOn"))), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

// cents is an amount that was typed in dollars, such as 24.70 or 24,70.
func (v *visit) cents(name string) (domain.Cents, error) {
	typed := strings.TrimPrefix(strings.TrimSpace(v.field(name)), "$")
	whole, part, _ := strings.Cut(strings.ReplaceAll(typed, ",", "."), ".")
	d, err := strconv.ParseUint(whole, 10, 32)
	c, none := strconv.ParseUint((part + "00")[:2], 10, 8)
	if err != nil || none != nil || len(part) > 2 || domain.Cents(d*100+c) > mostRate {
		return 0, domain.Refuse(domain.Invalid, "BAD_AMOUNT", "%s", v.say("%q is not an amount. Write dollars and cents as 24.70.", typed)).About(name)
	}
	return domain.Cents(d*100 + c), nil
}

// amount is c as people type it.
func amount(c domain.Cents) string { return fmt.Sprintf("%d.%02d", c/100, c%100) }

func dollars(c domain.Cents) string { return "$" + amount(c) }
