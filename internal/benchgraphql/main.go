// Benchgraphql measures what a page and a single learner cost the server, beside other
// GraphQL servers in the same run: gqlgen, graphql-go and graph-gophers in Go, mercurius
// with and without its compiler on Node.
//
// Every server is a process of its own and answers the same queries over HTTP, on four
// connections; its CPU time is what the system says the process used. All answers are
// compared first. Ours reads the read model on disk and decides for each answer what the
// college may see; the others have the same objects in memory and let everybody see all.
// They run with the settings that they come with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "benchgraphql:", err)
		}
		os.Exit(1)
	}
}

// A server is started as a program and tells its address in its first line.
type server struct {
	name    string
	command func(ctx context.Context, work string) *exec.Cmd
	needs   string // a program without which it is left out
}

var servers = []server{
	{name: "guildhall", command: itself},
	{name: "gqlgen", command: peer("gqlgen")},
	{name: "graphql-go", command: peer("graphql-go")},
	{name: "graph-gophers", command: peer("gophers")},
	{name: "mercurius", command: node("--no-jit"), needs: "npm"},
	{name: "mercurius jit", command: node("--jit"), needs: "npm"},
}

func itself(ctx context.Context, work string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	return exec.CommandContext(ctx, program, "-serve", filepath.Join(work, "data"))
}

func peer(name string) func(context.Context, string) *exec.Cmd {
	return func(ctx context.Context, work string) *exec.Cmd {
		return exec.CommandContext(ctx, filepath.Join(work, "peers"), "-server", name, "-learners", filepath.Join(work, dumped))
	}
}

func node(jit string) func(context.Context, string) *exec.Cmd {
	return func(ctx context.Context, work string) *exec.Cmd {
		return exec.CommandContext(ctx, "node", filepath.Join(work, "sources", "node", "server.mjs"), jit, filepath.Join(work, dumped))
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	f := flag.NewFlagSet("benchgraphql", flag.ContinueOnError)
	f.SetOutput(progress)
	learners := f.Int("learners", 5000, "how many learners the college may see")
	seconds := f.Int("seconds", 4, "how long each server is asked each question")
	only := f.String("only", "", "ask only these servers, and guildhall: names, with commas between")
	curve := f.Bool("curve", false, "instead, measure pages of the feed with 1,000, 10,000 and 100,000 learners")
	source := f.String("peers", "internal/benchgraphql/peers", "directory with the sources of the other servers")
	serve := f.String("serve", "", "serve the data in a directory; for the program itself")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *serve != "" {
		return serveOurs(ctx, *serve)
	}
	work, err := os.MkdirTemp("", "benchgraphql-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b := bench{work: work, seconds: *seconds, only: *only, out: out, progress: progress}
	if *curve {
		return b.curve(ctx, 1_000, 10_000, 100_000)
	}
	if err := b.build(ctx, *source); err != nil {
		return err
	}
	return b.compare(ctx, *learners)
}
