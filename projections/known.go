package projections

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Known is a learner as they are remembered, with what else was read of them. It is shared:
// nobody changes it.
type Known struct {
	Learner
	milestones atomic.Pointer[[]Milestone]
	credits    atomic.Pointer[[]Credit]
}

// Milestones are what the learner has begun, by requirement, once DB.KnowMilestones has read them.
func (k *Known) Milestones() []Milestone { return read(k.milestones.Load()) }

// Credits are those of the learner, by rule, once DB.KnowCredits has read them.
func (k *Known) Credits() []Credit { return read(k.credits.Load()) }

func read[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

// known are learners by their ids; nil where there is none.
func (db *DB) known(ctx context.Context, ids ...domain.ApprenticeshipID) ([]*Known, error) {
	return db.recalled.learners.inOrder(ids, func(missing []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]*Known, error) {
		ls, err := db.readLearners(ctx, db.read, `SELECT `+learnerColumns+`WHERE l.id IN (SELECT value FROM json_each(?))`, text(missing))
		out := make(map[domain.ApprenticeshipID]*Known, len(ls))
		for _, l := range ls {
			out[l.ID] = &Known{Learner: l}
		}
		return out, err
	})
}

// KnownLearners returns the learners asked for by id. What is told of them may be newer than by
// what they were found.
func (db *DB) KnownLearners(ctx context.Context, q LearnerQuery) ([]*Known, error) {
	ids, err := db.find(ctx, q)
	if err != nil {
		return nil, fault(err, "learners")
	}
	return db.someKnown(ctx, ids...)
}

// someKnown are learners by their ids, but for those whom there are not.
func (db *DB) someKnown(ctx context.Context, ids ...domain.ApprenticeshipID) ([]*Known, error) {
	found, err := db.known(ctx, ids...)
	return slices.DeleteFunc(found, func(k *Known) bool { return k == nil }), fault(err, "learners")
}

// KnowMilestones reads what learners have begun, of those of whom that was not read.
func (db *DB) KnowMilestones(ctx context.Context, of ...*Known) error {
	return know(db, of, func(k *Known) *atomic.Pointer[[]Milestone] { return &k.milestones }, func(missing string) (found map[domain.ApprenticeshipID][]Milestone, err error) {
		err = db.snapshot(ctx, func(q querier) error {
			found, err = milestones(ctx, q, missing)
			return err
		})
		return found, fault(err, "milestones")
	})
}

// KnowCredits reads the credits of learners, of those of whom that was not read.
func (db *DB) KnowCredits(ctx context.Context, of ...*Known) error {
	return know(db, of, func(k *Known) *atomic.Pointer[[]Credit] { return &k.credits }, func(missing string) (map[domain.ApprenticeshipID][]Credit, error) {
		found := map[domain.ApprenticeshipID][]Credit{}
		err := db.snapshot(ctx, func(q querier) error {
			all, err := credits(ctx, q, missing, "")
			for _, c := range all {
				found[c.Learner] = append(found[c.Learner], c)
			}
			return err
		})
		return found, fault(err, "credits")
	})
}

// know reads one part of learners. What is forgotten meanwhile is forgotten with all its parts, so
// that a part is never older than the whole.
func know[T any](db *DB, of []*Known, part func(*Known) *atomic.Pointer[[]T], read func(missing string) (map[domain.ApprenticeshipID][]T, error)) error {
	var missing []*Known
	var ids []domain.ApprenticeshipID
	for _, k := range of {
		if part(k).Load() == nil {
			missing, ids = append(missing, k), append(ids, k.ID)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := read(text(ids))
	if err != nil {
		return err
	}
	m := &db.recalled.learners
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range missing {
		list, kept := found[k.ID], m.known[k.ID] == k
		if kept {
			m.size -= weight(k)
		}
		part(k).Store(&list)
		if kept {
			m.size += weight(k)
		}
	}
	m.shrink()
	return nil
}

// partsOf are one part of learners by their ids, also where nothing else tells of them.
func partsOf[T any](ctx context.Context, db *DB, ids []domain.ApprenticeshipID, know func(context.Context, ...*Known) error, part func(*Known) []T) (map[domain.ApprenticeshipID][]T, error) {
	of, err := db.known(ctx, ids...)
	if err != nil {
		return nil, fault(err, "learners")
	}
	for i, k := range of {
		if k == nil {
			of[i] = &Known{Learner: Learner{ID: ids[i]}}
		}
	}
	err = know(ctx, of...)
	out := make(map[domain.ApprenticeshipID][]T, len(of))
	for i, k := range of {
		out[ids[i]] = part(k)
	}
	return out, err
}
