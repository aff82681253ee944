package graphql

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestWhoTakesNothingIsGivenUp leaves an answer where it is, and takes another one slowly.
func TestWhoTakesNothingIsGivenUp(t *testing.T) {
	before := writeWithin
	writeWithin = time.Second
	defer func() { writeWithin = before }()
	ended := make(chan error, 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, err := impatient{w}.Write(make([]byte, 64<<20))
		ended <- err
	}))
	defer web.Close()
	left, err := http.Get(web.URL)
	check(t, err)
	defer left.Body.Close()
	if err := <-ended; err == nil {
		t.Error("who takes nothing is sent everything")
	}
	slow, err := http.Get(web.URL)
	check(t, err)
	defer slow.Body.Close()
	for range 8 {
		if _, err := io.CopyN(io.Discard, slow.Body, 8<<20); err != nil {
			t.Fatal(err)
		}
		time.Sleep(writeWithin / 7)
	}
	if err := <-ended; err != nil {
		t.Errorf("who takes it slowly: %v", err)
	}
}
