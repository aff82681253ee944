package jetstream

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// A StoreCheck is what VerifyStore found.
type StoreCheck struct {
	Messages uint64          // of the stream that are as they were written
	End      events.Position // of the last of them
	Damage   []Damage        // file by file; none if all is well
	Notes    []string        // what is not damage, in sentences
}

// A Damage is what is wrong in one place of a server's files.
type Damage struct {
	File        string          // below the data directory
	Message     uint64          // of the stream; 0 if it is not one message
	First, Last events.Position // what was recorded there; Last is 0 if it cannot be told
	What        string
}

func (d Damage) String() string {
	s := d.File + ": " + d.What
	switch {
	case d.First > 0 && d.Last > 0:
		return fmt.Sprintf("%s (positions %d to %d)", s, d.First, d.Last)
	case d.First > 0:
		return fmt.Sprintf("%s (positions from %d)", s, d.First)
	}
	return s
}

// VerifyStore reads what a Server has kept in the data directory dir, while it is stopped,
// and changes nothing: every message of the stream has the checksums of the server and of
// its group, follows the one before and is what j holds; so are the server's own logs
// whole. A stream that ends before j is not damaged, the other nodes have the rest.
// Without a server's files the error is fs.ErrNotExist.
func VerifyStore(ctx context.Context, dir, stream string, j *journal.Journal) (StoreCheck, error) {
	root := filepath.Join(dir, StoreDir, "jetstream")
	if _, err := os.Stat(root); err != nil {
		return StoreCheck{}, fmt.Errorf("jetstream: %w", err)
	}
	c := &check{ctx: ctx, dir: dir, journal: j}
	files := filepath.Join(root, "$G", "streams", stream)
	head, _ := j.End()
	if _, err := os.Stat(files); errors.Is(err, fs.ErrNotExist) {
		if head > 0 {
			c.damage(Damage{File: c.rel(files), What: "the files of the stream are missing", First: 1, Last: head})
		}
	} else if err := c.stream(files, stream); err != nil {
		return c.StoreCheck, err
	}
	groups, err := filepath.Glob(filepath.Join(root, "$SYS", "_js_", "*"))
	if err != nil {
		return c.StoreCheck, err
	}
	for _, g := range groups {
		if err := c.raft(g, filepath.Base(g)); err != nil {
			return c.StoreCheck, err
		}
	}
	switch {
	case c.End < head && len(c.Damage) == 0:
		c.note("The stream of this node ends at position %d and its journal at %d. The server gets the rest from the other nodes.", c.End, head)
	case c.End > head:
		c.note("The journal of this node ends at position %d and the stream at %d. The journal gets the rest when the node starts.", head, c.End)
	}
	return c.StoreCheck, nil
}

type check struct {
	StoreCheck
	ctx     context.Context
	dir     string
	journal *journal.Journal

	next uint64      // message
	hash events.Hash // of everything up to End
	open []int       // damages whose last position the next whole message tells
}

func (c *check) damage(d Damage) { c.Damage = append(c.Damage, d) }

func (c *check) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (c *check) rel(file string) string {
	if r, err := filepath.Rel(c.dir, file); err == nil {
		return r
	}
	return file
}

// stream checks the files of the log's stream.
func (c *check) stream(dir, name string) error {
	if err := c.meta(dir, name); err != nil {
		return err
	}
	blocks, err := blocksOf(dir)
	if err != nil {
		return err
	}
	end, clean := c.index(dir, name)
	c.next = 1
	for i, b := range blocks {
		last := i == len(blocks)-1
		err := b.records(name, func(r record) error { return c.message(b, r, last && !clean) })
		if err != nil {
			return err
		}
	}
	if c.next <= end && c.open == nil {
		c.damage(Damage{File: c.rel(dir), Message: c.next, First: c.End + 1, What: fmt.Sprintf("messages %d to %d are missing", c.next, end)})
	}
	return nil
}

