package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// A Credit is one that somebody proposed, an apprentice asked for or a college awarded.
type Credit struct {
	Learner     domain.ApprenticeshipID
	Rule        domain.RuleID
	Version     uint64
	State       CreditState
	Partner     domain.PartnerID
	Agreement   domain.AgreementID
	Source      credit.Source // empty if it was not said
	Exception   bool          // no rule covers it
	Asked       bool          // the college was asked, or awarded it unasked: it knows of it
	Course      string        // the college's code
	Title       string
	Requirement domain.RequirementID // what it meets
	Rules       rules.Articulation   // the rule as it stood
	Learning    string
	Shown       rules.Shown
	Credit      domain.Credit // the most that can be awarded, or what was; never what was recommended
	Level       domain.CreditLevel
	Basis       domain.CreditBasis
	Grade       rules.Grade
	Term        string
	ExternalRef string
	Transcript  string             // the college's reference, once it is posted
	Advised     credit.Recommended // the zero value if nothing was recommended
	Appealed    bool
	Reason      domain.Sealed // why it was denied or revoked
	Since       domain.Date   // when it came into the state
	Applied     []CreditApplied

	stream domain.Stream // of what was read
}

// Stream is where the credit is kept.
func (c *Credit) Stream() domain.Stream {
	if c.stream != "" {
		return c.stream
	}
	return credit.Stream(c.Learner, c.Rule)
}

// A CreditApplied is what a credit counts towards.
type CreditApplied struct {
	credit.Target
	Minutes domain.Minutes
	On      domain.Date
}

// CreditState is where a credit is in its life.
type CreditState string

const (
	CreditProposed     CreditState = "proposed"
	CreditRequested    CreditState = "requested"
	CreditInEvaluation CreditState = "in-evaluation"
	CreditInCommittee  CreditState = "in-committee"
	CreditRecommended  CreditState = "recommended"
	CreditAwarded      CreditState = "awarded"
	CreditPosted       CreditState = "posted"
	CreditDenied       CreditState = "denied"
	CreditLapsed       CreditState = "lapsed"
	CreditWithdrawn    CreditState = "withdrawn"
	CreditRevoked      CreditState = "revoked"
)

// Awarded reports whether the college gave the credit and it stands.
func (s CreditState) Awarded() bool { return s == CreditAwarded || s == CreditPosted }

// Open reports whether the college has still to decide.
func (s CreditState) Open() bool {
	return s == CreditRequested || s == CreditInEvaluation || s == CreditInCommittee || s == CreditRecommended
}

func (b *batch) credit(r events.Recorded, e credit.Event) error {
	id, rule, err := credit.ID(r.Stream)
	if err != nil {
		return err
	}
	all, err := credits(b.ctx, b, text([]domain.ApprenticeshipID{id}), string(rule))
	if err != nil {
		return err
	}
	c := Credit{Learner: id, Rule: rule}
	if len(all) > 0 {
		c = all[0]
	}
	c.Version = r.Revision
	before := c.State
	note := c.become(e)
	if c.State != before {
		c.Since = r.Request.Today()
	}
	supports := false
	switch e := e.(type) {
	case credit.AppealCommented:
		supports = e.Supports
	case credit.Applied:
		err = b.exec(`INSERT OR REPLACE INTO credit_applied (learner, rule, process, course, requirement, minutes, on_day) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, rule, e.Process, e.Course, e.Requirement, e.Minutes, r.Request.Today().String())
	case credit.ApplicationReversed:
		err = b.exec(`DELETE FROM credit_applied WHERE learner = ? AND rule = ? AND process = ? AND course = ? AND requirement = ?`, id, rule, e.Process, e.Course, e.Requirement)
	case credit.Revoked:
		err = b.exec(`DELETE FROM credit_applied WHERE learner = ? AND rule = ?`, id, rule)
	}
	return errorsOf(err, b.keepCredit(c),
		b.exec(`INSERT INTO credit_step (learner, rule, version, event, on_day, at, person, partner, note, supports) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id, rule, r.Revision, e.EventName(), r.Request.Today().String(), r.Request.At.UnixMicro(), r.Request.By.Person, r.Request.By.Partner, note, supports),
		b.reportCredit(r, id, e), b.record(r, id), b.touch(r, id, r.Stream))
}

