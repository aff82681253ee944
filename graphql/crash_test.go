package graphql

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/zap"
)

// TestALineOutlivesAPanic has who asks looked up by something that panics the second time.
func TestALineOutlivesAPanic(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(Handler(newFixture(t).Engine, Backing{Log: zap.NewNop(), Authenticate: func(r *http.Request) (context.Context, error) {
		if asked.Add(1) > 1 {
			panic("no more")
		}
		return byToken(r)
	}}))
	defer server.Close()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), &websocket.DialOptions{Subprotocols: []string{socketProtocol}})
	check(t, err)
	defer conn.CloseNow()
	for _, m := range []string{`{"type":"connection_init","payload":{"token":"lakeshore"}}`, `{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}`} {
		check(t, conn.Write(t.Context(), websocket.MessageText, []byte(m)))
	}
	for err == nil {
		_, _, err = conn.Read(t.Context())
	}
	if got := websocket.CloseStatus(err); got != closeFault {
		t.Errorf("after a panic: %v", err)
	}
}
