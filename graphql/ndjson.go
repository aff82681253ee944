package graphql

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// linesAtOnce is how many changes are held at a time.
const linesAtOnce = 200

// lines serves the partner's feed from a cursor on: a change on every line, with what the
// field changes tells of it, and on the last line where to go on. Of first, so many lines
// are sent; without it, all until nothing is newer.
func (f *files) lines(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
	ctx, asked := r.Context(), r.URL.Query()
	left := -1
	if asked.Has("first") {
		n, err := strconv.ParseUint(asked.Get("first"), 10, 31)
		if err != nil || n == 0 {
			return domain.Refuse(domain.Invalid, "BAD_PAGE_SIZE", "%q is not a number of lines. Ask for 1 or more.", clip(asked.Get("first"))).About("first")
		}
		left = int(n)
	}
	after, begun := asked.Get("after"), false
	for {
		size := linesAtOnce
		if left >= 0 {
			size = min(size, left)
		}
		var page struct {
			Changes struct {
				Changes  []json.RawMessage `json:"changes"`
				Cursor   string            `json:"cursor"`
				UpToDate bool              `json:"upToDate"`
				Snapshot bool              `json:"snapshot"`
				Position string            `json:"position"`
			}
		}
		vars := map[string]any{"first": json.Number(strconv.Itoa(size))}
		if after != "" {
			vars["after"] = after
		}
		if types := asked["types"]; len(types) > 0 {
			vars["types"] = each(types, func(s string) any { return s })
		}
		if err := f.ask(ctx, "changes", vars, &page); err != nil {
			if !begun {
				return err
			}
			f.cut(w, after, err)
			return nil
		}
		if !begun {
			w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
			w.Header().Set("Vary", "Authorization")
			begun = true
		}
		p := page.Changes
		var out bytes.Buffer
		for _, line := range p.Changes {
			out.Write(line)
			out.WriteByte('\n')
		}
		if left > 0 {
			left -= len(p.Changes)
		}
		after = p.Cursor
		last := p.UpToDate || left == 0
		if last {
			p.Changes = nil
			if err := json.NewEncoder(&out).Encode(struct {
				Typename string `json:"__typename"`
				Cursor   string `json:"cursor"`
				UpToDate bool   `json:"upToDate"`
				Snapshot bool   `json:"snapshot"`
				Position string `json:"position"`
			}{"ChangePage", p.Cursor, p.UpToDate, p.Snapshot, p.Position}); err != nil {
				return err
			}
		}
		if _, err := w.Write(out.Bytes()); err != nil {
			f.Log.Debug("client left before its answer", zap.Error(err))
			return nil
		}
		if last {
			return nil
		}
		if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil
		}
	}
}

// cut ends lines that were begun with why, and with the cursor of what was sent so far.
func (f *files) cut(w http.ResponseWriter, cursor string, err error) {
	text, bad := json.Marshal(map[string]any{"__typename": "Error", "cursor": cursor, "error": f.engine.failure(err, nil)})
	if bad == nil {
		_, bad = w.Write(append(text, '\n'))
	}
	if bad != nil {
		f.Log.Debug("client left before its answer", zap.Error(bad))
	}
}
