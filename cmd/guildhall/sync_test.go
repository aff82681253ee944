package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/events/journal"
)

// TestACopyThatIsKilledEndsAsTheExport kills guildhall sync again and again, also in the middle
// of a page, while what is shared changes. What it keeps in the end is, row for row, what the
// server's own files hold.
func TestACopyThatIsKilledEndsAsTheExport(t *testing.T) {
	t.Parallel()
	p := startProgram(t, t.TempDir())
	h := &house{t: t, demo: p.demo}
	slow := h.slowly()
	secret := h.secretOf("college-a")
	changes := 0
	for _, to := range []string{"lakeshore", "lakeshore.sqlite"} {
		t.Run(to, func(t *testing.T) {
			h.t = t
			to := filepath.Join(t.TempDir(), to)
			args := []string{"sync", "--url", slow.URL, "--client-id", h.persona("college-a").ClientID, "--secret-file", secret, "--to", to, "--page", "1"}
			killed := 0
			for killed < 20 {
				sync := asProcess(args...)
				var said bytes.Buffer
				sync.Stderr = &said
				if err := sync.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- sync.Wait() }()
				h.change(changes)
				changes++
				for until := slow.all.Load() + 1 + rand.N[int64](4); slow.all.Load() < until && len(ended) == 0; {
					time.Sleep(time.Millisecond)
				}
				time.Sleep(rand.N(12 * time.Millisecond))
				if sync.Process.Signal(syscall.SIGKILL) == nil {
					killed++
				}
				if err := <-ended; err != nil && sync.ProcessState.ExitCode() != -1 {
					t.Fatalf("%v: %s", err, said.String())
				}
			}
			if out, err := asProcess(args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			h.compare("college-a", to)
		})
	}
	if slow.cut.Load() < 5 {
		t.Errorf("only %d answers were cut off", slow.cut.Load())
	}
	t.Logf("%d of %d answers were cut off by kills, over %d changes", slow.cut.Load(), slow.all.Load(), changes)
}

// change changes something of what is shown to Lakeshore.
func (h *house) change(n int) {
	h.t.Helper()
	key := fmt.Sprintf("change-%d", n)
	switch n % 4 {
	case 0:
		h.do("apprentice", `revokeConsent(input: {idempotencyKey: "`+key+`", consentId: "consent-e-2001.lakeshore"})`)
	case 1:
		h.do("apprentice", `giveConsent(input: {idempotencyKey: "`+key+`", partnerId: "partner-lakeshore", records: [PATHWAY, MILESTONES, CREDITS, ROLE_TRANSITIONS], purpose: "Award of credit"})`)
	case 2:
		h.do("hr", fmt.Sprintf(`importPeople(input: {idempotencyKey: %q, csv: "employee_number,name\nE-2001,Maya Okafor-%d\n"})`, key, n))
	case 3:
		h.do("college-a", fmt.Sprintf(`recordCredit(input: {idempotencyKey: %q, apprenticeId: "apprenticeship-e-2001", externalRef: "2026-FA-1177", courseCode: "CYB 110", credit: "3", grade: "A", term: "Fall 2026"})`, key))
	}
}

