package graphql

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

const (
	maxBody    = 256 << 10 // bytes
	maxAtOnce  = 8         // requests of one client
	retryAfter = "1"       // seconds
)

// Codes of errors that only HTTP has.
const (
	CodeMethod          = "METHOD_NOT_ALLOWED"
	CodeNotAcceptable   = "NOT_ACCEPTABLE"
	CodeMediaType       = "UNSUPPORTED_MEDIA_TYPE"
	CodeBodyTooLarge    = "BODY_TOO_LARGE"
	CodeUnauthenticated = "UNAUTHENTICATED"
	CodeTooMany         = "TOO_MANY_REQUESTS"
)

// The media types of a response. The old one says 200 whatever became of a well-formed
// request; the new one says 400 if nothing was executed (GraphQL over HTTP, 2025).
const (
	oldMedia = "application/json"
	newMedia = "application/graphql-response+json"
)

// SDL serves the text of the schema.
func SDL(e *Engine) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(e.sdl))
	})
}

// Handler serves GraphQL over HTTP: queries and mutations by POST of application/json,
// queries by GET. Nothing a caller sends is read before authenticate accepts the request;
// the context it returns names the actor (WithActor) and reaches the resolvers.
//
// A refusal of authenticate is answered with 401, or 503 if its kind is Busy.
func Handler(e *Engine, authenticate func(*http.Request) (context.Context, error), log *zap.Logger) http.Handler {
	return &handler{engine: e, authenticate: authenticate, log: log, active: map[string]int{}}
}

type handler struct {
	engine       *Engine
	authenticate func(*http.Request) (context.Context, error)
	log          *zap.Logger

	mu     sync.Mutex
	active map[string]int // requests being answered, by client
}

// A reply is a response that has a status of its own.
type reply struct {
	status int
	Response
}

