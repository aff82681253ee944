package graphql

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// deadline is how long one operation may execute.
const deadline = 5 * time.Second

// An execution answers an operation once: it fills tables, from the root downwards, and
// then writes them.
type execution struct {
	ctx context.Context
	*operation
	slate *slate
	pasts atomic.Int32 // records of other days that were told
}

type executionKey struct{}

// executing is the operation a resolver is called for.
func executing(ctx context.Context) *execution { return ctx.Value(executionKey{}).(*execution) }

// execute runs a prepared operation. Past the deadline no further resolver is called.
// Mutations run one after the other, each to the end of what is asked of its outcome.
func (e *Engine) execute(ctx context.Context, op *operation) Response {
	return e.answer(ctx, op, root{})
}

// answer is execute with a source of its own for the fields of the root, such as what
// happened for those of Subscription.
func (e *Engine) answer(ctx context.Context, op *operation, src any) Response {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	w := run(ctx, op, src)
	switch {
	case ctx.Err() != nil:
		return nothing(refusal(CodeDeadline, nil, "The operation did not finish within %v. A query: ask for less, or try again. A mutation may be recorded all the same: send it again with the same idempotencyKey.", deadline)...)
	case len(w.b) > maxResponse:
		return nothing(refusal(CodeResponseSize, nil, "The response has more than %d bytes. Ask for smaller pages or less below them.", maxResponse)...)
	}
	if len(w.told) > 0 {
		if err := e.disclose(ctx, op, w); err != nil {
			return nothing(e.failure(err, op))
		}
	}
	w.slate.wipe(w)
	return Response{Data: w.b, Errors: e.errors(op, w), Objects: w.objects, slate: w.slate}
}

// run writes the answer of an operation.
func run(ctx context.Context, op *operation, src any) *writer {
	x := &execution{operation: op, slate: slates.Get().(*slate)}
	x.ctx = context.WithValue(ctx, executionKey{}, x)
	w := &writer{execution: x, b: x.slate.b[:0], told: x.slate.told[:0], outward: actor(ctx).Role == domain.Partner}
	t := newTable(op.root, src)
	if op.kind() != ast.Mutation {
		x.fill(t)
	}
	if !w.object(t, 0) {
		w.b = append(w.b[:0], "null"...)
	}
	return w
}

// nothing is the response of an operation that was executed and has no result to show.
func nothing(errs ...Error) Response { return Response{Data: []byte("null"), Errors: errs} }

// over reports whether nothing further is to be found.
func (x *execution) over() bool { return x.ctx.Err() != nil }

// one answers a step for one source. A panic is a fault.
func (x *execution) one(s *step, src any) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, &crash{r, debug.Stack()}
		}
	}()
	if err := x.ctx.Err(); err != nil {
		return nil, err
	}
	return s.answer.one(x.ctx, src, x.arguments(s.place))
}

// rows is one for a step whose answers go straight into the table below.
func (x *execution) rows(s *step, src any, into *table) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &crash{r, debug.Stack()}
		}
	}()
	if err := x.ctx.Err(); err != nil {
		return err
	}
	return s.answer.rows(x.ctx, src, x.arguments(s.place), into)
}

// put writes the leaves of src that are written from where they stand, up to the first step that
// leads elsewhere or has no answer, and returns how many. err is why that one has none.
func (x *execution) put(steps []step, b []byte, src any) (out []byte, n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &crash{r, debug.Stack()}
		}
	}()
	for out = b; n < len(steps) && steps[n].straight; n++ {
		s := &steps[n]
		keyed := append(out, s.key...)
		written, err := s.answer.put(keyed, src, s.of.leaf)
		switch {
		case err != nil:
			return out, n, err
		case len(written) > len(keyed):
			out = written
		case s.of.required:
			return out, n, errNull
		default:
			out = append(keyed, "null"...)
		}
	}
	return out, n, nil
}

// many answers a step for several sources.
func (x *execution) many(s *step, srcs []any) (found []any) {
	var err error
	defer func() {
		if r := recover(); r != nil {
			err = &crash{r, debug.Stack()}
		}
		if err != nil {
			found = make([]any, len(srcs))
			for i := range found {
				found[i] = failure{err}
			}
		}
	}()
	if err = x.ctx.Err(); err == nil {
		found, err = s.answer.many(x.ctx, srcs, x.arguments(s.place))
	}
	return found
}

// A crash is a panic that was caught.
type crash struct {
	value any
	stack []byte
}

func (c *crash) Error() string { return fmt.Sprintf("panic: %v", c.value) }

func (c *crash) Unwrap() error { err, _ := c.value.(error); return err }

// errors are what w says of fields without an answer, in the order of the response.
func (e *Engine) errors(op *operation, w *writer) []Error {
	var out []Error
	for _, f := range w.errs {
		one := e.failure(f.cause, op)
		one.Path = f.path
		for _, at := range f.step.at {
			one.Locations = append(one.Locations, Location{at.Position.Line, at.Position.Column})
		}
		out = append(out, one)
	}
	if w.untold > 0 {
		e.log.Warn("errors left out of a response", zap.Int("errors", w.untold))
	}
	return out
}

func (e *Engine) failure(err error, op *operation) Error {
	if r := domain.AsRefusal(err); r != nil {
		return Error{Message: r.Reason, Extensions: Extensions{Code: r.Code, Field: r.Field}, kind: r.Kind}
	}
	return e.fault(err, op)
}

// fault logs err and returns what a client may know of it.
func (e *Engine) fault(err error, op *operation) Error {
	reference := rand.Text()[:10]
	details := []zap.Field{zap.String("reference", reference), zap.Error(err)}
	if op != nil {
		details = append(details, zap.String("operation", op.op.Name))
	}
	if c, ok := errors.AsType[*crash](err); ok {
		details = append(details, zap.ByteString("stack", c.stack))
	}
	e.log.Error("GraphQL request failed", details...)
	return Error{
		Message:    "internal error, reference " + reference,
		Extensions: Extensions{Code: CodeInternal, Reference: reference},
	}
}

var errNull = errors.New("null, where it may not be")
