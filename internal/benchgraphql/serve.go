package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// serveOurs answers from the read model in dir until its input ends.
func serveOurs(ctx context.Context, dir string) (err error) {
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	read, err := projections.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, read.Close()) }()
	keys, err := vault.Open(dir, vault.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- read.Run(following, log) }()
	defer func() { stop(); <-ended }()
	if err := read.Wait(ctx, head); err != nil {
		return err
	}
	server := &graphql.Server{
		Points:   1 << 30,
		Desk:     &desk.Desk{Log: log, Read: read, Vault: keys, Now: time.Now},
		Partners: &partners.Partners{Log: log, Read: read, Vault: keys, Now: time.Now},
		Read:     read, Organization: "St. Alder Health",
	}
	server.Login = &login.Login{Log: log, Read: read, Now: time.Now, Zap: zap.NewNop(), Fence: server.Partners.Fence, Dir: dir, Bearer: true}
	handler, err := server.Handler(zap.NewNop())
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/allocated", allocated)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		listener.Close()
	}()
	if err := http.Serve(listener, mux); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// allocated tells how much memory this process has asked for since it began.
func allocated(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	json.NewEncoder(w).Encode(map[string]uint64{"bytes": m.TotalAlloc, "objects": m.Mallocs})
}
