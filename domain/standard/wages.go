package standard

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// wages reads the schedule. A step either gives the hours it runs from and to, or what
// it takes to get through it: months, hours, or both. The latter add up, unless the
// first step takes nothing, in which case they count from the start.
func (d *draft) wages() {
	items := d.row.list("wage_steps")
	if len(items) > 200 {
		d.row.bad("wage_steps", d.lines["wage_steps"], "holds %d rows; at most 200 fit.", len(items))
		return
	}
	var at WageStep // where the steps so far lead
	fromStart := false
	last := 0
	for i, v := range items {
		r, ok := d.row.object(fmt.Sprintf("%s, wage_steps row %d", d.row.where, i+1), v)
		if !ok {
			continue
		}
		s := WageStep{Step: i + 1}
		if n, ok := r.whole("step", 1, 200); ok {
			s.Step = n
		}
		if s.Step <= last {
			r.bad("step", r.field("step").line, "%d does not come after step %d. Number the steps upwards.", s.Step, last)
		}
		last = s.Step
		s.BasisPoints = r.percent()
		s.Amount = r.money("amount")
		if r.field("percent").is == nil && r.field("amount").is == nil {
			r.bad("percent", v.line, "is missing, and so is amount. Write the share of the journeyworker's wage or an hourly amount.")
		}
		from, hasFrom := r.hours("from_hours")
		to, hasTo := r.hours("to_hours")
		hrs, hasHours := r.hours("min_hours")
		months, hasMonths := r.whole("min_months", 0, 240)
		if i == 0 {
			fromStart = (hasHours || hasMonths) && hrs == 0 && months == 0
		}
		switch {
		case hasFrom && hasHours:
			r.bad("min_hours", v.line, "stands beside from_hours. Write one of them.")
		case hasFrom:
			s.From, s.To, s.Trigger = from, to, ByOJL
			if hasTo && to <= from {
				r.bad("to_hours", r.field("to_hours").line, "%s is not above from_hours, %s. Swap or correct them.", hours(to), hours(from))
			}
			if i > 0 && from < at.To {
				r.bad("from_hours", r.field("from_hours").line, "%s lies in the step before, which runs to %s. Let it begin there.", hours(from), hours(at.To))
			} else if i > 0 && at.To > 0 && from > at.To+domain.Hours(1) {
				r.doubt("from_hours", r.field("from_hours").line, "no step covers %s to %s; the wage of the step before goes on", hours(at.To), hours(from))
			}
			at.To = to
		case hasHours || hasMonths:
			s.Trigger = trigger(hasHours, hasMonths)
			if fromStart {
				if hrs < at.From || months < at.Months {
					r.bad("min_hours", v.line, "asks for less than the step before. Let hours and months rise.")
				}
				s.From, s.Months, at.From, at.Months = hrs, months, hrs, months
				if n := len(d.Definition.WageSteps); n > 0 && hasHours {
					d.Definition.WageSteps[n-1].To = hrs
				}
				break
			}
			s.From, s.Months = at.From, at.Months
			at.From, at.Months = at.From+hrs, at.Months+months
			if hasHours {
				s.To = at.From
			}
		case i == 0:
			s.Trigger = ByOJL
			if hasTo {
				s.To, at.To = to, to
			}
		default:
			r.bad("from_hours", v.line, "is missing. Say when the step begins: from_hours, or min_hours and min_months.")
		}
		if hasFrom && hasMonths {
			s.Months, s.Trigger = months, ByBoth
		}
		r.done()
		d.Definition.WageSteps = append(d.Definition.WageSteps, s)
		d.steps = append(d.steps, v.line)
	}
}

func trigger(hasHours, hasMonths bool) Trigger {
	switch {
	case hasHours && hasMonths:
		return ByBoth
	case hasMonths:
		return ByMonths
	}
	return ByOJL
}

// percent reads a share of the journeyworker's wage in basis points: 55 or "55 %".
func (r *row) percent() int {
	v := r.field("percent")
	if s, ok := v.is.(string); ok {
		if bare, ok := strings.CutSuffix(strings.TrimSpace(s), "%"); ok {
			v.is = json.Number(strings.TrimSpace(bare))
		}
	}
	n, ok := r.number("percent", v, 100, 1, 20_000, "has more than two decimals. Round it.")
	if !ok {
		return 0
	}
	return n
}

// money reads dollars and cents: "$15.40", "1,540.00" or 15.40.
func (r *row) money(name string) domain.Cents {
	v := r.field(name)
	if s, ok := v.is.(string); ok {
		plain := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "$"))
		if n, err := scaled(strings.ReplaceAll(plain, ",", ""), 100); err == nil && n > 0 && groups.MatchString(plain) {
			return domain.Cents(n)
		}
		r.bad(name, v.line, `%s is not an amount of money. Write dollars and cents, such as "$15.40".`, quote(s))
		return 0
	}
	n, ok := r.number(name, v, 100, 1, 100_000_000, "has more than two decimals. Write dollars and cents.")
	if !ok {
		return 0
	}
	return domain.Cents(n)
}

// groups lets a comma stand only between thousands.
var groups = regexp.MustCompile(`^(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?$`)
