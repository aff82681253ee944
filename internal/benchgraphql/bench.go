package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

const (
	node1 = `id version displayName status startedOn expectedEndOn currentRole { id title }
      milestones(first: 5) { edges { node { id version title state attainedOn rating requirement { key title kindId } } } }
      credits(first: 5) { edges { node { id version courseCode title credit unit grade term state externalRef awardedBy { id name } } } }`
	pageQuery  = `query Page($after: String) { apprentices(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ` + node1 + ` } } } }`
	pointQuery = `query Point($by: ApprenticeKey!) { apprentice(by: $by) { ` + node1 + ` } }`
)

const dumped = "learners.json" // what the other servers serve

const connections = 4

type bench struct {
	work          string
	seconds       int
	only          string // names of servers; all, if empty
	out, progress io.Writer
}

// build makes the other servers in a copy of their sources.
func (b bench) build(ctx context.Context, source string) error {
	fmt.Fprintln(b.progress, "building the other servers ...")
	copied := filepath.Join(b.work, "sources")
	if err := os.CopyFS(copied, os.DirFS(source)); err != nil {
		return err
	}
	steps := [][]string{{copied, "go", "tool", "gqlgen", "generate"}, {copied, "go", "build", "-o", filepath.Join(b.work, "peers"), "."}}
	if _, err := exec.LookPath("npm"); err == nil {
		steps = append(steps, []string{filepath.Join(copied, "node"), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"})
	}
	for _, s := range steps {
		cmd := exec.CommandContext(ctx, s[1], s[2:]...)
		cmd.Dir = s[0]
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(s[1:], " "), err, text)
		}
	}
	return nil
}

// A question is asked again and again, with other variables each time.
type question struct {
	name, query string
	variables   []map[string]any
}

func (b bench) compare(ctx context.Context, learners int) error {
	fmt.Fprintf(b.progress, "a log with %d learners ...\n", learners)
	if err := fill(ctx, filepath.Join(b.work, "data"), learners); err != nil {
		return err
	}
	questions := []question{{name: "page of 100", query: pageQuery}, {name: "one learner", query: pointQuery}}
	t := tabwriter.NewWriter(b.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tquestion\tCPU µs\tof ours\tKB allocated\tobjects\tMB resident\t")
	var ours []figure
	var truth []any
	for i, s := range servers {
		if i > 0 && b.only != "" && !slices.Contains(strings.Split(b.only, ","), s.name) {
			continue
		}
		if s.needs != "" {
			if _, err := exec.LookPath(s.needs); err != nil {
				fmt.Fprintf(b.progress, "%s is left out: there is no %s\n", s.name, s.needs)
				continue
			}
		}
		p, err := start(ctx, s, b.work)
		if err != nil {
			return err
		}
		if ours == nil {
			if err := b.dump(ctx, p, questions); err != nil {
				return errors.Join(err, p.stop())
			}
		}
		for i, q := range questions {
			fmt.Fprintf(b.progress, "%s, %s ...\n", s.name, q.name)
			sample, err := p.sample(ctx, q)
			if err == nil && len(truth) > i && !reflect.DeepEqual(sample, truth[i]) {
				err = fmt.Errorf("%s answers %s otherwise than we do", s.name, q.name)
			}
			var f figure
			if err == nil {
				f, err = p.measure(ctx, q, time.Duration(b.seconds)*time.Second)
			}
			if err != nil {
				return errors.Join(err, p.stop())
			}
			if s.name == servers[0].name {
				ours, truth = append(ours, f), append(truth, sample)
			}
			fmt.Fprintf(t, "%s\t%s\t%.0f\t%.1f\t%s\t%s\t%.0f\t\n", s.name, q.name, f.cpu, f.cpu/ours[i].cpu, known(f.bytes/1000), known(f.objects), f.resident)
		}
		if err := p.stop(); err != nil {
			return err
		}
	}
	return t.Flush()
}

func known(n float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

// dump walks through all learners, keeps them for the other servers and makes up the
// variables of the questions.
func (b bench) dump(ctx context.Context, p *process, questions []question) error {
	var all []json.RawMessage
	pages := []map[string]any{{}}
	var point []map[string]any
	for {
		var page struct {
			Data struct {
				Apprentices struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
					Edges []json.RawMessage
				}
			}
		}
		text, err := p.ask(ctx, pageQuery, pages[len(pages)-1])
		if err == nil {
			err = json.Unmarshal(text, &page)
		}
		if err != nil {
			return err
		}
		all = append(all, page.Data.Apprentices.Edges...)
		if !page.Data.Apprentices.PageInfo.HasNextPage {
			break
		}
		pages = append(pages, map[string]any{"after": page.Data.Apprentices.PageInfo.EndCursor})
	}
	for _, edge := range all {
		var e struct{ Node struct{ ID string } }
		if err := json.Unmarshal(edge, &e); err != nil {
			return err
		}
		point = append(point, map[string]any{"by": map[string]any{"id": e.Node.ID}})
	}
	questions[0].variables, questions[1].variables = pages, point
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.work, dumped), text, 0o600)
}