// secretOf is a file with the secret of a college's system.
func (h *house) secretOf(college string) string {
	path := filepath.Join(h.t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(h.persona(college).ClientSecret+"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// A line leads to a house and delivers answers in halves, slowly.
type line struct {
	*httptest.Server
	all, cut atomic.Int64
}

func (h *house) slowly() *line {
	l := &line{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.all.Add(1)
		out, body, err := h.forward(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		for name, values := range out.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(out.StatusCode)
		for _, half := range [][]byte{body[:len(body)/2], body[len(body)/2:]} {
			_, err := w.Write(half)
			if flushed := http.NewResponseController(w).Flush(); err != nil || flushed != nil || r.Context().Err() != nil {
				l.cut.Add(1)
				return
			}
			time.Sleep(8 * time.Millisecond)
		}
	}))
	h.t.Cleanup(l.Close)
	return l
}

// forward has the house answer what was asked of somebody else.
func (h *house) forward(r *http.Request) (*http.Response, []byte, error) {
	out := r.Clone(r.Context())
	out.RequestURI, out.Host = "", ""
	out.URL.Scheme, out.URL.Host = "http", strings.TrimPrefix(h.demo.URL, "http://")
	resp, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

var exported = []string{"apprentices", "milestones", "credits", "transitions", "sync"}

// compare holds a copy against the files that the server has for a college.
func (h *house) compare(college, copied string) {
	h.t.Helper()
	total := 0
	for _, table := range exported {
		want := h.export(college, table)
		rows, err := csv.NewReader(bytes.NewReader(want)).ReadAll()
		if err != nil {
			h.t.Fatal(err)
		}
		total += len(rows) - 1
		if strings.HasSuffix(copied, ".sqlite") {
			if got := copiedRows(h.t, copied, table, rows[0]); fmt.Sprint(got) != fmt.Sprint(rows[1:]) {
				h.t.Errorf("the copy of %s holds\n%v\nand the file\n%v", table, got, rows[1:])
			}
			continue
		}
		got, err := os.ReadFile(filepath.Join(copied, table+".csv"))
		if err != nil || !bytes.Equal(got, want) {
			h.t.Errorf("%v: the copy of %s is\n%s\nand the file\n%s", err, table, got, want)
		}
	}
	if total < 5 {
		h.t.Errorf("there are only %d rows to compare", total)
	}
}

// export is a file that the server has for a college.
func (h *house) export(college, table string) []byte {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.demo.URL+"/export/"+table+".csv", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.persona(college).Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	file, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: %s, %v", table, resp.Status, err)
	}
	return file
}

// copiedRows are the rows of a table of a copy, in the words of CSV.
func copiedRows(t *testing.T, path, table string, columns []string) (rows [][]string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	order := "_object"
	if table == "sync" {
		order = "CASE substr(_object, 1, 2) WHEN 'ap' THEN 1 WHEN 'mi' THEN 2 ELSE 3 END, _object, rowid"
	}
	err = sqlitex.Execute(conn, fmt.Sprintf(`SELECT "%s" FROM %q ORDER BY %s`, strings.Join(columns, `", "`), table, order), &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		cells := make([]string, len(columns))
		for i, column := range columns {
			cells[i] = row.ColumnText(i)
			if column == "by_exception" || column == "appealed" {
				cells[i] = strconv.FormatBool(row.ColumnBool(i))
			}
		}
		rows = append(rows, cells)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sync runs guildhall sync within this process, at the time of the test.
func (h *house) sync(ctx context.Context, to string, more ...string) (code int, out, said *quiet) {
	out, said = &quiet{}, &quiet{}
	g := Guildhall{Out: out, Err: said, Environ: func() []string { return nil }, Now: func() time.Time { return thursday }}
	args := append([]string{"sync", "--url", h.demo.URL, "--client-id", h.persona("college-a").ClientID, "--to", to}, more...)
	return g.Run(ctx, args), out, said
}

// TestACopyGoesOnWhateverTheServerAnswers lets many requests fail, in every way in which they do.
func TestACopyGoesOnWhateverTheServerAnswers(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var n, tokens atomic.Int64
	faulty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, body, err := h.forward(r)
		if err != nil {
			t.Error(err)
			return
		}
		status := resp.StatusCode
		if r.URL.Path == "/oauth/token" {
			tokens.Add(1)
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		later := func(code string) {
			status, body = http.StatusOK, fmt.Appendf(nil, `{"errors":[{"message":"later","extensions":{"code":%q}}]}`, code)
		}
		switch n.Add(1) {
		case 3:
			status, body = http.StatusUnauthorized, nil
		case 6:
			w.Header().Set("Retry-After", "1")
			status, body = http.StatusTooManyRequests, nil
		case 9:
			status, body = http.StatusServiceUnavailable, nil
		case 12:
			body = body[:len(body)/2]
		case 15:
			panic(http.ErrAbortHandler)
		case 18:
			later("READ_MODEL_BEHIND")
		case 20:
			later("NOT_ON_RECORD")
		case 22:
			later("NOT_SHARED")
		}
		if n.Load() != 12 {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		w.WriteHeader(status)
		w.Write(body)
	}))
	defer faulty.Close()
	to := filepath.Join(t.TempDir(), "copy")
	code, out, said := h.sync(t.Context(), to, "--url", faulty.URL, "--secret-file", h.secretOf("college-a"), "--page", "1")
	if code != 0 || !strings.Contains(out.String(), "15 changes taken over") {
		t.Fatalf("ended with %d: %s%s", code, out, said)
	}
	if n.Load() < 22 || tokens.Load() != 2 {
		t.Errorf("there were %d requests, and %d for tokens", n.Load(), tokens.Load())
	}
	if !strings.Contains(said.String(), "429 Too Many Requests; trying again in 1s") {
		t.Errorf("it said %s", said)
	}
	h.compare("college-a", to)
}

// TestACopyStaysUntilANewOneIsWhole has a copy made anew from a record that was replaced, and
// the server go away in between.
func TestACopyStaysUntilANewOneIsWhole(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	to := filepath.Join(t.TempDir(), "copy")
	secret := h.secretOf("college-a")
	if code, out, said := h.sync(t.Context(), to, "--secret-file", secret); code != 0 {
		t.Fatalf("ended with %d: %s%s", code, out, said)
	}
	before, err := os.ReadFile(filepath.Join(to, "apprentices.csv"))
	if err != nil {
		t.Fatal(err)
	}

	other, _ := houseIn(t, t.TempDir())
	other.change(0) // Maya shares no longer
	var left atomic.Int64
	left.Store(5)
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, body, err := other.forward(r)
		if err != nil || left.Add(-1) < 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(resp.StatusCode)
		w.Write(body)
	}))
	defer away.Close()
	args := []string{"--client-id", other.persona("college-a").ClientID, "--secret-file", other.secretOf("college-a"), "--url", away.URL, "--page", "2"}
	code, out, said := h.sync(t.Context(), to, append(args, "--patience", "300ms")...)
	if code != 1 || !strings.Contains(said.String(), "[SERVER_AWAY]") || !strings.Contains(said.String(), "The copy is made anew") {
		t.Fatalf("ended with %d: %s%s", code, out, said)
	}
	if after, err := os.ReadFile(filepath.Join(to, "apprentices.csv")); err != nil || !bytes.Equal(after, before) {
		t.Errorf("half a walk changed the files: %v\n%s", err, after)
	}
	columns := strings.Split(strings.TrimSpace(strings.SplitN(string(before), "\n", 2)[0]), ",")
	if rows := copiedRows(t, filepath.Join(to, "mirror.sqlite"), "apprentices", columns); len(rows) != 5 {
		t.Errorf("half a walk left %d apprentices", len(rows))
	}

	left.Store(1000)
	if code, out, said = h.sync(t.Context(), to, args...); code != 0 || strings.Contains(said.String(), "anew") {
		t.Fatalf("ended with %d: %s%s", code, out, said)
	}
	other.compare("college-a", to)
	gone, err := os.ReadFile(filepath.Join(to, "removals.csv"))
	if err != nil || !strings.Contains(string(gone), `"apprenticeship-e-2001","Apprentice","NOT_IN_SNAPSHOT",true`) {
		t.Errorf("removals: %v\n%s", err, gone)
	}

	args[1], args[3] = other.persona("college-b").ClientID, other.secretOf("college-b")
	if code, _, said = h.sync(t.Context(), to, args...); code != 1 || !strings.Contains(said.String(), "[OTHER_MIRROR]") {
		t.Errorf("another institution ended with %d: %s", code, said)
	}
	other.compare("college-a", to)
}