// become is c after e; it returns what was said about it.
func (c *Credit) become(e credit.Event) (note domain.Sealed) {
	about := func(s credit.Subject, amount domain.Credit) {
		c.Partner, c.Agreement, c.Rules, c.Learning, c.Credit = s.Partner, s.Agreement, s.Articulation, s.Learning, amount
	}
	switch e := e.(type) {
	case credit.Proposed:
		c.State, c.Source, c.Exception, c.Advised, c.Appealed, c.Reason = CreditProposed, e.Source, e.Exception != "", credit.Recommended{}, false, ""
		about(e.Subject, e.Articulation.Credit)
		return e.Exception
	case credit.Requested:
		c.State, c.Asked, c.Shown, c.Advised = CreditRequested, true, e.Shown, credit.Recommended{}
		if e.Source != "" {
			c.Source = e.Source
		}
		about(e.Subject, e.Articulation.Credit)
	case credit.EvaluationStarted:
		c.State = CreditInEvaluation
	case credit.ReferredToCommittee:
		c.State, note = CreditInCommittee, e.Note
	case credit.ReturnedFromCommittee:
		c.State, note = CreditInEvaluation, e.Note
	case credit.Recommended:
		c.State, c.Advised = CreditRecommended, e
	case credit.Awarded:
		c.State, c.Asked, c.Shown = CreditAwarded, true, e.Shown
		c.Grade, c.Term, c.ExternalRef, c.Level, c.Basis = e.Grade, e.Term, e.ExternalRef, e.Level, e.Basis
		about(e.Subject, e.Award)
	case credit.Denied:
		c.State, c.Reason, note = CreditDenied, e.Reason, e.Reason
	case credit.Appealed:
		c.State, c.Appealed, note = CreditInEvaluation, true, e.Grounds
	case credit.AppealCommented:
		note = e.Note
	case credit.Posted:
		c.State, c.Transcript = CreditPosted, e.TranscriptRef
	case credit.Revoked:
		c.State, c.Reason, note = CreditRevoked, e.Reason, e.Reason
	case credit.Withdrawn:
		c.State, c.Exception = CreditWithdrawn, false
	case credit.Lapsed:
		c.State, c.Exception = CreditLapsed, false
	case credit.Applied: // in a table of its own
	case credit.ApplicationReversed:
		note = e.Reason
	}
	return note
}

