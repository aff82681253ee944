package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// TestDamageIsToldAndNeverServed damages one file of a small hospital at a time: bits are
// flipped, pages emptied, torn or cut off, files lost or put back from before. Every time
// the node must not open, or a read must fail, or verify must tell, and what is read must be
// what was recorded. Where nothing of that kind is told, every row must be as it was: the
// damage then hit bytes that hold nothing.
//
// DAMAGE_RUNS sets the number of injuries, DAMAGE_SEED repeats a run.
func TestDamageIsToldAndNeverServed(t *testing.T) {
	t.Parallel()
	runs, seed := setting(t, "DAMAGE_RUNS", 40), uint64(setting(t, "DAMAGE_SEED", int(time.Now().UnixNano()&0xffffffff)))
	t.Logf("DAMAGE_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	v := newVictim(t)
	table := map[string]*tally{}
	for run := range runs {
		kind := injuries[run%len(injuries)]
		name := fmt.Sprintf("%s: %s", kind.file, kind.name)
		if table[name] == nil {
			table[name] = &tally{}
		}
		files := maps.Clone(v.images[kind.image])
		what, done := kind.hurt(random, files, kind.file, v)
		if !done {
			table[name].none++
			continue
		}
		outcome := v.examine(t, kind, files)
		table[name].add(outcome)
		for _, wrong := range outcome.wrong {
			t.Errorf("%s, %s: %s (DAMAGE_SEED=%d)", name, what, wrong, seed)
		}
	}
	t.Logf("%d injuries\n%s", runs, print(table))
}

func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// An outcome is what came of one injury.
type outcome struct {
	refused, failed, told bool // at start, on a read, by verify
	named                 bool // verify named the record or the person that was hit, or nothing of the kind was
	empty                 bool // it hit nothing
	wrong                 []string
}

func (o *outcome) miss(format string, args ...any) {
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
}

// A tally counts outcomes.
type tally struct{ n, refused, failed, told, named, empty, none, wrong int }

func (t *tally) add(o outcome) {
	t.n++
	for count, is := range map[*int]bool{&t.refused: o.refused, &t.failed: o.failed, &t.told: o.told, &t.named: o.named, &t.empty: o.empty, &t.wrong: len(o.wrong) > 0} {
		if is {
			*count++
		}
	}
}

func print(table map[string]*tally) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "file: injury\truns\tnot opened\tread failed\tverify tells\tnames what it hit\thit nothing\twrong")
	var sum tally
	for _, name := range slices.Sorted(maps.Keys(table)) {
		t := table[name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", name, t.n, t.refused, t.failed, t.told, t.named, t.empty, t.wrong)
		sum = tally{sum.n + t.n, sum.refused + t.refused, sum.failed + t.failed, sum.told + t.told, sum.named + t.named, sum.empty + t.empty, 0, sum.wrong + t.wrong}
	}
	fmt.Fprintf(w, "all\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", sum.n, sum.refused, sum.failed, sum.told, sum.named, sum.empty, sum.wrong)
	w.Flush()
	return b.String()
}

// An injury is a kind of damage to one file of an image. It returns what it did, and false
// if there was nothing to do it to.
type injury struct {
	image, file, name string
	hurt              func(r *rand.Rand, files image, file string, v *victim) (what string, done bool)
}

// An image is a directory: content by file name.
type image map[string][]byte

const (
	closed  = "closed"  // as a server leaves it that was stopped
	crashed = "crashed" // as a power cut leaves it
	saved   = "saved"   // the files of a backup
	logFile = "log.backup"
	keyFile = "keys.backup"
	wal     = "-wal"
)

var injuries = []injury{
	{closed, journal.File, "bit", flipBit}, {closed, journal.File, "page emptied", emptyPage}, {closed, journal.File, "page torn", tearPage},
	{closed, vault.File, "bit", flipBit}, {saved, logFile, "bit", flipBit}, {crashed, journal.File + wal, "bit", flipBit},
	{closed, journal.File, "cut off", cutOff}, {closed, journal.File, "lost", lose}, {closed, journal.File, "from before", fromBefore},
	{crashed, journal.File, "bit", flipBit}, {crashed, journal.File, "page emptied", emptyPage},
	{crashed, journal.File, "lost", lose}, {crashed, journal.File + wal, "page emptied", emptyPage}, {crashed, journal.File + wal, "cut off", cutOff},
	{crashed, journal.File + wal, "lost", lose}, {closed, vault.File, "page emptied", emptyPage}, {closed, vault.File, "page torn", tearPage},
	{closed, vault.File, "cut off", cutOff}, {closed, vault.File, "lost", lose}, {closed, vault.WrappingFile, "bit", flipBit}, {closed, vault.WrappingFile, "lost", lose},
	{saved, logFile, "page emptied", emptyPage}, {saved, logFile, "cut off", cutOff}, {saved, logFile, "lost", lose},
	{saved, keyFile, "bit", flipBit}, {saved, keyFile, "page emptied", emptyPage}, {saved, keyFile, "cut off", cutOff}, {saved, keyFile, "lost", lose},
}

const page = 4096

func flipBit(r *rand.Rand, files image, file string, _ *victim) (string, bool) {
	content := slices.Clone(files[file])
	at, bit := r.IntN(len(content)), r.IntN(8)
	for range 3 { // more often where there is something than in free space
		if content[at] == 0 {
			at = r.IntN(len(content))
		}
	}
	content[at] ^= 1 << bit
	files[file] = content
	return fmt.Sprintf("bit %d of byte %d of %d", bit, at, len(content)), true
}

func emptyPage(r *rand.Rand, files image, file string, _ *victim) (string, bool) {
	content := slices.Clone(files[file])
	at := r.IntN((len(content)+page-1)/page) * page
	clear(content[at:min(at+page, len(content))])
	files[file] = content
	return fmt.Sprintf("%d bytes from %d on", page, at), true
}

// tearPage leaves the second half of a page as it was before the last writes.
func tearPage(r *rand.Rand, files image, file string, v *victim) (string, bool) {
	before, content := v.before[file], slices.Clone(files[file])
	for _, n := range r.Perm(min(len(before), len(content)) / page) {
		from, to := n*page+page/2, (n+1)*page
		if !slices.Equal(before[from:to], content[from:to]) {
			copy(content[from:to], before[from:to])
			files[file] = content
			return fmt.Sprintf("the second half of page %d", n+1), true
		}
	}
	return "", false
}

func cutOff(r *rand.Rand, files image, file string, _ *victim) (string, bool) {
	length := r.IntN(len(files[file]))
	what := fmt.Sprintf("behind byte %d of %d", length, len(files[file]))
	files[file] = files[file][:length]
	return what, true
}

func lose(_ *rand.Rand, files image, file string, _ *victim) (string, bool) {
	delete(files, file)
	return "all of it", true
}

func fromBefore(_ *rand.Rand, files image, file string, v *victim) (string, bool) {
	files[file] = v.before[file]
	return "all of it", true
}

func (f image) write(t *testing.T) (dir string) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range f {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func readImage(t *testing.T, dir string, names ...string) image {
	t.Helper()
	f := image{}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		f[name] = content
	}
	return f
}
