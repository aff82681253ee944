package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/events"
)

// A documentID names a document that is on record, as documentId does (GraphQL over HTTP) or as
// a persisted query of Apollo's clients does.
type documentID struct {
	text   string
	apollo bool
}

// recall is a request with the document that its id names. Nothing that is sent is ever put on
// record by it.
func (h *handler) recall(ctx context.Context, q Request) (Request, []Error) {
	id := q.document
	if id.text == "" && caller(ctx).Restricted {
		return q, refusal(CodeDocumentsOnly, nil, "This client asks by documents on record alone: send documentId, or have the document added.")
	}
	if id.text == "" {
		return q, nil
	}
	if h.Document != nil {
		var err error
		if q.Query, err = h.Document(ctx, manifest.Plain(id.text)); err != nil {
			return q, []Error{h.engine.failure(err, nil)}
		}
	}
	switch {
	case q.Query != "":
		return q, nil
	case id.apollo:
		return q, refusal(CodeNotPersisted, nil, "PersistedQueryNotFound")
	}
	return q, refusal(CodeNoDocument, nil, "Your institution has no document %.80q on record.", id.text)
}

// document is the one of the institution that asks; people have none.
func (s *Server) document(ctx context.Context, id string) (string, error) {
	by := actor(ctx)
	if by.Role != domain.Partner {
		return "", nil
	}
	d, _, err := s.Read.Document(ctx, by.Partner, id)
	return d.Body, err
}

// checker is an engine that answers nobody.
var checker = sync.OnceValues(func() (*Engine, error) {
	return New(Schema(), zap.NewNop(), new(Server).bindings()...)
})

// Checked returns documents as tools write them down, once each of them is one that could be
// answered: one operation of the schema, within all limits that hold whatever its variables are.
func Checked(text []byte) ([]manifest.Document, error) {
	ds, err := manifest.Parse(text)
	if err != nil {
		return nil, err
	}
	if len(ds) > manifest.MaxDocuments {
		return nil, domain.Refuse(domain.Invalid, "TOO_MANY_DOCUMENTS", "An institution has at most %d documents.", manifest.MaxDocuments)
	}
	e, err := checker()
	if err != nil {
		return nil, err
	}
	for i := range ds {
		d := &ds[i]
		p, errs, fault := e.gate.admit(Request{Query: d.Body})
		if fault != nil {
			return nil, fault
		}
		if errs == nil {
			if _, errs = e.prepare(Request{Query: d.Body}); errs != nil && errs[0].Extensions.Code == CodeVariables {
				errs = nil // which come with every request
			}
		}
		if errs != nil {
			return nil, domain.Refuse(domain.Invalid, errs[0].Extensions.Code, "%s: %s", strings.TrimSpace(d.Name+" "+d.ID), errs[0].Message).About("body")
		}
		d.Name, d.Kind = p.op.Name, string(p.op.Operation)
	}
	return ds, nil
}

// documentsNeed is what it takes to add documents: who may do so may let itself ask anything.
var documentsNeed = need{client.KeysManage}

// takeDocuments adds the documents that are posted to those of the institution that posts them.
func (f *files) takeDocuments(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
	if by.Role != domain.Partner {
		return partnersOnly
	}
	if err := documentsNeed.check(r.Context()); err != nil {
		return err
	}
	if err := f.server.Partners.Admit(r.Context(), by.Partner); err != nil {
		return err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != oldMedia {
		return status{http.StatusUnsupportedMediaType, domain.Refuse(domain.Invalid, CodeMediaType, "Send the manifest as %s.", oldMedia)}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2*manifest.MaxBytes))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return status{http.StatusRequestEntityTooLarge, domain.Refuse(domain.Invalid, CodeBodyTooLarge, "The body is larger than %d bytes.", 2*manifest.MaxBytes)}
	}
	if err != nil {
		return domain.Refuse(domain.Invalid, CodeUnread, "The body could not be read to its end.")
	}
	ds, err := Checked(text)
	if err != nil {
		return err
	}
	add := manifest.Add{Request: domain.Request{By: by, At: f.server.Desk.Now()}, Partner: by.Partner, Documents: ds}
	p, err := events.Execute(r.Context(), f.server.Desk.Log, manifest.Stream(by.Partner), manifest.Evolve, events.Command[manifest.State, manifest.Event](add))
	if err != nil {
		return err
	}
	if err := f.server.Read.Wait(r.Context(), p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(map[string]any{
		"position": positionText(p),
		"documents": each(ds, func(d manifest.Document) map[string]string {
			return map[string]string{"id": d.ID, "name": d.Name, "type": d.Kind}
		}),
	})
}