func (b *batch) keepCredit(c Credit) error {
	return b.exec(`INSERT OR REPLACE INTO credit (learner, rule, version, state, partner, agreement, source, exception, asked, articulation, learning, shown,
			hundredths, unit, level, basis, grade, term, external_ref, transcript, advised, valid_to, appealed, reason, since)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Learner, c.Rule, c.Version, c.State, c.Partner, c.Agreement, c.Source, c.Exception, c.Asked, text(c.Rules), c.Learning, text(c.Shown),
		c.Credit.Hundredths, c.Credit.Unit, c.Level, c.Basis, c.Grade, c.Term, c.ExternalRef, c.Transcript, text(c.Advised), c.Advised.ValidTo.String(), c.Appealed, c.Reason, c.Since.String())
}

// Credits returns the credits of learners, by learner and rule.
func (db *DB) Credits(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Credit, error) {
	out, err := db.SharedCredits(ctx, ids...)
	return copied(out), err
}

// SharedCredits is Credits for those who only look at them: they are not the caller's to
// change.
func (db *DB) SharedCredits(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Credit, error) {
	return partsOf(ctx, db, ids, db.KnowCredits, (*Known).Credits)
}

// credits reads those of learners, a JSON list, under one rule or all.
func credits(ctx context.Context, q querier, learners, rule string) ([]Credit, error) {
	type key struct {
		learner domain.ApprenticeshipID
		rule    domain.RuleID
	}
	applied := map[key][]CreditApplied{}
	if _, err := collect(ctx, q, func(rows *sql.Rows) (a CreditApplied, err error) {
		var k key
		err = rows.Scan(&k.learner, &k.rule, &a.Process, &a.Course, &a.Requirement, &a.Minutes, date{&a.On})
		applied[k] = append(applied[k], a)
		return a, err
	}, `SELECT learner, rule, process, course, requirement, minutes, on_day FROM credit_applied
		WHERE learner IN (SELECT value FROM json_each(?1)) AND ?2 IN ('', rule) ORDER BY learner, rule, on_day, process, course, requirement`, learners, rule); err != nil {
		return nil, err
	}
	return collect(ctx, q, func(rows *sql.Rows) (c Credit, err error) {
		var articulation, shown, advised string
		if err := rows.Scan(&c.Learner, &c.Rule, &c.Version, &c.State, &c.Partner, &c.Agreement, &c.Source, &c.Exception, &c.Asked, &articulation, &c.Learning, &shown,
			&c.Credit.Hundredths, &c.Credit.Unit, &c.Level, &c.Basis, &c.Grade, &c.Term, &c.ExternalRef, &c.Transcript, &advised, &c.Appealed, &c.Reason, date{&c.Since}); err != nil {
			return c, err
		}
		if err := errorsOf(json.Unmarshal([]byte(articulation), &c.Rules), json.Unmarshal([]byte(shown), &c.Shown), json.Unmarshal([]byte(advised), &c.Advised)); err != nil {
			return c, err
		}
		once(&c.Learner)
		once(&c.Rule)
		once(&c.State)
		once(&c.Partner)
		once(&c.Agreement)
		once(&c.Source)
		once(&c.Credit.Unit)
		once(&c.Level)
		once(&c.Basis)
		once(&c.Grade)
		once(&c.Term)
		once(&c.Rules.Rule)
		once(&c.Rules.Course)
		once(&c.Rules.Title)
		once(&c.Rules.Requirement)
		once(&c.Rules.Credit.Unit)
		c.Course, c.Title, c.Requirement = c.Rules.Course, c.Rules.Title, c.Rules.Requirement
		c.Applied, c.stream = applied[key{c.Learner, c.Rule}], c.Stream()
		return c, nil
	}, `SELECT learner, rule, version, state, partner, agreement, source, exception, asked, articulation, learning, shown,
			hundredths, unit, level, basis, grade, term, external_ref, transcript, advised, appealed, reason, since
		FROM credit WHERE learner IN (SELECT value FROM json_each(?1)) AND ?2 IN ('', rule) ORDER BY learner, rule`, learners, rule)
}

// A CreditStep is one fact in the history of a credit.
type CreditStep struct {
	Version uint64
	Event   string // the name under which it is stored
	On      domain.Date
	At      time.Time
	Person  domain.PersonID  // who did it,
	Partner domain.PartnerID // or which college
	Note    domain.Sealed

	Supports bool // of what the hospital says of an appeal: it holds that the credit is due
}

// CreditHistory returns what happened to a credit, oldest first.
func (db *DB) CreditHistory(ctx context.Context, id domain.ApprenticeshipID, rule domain.RuleID) ([]CreditStep, error) {
	steps, err := collect(ctx, db.read, func(rows *sql.Rows) (s CreditStep, err error) {
		return s, rows.Scan(&s.Version, &s.Event, date{&s.On}, instant{&s.At}, &s.Person, &s.Partner, &s.Note, &s.Supports)
	}, `SELECT version, event, on_day, at, person, partner, note, supports FROM credit_step WHERE learner = ? AND rule = ? ORDER BY version`, id, rule)
	return steps, fault(err, "credit history")
}

// A CreditAppeal waits for what the hospital says of it.
type CreditAppeal struct {
	Learner domain.ApprenticeshipID
	Person  domain.PersonID
	Rule    domain.RuleID
	Partner domain.PartnerID
	Since   domain.Date
}

// CreditAppeals returns the appeals that lie with colleges and of which the hospital said nothing yet,
// the oldest first.
func (db *DB) CreditAppeals(ctx context.Context) ([]CreditAppeal, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (a CreditAppeal, err error) {
		return a, rows.Scan(&a.Learner, &a.Person, &a.Rule, &a.Partner, date{&a.Since})
	}, `SELECT c.learner, l.person, c.rule, c.partner, max(s.on_day) FROM credit c JOIN learner l ON l.id = c.learner
			JOIN credit_step s ON s.learner = c.learner AND s.rule = c.rule AND s.event = 'credit.appealed'
		WHERE c.appealed AND c.state IN ('in-evaluation', 'in-committee', 'recommended')
			AND NOT EXISTS (SELECT 1 FROM credit_step t WHERE t.learner = c.learner AND t.rule = c.rule AND t.event = 'credit.appeal_commented' AND t.version > s.version)
		GROUP BY c.learner, c.rule ORDER BY 5, c.learner, c.rule`)
	return found, fault(err, "appeals")
}

// CreditsLapsing returns the streams of recommended credits whose last day has passed.
func (db *DB) CreditsLapsing(ctx context.Context, today domain.Date) ([]domain.Stream, error) {
	all, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.Stream, err error) {
		var id domain.ApprenticeshipID
		var rule domain.RuleID
		err = rows.Scan(&id, &rule)
		return credit.Stream(id, rule), err
	}, `SELECT learner, rule FROM credit WHERE state = 'recommended' AND valid_to <> '' AND valid_to < ? ORDER BY learner, rule`, today.String())
	return all, fault(err, "credits that lapse")
}