// message checks one record of the stream.
func (c *check) message(b block, r record, torn bool) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	d := Damage{File: c.rel(b.file), Message: c.next, First: c.End + 1}
	switch {
	case r.fault == cutOff && torn:
		c.note("%s ends in the middle of a message, as after a power failure. The server gets it from the other nodes.", d.File)
		return nil
	case r.fault == cutOff:
		d.What = fmt.Sprintf("it cannot be read from message %d on", c.next)
		c.unclosed(d)
		return nil
	case r.fault != "":
		d.What = fmt.Sprintf("message %d %s", c.next, r.fault)
		c.unclosed(d)
		c.next++
		return nil
	case r.removed:
		d.What = fmt.Sprintf("message %d was removed", c.next)
		c.unclosed(d)
		c.next++
		return nil
	case r.seq != c.next:
		d.What = fmt.Sprintf("message %d comes where message %d belongs", r.seq, c.next)
		c.unclosed(d)
		c.next = max(c.next, r.seq)
	}
	if r.seq < c.next {
		return nil
	}
	c.next++
	g, err := events.ParseGroup(r.data)
	if err != nil {
		d.Message, d.What = r.seq, fmt.Sprintf("message %d is no group: %v", r.seq, err)
		c.unclosed(d)
		return nil
	}
	return c.group(c.rel(b.file), r.seq, g)
}

// unclosed adds a damage whose last position is not known yet.
func (c *check) unclosed(d Damage) {
	c.open = append(c.open, len(c.Damage))
	c.damage(d)
}

// group checks that g follows and is what the journal holds.
func (c *check) group(file string, seq uint64, g events.Group) error {
	d := Damage{File: file, Message: seq, First: g.First, Last: g.Last()}
	for _, i := range c.open {
		c.Damage[i].Last = max(g.First, 1) - 1
	}
	follows := g.First == c.End+1 && g.Previous == c.hash || c.open != nil && g.First > c.End
	c.open = nil
	if !follows {
		d.What = fmt.Sprintf("message %d does not follow the one before", seq)
		c.damage(d)
	}
	c.End, c.hash = g.Last(), g.Previous
	for _, r := range g.Records {
		c.hash = r.After(c.hash)
	}
	if head, _ := c.journal.End(); g.Last() <= head && follows {
		held, err := c.journal.HashAt(c.ctx, g.Last())
		if err != nil {
			return err
		}
		if held != c.hash {
			d.What = fmt.Sprintf("message %d is not what the journal holds", seq)
			c.damage(d)
			follows = false
		}
	}
	if follows {
		c.Messages++
	}
	return nil
}

// raft checks the files in which servers agree with each other.
func (c *check) raft(dir, name string) error {
	snapshots, err := filepath.Glob(filepath.Join(dir, "snapshots", "snap.*"))
	if err != nil {
		return err
	}
	for _, file := range snapshots {
		if !sealed(file, name) {
			c.damage(Damage{File: c.rel(file), What: "a snapshot of the server's own log does not have its checksum"})
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "msgs")); errors.Is(err, fs.ErrNotExist) {
		return nil // a log in memory
	}
	if err := c.meta(dir, name); err != nil {
		return err
	}
	_, clean := c.index(dir, name)
	blocks, err := blocksOf(dir)
	if err != nil {
		return err
	}
	for i, b := range blocks {
		err := b.records(name, func(r record) error {
			switch torn := r.fault == cutOff && !clean && i == len(blocks)-1; {
			case torn:
				c.note("%s ends in the middle of an entry, as after a power failure.", c.rel(b.file))
			case r.fault != "":
				c.damage(Damage{File: c.rel(b.file), What: fmt.Sprintf("an entry of the server's own log %s", r.fault)})
			case r.subject > 0:
				c.damage(Damage{File: c.rel(b.file), What: "an entry of the server's own log has a subject, as none has"})
			}
			return c.ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// meta checks what the server needs to know of a stream to find it again.
func (c *check) meta(dir, name string) error {
	file := filepath.Join(dir, "meta.inf")
	b, err := os.ReadFile(file)
	if err == nil {
		var sum []byte
		if sum, err = os.ReadFile(filepath.Join(dir, "meta.sum")); err == nil && hex.EncodeToString(checksum(name, b)) != string(sum) {
			c.damage(Damage{File: c.rel(file), What: "it does not have its checksum"})
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		c.damage(Damage{File: c.rel(dir), What: "a file of the stream is missing: " + filepath.Base(pathOf(err))})
		return nil
	}
	return err
}

func pathOf(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Path
	}
	return ""
}

// index checks the table of contents that a server leaves behind when it is stopped. It
// returns the last message that is to be found, and whether there is such a table.
func (c *check) index(dir, name string) (last uint64, there bool) {
	file := filepath.Join(dir, "msgs", "index.db")
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	if !sealed(file, name) || len(b) < 2 {
		c.damage(Damage{File: c.rel(file), What: "it does not have its checksum"})
		return 0, false
	}
	b = b[2:] // behind a format number: messages, bytes, first message, its time, last message
	for range 5 {
		var n int
		if last, n = binary.Uvarint(b); n <= 0 {
			return 0, false
		}
		b = b[n:]
	}
	return last, true
}
