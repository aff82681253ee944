package graphql

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

func byToken(r *http.Request) (context.Context, error) {
	switch token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); token {
	case "":
		return nil, domain.Refuse(domain.Forbidden, "TOKEN_MISSING", "Send a bearer token.")
	case "busy":
		return nil, domain.Refuse(domain.Busy, "BEHIND", "Try again shortly.")
	case "fault":
		return nil, errors.New("the token table is gone")
	default:
		return WithActor(r.Context(), domain.Actor{Partner: domain.PartnerID(token), Role: domain.Partner}), nil
	}
}

func (f fixture) handler() http.Handler {
	return Handler(f.Engine, Backing{Authenticate: byToken, Log: zap.NewNop()})
}

func TestGraphQLOverHTTP(t *testing.T) {
	const (
		jsonType = "application/json"
		newType  = "application/graphql-response+json"
		hello    = `{"query":"{hello}"}`
		world    = `{"data":{"hello":"world"}`
	)
	get := func(kv ...string) string {
		q := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			q.Set(kv[i], kv[i+1])
		}
		return "GET /?" + q.Encode()
	}
	for _, c := range []struct {
		name, request, accept, content, body, token string
		status                                      int
		media, answer                               string // answer is a part of the body
		header                                      string // "Name: value"
	}{
		{name: "a POST", body: hello, status: 200, answer: world, header: "Cache-Control: no-store"},
		{name: "a GET", request: get("query", "{hello}"), status: 200, answer: world},
		{name: "a GET with everything", request: get("query", "query A($n:Int){echo(n:$n)} query B{hello}", "operationName", "A", "variables", `{"n":3}`, "extensions", "{}"), status: 200, answer: `"n=3;"`},
		{name: "a POST with everything", body: `{"query":"query A($n:Int){echo(n:$n)} query B{hello}","operationName":"A","variables":{"n":3},"extensions":{},"more":1}`, status: 200, answer: `"n=3;"`},
		{name: "nulls for what is optional", body: `{"query":"{hello}","operationName":null,"variables":null,"extensions":null}`, status: 200, answer: world},
		{name: "a mutation", body: `{"query":"mutation{add(n:2)}"}`, status: 200, answer: `{"data":{"add":2}`},
		{name: "a mutation by GET", request: get("query", "mutation{add(n:2)}"), status: 405, answer: CodeMethod, header: "Allow: POST"},
		{name: "a subscription", body: `{"query":"subscription{ticks}"}`, status: 406, answer: CodeNotAcceptable},

		{name: "no Accept", accept: "-", body: hello, status: 200, media: jsonType},
		{name: "Accept of anything", accept: "*/*", body: hello, status: 200, media: jsonType},
		{name: "Accept of the new type", accept: newType, body: hello, status: 200, media: newType},
		{name: "Accept in order", accept: newType + ", " + jsonType, body: hello, status: 200, media: newType},
		{name: "Accept by quality", accept: newType + ";q=0.5, text/html, " + jsonType + ";q=0.9", body: hello, status: 200, media: jsonType},
		{name: "Accept of GraphiQL", accept: jsonType + ", multipart/mixed", body: hello, status: 200, media: jsonType},
		{name: "Accept with charset", accept: newType + ";charset=UTF-8", body: hello, status: 200, media: newType},
		{name: "Accept with another charset", accept: newType + ";charset=latin1", body: hello, status: 406, answer: CodeNotAcceptable},
		{name: "Accept of a page", accept: "text/html", body: hello, status: 406, answer: CodeNotAcceptable},
		{name: "Accept of nothing", accept: jsonType + ";q=0", body: hello, status: 406, answer: CodeNotAcceptable},

		{name: "PUT", request: "PUT /", body: hello, status: 405, header: "Allow: GET, POST"},
		{name: "HEAD", request: "HEAD /", status: 405},
		{name: "no content type", content: "-", body: hello, status: 415, answer: CodeMediaType},
		{name: "a form", content: "application/x-www-form-urlencoded", body: "query={hello}", status: 415, answer: CodeMediaType},
		{name: "a file", content: "multipart/form-data; boundary=x", body: hello, status: 415, answer: CodeMediaType},
		{name: "UTF-8", content: jsonType + "; charset=UTF-8", body: hello, status: 200, answer: world},
		{name: "another charset", content: jsonType + "; charset=iso-8859-1", body: hello, status: 415, answer: CodeMediaType},

		{name: "no JSON", body: `{"query":`, status: 400, answer: CodeUnread},
		{name: "a batch", body: `[` + hello + `]`, status: 400, answer: CodeUnread},
		{name: "null", body: `null`, status: 400, answer: CodeUnread},
		{name: "two objects", body: hello + hello, status: 400, answer: CodeUnread},
		{name: "no query", body: `{"notquery":"{hello}"}`, status: 400, answer: CodeRequest},
		{name: "no query by GET", request: "GET /", status: 400, answer: CodeRequest},
		{name: "a query of another case", body: `{"QUERY":"{hello}"}`, status: 400, answer: CodeRequest},
		{name: "an object for a query", body: `{"query":{}}`, status: 400, answer: CodeRequest},
		{name: "a number for a name", body: `{"query":"{hello}","operationName":1}`, status: 400, answer: CodeRequest},
		{name: "a text for variables", body: `{"query":"{hello}","variables":"{}"}`, status: 400, answer: CodeRequest},
		{name: "a list for variables", body: `{"query":"{hello}","variables":[]}`, status: 400, answer: CodeRequest},
		{name: "no JSON for variables by GET", request: get("query", "{hello}", "variables", "{}}"), status: 400, answer: CodeRequest},
		{name: "a text for extensions", body: `{"query":"{hello}","extensions":"x"}`, status: 400, answer: CodeRequest},
		{name: "too large a body", body: `{"query":"{hello}","more":"` + strings.Repeat("x", maxBody) + `"}`, status: 413, answer: CodeBodyTooLarge},

		{name: "a syntax error, old type", body: `{"query":"{"}`, status: 200, answer: CodeParse},
		{name: "a syntax error, new type", accept: newType, body: `{"query":"{"}`, status: 400, answer: CodeParse, media: newType},
		{name: "an invalid document, old type", body: `{"query":"{nope}"}`, status: 200, answer: CodeValidation},
		{name: "an invalid document, new type", accept: newType, body: `{"query":"{nope}"}`, status: 400, answer: CodeValidation},
		{name: "bad variables, new type", accept: newType, body: `{"query":"query($n:Int!){echo(n:$n)}"}`, status: 400, answer: CodeVariables},
		{name: "too deep, new type", accept: newType, body: `{"query":"` + strings.Repeat("{x", 20) + strings.Repeat("}", 20) + `"}`, status: 400, answer: CodeTooDeep},
		{name: "an error in a resolver, new type", accept: newType, body: `{"query":"{hello refused}"}`, status: 200, answer: `"data":{"hello":"world","refused":null}`},

		{name: "nobody", token: "-", body: hello, status: 401, answer: `{"code":"UNAUTHENTICATED","reason":"TOKEN_MISSING"}`, header: "WWW-Authenticate: Bearer"},
		{name: "nobody with an attack", token: "-", body: strings.Repeat("[", 1000), status: 401, answer: "UNAUTHENTICATED"},
		{name: "busy", token: "busy", body: hello, status: 503, answer: "BEHIND", header: "Retry-After: 1"},
		{name: "a fault while authenticating", token: "fault", body: hello, status: 500, answer: CodeInternal},
	} {
		t.Run(c.name, func(t *testing.T) {
			method, target, _ := strings.Cut(cmp.Or(c.request, "POST /"), " ")
			r := httptest.NewRequest(method, target, strings.NewReader(c.body))
			for name, v := range map[string]string{
				"Accept": cmp.Or(c.accept, jsonType), "Content-Type": cmp.Or(c.content, jsonType), "Authorization": "Bearer " + cmp.Or(c.token, "alder"),
			} {
				if v != "-" && v != "Bearer -" {
					r.Header.Set(name, v)
				}
			}
			w := httptest.NewRecorder()
			newFixture(t).handler().ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if want := cmp.Or(c.media, jsonType) + "; charset=utf-8"; c.media != "" && w.Header().Get("Content-Type") != want {
				t.Errorf("content type %q, want %q", w.Header().Get("Content-Type"), want)
			}
			if !json.Valid(w.Body.Bytes()) || !strings.Contains(w.Body.String(), c.answer) {
				t.Errorf("body %s lacks %s", w.Body, c.answer)
			}
			if name, want, _ := strings.Cut(c.header, ": "); name != "" && w.Header().Get(name) != want {
				t.Errorf("%s: %q, want %q", name, w.Header().Get(name), want)
			}
			if strings.Contains(w.Body.String(), "token table") {
				t.Error("the fault is told")
			}
		})
	}
}

