package graphql

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxBody   = 256 << 10 // bytes
	maxValues = 20_000    // in variables
	maxParams = 100       // of a URL
)

// read takes a request out of the URL or the body. What cannot be read is refused.
func read(w http.ResponseWriter, r *http.Request) (Request, []Error) {
	if r.Method == http.MethodGet {
		if n := len(r.URL.RawQuery); n > maxBody || strings.Count(r.URL.RawQuery, "&") > maxParams {
			return Request{}, refusal(CodeBodyTooLarge, nil, "The URL has %d bytes or too many parameters. Send the request by POST.", n)
		}
		return readQuery(r.URL.Query())
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != oldMedia || !utf8Charset(params) || r.Header.Get("Content-Encoding") != "" {
		return Request{}, refusal(CodeMediaType, nil, "Send the request as %s in UTF-8, not compressed.", oldMedia)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return Request{}, refusal(CodeBodyTooLarge, nil, "The body is larger than %d bytes.", maxBody)
	}
	if err != nil {
		return Request{}, refusal(CodeUnread, nil, "The body could not be read to its end.")
	}
	return readObject(body)
}

// readObject takes a request out of a JSON object.
func readObject(text []byte) (Request, []Error) {
	var form map[string]json.RawMessage
	if err := json.Unmarshal(text, &form); err != nil || form == nil {
		return Request{}, refusal(CodeUnread, nil, "The body is not a JSON object. Requests are not batched.")
	}
	return readForm(form)
}

func readQuery(given url.Values) (Request, []Error) {
	form := map[string]json.RawMessage{}
	for _, name := range []string{"query", "operationName", "documentId"} {
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

func readForm(form map[string]json.RawMessage) (Request, []Error) {
	for _, name := range []string{"variables", "extensions"} {
		if n := valuesIn(form[name]); n > maxValues {
			return Request{}, refusal(CodeRequest, nil, "%s hold %d values; at most %d are read.", name, n, maxValues)
		}
	}
	var query, operation, document *string
	var variables, extensions map[string]any
	for _, p := range []struct {
		name string
		into any
		kind string
	}{
		{"query", &query, "a string"},
		{"operationName", &operation, "a string"},
		{"documentId", &document, "a string"},
		{"variables", &variables, "an object"},
		{"extensions", &extensions, "an object"},
	} {
		if raw, ok := form[p.name]; ok && decode(raw, p.into) != nil {
			return Request{}, refusal(CodeRequest, nil, "%s must be %s.", p.name, p.kind)
		}
	}
	out := Request{Variables: variables}
	if operation != nil {
		out.Operation = *operation
	}
	persisted, _ := extensions["persistedQuery"].(map[string]any)
	hash, _ := persisted["sha256Hash"].(string)
	switch {
	case query != nil && *query != "" && document != nil:
		return Request{}, refusal(CodeRequest, nil, "Send either query or documentId.")
	case query != nil && *query != "":
		out.Query = *query
	case document != nil && *document != "":
		out.document = documentID{text: *document}
	case hash != "":
		out.document = documentID{hash, true}
	default:
		return Request{}, refusal(CodeRequest, nil, "query is missing.")
	}
	return out, nil
}

// valuesIn is about how many values JSON holds.
func valuesIn(raw []byte) (n int) {
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\':
			i++
		case !quoted && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
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
