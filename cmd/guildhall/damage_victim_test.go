package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/projections"
)

// A victim is a small hospital, in the forms in which it can be damaged, and what it says
// while it is whole.
type victim struct {
	images map[string]image
	before image // the files of closed, some commits earlier

	said    []string                   // every record, by position
	streams map[domain.Stream][]string // the same by stream
	asked   []domain.Request           // requests that can be repeated,
	answers []events.Position          // and where that leads
	texts   map[domain.Sealed]string
	rows    map[string]map[string][]string // of the tables of closed and of crashed
	export  string
}

var nodeFiles = []string{journal.File, journal.File + wal, vault.File, vault.File + wal, vault.WrappingFile, viewsFile, viewsFile + wal}

// viewsFile is the first generation of the read model.
var viewsFile = filepath.Join(projections.Dir, projections.Fingerprint()[:12]+"-1.db")

func newVictim(t *testing.T) *victim {
	t.Helper()
	v := &victim{images: map[string]image{}}
	dir := t.TempDir()
	n := victimNode(t, dir, func(n *node) error { return demo.Seed(t.Context(), n.log, n.vault, thursday) })
	closeNode(t, n)
	v.before = readImage(t, dir, nodeFiles...)
	n = victimNode(t, dir, func(n *node) error { return v.goOn(t.Context(), n) })
	v.listen(t, n)
	v.images[crashed] = readImage(t, dir, nodeFiles...)
	away := t.TempDir()
	command(t, 0, "backup", "--data", dir, "--to", filepath.Join(away, logFile), "--keys-to", filepath.Join(away, keyFile))
	v.images[saved] = readImage(t, away, logFile, keyFile)
	v.export = command(t, 0, "log", "export", "--data", dir, "--to", "-")
	closeNode(t, n)
	v.images[closed] = readImage(t, dir, nodeFiles...)
	v.rows = map[string]map[string][]string{}
	for _, name := range []string{closed, crashed} {
		v.rows[name] = rowsIn(t, v.images[name])
		if o := v.examine(t, injury{image: name}, v.images[name]); len(o.wrong) > 0 || !o.empty {
			t.Fatalf("unhurt, %s: %+v", name, o)
		}
	}
	return v
}

// victimNode opens a node, does something with it and lets the read model follow.
func victimNode(t *testing.T, dir string, do func(*node) error) *node {
	t.Helper()
	n, err := openNode(t.Context(), Config{Data: dir, Log: "local"}, func() time.Time { return thursday }, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if err := do(n); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.read.Run(ctx, n.log) }()
	err = n.shown(t.Context())
	stop()
	if err := errors.Join(err, notCancelled(<-ended)); err != nil {
		t.Fatal(err)
	}
	return n
}

func notCancelled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func closeNode(t *testing.T, n *node) {
	t.Helper()
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
}

// goOn records something about everybody, with keys by which it can be repeated, and has
// keys made for people to come.
func (v *victim) goOn(ctx context.Context, n *node) error {
	for i := range 60 {
		if _, err := n.vault.Seal(ctx, domain.PersonID(fmt.Sprint("late-", i)), "to come"); err != nil {
			return err
		}
	}
	people := demo.Personas()
	for i := range 60 {
		p := people[i%len(people)]
		if p.Person == "" {
			continue
		}
		r := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: thursday, Key: fmt.Sprint("again-", i), Digest: fmt.Sprint("d", i)}
		key := person.IssueKey{Request: r, Key: domain.KeyID(fmt.Sprint("key-", i)), Hash: fmt.Sprintf("%064d", i)}
		if _, err := events.Execute(ctx, n.log, person.Stream(p.Person), person.Evolve, key); err != nil {
			return err
		}
	}
	return nil
}

