package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// An Agreement is one with an institution.
type Agreement struct {
	ID          domain.AgreementID
	Version     uint64
	Partner     domain.PartnerID
	PartnerName string
	PartnerKind partner.Kind
	State       AgreementState
	Scopes      []domain.Scope
	From, To    domain.Date // zero until it is in force
	EndedOn     domain.Date // day it was terminated
	AgreementBody
	Rules []Rule
}

// An AgreementBody is what nobody looks for an agreement by.
type AgreementBody struct {
	Type     agreement.Type               `json:"type,omitempty"`
	Edition  int                          `json:"edition"`            // the version in force, or drafted
	Signed   []agreement.Party            `json:"signed,omitempty"`   // what lies before the parties
	Proposal *agreement.AmendmentProposed `json:"proposal,omitempty"` // that lies before them
	Reason   string                       `json:"reason,omitempty"`   // why it is suspended or was terminated
	TeachOut domain.Date                  `json:"teachOut,omitzero"`
	Versions []AgreementVersion           `json:"versions,omitempty"` // that were in force, oldest first
	Notices  []AgreementNotice            `json:"notices,omitempty"`
	Since    domain.Date                  `json:"since,omitzero"` // it is to be signed, or put into force
}

// A Rule is an articulation rule.
type Rule struct {
	rules.Articulation
	RetiredOn domain.Date // first day on which it gives no credit; zero is not retired
	Reason    string      // why it was retired
}

// Gives reports whether the rule gives credit on a day, as far as its agreement does.
func (r Rule) Gives(on domain.Date) bool {
	return r.ValidOn(on) && (r.RetiredOn.IsZero() || on.Before(r.RetiredOn))
}

// An AgreementVersion is what both parties signed.
type AgreementVersion struct {
	Number int
	Scopes []domain.Scope
	To     domain.Date
	On     domain.Date // it came into force
	Note   string      // what changed, and why
}

// An AgreementNotice tells both parties that the agreement is about to end.
type AgreementNotice struct {
	Days     int
	Ends, On domain.Date
}

// AgreementState is where an agreement is in its life.
type AgreementState string

const (
	AgreementDraft        AgreementState = "draft"
	AgreementPending      AgreementState = "pending-signature"
	AgreementPartlySigned AgreementState = "partly-signed"
	AgreementSigned       AgreementState = "signed"
	AgreementActive       AgreementState = "active"
	AgreementSuspended    AgreementState = "suspended"
	AgreementExpired      AgreementState = "expired"
	AgreementTerminated   AgreementState = "terminated"
)

// Covers reports whether the agreement is in force on a day for a learner who began on
// another; the zero date is not begun. It is so after a termination for those who had
// begun, until the teach-out date.
func (g Agreement) Covers(on, began domain.Date) bool {
	switch g.State {
	case AgreementActive:
		return !on.Before(g.From) && !on.After(g.To)
	case AgreementTerminated:
		return !g.TeachOut.IsZero() && !on.After(g.TeachOut) && !began.IsZero() && !began.After(g.EndedOn)
	}
	return false
}

// Lies reports whether a version lies before the parties to be signed.
func (g Agreement) Lies() bool {
	return g.State == AgreementPending || g.State == AgreementPartlySigned || g.Proposal != nil && (g.State == AgreementActive || g.State == AgreementSuspended)
}

// With is the institution.
func (g Agreement) With() Partner {
	return Partner{ID: g.Partner, Name: g.PartnerName, Kind: g.PartnerKind}
}

func (b *batch) agreement(r events.Recorded, e agreement.Event) error {
	id, err := agreement.ID(r.Stream)
	if err != nil {
		return err
	}
	g, err := b.agreementOf(id)
	if err != nil {
		return err
	}
	today := r.Request.Today()
	became := func(note string) {
		g.Versions = append(g.Versions, AgreementVersion{Number: g.Edition, Scopes: g.Scopes, To: g.To, On: today, Note: note})
	}
	switch e := e.(type) {
	case agreement.Drafted:
		g = Agreement{ID: id, Partner: e.Partner, State: AgreementDraft, Scopes: e.Scopes, AgreementBody: AgreementBody{Type: e.Type, Edition: 1}}
	case agreement.SentForSignature:
		g.State, g.Since = AgreementPending, today
	case agreement.SignedByParty:
		g.Signed, g.Since = append(g.Signed, e.Party), today
		switch {
		case g.State == AgreementPartlySigned:
			g.State = AgreementSigned
		case g.State == AgreementDraft || g.State == AgreementPending:
			g.State = AgreementPartlySigned
		}
	case agreement.Activated:
		g.State, g.From, g.To = AgreementActive, e.From, e.To
		became("")
	case agreement.AmendmentProposed:
		g.Proposal, g.Signed, g.Since = &e, nil, today
	case agreement.Amended:
		note := g.note()
		g.Edition, g.Scopes, g.To, g.Proposal = e.Version, e.Scopes, e.To, nil
		became(note)
	case agreement.Renewed:
		note := g.note()
		g.Edition, g.To, g.Proposal = e.Version, e.To, nil
		became(note)
	case agreement.Suspended:
		g.State, g.Reason = AgreementSuspended, e.Reason
	case agreement.Resumed:
		g.State, g.Reason = AgreementActive, ""
	case agreement.ArticulationRuleAdded:
		err = b.exec(`INSERT INTO articulation (agreement, rule, course, requirement, body, retired_on, reason) VALUES (?, ?, ?, ?, ?, '', '')`,
			id, e.Rule, e.Course, e.Requirement, text(e.Articulation))
	case agreement.ArticulationRuleRetired:
		err = b.exec(`UPDATE articulation SET retired_on = ?, reason = ? WHERE agreement = ? AND rule = ?`, e.From.String(), e.Reason, id, e.Rule)
	case agreement.NoticeGiven:
		g.Notices = append(g.Notices, AgreementNotice{Days: e.Days, Ends: e.Ends, On: today})
	case agreement.Expired:
		g.State = AgreementExpired
	case agreement.Terminated:
		g.State, g.Reason, g.TeachOut, g.EndedOn = AgreementTerminated, e.Reason, e.TeachOut, today
	}
	g.Version = r.Revision
	if err := errorsOf(err, b.keepAgreement(g)); err != nil {
		return err
	}
	return b.regrantPartner(r, g.Partner)
}

