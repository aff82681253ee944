package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Head is what somebody keeps of a log to be sure that it only grows: how many records
// it had, and the root of the tree over them.
type Head struct {
	Size events.Position
	Root tlog.Hash
}

// A Fault is something in a journal that is not as it was recorded.
type Fault struct {
	Position events.Position `json:"position,omitempty"` // of the record it hits, if it hits one
	Stream   domain.Stream   `json:"stream,omitempty"`   // that the record or the fault belongs to, if that can be told
	Problem  string          `json:"problem"`
}

// A Verified journal was read from its first record to its last.
type Verified struct {
	Head                    // of the records that fit, up to the first that does not
	End     events.Position // of the log
	Hash    events.Hash     // of everything up to there
	Streams int
	Answers int     // that repeated requests would get
	Faults  []Fault // of records in the order of the log, then of the rest of the file; empty if everything fits
}

// maxFaults are listed; a file that is all wrong has no need of more.
const maxFaults = 100

// Verify reads the journal in dir from the first record to the last and computes everything
// anew: every record's hash, what leads from record to record of each stream, the index by
// which streams and answers to repeated requests are found, the tree with its heads, and
// the order of the file. The process that the journal belongs to may go on. It holds a row
// for each stream. Progress, which may be nil, is told how far it came. An error means that
// the journal could not be looked at.
func Verify(ctx context.Context, dir string, codec events.Codec, heads []Head, progress func(at, head events.Position)) (Verified, error) {
	j, err := newJournal(dir, codec)
	if err != nil {
		return Verified{}, err
	}
	f, err := os.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Verified{}, noJournal(dir)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return Verified{}, fmt.Errorf("journal: %w", err)
	}
	if progress == nil {
		progress = func(events.Position, events.Position) {}
	}
	c := &check{Journal: j, heads: heads, told: progress, streams: make(map[domain.Stream]*trail), lost: make(map[events.Position]bool)}
	err = c.run(ctx)
	c.found.Streams = len(c.streams)
	return c.found, errors.Join(err, c.Close())
}

// A check is a Verify under way.
type check struct {
	*Journal
	found Verified
	heads []Head
	told  func(at, head events.Position)

	indexed events.Position // the tables are complete up to here
	tree    Frontier
	edge    edge
	blocks  []block // that the records make up
	streams map[domain.Stream]*trail
	lost    map[events.Position]bool // what stands there could not be read
	commit  []entry                  // the one that is being read
	lead    int                      // of the last record
}

// A trail is how far a stream was read: to its end, and to the end of what is indexed.
type trail struct {
	end, indexed row
	seen         bool // in the index
}

func (c *check) fault(p events.Position, s domain.Stream, format string, args ...any) {
	if len(c.found.Faults) < maxFaults {
		c.found.Faults = append(c.found.Faults, Fault{p, s, fmt.Sprintf(format, args...)})
	}
}

// problem is what err says to somebody who knows already that it is about damage to a journal.
func problem(err error) string {
	return strings.ReplaceAll(bare(err), events.ErrCorrupt.Error()+": ", "")
}

