package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// RegisterProgram records that an agency registered a programme.
func (d *Desk) RegisterProgram(ctx context.Context, a Ask, id domain.ProgramID, p program.Registered) (events.Position, error) {
	p.Title, p.Sponsor, p.Agency, p.Number = domain.Written(p.Title), domain.Written(p.Sponsor), domain.Written(p.Agency), domain.Written(p.Number)
	return d.keepProgram(ctx, a, id, program.Register{Request: d.request(a), Registered: p})
}

// AmendProgram changes what a programme has agreed with its agency, from a day on.
func (d *Desk) AmendProgram(ctx context.Context, a Ask, id domain.ProgramID, s program.Settings, from domain.Date) (events.Position, error) {
	return d.keepProgram(ctx, a, id, program.Amend{Request: d.request(a), Settings: s, From: from})
}

// AddSite records that apprentices of a programme learn at a site, and in which ratio.
func (d *Desk) AddSite(ctx context.Context, a Ask, id domain.ProgramID, site domain.SiteID, ratio string, from domain.Date) (events.Position, error) {
	return d.keepProgram(ctx, a, id, program.AddSite{Request: d.request(a), Site: site, Ratio: ratio, From: from})
}

// JoinEmployer records that an employer accepted a programme's standards.
func (d *Desk) JoinEmployer(ctx context.Context, a Ask, id domain.ProgramID, employer, acceptance string) (events.Position, error) {
	return d.keepProgram(ctx, a, id, program.JoinEmployer{Request: d.request(a), Employer: domain.Written(employer), Acceptance: domain.Written(acceptance)})
}

// Deregister ends a programme.
func (d *Desk) Deregister(ctx context.Context, a Ask, id domain.ProgramID, reason string) (events.Position, error) {
	return d.keepProgram(ctx, a, id, program.Deregister{Request: d.request(a), Reason: domain.Written(reason)})
}

func (d *Desk) keepProgram(ctx context.Context, a Ask, id domain.ProgramID, c events.Command[program.State, program.Event]) (events.Position, error) {
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id).About("programId")
	}
	return execute(ctx, d, program.Stream(id), program.Evolve, c)
}

// Programs are the programmes that somebody may see: coordinators, human resources,
// auditors and executives all of them.
func (d *Desk) Programs(ctx context.Context, by domain.Actor) ([]projections.Program, error) {
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor, domain.Executive:
		return d.Read.Programs(ctx)
	}
	return nil, nil
}

// Shares are how many apprenticeships of the programmes that somebody may see stand in which way.
func (d *Desk) Shares(ctx context.Context, by domain.Actor) ([]projections.Share, error) {
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor, domain.Executive:
		return d.Read.Shares(ctx)
	}
	return nil, nil
}

// Boards are the sites of which somebody may see who learns under whom: coordinators, human
// resources and auditors all of them, mentors and managers those at which they teach.
func (d *Desk) Boards(ctx context.Context, by domain.Actor) ([]projections.Board, error) {
	var own bool
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor:
	case domain.Mentor, domain.Manager:
		own = true
	default:
		return nil, nil
	}
	all, err := d.Read.Boards(ctx)
	var out []projections.Board
	for _, b := range all {
		if !own || b.Teaches(by.Person) {
			out = append(out, b)
		}
	}
	return out, err
}
