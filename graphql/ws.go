package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/internal/login"
)

const (
	socketProtocol = "graphql-transport-ws"
	introduceIn    = 3 * time.Second // until connection_init
	pongWithin     = 10 * time.Second
	maxOperations  = maxAtOnce + maxStreams
	maxID          = 93 // bytes: the reason of a close frame holds it
)

// Codes with which a socket is closed, by graphql-transport-ws.
const (
	closeBadMessage   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeProtocol     websocket.StatusCode = 4406
	closeNoInit       websocket.StatusCode = 4408
	closeSameID       websocket.StatusCode = 4409
	closeTooMany      websocket.StatusCode = 4429
	closeFault        websocket.StatusCode = 4500
)

// A message of the protocol, in either direction.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// A socket is one connection that speaks graphql-transport-ws. Every operation on it works
// in a goroutine of its own and writes for itself: who reads slowly holds them up.
type socket struct {
	*handler
	conn *websocket.Conn
	r    *http.Request   // with the token of connection_init
	ctx  context.Context // of who was introduced, once they are known

	mu      sync.Mutex
	running map[string]context.CancelFunc // by id
	begun   int                           // those running, and those whose last message is not written yet
	work    sync.WaitGroup
}

// An ending is why a socket is closed.
type ending struct {
	code   websocket.StatusCode
	reason string
}

func (e ending) Error() string { return e.reason }

func (h *handler) socket(w http.ResponseWriter, r *http.Request) {
	address := login.NetworkOf(r.RemoteAddr)
	if !h.arriving.enter(address) {
		http.Error(w, "Too many connections wait to be introduced.", http.StatusTooManyRequests)
		return
	}
	arrived := sync.OnceFunc(func() { h.arriving.leave(address) })
	defer arrived()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{socketProtocol}, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		h.Log.Debug("socket refused", zap.Error(err))
		return
	}
	h.open.Add(1)
	defer h.open.Done()
	defer conn.CloseNow()
	if conn.Subprotocol() != socketProtocol {
		conn.Close(closeProtocol, "Subprotocol not acceptable")
		return
	}
	conn.SetReadLimit(maxBody)
	s := &socket{handler: h, conn: conn, r: r, running: map[string]context.CancelFunc{}}
	late := time.AfterFunc(introduceIn, func() { conn.Close(closeNoInit, "Connection initialisation timeout") })
	defer late.Stop()
	leaving := context.AfterFunc(r.Context(), func() { conn.Close(websocket.StatusGoingAway, "The server ends") })
	defer leaving()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	err = s.serve(ctx, func() { late.Stop(); arrived() })
	cancel()
	if e, ok := errors.AsType[ending](err); ok {
		conn.Close(e.code, e.reason)
	}
	conn.CloseNow()
	s.work.Wait()
	h.Log.Debug("socket ended", zap.Error(err))
}

// serve reads messages until the connection is over.
func (s *socket) serve(ctx context.Context, introduced func()) error {
	for {
		kind, text, err := s.conn.Read(ctx)
		if err != nil {
			return err
		}
		var m message
		if kind != websocket.MessageText || json.Unmarshal(text, &m) != nil {
			return ending{closeBadMessage, "Invalid message received"}
		}
		switch m.Type {
		case "connection_init":
			if s.ctx != nil {
				return ending{closeTooMany, "Too many initialisation requests"}
			}
			if err := s.introduce(ctx, m.Payload); err != nil {
				return err
			}
			introduced()
			client := clientOf(s.ctx)
			if !s.sockets.enter(client) {
				return ending{closeTooMany, "Too many connections"}
			}
			defer s.sockets.leave(client)
			s.work.Go(func() { s.beat(ctx) })
			err = s.write(ctx, message{Type: "connection_ack"})
		case "ping":
			err = s.write(ctx, message{Type: "pong", Payload: m.Payload})
		case "pong":
		case "subscribe":
			err = s.subscribe(ctx, m)
		case "complete":
			s.mu.Lock()
			if end := s.running[m.ID]; end != nil {
				end()
			}
			s.mu.Unlock()
		default:
			return ending{closeBadMessage, "Invalid message received"}
		}
		if err != nil {
			return err
		}
	}
}

// introduce establishes who asks: by the payload's token or Authorization, else by the
// header of the request that opened the socket.
func (s *socket) introduce(ctx context.Context, payload json.RawMessage) error {
	var given map[string]any
	if len(payload) > 0 && json.Unmarshal(payload, &given) != nil {
		return ending{closeBadMessage, "Invalid message received"}
	}
	s.r = s.r.Clone(ctx)
	for name, v := range given {
		text, ok := v.(string)
		switch {
		case ok && strings.EqualFold(name, "authorization"):
			s.r.Header.Set("Authorization", text)
		case ok && name == "token":
			s.r.Header.Set("Authorization", "Bearer "+text)
		}
	}
	who, wait, err := s.who(s.r)
	switch {
	case wait > 0:
		return ending{websocket.StatusTryAgainLater, "Too many tokens that do not count"}
	case err == nil:
		s.ctx = who
		return nil
	case busy(err):
		return ending{websocket.StatusTryAgainLater, "Try again shortly"}
	}
	if e := s.engine.stranger(err); e.Extensions.Code == CodeInternal {
		return ending{closeFault, "Internal server error"}
	}
	return ending{closeForbidden, "Forbidden"}
}

// survive closes the connection after a panic, which in a goroutine nobody else recovers.
func (s *socket) survive() {
	if r := recover(); r != nil {
		s.engine.fault(&crash{r, debug.Stack()}, nil)
		s.conn.Close(closeFault, "Internal server error")
	}
}

// beat closes the connection when the other end is gone, or may not ask any more.
func (s *socket) beat(ctx context.Context) {
	defer s.survive()
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		within, cancel := context.WithTimeout(ctx, pongWithin)
		err := s.conn.Ping(within)
		cancel()
		if err != nil {
			s.conn.CloseNow()
			return
		}
		if _, err := s.Authenticate(s.r); err != nil && !busy(err) {
			s.conn.Close(closeForbidden, "Forbidden")
			return
		}
	}
}

var errNotRead = errors.New("answers are not read")

// subscribe begins an operation of any kind.
func (s *socket) subscribe(ctx context.Context, m message) error {
	switch {
	case s.ctx == nil:
		return ending{closeUnauthorized, "Unauthorized"}
	case m.ID == "" || len(m.ID) > maxID:
		return ending{closeBadMessage, "Invalid message received"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[m.ID] != nil {
		return ending{closeSameID, "Subscriber for " + m.ID + " already exists"}
	}
	switch {
	case len(s.running) == maxOperations:
		return ending{websocket.StatusTryAgainLater, "Too many operations at once"}
	case s.begun == 2*maxOperations:
		return errNotRead
	}
	ctx, end := context.WithCancel(ctx)
	s.running[m.ID] = end
	s.begun++
	t := &task{s, ctx, m.ID, sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, m.ID)
	})}
	s.work.Go(func() {
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.begun--
		}()
		defer end()
		defer t.over()
		defer s.survive()
		if err := t.answer(m.Payload); err != nil {
			s.Log.Debug("operation ended early", zap.String("client", clientOf(s.ctx)), zap.Error(err))
		}
	})
	return nil
}

// write sends a message, unless what it belongs to has ended.
func (s *socket) write(ctx context.Context, m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	return s.conn.Write(within, websocket.MessageText, text)
}

// asksForSocket reports whether a request wants to go on as a WebSocket.
func asksForSocket(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}