func reject(status int, code, format string, a ...any) *reply {
	return &reply{status, Response{Errors: refusal(code, nil, format, a...)}}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept, Authorization")
	media := negotiate(r.Header.Values("Accept"))
	out := h.answer(w, r, media)
	body, err := out.encode()
	if err != nil {
		out = &reply{http.StatusInternalServerError, Response{}}
		h.log.Error("response cannot be written", zap.Error(err))
	}
	w.Header().Set("Content-Type", cmp.Or(media, oldMedia)+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(out.status)
	if _, err := w.Write(body); err != nil {
		h.log.Debug("client left before its answer", zap.Error(err))
	}
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request, media string) *reply {
	switch {
	case r.Method != http.MethodPost && r.Method != http.MethodGet:
		w.Header().Set("Allow", "GET, POST")
		return reject(http.StatusMethodNotAllowed, CodeMethod, "Send GraphQL by POST, or queries by GET.")
	case media == "":
		return reject(http.StatusNotAcceptable, CodeNotAcceptable, "Answers come as %s or %s.", newMedia, oldMedia)
	}
	ctx, err := h.authenticate(r)
	if err != nil {
		return h.unauthenticated(w, err)
	}
	client := actor(ctx).Name()
	if !h.enter(client) {
		w.Header().Set("Retry-After", retryAfter)
		return reject(http.StatusTooManyRequests, CodeTooMany, "At most %d requests are answered at once. Wait for one to finish.", maxAtOnce)
	}
	defer h.leave(client)

	request, bad := read(w, r)
	if bad != nil {
		return bad
	}
	op, errs := h.engine.prepare(request)
	switch {
	case errs != nil:
		return &reply{statusOf(errs, media), Response{Errors: errs}}
	case op.kind() == ast.Mutation && r.Method == http.MethodGet:
		w.Header().Set("Allow", "POST")
		return reject(http.StatusMethodNotAllowed, CodeMethod, "Send mutations by POST.")
	case op.kind() == ast.Subscription:
		return reject(http.StatusNotAcceptable, CodeNotAcceptable, "A subscription cannot be answered with one response.")
	}
	return &reply{http.StatusOK, h.engine.execute(ctx, op)}
}

// statusOf is the status of a well-formed request that was refused before execution.
func statusOf(errs []Error, media string) int {
	switch {
	case errs[0].Extensions.Code == CodeInternal:
		return http.StatusInternalServerError
	case media == newMedia:
		return http.StatusBadRequest
	}
	return http.StatusOK
}

func (h *handler) unauthenticated(w http.ResponseWriter, err error) *reply {
	refused := domain.AsRefusal(err)
	switch {
	case refused == nil:
		return &reply{http.StatusInternalServerError, Response{Errors: []Error{h.engine.fault(err, nil)}}}
	case refused.Kind == domain.Busy:
		w.Header().Set("Retry-After", retryAfter)
		return reject(http.StatusServiceUnavailable, refused.Code, "%s", refused.Reason)
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	out := reject(http.StatusUnauthorized, CodeUnauthenticated, "%s", refused.Reason)
	out.Errors[0].Extensions.Reason = refused.Code
	return out
}

func (h *handler) enter(client string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.active[client] >= maxAtOnce {
		return false
	}
	h.active[client]++
	return true
}

func (h *handler) leave(client string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.active[client]--; h.active[client] == 0 {
		delete(h.active, client)
	}
}

// negotiate picks the media type to answer in: the one of highest quality, the first of
// equals, the old one for a client that does not care. It returns "" if none is acceptable.
func negotiate(accept []string) string {
	header := strings.TrimSpace(strings.Join(accept, ","))
	if header == "" {
		return oldMedia
	}
	best, quality := "", 0.0
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || !utf8Charset(params) {
			continue
		}
		switch media {
		case newMedia, oldMedia:
		case "*/*", "application/*":
			media = oldMedia
		default:
			continue
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		if q > quality {
			best, quality = media, q
		}
	}
	return best
}

func utf8Charset(params map[string]string) bool {
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// read takes a request out of the URL or the body.
func read(w http.ResponseWriter, r *http.Request) (Request, *reply) {
	if r.Method == http.MethodGet {
		return readQuery(r)
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != oldMedia || !utf8Charset(params) || r.Header.Get("Content-Encoding") != "" {
		return Request{}, reject(http.StatusUnsupportedMediaType, CodeMediaType, "Send the request as %s in UTF-8, not compressed.", oldMedia)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return Request{}, reject(http.StatusRequestEntityTooLarge, CodeBodyTooLarge, "The body is larger than %d bytes.", maxBody)
	}
	if err != nil {
		return Request{}, reject(http.StatusBadRequest, CodeRequest, "The body could not be read to its end.")
	}
	var form map[string]json.RawMessage
	if err := json.Unmarshal(body, &form); err != nil || form == nil {
		return Request{}, reject(http.StatusBadRequest, CodeRequest, "The body is not a JSON object. Requests are not batched.")
	}
	return readForm(form)
}

func readQuery(r *http.Request) (Request, *reply) {
	given := r.URL.Query()
	form := map[string]json.RawMessage{}
	for _, name := range []string{"query", "operationName"} {
		if given.Has(name) {
			form[name], _ = json.Marshal(given.Get(name))
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		if s := given.Get(name); s != "" {
			form[name] = json.RawMessage(s)
		}
	}
	return readForm(form)
}

func readForm(form map[string]json.RawMessage) (Request, *reply) {
	var query, operation *string
	var variables, extensions map[string]any
	for _, p := range []struct {
		name string
		into any
		kind string
	}{
		{"query", &query, "a string"},
		{"operationName", &operation, "a string"},
		{"variables", &variables, "an object"},
		{"extensions", &extensions, "an object"},
	} {
		if raw, ok := form[p.name]; ok && decode(raw, p.into) != nil {
			return Request{}, reject(http.StatusBadRequest, CodeRequest, "%s must be %s.", p.name, p.kind)
		}
	}
	if query == nil || *query == "" {
		return Request{}, reject(http.StatusBadRequest, CodeRequest, "query is missing.")
	}
	out := Request{Query: *query, Variables: variables}
	if operation != nil {
		out.Operation = *operation
	}
	return out, nil
}

// decode reads exactly one JSON value and keeps numbers as they were written.
func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}
