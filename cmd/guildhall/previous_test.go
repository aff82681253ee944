package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// A legacy is what a release told of the data directory it left behind. How to keep that of
// another release is told in testdata/previous/README.md.
type legacy struct {
	Asked   time.Time       `json:"asked"` // the clock when the answers were given
	Head    events.Position `json:"head"`
	Hash    string          `json:"hash"` // of the log at its head
	Tables  []table         `json:"tables"`
	Answers []answered      `json:"answers"`
}

// A table is one of the read model, as far as that release had it. Sum is the SHA-256 of
// its rows in order; a row is its columns as SQLite quotes them, with a bar between.
type table struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	Sum     string   `json:"sum"`
}

// An answered question was put over GraphQL in the name of a persona. A mutation among them
// repeats one that was answered before, so it changes nothing.
type answered struct {
	As        string         `json:"as"`
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
	Answer    any            `json:"answer"`
}

// movedTo says where in a table today's read model keeps what previous releases kept in a
// column of it.
var movedTo = map[string]string{
	"consent.purpose":    `plain`, // purposes are sealed now; one that is not has a column of its own
	"agreement.reason":   `coalesce(body ->> '$.reason', '')`,
	"credit.course":      `articulation ->> '$.course'`,
	"credit.title":       `articulation ->> '$.title'`,
	"credit.requirement": `articulation ->> '$.requirement'`,
}

// TestWhatAPreviousReleaseLeftIsRead opens data directories that previous releases left
// behind: every record has its hash, and pages and partners are told the same.
func TestWhatAPreviousReleaseLeftIsRead(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/previous/*.tar.gz")
	if err != nil || len(archives) == 0 {
		t.Fatalf("there are no previous releases: %v", err)
	}
	for _, archive := range archives {
		path := strings.TrimSuffix(archive, ".tar.gz")
		t.Run(filepath.Base(path), func(t *testing.T) {
			dir := t.TempDir()
			unpack(t, archive, dir)
			text, err := os.ReadFile(path + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var was legacy
			if err := json.Unmarshal(text, &was); err != nil {
				t.Fatal(err)
			}
			everyRecordHasItsHash(t, dir, was)
			theSameRows(t, dir, was)
			theSameIsAnswered(t, dir, was)
			everyRecordHasItsHash(t, dir, was)
		})
	}
}

func everyRecordHasItsHash(t *testing.T, dir string, was legacy) {
	log, err := journal.OpenLocal(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}()
	var at events.Position
	var hash, then events.Hash
	for g, err := range log.Groups(t.Context(), 0, 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range g.Records {
			if at, hash = at+1, r.After(hash); at == was.Head {
				then = hash
			}
			fact, err := codec().Recorded(at, 0, r)
			if _, unknown := fact.Event.(events.Unknown); err != nil || unknown {
				t.Errorf("position %d, %s, is read as %#v, %v", at, r.Name, fact.Event, err)
			}
		}
	}
	if hex.EncodeToString(then[:]) != was.Hash {
		t.Errorf("position %d has the hash %x; it was %s", was.Head, then, was.Hash)
	}
	if head, end := log.End(); head != at || end != hash {
		t.Errorf("the log ends at %d with %x, read to %d with %x", head, end, at, hash)
	}
}

// theSameIsAnswered serves dir as of the time when the previous release was asked.
func theSameIsAnswered(t *testing.T, dir string, was legacy) {
	n, err := openNode(t.Context(), Config{Data: dir, Demo: true}, func() time.Time { return was.Asked }, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.read.Run(ctx, n.log) }() // without policies: they would go on with the story
	defer func() { stop(); <-ended }()
	if err := n.shown(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler, err := n.handler(ctx, "This hospital", nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	text, err := os.ReadFile(filepath.Join(dir, demoName))
	if err != nil {
		t.Fatal(err)
	}
	h := house{t: t, dir: dir}
	if err := json.Unmarshal(text, &h.demo); err != nil {
		t.Fatal(err)
	}
	h.demo.GraphQL = server.URL + "/graphql"
	for _, q := range was.Answers {
		var got any
		h.ask(q.As, q.Query, q.Variables, &got)
		if !reflect.DeepEqual(got, q.Answer) {
			t.Errorf("%s asked %s\ngot  %s\nwant %s", q.As, q.Query, compact(t, got), compact(t, q.Answer))
		}
	}
}

// theSameRows compares what the read model in dir holds in the columns of the previous
// release, before any policy has looked at the log.
func theSameRows(t *testing.T, dir string, was legacy) {
	log, err := journal.OpenLocal(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	_, err = projections.Rebuild(t.Context(), dir, log, nil)
	if err := errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, viewsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, want := range was.Tables {
		got, err := rowsOf(db, want)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s has %d rows, %s, %v; it had %d, %s", want.Table, got.Rows, got.Sum, err, want.Rows, want.Sum)
		}
	}
}

func rowsOf(db *sql.DB, t table) (table, error) {
	var columns []string
	for _, c := range t.Columns {
		today, moved := movedTo[t.Table+"."+c]
		if !moved {
			today = "[" + c + "]"
		}
		columns = append(columns, "quote("+today+")")
	}
	rows, err := db.Query(fmt.Sprintf(`SELECT %s FROM [%s]`, strings.Join(columns, ` || '|' || `), t.Table))
	if err != nil {
		return t, err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return t, err
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return table{t.Table, t.Columns, len(lines), hex.EncodeToString(sum[:])}, rows.Err()
}

func compact(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func unpack(t *testing.T, archive, dir string) {
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
