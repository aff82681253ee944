package graphql

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// deadline is how long one operation may execute.
const deadline = 5 * time.Second

// An execution is what graphql-go hands to every resolver as the root of the operation.
type execution struct {
	ctx context.Context
	*operation
	pasts atomic.Int32 // records of other days that were told
}

type executionKey struct{}

// executing is the operation a resolver is called for.
func executing(ctx context.Context) *execution { return ctx.Value(executionKey{}).(*execution) }

// execute runs a prepared operation. It returns when every resolver has: past the deadline
// no further one is called. Mutations run one after the other, in order.
func (e *Engine) execute(ctx context.Context, op *operation) Response {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	run := &execution{operation: op}
	run.ctx = context.WithValue(ctx, executionKey{}, run)
	result := graphqlgo.Execute(graphqlgo.ExecuteParams{
		Schema: e.schema, Root: run, AST: op.document, Args: op.vars, Context: context.WithoutCancel(ctx),
	})
	if ctx.Err() != nil {
		return nothing(refusal(CodeDeadline, nil, "The operation did not finish within %v. A query: ask for less, or try again. A mutation may be recorded all the same: send it again with the same idempotencyKey.", deadline)...)
	}
	data, err := op.shape.appendJSON(nil, result.Data)
	switch {
	case err != nil:
		return nothing(e.fault(err, op))
	case len(data) > maxResponse:
		return nothing(refusal(CodeResponseSize, nil, "The response has more than %d bytes. Ask for smaller pages or less below them.", maxResponse)...)
	}
	return Response{Data: data, Errors: e.errors(op, result.Errors)}
}

// nothing is the response of an operation that was executed and has no result to show.
func nothing(errs ...Error) Response { return Response{Data: []byte("null"), Errors: errs} }

// resolve makes graphql-go's resolver of ours: it finds the field's arguments, writes
// leaves, turns panics into faults and stops at the deadline.
func resolve(name string, answer resolver, leaf func(any) (any, error)) graphqlgo.FieldResolveFn {
	return func(p graphqlgo.ResolveParams) (v any, err error) {
		defer func() {
			if r := recover(); r != nil {
				v, err = nil, fmt.Errorf("%s: %w", name, &crash{r, debug.Stack()})
			}
		}()
		run := p.Info.RootValue.(*execution)
		if err := run.ctx.Err(); err != nil {
			return nil, err
		}
		if p.Source == any(run) {
			p.Source = root{}
		}
		field := run.fields[p.Info.FieldASTs[0].Loc.Start]
		v, err = answer.alone(run.ctx, p.Source, run.args[field])
		if err == nil && leaf != nil {
			v, err = leaf(v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	}
}

// A crash is a panic that was caught.
type crash struct {
	value any
	stack []byte
}

func (c *crash) Error() string { return fmt.Sprintf("panic: %v", c.value) }

func (c *crash) Unwrap() error { err, _ := c.value.(error); return err }

// errors writes at most maxErrors errors of an execution, in the order of the fields.
func (e *Engine) errors(op *operation, raw []gqlerrors.FormattedError) []Error {
	slices.SortStableFunc(raw, func(a, b gqlerrors.FormattedError) int {
		return cmp.Or(cmp.Compare(start(a), start(b)), cmp.Compare(fmt.Sprint(a.Path), fmt.Sprint(b.Path)))
	})
	var out []Error
	for _, r := range raw[:min(len(raw), maxErrors)] {
		one := e.failure(cause(r), op)
		one.Path = r.Path
		if at := start(r); at >= 0 {
			p := op.fields[at].Position
			one.Locations = []Location{{p.Line, p.Column}}
		}
		out = append(out, one)
	}
	if len(raw) > maxErrors {
		e.log.Warn("errors left out of a response", zap.Int("errors", len(raw)-maxErrors))
	}
	return out
}

func (e *Engine) failure(err error, op *operation) Error {
	if r := domain.AsRefusal(err); r != nil {
		return Error{Message: r.Reason, Extensions: Extensions{Code: r.Code, Field: r.Field}}
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

// cause digs the error that a resolver returned out of graphql-go's wrappings.
func cause(err error) error {
	for {
		var inner error
		switch e := err.(type) {
		case gqlerrors.FormattedError:
			inner = e.OriginalError()
		case *gqlerrors.Error:
			inner = e.OriginalError
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}

// start is the index of the field an error belongs to, or -1.
func start(err gqlerrors.FormattedError) int {
	if e, ok := err.OriginalError().(*gqlerrors.Error); ok && len(e.Nodes) > 0 && e.Nodes[0].GetLoc() != nil {
		return e.Nodes[0].GetLoc().Start
	}
	return -1
}
