package vault

import (
	"context"
	"fmt"
	"iter"

	"github.com/guildhall-dev/guildhall/domain"
)

// Verify looks at the whole file, opens every key and checks of everybody who was erased
// that they were. It yields each fault with the person it hits, or with nobody where it is
// one of the file. A vault in order yields nothing.
func (v *Vault) Verify(ctx context.Context) iter.Seq2[domain.PersonID, error] {
	return func(yield func(domain.PersonID, error) bool) {
		problems, err := v.integrity(ctx)
		if err != nil {
			yield("", fmt.Errorf("vault: check %s: %w", File, err))
			return
		}
		for _, p := range problems {
			if !yield("", fmt.Errorf("vault: %s is damaged: %s", File, p)) {
				return
			}
		}
		if !v.check(ctx, `SELECT person, id, wrapped FROM data_key WHERE person > ? OR person = ? AND id > ? ORDER BY person, id LIMIT 1000`, v.opens, yield) {
			return
		}
		v.check(ctx, `SELECT person, '', proof FROM erased WHERE person > ? OR person = ? AND '' > ? ORDER BY person LIMIT 1000`, v.isErased, yield)
	}
}

// integrity returns what SQLite finds wrong with the file.
func (v *Vault) integrity(ctx context.Context) (problems []string, err error) {
	rows, err := v.db.QueryContext(ctx, `PRAGMA integrity_check`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			problems = append(problems, line)
		}
	}
	return problems, rows.Err()
}

func (v *Vault) opens(r row) error {
	_, err := v.wrap.open(r.person, r.id, r.blob)
	return err
}

func (v *Vault) isErased(r row) error {
	if !v.wrap.proves(erasedClaim(r.person), r.blob) {
		return badProof(r.person)
	}
	return nil
}

// check runs through the rows of a query in pieces, so that others get at the keys
// meanwhile. It reports whether to go on.
func (v *Vault) check(ctx context.Context, query string, fine func(row) error, yield func(domain.PersonID, error) bool) bool {
	var at row
	for {
		v.mu.RLock()
		piece, err := keysOf(ctx, v.db, query, at.person, at.person, at.id)
		faults := make([]error, len(piece))
		for i, r := range piece {
			faults[i] = fine(r)
		}
		v.mu.RUnlock()
		if err != nil {
			return yield("", fmt.Errorf("vault: read %s: %w", File, err))
		}
		if len(piece) == 0 {
			return true
		}
		for i, r := range piece {
			if faults[i] != nil && !yield(r.person, faults[i]) {
				return false
			}
		}
		at = piece[len(piece)-1]
	}
}
