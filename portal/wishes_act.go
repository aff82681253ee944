package portal

import (
	"cmp"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func (v *visit) wish() error {
	aim, err := v.aim()
	if err == nil {
		_, err = v.Desk.ExpressInterest(v.ctx(), v.ask(), aim, v.field("note"))
	}
	return v.answered("wish", v.say("Kept. Coordinators see it when the next places are given out. You can take it back at any time."), err)
}

func (v *visit) unwish() error {
	aim, err := v.aim()
	if err == nil {
		_, err = v.Desk.WithdrawInterest(v.ctx(), v.ask(), aim)
	}
	return v.answered("", v.say("Taken back. You are not asked about it any more."), err)
}

func (v *visit) refer() error {
	who := domain.PersonID(cmp.Or(domain.Written(v.field("number")), v.field("colleague")))
	aim, err := v.aim()
	switch {
	case who == "":
		err = domain.Refuse(domain.Invalid, "COLLEAGUE_MISSING", "%s", v.say("Choose a colleague of your team, or write the personnel number of somebody else.")).About("personId")
	case err == nil:
		_, err = v.Desk.Refer(v.ctx(), v.ask(), who, aim, v.field("note"))
	}
	return v.answered("refer", v.say("Referred. Your colleague is asked whether they would like to, and decides alone. You see the answer here."), err)
}

// number is the fact that an address names.
func (v *visit) number() int {
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil {
		return 0 // which no fact has
	}
	return n
}

func (v *visit) answerReferral() error {
	accepted := v.field("answer") == "yes"
	_, err := v.Desk.AnswerReferral(v.ctx(), v.ask(), v.number(), accepted)
	notice := v.say("Answered. Your colleague sees that you would rather not.")
	if accepted {
		notice = v.say("Answered. It is among your interests now, and coordinators see it.")
	}
	return v.answered("", notice, err)
}

func (v *visit) offerMentoring() error {
	_, err := v.Desk.OfferMentoring(v.ctx(), v.ask(), person.MentorKind(v.field("kind")), v.field("note"))
	return v.answered("mentor", v.say("Offered. A coordinator asks you before anybody is paired with you."), err)
}

func (v *visit) withdrawMentoring() error {
	_, err := v.Desk.WithdrawMentoring(v.ctx(), v.ask(), person.MentorKind(v.field("kind")))
	return v.answered("", v.say("Taken back. Whom you mentor already stays with you."), err)
}

// dayField reads a day that was typed.
func (v *visit) dayField(name string) (domain.Date, error) {
	day, err := domain.ParseDate(v.field(name))
	if r := domain.AsRefusal(err); r != nil {
		err = r.About(name)
	}
	return day, err
}

func (v *visit) joinAssociation() error {
	on, err := v.dayField("on")
	if err == nil {
		_, err = v.Desk.JoinAssociation(v.ctx(), v.ask(), v.field("association"), on)
	}
	return v.answered("join", v.say("Kept. The membership is on your record."), err)
}

func (v *visit) endMembership() error {
	_, err := v.Desk.EndMembership(v.ctx(), v.ask(), v.number(), v.Desk.Today())
	return v.answered("", v.say("Ended today. It stays on your record as a former membership."), err)
}

func (v *visit) cohortInPath() domain.CohortID { return domain.CohortID(v.r.PathValue("id")) }

func (v *visit) applyToCohort() error {
	_, err := v.Desk.ApplyToCohort(v.ctx(), v.ask(), v.cohortInPath(), v.who.ID)
	return v.answered("", v.say("Applied. A coordinator decides, and you find the answer here."), err)
}

func (v *visit) decideSeat() error {
	accept := v.field("answer") == "yes"
	_, err := v.Desk.DecideSeat(v.ctx(), v.ask(), v.cohortInPath(), accept)
	notice := v.say("Declined. The seat goes to whoever waits longest.")
	if accept {
		notice = v.say("The seat is yours. You are told before the first day where it begins.")
	}
	return v.answered("", notice, err)
}

func (v *visit) leaveCohort() error {
	_, err := v.Desk.LeaveCohort(v.ctx(), v.ask(), v.cohortInPath(), v.who.ID, v.say("Withdrawn by the applicant"), v.Desk.Today())
	return v.answered("", v.say("Withdrawn. The place is free for somebody else."), err)
}
