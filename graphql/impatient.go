package graphql

import (
	"errors"
	"net/http"
	"time"
)

// An impatient writer gives up on a client that takes nothing of an answer for a while.
type impatient struct{ http.ResponseWriter }

const atOnce = 64 << 10 // bytes that are to be taken in that time

func (w impatient) Write(b []byte) (n int, err error) {
	control := http.NewResponseController(w.ResponseWriter)
	for n < len(b) && err == nil {
		if err := control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		var taken int
		taken, err = w.ResponseWriter.Write(b[n:min(n+atOnce, len(b))])
		n += taken
	}
	return n, err
}

func (w impatient) Unwrap() http.ResponseWriter { return w.ResponseWriter }
