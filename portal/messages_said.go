package portal

import (
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// saidTo are messages of comments beside the role changes of others in which the viewer takes part,
// latest first.
func (v *visit) saidTo() (out []newsItem, err error) {
	said, err := v.Desk.Heard(v.ctx(), v.actor(), time.Time{}, latest)
	for _, r := range said {
		text := v.tongue.mark("<strong>%s</strong> commented on the role change of %s", v.name(r.By), v.name(r.Of.Person))
		if r.By == r.Of.Person {
			text = v.tongue.mark("<strong>%s</strong> commented on their own role change", v.name(r.By))
		}
		out = append(out, newsItem{r.At, v.moment(r.At), text, "talk", requestPath(transition.Stream(r.Learner, r.To)), r.At.After(v.prefers.ReadUntil), r.Reference.String()})
	}
	return out, err
}

// saidSince is how many comments were for the viewer since a moment, in every capacity.
func (v *visit) saidSince(since time.Time) (int, error) {
	var heard []projections.Heard
	for _, role := range v.who.Capacities {
		said, err := v.Desk.Heard(v.ctx(), domain.Actor{Person: v.who.ID, Role: role}, since, latest)
		if err != nil {
			return 0, err
		}
		for _, r := range said {
			if !slices.Contains(heard, r.Heard) {
				heard = append(heard, r.Heard)
			}
		}
	}
	return len(heard), nil
}
