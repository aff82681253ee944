package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/guildhall-dev/guildhall/internal/npm"
)

// clientsDir holds the clients, with a lock file that says which they are.
const clientsDir = "../../graphql/clients"

// TestClientsThatCollegesUse runs the clients of JavaScript there are against the server.
func TestClientsThatCollegesUse(t *testing.T) {
	t.Parallel()
	npm.Need(t)
	h := openHouse(t)
	dir := installed(t)
	for _, script := range []string{"audits", "introspection", "sse", "ws", "apollo", "documents", "urql", "relay", "codegen", "oauth", "webhooks"} {
		t.Run(script, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			node := exec.CommandContext(ctx, "node", script+".mjs")
			node.Dir = dir
			node.Env = append(os.Environ(), "GUILDHALL_URL="+h.demo.GraphQL, "GUILDHALL_COLLEGE="+h.persona("college-a").Token, "GUILDHALL_PERSON="+h.persona("coordinator").Token, fmt.Sprintf("GUILDHALL_NOW=%d", thursday.Unix()))
			out, err := node.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Log(strings.TrimSpace(string(out)))
		})
	}
}

// installed is a directory with the clients and everything that they need, for all tests.
func installed(t *testing.T) (dir string) {
	t.Helper()
	dir, err := install()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var install = sync.OnceValues(func() (string, error) {
	dir, err := npm.Install(clientsDir)
	leftovers <- dir
	return dir, err
})

// TestSocketsEndBeforeTheServer leaves a WebSocket open while the server is told to stop.
func TestSocketsEndBeforeTheServer(t *testing.T) {
	t.Parallel()
	h, stop := houseIn(t, t.TempDir())
	socket, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(h.demo.GraphQL, "http"), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow()
	say := func(text string) {
		t.Helper()
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	say(`{"type":"connection_init","payload":{"token":"` + h.persona("manager").Token + `"}}`)
	say(`{"type":"subscribe","id":"1","payload":{"query":"subscription { inbox { title } }"}}`)
	for range 2 {
		if _, _, err := socket.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	if _, _, err := socket.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the socket ended with %v", err)
	}
	<-stopped
}
