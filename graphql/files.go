package graphql

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/partners"
)

const (
	maxFilesAtOnce = 2   // of one institution or person
	rowsAtOnce     = 100 // objects that are asked for together
)

// files serves a partner's rows as CSV, as packages and as lines of JSON. Every row is an
// answer of the engine: what GraphQL does not show, no file shows.
type files struct {
	*handler
	server *Server
	tables []Table
	schema []byte // for everybody
	making *turnstile
}

func newFiles(h *handler, s *Server) (*files, error) {
	tables, err := columnsOf(h.engine.types)
	if err != nil {
		return nil, err
	}
	schema, err := packageOf(tables).encode()
	return &files{h, s, tables, schema, newTurnstile(maxFilesAtOnce)}, err
}

func (f *files) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /export/schema.json", f.tableSchema)
	mux.HandleFunc("GET /export/package.zip", f.partner(f.pack))
	for _, t := range f.tables {
		mux.HandleFunc("GET /export/"+t.file(), f.partner(func(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
			return f.table(w, r, by, t)
		}))
	}
	mux.HandleFunc("GET /export/{file}", f.partner(f.none))
	mux.HandleFunc("GET /changes.ndjson", f.partner(f.lines))
	mux.HandleFunc("POST /import/roster", f.known(f.takeRoster))
	mux.HandleFunc("POST /graphql/documents", f.known(f.takeDocuments))
}

func (f *files) tableSchema(w http.ResponseWriter, r *http.Request) {
	s := newSpool()
	s.Write(f.schema)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := s.serve(w, r, true); err != nil {
		f.fail(w, err)
	}
}

// none tells which files there are.
func (f *files) none(_ http.ResponseWriter, r *http.Request, _ domain.Actor) error {
	var names []string
	for _, t := range f.tables {
		names = append(names, t.file())
	}
	return domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no file %.60q here. There are %s, package.zip and schema.json.", r.PathValue("file"), strings.Join(names, ", "))
}

// partner is a file for partners.
func (f *files) partner(serve func(http.ResponseWriter, *http.Request, domain.Actor) error) http.HandlerFunc {
	return f.known(func(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
		if by.Role != domain.Partner {
			return partnersOnly
		}
		if err := fileNeed.check(r.Context()); err != nil {
			return err
		}
		return serve(impatient{w}, r, by)
	})
}

// known serves those who show a token, and a few requests of each at once.
func (f *files) known(serve func(http.ResponseWriter, *http.Request, domain.Actor) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		ctx, wait, err := f.who(r)
		if err != nil {
			switch refused := domain.AsRefusal(err); {
			case wait > 0:
				w.Header().Set("Retry-After", strconv.Itoa(max(1, seconds(wait))))
				err = status{http.StatusTooManyRequests, refused}
			case refused != nil && refused.Kind != domain.Busy:
				w.Header().Set("WWW-Authenticate", challenge(r))
				err = status{http.StatusUnauthorized, refused}
			}
			f.fail(w, err)
			return
		}
		by, err := asker(ctx)
		switch {
		case err != nil:
		case !f.making.enter(by.Name()):
			err = status{http.StatusTooManyRequests, domain.Refuse(domain.Busy, CodeTooMany, "At most %d files are made or taken at once. Wait for one to finish.", maxFilesAtOnce)}
		default:
			defer f.making.leave(by.Name())
			err = serve(w, r.WithContext(ctx), by)
		}
		if err != nil {
			f.fail(w, err)
		}
	}
}

// A status is a refusal with a status of its own.
type status struct {
	code int
	*domain.Refusal
}

func (s status) Unwrap() error { return s.Refusal }

