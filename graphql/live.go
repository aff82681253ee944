package graphql

import (
	"cmp"
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

// liveRest is how often at most somebody's inbox or record is looked through.
const liveRest = time.Second

func (s *Server) subscription() binding {
	return streams(map[string]opener{
		"changes":    s.walk,
		"inbox":      s.kept(s.inbox),
		"apprentice": s.kept(s.apprentice),
	})
}

// walk goes through a partner's feed page by page and then on with what happens. It takes
// up where the subscriber left off, if that is known, rather than where it once began.
func (s *Server) walk(ctx context.Context, a args) (*stream, error) {
	by, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	if by.Role != domain.Partner {
		return nil, partnersOnly
	}
	if err := fieldNeeds["Subscription.changes"].check(ctx); err != nil {
		return nil, err
	}
	woken, stop := s.Read.Watch(partner.Stream(by.Partner), client.Stream(caller(ctx).Client))
	cursor := cmp.Or(leftOff(ctx), a.text("after"))
	told := false
	return &stream{
		look: func(ctx context.Context) (any, bool, error) {
			page, err := s.changesAfter(ctx, by, cursor, a)
			if err != nil || told && len(page.changes) == 0 {
				return nil, false, err
			}
			cursor, told = page.Cursor, true
			return page, true, nil
		},
		woken: func() <-chan struct{} { return woken },
		mark:  func() string { return cursor },
		stop:  stop,
	}, nil
}

// kept is a question whose answer is kept up to date, for people.
func (s *Server) kept(answer func(context.Context, domain.Actor, args) (any, error)) opener {
	return func(ctx context.Context, a args) (*stream, error) {
		by, err := asker(ctx)
		if err != nil {
			return nil, err
		}
		if by.Role == domain.Partner {
			return nil, peopleOnly
		}
		return &stream{
			look: func(ctx context.Context) (any, bool, error) {
				v, err := answer(ctx, by, a)
				return v, err == nil, err
			},
			woken: func() <-chan struct{} { _, moved := s.Read.Moved(); return moved },
			rest:  liveRest,
			state: true,
			stop:  func() {},
		}, nil
	}
}

type leftOffKey struct{}

// withLeftOff returns a context in which a subscriber has taken everything up to a mark.
func withLeftOff(ctx context.Context, mark string) context.Context {
	return context.WithValue(ctx, leftOffKey{}, mark)
}

func leftOff(ctx context.Context) string { m, _ := ctx.Value(leftOffKey{}).(string); return m }
