package projections

import (
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Weighing is how a learner stands on a day, as far as a list of all of them goes by it. It is
// what somebody makes of it who is told everything.
type Weighing struct {
	Behind      bool // plan
	Idle        bool // no hours for long
	Late        bool // a decision
	Unevaluated bool // for longer than agreed
	Ending      int  // certificates to be renewed, and the day on which the first of them ends
	Renew       domain.Date
	Due         domain.Date // the first day by which anything else in their record is to be done; zero if nothing is
}

// weighings are those of a day.
type weighings struct {
	mu sync.Mutex
	on domain.Date
	of recollection[domain.ApprenticeshipID, Weighing]
}

// Weighings returns how learners stand on a day. Whoever asks says how they are weighed; it is
// done once until a fact may have changed what is weighed.
func (db *DB) Weighings(on domain.Date, weigh func(missing []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Weighing, error), ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Weighing, error) {
	w := &db.recalled.weighings
	w.mu.Lock()
	if w.on != on {
		w.on = on
		w.of.forget(true, nil)
	}
	w.mu.Unlock()
	return w.of.recall(ids, weigh)
}

// unweighed are the categories of what happens outside a learner's own streams and says nothing of
// how learners stand. Their mentors are asked for anew each time.
var unweighed = map[string]bool{
	"person": true, "consent": true, "agreement": true, "partner": true, "student": true, "filing": true, "amendment": true, "cohort": true,
	"placement": true, "position": true, "funding": true, "site": true, "wave": true, "survey": true, "selfid": true,
}
