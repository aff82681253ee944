// Package graphql is how institutions and people ask in GraphQL: one schema, written down
// in the files of folder schema, over the questions and commands of the floors below.
//
// gqlparser reads the schema, and alone reads what a stranger sends: it parses, limits and
// validates every document. What passed is compiled against the types of graphql-go, which
// are generated from the same schema, and the plan is what answers. graphql-go's own parser,
// validator and executor are never used: a document of 32 bytes can end the process in them.
package graphql

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Engine answers GraphQL requests. It is safe for concurrent use.
type Engine struct {
	sdl string
	*catalog
	gate    *gate
	streams map[string]opener // by field of Subscription
	log     *zap.Logger

	build string // another one may answer the same question in other words
}

// A Request is one GraphQL request. Operation may be empty if the query holds one operation.
// Variables must be decoded with numbers as json.Number.
type Request struct {
	Query     string
	Operation string
	Variables map[string]any

	document documentID // in place of Query
}

// A Response is what a request is answered with. Data is absent if nothing was executed.
type Response struct {
	Data    json.RawMessage
	Errors  []Error
	Objects int   // in Data
	Cost    *cost // nil if nothing was counted

	slate *slate // holds Data until it is released
}

// encode is the JSON of r.
func (r Response) encode() ([]byte, error) {
	parts, err := r.parts()
	return bytes.Join(parts, nil), err
}

// release gives back what holds Data, which nobody may look at any more.
func (r Response) release() {
	if r.slate != nil && cap(r.slate.b) <= largeBuffer {
		slates.Put(r.slate)
	}
}

// parts are the JSON of r in pieces. Data is JSON already and is neither read nor copied.
func (r Response) parts() ([][]byte, error) {
	head := []byte{'{'}
	if r.Errors != nil {
		errs, err := json.Marshal(r.Errors)
		if err != nil {
			return nil, err
		}
		head = append(append(head, `"errors":`...), errs...)
	}
	tail := []byte{'}'}
	if r.Cost != nil && (r.Data != nil || r.Errors != nil) {
		tail = append(r.Cost.appendJSON([]byte{','}), '}')
	}
	if r.Data == nil {
		return [][]byte{head, tail}, nil
	}
	if r.Errors != nil {
		head = append(head, ',')
	}
	return [][]byte{append(head, `"data":`...), r.Data, tail}, nil
}

// An Error is a problem with the request, or with the part of it that Path names.
type Error struct {
	Message    string     `json:"message"`
	Locations  []Location `json:"locations,omitempty"`
	Path       []any      `json:"path,omitempty"`
	Extensions Extensions `json:"extensions"`

	kind domain.Kind // of the refusal that it is; 0 if it is none
}

// A Location is a place in the query; both numbers start at 1.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Extensions say what a program can react to.
type Extensions struct {
	Code      string `json:"code"`                // stable, such as TOO_DEEP
	Reason    string `json:"reason,omitempty"`    // the code of the refusal behind UNAUTHENTICATED
	Field     string `json:"field,omitempty"`     // the input a refusal is about
	Reference string `json:"reference,omitempty"` // under which a fault is logged
}

// Codes of errors that come from the engine. Refusals bring their own.
const (
	CodeParse         = "GRAPHQL_PARSE_FAILED"
	CodeValidation    = "GRAPHQL_VALIDATION_FAILED"
	CodeTooLarge      = "DOCUMENT_TOO_LARGE"
	CodeTooManyTokens = "TOO_MANY_TOKENS"
	CodeTooDeep       = "TOO_DEEP"
	CodeTooManyNames  = "TOO_MANY_ALIASES"
	CodeTooExpensive  = "TOO_EXPENSIVE"
	CodePageSize      = "BAD_PAGE_SIZE"
	CodeOperation     = "OPERATION_RESOLUTION_FAILURE"
	CodeVariables     = "BAD_VARIABLES"
	CodeRequest       = "BAD_REQUEST"
	CodeUnread        = "BAD_BODY"
	CodeDeadline      = "DEADLINE_EXCEEDED"
	CodeResponseSize  = "RESPONSE_TOO_LARGE"
	CodeNoDocument    = "DOCUMENT_NOT_FOUND"
	CodeNotPersisted  = "PERSISTED_QUERY_NOT_FOUND" // as Apollo's clients know it
	CodeDocumentsOnly = "DOCUMENTS_ONLY"
	CodeInternal      = "INTERNAL"
)

// Answer executes a query or mutation. Faults are logged and answered with a reference.
func (e *Engine) Answer(ctx context.Context, r Request) Response {
	op, errs := e.prepare(r)
	if errs != nil {
		return Response{Errors: errs}
	}
	if op.kind() == ast.Subscription {
		return Response{Errors: refusal(CodeRequest, op.op.Position, "A subscription cannot be answered with one response.")}
	}
	return e.execute(ctx, op)
}

type actorKey struct{}

// WithActor returns a context in which a asks.
func WithActor(ctx context.Context, a domain.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// actor is who asks; the zero Actor if nobody was established.
func actor(ctx context.Context) domain.Actor {
	a, _ := ctx.Value(actorKey{}).(domain.Actor)
	return a
}
