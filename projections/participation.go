package projections

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A participant is what outcomes know of a person.
type participant struct {
	program                         domain.ProgramID
	site                            domain.SiteID
	cohort                          domain.CohortID
	joined, since, interested, gone domain.Date
	guest                           bool // acts for an institution, and never worked here
}

// A spot is where something is counted.
type spot struct {
	program domain.ProgramID
	site    domain.SiteID
	cohort  domain.CohortID
	year    string
}

func year(d domain.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Midnight().Year())
}

// outcomes notes what a record means for outcomes.
func (b *batch) outcomes(r events.Recorded) error {
	switch e := r.Event.(type) {
	case person.Joined:
		id, err := person.ID(r.Stream)
		if err != nil {
			return err
		}
		return b.participate(id, func(p *participant) {
			p.joined, p.site, p.guest = r.Request.Today(), e.Site, e.Capacity == domain.Registrar
		})
	case apprenticeship.Drafted:
		return errorsOf(b.invites(r, e.Person, selfid.Application), b.participate(e.Person, func(p *participant) { p.program, p.site = e.Program, e.Site }))
	case apprenticeship.Registered:
		return b.invited(r, selfid.BeforeStart)
	case apprenticeship.CompletionCertified, apprenticeship.Cancelled:
		return b.invited(r, ItIsOver)
	case apprenticeship.Began:
		who, _, err := b.learnerOf(r.Stream)
		if err != nil {
			return err
		}
		return errorsOf(b.invites(r, who, selfid.Enrolled), b.participate(who, func(p *participant) { p.takesPart(e.On) }))
	case apprenticeship.StartDateCorrected:
		return b.restarted(r, e)
	case apprenticeship.StageEntered:
		return b.reached(r, e.Role, e.On)
	case apprenticeship.StageCorrected:
		return b.reached(r, e.Role, e.Is)
	case activity.Enrolled:
		return b.participate(e.Person, func(p *participant) { p.takesPart(e.On) })
	case activity.Recorded:
		for _, m := range e.Members {
			if err := b.participate(m, func(p *participant) { p.takesPart(e.On) }); err != nil {
				return err
			}
		}
	case person.InterestExpressed:
		id, err := person.ID(r.Stream)
		if err != nil {
			return err
		}
		return b.participate(id, func(p *participant) { p.isInterested(r.Request.Today()) })
	case position.Filled:
		return b.filled(r, e)
	case transition.Confirmed:
		return b.settled(r, e.On, domain.Date{})
	case transition.TermsCorrected:
		return b.settled(r, domain.Date{}, e.Terms.EffectiveOn)
	case cohort.Applied:
		return b.participate(e.Person, func(p *participant) { p.isInterested(e.On) })
	case cohort.Enrolled:
		id, err := cohort.ID(r.Stream)
		if err != nil {
			return err
		}
		return b.participate(e.Person, func(p *participant) { p.takesPart(e.On); p.cohort = id })
	}
	return nil
}

func (b *batch) invited(r events.Recorded, o selfid.Occasion) error {
	who, _, err := b.learnerOf(r.Stream)
	return errorsOf(err, b.invites(r, who, o))
}

// presence notes whether somebody has left, after what stands of their comings and goings, and
// whether they ever came to work here.
func (b *batch) presence(who domain.PersonID) error {
	var here bool
	var since domain.Date
	known, err := b.one(`SELECT holds, from_on FROM person_fact WHERE person = ? AND kind = 'presence' AND aside = 0 AND pending = 0 ORDER BY from_on DESC, fact DESC LIMIT 1`,
		[]any{who}, &here, date{&since})
	if err != nil {
		return err
	}
	if !known || here {
		since = domain.Date{}
	}
	guest := false
	if _, err := b.one(`SELECT joined->>'capacity' = ?2 AND NOT EXISTS (SELECT 1 FROM person_fact f
		WHERE f.person = ?1 AND f.kind = 'capacity' AND f.aside = 0 AND f.pending = 0 AND f.holds = 1 AND f.value <> ?2) FROM person WHERE id = ?1 AND NOT erased`,
		[]any{who, domain.Registrar}, &guest); err != nil {
		return err
	}
	return b.participate(who, func(p *participant) { p.gone, p.guest = since, guest })
}

func (p *participant) takesPart(on domain.Date) {
	if p.since.IsZero() || on.Before(p.since) {
		p.since = on
	}
}

func (p *participant) isInterested(on domain.Date) {
	if p.interested.IsZero() || on.Before(p.interested) {
		p.interested = on
	}
}

func (p participant) spot(on domain.Date) spot { return spot{p.program, p.site, p.cohort, year(on)} }

// learnerOf is whose apprenticeship a stream is, and when it began.
func (b *batch) learnerOf(s domain.Stream) (who domain.PersonID, began domain.Date, err error) {
	id, err := apprenticeship.ID(s)
	if err != nil {
		return "", began, err
	}
	_, err = b.one(`SELECT person, began_on FROM learner WHERE id = ?`, []any{id}, &who, date{&began})
	return who, began, err
}

func (b *batch) participant(who domain.PersonID) (p participant, err error) {
	_, err = b.one(`SELECT program, site, cohort, joined, since, interested, gone, guest FROM participation WHERE person = ?`, []any{who},
		&p.program, &p.site, &p.cohort, date{&p.joined}, date{&p.since}, date{&p.interested}, date{&p.gone}, &p.guest)
	return p, err
}

