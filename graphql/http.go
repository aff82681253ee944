package graphql

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

const (
	maxAtOnce   = 8   // requests of one client
	maxStreams  = 5   // of one client, and sockets
	maxArriving = 20  // sockets from one address that nobody is known of yet
	retryAfter  = "1" // seconds
)

// SDL serves the text of the schema.
func SDL(e *Engine) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(e.sdl))
	})
}

// Backing is what the HTTP face asks of the floors below. Without the parts that may be
// nil, what they are for is not offered.
type Backing struct {
	// Authenticate finds who asks. The context it returns names the actor (WithActor) and
	// reaches the resolvers. A refusal is answered with 401, or 503 if its kind is Busy.
	Authenticate func(*http.Request) (context.Context, error)

	// Version is what answers to queries of these root fields depend on now; may be nil.
	Version func(ctx context.Context, roots []string) (Version, error)

	// Document returns the document of the asker that an id names, empty if there is none; may
	// be nil.
	Document func(ctx context.Context, id string) (string, error)

	// Points are what a client can save up; 0 is the usual.
	Points int

	Log   *zap.Logger
	Draft bool // answer with the statuses of the draft of August 2026
}

// Handler serves GraphQL over HTTP: queries and mutations by POST of application/json,
// queries by GET. Nothing a caller sends is read before they are known.
func Handler(e *Engine, b Backing) http.Handler { return newHandler(e, b) }

func newHandler(e *Engine, b Backing) *handler {
	return &handler{
		Backing: b, engine: e, requests: newTurnstile(maxAtOnce), streams: newTurnstile(maxStreams), sockets: newTurnstile(maxStreams), arriving: newTurnstile(maxArriving),
		purses: newPurses(cmp.Or(b.Points, maxPoints), pointEvery), door: newDoor(), open: new(sync.WaitGroup),
	}
}

type handler struct {
	Backing
	engine                     *Engine
	requests, streams, sockets *turnstile // by client
	arriving                   *turnstile // sockets without a token yet, by address
	purses                     *purses
	door                       *door
	open                       *sync.WaitGroup // sockets
}

// A call is one request over HTTP and the way back to who sent it.
type call struct {
	*handler
	w   http.ResponseWriter
	r   *http.Request
	ctx context.Context // of who asks
	accepted
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if asksForSocket(r) {
		h.socket(w, r)
		return
	}
	c := &call{h, w, r, r.Context(), negotiate(r.Header.Values("Accept"))}
	if out := c.answer(); out != nil {
		c.send(out)
	}
}

// answer makes the reply, or nil if it was sent as a stream.
func (c *call) answer() *reply {
	switch {
	case c.r.Method != http.MethodPost && c.r.Method != http.MethodGet:
		c.w.Header().Set("Allow", "GET, POST")
		return c.refuse(refusal(CodeMethod, nil, "Send GraphQL by POST, or queries by GET.")...)
	case c.media == "" && !c.stream:
		return c.refuse(refusal(CodeNotAcceptable, nil, "Answers come as %s or %s, subscriptions as %s.", newMedia, oldMedia, streamMedia)...)
	}
	ctx, wait, err := c.who(c.r)
	switch {
	case wait > 0:
		return c.tooSoon(wait, []Error{c.engine.failure(err, nil)})
	case err != nil:
		return c.unauthenticated(err)
	}
	c.ctx = ctx
	client := clientOf(c.ctx)
	if !c.requests.enter(client) {
		c.w.Header().Set("Retry-After", retryAfter)
		return c.refuse(refusal(CodeTooMany, nil, "At most %d requests are answered at once. Wait for one to finish.", maxAtOnce)...)
	}
	leave := sync.OnceFunc(func() { c.requests.leave(client) })
	defer leave()

	q, errs := read(c.w, c.r)
	if errs != nil {
		return c.refuse(errs...)
	}
	var op *operation
	if q, errs = c.recall(c.ctx, q); errs == nil {
		op, errs = c.engine.prepare(q)
	}
	switch {
	case errs != nil && c.media == "":
		return c.once(Response{Errors: errs})
	case errs != nil:
		return c.refuse(errs...)
	case op.kind() == ast.Mutation && c.r.Method == http.MethodGet:
		c.w.Header().Set("Allow", "POST")
		return c.refuse(refusal(CodeMethod, nil, "Send mutations by POST.")...)
	case op.kind() == ast.Subscription && !c.stream:
		return c.refuse(refusal(CodeNotAcceptable, nil, "Subscriptions are told as %s.", streamMedia)...)
	case op.kind() == ast.Subscription:
		leave()
		return c.events(op)
	case c.r.Method == http.MethodGet && c.media != "":
		return c.cacheable(q, op)
	}
	return c.execute(op)
}

// execute answers a query or mutation for what it costs.
func (c *call) execute(op *operation) *reply {
	r, wait, errs := c.paid(op)
	switch {
	case errs != nil && c.media != "":
		return c.tooSoon(wait, errs)
	case c.media == "":
		return c.once(r)
	}
	return &reply{status: c.manners(c.media).of(r), Response: r}
}

// paid executes an operation if the client can pay for it. Else it returns how long that
// will be, and a response that says so.
func (c *call) paid(op *operation) (Response, time.Duration, []Error) {
	a := c.account()
	price, wait, errs := a.charge(op)
	if errs != nil {
		c.limits(price.remaining)
		return Response{Errors: errs}, wait, errs
	}
	r := c.engine.execute(c.ctx, op)
	a.settle(price, op, &r)
	c.limits(price.remaining)
	return r, 0, nil
}

// cacheable answers a query that the client may hold the answer to already.
func (c *call) cacheable(q Request, op *operation) *reply {
	tag, before, err := c.tag(q, op)
	if err != nil {
		return c.refuse(c.engine.failure(err, op))
	}
	if held := tag.held(c.r); held != "" && tag.hash != "" {
		return &reply{held: held}
	}
	out := c.execute(op)
	if out.Cost == nil || tag.hash == "" || len(out.Errors) > 0 {
		return out
	}
	if _, after, err := c.tag(q, op); err == nil && after == before {
		out.tag, out.Cost.lasting = tag, true
	}
	return out
}

func (c *call) unauthenticated(err error) *reply {
	refused := domain.AsRefusal(err)
	switch {
	case refused == nil:
		return c.refuse(c.engine.fault(err, nil))
	case refused.Kind == domain.Busy:
		c.w.Header().Set("Retry-After", retryAfter)
		out := c.refuse(refusal(refused.Code, nil, "%s", refused.Reason)...)
		out.status = http.StatusServiceUnavailable
		return out
	}
	c.w.Header().Set("WWW-Authenticate", challenge(c.r))
	return c.refuse(c.engine.stranger(err))
}

// stranger tells somebody that they are not known, and why.
func (e *Engine) stranger(err error) Error {
	out := e.failure(err, nil)
	if r := domain.AsRefusal(err); r != nil {
		out.Extensions = Extensions{Code: CodeUnauthenticated, Reason: r.Code}
	}
	return out
}
