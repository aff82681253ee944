package journal

import (
	"context"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Answered returns what a request was answered with; see events.Log.
func (j *Journal) Answered(ctx context.Context, r domain.Request) (events.Recorded, bool, error) {
	k := keyOf(r)
	if k == (key{}) {
		return events.Recorded{}, false, j.usable(ctx)
	}
	commit, err := j.answer(ctx, k)
	if err != nil || commit == nil {
		return events.Recorded{}, false, err
	}
	digest, err := digestOf(commit)
	if err != nil {
		return events.Recorded{}, false, err
	}
	if digest != r.Digest && !(r.Digest == "" && events.OfRecords(digest)) {
		return events.Recorded{}, false, events.KeyReused(r.Key)
	}
	last := commit[len(commit)-1]
	found, err := j.codec.Recorded(last.position, last.lead, last.Record)
	return found, err == nil, err
}

// answer returns the commit that answered k, or nil.
func (j *Journal) answer(ctx context.Context, k key) (commit []entry, err error) {
	for slot := k.slot(); ; slot++ {
		p, found := j.index.answer(slot)
		err = j.reading(ctx, func(r *reader) (err error) {
			if !found {
				if p, found, err = lookUpAnswer(r.findAnswer, slot); err != nil {
					return err
				}
			}
			if head, _ := j.End(); !found || p > head {
				commit = nil
				return nil
			}
			commit, err = commitAt(r.inOrder, p)
			return err
		})
		if err != nil || commit == nil {
			return nil, err
		}
		if is, err := commit[0].answers(k); err != nil || is {
			return commit, err
		}
	}
}

// answers reports whether e is of a request with key k.
func (e *entry) answers(k key) (bool, error) {
	req, err := e.Request()
	return keyOf(req) == k, err
}

// digestOf is what stands for the request that commit came from.
func digestOf(commit []entry) (string, error) {
	req, err := commit[0].Request()
	if err != nil {
		return "", err
	}
	records := make([]events.Record, len(commit))
	for i, e := range commit {
		records[i] = e.Record
	}
	return events.Digest(req, records), nil
}

// commitAt returns the commit with its last record at position last, proven to follow from
// what stands before it. It reads by inOrder.
func commitAt(inOrder *sqlite.Stmt, last events.Position) ([]entry, error) {
	end, err := run(inOrder, last-1, 2)
	if err != nil {
		return nil, err
	}
	if len(end) == 0 || end[0].position != last {
		return nil, fmt.Errorf("journal: %w: no record at position %d", events.ErrCorrupt, last)
	}
	if end[0].lead < 0 || uint64(end[0].lead) >= uint64(last) || len(end) == 2 && end[1].lead != 0 {
		return nil, fmt.Errorf("journal: %w: no commit ends at position %d", events.ErrCorrupt, last)
	}
	end = end[:1]
	first := last - events.Position(end[0].lead)
	var at place
	commit := end
	if first > 1 {
		commit, err = run(inOrder, first-2, end[0].lead+2)
		if err != nil {
			return nil, err
		}
		if len(commit) > 0 {
			at, commit = commit[0].place, commit[1:]
		}
	} else if end[0].lead > 0 {
		if commit, err = run(inOrder, 0, end[0].lead+1); err != nil {
			return nil, err
		}
	}
	if at.position != first-1 || len(commit) != end[0].lead+1 {
		return nil, fmt.Errorf("journal: %w: a record is missing between positions %d and %d", events.ErrCorrupt, first, last)
	}
	for i := range commit {
		if err := commit[i].follow(at); err != nil {
			return nil, err
		}
		at = commit[i].place
	}
	return commit, nil
}

// run returns up to n records behind position p, unproven.
func run(inOrder *sqlite.Stmt, p events.Position, n int) (batch []entry, err error) {
	inOrder.BindInt64(1, int64(p))
	inOrder.BindInt64(2, int64(n))
	err = each(inOrder, func(stmt *sqlite.Stmt) error {
		e, err := scan(stmt)
		batch = append(batch, e)
		return err
	})
	if err != nil {
		err = fmt.Errorf("journal: read after position %d: %w", p, damage(err))
	}
	return batch, err
}