// participate changes what outcomes know of somebody, and what they add to the sums.
func (b *batch) participate(who domain.PersonID, change func(*participant)) error {
	p, err := b.participant(who)
	if err != nil {
		return err
	}
	was := p
	if change(&p); p == was {
		return nil
	}
	return errorsOf(b.exec(`INSERT OR REPLACE INTO participation (person, program, site, cohort, joined, since, interested, gone, guest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		who, p.program, p.site, p.cohort, p.joined.String(), p.since.String(), p.interested.String(), p.gone.String(), p.guest), b.recount(who))
}

// recount sets what somebody adds to the sums.
func (b *batch) recount(who domain.PersonID) error {
	p, err := b.participant(who)
	if err != nil {
		return err
	}
	subject := "person-" + string(who)
	takesPart, left := !p.since.IsZero(), !p.gone.IsZero()
	at := p.spot(p.since)
	if err := errorsOf(
		b.counts(Participation, subject, at, one(takesPart), one(takesPart)),
		b.counts(ParticipantTurnover, subject, at, one(takesPart), one(takesPart && left)),
		b.counts(OtherTurnover, subject, spot{site: p.site, year: year(p.joined)}, one(!takesPart && !p.guest), one(!takesPart && !p.guest && left)),
		b.counts(Interest, subject, p.spot(p.interested), one(!p.interested.IsZero()), one(!p.interested.IsZero() && takesPart)),
	); err != nil || !takesPart {
		return err
	}
	spent, err := collect(b.ctx, b, func(rows *sql.Rows) (m moved, err error) { return m, rows.Scan(&m.kind, &m.cents) },
		`SELECT f.kind, sum(g.spent) FROM funding_grant g JOIN funding f ON f.id = g.funding WHERE g.person = ? GROUP BY f.kind ORDER BY f.kind`, who)
	if err != nil {
		return err
	}
	for _, m := range spent {
		if err := b.counts(Measure("funding-"+m.kind), subject, at, 1, m.cents); err != nil {
			return err
		}
	}
	return nil
}

type moved struct {
	kind  string
	cents int
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// respond counts whether somebody who was invited to a cohort came to take part.
func (b *batch) respond(id domain.CohortID, who domain.PersonID) error {
	var invited bool
	var standing SeatStanding
	var since domain.Date
	if _, err := b.one(`SELECT invited, standing, since FROM cohort_seat WHERE cohort = ? AND person = ?`, []any{id, who}, &invited, &standing, date{&since}); err != nil || !invited {
		return err
	}
	p, err := b.participant(who)
	if err != nil {
		return err
	}
	came := standing == SeatEnrolled || standing == SeatCompleted || standing == SeatLeft && p.cohort == id
	subject := "cohort-" + string(id) + "." + string(who)
	at := spot{p.program, p.site, id, year(since)}
	if _, err := b.one(`SELECT year FROM outcome_part WHERE measure = ? AND subject = ?`, []any{Invitation, subject}, &at.year); err != nil {
		return err
	}
	return b.counts(Invitation, subject, at, 1, one(came))
}

// counts sets what a subject adds to a measure: n of them, and a total.
func (b *batch) counts(m Measure, subject string, at spot, n, total int) error {
	var was spot
	var wasN, wasTotal int
	known, err := b.one(`SELECT program, site, cohort, year, n, total FROM outcome_part WHERE measure = ? AND subject = ?`, []any{m, subject},
		&was.program, &was.site, &was.cohort, &was.year, &wasN, &wasTotal)
	if err != nil || known && was == at && wasN == n && wasTotal == total || !known && n == 0 {
		return err
	}
	if known {
		if err := b.rollUp(m, was, -wasN, -wasTotal); err != nil {
			return err
		}
	}
	if n == 0 {
		return b.exec(`DELETE FROM outcome_part WHERE measure = ? AND subject = ?`, m, subject)
	}
	return errorsOf(
		b.exec(`INSERT OR REPLACE INTO outcome_part (measure, subject, program, site, cohort, year, n, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			m, subject, at.program, at.site, at.cohort, at.year, n, total),
		b.rollUp(m, at, n, total))
}

// rollUp adds to the sums of a measure.
func (b *batch) rollUp(m Measure, at spot, n, total int) error {
	return errorsOf(
		b.exec(`INSERT INTO outcome (measure, program, site, cohort, year, n, total) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET n = n + excluded.n, total = total + excluded.total`, m, at.program, at.site, at.cohort, at.year, n, total),
		b.exec(`DELETE FROM outcome WHERE measure = ? AND program = ? AND site = ? AND cohort = ? AND year = ? AND n = 0`, m, at.program, at.site, at.cohort, at.year))
}

// Whereabouts are where somebody is counted.
type Whereabouts struct {
	Program domain.ProgramID
	Site    domain.SiteID
	Cohort  domain.CohortID
}

// Whereabouts returns where somebody is counted now.
func (db *DB) Whereabouts(ctx context.Context, who domain.PersonID) (Whereabouts, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (w Whereabouts, err error) {
		return w, rows.Scan(&w.Program, &w.Site, &w.Cohort)
	}, `SELECT program, site, cohort FROM participation WHERE person = ?`, who)
	if err != nil || len(found) == 0 {
		return Whereabouts{}, fault(err, "whereabouts")
	}
	return found[0], nil
}
