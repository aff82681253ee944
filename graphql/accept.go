package graphql

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of a response. The old one says 200 whatever became of a well-formed
// request; the new one says 400 if nothing was executed (GraphQL over HTTP, 2025).
const (
	oldMedia = "application/json"
	newMedia = "application/graphql-response+json"
)

// accepted are the forms of an answer that a client takes.
type accepted struct {
	media  string // of one response; empty if none
	stream bool   // server-sent events
}

// negotiate picks the media type of one response: the one of highest quality, the first of
// equals, the old one for a client that does not care.
func negotiate(accept []string) (a accepted) {
	header := strings.TrimSpace(strings.Join(accept, ","))
	if header == "" {
		return accepted{media: oldMedia}
	}
	quality := 0.0
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || !utf8Charset(params) {
			continue
		}
		q := weight(params)
		switch media {
		case newMedia, oldMedia:
		case "*/*", "application/*":
			media = oldMedia
		case streamMedia:
			a.stream = q > 0
			continue
		default:
			continue
		}
		if q > quality {
			a.media, quality = media, q
		}
	}
	return a
}

// weight is the quality that was given to something acceptable; 0 if it is none.
func weight(params map[string]string) float64 {
	given, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(given, 64)
	if err != nil {
		return 0
	}
	return q
}

func utf8Charset(params map[string]string) bool {
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// acceptsGzip reports whether a client takes an answer that is compressed with gzip.
func acceptsGzip(accept []string) bool {
	all := false
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		coding, params, err := mime.ParseMediaType(part)
		switch {
		case err != nil:
		case coding == "gzip" || coding == "x-gzip":
			return weight(params) > 0
		case coding == "*":
			all = weight(params) > 0
		}
	}
	return all
}
