package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events/jetstream"
)

// TestDamageToTheStreamOfANodeIsTold damages the files of the NATS server in a stopped node
// of a cluster. What people are told comes from the journal, which is whole: verify must
// tell of the stream, with what was recorded in the damaged place, and of nothing else.
func TestDamageToTheStreamOfANodeIsTold(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts three nodes")
	}
	runs, seed := setting(t, "DAMAGE_RUNS", 40)/2, uint64(setting(t, "DAMAGE_SEED", int(time.Now().UnixNano()&0xffffffff)))
	t.Logf("DAMAGE_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	whole := stoppedNode(t)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(whole)), func(name string) bool {
		return !strings.HasPrefix(name, jetstream.StoreDir) || len(whole[name]) == 0 || unsummed[filepath.Base(name)]
	})
	blocks := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !strings.Contains(name, ownStream) || filepath.Ext(name) != ".blk"
	})
	if len(blocks) == 0 || len(names) < 5 {
		t.Fatalf("blocks %q among %q", blocks, names)
	}
	before := verifyImage(t, whole)
	if !before.OK {
		t.Fatalf("unhurt: %+v", before.Faults)
	}
	table := map[string]*tally{}
	for run := range runs {
		hurt := []func(*rand.Rand, image, string, *victim) (string, bool){flipBit, emptyPage, cutOff, lose}[run%4]
		file, kind := blocks[random.IntN(len(blocks))], "block"
		if run/4%3 == 2 && run%4 < 3 { // the server does without what is not there, and makes it anew
			file, kind = names[random.IntN(len(names))], "other file"
		}
		files := maps.Clone(whole)
		what, _ := hurt(random, files, file, nil)
		found := verifyImage(t, files)
		o := outcome{told: !found.OK || !slices.Equal(found.Notes, before.Notes), empty: slices.Equal(files[file], whole[file])}
		o.named = slices.ContainsFunc(found.Faults, func(f fault) bool { return f.Position > 0 })
		for _, f := range found.Faults {
			if f.Part != inNATS {
				o.miss("%+v is said to be damaged as well", f)
			}
		}
		if !o.told && !o.empty {
			o.miss("nobody tells of it")
		}
		for _, wrong := range o.wrong {
			t.Errorf("%s, %s: %s (DAMAGE_SEED=%d)", file, what, wrong, seed)
		}
		name := fmt.Sprintf("%s: %s", kind, []string{"bit", "page emptied", "cut off", "lost"}[run%4])
		if table[name] == nil {
			table[name] = &tally{}
		}
		table[name].add(o)
	}
	t.Logf("%d injuries\n%s", runs, print(table))
}

// unsummed are files of a server that hold no records and have no checksum.
var unsummed = map[string]bool{"peers.idx": true, "tav.idx": true, "commit.idx": true}

// stoppedNode is the directory of a node of a cluster that was stopped.
func stoppedNode(t *testing.T) image {
	t.Helper()
	nodes := newNodes(t, 3)
	var all sync.WaitGroup
	for _, n := range nodes {
		all.Go(func() { n.start(t) })
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for _, n := range nodes {
		n.kill(t, syscall.SIGTERM)
	}
	names, err := filesIn(nodes[0].dir)
	if err != nil {
		t.Fatal(err)
	}
	f := image{}
	for name := range names {
		content, err := os.ReadFile(filepath.Join(nodes[0].dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f[name] = content
	}
	return f
}

func verifyImage(t *testing.T, files image) verification {
	t.Helper()
	dir := files.write(t)
	defer os.RemoveAll(dir)
	found, err := newProgram().verify(t.Context(), Config{Data: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
