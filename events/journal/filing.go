package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A filing is what is left to be filed of a tail, in the order of the tables.
type filing struct {
	streams []domain.Stream
	answers []int64
}

func (t *tail) filing() filing {
	return filing{slices.Sorted(maps.Keys(t.streams)), slices.SortedFunc(maps.Keys(t.answers), cmp.Compare)}
}

func (f *filing) empty() bool { return len(f.streams) == 0 && len(f.answers) == 0 }

// file moves what a full tail says into the tables, a little more of it than was added, so
// that it is done before the next tail is full and never takes long.
func (j *Journal) file(added int) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.usable(context.Background()) != nil {
		return nil // Close files the rest
	}
	if err := j.failed(); err != nil || !j.writer.due() {
		return err
	}
	err := j.keepUp()
	if err == nil {
		err = j.writer.file(fileRows+3*added, false)
	}
	if err != nil {
		return j.fail(err)
	}
	j.mu.Lock()
	j.ahead++
	j.mu.Unlock()
	return nil
}

// fileRows are filed at once at least, fileAll at most.
const (
	fileRows = 32
	fileAll  = 1 << 30
)

// due reports whether there is something to file.
func (w *writer) due() bool { return w.index.old != nil || w.index.young.full() }

// file moves up to n rows of a full tail into the tables, or with all set both tails as a whole.
// It needs no sync: what a power cut takes away is filed anew.
func (w *writer) file(n int, all bool) error {
	x := w.index
	for {
		if x.old == nil {
			if !x.young.full() && !(all && !x.young.empty()) {
				return nil
			}
			x.age()
			w.filing = x.old.filing()
		}
		if err := w.fileSome(n); err != nil {
			return fmt.Errorf("journal: file: %w", damage(err))
		}
		if !w.filing.empty() && !all {
			return nil
		}
		if w.filing.empty() {
			w.remembered(x.old)
			x.forget()
		}
		if !all {
			return nil
		}
	}
}

// remembered keeps the rows of t at hand that are known already.
func (w *writer) remembered(t *tail) {
	if len(w.known)+len(t.streams) > knownStreams {
		clear(w.known)
	}
	maps.Copy(w.known, t.streams)
}

// fileSome files up to n rows of the old tail in one transaction, and its end with the last.
func (w *writer) fileSome(n int) error {
	if err := execute(w.begin); err != nil {
		return err
	}
	left, err := w.fileRows(n)
	if err != nil {
		return errors.Join(err, execute(w.rollback))
	}
	if err := execute(w.commit); err != nil {
		if !w.conn.AutocommitEnabled() {
			err = errors.Join(err, execute(w.rollback))
		}
		return err
	}
	w.filing = left
	return nil
}

func (w *writer) fileRows(n int) (left filing, err error) {
	left = w.filing
	old := w.index.old
	for ; n > 0 && len(left.streams) > 0; n-- {
		name := left.streams[0]
		left.streams = left.streams[1:]
		r := old.streams[name]
		w.fileStream.BindText(1, string(name))
		w.fileStream.BindInt64(2, int64(r.revision))
		w.fileStream.BindInt64(3, int64(r.last))
		w.fileStream.BindInt64(4, r.checksum(name))
		if err := execute(w.fileStream); err != nil {
			return left, err
		}
		w.frames++
	}
	for ; n > 0 && len(left.answers) > 0; n-- {
		slot := left.answers[0]
		left.answers = left.answers[1:]
		w.fileAnswer.BindInt64(1, slot)
		w.fileAnswer.BindInt64(2, int64(old.answers[slot]))
		if err := execute(w.fileAnswer); err != nil {
			return left, err
		}
		w.frames++
	}
	if left.empty() {
		w.fileEnd.BindInt64(1, int64(old.end))
		w.fileEnd.BindInt64(2, old.checksum()^endSum(old.from)^endSum(old.end))
		return left, execute(w.fileEnd)
	}
	return left, nil
}
