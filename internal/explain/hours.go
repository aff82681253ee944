package explain

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// onlyApproved is why hours that were logged do not count.
func (c Case) onlyApproved() Rule {
	return Rule{"approved-hours", domain.Tell("Only hours that were signed off count"), Source{ByRuleSet, c.Learner.RuleSet}}
}

// hours explains weeks whose hours do not count yet. The week before this one is due on
// Monday, whether anything was logged or not.
func (c Case) hours() (out []Explanation) {
	last := c.Today.Week().Add(-1)
	sent := false
	for _, w := range c.Weeks {
		e := Explanation{About: Hours, Subject: timesheet.Stream(c.Learner.ID, w.Week), Title: weekOf(w.Week), Rule: c.onlyApproved(), Reason: w.Reason}
		e = e.need(0, int(w.OnTheJob+w.Instruction), Minutes)
		sent = sent || w.Week == last && w.State != projections.WeekOpen
		switch {
		case w.State == projections.WeekReturned:
			e.Next, e.Turn, e.Since = MendHours, c.learner(), domain.DateOf(w.DecidedAt)
		case w.State == projections.WeekSubmitted:
			e.Pending = e.Missing
			e.Next, e.Turn, e.Since = SignHours, Turn{Role: domain.Manager, Person: w.Holder}, domain.DateOf(w.SubmittedAt)
		case w.State == projections.WeekOpen && w.Week == last && !sent:
			e.Next, e.Turn, e.Due = LogHours, c.learner(), last.Sunday().AddDays(1)
			sent = true
		default:
			continue
		}
		out = append(out, e)
	}
	if !sent && !last.Sunday().Before(c.Learner.BeganOn) {
		out = append(out, Explanation{About: Hours, Subject: timesheet.Stream(c.Learner.ID, last), Title: weekOf(last),
			Rule: c.onlyApproved(), Unit: Minutes, Next: LogHours, Turn: c.learner(), Due: last.Sunday().AddDays(1)})
	}
	return out
}

func weekOf(w domain.Week) domain.Text { return domain.Tell("the week of %s", w.Monday()) }