// TestACopyThatWasTamperedWithIsMadeAnew takes rows out of a copy, of which no change tells.
func TestACopyThatWasTamperedWithIsMadeAnew(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	to, secret := filepath.Join(t.TempDir(), "copy.sqlite"), h.secretOf("college-a")
	run := func(more ...string) (out, said string) {
		t.Helper()
		code, o, s := h.sync(t.Context(), to, append([]string{"--secret-file", secret}, more...)...)
		if code != 0 {
			t.Fatalf("%q ended with %d: %s%s", more, code, o, s)
		}
		return o.String(), s.String()
	}
	settled := func(args ...string) (out, said string) { // once the policies of the demonstration have come to rest
		for range 20 {
			if out, said = run(args...); strings.Contains(out, " 0 changes taken over") {
				break
			}
		}
		return out, said
	}
	settled()
	if out, said := settled("--check"); !strings.Contains(out, " 0 changes taken over") || !strings.Contains(out, "is what the server says") || strings.Contains(said, "anew") {
		t.Errorf("a copy that is right was checked with %s%s", out, said)
	}
	conn, err := sqlite.OpenConn(to, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	err = sqlitex.Execute(conn, `DELETE FROM milestones WHERE _object = (SELECT min(_object) FROM milestones)`, nil)
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
	if out, _ := settled(); !strings.Contains(out, " 0 changes taken over") || !strings.Contains(out, "milestones: 4 rows") {
		t.Errorf("without a check it said %s", out)
	}
	if out, said := run("--check"); !strings.Contains(out, " 15 changes taken over") || !strings.Contains(said, "is made anew") {
		t.Errorf("the check said %s%s", out, said)
	}
	h.compare("college-a", to)
}

// TestAFileThatIsNotAsItWasWrittenIsWrittenAgain alters one file of a copy and deletes another.
func TestAFileThatIsNotAsItWasWrittenIsWrittenAgain(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	to, secret := filepath.Join(t.TempDir(), "copy"), h.secretOf("college-a")
	run := func() {
		t.Helper()
		if code, out, said := h.sync(t.Context(), to, "--secret-file", secret); code != 0 {
			t.Fatalf("it ended with %d: %s%s", code, out, said)
		}
	}
	run()
	run() // from behind the record of what the first one was told, where nothing is new
	altered, deleted := filepath.Join(to, "milestones.csv"), filepath.Join(to, "removals.csv")
	was, err := os.ReadFile(altered)
	if err := errors.Join(err, os.WriteFile(altered, was[:len(was)/2], 0o600), os.Remove(deleted)); err != nil {
		t.Fatal(err)
	}
	run()
	if is, err := os.ReadFile(altered); err != nil || string(is) != string(was) {
		t.Errorf("what was altered holds %d bytes, not %d: %v", len(is), len(was), err)
	}
	if _, err := os.Stat(deleted); err != nil {
		t.Error(err)
	}
}

// TestACopyFollows keeps a copy up to date by a key of its own, also after a stream broke off;
// what is taken back is in none of its files.
func TestACopyFollows(t *testing.T) {
	t.Parallel()
	var h *house
	var stream context.CancelFunc
	var streams atomic.Int64
	line := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") == "text/event-stream" {
			ctx, cancel := context.WithCancel(r.Context())
			stream, r = cancel, r.WithContext(ctx)
			streams.Add(1)
		}
		to, err := url.Parse(h.demo.URL)
		if err != nil {
			t.Error(err)
		}
		forward := httputil.NewSingleHostReverseProxy(to)
		forward.ErrorLog = log.New(io.Discard, "", 0)
		forward.ServeHTTP(w, r)
	}))
	defer line.Close()
	h, _ = houseIn(t, t.TempDir(), "--url", line.URL)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, key := range map[string]any{"public.json": public, "private.json": private} {
		text, err := json.Marshal(jose.JSONWebKey{Key: key})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	said := &quiet{}
	g := Guildhall{Out: said, Err: said, Environ: func() []string { return nil }, Now: func() time.Time { return thursday }}
	if code := g.Run(t.Context(), []string{"partner", "register", "lakeshore.follows", "--title", "Copy", "--jwk", filepath.Join(dir, "public.json"), "--data", h.dir}); code != 0 {
		t.Fatal(said)
	}
	to := filepath.Join(dir, "copy")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan string, 1)
	go func() {
		code, out, said := h.sync(ctx, to, "--url", line.URL, "--client-id", "lakeshore.follows", "--key", filepath.Join(dir, "private.json"), "--follow")
		ended <- fmt.Sprint(code, out, said)
	}()
	holds := func(file, text string) func() bool {
		return func() bool {
			content, err := os.ReadFile(filepath.Join(to, file))
			return err == nil && bytes.Contains(content, []byte(text))
		}
	}
	h.eventually("the copy is there", func() bool {
		if len(ended) > 0 {
			t.Fatal(<-ended)
		}
		return holds("apprentices.csv", "Maya Okafor")() && streams.Load() == 1
	})
	if code, _, said := h.sync(t.Context(), to, "--secret-file", h.secretOf("college-a")); code != 1 || !strings.Contains(said.String(), "[MIRROR_IN_USE]") {
		t.Errorf("another one beside it ended with %d: %s", code, said)
	}
	h.change(3)
	h.eventually("the award is told", holds("sync.csv", `"Maya","Okafor"`))
	h.change(2)
	h.eventually("the new name is told", holds("apprentices.csv", "Maya Okafor-2"))
	h.eventually("the new name is told of what she was awarded", func() bool { return !holds("sync.csv", `"Maya","Okafor"`)() })
	stream()
	h.change(6)
	h.eventually("the new name is told on another stream", func() bool { return holds("apprentices.csv", "Maya Okafor-6")() && streams.Load() == 2 })
	h.change(0)
	h.eventually("what was taken back is gone", func() bool { return !holds("apprentices.csv", "Okafor")() })
	h.eventually("the reason is told", func() bool {
		gone, _ := os.ReadFile(filepath.Join(to, "removals.csv"))
		return strings.Contains(string(gone), `"apprenticeship-e-2001","Apprentice","CONSENT_REVOKED",true`)
	})
	stop()
	if told := <-ended; !strings.HasPrefix(told, "0") {
		t.Error(told)
	}
	h.compare("college-a", to)
	entries, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if content, err := os.ReadFile(filepath.Join(to, e.Name())); err != nil || bytes.Contains(content, []byte("Okafor")) {
			t.Errorf("%s still names Maya, %v", e.Name(), err)
		}
	}
}

