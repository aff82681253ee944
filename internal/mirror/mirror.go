// Package mirror keeps a copy of what an institution is shown, on the institution's own side.
//
// A copy is a SQLite file. It is filled by walking the feed of a Guildhall: a page is written
// in one transaction with the cursor after it, so that a copy that is killed goes on where it
// was. A walk from the beginning is gathered beside the copy and takes its place once it is
// whole. As a directory, a copy writes the tables out as CSV besides.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/graphql"
)

// A Mirror is how a copy is kept.
type Mirror struct {
	URL      string        // of the Guildhall, such as https://guildhall.example
	Client   string        // the name of the system that asks
	Proof    Proof         // by which it is recognised
	To       string        // a directory, or a SQLite file
	Page     int           // changes that are asked for at a time
	Check    bool          // compare the copy with what the server says of it, once it is up to date
	Patience time.Duration // with a server that does not answer; 0 is for ever
	Now      func() time.Time

	Told func(objects int) // after every page: objects that were taken over so far
	Say  func(string)      // what keeps the copy waiting, in a sentence

	server *server
	store  *store
	asked  int // changes at a time, fewer where they are too much for an answer
	taken  int
}

// MaxPage is the largest number of changes that can be asked for at a time.
const MaxPage = 1000

// A State is what a copy holds.
type State struct {
	Institution string         `json:"institution"` // its id
	Name        string         `json:"name"`
	Position    string         `json:"position"` // of the record that the copy has come to
	Rows        map[string]int `json:"rows"`     // by table
	Taken       int            `json:"taken"`    // objects that came or went this time
}

// A page is one of the feed, as graphql.CopyOperation asks for it.
type page struct {
	Changes []struct {
		Typename  string         `json:"__typename"`
		Position  string         `json:"position"`
		Node      map[string]any `json:"node"`
		ID        string         `json:"id"`
		Of        string         `json:"typename"`
		Reason    string         `json:"reason"`
		MustErase bool           `json:"mustErase"`
	} `json:"changes"`
	Cursor   string `json:"cursor"`
	UpToDate bool   `json:"upToDate"`
	Position string `json:"position"`
}

// Sync brings the copy up to date, and then, if follow is set, keeps it so until ctx ends.
// It is refused with MIRROR_IN_USE, NOT_A_MIRROR, OTHER_MIRROR, LOGIN_REFUSED, NOT_PRIVATE,
// SERVER_AWAY once Patience is over, NOT_ALIKE after a check, and with what the server refuses.
func (m *Mirror) Sync(ctx context.Context, follow bool) (out State, err error) {
	if m.server, err = newServer(m); err != nil {
		return out, err
	}
	tables, err := graphql.Tables()
	if err != nil {
		return out, err
	}
	if m.store, err = openStore(m.To, tables); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, m.store.close()) }()
	m.asked = m.Page
	if err := m.walk(ctx); err != nil {
		return out, err
	}
	if m.Check {
		if err := m.check(ctx); err != nil {
			return out, err
		}
	}
	for follow {
		if err := m.follow(ctx); err != nil {
			if ctx.Err() != nil {
				break
			}
			return out, err
		}
	}
	out, err = m.store.told()
	out.Taken = m.taken
	return out, err
}

// walk takes pages until nothing is newer.
func (m *Mirror) walk(ctx context.Context) error {
	over := false // begin anew, once it is known that the copy is this institution's
	for {
		vars := m.variables()
		if over {
			delete(vars, "after")
		}
		var answer struct {
			Viewer struct {
				Organization struct{ ID, Name string }
			}
			Changes page
		}
		err := m.server.ask(ctx, graphql.CopyOperation, vars, &answer)
		switch r := domain.AsRefusal(err); {
		case r != nil && startsOver[r.Code] && vars["after"] != nil:
			m.Say(r.Reason + " The copy is made anew; what it holds stays until that is done.")
			over = true
			continue
		case r != nil && tooMuch[r.Code] && m.asked > 1:
			m.asked /= 2
			continue
		case err != nil:
			return err
		}
		if err := m.store.belongsTo(answer.Viewer.Organization.ID, answer.Viewer.Organization.Name); err != nil {
			return err
		}
		if over {
			if err := m.store.startOver(); err != nil {
				return err
			}
			over = false
		}
		if err := m.take(answer.Changes); err != nil || answer.Changes.UpToDate {
			return err
		}
	}
}

// startsOver are the codes of cursors that lead nowhere any more, tooMuch those of answers
// that would be too large or take too long.
var (
	startsOver = map[string]bool{"CURSOR_EPOCH": true, "CURSOR_INVALID": true, "CURSOR_FILTER": true}
	tooMuch    = map[string]bool{graphql.CodeResponseSize: true, graphql.CodeTooExpensive: true, graphql.CodeDeadline: true}
)

func (m *Mirror) variables() map[string]any {
	v := map[string]any{"first": m.asked}
	if c := m.store.cursor(); c != "" {
		v["after"] = c
	}
	return v
}

func (m *Mirror) take(p page) error {
	if err := m.store.take(p); err != nil {
		return fmt.Errorf("the copy in %s cannot be written: %w", m.To, err)
	}
	m.taken += len(p.Changes)
	m.Told(m.taken)
	if !p.UpToDate {
		return nil
	}
	return m.store.publish()
}

// follow is told of changes until the stream ends, and walks on if it missed some.
func (m *Mirror) follow(ctx context.Context) error {
	for p, err := range m.server.listen(ctx, m.variables()) {
		switch code := codeOf(err); {
		case err == nil:
			if err := m.take(p); err != nil {
				return err
			}
		case again(err) != nil, startsOver[code], tooMuch[code]:
			m.Say(fmt.Sprintf("The stream of changes ended: %v", err))
		default:
			return err
		}
	}
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	return m.walk(ctx)
}

func codeOf(err error) string {
	if r := domain.AsRefusal(err); r != nil {
		return r.Code
	}
	return ""
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