func TestAClientIsAnsweredEightTimesAtOnceAndOthersAreNotHeldUp(t *testing.T) {
	h := newFixture(t).handler()
	ask := func(ctx context.Context, client, query string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, "POST", "/", strings.NewReader(`{"query":"`+query+`"}`))
		r.Header.Set("Authorization", "Bearer "+client)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started, done := make(chan struct{}), make(chan struct{})
	for range maxAtOnce {
		body, write := io.Pipe()
		go func() {
			r := httptest.NewRequestWithContext(ctx, "POST", "/", body)
			r.Header.Set("Authorization", "Bearer eager")
			r.Header.Set("Content-Type", "application/json")
			h.ServeHTTP(httptest.NewRecorder(), r)
			done <- struct{}{}
		}()
		go func() {
			_, _ = write.Write([]byte(`{"query":"{hello}"`)) // returns when the handler reads
			started <- struct{}{}
			<-ctx.Done()
			_ = write.CloseWithError(ctx.Err())
		}()
		<-started
	}
	w := ask(t.Context(), "eager", "{hello}")
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), CodeTooMany) {
		t.Errorf("the ninth: %d %s", w.Code, w.Body)
	}
	if w := ask(t.Context(), "patient", "{hello}"); w.Code != 200 {
		t.Errorf("another client: %d %s", w.Code, w.Body)
	}
	cancel()
	for range maxAtOnce {
		<-done
	}
	if w := ask(t.Context(), "eager", "{hello}"); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
	if n := len(h.(*handler).requests.inside); n != 0 {
		t.Errorf("%d clients are still remembered", n)
	}
}

