package journal_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

const pageSize = 4096

// Pages of SQLite that hold rows: https://sqlite.org/fileformat2.html#b_tree_pages
const (
	tableLeaf = 0x0d // of record and tree
	indexLeaf = 0x0a // of stream and answer
)

// pageWith is where the first page of a kind begins that holds a text.
func pageWith(t *testing.T, content []byte, kind byte, text string) int {
	t.Helper()
	for at := pageSize; at < len(content); at += pageSize {
		if content[at] == kind && bytes.Contains(content[at:at+pageSize], []byte(text)) {
			return at
		}
	}
	t.Fatalf("no page %#x holds %s", kind, text)
	return 0
}

// hurt leaves a journal of which one file holds something else.
func hurt(t *testing.T, content []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, journal.File), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func fileOf(t *testing.T, dir string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, journal.File))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestAMisledLookUpIsNoAnswer flips the bits that say where on a page the second record is. What
// SQLite then finds in place of one record may be another that is whole: a request that was
// answered must not pass for a new one.
func TestAMisledLookUpIsNoAnswer(t *testing.T) {
	whole := fileOf(t, written(t))
	page, failed := pageWith(t, whole, tableLeaf, `"key":"600"`), 0
	for bit := range 16 {
		content := slices.Clone(whole)
		content[page+8+2+bit/8] ^= 1 << (bit % 8)
		j, err := journal.Open(t.Context(), hurt(t, content), codec)
		if errors.Is(err, events.ErrCorrupt) {
			failed++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := 550; i < 650; i++ {
			r, found, err := j.Answered(t.Context(), domain.Request{By: domain.Actor{Person: "ana"}, Key: fmt.Sprint(i)})
			if err != nil && !errors.Is(err, events.ErrCorrupt) || err == nil && (!found || r.Position != events.Position(i)) {
				t.Errorf("bit %d: request %d is answered with %d, %v, %v", bit, i, r.Position, found, err)
			}
			if err != nil {
				failed++
			}
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	if failed < 10 {
		t.Errorf("only %d look-ups were misled", failed)
	}
}

// TestAStreamThatStandsTwiceInTheIndexHidesNone has the index name one stream in the place of
// another with as many records.
func TestAStreamThatStandsTwiceInTheIndexHidesNone(t *testing.T) {
	dir := t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		appended(t, log, commit("", domain.Stream(fmt.Sprintf("test-%d", i)), i))
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	content := fileOf(t, dir)
	cells := content[pageWith(t, content, indexLeaf, "test-7")+8:]
	copy(cells[2:4], cells[4:6])
	if _, err := journal.Open(t.Context(), hurt(t, content), codec); !errors.Is(err, events.ErrCorrupt) {
		t.Errorf("it is opened with %v", err)
	}
}

// TestHowFarTheIndexGoesIsSummed says of a journal after a power cut that the tables are complete
// further than they are: what is behind would be looked for nowhere.
func TestHowFarTheIndexGoesIsSummed(t *testing.T) {
	running := t.TempDir()
	if err := os.CopyFS(running, os.DirFS(written(t))); err != nil {
		t.Fatal(err)
	}
	log := open(t, running)
	for i := range 300 {
		appended(t, log, commit(fmt.Sprint("late-", i), domain.Stream([]string{"test-even", "test-odd"}[i%2]), i))
	}
	for _, said := range []int{1100, 1201, 1250, 1498} {
		dir := image(t, running)
		alter(t, dir, fmt.Sprintf(`UPDATE indexed SET position = %d`, said))
		if len(verified(t, dir).Faults) == 0 {
			t.Errorf("%d: verify tells nothing", said)
		}
		if j, err := journal.Open(t.Context(), dir, codec); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("%d: it is opened as one up to %d, %v", said, head(j), err)
		}
	}
}

// TestVerifyNamesARecordOfOtherTypes makes bytes of the text of the last record, which is read as
// the text that it was.
func TestVerifyNamesARecordOfOtherTypes(t *testing.T) {
	content := fileOf(t, written(t))
	const values = 2 + 1 + 1 + 32 + 16 // bytes of what stands before its stream: previous, revision, lead, hash and id
	at := bytes.LastIndex(content, []byte(`test-lasteventstest.counted{"n":5}`)) - values - 1
	if at < 0 || content[at] != byte(13+2*len(`{"n":5}`)) {
		t.Fatal("the type of the last text is not there")
	}
	content[at]--
	faults := verified(t, hurt(t, content)).Faults
	if !slices.ContainsFunc(faults, func(f journal.Fault) bool { return f.Position == 1200 && f.Stream == "test-last" }) {
		t.Errorf("it found %+v", faults)
	}
}

// TestAJournalOfTheSecondFormatIsBroughtToThis begins with files whose sum does not cover how far
// the tables go.
func TestAJournalOfTheSecondFormatIsBroughtToThis(t *testing.T) {
	inFormat2 := func(also string) (dir string) {
		dir = hurt(t, fileOf(t, written(t)))
		alter(t, dir, fmt.Sprintf(`UPDATE indexed SET answers = (answers | %[1]d) & ~(answers & %[1]d)`, journal.EndSum(1200)))
		if also != "" {
			alter(t, dir, also)
		}
		content := fileOf(t, dir)
		binary.BigEndian.PutUint32(content[60:], 2) // user_version
		return hurt(t, content)
	}
	dir := inFormat2("")
	if _, err := journal.OpenReader(t.Context(), dir, codec); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "DATA_TOO_OLD" {
		t.Errorf("beside its process it is opened with %v", err)
	}
	for range 2 {
		log, err := journal.OpenLocal(t.Context(), dir, codec)
		if err != nil {
			t.Fatal(err)
		}
		if p := appended(t, log, commit("600", "test-even", 600)); p != 600 {
			t.Errorf("a request that was answered stands for position %d", p)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if v := verified(t, dir); len(v.Faults) > 0 || v.End != 1200 {
		t.Errorf("then verify finds %+v", v)
	}
	if _, err := journal.Open(t.Context(), inFormat2(`DELETE FROM answer WHERE position = 640`), codec); !errors.Is(err, events.ErrCorrupt) || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("one that lacks an answer is opened with %v", err)
	}
}
