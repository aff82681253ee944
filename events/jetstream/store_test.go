package jetstream

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// stopped is a cluster that held a log and was stopped, and the journals of its nodes.
func stopped(t *testing.T, stream string, n int) (*cluster, [nodes]*journal.Journal) {
	c := ownCluster(t)
	dir := t.TempDir()
	ls := c.open(t, stream, dir)
	fill(t, ls[0], n)
	ls.agree(t)
	ls.close(t)
	c.close()
	var js [nodes]*journal.Journal
	for i := range js {
		js[i] = openJournal(t, filepath.Join(dir, name(i)))
		t.Cleanup(func() { js[i].Close() })
	}
	return c, js
}

func verified(t *testing.T, dir, stream string, j *journal.Journal) StoreCheck {
	t.Helper()
	c, err := VerifyStore(t.Context(), dir, stream, j)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryDamageOfTheFilesIsReported(t *testing.T) {
	t.Parallel()
	const n = 60
	c, js := stopped(t, "FILES", n)
	for i, j := range js {
		v := verified(t, c.home(i), "FILES", j)
		if len(v.Damage) > 0 || len(v.Notes) > 0 || v.Messages != n || v.End != n {
			t.Fatalf("node %s, untouched: %+v", name(i), v)
		}
	}
	home, j := c.home(0), js[0]
	var files []string
	err := filepath.WalkDir(filepath.Join(home, StoreDir), func(path string, d fs.DirEntry, err error) error {
		switch filepath.Base(path) {
		case "peers.idx", "tav.idx", "commit.idx": // have no checksums
		default:
			if !d.IsDir() {
				files = append(files, path)
			}
		}
		return err
	})
	if err != nil || len(files) < 8 {
		t.Fatalf("%q, %v", files, err)
	}
	tried := 0
	found := func(file, what string) {
		t.Helper()
		tried++
		if v := verified(t, home, "FILES", j); len(v.Damage) == 0 && len(v.Notes) == 0 {
			t.Errorf("%s of %s went unnoticed", what, file)
		}
	}
	for _, file := range files {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write := func(b []byte) {
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var places []int
		for at := 0; at < len(whole); at += 1 + len(whole)/97 {
			places = append(places, at)
		}
		if strings.HasSuffix(file, ".blk") {
			places = append(places, 20, 21) // the length of a subject
		}
		for _, at := range places {
			b := append([]byte(nil), whole...)
			b[at] ^= 1 << (at % 8)
			write(b)
			found(file, "a flipped bit")
		}
		if strings.HasSuffix(file, ".blk") && len(whole) > 100 {
			write(whole[:len(whole)/2])
			found(file, "the loss of a half")
			write(append(append([]byte(nil), whole[:len(whole)/2]...), make([]byte, len(whole)/2)...))
			found(file, "a half of zeros")
		}
		if base := filepath.Base(file); base == "meta.inf" || base == "meta.sum" || strings.HasSuffix(file, "streams/FILES/msgs/1.blk") {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			found(file, "the loss")
		}
		write(whole)
	}
	t.Logf("%d damages of %d files", tried, len(files))
	if v := verified(t, home, "FILES", j); len(v.Damage) > 0 {
		t.Errorf("put right again: %+v", v)
	}
}

func TestADamageNamesTheRecordsItHits(t *testing.T) {
	t.Parallel()
	c, js := stopped(t, "NAMES", 60)
	home, j := c.home(1), js[1]
	msgs := filepath.Join(home, StoreDir, "jetstream", "$G", "streams", "NAMES", "msgs")
	file := filepath.Join(msgs, "1.blk")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, size := parseRecord(hasher("NAMES-1"), whole) // all are about as long
	flip(t, file, (float64(size)*20+100)/float64(len(whole)))
	v := verified(t, home, "NAMES", j)
	if len(v.Damage) != 1 || v.Messages != 59 || v.End != 60 {
		t.Fatalf("a flipped bit: %+v", v)
	}
	if d := v.Damage[0]; d.Message != 21 || d.First != 21 || d.Last != 21 || !strings.Contains(d.String(), "1.blk: message 21 does not have its checksum (positions 21 to 21)") {
		t.Errorf("a flipped bit: %s, %+v", d, d)
	}
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}

	t.Run("the stream of another log", func(t *testing.T) {
		o := openJournal(t, t.TempDir())
		defer o.Close()
		if v := verified(t, home, "NAMES", o); len(v.Damage) > 0 || len(v.Notes) != 1 || !strings.Contains(v.Notes[0], "ends at position 0 and the stream at 60") {
			t.Errorf("an empty journal: %+v", v)
		}
		g := events.Group{First: 1, Records: []events.Record{{ID: "x", Stream: "test-a", Revision: 1, Meta: []byte("{}"), Body: []byte("{}")}}}
		if err := o.Accept(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, home, "NAMES", o); len(v.Damage) != 1 || v.Damage[0].First != 1 || !strings.Contains(v.Damage[0].What, "not what the journal holds") {
			t.Errorf("another journal: %+v", v)
		}
	})
	t.Run("a stream that ends early", func(t *testing.T) {
		if err := os.Remove(filepath.Join(msgs, "index.db")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, whole[:len(whole)-10], 0o600); err != nil {
			t.Fatal(err)
		}
		v := verified(t, home, "NAMES", j)
		if len(v.Damage) > 0 || len(v.Notes) != 2 || v.End != 59 || v.Messages != 59 {
			t.Errorf("after a power failure: %+v", v)
		}
	})
	t.Run("no stream", func(t *testing.T) {
		if err := os.RemoveAll(filepath.Dir(msgs)); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, home, "NAMES", j); len(v.Damage) != 1 || v.Damage[0].Last != 60 {
			t.Errorf("%+v", v)
		}
		if _, err := VerifyStore(t.Context(), t.TempDir(), "NAMES", j); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("no files of a server: %v", err)
		}
	})
}

// TestTheFilesOfAKilledServerAreCheckedToo copies them while the server runs: there is no
// index, and its own log still holds every group.
func TestTheFilesOfAKilledServerAreCheckedToo(t *testing.T) {
	t.Parallel()
	c, dir, copied := sharedCluster(t), t.TempDir(), t.TempDir()
	ls := c.open(t, "KILLED", dir)
	fill(t, ls[0], 40)
	ls.agree(t)
	s := must[jetstream.Stream](t)(ls[0].node.js.Stream(t.Context(), "KILLED"))
	group := s.CachedInfo().Cluster.RaftGroup
	for _, sub := range []string{"$G/streams/KILLED", "$SYS/_js_/" + group} {
		from := filepath.Join(c.home(0), StoreDir, "jetstream", sub)
		if err := os.CopyFS(filepath.Join(copied, StoreDir, "jetstream", sub), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	ls.close(t)
	j := openJournal(t, filepath.Join(dir, name(0)))
	defer j.Close()
	if v := verified(t, copied, "KILLED", j); len(v.Damage) > 0 || v.End != 40 {
		t.Fatalf("untouched: %+v", v)
	}
	blocks := must[[]string](t)(filepath.Glob(filepath.Join(copied, StoreDir, "jetstream", "$SYS", "_js_", group, "msgs", "*.blk")))
	for _, file := range blocks {
		whole := must[[]byte](t)(os.ReadFile(file))
		for at := 0; at < min(len(whole), 2000); at += 5 {
			b := append([]byte(nil), whole...)
			b[at] ^= 1 << (at % 8)
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if v := verified(t, copied, "KILLED", j); len(v.Damage) == 0 && len(v.Notes) == 0 {
				t.Errorf("a flipped bit at %d of %s went unnoticed", at, file)
			}
		}
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