func TestALongAnswerIsCompressedForWhoTakesIt(t *testing.T) {
	f := newFixture(t)
	version := "1"
	h := Handler(f.Engine, Backing{Authenticate: byToken, Log: zap.NewNop(), Version: func(context.Context, []string) (Version, error) { return Version{Of: version}, nil }})
	ask := func(query, encoding, held string) (w *httptest.ResponseRecorder, body string) {
		t.Helper()
		r := httptest.NewRequest("GET", "/?query="+url.QueryEscape(query), nil)
		r.Header.Set("Authorization", "Bearer alder")
		r.Header.Set("Accept-Encoding", encoding)
		r.Header.Set("If-None-Match", held)
		w = httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Header().Get("Vary") != "Accept, Authorization, Accept-Encoding" || w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("headers %v", w.Header())
		}
		if w.Code == 304 {
			return w, ""
		}
		if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%s bytes are announced and %d sent", got, w.Body.Len())
		}
		var in io.Reader = w.Body
		if w.Header().Get("Content-Encoding") == "gzip" {
			var err error
			if in, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		return w, string(text)
	}
	const short = `{hello}`
	long := `{echo(text:"` + strings.Repeat("x", 2*gzipAbove) + `")}`
	plainLong, text := ask(long, "", "")
	for _, c := range []struct {
		query, encoding, coding string
	}{
		{long, "gzip", "gzip"}, {long, "br;q=1, gzip;q=0.5", "gzip"}, {long, "*", "gzip"},
		{long, "br", ""}, {long, "gzip;q=0", ""}, {long, "gzip;q=0, *", ""}, {short, "gzip", ""},
	} {
		w, body := ask(c.query, c.encoding, "")
		if w.Header().Get("Content-Encoding") != c.coding || c.query == long && body != text {
			t.Errorf("%q: coding %q, %d bytes", c.encoding, w.Header().Get("Content-Encoding"), len(body))
		}
		if same := w.Header().Get("ETag") == plainLong.Header().Get("ETag"); same != (c.coding == "" && c.query == long) {
			t.Errorf("%q of %.10s has the tag %s", c.encoding, c.query, w.Header().Get("ETag"))
		}
	}
	packed, _ := ask(long, "gzip", "")
	plain, zipped := plainLong.Header().Get("ETag"), packed.Header().Get("ETag")
	for _, c := range []struct {
		encoding, held, query string
		code                  int
	}{
		{"gzip", zipped, long, 304}, {"gzip", plain, long, 304}, {"", plain, long, 304}, {"", zipped, long, 200},
		{"gzip", `"other", W/` + zipped, long, 304}, {"gzip", `"other"`, long, 200}, {"gzip", zipped, long + " #", 200}, {"gzip", zipped, short, 200},
	} {
		if w, _ := ask(c.query, c.encoding, c.held); w.Code != c.code || c.code == 304 && !strings.Contains(c.held, w.Header().Get("ETag")) {
			t.Errorf("%q held under %s: %d %s", c.encoding, c.held, w.Code, w.Header().Get("ETag"))
		}
	}
	version = "2"
	if w, _ := ask(long, "gzip", zipped); w.Code != 200 || w.Header().Get("ETag") == zipped {
		t.Errorf("of another version: %d %s", w.Code, w.Header().Get("ETag"))
	}
}

