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

// weeksBack is how many weeks with hours Beside goes back.
const weeksBack = 26

// A Beside is what else the rows tell of one learner that may hold them up or help them. It is
// shared: nobody changes it.
type Beside struct {
	Weeks        []Week // with hours, of the last half year of them, newest first
	Waived       []Waiver
	Consents     []Consent
	Filings      []Filing // that are open
	Pay          Pay
	Site         placement.Site
	Certificates []Credential
	Seats        []Seat
}

// Beside returns that of a learner.
func (db *DB) Beside(ctx context.Context, id domain.ApprenticeshipID) (Beside, error) {
	return db.recalled.beside.ask(id, func() (b Beside, err error) {
		of, err := db.someKnown(ctx, id)
		if err != nil || len(of) == 0 {
			return b, err
		}
		l := of[0]
		if b.Weeks, err = db.Weeks(ctx, id, domain.Week{}, weeksBack); err != nil {
			return b, err
		}
		if b.Waived, err = db.waivers(ctx, `learner = ?`, id); err != nil {
			return b, err
		}
		if b.Consents, err = db.Consents(ctx, l.Person); err != nil {
			return b, err
		}
		if b.Filings, err = db.Filings(ctx, FilingQuery{Learners: []domain.ApprenticeshipID{id}, Open: true}); err != nil {
			return b, err
		}
		pay, err := db.Pay(ctx, id)
		if err != nil {
			return b, err
		}
		board, err := db.Board(ctx, l.Program, l.Site)
		if err != nil {
			return b, err
		}
		b.Pay, b.Site = pay[id], board.Site
		if b.Certificates, err = db.CredentialsOf(ctx, l.Person); err != nil {
			return b, err
		}
		b.Seats, err = db.SeatsOf(ctx, l.Person)
		return b, err
	})
}
