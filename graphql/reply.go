package graphql

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"
	"go.uber.org/zap"
)

// gzipAbove is the size in bytes above which an answer or a file is compressed.
const gzipAbove = 4 << 10

// A reply is a response on its way to a client.
type reply struct {
	status int
	tag    entityTag // zero if the answer is of this moment only
	held   string    // the tag by which the client holds the answer already
	Response
}

// refuse is the reply to a request that is not executed.
func (c *call) refuse(errs ...Error) *reply {
	r := Response{Errors: errs}
	status, ok := unread[errs[0].Extensions.Code]
	if !ok {
		status = c.manners(c.media).of(r)
	}
	return &reply{status: status, Response: r}
}

// send writes a reply, compressed if it is long and the client takes it.
func (c *call) send(out *reply) {
	header := c.w.Header()
	header.Set("Vary", "Accept, Authorization, Accept-Encoding")
	header.Set("Cache-Control", "no-store")
	if out.held != "" {
		header.Set("Cache-Control", "private, no-cache")
		header.Set("ETag", out.held)
		c.w.WriteHeader(http.StatusNotModified)
		return
	}
	defer out.release()
	parts, err := out.parts()
	if err != nil {
		parts, out = nil, &reply{status: http.StatusInternalServerError}
		c.Log.Error("response cannot be written", zap.Error(err))
	}
	size, coding := 0, ""
	for _, p := range parts {
		size += len(p)
	}
	if size > gzipAbove && acceptsGzip(c.r.Header.Values("Accept-Encoding")) {
		b := squeeze(parts)
		defer squeezed.Put(b)
		parts, size, coding = [][]byte{b.Bytes()}, b.Len(), "gzip"
		header.Set("Content-Encoding", coding)
	}
	if out.tag.hash != "" {
		header.Set("Cache-Control", "private, no-cache")
		header.Set("ETag", out.tag.in(coding))
	}
	header.Set("Content-Type", cmp.Or(c.media, oldMedia)+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(size))
	header.Set("X-Content-Type-Options", "nosniff")
	c.w.WriteHeader(out.status)
	for _, p := range parts {
		if _, err := (impatient{c.w}).Write(p); err != nil {
			c.Log.Debug("client left before its answer", zap.Error(err))
			return
		}
	}
}

var (
	squeezers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }}
	squeezed  = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// squeeze compresses parts as quickly as possible into a buffer of squeezed.
func squeeze(parts [][]byte) *bytes.Buffer {
	b := squeezed.Get().(*bytes.Buffer)
	b.Reset()
	w := squeezers.Get().(*gzip.Writer)
	defer squeezers.Put(w)
	w.Reset(b)
	for _, p := range parts {
		_, _ = w.Write(p) // a buffer takes everything
	}
	_ = w.Close()
	return b
}
