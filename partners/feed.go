package partners

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// MaxPage is the largest number of changes in one page.
const MaxPage = 1000

// A Page is one step of a walk through a partner's feed. Objects come in their newest
// state, in the order of the last change the partner may see.
type Page struct {
	Changes  []Change
	Cursor   string // where to go on; opaque
	UpToDate bool   // nothing newer was visible at Position
	Snapshot bool   // of a walk that started without a cursor
	Position events.Position
}

// A Change is the newest state of one object, and the cursor just after it.
type Change struct {
	projections.Change
	Cursor string
}

// A cursor is where a walk stands. It carries no rights: it only says what was seen.
type cursor struct {
	Position events.Position  `json:"p"` // of the last change seen
	Object   domain.Stream    `json:"o"` // and its object
	Partner  domain.PartnerID `json:"w"` // who walks
	Epoch    string           `json:"e"` // lineage of the log
	Filter   string           `json:"f"` // what the walk asked for
	AsOf     events.Position  `json:"a"` // the highest position any page of the walk was answered at
	Start    events.Position  `json:"s"` // where a snapshot walk began: removals before it were never seen
	Snapshot bool             `json:"n,omitempty"`
}

// everything sorts after every object at the same position.
const everything = domain.Stream("\U0010FFFF")

// Changes returns the next page after a cursor; an empty cursor starts a snapshot.
// Categories restrict the kinds of objects by stream category; a walk keeps its kinds.
// What may be shown no longer today, though the record does not say so yet, is removed.
//
// It is refused with CURSOR_INVALID, CURSOR_EPOCH (the log was replaced: start without a
// cursor), CURSOR_FILTER (the walk asked for other kinds) and READ_MODEL_BEHIND.
func (p *Partners) Changes(ctx context.Context, partner domain.PartnerID, after string, first int, categories []string) (Page, error) {
	if first < 1 || first > MaxPage {
		return Page{}, domain.Refuse(domain.Invalid, "BAD_PAGE_SIZE", "Ask for 1 to %d changes at a time.", MaxPage).About("first")
	}
	if err := p.Admit(ctx, partner); err != nil {
		return Page{}, err
	}
	filter := filterOf(categories)
	at := cursor{Partner: partner, Filter: filter, Start: math.MaxInt64, Snapshot: true}
	if after != "" {
		var err error
		if at, err = p.resume(ctx, partner, after, filter); err != nil {
			return Page{}, err
		}
	}
	rows, now, epoch, err := p.Read.Feed(ctx, projections.FeedQuery{
		Partner: partner, After: at.Position, AfterTo: at.Object, Forgotten: at.Start, Categories: categories, First: first + 1,
	})
	if err != nil {
		return Page{}, err
	}
	if after == "" {
		at.Start, at.Epoch = now, epoch
	}
	page := Page{Snapshot: at.Snapshot, Position: now, UpToDate: len(rows) <= first}
	at.AsOf = max(at.AsOf, now)
	for _, c := range rows[:min(first, len(rows))] {
		at.Position, at.Object = c.Position, c.Object
		if c.Removed == "" && c.Until.Before(p.today()) {
			c.Removed = projections.SharingEnded
		}
		page.Changes = append(page.Changes, Change{c, at.String()})
	}
	if page.UpToDate {
		at = cursor{Position: now, Object: everything, Partner: partner, Epoch: epoch, Filter: filter, AsOf: at.AsOf, Start: at.Start}
	}
	page.Cursor = at.String()
	return page, p.noteRead(ctx, partner, at.Position, page.UpToDate)
}

// resume reads a cursor and waits until this node has come as far as the one that gave it.
func (p *Partners) resume(ctx context.Context, partner domain.PartnerID, after, filter string) (cursor, error) {
	at, err := parse(after)
	if err != nil {
		return at, err
	}
	if at.Partner != partner {
		return at, domain.Refuse(domain.Invalid, "CURSOR_INVALID", "This cursor was given to another institution. Start without a cursor.").About("after")
	}
	if at.Filter != filter {
		return at, domain.Refuse(domain.Invalid, "CURSOR_FILTER", "This cursor belongs to a walk over other types. Ask for the same types, or start without a cursor.").About("after")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.Read.Wait(ctx, 1); err != nil {
		return at, err
	}
	epoch, err := p.Read.Epoch(ctx)
	if err != nil {
		return at, err
	}
	if at.Epoch != epoch {
		return at, domain.Refuse(domain.Conflict, "CURSOR_EPOCH", "The record was restored since this cursor was given. Start again without a cursor.").About("after")
	}
	return at, p.Read.Wait(ctx, at.AsOf)
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parse(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	bad := domain.Refuse(domain.Invalid, "CURSOR_INVALID", "This is not a cursor of the feed. Pass the one the last page gave, unchanged.").About("after")
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(s) > 1000 {
		return c, bad
	}
	if err := json.Unmarshal(text, &c); err != nil || c.Epoch == "" || max(c.Position, c.AsOf, c.Start) > math.MaxInt64 {
		return c, bad
	}
	return c, nil
}

func filterOf(categories []string) string {
	if len(categories) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(categories))
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(sorted), " ")))
	return hex.EncodeToString(sum[:4])
}
