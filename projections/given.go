package projections

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// readLearners reads learners, and the pathways that standards give to some of them.
func (db *DB) readLearners(ctx context.Context, q querier, query string, args ...any) ([]Learner, error) {
	found, err := collect(ctx, q, scanLearner, query, args...)
	for i, l := range found {
		if l.Pathway == "" && err == nil {
			found[i].Given, err = db.given(ctx, q, l.Standard, l.StandardVersion)
		}
	}
	return found, err
}

// given is the pathway that a version of a standard gives. It never changes, so it is kept.
func (db *DB) given(ctx context.Context, q querier, id domain.StandardID, version int) (pathway.Pathway, error) {
	key := Edition{id, version}
	if p, known := db.givenWays.Load(key); known {
		return p.(pathway.Pathway), nil
	}
	found, err := standards(ctx, q, `WHERE published = 1 AND id = ? AND version = ?`, id, version)
	if err != nil || len(found) == 0 {
		return pathway.Pathway{}, err
	}
	p := found[0].Pathway(version)
	db.givenWays.Store(key, p)
	return p, nil
}