// A process is a server that runs.
type process struct {
	*exec.Cmd
	in     io.Closer
	url    string
	client *http.Client
}

func start(ctx context.Context, s server, work string) (*process, error) {
	cmd := s.command(ctx, work)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not start: %w", s.name, err), cmd.Wait())
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
	return &process{cmd, in, strings.TrimSpace(line), client}, nil
}

func (p *process) stop() error {
	p.client.CloseIdleConnections()
	p.in.Close()
	return p.Wait()
}

// ask posts a query and returns the body of an answer without errors.
func (p *process) ask(ctx context.Context, query string, variables map[string]any) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || bytes.Contains(text[:min(len(text), 200)], []byte(`"errors"`))) {
		err = fmt.Errorf("answered with %s: %.500s", resp.Status, text)
	}
	return text, err
}

// sample is a decoded answer that all servers agree about.
func (p *process) sample(ctx context.Context, q question) (any, error) {
	text, err := p.ask(ctx, q.query, q.variables[len(q.variables)/2])
	if err != nil {
		return nil, err
	}
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data) == 0 {
		return nil, fmt.Errorf("%s has no data: %.500s", q.name, text)
	}
	return answer.Data, nil
}

// A figure is what an answer costs the server.
type figure struct {
	cpu            float64 // microseconds
	bytes, objects float64 // 0: not known
	resident       float64 // megabytes, at most
}

func (p *process) measure(ctx context.Context, q question, d time.Duration) (f figure, err error) {
	if _, err := p.load(ctx, q, d/4); err != nil { // warm
		return f, err
	}
	cpu, err := p.used()
	if err != nil {
		return f, err
	}
	bytes, objects := p.allocated(ctx)
	n, err := p.load(ctx, q, d)
	if err != nil {
		return f, err
	}
	after, err := p.used()
	if err != nil {
		return f, err
	}
	moreBytes, moreObjects := p.allocated(ctx)
	f.cpu = float64((after - cpu).Microseconds()) / float64(n)
	f.bytes, f.objects = (moreBytes-bytes)/float64(n), (moreObjects-objects)/float64(n)
	f.resident, err = p.peak()
	return f, err
}

// load asks on several connections for a while and returns how often.
func (p *process) load(ctx context.Context, q question, d time.Duration) (int, error) {
	var wg sync.WaitGroup
	var asked atomic.Int64
	failed := make(chan error, connections)
	until := time.Now().Add(d)
	for c := range connections {
		wg.Go(func() {
			pick := rand.New(rand.NewPCG(1, uint64(c)))
			for time.Now().Before(until) {
				if _, err := p.ask(ctx, q.query, q.variables[pick.IntN(len(q.variables))]); err != nil {
					failed <- err
					return
				}
				asked.Add(1)
			}
		})
	}
	wg.Wait()
	close(failed)
	return int(asked.Load()), <-failed
}

const tick = 10 * time.Millisecond // USER_HZ is 100 wherever Go runs on Linux

// used is the CPU time of the process so far (proc(5), /proc/pid/stat, fields 14 and 15).
func (p *process) used() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// peak is the most memory the process ever had, in megabytes.
func (p *process) peak() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if after, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(after)[0])
			return float64(kb) / 1000, err
		}
	}
	return 0, errors.New("the system does not tell how much memory a process had")
}

// allocated is how much the server asked for since it began, where it can tell.
func (p *process) allocated(ctx context.Context) (size, objects float64) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/allocated", nil)
	if err != nil {
		return 0, 0
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return 0, 0
	}
	defer resp.Body.Close()
	var m struct{ Bytes, Objects float64 }
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(&m) != nil {
		return 0, 0
	}
	return m.Bytes, m.Objects
}