func (g Agreement) note() string {
	if g.Proposal == nil {
		return ""
	}
	return g.Proposal.Note
}

func (b *batch) agreementOf(id domain.AgreementID) (Agreement, error) {
	g := Agreement{ID: id}
	var list, body string
	found, err := b.one(`SELECT partner, state, scopes, from_on, to_on, ended_on, body FROM agreement WHERE id = ?`, []any{id},
		&g.Partner, &g.State, &list, date{&g.From}, date{&g.To}, date{&g.EndedOn}, &body)
	if err != nil || !found {
		return g, err
	}
	return g, errorsOf(json.Unmarshal([]byte(list), &g.Scopes), json.Unmarshal([]byte(body), &g.AgreementBody))
}

func (b *batch) keepAgreement(g Agreement) error {
	var until domain.Date
	switch g.State {
	case AgreementActive:
		until = g.To
	case AgreementTerminated:
		until = g.TeachOut
	}
	return b.exec(`INSERT OR REPLACE INTO agreement (id, version, partner, state, scopes, from_on, to_on, ended_on, until, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.ID, g.Version, g.Partner, g.State, text(g.Scopes), g.From.String(), g.To.String(), g.EndedOn.String(), until.String(), text(g.AgreementBody))
}

// Agreements returns the agreements with a partner, or all of them if it is empty, by id with
// their rules.
func (db *DB) Agreements(ctx context.Context, with domain.PartnerID) ([]Agreement, error) {
	found, err := db.recalled.agreements.ask(with, func() ([]Agreement, error) { return db.agreements(ctx, with) })
	return slices.Clone(found), fault(err, "agreements")
}

func (db *DB) agreements(ctx context.Context, with domain.PartnerID) (found []Agreement, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		rulesOf := map[domain.AgreementID][]Rule{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (r Rule, err error) {
			var id domain.AgreementID
			var body string
			if err := rows.Scan(&id, &body, date{&r.RetiredOn}, &r.Reason); err != nil {
				return r, err
			}
			err = json.Unmarshal([]byte(body), &r.Articulation)
			rulesOf[id] = append(rulesOf[id], r)
			return r, err
		}, `SELECT agreement, body, retired_on, reason FROM articulation ORDER BY agreement, rule`)
		if err != nil {
			return err
		}
		found, err = collect(ctx, q, func(rows *sql.Rows) (g Agreement, err error) {
			var list, body string
			if err := rows.Scan(&g.ID, &g.Version, &g.Partner, &g.PartnerName, &g.PartnerKind, &g.State, &list, date{&g.From}, date{&g.To}, date{&g.EndedOn}, &body); err != nil {
				return g, err
			}
			g.Rules = rulesOf[g.ID]
			return g, errorsOf(json.Unmarshal([]byte(list), &g.Scopes), json.Unmarshal([]byte(body), &g.AgreementBody))
		}, `SELECT g.id, g.version, g.partner, p.name, p.kind, g.state, g.scopes, g.from_on, g.to_on, g.ended_on, g.body
			FROM agreement g JOIN partner p ON p.id = g.partner WHERE ?1 = '' OR g.partner = ?1 ORDER BY g.id`, with)
		return err
	})
	return found, err
}

// Linked returns the requirements that a course of a partner's meets, and whether its
// agreement lets the partner see them met on a day. It is shared: nobody changes it.
func (db *DB) Linked(ctx context.Context, partner domain.PartnerID, on domain.Date) (map[domain.RequirementID]bool, error) {
	return db.recalled.linked.ask(seenOn{partner, on}, func() (map[domain.RequirementID]bool, error) {
		linked := map[domain.RequirementID]bool{}
		agreements, err := db.Agreements(ctx, partner)
		for _, g := range agreements {
			for _, r := range g.Rules {
				linked[r.Requirement] = linked[r.Requirement] || g.Covers(on, g.EndedOn)
			}
		}
		return linked, err
	})
}

// AgreementsOver returns the agreements whose last day has passed and that have not ended.
func (db *DB) AgreementsOver(ctx context.Context, today domain.Date) ([]domain.AgreementID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.AgreementID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM agreement WHERE state IN ('active', 'suspended') AND to_on < ? ORDER BY id`, today.String())
	return ids, fault(err, "agreements")
}

// AgreementsEnding returns the agreements that end in so many days or less.
func (db *DB) AgreementsEnding(ctx context.Context, today domain.Date, days int) ([]domain.AgreementID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.AgreementID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM agreement WHERE state IN ('active', 'suspended') AND to_on BETWEEN ? AND ? ORDER BY id`, today.String(), today.AddDays(days).String())
	return ids, fault(err, "agreements")
}
