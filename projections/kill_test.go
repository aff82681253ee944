package projections_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// roles are what this test does as a process that is killed. Each works on the log in one
// directory and the read model in another.
var roles = map[string]func(ctx context.Context, log events.Log, dir string) error{
	"follow": func(ctx context.Context, log events.Log, dir string) error {
		db, err := projections.Open(ctx, dir)
		if err != nil {
			return err
		}
		return db.Run(ctx, log)
	},
	"rebuild": func(ctx context.Context, log events.Log, dir string) error {
		_, err := projections.Rebuild(ctx, dir, log, nil)
		return err
	},
}

// A slow log takes its time, so that there is something to kill.
type slow struct{ events.Log }

func (l slow) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, p) {
			if r.Position%40 == 0 {
				time.Sleep(time.Millisecond)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestMain(m *testing.M) {
	args := strings.Split(os.Getenv("PROJECTIONS_ROLE"), ":")
	if len(args) == 1 {
		os.Exit(m.Run())
	}
	projections.SmallBatches(200)
	ctx := context.Background()
	log, err := journal.OpenLocal(ctx, args[1], eventstest.Codec())
	if err == nil {
		err = roles[args[0]](ctx, slow{log}, args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// killed runs a role as a process and kills it after a while, unless it ends before.
func killed(t *testing.T, role, logs, dir string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PROJECTIONS_ROLE="+strings.Join([]string{role, logs, dir}, ":"))
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Exited() {
			t.Fatalf("%s ended with %v: %s", role, err, &said)
		}
	}
}

func kills(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("PROJECTIONS_KILLS")); err == nil {
		return n
	}
	return usual
}

// halves finds what is so between two commits only: a week that does not add up to its
// entries, or a learner whose hours are not those of the weeks handed in and signed off.
const halves = `
	SELECT 'week ' || w.learner || ' ' || w.week FROM week w
		WHERE w.on_the_job + w.instruction <> (SELECT coalesce(sum(e.minutes), 0) FROM entry e WHERE e.learner = w.learner AND e.week = w.week)
	UNION ALL
	SELECT 'hours ' || l.id FROM learner l
		WHERE (SELECT coalesce(sum(approved + pending), 0) FROM hours h WHERE h.learner = l.id)
			<> (SELECT coalesce(sum(w.on_the_job + w.instruction), 0) FROM week w WHERE w.learner = l.id AND w.state IN ('submitted', 'approved'))
	UNION ALL
	SELECT 'behind ' || max(a.position) || ' ' || c.position FROM activity a, checkpoint c GROUP BY c.position HAVING max(a.position) > c.position`

// watch looks for half a state in whatever generations are there, until ctx ends, and
// returns how often it looked.
func watch(ctx context.Context, t *testing.T, dir string) (looks int) {
	for ctx.Err() == nil {
		files, err := filepath.Glob(filepath.Join(dir, projections.Dir, "*.db"))
		if err != nil {
			t.Error(err)
			return looks
		}
		for _, f := range files {
			db, err := sql.Open("sqlite", "file:"+f+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)")
			if err != nil {
				t.Error(err)
				return looks
			}
			for range 5 {
				var found string
				err = db.QueryRow(halves).Scan(&found)
				if errors.Is(err, sql.ErrNoRows) {
					looks++
				} else {
					t.Errorf("half a state is there: %s, %v", found, err)
					db.Close()
					return looks
				}
			}
			db.Close()
		}
		time.Sleep(time.Millisecond)
	}
	return looks
}

func TestAKilledReadModelIsWhatTheLogSays(t *testing.T) {
	logs := t.TempDir()
	log, err := journal.OpenLocal(t.Context(), logs, eventstest.Codec())
	if err != nil {
		t.Fatal(err)
	}
	record(t, log, all(house, inForce)...)
	busy(t, log, 4000)
	end := head(t, log)
	want := applied(t, t.TempDir(), log, end)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		steps []string
	}{
		{"while it is built", []string{"follow"}},
		{"while it follows", []string{"begin", "follow"}},
		{"while another is built", []string{"begin", "rebuild"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			if c.steps[0] == "begin" {
				log := reopened(t, logs, eventstest.Codec())
				applied(t, dir, window{log, 30}, 30)
				if err := log.Close(); err != nil {
					t.Fatal(err)
				}
			}
			watching, stop := context.WithCancel(t.Context())
			var watcher sync.WaitGroup
			looks := 0
			watcher.Go(func() { looks = watch(watching, t, dir) })
			role := c.steps[len(c.steps)-1]
			for i := range kills(4) {
				killed(t, role, logs, dir, time.Duration(40+i*67%300)*time.Millisecond)
			}
			stop()
			watcher.Wait()
			log := reopened(t, logs, eventstest.Codec())
			defer log.Close()
			if got := applied(t, dir, log, end); !slices.Equal(got, want) {
				t.Errorf("it is\n%+v\nwant\n%+v", got, want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, projections.Dir, "*.unfinished*")); role == "follow" && len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			t.Logf("looked %d times", looks)
		})
	}
}
