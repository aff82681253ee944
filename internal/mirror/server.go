package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/graphql"
)

const (
	answerWithin = 2 * time.Minute
	maxAnswer    = 16 << 20 // bytes
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// A server is asked in the name of a system, with a token that is renewed as it ends.
type server struct {
	*Mirror
	http  *http.Client
	base  string // of its addresses
	token string
	until time.Time // the token counts
}

// newServer refuses an address at which others could read along.
func newServer(m *Mirror) (*server, error) {
	u, err := url.Parse(m.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, domain.Refuse(domain.Invalid, "BAD_URL", "%q is no address of a Guildhall. It looks like https://guildhall.example.", m.URL)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, domain.Refuse(domain.Invalid, "NOT_PRIVATE", "At %s others could read along. Use an address that begins with https.", m.URL)
	}
	return &server{Mirror: m, http: unfollowed(), base: strings.TrimSuffix(m.URL, "/")}, nil
}

// A delay is why something has to be asked again, and after how long at least.
type delay struct {
	why   error
	after time.Duration
}

func (d *delay) Error() string { return d.why.Error() }
func (d *delay) Unwrap() error { return d.why }

// again is the delay after which what ended with err may be asked again, or nil.
func again(err error) *delay {
	d, _ := errors.AsType[*delay](err)
	return d
}

// patiently does something until it is done, refused, or there was no success for too long.
// Without Patience it never gives up.
func (s *server) patiently(ctx context.Context, do func() error) error {
	began, next := time.Now(), firstPause
	for {
		err := do()
		d := again(err)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case d == nil:
			return err
		}
		rest := max(d.after, next/2+rand.N(next/2))
		if s.Patience > 0 && time.Since(began)+rest > s.Patience {
			return domain.Refuse(domain.Busy, "SERVER_AWAY", "%s does not answer: %v. What was taken over so far is kept; try again later.", s.base, d.why)
		}
		if rest >= time.Second {
			s.Say(fmt.Sprintf("%v; trying again in %v", d.why, rest.Round(100*time.Millisecond)))
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
		next = min(2*next, longestPause)
	}
}

// ask has an operation of graphql.RowsDocument answered. A query can always be asked again.
func (s *server) ask(ctx context.Context, operation string, vars map[string]any, into any) error {
	return s.patiently(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		resp, err := s.post(ctx, operation, vars, "application/graphql-response+json")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		if err != nil {
			return &delay{why: fmt.Errorf("the answer was cut off: %w", err)}
		}
		return s.read(body, into)
	})
}

// An answer is one of GraphQL.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

// read takes an answer apart. What does not hold for now is a delay.
func (s *server) read(body []byte, into any) error {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return &delay{why: fmt.Errorf("the answer is no GraphQL: %w", err)}
	}
	if len(a.Errors) > 0 {
		return s.refused(a)
	}
	d := json.NewDecoder(bytes.NewReader(a.Data))
	d.UseNumber()
	return d.Decode(into)
}

// passing are the codes of what holds for now. NOT_SHARED is that of a learner who took consent
// back while a page was made: the next one lacks them.
var passing = map[string]bool{"READ_MODEL_BEHIND": true, "BUSY": true, "NOT_ON_RECORD": true, "NOT_SHARED": true, "LOG_UNREACHABLE": true, graphql.CodeInternal: true, graphql.CodeRate: true, graphql.CodeTooMany: true, graphql.CodeTooManyStreams: true}

func (s *server) refused(a answer) error {
	e := a.Errors[0]
	code := e.Extensions.Code
	refusal := domain.Refuse(domain.Invalid, code, "%s", e.Message)
	switch {
	case code == graphql.CodeUnauthenticated:
		s.token = ""
		return &delay{why: refusal}
	case passing[code]:
		return &delay{why: refusal}
	case code == graphql.CodeValidation:
		return domain.Refuse(domain.Conflict, "OTHER_VERSION", "%s does not know what this version of guildhall asks for: %s Use the version that it has.", s.base, e.Message)
	case code == "":
		return &delay{why: errors.New(e.Message)}
	}
	return refusal
}

// post sends an operation with a token that counts, and returns an answer that is one.
func (s *server) post(ctx context.Context, operation string, vars map[string]any, accept string) (*http.Response, error) {
	fresh, err := s.logIn(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(map[string]any{"query": graphql.RowsDocument(), "operationName": operation, "variables": vars})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/graphql", bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.send(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		s.token = ""
		resp.Body.Close()
		if fresh {
			return nil, domain.Refuse(domain.Forbidden, "LOGIN_REFUSED", "%s gave %s a token and does not take it. Ask the programme office whether the institution is suspended.", s.base, s.Client)
		}
		return nil, &delay{why: errors.New("the token ended")}
	}
	return resp, err
}

// send sends a request. What comes of servers that are away or busy is a delay.
func (s *server) send(req *http.Request) (*http.Response, error) {
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, &delay{why: err}
	}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		resp.Body.Close()
		return nil, &delay{fmt.Errorf("%s answers %s", req.URL.Host, resp.Status), retryAfter(resp, s.Now())}
	case code >= 300 && code < 400:
		resp.Body.Close()
		return nil, domain.Refuse(domain.Invalid, "MOVED", "%s leads on to %s. Use the address where Guildhall is.", req.URL, resp.Header.Get("Location"))
	case code == http.StatusNotFound:
		resp.Body.Close()
		return nil, domain.Refuse(domain.NotFound, "BAD_URL", "There is no Guildhall at %s. Check --url.", s.base)
	}
	return resp, nil
}

// unfollowed is a client that leaves redirections alone: what it sends is for one server. It
// waits for an answer to begin, of a stream as well, for answerWithin.
func unfollowed() *http.Client {
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.ResponseHeaderTimeout = answerWithin
	return &http.Client{Transport: wire, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// retryAfter reads the header of that name: seconds, or an instant.
func retryAfter(r *http.Response, now time.Time) time.Duration {
	text := r.Header.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
