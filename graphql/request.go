package graphql

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

const maxBody = 256 << 10 // bytes

// read takes a request out of the URL or the body. What cannot be read is refused.
func read(w http.ResponseWriter, r *http.Request) (Request, []Error) {
	if r.Method == http.MethodGet {
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

func readForm(form map[string]json.RawMessage) (Request, []Error) {
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
			return Request{}, refusal(CodeRequest, nil, "%s must be %s.", p.name, p.kind)
		}
	}
	if query == nil || *query == "" {
		return Request{}, refusal(CodeRequest, nil, "query is missing.")
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
