package login

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// grant gives a token to a client that proves to be one.
func (l *Login) grant(r *http.Request, form url.Values) (granted, error) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*patience)
	defer cancel()
	proof, err := readProof(r, form)
	if err != nil {
		return granted{}, err
	}
	switch form.Get("grant_type") {
	case grantType:
	case "":
		return granted{}, bad("invalid_request", "Say grant_type=client_credentials.")
	default:
		return granted{}, bad("unsupported_grant_type", "Only client_credentials is granted here.")
	}
	from := l.limits.from(proof.client, NetworkOf(r.RemoteAddr))
	if wait := from.wait(l.Now()); wait > 0 {
		return granted{}, later(wait, http.StatusTooManyRequests, "Too many logins failed. Wait before the next.")
	}
	c, key, err := l.prove(ctx, proof)
	if err != nil {
		if f, ok := err.(*failure); ok && f.code == "invalid_client" {
			from.failed(l.Now())
			l.Zap.Warn("a client did not log in", zap.String("client", known(c)), zap.String("address", from.address), zap.String("why", f.what))
		}
		return granted{}, err
	}
	if wait := from.issue(l.Now()); wait > 0 {
		return granted{}, later(wait, http.StatusTooManyRequests, "Too many tokens were asked for. Use one until it ends.")
	}
	if c.Suspended {
		return granted{}, bad("unauthorized_client", "The institution is suspended here. Ask the programme office.")
	}
	scopes, err := asked(form.Get("scope"), c.Scopes)
	if err != nil {
		return granted{}, err
	}
	token, err := l.issue(ctx, c.Name, key.ID, scopes)
	if err != nil {
		return granted{}, err
	}
	l.used(ctx, c.Name, key)
	return granted{token, "Bearer", int(tokenLife / time.Second), client.Text(scopes)}, nil
}

// known is the name of a client that there is.
func known(c projections.Client) string {
	if c.Name == "" {
		return "unknown"
	}
	return string(c.Name)
}

// asked are the scopes that a request names, all of them the client's; by default all it has.
func asked(text string, has []client.Scope) ([]client.Scope, error) {
	if text == "" {
		return has, nil
	}
	words := client.ParseScopes(text)
	for _, s := range words {
		if !slices.Contains(has, s) {
			return nil, bad("invalid_scope", "The client may ask for "+client.Text(has)+".")
		}
	}
	if len(words) == 0 {
		return nil, bad("invalid_scope", "The scope is blank. Leave it out to have all.")
	}
	return slices.DeleteFunc(slices.Clone(has), func(s client.Scope) bool { return !slices.Contains(words, s) }), nil
}

// used records that a key was used today, unless that is known. It is no reason to refuse.
func (l *Login) used(ctx context.Context, name client.Name, key projections.ClientKey) {
	if !key.UsedOn.Before(l.today()) {
		return
	}
	if _, err := events.Execute(ctx, l.Log, client.Stream(name), client.Evolve, client.Use{Request: l.itself(), Key: key.ID}); err != nil {
		l.Zap.Warn("it is not on record that a key was used", zap.String("client", string(name)), zap.Error(err))
	}
}

// A proof is by what a request says that it comes from a client.
type proof struct {
	client client.Name
	secret string
	signed *assertion // instead of the secret
}

// readProof reads how the client would be recognised: by exactly one way.
func readProof(r *http.Request, form url.Values) (p proof, err error) {
	user, password, basic := r.BasicAuth()
	named := form.Get("client_id")
	switch {
	case form.Has("client_secret"):
		return p, bad("invalid_request", "Send the secret by the Authorization header (client_secret_basic), or sign (private_key_jwt).")
	case r.Header.Get("Authorization") != "" && !basic:
		return p, notTheClient("The Authorization header is not of the scheme Basic.")
	case basic && (form.Has("client_assertion") || form.Has("client_assertion_type")):
		return p, bad("invalid_request", "Prove who the client is in one way, by a secret or by a signature.")
	case basic:
		name, err1 := url.QueryUnescape(user)
		secret, err2 := url.QueryUnescape(password)
		if err1 != nil || err2 != nil || named != "" && named != name {
			return p, bad("invalid_request", "The Authorization header cannot be read, or names another client than client_id.")
		}
		return proof{client: client.Name(name), secret: secret}, nil
	case form.Get("client_assertion_type") != "" && form.Get("client_assertion_type") != assertedBy:
		return p, bad("invalid_request", "The client_assertion_type is "+assertedBy+".")
	case form.Has("client_assertion") != form.Has("client_assertion_type"):
		return p, bad("invalid_request", "client_assertion and client_assertion_type belong together.")
	case form.Has("client_assertion"):
		a := readAssertion(form.Get("client_assertion"))
		if named != "" && named != a.claims.Subject {
			return p, notTheClient("The assertion is of another client than client_id names.")
		}
		return proof{client: client.Name(a.claims.Subject), signed: a}, nil
	}
	return p, notTheClient("Say who the client is, by its secret (client_secret_basic) or by a signature (private_key_jwt).")
}

// prove returns the client that a proof is of, as of now, and the key that proves it.
func (l *Login) prove(ctx context.Context, p proof) (projections.Client, projections.ClientKey, error) {
	var none projections.ClientKey
	if err := l.Fence(ctx); err != nil {
		return projections.Client{}, none, err
	}
	if !p.client.Valid() {
		return projections.Client{}, none, notTheClient(unauthorized)
	}
	c, err := l.Read.Client(ctx, p.client)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return projections.Client{}, none, notTheClient(unauthorized)
	}
	if err != nil {
		return projections.Client{}, none, err
	}
	var key projections.ClientKey
	if p.signed != nil {
		key, err = l.signed(ctx, c, p.signed)
	} else {
		key, err = l.knows(c, p.secret)
	}
	switch {
	case err != nil:
	case c.Closed:
		err = notTheClient("The client was closed.")
	case key.Revoked:
		err = notTheClient("The key was revoked.")
	case !key.Works(l.today()):
		err = notTheClient("The key ended on " + key.Until.String() + ". Use the one that takes its place.")
	}
	return c, key, err
}

// knows returns the secret of a client that a text is, whatever became of it.
func (l *Login) knows(c projections.Client, secret string) (found projections.ClientKey, err error) {
	err = notTheClient(unauthorized)
	for _, k := range c.Keys {
		if holds(k, secret) {
			found, err = k, nil
		}
	}
	return found, err
}

// failureOf is how an error is answered. What is no failure of the client is logged.
func (l *Login) failureOf(err error) *failure {
	if f, ok := err.(*failure); ok {
		return f
	}
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.Busy {
		return later(time.Second, http.StatusServiceUnavailable, r.Reason)
	}
	l.Zap.Error("a client could not log in", zap.Error(err))
	return &failure{status: http.StatusInternalServerError, code: "temporarily_unavailable", what: "Something is wrong here; it was logged."}
}