// listen keeps what a whole node says.
func (v *victim) listen(t *testing.T, n *node) {
	t.Helper()
	v.streams, v.texts = map[domain.Stream][]string{}, map[domain.Sealed]string{}
	head, err := n.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed := regexp.MustCompile(`v2\.[a-z0-9-]+\.[a-z0-9]+\.[A-Za-z0-9_-]+`)
	for r, err := range n.log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		line := lineOf(r)
		v.said = append(v.said, line)
		v.streams[r.Stream] = append(v.streams[r.Stream], line)
		if n := len(v.asked); r.Request.Key != "" && n > 0 && v.asked[n-1] == r.Request {
			v.answers[n-1] = r.Position // of the last record of its commit
		} else if r.Request.Key != "" {
			v.asked, v.answers = append(v.asked, r.Request), append(v.answers, r.Position)
		}
		for _, s := range sealed.FindAllString(line, -1) {
			text, err := n.vault.Unseal(t.Context(), domain.Sealed(s))
			if err != nil {
				t.Fatal(err)
			}
			v.texts[domain.Sealed(s)] = text
		}
		if r.Position == head {
			break
		}
	}
	if len(v.asked) < 40 || len(v.texts) < 40 || len(v.said) < 2000 {
		t.Fatalf("%d requests, %d texts and %d records are too few to prove anything", len(v.asked), len(v.texts), len(v.said))
	}
}

func lineOf(r events.Recorded) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// examine finds out what a damaged image is worth.
func (v *victim) examine(t *testing.T, kind injury, files image) (o outcome) {
	if kind.image == saved {
		return v.examineBackup(t, kind, files)
	}
	dir := files.write(t)
	defer os.RemoveAll(dir)
	g := newProgram()
	found, err := g.verify(t.Context(), Config{Data: dir}, nil)
	o.told = err != nil || !found.OK
	o.named = v.named(t, kind, files, found, err, &o)
	v.read(t, files, &o)
	if !o.refused && !o.failed && !o.told && !o.empty {
		o.miss("nobody tells of it")
	}
	return o
}

// named finds out which row was hit first and whether verify names it.
func (v *victim) named(t *testing.T, kind injury, files image, found verification, failed error, o *outcome) bool {
	dir := files.write(t)
	defer os.RemoveAll(dir)
	rows, err := tryRows(dir)
	if err != nil {
		return o.told
	}
	hit := func(table string) string {
		for i, row := range v.rows[kind.image][table] {
			if i >= len(rows[table]) || rows[table][i] != row {
				return row
			}
		}
		return ""
	}
	if at := hit("record"); at != "" && failed == nil {
		var position events.Position
		fmt.Sscan(at, &position)
		ends := events.Position(len(rows["record"])) < position
		unchecked := slices.ContainsFunc(found.Faults, func(f fault) bool { return strings.Contains(f.Problem, "cannot be checked") })
		if !ends && !slices.ContainsFunc(found.Faults, func(f fault) bool {
			return f.Position == position || unchecked && 0 < f.Position && f.Position < position
		}) {
			o.miss("record %d was altered and verify tells %+v", position, found.Faults)
			return false
		}
	}
	if at := hit("data_key"); at != "" && failed == nil {
		var who domain.PersonID
		fmt.Sscan(at, &who)
		if !found.namesKeysOf(who) {
			o.miss("the key of %s was altered and verify tells %+v", who, found.Faults)
			return false
		}
	}
	same := true
	for table, all := range v.rows[kind.image] {
		same = same && slices.Equal(rows[table], all)
	}
	o.empty = same && !o.told
	return o.told
}

// namesKeysOf reports whether a fault names a person, or keys that cannot be opened at all.
func (v verification) namesKeysOf(who domain.PersonID) bool {
	return slices.ContainsFunc(v.Faults, func(f fault) bool { return f.Part == inKeys && (f.Person == who || f.Person == "") })
}

// read opens the node and compares what it says.
func (v *victim) read(t *testing.T, files image, o *outcome) {
	dir := files.write(t)
	defer os.RemoveAll(dir)
	n, err := openNode(t.Context(), Config{Data: dir, Log: "local"}, func() time.Time { return thursday }, zap.NewNop())
	if err != nil {
		o.refused = true
		return
	}
	head, err := n.log.Head(t.Context())
	if err != nil || int(head) != len(v.said) {
		o.miss("the log ends at %d and not at %d, %v", head, len(v.said), err)
	}
	v.follow(t, n, head, o)
	for s, want := range v.streams {
		v.readStream(t, n, s, want, o)
	}
	for i, r := range v.asked {
		switch found, ok, err := n.log.Answered(t.Context(), r); {
		case err != nil:
			o.failed = true
		case !ok || found.Position != v.answers[i]:
			o.miss("the request %s is answered with %d, %v", r.Key, found.Position, ok)
		}
	}
	for s, want := range v.texts {
		switch text, err := n.vault.Unseal(t.Context(), s); {
		case errors.Is(err, vault.ErrErased):
			o.miss("%s is said to be erased", s)
		case err != nil:
			o.failed = true
		case text != want:
			o.miss("%s is read as %q", s, text)
		}
	}
	if err := n.close(); err != nil {
		o.failed = true
	}
}