func TestAnAnswerThatWasOvertakenHasNoTag(t *testing.T) {
	n := 0
	h := Handler(newFixture(t).Engine, Backing{Authenticate: byToken, Log: zap.NewNop(), Version: func(context.Context, []string) (Version, error) {
		n++
		return Version{Of: strconv.Itoa(n)}, nil
	}})
	r := httptest.NewRequest("GET", "/?query={hello}", nil)
	r.Header.Set("Authorization", "Bearer alder")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 || w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestTheStatusesOfTheDraftCanBeSwitchedOn(t *testing.T) {
	h := Handler(newFixture(t).Engine, Backing{Authenticate: byToken, Log: zap.NewNop(), Draft: true})
	for _, c := range []struct {
		body          string
		old, new, now int
	}{
		{`{"query":"{hello}"}`, 200, 200, 200},
		{`{"query":"{hello refused}"}`, 200, 200, 294},
		{`{"query":"{"}`, 200, 400, 400},
		{`{"query":"{nope}"}`, 200, 400, 422},
		{`{"query":"query($n:Int!){echo(n:$n)}"}`, 200, 400, 422},
		{`{"query":1}`, 400, 400, 422},
		{`{`, 400, 400, 400},
	} {
		for _, way := range []struct {
			h     http.Handler
			media string
			want  int
		}{{h, oldMedia, c.old}, {newFixture(t).handler(), newMedia, c.new}, {h, newMedia, c.now}} {
			r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
			r.Header.Set("Authorization", "Bearer alder")
			r.Header.Set("Content-Type", oldMedia)
			r.Header.Set("Accept", way.media)
			w := httptest.NewRecorder()
			way.h.ServeHTTP(w, r)
			if w.Code != way.want {
				t.Errorf("%s as %s: %d, want %d", c.body, way.media, w.Code, way.want)
			}
		}
	}
}

func TestTheSchemaIsServedAsText(t *testing.T) {
	w := httptest.NewRecorder()
	SDL(newFixture(t).Engine).ServeHTTP(w, httptest.NewRequest("GET", "/graphql/schema.graphql", nil))
	if w.Code != 200 || w.Body.String() != testSDL || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
