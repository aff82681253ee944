package portal

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// signOffWeeks signs off the weeks that were ticked, of which none may be odd. What cannot be
// signed off is told, the rest is done.
func (v *visit) signOffWeeks() error {
	var trouble []problem
	status := http.StatusUnprocessableEntity
	refuse := func(what string, r *domain.Refusal) {
		status = statusOf(r)
		trouble = append(trouble, problem{Text: v.say("%s: %s", what, reason(r))})
	}
	ids := v.r.PostForm["id"]
	if len(ids) > desk.MaxWeeks {
		return domain.Refuse(domain.Invalid, "TOO_MANY_WEEKS", "At most %d weeks are signed off at a time.", desk.MaxWeeks)
	}
	odd, err := v.oddWeeks(ids)
	if err != nil {
		return err
	}
	var refs []desk.WeekRef
	var tried []string
	for _, id := range ids {
		ref, subject, err := weekID(id)
		if r := v.refusal(err); r != nil {
			refuse(id, r)
			continue
		}
		if m, is := odd[subject]; is {
			trouble = append(trouble, problem{Text: v.say("%s: %s. Open this week and decide it by itself.", v.weekOf(m), v.odd(m.Odd[0]))})
			continue
		}
		refs, tried = append(refs, ref), append(tried, id)
	}
	done := url.Values{}
	for n, signed := range v.Desk.ApproveWeeks(v.ctx(), v.ask(), refs) {
		switch r := v.refusal(signed.Err); {
		case r != nil:
			refuse(v.say("Week of %s", v.day(wholeDay, refs[n].Week.Monday())), r)
		case signed.Err != nil:
			return signed.Err
		default:
			done.Add("week", tried[n])
		}
	}
	if len(ids) == 0 {
		trouble = append(trouble, problem{Text: v.say("Tick at least one week of hours.")})
	}
	notice := v.say("Signed off %d weeks of hours.", len(done["week"]))
	if len(trouble) == 0 {
		return v.done("/approvals/hours?"+done.Encode(), notice)
	}
	d, err := v.allApprovals()
	if err != nil {
		return err
	}
	d.Problems = trouble
	if len(done) > 0 {
		d.Notice = notice
	}
	return show(v, approvalsPage, status, d)
}

// oddWeeks are those of some weeks that wait for the viewer and are not like others.
func (v *visit) oddWeeks(ids []string) (map[domain.Stream]desk.Matter, error) {
	asked := map[domain.Stream]bool{}
	for _, id := range ids {
		if _, subject, err := weekID(id); err == nil {
			asked[subject] = true
		}
	}
	matters, err := v.Desk.Matters(v.ctx(), slices.DeleteFunc(slices.Clone(v.waiting()), func(i projections.InboxItem) bool { return !asked[i.Subject] }))
	out := map[domain.Stream]desk.Matter{}
	for _, m := range matters {
		if len(m.Odd) > 0 {
			out[m.Subject] = m
		}
	}
	return out, err
}

// weekOf names a week with whose it is.
func (v *visit) weekOf(m desk.Matter) string {
	return v.say("%s, week of %s", v.nameIn(m.InboxItem), v.day(shortDay, m.Week.Week.Week.Monday()))
}

// signedWeeks is what waits, with a receipt for the weeks that the address names and that the
// viewer has signed off.
func (v *visit) signedWeeks() error {
	if !v.decider() {
		return v.home()
	}
	ids := v.r.URL.Query()["week"]
	if len(ids) > desk.MaxWeeks {
		ids = ids[:desk.MaxWeeks]
	}
	var subjects []domain.Stream
	for _, id := range ids {
		_, subject, err := weekID(id)
		if err != nil {
			return err
		}
		subjects = append(subjects, subject)
	}
	weeks, err := v.Desk.Read.Handed(v.ctx(), 0, subjects...)
	if err != nil {
		return err
	}
	var learners []domain.ApprenticeshipID
	for subject, w := range weeks {
		if w.State != projections.WeekApproved || w.DecidedBy != v.who.ID {
			delete(weeks, subject)
			continue
		}
		learners = append(learners, w.Learner)
	}
	d, err := v.allApprovals()
	if err != nil {
		return err
	}
	if len(weeks) == 0 {
		return show(v, approvalsPage, http.StatusOK, d)
	}
	names, err := v.namesOf(learners)
	if err != nil {
		return err
	}
	d.Receipt = &receipt{}
	var total domain.Minutes
	for _, subject := range subjects {
		w, signed := weeks[subject]
		if !signed {
			continue
		}
		delete(weeks, subject)
		sum := w.OnTheJob + w.Instruction
		total += sum
		d.Receipt.Lines = append(d.Receipt.Lines, receiptLine{link{names[w.Learner], requestPath(subject)}, v.say("%s, week of %s", sum.String(), v.day(shortDay, w.Week.Week.Monday()))})
	}
	d.Receipt.Heading = v.say("You signed off %d weeks, %s", len(d.Receipt.Lines), total.String())
	d.Receipt.Text = v.say("They count from now on. Each apprentice sees it on the pathway.")
	return show(v, approvalsPage, http.StatusOK, d)
}

// namesOf are the names of learners whom the viewer has signed something off for.
func (v *visit) namesOf(ids []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]string, error) {
	learners, err := v.Desk.Read.SharedLearners(v.ctx(), projections.LearnerQuery{IDs: ids})
	out := map[domain.ApprenticeshipID]string{}
	for _, l := range learners {
		name, err := v.Desk.Name(v.ctx(), l.Name)
		if err != nil {
			return nil, err
		}
		out[l.ID] = name
	}
	return out, err
}
