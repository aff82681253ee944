package graphql

import (
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// A task is one operation on a socket.
type task struct {
	*socket
	ctx  context.Context
	id   string
	over func() // lets the id be used again
}

// answer looks up anew who asks: their token may have ended since, or their role be another one.
func (t *task) answer(payload json.RawMessage) error {
	who, err := t.Authenticate(t.r)
	switch {
	case busy(err):
		return t.refuse([]Error{t.engine.failure(err, nil)})
	case err != nil:
		return t.refuse([]Error{t.engine.stranger(err)})
	}
	t.ctx = asking(t.ctx, who)
	q, errs := readObject(payload)
	if errs == nil {
		q, errs = t.recall(t.ctx, q)
	}
	if errs != nil {
		return t.refuse(errs)
	}
	op, errs := t.engine.prepare(q)
	if errs != nil {
		return t.refuse(errs)
	}
	if op.kind() == ast.Subscription {
		return t.follow(op)
	}
	client := clientOf(t.ctx)
	if !t.requests.enter(client) {
		return t.refuse(refusal(CodeTooMany, op.op.Position, "At most %d requests are answered at once. Wait for one to finish.", maxAtOnce))
	}
	defer t.requests.leave(client)
	a := account{t.purses, client}
	price, _, errs := a.charge(op)
	if errs != nil {
		return t.refuse(errs)
	}
	r := t.engine.execute(t.ctx, op)
	a.settle(price, op, &r)
	if err := t.next(r); err != nil {
		return err
	}
	return t.complete()
}

func (t *task) follow(op *operation) error {
	client := clientOf(t.ctx)
	if !t.streams.enter(client) {
		return t.refuse(refusal(CodeTooManyStreams, op.op.Position, "At most %d streams are open at once. End one of them.", maxStreams))
	}
	defer t.streams.leave(client)
	failed := false
	told := &subscriber{
		engine:       t.engine,
		authenticate: func() (context.Context, error) { return t.Authenticate(t.r) },
		beat:         func() error { return nil },
		pay:          account{t.purses, client}.told,
		tell: func(r Response, _ string) error {
			if r.Data == nil {
				failed = true
				return t.refuse(r.Errors)
			}
			return t.next(r)
		},
	}
	if err := told.follow(t.ctx, op); err != nil || failed {
		return err
	}
	return t.complete()
}

func (t *task) next(r Response) error {
	payload, err := r.encode()
	if err != nil {
		return err
	}
	return t.write(t.ctx, message{ID: t.id, Type: "next", Payload: payload})
}

func (t *task) complete() error {
	t.over()
	return t.write(t.ctx, message{ID: t.id, Type: "complete"})
}

func (t *task) refuse(errs []Error) error {
	payload, err := json.Marshal(errs)
	if err != nil {
		return err
	}
	t.over()
	return t.write(t.ctx, message{ID: t.id, Type: "error", Payload: payload})
}
