package graphql

import (
	"embed"
	"net/http"
	"strings"
)

//go:embed explorer
var explorerFiles embed.FS

// explorerPolicy lets the page load and ask what this server has, and nothing else.
const explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// explore serves a page on which questions are tried, below /explorer. It tells nothing by
// itself: whoever is at it asks at /graphql with a token of theirs.
func explore() http.Handler {
	files := http.FileServerFS(explorerFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", explorerPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		if r.URL.Path == "/explorer" {
			http.ServeFileFS(w, r, explorerFiles, "explorer/index.html")
			return
		}
		files.ServeHTTP(w, r)
	})
}

// looksAround reports whether somebody opened the endpoint in a browser.
func looksAround(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.RawQuery == "" && r.Header.Get("Authorization") == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}
