package projections

import (
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A recollection keeps what was read, so that it is decoded once, until a fact becomes visible that
// may have changed it. What it returns is shared: nobody changes it.
type recollection[K comparable, T any] struct {
	mu     sync.Mutex
	known  map[K]T
	events uint64 // how often something was forgotten
}

// remembered bounds what a recollection keeps.
const remembered = 4096

// recall returns what is known under keys. What is not is read; what reading does not find is
// not kept.
func (m *recollection[K, T]) recall(keys []K, read func(missing []K) (map[K]T, error)) (map[K]T, error) {
	out := make(map[K]T, len(keys))
	var missing []K
	m.mu.Lock()
	before := m.events
	for _, k := range keys {
		if v, ok := m.known[k]; ok {
			out[k] = v
		} else {
			missing = append(missing, k)
		}
	}
	m.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	found, err := read(missing)
	if err != nil {
		return nil, err
	}
	maps.Copy(out, found)
	m.keep(found, before)
	return out, nil
}

// keep remembers what was read, unless something was forgotten meanwhile: it may be older.
func (m *recollection[K, T]) keep(found map[K]T, before uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.events != before || len(found) > remembered {
		return
	}
	if m.known == nil {
		m.known = map[K]T{}
	}
	for old := range m.known {
		if len(m.known)+len(found) <= remembered {
			break
		}
		delete(m.known, old)
	}
	maps.Copy(m.known, found)
}

// forget drops what is known under keys, or everything.
func (m *recollection[K, T]) forget(everything bool, keys map[K]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events++
	if everything {
		m.known = nil
		return
	}
	for k := range keys {
		delete(m.known, k)
	}
}

// copied are lists that the caller may change.
func copied[K comparable, T any](found map[K][]T) map[K][]T {
	for k, list := range found {
		found[k] = slices.Clone(list)
	}
	return found
}

// withNothing notes under which keys nothing was found.
func withNothing[K comparable, T any](found map[K][]T, keys []K) map[K][]T {
	for _, k := range keys {
		if _, ok := found[k]; !ok && found != nil {
			found[k] = nil
		}
	}
	return found
}

// recollections are what a read model remembers of its rows.
type recollections struct {
	learners   recollection[domain.ApprenticeshipID, Learner]
	milestones recollection[domain.ApprenticeshipID, []Milestone]
	credits    recollection[domain.ApprenticeshipID, []Credit]
	counts     recollection[string, int]
}

func (m *recollections) forget(c changed) {
	if !c.everything && len(c.learners) == 0 {
		return
	}
	m.learners.forget(c.everything, c.learners)
	m.milestones.forget(c.everything, c.learners)
	m.credits.forget(c.everything, c.learners)
	m.counts.forget(true, nil)
}

// changed are those of whom something else may be true after some records.
type changed struct {
	everything bool
	learners   map[domain.ApprenticeshipID]bool
}

// changedBy goes by the stream: what happens in one that belongs to a learner changes rows of
// that learner alone.
func changedBy(records []events.Recorded) changed {
	c := changed{learners: map[domain.ApprenticeshipID]bool{}}
	for _, r := range records {
		var id domain.ApprenticeshipID
		var err error
		switch r.Stream.Category() {
		case "disclosure", "client", "signer", "unique", "alias", "upload":
			continue // nothing that is remembered
		case "apprenticeship":
			id, err = apprenticeship.ID(r.Stream)
		case "milestone":
			id, _, err = milestone.ID(r.Stream)
		case "credit":
			id, _, err = credit.ID(r.Stream)
		case "transition":
			id, _, err = transition.ID(r.Stream)
		case "timesheet":
			id, _, err = timesheet.ID(r.Stream)
		}
		if err != nil || id == "" {
			c.everything = true
		}
		c.learners[id] = true
	}
	return c
}
