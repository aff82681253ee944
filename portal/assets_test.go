package portal

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, path, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	assets.ServeHTTP(w, r)
	return w.Result()
}

func TestAnAssetIsServedForEverUnderANameOfItsContent(t *testing.T) {
	for _, file := range []string{"app.css", "app.js", "mark.svg"} {
		path, err := assetURL(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := read(static, "static/"+file)
		if err != nil {
			t.Fatal(err)
		}
		for _, encoding := range []string{"", "gzip", "br, gzip;q=0.8", "gzip;q=0"} {
			res := get(t, path, encoding)
			body := io.Reader(res.Body)
			if zipped := encoding == "gzip" || encoding == "br, gzip;q=0.8"; zipped != (res.Header.Get("Content-Encoding") == "gzip") {
				t.Errorf("%s for %q is encoded as %q", file, encoding, res.Header.Get("Content-Encoding"))
			} else if zipped {
				if body, err = gzip.NewReader(body); err != nil {
					t.Fatal(err)
				}
			}
			got, err := io.ReadAll(body)
			if err != nil || string(got) != string(want) {
				t.Errorf("%s for %q: %d bytes of %d, %v", file, encoding, len(got), len(want), err)
			}
			if res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || res.Header.Get("Content-Type") == "" || res.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s has %v", file, res.Header)
			}
		}
	}
}

func TestOtherContentHasAnotherName(t *testing.T) {
	name := func(content string) string {
		set, err := loadAssets(fstest.MapFS{"static/css/app.css": {}, "static/css/a.css": {Data: []byte(content)}})
		if err != nil {
			t.Fatal(err)
		}
		return set.urls["app.css"]
	}
	if first, again := name("a{}"), name("a{}"); first != again || first == name("b{}") {
		t.Error("a name does not follow from the content")
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/static/", "/static/app.css", "/static/../page.go", "/static/app.000000000000.css"} {
		if res := get(t, path, "gzip"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, res.StatusCode)
		}
	}
}

func TestAFileWithoutAKnownTypeIsReported(t *testing.T) {
	if _, err := loadAssets(fstest.MapFS{"static/a.exe": {}}); err == nil {
		t.Error("a.exe was taken")
	}
	if _, err := assetURL("missing.css"); err == nil {
		t.Error("missing.css has a path")
	}
}
