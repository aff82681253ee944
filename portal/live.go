package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

const (
	liveEvery = time.Second      // at most one event in this time
	liveFor   = 15 * time.Minute // a browser then comes again, and its session is looked at anew
)

// livePath is the event stream of a page about a learner.
func livePath(about domain.ApprenticeshipID) string { return "/live?about=" + string(about) }

// live says "change" whenever something else waits for the viewer, something was said to them, or
// something was done about the learner the page is about. It tells no more than that, and it does not keep
// the session from ending.
func (s *site) live(w http.ResponseWriter, r *http.Request) {
	v := s.visit(w, r)
	if err := v.listen(); err != nil {
		v.fail(err)
		return
	}
	if v.who.ID == "" {
		w.WriteHeader(http.StatusNoContent) // so that the browser does not come again
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx(), liveFor)
	defer cancel()
	_, moved := s.Desk.Read.Moved()
	seen, err := v.traces(ctx)
	if err != nil {
		v.fail(err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	// A browser whose connection was lost says what it saw last, and catches up.
	opening := "id: " + seen + "\n\n"
	if last := r.Header.Get("Last-Event-ID"); last != "" && last != seen {
		opening = changed(seen)
	}
	if v.tell(opening) != nil {
		return
	}
	for s.rest(ctx, moved) {
		_, moved = s.Desk.Read.Moved()
		v = s.visit(w, r)
		if err := v.listen(); err != nil {
			s.Log.Error("event stream failed", zap.Error(err))
			return
		}
		if v.who.ID == "" {
			return // the session has ended
		}
		now, err := v.traces(ctx)
		if err != nil {
			s.Log.Error("event stream failed", zap.String("actor", v.actor().Name()), zap.Error(err))
			return
		}
		if now != seen && v.tell(changed(now)) != nil {
			return
		}
		seen = now
	}
}

// changed is the event that says so. Its id stands for what the browser will have seen then.
func changed(seen string) string { return "event: change\nid: " + seen + "\ndata: 1\n\n" }

// listen recognises the person without counting as something they did.
func (v *visit) listen() error {
	cookie, err := v.r.Cookie(v.sessions.Cookie.Name)
	if err != nil {
		return nil
	}
	ctx, err := v.sessions.Load(v.ctx(), cookie.Value)
	if err != nil {
		return err
	}
	v.r = v.r.WithContext(ctx)
	return v.enter()
}

// traces stands for what waits for the viewer, what was said to them and what was done about the learner.
func (v *visit) traces(ctx context.Context) (string, error) {
	h := sha256.New()
	waiting, err := v.Desk.Read.Inbox(ctx, v.who.ID, v.who.Capacity, v.Desk.Today())
	if err != nil {
		return "", err
	}
	for _, i := range waiting {
		fmt.Fprintln(h, i.Subject, i.Since.UnixMicro())
	}
	said, err := v.Desk.Read.Heard(ctx, v.who.ID, time.Time{}, 1)
	if err != nil {
		return "", err
	}
	for _, c := range said {
		fmt.Fprintln(h, c.Learner, c.At.UnixMicro())
	}
	if about := domain.ApprenticeshipID(v.r.URL.Query().Get("about")); about != "" {
		if _, err := v.Desk.Learner(ctx, v.actor(), about); err != nil {
			return "", err
		}
		done, err := v.Desk.Read.Activity(ctx, about, 1)
		if err != nil {
			return "", err
		}
		for _, a := range done {
			fmt.Fprintln(h, a.Subject, a.Event, a.At.UnixMicro())
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tell sends at once. The server's limit for the time of an answer does not hold for a stream.
func (v *visit) tell(text string) error {
	out := http.NewResponseController(v.w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	if _, err := fmt.Fprint(v.w, text); err != nil {
		return err
	}
	return out.Flush()
}

// rest returns true when the read model has moved and a while has passed, false at the end.
func (s *site) rest(ctx context.Context, moved <-chan struct{}) bool {
	pause := make(chan struct{})
	defer time.AfterFunc(liveEvery, func() { close(pause) }).Stop()
	for _, c := range []<-chan struct{}{moved, pause} {
		select {
		case <-c:
		case <-s.Closing:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}
