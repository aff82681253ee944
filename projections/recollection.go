package projections

import (
	"slices"
	"sync"
	"unique"

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
	size   int    // of known, in bytes, about
	events uint64 // how often something was forgotten
}

// remembered bounds what a recollection keeps, in bytes: all there is about some 10,000 learners.
const remembered = 96 << 20

// weight is about how many bytes v takes with what belongs to it.
func weight(v any) int {
	const entry = 200 // with its key
	switch v := v.(type) {
	case *Known:
		return entry + 1500 + weight(v.Milestones()) + weight(v.Credits())
	case []Milestone:
		n := entry + 700*len(v)
		for _, m := range v {
			n += 400*len(m.Evidence) + 200*len(m.Attempts)
		}
		return n
	case Progress:
		n := entry + 100*len(v.Hours) + 500*(len(v.Prior)+len(v.Evaluations)+len(v.Enrolments)) + 40*len(v.Stages)
		for _, t := range v.Moves {
			n += 600 + 200*len(t.Steps)
		}
		return n
	case Circumstances:
		return entry + 300*(len(v.Weeks)+len(v.Waived)+len(v.Consents)+len(v.Filings)+len(v.Certificates)+len(v.Seats))
	case Person:
		return entry + 400
	case []Credit:
		return entry + 1300*len(v)
	case Standard:
		n := entry
		for _, p := range v.WorkProcesses {
			n += entry + 500*len(p.Competencies)
		}
		return n + 500*len(v.Courses)
	case []Agreement:
		n := entry
		for _, g := range v {
			n += 1000 + 500*len(g.Rules)
		}
		return n
	case []domain.ApprenticeshipID:
		return entry + 50*len(v)
	case Pay:
		return entry + 150*len(v.Steps)
	case []Activity:
		return entry + 150*len(v)
	case []grantRow:
		return entry + 50*len(v)
	case map[domain.RequirementID]bool:
		return entry + 60*len(v)
	}
	return entry
}

// recall returns what is known under keys. What is not is read; what reading does not find is
// not kept.
func (m *recollection[K, T]) recall(keys []K, read func(missing []K) (map[K]T, error)) (map[K]T, error) {
	out := make(map[K]T, len(keys))
	err := m.look(keys, read, func(i int, v T) { out[keys[i]] = v })
	return out, err
}

// inOrder is recall with the zero value for what is not found.
func (m *recollection[K, T]) inOrder(keys []K, read func(missing []K) (map[K]T, error)) ([]T, error) {
	out := make([]T, len(keys))
	err := m.look(keys, read, func(i int, v T) { out[i] = v })
	return out, err
}

// look tells take what is under keys, and under which.
func (m *recollection[K, T]) look(keys []K, read func(missing []K) (map[K]T, error), take func(int, T)) error {
	var missing []int
	m.mu.Lock()
	before := m.events
	for i, k := range keys {
		if v, ok := m.known[k]; ok {
			take(i, v)
		} else {
			missing = append(missing, i)
		}
	}
	m.mu.Unlock()
	if len(missing) == 0 {
		return nil
	}
	asked := make([]K, len(missing))
	for j, i := range missing {
		asked[j] = keys[i]
	}
	found, err := read(asked)
	if err != nil {
		return err
	}
	for _, i := range missing {
		if v, ok := found[keys[i]]; ok {
			take(i, v)
		}
	}
	m.keep(found, before)
	return nil
}

// ask is recall of one key. read finds something or fails.
func (m *recollection[K, T]) ask(key K, read func() (T, error)) (T, error) {
	found, err := m.recall([]K{key}, func([]K) (map[K]T, error) {
		v, err := read()
		return map[K]T{key: v}, err
	})
	return found[key], err
}

// keep remembers what was read, unless something was forgotten meanwhile: it may be older.
func (m *recollection[K, T]) keep(found map[K]T, before uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.events != before {
		return
	}
	if m.known == nil {
		m.known = map[K]T{}
	}
	for k, v := range found {
		m.drop(k)
		m.known[k] = v
		m.size += weight(v)
	}
	m.shrink()
}

// shrink forgets something of what is too much; m.mu is held.
func (m *recollection[K, T]) shrink() {
	for k := range m.known {
		if m.size <= remembered {
			break
		}
		m.drop(k)
	}
}

// drop forgets one key; m.mu is held.
func (m *recollection[K, T]) drop(k K) {
	if v, ok := m.known[k]; ok {
		m.size -= weight(v)
		delete(m.known, k)
	}
}

