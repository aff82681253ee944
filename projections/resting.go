package projections

import (
	"context"
	"database/sql"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
)

// Resting is a milestone that rests on certificates, and the best of them.
type Resting struct {
	Learner     domain.ApprenticeshipID
	Requirement domain.RequirementID
	Pathway     domain.PathwayID // which the learner follows
	Version     int
	Certificate domain.Stream
	Good        bool        // it was verified, and its last day has not passed
	From        domain.Date // it was earned, or renewed last
	Until       domain.Date // the last day it is known to be good; zero is for life
	Ended       domain.Date // where it is not good: the first day on which it was not
}

// Stream is that of the milestone.
func (r Resting) Stream() domain.Stream { return milestone.Stream(r.Learner, r.Requirement) }

// RestingOn returns the milestones that rest on a certificate, among others perhaps.
func (db *DB) RestingOn(ctx context.Context, id domain.CredentialID, today domain.Date) ([]Resting, error) {
	return db.resting(ctx, today, `SELECT learner, requirement FROM credential_counted WHERE credential = ?2`, id)
}

// RestingOver returns the attained milestones that rest on certificates of which none is good
// any more.
func (db *DB) RestingOver(ctx context.Context, today domain.Date) ([]Resting, error) {
	all, err := db.resting(ctx, today, `SELECT n.learner, n.requirement FROM credential c JOIN credential_counted n ON n.credential = c.id
			JOIN milestone m ON m.learner = n.learner AND m.requirement = n.requirement
		WHERE c.checked_to <> '' AND c.checked_to < ?1 AND m.state = 'attained' AND m.since <= c.checked_to`)
	return slices.DeleteFunc(all, func(r Resting) bool { return r.Good }), err
}

// resting returns each milestone with its best certificate: one that is good, and of those or
// else of all the one with the latest end.
func (db *DB) resting(ctx context.Context, today domain.Date, which string, args ...any) ([]Resting, error) {
	all, err := collect(ctx, db.read, func(rows *sql.Rows) (r Resting, err error) {
		var id domain.CredentialID
		err = rows.Scan(&r.Learner, &r.Requirement, &r.Pathway, &r.Version, &id, &r.Good, date{&r.From}, date{&r.Until}, date{&r.Ended})
		r.Certificate = credential.Stream(id)
		return r, err
	}, `SELECT n.learner, n.requirement, l.pathway, l.pathway_version, c.id,
			c.state IN ('held', 'verified') AND c.checked_from <> '' AND (c.checked_to = '' OR c.checked_to >= ?1) AS good,
			c.checked_from, c.checked_to,
			CASE WHEN c.state = 'revoked' THEN c.since WHEN c.checked_to = '' THEN '' ELSE date(c.checked_to, '+1 day') END AS ended
		FROM credential_counted n JOIN credential c ON c.id = n.credential JOIN learner l ON l.id = n.learner
		WHERE (n.learner, n.requirement) IN (`+which+`)
		ORDER BY n.learner, n.requirement, good DESC, ended = '' DESC, ended DESC, c.id`, append([]any{today.String()}, args...)...)
	all = slices.CompactFunc(all, func(a, b Resting) bool { return a.Learner == b.Learner && a.Requirement == b.Requirement })
	return all, fault(err, "resting")
}
