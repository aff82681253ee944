package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed static/* static/css/*
var static embed.FS

var assets = func() assetSet {
	set, err := loadAssets(static)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return set
}()

// An assetSet holds files under paths that name their content, so a browser may keep them for ever.
type assetSet struct {
	urls  map[string]string // file name to path
	files map[string]asset  // path to file
}

type asset struct {
	mime           string
	plain, gzipped []byte
}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func loadAssets(fsys fs.FS) (assetSet, error) {
	set := assetSet{urls: map[string]string{}, files: map[string]asset{}}
	names, err := fs.Glob(fsys, "static/*.*")
	if err != nil {
		return set, err
	}
	for _, name := range append(names, styles) {
		ext := path.Ext(name)
		mime, ok := assetTypes[ext]
		if !ok {
			return set, fmt.Errorf("portal: no content type for %s", name)
		}
		plain, err := read(fsys, name)
		if err != nil {
			return set, err
		}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return set, err
		}
		if _, err := z.Write(plain); err != nil {
			return set, err
		}
		if err := z.Close(); err != nil {
			return set, err
		}
		sum := sha256.Sum256(plain)
		file := path.Base(name)
		url := "/static/" + strings.TrimSuffix(file, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		set.urls[file] = url
		set.files[url] = asset{mime, plain, b.Bytes()}
	}
	return set, nil
}

// styles is the one style sheet that browsers get. It is made of the files in static/css: the one
// of the same name, and then one for each part of the portal, which may change what that says.
const styles = "static/app.css"

func read(fsys fs.FS, name string) ([]byte, error) {
	if name != styles {
		return fs.ReadFile(fsys, name)
	}
	parts, err := fs.Glob(fsys, "static/css/*.css")
	if err != nil {
		return nil, err
	}
	const first = "static/css/app.css"
	var all []byte
	for _, part := range append([]string{first}, slices.DeleteFunc(parts, func(p string) bool { return p == first })...) {
		text, err := fs.ReadFile(fsys, part)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

// assetURL is the path of a file in the static folder. A template that names no file does not render.
func assetURL(file string) (string, error) {
	if url, ok := assets.urls[file]; ok {
		return url, nil
	}
	return "", fmt.Errorf("portal: no file static/%s", file)
}

// ServeHTTP answers GET and HEAD below /static/.
func (s assetSet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.gzipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.TrimSpace(name) == "gzip" {
			return !strings.HasPrefix(strings.ReplaceAll(weight, " ", ""), "q=0") || strings.ContainsAny(weight, "123456789")
		}
	}
	return false
}