// forget drops what is known under keys, or everything.
func (m *recollection[K, T]) forget(everything bool, keys map[K]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events++
	if everything {
		m.known, m.size = nil, 0
		return
	}
	for k := range keys {
		m.drop(k)
	}
}

// once lets a word that many rows say be in memory once: what is remembered is smaller, and
// nearer at hand.
func once[T ~string](word *T) { *word = T(unique.Make(string(*word)).Value()) }

// copied are lists that the caller may change.
func copied[K comparable, T any](found map[K][]T) map[K][]T {
	for k, list := range found {
		found[k] = slices.Clone(list)
	}
	return found
}

// recollections are what a read model remembers of its rows.
type recollections struct {
	learners      recollection[domain.ApprenticeshipID, *Known]
	progress      recollection[domain.ApprenticeshipID, Progress]
	circumstances recollection[domain.ApprenticeshipID, Circumstances]
	activity      recollection[domain.ApprenticeshipID, []Activity] // the newest
	pay           recollection[domain.ApprenticeshipID, Pay]
	counts        recollection[string, int]
	editions      recollection[Edition, Standard]
	weighings     weighings
	remarks       recollection[domain.PersonID, []remark]

	// Who may ask, and what partners may see.
	bearers    recollection[string, domain.Actor] // by hash
	people     recollection[domain.PersonID, Person]
	latest     recollection[domain.PersonID, domain.ApprenticeshipID]
	partners   recollection[string, []Partner] // under no name
	agreements recollection[domain.PartnerID, []Agreement]
	linked     recollection[seenOn, map[domain.RequirementID]bool]
	rosters    recollection[domain.ApprenticeshipID, []grantRow]
	visible    recollection[string, []domain.ApprenticeshipID] // by question
	totals     recollection[string, int]
}

// seenOn is what a partner sees on a day.
type seenOn struct {
	partner domain.PartnerID
	on      domain.Date
}

func (m *recollections) forget(c changed) {
	if c.standing || len(c.learners) > 0 {
		m.weighings.of.forget(c.standing, c.learners)
		m.pay.forget(c.standing, c.learners)
	}
	if c.rights || c.everything {
		m.bearers.forget(true, nil)
		m.people.forget(true, nil)
		m.latest.forget(true, nil)
		m.partners.forget(true, nil)
		m.agreements.forget(true, nil)
		m.linked.forget(true, nil)
		m.rosters.forget(true, nil)
		m.visible.forget(true, nil)
		m.totals.forget(true, nil)
	}
	if !c.everything && len(c.learners) == 0 {
		return
	}
	if c.everything {
		m.editions.forget(true, nil)
		m.remarks.forget(true, nil)
	}
	m.learners.forget(c.everything, c.learners)
	m.progress.forget(c.everything, c.learners)
	m.circumstances.forget(c.everything, c.learners)
	m.activity.forget(c.everything, c.learners)
	m.counts.forget(true, nil)
}

// changed is what may not be as it was after some records.
type changed struct {
	everything bool
	standing   bool                             // how learners stand, whatever happened to themselves
	rights     bool                             // who may ask, and what partners may see
	learners   map[domain.ApprenticeshipID]bool // of whom something else may be true
}

// changedBy goes by the stream: what happens in one that belongs to a learner changes rows of
// that learner alone, and what they show, have done or were given credit for gives nobody a right.
func changedBy(records []events.Recorded) changed {
	c := changed{learners: map[domain.ApprenticeshipID]bool{}}
	for _, r := range records {
		var id domain.ApprenticeshipID
		var err error
		rights := true
		switch r.Stream.Category() {
		case "disclosure", "fetch", "client", "manifest", "signer", "unique", "alias", "upload", "submission", "webhook", "preference":
			continue // nothing that is remembered
		case "apprenticeship":
			id, err = apprenticeship.ID(r.Stream)
		case "transition":
			id, _, err = transition.ID(r.Stream)
		case "milestone":
			id, _, err = milestone.ID(r.Stream)
			rights = false
		case "credit":
			id, _, err = credit.ID(r.Stream)
			rights = false
		case "timesheet":
			id, _, err = timesheet.ID(r.Stream)
			rights = false
		}
		if err != nil || id == "" {
			c.everything = true
			c.standing = c.standing || !unweighed[r.Stream.Category()]
		}
		c.rights = c.rights || rights
		c.learners[id] = true
	}
	return c
}
