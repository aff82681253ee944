package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// Who is erased consents to nothing any more: nobody else can take their consents back, and
// it is how the institutions learn that they must erase their copies.
var erasureEndsConsent = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	if _, erased := r.Event.(person.Erased); !erased {
		return false, nil
	}
	id, err := person.ID(r.Stream)
	if err != nil {
		return false, err
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	consents, err := p.Read.Consents(ctx, id)
	if err != nil {
		return false, err
	}
	for _, c := range consents {
		why := p.follows(r, "erasure-ends-consent")
		why.Key += "." + string(c.Party)
		if err := act(ctx, p, consent.Stream(id, c.Party), consent.Evolve, consent.Revoke{Request: why}); err != nil {
			return false, err
		}
	}
	return true, nil
}}