func (v *victim) follow(t *testing.T, n *node, head events.Position, o *outcome) {
	if head == 0 {
		return
	}
	for r, err := range n.log.Follow(t.Context(), 0) {
		if err != nil {
			o.failed = true
			return
		}
		if int(r.Position) > len(v.said) || lineOf(r) != v.said[r.Position-1] {
			o.miss("record %d is read as %s", r.Position, lineOf(r))
			return
		}
		if r.Position == head {
			return
		}
	}
}

func (v *victim) readStream(t *testing.T, n *node, s domain.Stream, want []string, o *outcome) {
	var got []string
	for r, err := range n.log.Read(t.Context(), s) {
		if err != nil {
			o.failed = true
			return
		}
		got = append(got, lineOf(r))
	}
	if !slices.Equal(got, want) {
		o.miss("stream %s is read with %d records instead of %d", s, len(got), len(want))
	}
}

// examineBackup restores what was saved. Only the damaged file counts.
func (v *victim) examineBackup(t *testing.T, kind injury, files image) (o outcome) {
	dir := files.write(t)
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, kind.file)
	if kind.file == keyFile {
		var keys []byte
		_, err := readArchive(file, theKeys, func(_ string, content io.Reader) (err error) {
			keys, err = io.ReadAll(content)
			return err
		})
		o.refused = err != nil
		o.told, o.named, o.empty = o.refused, o.refused, !o.refused
		if whole := v.savedKeys(t); !o.refused && !slices.Equal(keys, whole) {
			o.miss("other keys are restored: %d bytes instead of %d", len(keys), len(whole))
		}
		return o
	}
	p, into := newProgram(), filepath.Join(dir, "restored")
	o.refused = p.Run(t.Context(), []string{"restore", "--from", file, "--data", into, "--epoch", "x"}) != 0
	o.told = p.Run(t.Context(), []string{"verify", "backup", file}) != 0
	o.named = o.told
	if o.told != o.refused {
		o.miss("restore refuses it: %v; verify does: %v", o.refused, o.told)
	}
	if o.refused {
		if left, err := os.ReadDir(into); err != nil && !errors.Is(err, os.ErrNotExist) || len(left) > 0 {
			o.miss("a refused restore left %v, %v", left, err)
		}
		return o
	}
	o.empty = true
	if is := command(t, 0, "log", "export", "--data", into, "--to", "-"); !slices.EqualFunc(records(is), records(v.export), slices.Equal) {
		o.miss("the restored log is another one")
	}
	return o
}

func (v *victim) savedKeys(t *testing.T) (keys []byte) {
	t.Helper()
	dir := v.images[saved].write(t)
	defer os.RemoveAll(dir)
	_, err := readArchive(filepath.Join(dir, keyFile), theKeys, func(_ string, content io.Reader) (err error) {
		keys, err = io.ReadAll(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// rowsIn are all rows of the tables that hold what was recorded, in the order of the file.
// How far the tables are complete is not among them: whatever is behind is filed again.
func rowsIn(t *testing.T, files image) map[string][]string {
	t.Helper()
	dir := files.write(t)
	defer os.RemoveAll(dir)
	rows, err := tryRows(dir)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func tryRows(dir string) (map[string][]string, error) {
	all := map[string][]string{}
	for table, file := range map[string]string{"record": journal.File, "stream": journal.File, "answer": journal.File, "tree": journal.File,
		"data_key": vault.File, "erased": vault.File, "state": vault.File} {
		rows, err := tableOf(filepath.Join(dir, file), table)
		if err != nil {
			return nil, err
		}
		all[table] = rows
	}
	return all, nil
}

func tableOf(path, table string) (lines []string, err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(`SELECT * FROM ` + table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprintln(row...))
	}
	return lines, rows.Err()
}
