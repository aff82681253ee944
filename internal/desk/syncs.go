package desk

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Sync is how it stands with what an institution reads here and sends. All of it is on record: every
// node tells the same.
type Sync struct {
	projections.Partner
	projections.Fetched
	UsedOn    domain.Date        // the last day on which a system of theirs logged in
	Systems   int                // that are open
	EndingOn  domain.Date        // the earliest last day of a key that soon ends with none to take its place; zero if there is none
	Locked    int                // open systems without a key that works
	ArrivedOn domain.Date        // the last day on which a notice of news arrived
	Failing   int                // webhooks whose newest notice does not arrive
	Lost      int                // notices that were given up and did not arrive since
	List      projections.Upload // the last list of students; zero if there was none
	Unmatched int                // students who wait
	Sent      int                // items that were sent together in the last month
	Rejected  int                // of them, that were refused
}

// Days after which an institution with systems that has not read what changed is told to be behind, and
// of what it sent together that are told of.
const (
	behindAfter = 7
	sentWithin  = 30
)

// Since is the last day on which a system of the institution read or sent anything; zero is never.
func (s Sync) Since() (last domain.Date) {
	last = later(s.UsedOn, s.ArrivedOn)
	for _, at := range []time.Time{s.ReadAt, s.ExportedAt, s.List.At} {
		if !at.IsZero() {
			last = later(last, domain.DateOf(at))
		}
	}
	return last
}

// Late reports whether an institution that has systems did not read what changed for a week, or is
// not reached by notices. Who takes no part is not late.
func (s Sync) Late(today domain.Date) bool {
	if s.Suspended || s.Systems == 0 {
		return s.Lost+s.Failing > 0 && !s.Suspended
	}
	read := s.Since().IsZero() || today.DaysSince(s.Since()) > behindAfter
	return s.Locked == s.Systems || s.Lost+s.Failing > 0 || s.Behind > 0 && read
}

// Syncs tell how it stands with institutions, by id: for coordinators and auditors with all of them
// or one, for an institution with its own.
func (d *Desk) Syncs(ctx context.Context, by domain.Actor, of domain.PartnerID) ([]Sync, error) {
	switch {
	case by.Role == domain.Coordinator, by.Role == domain.Auditor:
	case by.Role == domain.Partner && by.Partner != "":
		of = by.Partner
	default:
		return nil, nil
	}
	all, err := d.Read.Partners(ctx)
	if err != nil {
		return nil, err
	}
	fetched, err := d.Read.Fetched(ctx)
	if err != nil {
		return nil, err
	}
	out, at := []Sync{}, map[domain.PartnerID]int{}
	for _, p := range all {
		if of == "" || of == p.ID {
			at[p.ID] = len(out)
			out = append(out, Sync{Partner: p, Fetched: fetched[p.ID]})
		}
	}
	for _, fill := range []func(context.Context, domain.PartnerID, func(domain.PartnerID) *Sync) error{d.syncSystems, d.syncWebhooks, d.syncLists, d.syncSent} {
		if err := fill(ctx, of, func(p domain.PartnerID) *Sync {
			if i, asked := at[p]; asked {
				return &out[i]
			}
			return &Sync{}
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d *Desk) syncSystems(ctx context.Context, of domain.PartnerID, to func(domain.PartnerID) *Sync) error {
	clients, err := d.Read.Clients(ctx, of)
	today := d.Today()
	for _, c := range clients {
		if c.Closed {
			continue
		}
		s := to(c.Partner)
		s.Systems++
		works, lasts, soon := false, false, domain.Date{}
		for _, k := range c.Keys {
			if k.UsedOn.After(s.UsedOn) {
				s.UsedOn = k.UsedOn
			}
			switch {
			case k.EndsSoon(today):
				works, soon = true, later(soon, k.Until)
			case k.Works(today):
				works, lasts = true, true
			}
		}
		if !works {
			s.Locked++
		}
		if !lasts && !soon.IsZero() && (s.EndingOn.IsZero() || soon.Before(s.EndingOn)) {
			s.EndingOn = soon
		}
	}
	return err
}

func (d *Desk) syncWebhooks(ctx context.Context, of domain.PartnerID, to func(domain.PartnerID) *Sync) error {
	webhooks, err := d.Read.Webhooks(ctx, of)
	for _, w := range webhooks {
		s := to(w.Partner)
		s.ArrivedOn = later(s.ArrivedOn, w.DeliveredOn)
		if w.Failing > 0 || w.State == projections.WebhookGone {
			s.Failing++
		}
		for _, l := range w.Letters {
			if l.SettledAt.IsZero() {
				s.Lost++
			}
		}
	}
	return err
}

func (d *Desk) syncLists(ctx context.Context, of domain.PartnerID, to func(domain.PartnerID) *Sync) error {
	const far = 1000
	uploads, err := d.Read.Uploads(ctx, 0, far)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		if s := to(u.Partner); u.Kind == upload.Roster && s.List.At.IsZero() {
			s.List = u
		}
	}
	waiting, err := d.Read.Unmatched(ctx, of, far)
	for _, w := range waiting {
		to(w.Partner).Unmatched++
	}
	return err
}

func (d *Desk) syncSent(ctx context.Context, of domain.PartnerID, to func(domain.PartnerID) *Sync) error {
	const most = 10_000
	sent, err := d.Read.Submitted(ctx, of, d.Now().AddDate(0, 0, -sentWithin), most)
	for _, x := range sent {
		s := to(x.Partner)
		s.Sent, s.Rejected = s.Sent+x.Items, s.Rejected+x.Refused
	}
	return err
}
