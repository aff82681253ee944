package projections

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/placement"
)

// A Progress is how far one learner came: what they have to show, the roles they held and the
// moves they asked for. It is shared: nobody changes it.
type Progress struct {
	Merits
	Stages []StageEntry
	Moves  []Transition
}

// Progress returns that of a learner.
func (db *DB) Progress(ctx context.Context, id domain.ApprenticeshipID) (Progress, error) {
	return db.recalled.progress.ask(id, func() (p Progress, err error) {
		merits, err := db.Merits(ctx, id)
		if err != nil {
			return p, err
		}
		p.Merits = merits[id]
		if p.Stages, err = db.Stages(ctx, id); err != nil {
			return p, err
		}
		moves, err := db.Transitions(ctx, id)
		p.Moves = moves[id]
		return p, err
	})
}

// weeksBack is how many weeks with hours Circumstances go back.
const weeksBack = 26

// Circumstances are what else the rows tell of one learner that may hold them up or help them. They
// are shared: nobody changes them.
type Circumstances struct {
	Weeks        []Week // with hours, of the last half year of them, newest first
	Waived       []Waiver
	Consents     []Consent
	Filings      []Filing // that are open
	Site         placement.Site
	Certificates []Credential
	Seats        []Seat
}

// Circumstances returns those of a learner.
func (db *DB) Circumstances(ctx context.Context, id domain.ApprenticeshipID) (Circumstances, error) {
	return db.recalled.circumstances.ask(id, func() (c Circumstances, err error) {
		of, err := db.someKnown(ctx, id)
		if err != nil || len(of) == 0 {
			return c, err
		}
		l := of[0]
		if c.Weeks, err = db.Weeks(ctx, id, domain.Week{}, weeksBack); err != nil {
			return c, err
		}
		if c.Waived, err = db.waivers(ctx, `learner = ?`, id); err != nil {
			return c, err
		}
		if c.Consents, err = db.Consents(ctx, l.Person); err != nil {
			return c, err
		}
		if c.Filings, err = db.Filings(ctx, FilingQuery{Learners: []domain.ApprenticeshipID{id}, Open: true}); err != nil {
			return c, err
		}
		board, err := db.Board(ctx, l.Program, l.Site)
		if err != nil {
			return c, err
		}
		c.Site = board.Site
		if c.Certificates, err = db.CredentialsOf(ctx, l.Person); err != nil {
			return c, err
		}
		c.Seats, err = db.SeatsOf(ctx, l.Person)
		return c, err
	})
}
