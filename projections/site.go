package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/events"
)

func (b *batch) site(r events.Recorded, e site.Event) error {
	id, err := site.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case site.Described:
		return b.exec(`INSERT INTO site (id, name, setting, limits) VALUES (?, ?, ?, '[]')
			ON CONFLICT DO UPDATE SET name = excluded.name, setting = excluded.setting`, id, e.Name, e.Setting)
	case site.DayLimitSet:
		return b.exec(`UPDATE site SET limits = json_insert(limits, '$[#]', json(?)) WHERE id = ?`, text(e.DayLimit), id)
	}
	return nil
}

// A Site is a place where people work.
type Site struct {
	ID domain.SiteID
	site.Described
	Limits rules.DayLimits
}

// DescribedSites returns the places that were described, by id.
func (db *DB) DescribedSites(ctx context.Context) ([]Site, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s Site, err error) {
		var limits []byte
		if err := rows.Scan(&s.ID, &s.Name, &s.Setting, &limits); err != nil {
			return s, err
		}
		return s, json.Unmarshal(limits, &s.Limits)
	}, `SELECT id, name, setting, limits FROM site ORDER BY id`)
	return found, fault(err, "sites")
}

// DayLimits returns how long a day may be at the sites that have limits of their own.
func (db *DB) DayLimits(ctx context.Context) (map[domain.SiteID]rules.DayLimits, error) {
	sites, err := db.DescribedSites(ctx)
	limits := map[domain.SiteID]rules.DayLimits{}
	for _, s := range sites {
		if len(s.Limits) > 0 {
			limits[s.ID] = s.Limits
		}
	}
	return limits, err
}
