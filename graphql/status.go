package graphql

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
)

// Codes of errors that only HTTP has.
const (
	CodeMethod          = "METHOD_NOT_ALLOWED"
	CodeNotAcceptable   = "NOT_ACCEPTABLE"
	CodeMediaType       = "UNSUPPORTED_MEDIA_TYPE"
	CodeBodyTooLarge    = "BODY_TOO_LARGE"
	CodeUnauthenticated = "UNAUTHENTICATED"
	CodeTooMany         = "TOO_MANY_REQUESTS"
	CodeTooManyStreams  = "TOO_MANY_STREAMS"
	CodeRate            = "RATE_LIMITED"
)

// statuses are those of refused files, by the kind of the refusal.
var statuses = map[domain.Kind]int{
	domain.Invalid: http.StatusBadRequest, domain.Forbidden: http.StatusForbidden, domain.NotFound: http.StatusNotFound,
	domain.Conflict: http.StatusConflict, domain.Busy: http.StatusServiceUnavailable,
}

// unread are the statuses of GraphQL requests that are refused whatever they ask, by code.
var unread = map[string]int{
	CodeMethod:          http.StatusMethodNotAllowed,
	CodeNotAcceptable:   http.StatusNotAcceptable,
	CodeMediaType:       http.StatusUnsupportedMediaType,
	CodeBodyTooLarge:    http.StatusRequestEntityTooLarge,
	CodeUnauthenticated: http.StatusUnauthorized,
	CodeTooMany:         http.StatusTooManyRequests,
	CodeTooManyStreams:  http.StatusTooManyRequests,
	CodeRate:            http.StatusTooManyRequests,
	CodeUnread:          http.StatusBadRequest,
	CodeInternal:        http.StatusInternalServerError,
}

// An etiquette says with which status a request that could be read is answered.
type etiquette struct {
	answered  int // it was executed, without any error
	partly    int // some of its fields have errors
	unparsed  int // its document has no syntax
	invalid   int // its document, operation or variables are not what the schema allows
	malformed int // a parameter is missing or of another type
}

var (
	// oldManners go with application/json: proxies and clients of old take any other status
	// for an answer that is not GraphQL.
	oldManners = etiquette{answered: 200, partly: 200, unparsed: 200, invalid: 200, malformed: 400}

	// newManners go with application/graphql-response+json, and are what today's clients
	// and the audits of graphql-http expect.
	newManners = etiquette{answered: 200, partly: 200, unparsed: 400, invalid: 400, malformed: 400}

	// draftManners are those of the draft of GraphQL over HTTP of August 2026, for the same.
	draftManners = etiquette{answered: 200, partly: 294, unparsed: 400, invalid: 422, malformed: 422}
)

// manners are those that go with a media type.
func (h *handler) manners(media string) etiquette {
	switch {
	case media != newMedia:
		return oldManners
	case h.Draft:
		return draftManners
	}
	return newManners
}

// of is the status of a response.
func (e etiquette) of(r Response) int {
	switch {
	case len(r.Errors) == 0:
		return e.answered
	case r.Data != nil:
		return e.partly
	}
	switch code := r.Errors[0].Extensions.Code; code {
	case CodeRequest:
		return e.malformed
	case CodeParse:
		return e.unparsed
	default:
		if status, ok := unread[code]; ok {
			return status
		}
		return e.invalid
	}
}
