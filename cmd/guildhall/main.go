// Command guildhall is the record of apprenticeships and role transitions: the server and
// the tools around its data.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/guildhall-dev/guildhall/graphql"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	g := Guildhall{Out: os.Stdout, Err: os.Stderr, Environ: os.Environ, Now: time.Now, Schema: graphql.Schema()}
	g.Serve, g.Rebuild = g.serve, g.rebuild
	os.Exit(g.Run(ctx, os.Args[1:]))
}
