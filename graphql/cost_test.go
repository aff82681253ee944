package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// costOf is what an answer says that it cost.
func costOf(t *testing.T, w *httptest.ResponseRecorder) (c struct{ Requested, Actual, Remaining *int }) {
	t.Helper()
	out := struct {
		Extensions struct {
			Cost *struct{ Requested, Actual, Remaining *int }
		}
	}{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Extensions.Cost == nil {
		t.Fatalf("no cost: %s", w.Body)
	}
	return *out.Extensions.Cost
}

func TestAnswersCostWhatTheyReturn(t *testing.T) {
	h := Handler(newFixture(t).Engine, Backing{Authenticate: byToken, Log: zap.NewNop(), Points: 50})
	ask := func(client, query string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"query":"`+query+`"}`))
		r.Header.Set("Authorization", "Bearer "+client)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		query             string
		requested, actual int
	}{
		{`{hello}`, 1, 1},
		{`{people(first:100){edges{node{name}}}}`, 10, 1},
		{`mutation{add(n:1)}`, 1 + forMutation, 1 + forMutation},
	} {
		w := ask("alder", c.query)
		if got := costOf(t, w); *got.Requested != c.requested || *got.Actual != c.actual || *got.Remaining > 50 || *got.Remaining < 40 {
			t.Errorf("%s: %s", c.query, w.Body)
		}
		if policy := w.Header().Get("RateLimit-Policy"); policy != `"points";q=50;w=1` {
			t.Errorf("policy %s", policy)
		}
		if rest := w.Header().Get("RateLimit"); !strings.HasPrefix(rest, `"points";r=4`) && rest != `"points";r=50;t=0` {
			t.Errorf("limit %s", rest)
		}
	}
	refused := 0
	for range 20 {
		if w := ask("alder", `mutation{add(n:1) b:add(n:1) c:add(n:1)}`); w.Code == http.StatusTooManyRequests {
			refused++
			if w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), CodeRate) || !strings.Contains(w.Header().Get("RateLimit"), "r=") {
				t.Errorf("%v %s", w.Header(), w.Body)
			}
		}
	}
	if refused < 5 {
		t.Errorf("%d of 20 were refused", refused)
	}
	if w := ask("birch", `{hello}`); w.Code != 200 {
		t.Errorf("another client pays: %d %s", w.Code, w.Body)
	}
}

func TestAnAnswerThatIsKeptDoesNotTellWhatRemains(t *testing.T) {
	h := Handler(newFixture(t).Engine, Backing{Authenticate: byToken, Log: zap.NewNop(), Version: func(context.Context, []string) (Version, error) { return Version{Of: "1"}, nil }})
	r := httptest.NewRequest("GET", "/?query={hello}", nil)
	r.Header.Set("Authorization", "Bearer alder")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got := costOf(t, w); w.Header().Get("ETag") == "" || got.Remaining != nil || *got.Requested != 1 || w.Header().Get("RateLimit") == "" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}

func TestTokensAreNotGuessed(t *testing.T) {
	looked, away := 0, false
	h := Handler(newFixture(t).Engine, Backing{Log: zap.NewNop(), Authenticate: func(r *http.Request) (context.Context, error) {
		looked++
		if r.Header.Get("Authorization") == "Bearer right" {
			return WithActor(r.Context(), domain.Actor{Partner: "alder", Role: domain.Partner}), nil
		}
		if away {
			return nil, domain.Refuse(domain.Busy, "READ_MODEL_BEHIND", "Not now.")
		}
		return nil, domain.Refuse(domain.Forbidden, "UNKNOWN_TOKEN", "No.")
	}})
	ask := func(address, token string) int {
		r := httptest.NewRequest("GET", "/?query={hello}", nil)
		r.RemoteAddr = address + ":1234"
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("it is not said when to come again")
		}
		return w.Code
	}
	ask("192.0.2.1", "right")
	codes := map[int]int{}
	for i := range 500 {
		codes[ask("192.0.2.1", fmt.Sprint("guess", i))]++
	}
	if codes[401] < maxStrangers || codes[401] > maxStrangers+20 || codes[401]+codes[429] != 500 || looked > codes[401]+1 {
		t.Errorf("guesses were answered %v, %d looked up", codes, looked)
	}
	if code := ask("192.0.2.1", "right"); code != 200 {
		t.Errorf("who was known before is answered %d", code)
	}
	if code := ask("192.0.2.2", "right"); code != 200 {
		t.Errorf("from another address: %d", code)
	}
	for _, away = range []bool{true, false} {
		clear(codes)
		for i := range 2 * maxStrangers {
			codes[ask("192.0.2.3", fmt.Sprint("later", i))]++
		}
	}
	if codes[429] == 0 {
		t.Errorf("tokens that could not be looked up for a while were answered %v afterwards", codes)
	}
}
