package mirror

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/guildhall-dev/guildhall/graphql"
)

// silence is after which a stream, which beats every 15 s, is taken for dead.
const silence = 45 * time.Second

// listen yields the pages of graphql.FollowOperation as they are told, until the stream ends
// or with an error.
func (s *server) listen(ctx context.Context, vars map[string]any) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var resp *http.Response
		err := s.patiently(ctx, func() (err error) {
			resp, err = s.post(ctx, graphql.FollowOperation, vars, "text/event-stream")
			return err
		})
		if err != nil {
			yield(page{}, err)
			return
		}
		defer resp.Body.Close()
		alive := time.AfterFunc(silence, cancel)
		defer alive.Stop()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, maxAnswer)
		for lines.Scan() {
			alive.Reset(silence)
			data, is := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
			if data = bytes.TrimSpace(data); !is || len(data) == 0 {
				continue
			}
			var told struct{ Changes page }
			err = s.read(data, &told)
			if !yield(told.Changes, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(page{}, &delay{why: fmt.Errorf("the stream broke off: %w", err)})
		}
	}
}
