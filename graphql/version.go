package graphql

import (
	"context"
	"fmt"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
)

// fed are the root fields whose answers to a partner change only when its feed does.
var fed = []string{"apprentice", "apprentices", "changes", "digest"}

// version is what answers to the asker depend on: who they are and what they may ask for, the day, and how far the
// record has come; for a partner that asks for what is in its feed, how far the feed has.
func (s *Server) version(ctx context.Context, roots []string) (Version, error) {
	by, err := asker(ctx)
	if err != nil {
		return Version{}, err
	}
	at := s.Read.Position()
	v := Version{}
	if by.Role == domain.Partner {
		if err := s.Partners.Admit(ctx, by.Partner); err != nil {
			return Version{}, unlessRefused(err)
		}
		at = s.Read.Position()
		if !slices.ContainsFunc(roots, func(f string) bool { return !slices.Contains(fed, f) }) {
			v.Loose = slices.Contains(roots, "changes") || slices.Contains(roots, "digest")
			if at, err = s.Read.FeedPosition(ctx, by.Partner); err != nil {
				return Version{}, unlessRefused(err)
			}
		}
	}
	epoch, err := s.Read.Epoch(ctx)
	if err != nil {
		return Version{}, unlessRefused(err)
	}
	v.Of = fmt.Sprintf("%+v %s %s %s %d", by, client.Text(caller(ctx).Scopes), s.Desk.Today(), epoch, at)
	return v, nil
}

// unlessRefused is err unless it is a refusal, which the answer itself will tell.
func unlessRefused(err error) error {
	if domain.AsRefusal(err) != nil {
		return nil
	}
	return err
}
