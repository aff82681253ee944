package journal_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func verified(t *testing.T, dir string, heads ...journal.Head) journal.Verified {
	t.Helper()
	v, err := journal.Verify(t.Context(), dir, codec, heads, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAJournalThatFitsIsVerifiedToItsEnd(t *testing.T) {
	dir := written(t)
	last, told := events.Position(0), 0
	v, err := journal.Verify(t.Context(), dir, codec, nil, func(at, head events.Position) {
		if at < last || head != 1200 {
			t.Errorf("it came from %d to %d of %d", last, at, head)
		}
		last = at
		told++
	})
	if err != nil || len(v.Faults) > 0 || v.Size != 1200 || v.End != 1200 || v.Streams != 3 || v.Answers != 1196 {
		t.Fatalf("it found %+v, %v", v, err)
	}
	if last != 1200 || told < 3 {
		t.Errorf("it told %d times how far it came, at last %d", told, last)
	}
	if again := verified(t, dir, v.Head); len(again.Faults) > 0 || again.Root != v.Root || again.Hash != v.Hash {
		t.Errorf("the second time it found %+v", again)
	}
	if _, err := journal.Verify(t.Context(), t.TempDir(), codec, nil, nil); domain.AsRefusal(err) == nil {
		t.Errorf("a directory without a journal gives %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := journal.Verify(ended, dir, codec, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("when it is interrupted it gives %v", err)
	}
}

// TestVerifyNamesTheRecordThatWasAltered changes one thing in the file behind SQLite's
// back each time.
func TestVerifyNamesTheRecordThatWasAltered(t *testing.T) {
	dir := written(t)
	whole, err := os.ReadFile(filepath.Join(dir, journal.File))
	if err != nil {
		t.Fatal(err)
	}
	for statement, want := range map[string]journal.Fault{
		`UPDATE record SET body = '{"n":9}' WHERE position = 700`:                                                  {Position: 700, Stream: "test-even", Problem: "does not have its hash"},
		`UPDATE record SET meta = replace(meta, 'ana', 'ben') WHERE position = 1`:                                  {Position: 1, Stream: "test-odd", Problem: "does not have its hash"},
		`UPDATE record SET name = 'other' WHERE position = 1200`:                                                   {Position: 1200, Stream: "test-last", Problem: "does not have its hash"},
		`UPDATE record SET stream = 'test-odd' WHERE position = 1200`:                                              {Position: 1200, Stream: "test-odd", Problem: "does not have its hash"},
		`UPDATE record SET id = 'x' WHERE position = 999`:                                                          {Position: 999, Stream: "test-odd", Problem: "does not have its hash"},
		`UPDATE record SET hash = zeroblob(32) WHERE position = 500`:                                               {Position: 500, Stream: "test-even", Problem: "does not have its hash"},
		`UPDATE record SET previous = 3 WHERE position = 700`:                                                      {Position: 700, Stream: "test-even", Problem: "is said to follow position 3; the stream has come to revision 349 at position 698"},
		`UPDATE record SET lead = 1 WHERE position = 1198`:                                                         {Position: 1198, Stream: "test-last", Problem: "does not have its hash"},
		`UPDATE record SET lead = 9, meta = (SELECT meta FROM record WHERE position = 1196) WHERE position = 1198`: {Position: 1198, Stream: "test-last", Problem: "does not have its hash"},
		`UPDATE record SET lead = 1 WHERE position = 700`:                                                          {Position: 700, Stream: "test-even", Problem: "does not have its hash"},
		`DELETE FROM record WHERE position = 600`:                                                                  {Position: 600, Problem: "position 601 comes after 599"},
		`DELETE FROM record WHERE position = 1200`:                                                                 {Problem: "it ends at position 1199 and has an index up to 1200"},
		`UPDATE stream SET revision = 7 WHERE name = 'test-last'`:                                                  {Stream: "test-last", Problem: "does not have its checksum"},
		`UPDATE stream SET name = 'test-gone' WHERE name = 'test-last'`:                                            {Stream: "test-gone", Problem: "does not have its checksum"},
		`DELETE FROM stream WHERE name = 'test-last'`:                                                              {Position: 1200, Stream: "test-last", Problem: "would be read as empty"},
		`UPDATE answer SET position = 3 WHERE position = 640`:                                                      {Position: 640, Stream: "test-even", Problem: "would be recorded again"},
		`UPDATE answer SET slot = slot + 1 WHERE position = 641`:                                                   {Position: 641, Stream: "test-odd", Problem: "would be recorded again"},
		`DELETE FROM answer WHERE position = 1200`:                                                                 {Position: 1200, Stream: "test-last", Problem: "would be recorded again"},
		`INSERT INTO answer VALUES (1, 7)`:                                                                         {Problem: "do not have their checksum"},
		`UPDATE tree SET root = zeroblob(32) WHERE block = 1`:                                                      {Problem: "not that of the records from position 257 to 512"},
		`UPDATE tree SET hash = (SELECT hash FROM tree WHERE block = 1) WHERE block = 3`:                           {Problem: "not that of the records from position 769 to 1024"},
		`DELETE FROM tree WHERE block = 2`:                                                                         {Problem: "block 2 of the tree is missing"},
		`UPDATE indexed SET position = 5000`:                                                                       {Problem: "ends at position 1200 and has an index up to 5000"},
	} {
		t.Run(statement, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, journal.File), whole, 0o600); err != nil {
				t.Fatal(err)
			}
			alter(t, dir, statement)
			v := verified(t, dir)
			if len(v.Faults) == 0 {
				t.Fatal("it found nothing")
			}
			if got := v.Faults[0]; got.Position != want.Position || got.Stream != want.Stream || !strings.Contains(got.Problem, want.Problem) {
				t.Errorf("it found %+v first, and not %+v", got, want)
			}
		})
	}
}

