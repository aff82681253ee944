package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// A Credit is one that an apprentice asked for or a college awarded.
type Credit struct {
	Learner     domain.ApprenticeshipID
	Rule        domain.RuleID
	Version     uint64
	State       CreditState
	Partner     domain.PartnerID
	Course      string // the college's code
	Title       string
	Requirement domain.RequirementID // what it meets
	Credit      domain.Credit        // asked for, or awarded
	Grade       rules.Grade
	Term        string
	ExternalRef string
	Since       domain.Date // when it came into the state
}

// CreditState is where a credit is in its life.
type CreditState string

const (
	CreditRequested CreditState = "requested"
	CreditAwarded   CreditState = "awarded"
)

func (b *batch) credit(r events.Recorded, e credit.Event) error {
	id, rule, err := credit.ID(r.Stream)
	if err != nil {
		return err
	}
	c := Credit{Learner: id, Rule: rule, Version: r.Revision, Since: r.Request.Today()}
	var about credit.Subject
	switch e := e.(type) {
	case credit.Requested:
		about, c.State, c.Credit = e.Subject, CreditRequested, e.Articulation.Credit
	case credit.Awarded:
		about, c.State, c.Credit = e.Subject, CreditAwarded, e.Award
		c.Grade, c.Term, c.ExternalRef = e.Grade, e.Term, e.ExternalRef
	}
	return errorsOf(
		b.exec(`INSERT OR REPLACE INTO credit (learner, rule, version, state, partner, course, title, requirement, hundredths, unit, grade, term, external_ref, since)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.Learner, c.Rule, c.Version, c.State, about.Partner, about.Articulation.Course, about.Articulation.Title, about.Articulation.Requirement,
			c.Credit.Hundredths, c.Credit.Unit, c.Grade, c.Term, c.ExternalRef, c.Since.String()),
		b.record(r, id), b.touch(r, id, r.Stream))
}

// Credits returns the credits of learners, by learner and rule.
func (db *DB) Credits(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Credit, error) {
	out := map[domain.ApprenticeshipID][]Credit{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (c Credit, err error) {
		err = rows.Scan(&c.Learner, &c.Rule, &c.Version, &c.State, &c.Partner, &c.Course, &c.Title, &c.Requirement,
			&c.Credit.Hundredths, &c.Credit.Unit, &c.Grade, &c.Term, &c.ExternalRef, date{&c.Since})
		out[c.Learner] = append(out[c.Learner], c)
		return c, err
	}, `SELECT learner, rule, version, state, partner, course, title, requirement, hundredths, unit, grade, term, external_ref, since
		FROM credit WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, rule`, text(ids))
	return out, fault(err, "credits")
}
