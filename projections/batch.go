package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attachment"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
)

// A batch applies records within one transaction and moves the checkpoint in it.
type batch struct {
	ctx     context.Context
	w       *writer
	records []events.Recorded      // in the open transaction
	last    events.Recorded        // the last of them
	erased  []domain.PersonID      // by them
	careful bool                   // one of them could not be applied: each is by itself
	stirred map[domain.Stream]bool // by them; nil if nobody is to be told

	sheets     *shelf[sheetKey, sheet]
	tallies    *shelf[tallyKey, tally]
	stages     *shelf[domain.ApprenticeshipID, []stageRow]
	milestones *shelf[milestoneKey, milestoneRow]
	waiting    *shelf[domain.Stream, waitingRow]
	rosters    *shelf[domain.ApprenticeshipID, []grantRow]
	feeds      *shelf[shownKey, shownRow]
	evidence   *stack[evidenceRow]
	activity   *stack[activityRow]
	trails     *stack[trailRow]
	buffers    []buffer
	subject    domain.ApprenticeshipID // whom alone the queries are about; see about
}

func newBatch(ctx context.Context, w *writer) *batch {
	b := &batch{ctx: context.WithoutCancel(ctx), w: w, sheets: newSheets(w), tallies: newTallies(w), stages: newStages(w), milestones: newMilestones(w),
		waiting: newWaiting(w), rosters: newRosters(w), feeds: newFeeds(w), evidence: newEvidence(w), activity: newActivity(w), trails: newTrails(w)}
	b.buffers = []buffer{b.sheets, b.tallies, b.stages, b.milestones, b.evidence, b.waiting, b.activity, b.rosters, b.feeds, b.trails}
	return b
}

// ends reports whether the records so far are whole commits, if r is the next one.
func (b *batch) ends(r events.Recorded) bool { return b.last.First != r.First }

// full reports whether the batch holds enough, which a careful one does.
func (b *batch) full(size int) bool { return len(b.records) >= size || b.careful }

// apply changes every view by one record, or parks it.
func (b *batch) apply(r events.Recorded) error {
	if len(b.records) == 0 {
		if err := b.w.do(`BEGIN IMMEDIATE`); err != nil {
			return err
		}
	}
	b.records = append(b.records, r)
	b.last = r
	b.stir(r.Stream)
	if b.careful {
		return b.carefully(r)
	}
	err := b.attempt(func() error { return errorsOf(b.number(r), b.change(r)) })
	if ofRecord(err) {
		return b.again()
	}
	return err
}

// change changes every view by one record.
func (b *batch) change(r events.Recorded) error {
	if r.Position == 1 {
		if err := b.exec(`UPDATE checkpoint SET epoch = ?`, r.ID); err != nil {
			return err
		}
	}
	if err := errorsOf(b.trail(r), b.outcomes(r)); err != nil {
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
	case preference.Event:
		return b.preference(r, e)
	case program.Event:
		return b.program(r, e)
	case placement.Event:
		return b.placement(r, e)
	case fetch.Event:
		return b.fetch(r, e)
	case filing.Event:
		return b.filing(r, e)
	case timesheet.Event:
		return b.timesheet(r, e)
	case manifest.Event:
		return b.manifest(r, e)
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
	case client.Event:
		return b.client(r, e)
	case cohort.Event:
		return b.cohort(r, e)
	case credential.Event:
		return b.credential(r, e)
	case funding.Event:
		return b.funding(r, e)
	case wave.Event:
		return b.wave(r, e)
	case survey.Event:
		return b.survey(r, e)
	case selfid.Event:
		return b.selfid(r, e)
	case signer.Event:
		return b.signer(r, e)
	case site.Event:
		return b.site(r, e)
	case position.Event:
		return b.position(r, e)
	case disclosure.Event:
		return b.disclosure(r, e)
	case amendment.Event:
		return b.amendment(r, e)
	case alias.Event, attachment.Event, reservation.Event:
		return nil // asked of the log alone
	case submission.Event:
		return b.submission(r, e)
	case upload.Event:
		return b.upload(r, e)
	case enrolment.Event:
		return b.enrolment(r, e)
	case student.Event:
		return b.student(r, e)
	case webhook.Event:
		return b.webhook(r, e)
	case events.Unknown:
		return b.unknown(r, e)
	}
	return fmt.Errorf("no view knows %T", r.Event)
}

// commit makes what was applied visible, all at once.
func (b *batch) commit() error {
	err := b.attempt(b.flush)
	if ofRecord(err) {
		err = b.again()
	}
	if err == nil {
		err = b.w.do(`UPDATE checkpoint SET position = ?, record = ?`, b.last.Position, b.last.ID)
	}
	if err == nil {
		err = b.w.do(`COMMIT`)
	}
	if err != nil {
		return fmt.Errorf("projections: commit at %d: %w", b.last.Position, err)
	}
	clear(b.records)
	b.records, b.erased, b.careful = b.records[:0], nil, false
	return nil
}

// heldAtMost bounds what a buffer holds beyond a batch.
const heldAtMost = 20_000

// flush writes what the buffers hold.
func (b *batch) flush() error {
	for _, h := range b.buffers {
		if err := h.flush(""); err != nil {
			return err
		}
		if h.size() > heldAtMost {
			h.forget("")
		}
	}
	return nil
}

// rollback gives up the open transaction, or its part since a savepoint, with what the
// buffers hold.
func (b *batch) rollback(query string) error {
	for _, h := range b.buffers {
		h.drop()
	}
	for _, i := range b.w.inserters {
		i.waiting = nil
	}
	if b.w.conn.AutocommitEnabled() { // SQLite gave it up by itself
		return nil
	}
	return b.w.do(query)
}

// close gives up what was not committed.
func (b *batch) close() error {
	if len(b.records) == 0 {
		return nil
	}
	return b.rollback(`ROLLBACK`)
}

// about runs queries that read and change only rows of one learner in the buffered tables.
func (b *batch) about(id domain.ApprenticeshipID, queries func() error) error {
	b.subject = id
	defer func() { b.subject = "" }()
	return queries()
}

// touching runs a statement with the rows in the buffers that it reads or changes written.
func (b *batch) touching(query string, run func(*statement) error) error {
	s, err := b.w.prepare(query)
	if err != nil {
		return err
	}
	for _, h := range b.buffers {
		if s.concerns(h) {
			if err := h.flush(b.subject); err != nil {
				return err
			}
		}
	}
	if err := run(s); err != nil {
		return err
	}
	for _, h := range b.buffers {
		if slices.ContainsFunc(h.tables(), func(t string) bool { return slices.Contains(s.writes, t) }) {
			h.forget(b.subject)
		}
	}
	return nil
}

// concerns reports whether s reads or writes a table that h holds rows of.
func (s *statement) concerns(h buffer) bool {
	return slices.ContainsFunc(h.tables(), func(t string) bool { return slices.Contains(s.reads, t) || slices.Contains(s.writes, t) })
}

func (b *batch) exec(query string, args ...any) error {
	return b.touching(query, func(s *statement) error { return s.exec(args) })
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
func (b *batch) one(query string, args []any, into ...any) (found bool, err error) {
	err = b.touching(query, func(s *statement) error {
		found, err = s.one(args, into)
		return err
	})
	return found, err
}

// QueryContext lets a batch be read like a database.
func (b *batch) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	err = b.touching(query, func(*statement) error {
		rows, err = b.w.rows.QueryContext(ctx, query, args...)
		return err
	})
	return rows, err
}

// text is v as JSON, for a column that holds a list.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // lists of strings and integers always marshal
	}
	return string(b)
}
