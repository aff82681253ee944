package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A batch applies records within one transaction and moves the checkpoint in it.
type batch struct {
	ctx     context.Context
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // prepared once, used for every record
	records int                  // in the open transaction
	last    events.Recorded      // the last of them
	erased  []domain.PersonID    // by them
}

func newBatch(ctx context.Context, conn *sql.Conn) *batch {
	return &batch{ctx: context.WithoutCancel(ctx), conn: conn, stmts: map[string]*sql.Stmt{}}
}

// ends reports whether the records so far are whole commits, if r is the next one: the
// records of one commit share its request.
func (b *batch) ends(r events.Recorded) bool { return b.last.Request != r.Request }

// apply changes every view by one record.
func (b *batch) apply(r events.Recorded) error {
	if b.records == 0 {
		if err := b.exec(`BEGIN IMMEDIATE`); err != nil {
			return err
		}
	}
	b.records++
	b.last = r
	if r.Position == 1 {
		if err := b.exec(`UPDATE checkpoint SET epoch = ?`, r.ID); err != nil {
			return err
		}
	}
	if err := b.trail(r); err != nil {
		return err
	}
	switch e := r.Event.(type) {
	case activity.Event:
		return b.learning(r, e)
	case person.Event:
		return b.person(r, e)
	case partner.Event:
		return b.partner(r, e)
	case standard.Event:
		return b.standard(r, e)
	case framework.Event:
		return b.framework(r, e)
	case apprenticeship.Event:
		return b.apprenticeship(r, e)
	case timesheet.Event:
		return b.timesheet(r, e)
	case milestone.Event:
		return b.milestone(r, e)
	case credit.Event:
		return b.credit(r, e)
	case transition.Event:
		return b.transition(r, e)
	case agreement.Event:
		return b.agreement(r, e)
	case attestation.Event:
		return b.attestation(r, e)
	case consent.Event:
		return b.consent(r, e)
	case reservation.Event:
		return nil // asked of the log alone
	case events.Unknown:
		return b.unknown(r, e)
	}
	return fmt.Errorf("no view knows %T", r.Event)
}

// commit makes what was applied visible, all at once.
func (b *batch) commit() error {
	err := b.exec(`UPDATE checkpoint SET position = ?`, b.last.Position)
	if err == nil {
		err = b.exec(`COMMIT`)
	}
	if err != nil {
		return fmt.Errorf("projections: commit at %d: %w", b.last.Position, err)
	}
	b.records, b.erased = 0, nil
	return nil
}

// close gives up what was not committed.
func (b *batch) close() error {
	var errs []error
	if b.records > 0 {
		errs = append(errs, b.exec(`ROLLBACK`))
	}
	for _, s := range b.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, b.conn.Close())...)
}

func (b *batch) stmt(query string) (*sql.Stmt, error) {
	s, ok := b.stmts[query]
	if ok {
		return s, nil
	}
	s, err := b.conn.PrepareContext(b.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", query, err)
	}
	b.stmts[query] = s
	return s, nil
}

func (b *batch) exec(query string, args ...any) error {
	s, err := b.stmt(query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(b.ctx, args...)
	return err
}

// all runs several changes that take the same arguments, in order.
func (b *batch) all(queries []string, args ...any) error {
	for _, q := range queries {
		if err := b.exec(q, args...); err != nil {
			return err
		}
	}
	return nil
}

// one reads one row; it reports false if there is none.
func (b *batch) one(query string, args []any, into ...any) (bool, error) {
	s, err := b.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(b.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// QueryContext lets a batch be read like a database.
func (b *batch) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := b.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// text is v as JSON, for a column that holds a list.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // lists of strings and integers always marshal
	}
	return string(b)
}