func (c *check) run(ctx context.Context) error {
	if err := c.attach(); err != nil {
		if domain.AsRefusal(err) != nil {
			return err
		}
		c.fault(0, "", "%s", problem(err))
	}
	last, indexed, err := c.extent(ctx)
	if err != nil {
		if len(c.found.Faults) == 0 {
			c.fault(0, "", "%s cannot be read: %s", File, problem(err))
		}
		return ctx.Err()
	}
	c.head.position, c.found.End, c.indexed = last, last, indexed
	for _, part := range []func(context.Context) error{c.records, c.compareHeads, c.compareTree, c.compareStreams, c.compareAnswers, c.file} {
		if err := part(ctx); err != nil && ctx.Err() == nil {
			c.fault(0, "", "%s", problem(damage(err)))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// records reads all records in order. A record that does not fit is named, and the next
// one is then held against what that record says its hash is.
func (c *check) records(ctx context.Context) error {
	var at place
	head := c.found.End
	for most := int64(batchRecords); at.position < head; {
		batch, err := c.behind(ctx, at, min(most, int64(head-at.position)))
		if err == nil {
			at = batch[len(batch)-1].place
			for _, e := range batch {
				c.one(ctx, e)
			}
			c.told(at.position, head)
			most = batchRecords
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if most > 1 {
			most = 1
			continue
		}
		next := at.position + 1
		c.fault(next, c.streamAt(ctx, next), "%s", problem(err))
		c.lost[next], c.commit, c.lead = true, nil, -1
		if at, err = c.place(ctx, next); err != nil {
			c.found.Head = Head{c.tree.Size(), c.tree.Root()}
			return fmt.Errorf("%w: the records behind position %d cannot be checked", err, next)
		}
	}
	c.answered(ctx)
	c.found.Head, c.found.Hash = Head{c.tree.Size(), c.tree.Root()}, at.hash
	return nil
}

// one checks what e's hash does not cover: which record of its stream and which of its
// commit was before it.
func (c *check) one(ctx context.Context, e entry) {
	if e.lead == 0 {
		c.answered(ctx)
		c.commit = []entry{e}
	} else if c.commit != nil {
		c.commit = append(c.commit, e)
	}
	if e.lead != 0 && c.lead >= 0 && e.lead != c.lead+1 {
		c.fault(e.position, e.Stream, "its commit is said to begin %d records before it, and the one before it is number %d of its own", e.lead, c.lead+1)
	}
	c.lead = e.lead
	c.follows(e)
	if len(c.found.Faults) > 0 {
		return
	}
	c.tree.Add(e.hash)
	if b, full := c.edge.add(e.hash); full {
		c.blocks = append(c.blocks, b)
	}
	for _, h := range c.heads {
		if h.Size == e.position && h.Root != c.tree.Root() {
			c.fault(0, "", "the records up to position %d are not those that a head was signed for", h.Size)
		}
	}
}

// follows checks that e is the next of its stream.
func (c *check) follows(e entry) {
	t := c.streams[e.Stream]
	if t == nil {
		t = &trail{}
		c.streams[e.Stream] = t
	}
	if !c.lost[e.previous] && (e.previous != t.end.last || e.Revision != t.end.revision+1) {
		c.fault(e.position, e.Stream, "revision %d is said to follow position %d; the stream has come to revision %d at position %d",
			e.Revision, e.previous, t.end.revision, t.end.last)
	}
	t.end = row{e.Revision, e.position}
	if e.position <= c.indexed {
		t.indexed = t.end
	}
}

// streamAt is the stream of the record at p, if that can still be told.
func (c *check) streamAt(ctx context.Context, p events.Position) (s domain.Stream) {
	err := c.reading(ctx, func(r *reader) error {
		r.link.BindInt64(1, int64(p))
		return each(r.link, func(stmt *sqlite.Stmt) error {
			s = domain.Stream(stmt.ColumnText(2))
			return nil
		})
	})
	if err != nil {
		return ""
	}
	return s
}

// answered checks that a repetition of the commit that ended would find it.
func (c *check) answered(ctx context.Context) {
	if len(c.commit) == 0 {
		return
	}
	last := c.commit[len(c.commit)-1]
	c.commit = nil
	req, err := last.Request()
	if err != nil {
		c.fault(last.position, last.Stream, "%s", problem(err))
		return
	}
	k := keyOf(req)
	if k == (key{}) {
		return
	}
	c.found.Answers++
	if last.position > c.indexed {
		return // found without the tables
	}
	found, err := c.finds(ctx, k, last.position)
	switch {
	case err != nil:
		c.fault(last.position, last.Stream, "the key of its request cannot be looked up: %s", problem(err))
	case !found:
		c.fault(last.position, last.Stream, "its request, repeated, would be recorded again: the key is not found")
	}
}

// finds reports whether the table answer leads from k to the commit that ends at last, or
// to one before it that has the same key.
func (c *check) finds(ctx context.Context, k key, last events.Position) (is bool, err error) {
	err = c.reading(ctx, func(r *reader) error {
		for slot := k.slot(); !is; slot++ {
			p, found, err := lookUpAnswer(r.findAnswer, slot)
			if err != nil || !found {
				return err
			}
			if is = p == last; !is && p < last {
				commit, err := commitAt(r.inOrder, p)
				if err != nil {
					return err
				}
				if is, err = commit[0].answers(k); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return is, err
}
