package eventstoredb

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// A connection is to the server whatever becomes of the client. The client is closed for ever
// by the first failed discovery, leaves others waiting behind that, and panics on some
// messages. So one caller alone makes it discover, every call has its own goroutine and its
// own end, and a client that may be past use is replaced.
type connection struct {
	config  *esdb.Configuration
	timeout time.Duration // of one call

	mu      sync.Mutex
	session *session // nil if there is none
	closed  bool
}

// A session is the life of one client.
type session struct {
	client *esdb.Client
	ready  chan struct{} // closed when the server was found, or was not
	err    error         // why it was not

	users   int // under connection.mu, as is what follows
	retired bool
}

// use returns the session of now to a caller, who releases it.
func (c *connection) use() (*session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	if c.session == nil {
		client, err := esdb.NewClient(c.config)
		if err != nil {
			return nil, fmt.Errorf("eventstoredb: %w", err)
		}
		c.session = &session{client: client, ready: make(chan struct{}), users: 1}
		go c.discover(c.session)
	}
	c.session.users++
	return c.session, nil
}

// discover has the client of s look for the server before anybody else uses it.
func (c *connection) discover(s *session) {
	defer c.release(s)
	defer func() {
		if p := recover(); p != nil {
			s.err = fmt.Errorf("the client panicked: %v", p)
		}
		if s.err != nil {
			c.retire(s)
		}
		close(s.ready)
	}()
	_, s.err = s.client.GetServerVersion()
}

// wait returns when the server was found.
func (s *session) wait(ctx context.Context) error {
	select {
	case <-s.ready:
		return s.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *connection) hold(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.users++
}

func (c *connection) release(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.users--; s.users == 0 && s.retired {
		s.client.Close()
	}
}

// retire has the next caller use another client. The last one to leave this one closes it; to
// close it under the others is a race within the client. Who does not leave hangs in it, and
// is freed by closing it all the same.
func (c *connection) retire(s *session) {
	const hung = time.Minute
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == s {
		c.session = nil
	}
	if s.retired {
		return
	}
	s.retired = true
	if s.users == 0 {
		s.client.Close()
		return
	}
	time.AfterFunc(hung, func() { s.client.Close() })
}

func (c *connection) close() {
	c.mu.Lock()
	s := c.session
	c.closed = true
	c.mu.Unlock()
	if s != nil {
		c.retire(s)
	}
}