// fail answers with errors as GraphQL has them.
func (f *files) fail(w http.ResponseWriter, err error) {
	code, answer := http.StatusInternalServerError, Response{}
	if s, ok := errors.AsType[status](err); ok {
		code = s.code
	} else if r := domain.AsRefusal(err); r != nil {
		code = statuses[r.Kind]
	}
	if (code == http.StatusServiceUnavailable || code == http.StatusTooManyRequests) && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	if answer.Errors = []Error{f.engine.failure(err, nil)}; code == http.StatusUnauthorized {
		answer.Errors = []Error{f.engine.stranger(err)}
	}
	body, bad := answer.encode()
	if bad != nil {
		f.Log.Error("an error cannot be told", zap.Error(bad))
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding", "Content-Disposition"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if _, err := w.Write(body); err != nil {
		f.Log.Debug("client left before its answer", zap.Error(err))
	}
}

// ask has the engine answer an operation of rowsDocument, for the points that it costs. It is
// the one way by which a partner's rows come into a file.
func (f *files) ask(ctx context.Context, operation string, vars map[string]any, into any) error {
	answer := f.engine.Answer(ctx, Request{Query: rowsDocument, Operation: operation, Variables: vars})
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		if e.Extensions.Code == CodeInternal {
			return fmt.Errorf("%s: %s", operation, e.Message)
		}
		kind := cmp.Or(e.kind, domain.Invalid)
		if code := e.Extensions.Code; code == CodeDeadline || code == "NOT_SHARED" {
			kind = domain.Busy
		}
		return domain.Refuse(kind, e.Extensions.Code, "%s", e.Message).About(e.Extensions.Field)
	}
	if err := (account{f.purses, clientOf(ctx)}).pay(ctx, answer); err != nil {
		return domain.Refuse(domain.Busy, CodeDeadline, "The file was not made to its end. Ask for it again.")
	}
	d := json.NewDecoder(bytes.NewReader(answer.Data))
	d.UseNumber()
	return d.Decode(into)
}

// rows writes the rows of a table, and counts them.
func (f *files) rows(ctx context.Context, e *partners.Export, t Table, c *csvWriter) error {
	if err := c.header(t.Columns); err != nil {
		return err
	}
	for _, category := range t.Categories {
		for {
			ids, err := e.Next(ctx, category, rowsAtOnce)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				break
			}
			var page struct{ Nodes []map[string]any }
			if err := f.ask(ctx, t.Name, map[string]any{"ids": each(ids, func(id domain.Stream) any { return string(id) })}, &page); err != nil {
				return err
			}
			for _, o := range page.Nodes {
				held, err := t.Rows(o)
				if err != nil {
					return err
				}
				for _, row := range held {
					cells := make([]string, len(row))
					for i, v := range row {
						cells[i] = t.Columns[i].Cell(v)
					}
					if err := c.row(cells...); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// table serves one table, with all there is.
func (f *files) table(w http.ResponseWriter, r *http.Request, by domain.Actor, t Table) error {
	out, err := f.whole(r.Context(), by.Partner, "", func(e *partners.Export, s *spool) error {
		return f.rows(r.Context(), e, t, &csvWriter{w: s})
	}, func(*spool, string) error { return nil })
	if err != nil {
		return err
	}
	defer out.close()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+t.file()+`"`)
	return out.serve(w, r, true)
}

// whole makes an export, and makes it anew if something in it was taken back meanwhile.
func (f *files) whole(ctx context.Context, partner domain.PartnerID, after string, fill func(*partners.Export, *spool) error, finish func(s *spool, cursor string) error) (*spool, error) {
	const attempts = 3
	for range attempts {
		e, err := f.server.Partners.Export(ctx, partner, after)
		if err != nil {
			return nil, err
		}
		s := newSpool()
		err = fill(e, s)
		var cursor string
		var stands bool
		if err == nil {
			cursor, stands, err = e.End(ctx)
		}
		if err == nil && stands {
			err = finish(s, cursor)
		}
		if err == nil && stands {
			return s, nil
		}
		if err := errors.Join(err, s.close()); err != nil {
			return nil, err
		}
	}
	return nil, domain.Refuse(domain.Busy, "BUSY", "What is shared with you is being changed at this moment. Try again shortly.")
}
