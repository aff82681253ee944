package graphql

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
)

// A deaf line is a socket to somebody who reads nothing, and on whose way nothing is kept: what
// is written to it waits.
type deaf struct {
	*testing.T
	*socket
	conn  *websocket.Conn
	ended chan error // why the socket ended
}

// pipes is a listener whose connections hold no byte back.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, open := <-p; open {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func callDeaf(t *testing.T) *deaf {
	t.Helper()
	h := &handler{Backing: Backing{Log: zap.NewNop(), Authenticate: func(r *http.Request) (context.Context, error) { return r.Context(), nil }}}
	d := &deaf{T: t, ended: make(chan error, 1)}
	met, calls := make(chan *socket, 1), make(pipes)
	web := &httptest.Server{Listener: calls, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.CloseNow()
		s := &socket{handler: h, conn: conn, r: r, ctx: r.Context(), running: map[string]context.CancelFunc{}}
		met <- s
		d.ended <- s.serve(context.WithoutCancel(r.Context()), func() {})
		conn.CloseNow()
		s.work.Wait()
	})}}
	web.Start()
	dial := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		calls <- there
		return here, nil
	}}}
	var err error
	d.conn, _, err = websocket.Dial(t.Context(), "ws://guildhall/graphql", &websocket.DialOptions{HTTPClient: dial})
	check(t, err)
	d.socket = <-met
	t.Cleanup(func() {
		d.conn.CloseNow()
		close(calls)
		web.Close()
	})
	return d
}

// ask asks for what is refused, and waits until the refusal is.
func (d *deaf) ask(id int) {
	d.Helper()
	err := d.conn.Write(d.Context(), websocket.MessageText, fmt.Appendf(nil, `{"id":"%d","type":"subscribe","payload":7}`, id))
	check(d.T, err)
	for begun := time.Now(); len(d.ended) == 0; time.Sleep(time.Millisecond) {
		d.mu.Lock()
		begins, answers := d.begun == id, len(d.running)
		d.mu.Unlock()
		if begins && answers == 0 {
			return
		}
		if time.Since(begun) > 20*time.Second {
			d.Fatalf("request %d is not answered", id)
		}
	}
}

// TestAnswersWaitForWhoDoesNotReadUpToALimit asks on and on and reads none of the answers.
func TestAnswersWaitForWhoDoesNotReadUpToALimit(t *testing.T) {
	d := callDeaf(t)
	for id := 1; id <= 2*maxOperations; id++ {
		if d.ask(id); len(d.ended) > 0 {
			t.Fatalf("it ends when %d answers wait: %v", id-1, <-d.ended)
		}
	}
	d.ask(2*maxOperations + 1)
	select {
	case err := <-d.ended:
		if !errors.Is(err, errNotRead) {
			t.Errorf("it ends with %v", err)
		}
	default:
		t.Error("more and more answers wait to be written")
	}
}

// TestAnAnswerWaitsForWhoDoesNotReadUpToATime asks once and does not read the answer.
func TestAnAnswerWaitsForWhoDoesNotReadUpToATime(t *testing.T) {
	before := writeWithin
	writeWithin = 50 * time.Millisecond
	d := callDeaf(t)
	t.Cleanup(func() { writeWithin = before })
	d.ask(1)
	select {
	case <-d.ended:
	case <-time.After(10 * time.Second):
		t.Error("the answer waits on and on")
	}
}
