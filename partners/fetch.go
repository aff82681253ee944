package partners

import (
	"context"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/events"
)

// A fetches is what one node knows of what is on record today of how far institutions have read,
// so that reading on costs nothing.
type fetches struct {
	mu    sync.Mutex
	known map[domain.PartnerID]fetched
}

type fetched struct {
	read, all, exported domain.Date
}

// lacks reports whether something has to be put on record of a partner: not what is told to be
// known by knows.
func (f *fetches) lacks(of domain.PartnerID, knows func(fetched) bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !knows(f.known[of])
}

func (f *fetches) learn(of domain.PartnerID, what func(*fetched)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		f.known = map[domain.PartnerID]fetched{}
	}
	k := f.known[of]
	what(&k)
	f.known[of] = k
}

// noteRead puts on record that a partner read its feed, which it does a few times a day.
func (p *Partners) noteRead(ctx context.Context, of domain.PartnerID, through events.Position, all bool) error {
	today := p.today()
	if !p.fetches.lacks(of, func(f fetched) bool { return f.all == today || f.read == today && !all }) {
		return nil
	}
	if noted, err := p.note(ctx, of, fetch.Note{Request: p.itself(of), Partner: of, Through: int64(through), All: all}); !noted {
		return err
	}
	p.fetches.learn(of, func(f *fetched) {
		if f.read = today; all {
			f.all = today
		}
	})
	return nil
}

// noteExport puts on record that a partner took everything as files.
func (p *Partners) noteExport(ctx context.Context, of domain.PartnerID, through events.Position) error {
	today := p.today()
	if !p.fetches.lacks(of, func(f fetched) bool { return f.exported == today }) {
		return nil
	}
	if noted, err := p.note(ctx, of, fetch.Export{Request: p.itself(of), Partner: of, Through: int64(through)}); !noted {
		return err
	}
	p.fetches.learn(of, func(f *fetched) { f.exported = today })
	return nil
}

func (p *Partners) itself(of domain.PartnerID) domain.Request {
	return domain.Request{By: domain.Actor{Partner: of, Role: domain.Partner}, At: p.Now()}
}

// note reports whether it is on record. Where nothing can be recorded at this moment the answer
// does not hang on it: the next one notes it.
func (p *Partners) note(ctx context.Context, of domain.PartnerID, c events.Command[fetch.State, fetch.Event]) (bool, error) {
	_, err := events.Execute(ctx, p.Log, fetch.Stream(of), fetch.Evolve, c)
	if domain.AsRefusal(err) != nil {
		return false, nil
	}
	return err == nil, err
}