func TestVerifyGoesOnBehindAnAlteredRecord(t *testing.T) {
	dir := written(t)
	alter(t, dir, `UPDATE record SET body = '{"n":9}' WHERE position IN (3, 700, 701, 1200)`)
	var at []events.Position
	for _, f := range verified(t, dir).Faults {
		at = append(at, f.Position)
	}
	if fmt.Sprint(at) != "[3 700 701 1200]" {
		t.Errorf("it found something at %v", at)
	}
}

func TestVerifyComparesHeads(t *testing.T) {
	dir := written(t)
	now := verified(t, dir).Head
	other := now
	other.Root[5] ^= 1
	for _, c := range []struct {
		head journal.Head
		want string
	}{
		{now, ""},
		{other, "the records up to position 1200 are not those that a head was signed for"},
		{journal.Head{Size: 600, Root: now.Root}, "the records up to position 600 are not"},
		{journal.Head{Size: 1300, Root: now.Root}, "ends at position 1200, yet a head was signed for 1300 records"},
	} {
		faults := verified(t, dir, c.head).Faults
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || !strings.Contains(faults[0].Problem, c.want)) {
			t.Errorf("a head of %d records: %+v", c.head.Size, faults)
		}
	}
	alter(t, dir, `UPDATE record SET body = '{"n":9}' WHERE position = 700`)
	if faults := verified(t, dir, now).Faults; len(faults) != 2 || !strings.Contains(faults[1].Problem, "cannot be compared") {
		t.Errorf("behind a damaged record: %+v", faults)
	}
}

func TestWhatIsWrittenCanBeVerifiedAndReadBeside(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	appended(t, log, commit("first", "test-a", 1))
	r, err := journal.OpenReader(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	done := make(chan error, 1)
	go func() {
		for i := range 300 {
			if _, err := log.Append(context.Background(), commit(fmt.Sprint(i), "test-a", i)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for end := false; !end; {
		select {
		case err := <-done:
			if end = true; err != nil {
				t.Fatal(err)
			}
		default:
		}
		if v := verified(t, dir); len(v.Faults) > 0 {
			t.Fatalf("while it was being written it found %+v", v.Faults)
		}
		p, err := r.Refresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if head, hash := r.End(); head != p {
			t.Fatalf("refreshed to %d it ends at %d", p, head)
		} else if err := log.Wait(t.Context(), p); err != nil { // its own head may be a moment behind
			t.Fatal(err)
		} else if want, err := log.HashAt(t.Context(), p); err != nil || hash != want {
			t.Fatalf("its hash at %d is %x and not %x, %v", p, hash, want, err)
		}
	}
	if p, err := r.Refresh(t.Context()); err != nil || p != 301 {
		t.Errorf("in the end it came to %d, %v", p, err)
	}
}

// image copies a journal as a power cut would leave it: with its write-ahead log.
func image(t *testing.T, from string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{journal.File, journal.File + "-wal"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestADamagedWriteAheadLogIsNotTakenForItsEnd flips one bit in each part of it. SQLite
// reads up to there and says nothing.
func TestADamagedWriteAheadLogIsNotTakenForItsEnd(t *testing.T) {
	running := t.TempDir()
	log := open(t, running)
	for i := range 20 {
		appended(t, log, commit(fmt.Sprint(i), "test-a", i))
	}
	if v := verified(t, image(t, running)); len(v.Faults) > 0 || v.End != 20 {
		t.Fatalf("undamaged it found %+v", v)
	}
	const frame = 24 + 4096
	for name, at := range map[string]int64{
		"its head": 17, "its checksum": 25, "a frame's salt": 32 + 5*frame + 9, "a frame's checksum": 32 + 6*frame + 17,
		"a page number": 32 + 7*frame + 3, "a page": 32 + 8*frame + 24 + 1000,
	} {
		t.Run(name, func(t *testing.T) {
			dir := image(t, running)
			flip(t, filepath.Join(dir, journal.File+"-wal"), at)
			v := verified(t, dir)
			if len(v.Faults) == 0 || !strings.Contains(v.Faults[0].Problem, journal.File+"-wal") {
				t.Errorf("it found %+v", v)
			}
			if r, err := journal.OpenReader(t.Context(), dir, codec); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("a reader has the log up to %d, %v", head(r), err)
			}
			if j, err := journal.Open(t.Context(), dir, codec); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("it is opened as one up to %d, %v", head(j), err)
			}
			if again := verified(t, dir); len(again.Faults) != len(v.Faults) {
				t.Errorf("looked at again it found %+v", again)
			}
		})
	}
	t.Run("a commit that was being written", func(t *testing.T) {
		dir := image(t, running)
		path := filepath.Join(dir, journal.File+"-wal")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()-100); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, dir); len(v.Faults) > 0 || v.End != 19 {
			t.Errorf("it found %+v", v)
		}
	})
}

func flip(t *testing.T, path string, at int64) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[at] ^= 4
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// head is where a journal ends that should not have been opened. It closes it.
func head(j *journal.Journal) events.Position {
	if j == nil {
		return 0
	}
	p, _ := j.End()
	j.Close()
	return p
}

func TestWhoHasTheDirectoryIsSeenFromOutside(t *testing.T) {
	dir := t.TempDir()
	in := func(want bool) {
		t.Helper()
		if used, err := journal.InUse(dir); used != want || err != nil {
			t.Errorf("it is said to be in use: %v, %v", used, err)
		}
	}
	in(false)
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	in(true)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	in(false)
}
