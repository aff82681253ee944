// Peers are other GraphQL servers in Go, for comparison. It is built by the benchmark,
// which generates package gqlgen first.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"

	"github.com/guildhall-dev/guildhall/internal/benchgraphql/peers/gqlgen"
	"github.com/guildhall-dev/guildhall/internal/benchgraphql/peers/learners"
)

var servers = map[string]func(*learners.Book) http.Handler{"gqlgen": gqlgen.New, "graphql-go": graphqlGo, "gophers": graphGophers}

func main() {
	name := flag.String("server", "gqlgen", "which of them")
	path := flag.String("learners", "", "file with the learners")
	flag.Parse()
	book, err := learners.Load(*path)
	if err != nil || servers[*name] == nil {
		log.Fatal("cannot serve ", *name, ": ", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", servers[*name](book))
	mux.HandleFunc("/allocated", func(w http.ResponseWriter, _ *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		json.NewEncoder(w).Encode(map[string]uint64{"bytes": m.TotalAlloc, "objects": m.Mallocs})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		listener.Close()
	}()
	if err := http.Serve(listener, mux); !errors.Is(err, net.ErrClosed) {
		log.Fatal(err)
	}
}
