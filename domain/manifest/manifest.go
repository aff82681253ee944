package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

const (
	MaxDocuments = 500       // of an institution at a time
	MaxBytes     = 512 << 10 // of all its documents together
	maxID        = 128       // bytes
)

// Stream is where the facts about an institution's documents are kept.
func Stream(p domain.PartnerID) domain.Stream { return domain.Stream("manifest-" + p) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, error) {
	p, err := s.Subject("manifest")
	return domain.PartnerID(p), err
}

// A Document is one that holds a single operation. Its id is the SHA-256 of the body in
// hexadecimal, or another one that the institution's tools gave it.
type Document struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"` // of the operation
	Kind string `json:"type,omitempty"` // query, mutation or subscription
	Body string `json:"body"`
}

// Hash is the SHA-256 of a body in hexadecimal.
func Hash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// Plain is an id without what says how it was made: sha256:.
func Plain(id string) string { return strings.TrimPrefix(id, "sha256:") }

// Parse reads documents as tools write them down: a manifest of operations (Apollo), a list of
// them, or an object of bodies by their ids (Relay, GraphQL Code Generator).
func Parse(text []byte) (ds []Document, err error) {
	var m struct {
		Format     string     `json:"format"`
		Operations []Document `json:"operations"`
	}
	bodies := map[string]string{}
	switch {
	case json.Unmarshal(text, &bodies) == nil:
		for _, id := range slices.Sorted(maps.Keys(bodies)) {
			ds = append(ds, Document{ID: id, Body: bodies[id]})
		}
	case bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")):
		err = json.Unmarshal(text, &ds)
	default:
		err = json.Unmarshal(text, &m)
		ds = m.Operations
	}
	if err != nil || len(ds) == 0 {
		return nil, domain.Refuse(domain.Invalid, "BAD_MANIFEST", "This holds no documents. A manifest is JSON: operations with id, name, type and body, or bodies by their ids.")
	}
	for i := range ds {
		ds[i].ID = Plain(cmp.Or(ds[i].ID, Hash(ds[i].Body)))
	}
	return ds, nil
}

// State is what deciding needs to know, and no more: the hash of each document, and its size.
type State struct{ documents map[string]document }

type document struct {
	hash string
	size int
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	documents := maps.Clone(s.documents)
	switch e := e.(type) {
	case Added:
		if documents == nil {
			documents = map[string]document{}
		}
		documents[e.ID] = document{Hash(e.Body), len(e.Body)}
	case Withdrawn:
		delete(documents, e.ID)
	}
	return State{documents}
}

func (s State) size() (bytes int) {
	for _, d := range s.documents {
		bytes += d.size
	}
	return bytes
}
