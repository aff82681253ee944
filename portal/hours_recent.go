package portal

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// recentHours are the last weeks, this one first, also those that nothing was logged in.
func (v *visit) recentHours(s hoursSheet) ([]weekRow, error) {
	if s.learner.BeganOn.IsZero() {
		return nil, nil
	}
	now := s.today.Week()
	known, err := v.Desk.Read.Weeks(v.ctx(), s.learner.ID, now.Add(1), desk.RecentWeeks)
	if err != nil {
		return nil, err
	}
	weeks := map[domain.Week]projections.Week{}
	for _, w := range known {
		weeks[w.Week] = w
	}
	var out []weekRow
	for i := range desk.RecentWeeks {
		w := now.Add(-i)
		if w.Sunday().Before(s.learner.BeganOn) {
			break
		}
		if ended := s.learner.EndedOn; !ended.IsZero() && w.Monday().After(ended) {
			continue
		}
		row := v.weekRow(weeks[w], i)
		if s.typed != nil && w == s.week.Week {
			row.Word, row.Hours = v.say("Not saved yet"), s.filled()
		}
		row.Path, row.Name, row.Current = weekPath(w), v.day(shortDay, w.Monday()), w == s.week.Week
		out = append(out, row)
	}
	return out, nil
}

// weekRow tells where the hours of a week are that lies ago weeks back.
func (v *visit) weekRow(w projections.Week, ago int) weekRow {
	decided := v.day(shortDay, domain.DateOf(v.here(w.DecidedAt)))
	row := weekRow{Hours: w.OnTheJob + w.Instruction, Tone: toneMute}
	switch {
	case w.State == projections.WeekSubmitted:
		row.Word, row.Tone = v.say("Waiting"), toneInfo
		row.Note = v.say("With %s since %s.", v.name(w.Holder), v.day(shortDay, domain.DateOf(v.here(w.SubmittedAt))))
	case w.State == projections.WeekReturned:
		row.Word, row.Tone = v.say("Sent back"), toneWarn
		row.Note = v.say("%s, %s.", v.name(w.DecidedBy), decided)
		if reason := v.text(w.Reason); reason != "" {
			row.Note = v.say("%s wrote: “%s”", v.name(w.DecidedBy), reason)
		}
	case w.State == projections.WeekApproved:
		row.Word, row.Tone = v.say("Signed off"), toneOK
		row.Note = v.say("%s, %s.", v.name(w.DecidedBy), decided)
	case row.Hours > 0 && ago > 0:
		row.Word, row.Tone = v.say("Not sent yet"), toneWarn
	case row.Hours > 0:
		row.Word = v.say("Not sent yet")
	case ago == 1:
		row.Word, row.Tone = v.say("Nothing logged"), toneWarn
	default:
		row.Word = v.say("Nothing logged")
	}
	return row
}
