package login

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain/client"
)

// Where the endpoints are, below URL.
const (
	TokenPath    = "/oauth/token"
	KeysPath     = "/oauth/jwks"
	MetadataPath = "/.well-known/oauth-authorization-server"
)

// Handler serves the token endpoint, the keys that tokens are checked with, and what there is
// to know about both (RFC 8414).
func (l *Login) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(TokenPath, l.token)
	mux.HandleFunc("GET "+KeysPath, l.keys)
	mux.HandleFunc("GET "+MetadataPath, l.metadata)
	return mux
}

const (
	maxForm      = 32 << 10 // bytes
	grantType    = "client_credentials"
	assertedBy   = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	unauthorized = "The client is not known, or its secret or signature is not right."
)

// A failure is an answer of RFC 6749, 5.2.
type failure struct {
	status int
	code   string
	what   string
	after  time.Duration // after which to try again, if that may help
}

func (f *failure) Error() string { return f.code + ": " + f.what }

func bad(code, what string) *failure {
	return &failure{status: http.StatusBadRequest, code: code, what: what}
}

func notTheClient(what string) *failure {
	return &failure{status: http.StatusUnauthorized, code: "invalid_client", what: what}
}

func later(after time.Duration, status int, what string) *failure {
	return &failure{status, "temporarily_unavailable", what, after}
}

// A granted is the answer of RFC 6749, 5.1.
type granted struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope"`
}

func (l *Login) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		l.fail(w, &failure{status: http.StatusMethodNotAllowed, code: "invalid_request", what: "Ask for a token by POST."})
		return
	}
	form, err := readForm(w, r)
	if err == nil {
		var out granted
		if out, err = l.grant(r, form); err == nil {
			l.counts.count("")
			answer(w, http.StatusOK, out)
			return
		}
	}
	l.fail(w, l.failureOf(err))
}

func (l *Login) fail(w http.ResponseWriter, f *failure) {
	l.counts.count(f.code)
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="guildhall", charset="UTF-8"`)
	}
	if f.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((f.after+time.Second-1)/time.Second)))
	}
	answer(w, f.status, struct {
		Error string `json:"error"`
		What  string `json:"error_description"`
	}{f.code, printable(f.what)})
}

// printable leaves what RFC 6749 allows in a description.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"' || r == '\\':
			return '\''
		case r < ' ' || r > '~':
			return -1
		}
		return r
	}, s)
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // who has left needs no answer
}

// readForm reads what the body gives. A parameter without a value counts as left out, one
// that is there twice is refused (RFC 6749, 3.2).
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, bad("invalid_request", "Send the parameters as application/x-www-form-urlencoded.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, bad("invalid_request", "The parameters cannot be read.")
	}
	for name, values := range r.PostForm {
		switch {
		case len(values) > 1:
			return nil, bad("invalid_request", "A parameter is there twice.")
		case values[0] == "":
			delete(r.PostForm, name)
		}
	}
	return r.PostForm, nil
}

// metadata is that of RFC 8414.
func (l *Login) metadata(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                l.URL,
		"token_endpoint":                        l.URL + TokenPath,
		"jwks_uri":                              l.URL + KeysPath,
		"grant_types_supported":                 []string{grantType},
		"response_types_supported":              []string{},
		"scopes_supported":                      client.Scopes,
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt", "client_secret_basic"},
		"token_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
	})
}
