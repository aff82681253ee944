package mirror

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A server that takes a question and does not begin to answer is asked again: of a stream too,
// which has no end by which it would be missed.
func TestAServerThatIsSilentIsNotWaitedForForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{Mirror: &Mirror{Now: time.Now}, http: unfollowed()}
		s.http.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go io.Copy(io.Discard, theirs)
			return ours, nil
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://guildhall.example/graphql", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := s.send(req); again(err) == nil || time.Since(began) != answerWithin {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}
