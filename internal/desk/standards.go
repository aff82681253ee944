package desk

import (
	"context"
	"io"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Proposal is a standard of a file beside the edition in force.
type Proposal struct {
	standard.Found
	Present projections.Standard // the edition in force; of version 0 if there is none
	Changes []standard.Change    // against it
}

// ProposeStandards tells what a file of standards would change. Its error is domain.Problems
// when something in the file is wrong.
func (d *Desk) ProposeStandards(ctx context.Context, by domain.Actor, in io.Reader) (out []Proposal, err error) {
	if by.Role != domain.Coordinator {
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a programme coordinator publishes an occupation standard. Ask one to do it.")
	}
	found, err := standard.Read(in)
	if err != nil {
		return nil, err
	}
	for _, f := range found.Standards {
		p := Proposal{Found: f}
		if p.Present, _, err = d.Read.LatestStandard(ctx, f.Definition.ID); err != nil {
			return nil, err
		}
		p.Changes = standard.Compare(p.Present.Definition, f.Definition)
		if _, err := (standard.Publish{Request: domain.Request{By: by}, Definition: f.Definition}).Decide(standard.State{}); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// PublishStandards makes the standards of a file the editions in force, all of them or none.
func (d *Desk) PublishStandards(ctx context.Context, a Ask, in io.Reader) (events.Position, error) {
	found, err := standard.Read(in)
	if err != nil {
		return 0, err
	}
	r := d.request(a)
	p, err := events.Retry(ctx, func() (events.Position, error) {
		var appends []events.Append
		for _, f := range found.Standards {
			stream := standard.Stream(f.Definition.ID)
			state, revision, err := events.Load(ctx, d.Log, stream, standard.Evolve)
			if err != nil {
				return 0, err
			}
			facts, err := standard.Publish{Request: r, Definition: f.Definition}.Decide(state)
			if err != nil {
				return 0, err
			}
			next := events.Append{Stream: stream, Expected: revision}
			for _, e := range facts {
				next.Events = append(next.Events, e)
			}
			if len(facts) > 0 {
				appends = append(appends, next)
			}
		}
		if len(appends) == 0 {
			return 0, nil
		}
		return d.Log.Append(ctx, events.Commit{Request: r, Appends: appends})
	})
	return d.shown(ctx, p, err)
}
