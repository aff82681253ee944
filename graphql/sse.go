package graphql

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"
)

const streamMedia = "text/event-stream"

// writeWithin is how long a client may take for what is written at once.
var writeWithin = 30 * time.Second

// events tells what a subscription finds in the distinct connections mode of graphql-sse:
// every response is an event "next", and after the last one comes "complete". A subscriber
// that is cut off begins anew with the id of the last event that it has seen, in Last-Event-ID.
func (c *call) events(op *operation) *reply {
	client := clientOf(c.ctx)
	if !c.streams.enter(client) {
		c.w.Header().Set("Retry-After", retryAfter)
		return c.refuse(refusal(CodeTooManyStreams, op.op.Position, "At most %d streams are open at once. End one of them.", maxStreams)...)
	}
	defer c.streams.leave(client)
	out := &eventWriter{c.w, http.NewResponseController(c.w)}
	s := &subscriber{
		engine:       c.engine,
		authenticate: func() (context.Context, error) { return c.Authenticate(c.r) },
		tell:         out.next,
		beat:         func() error { return out.send(":\n\n") },
		pay:          c.account().told,
	}
	err := out.begin()
	if err == nil {
		err = s.follow(withLeftOff(c.ctx, c.r.Header.Get("Last-Event-ID")), op)
	}
	if err == nil {
		err = out.complete()
	}
	if err != nil {
		c.Log.Debug("stream ended early", zap.String("client", client), zap.Error(err))
	}
	return nil
}

// once answers with one response for a client that takes nothing but a stream.
func (c *call) once(r Response) *reply {
	out := &eventWriter{c.w, http.NewResponseController(c.w)}
	err := out.begin()
	if err == nil {
		err = out.next(r, "")
	}
	if err == nil {
		err = out.complete()
	}
	if err != nil {
		c.Log.Debug("client left before its answer", zap.Error(err))
	}
	return nil
}

// An eventWriter writes server-sent events, each at once.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *eventWriter) begin() error {
	if err := o.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	header := o.w.Header()
	header.Set("Content-Type", streamMedia+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	header.Set("X-Content-Type-Options", "nosniff")
	return o.send(":\n\n")
}

func (o *eventWriter) next(r Response, mark string) error {
	body, err := r.encode()
	if err != nil {
		return err
	}
	id := ""
	if mark != "" {
		id = "id: " + mark + "\n"
	}
	return o.send(fmt.Sprintf("event: next\n%sdata: %s\n\n", id, body))
}

func (o *eventWriter) complete() error { return o.send("event: complete\ndata:\n\n") }

func (o *eventWriter) send(text string) error {
	if err := o.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.control.Flush()
}