// TestAnAwardIsRecordedOnceThoughTheAnswerWasCut records credit over a connection that is cut
// once the server answers, and then again with the same key.
func TestAnAwardIsRecordedOnceThoughTheAnswerWasCut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h, stop := houseIn(t, dir)
	token := h.persona("college-a").Token
	const award = `mutation { recordCredit(input: {idempotencyKey: "award-cut", apprenticeId: "apprenticeship-e-2001", externalRef: "2026-FA-1177",
		courseCode: "CYB 110", credit: "3", grade: "A-", term: "Fall 2026"}) { credit { id state } position userErrors { code } } }`
	cut := cutLine(t, h.demo.URL)
	for range 2 {
		if _, _, err := post(cut, token, award, nil); err == nil {
			t.Fatal("the answer came although the connection was cut")
		}
	}
	status, body, err := post(h.demo.GraphQL, token, award, nil)
	var answer struct {
		Data struct {
			RecordCredit struct {
				Credit     struct{ ID, State string }
				Position   string
				UserErrors []any
			}
		}
	}
	if err != nil || status != http.StatusOK || json.Unmarshal(body, &answer) != nil || answer.Data.RecordCredit.Credit.State != "AWARDED" || len(answer.Data.RecordCredit.UserErrors) > 0 {
		t.Fatalf("%d %s, %v", status, body, err)
	}
	to := filepath.Join(t.TempDir(), "copy.sqlite")
	if code, out, said := h.sync(t.Context(), to, "--secret-file", h.secretOf("college-a")); code != 0 {
		t.Fatalf("ended with %d: %s%s", code, out, said)
	}
	h.compare("college-a", to)
	awards := 0
	for _, row := range copiedRows(t, to, "sync", []string{"college_award_ref"}) {
		if row[0] == "2026-FA-1177" {
			awards++
		}
	}
	stop()
	facts, at := 0, ""
	record, err := journal.Open(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	head, err := record.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range record.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Request.Key == "award-cut" && r.Event.EventName() == "credit.awarded" {
			facts++
		}
		if r.Request.Key == "award-cut" {
			at = fmt.Sprint(r.Position)
		}
		if r.Position == head {
			break
		}
	}
	if facts != 1 || awards != 1 || at != answer.Data.RecordCredit.Position {
		t.Errorf("it is on record %d times and %d times in the copy; answered with position %s of %s", facts, awards, answer.Data.RecordCredit.Position, at)
	}
}

// cutLine leads to a server, and is cut once the server answers.
func cutLine(t *testing.T, server string) (endpoint string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", strings.TrimPrefix(server, "http://"))
			if err != nil {
				t.Error(err)
				return
			}
			go io.Copy(to, from)
			to.Read(make([]byte, 1))
			from.Close()
			to.Close()
		}
	}()
	return "http://" + listener.Addr().String() + "/graphql"
}
