package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// Filings are what agencies have to be told of the learners within somebody's sight. An
// apprentice sees what is told of them, and partners nothing.
func (d *Desk) Filings(ctx context.Context, by domain.Actor, q projections.FilingQuery) ([]projections.Filing, error) {
	q, sees, err := d.filingsSeen(ctx, by, q)
	if err != nil || !sees {
		return nil, err
	}
	return d.Read.Filings(ctx, q)
}

// CountFilings counts what Filings finds in all, on whatever page.
func (d *Desk) CountFilings(ctx context.Context, by domain.Actor, q projections.FilingQuery) (projections.FilingCount, error) {
	q, sees, err := d.filingsSeen(ctx, by, q)
	if err != nil || !sees {
		return projections.FilingCount{}, err
	}
	return d.Read.CountFilings(ctx, q, d.Today())
}

// filingsSeen is q of what an actor may see, or false where that is nothing.
func (d *Desk) filingsSeen(ctx context.Context, by domain.Actor, q projections.FilingQuery) (projections.FilingQuery, bool, error) {
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor:
		return q, true, nil
	case domain.Apprentice:
		own, err := d.Read.LearnersOf(ctx, by.Person)
		seen := []domain.ApprenticeshipID{}
		for _, l := range own {
			if q.Learners == nil || slices.Contains(q.Learners, l.ID) {
				seen = append(seen, l.ID)
			}
		}
		q.Learners = seen
		return q, len(seen) > 0, err
	}
	return q, false, nil
}

// A FilingForm is what an agency is told, in the fields it asks for. Names and dates of birth
// are added where it is sent: they are not on record. What is written is kept under these names.
type FilingForm struct {
	Agency, ProgramNo, ApprenticeNo, Occupation, Cause string
	Apprentice                                         domain.PersonID
	OccurredOn, DueOn, StartOn, ExpectedEndOn, EndedOn domain.Date
	InProbation                                        bool
	OnTheJob, Instruction                              domain.Minutes
}

// FilingForm is what an agency is told with a filing, as the record is now.
func (d *Desk) FilingForm(ctx context.Context, f projections.Filing) (FilingForm, error) {
	l, err := d.Read.Learner(ctx, f.Learner)
	if err != nil {
		return FilingForm{}, err
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return FilingForm{}, err
	}
	showing, err := d.Read.Showing(ctx, l, s)
	if err != nil {
		return FilingForm{}, err
	}
	p, err := d.program(ctx, f.Program)
	form := FilingForm{Agency: f.Agency, ProgramNo: p.Number, ApprenticeNo: l.Number, Occupation: s.RAPIDS, Cause: f.Cause, Apprentice: l.Person,
		OccurredOn: f.OccurredOn, DueOn: f.DueOn, StartOn: l.StartOn, ExpectedEndOn: l.ExpectedEndOn, EndedOn: l.EndedOn, InProbation: l.InProbation, OnTheJob: showing.OnTheJob()}
	for _, m := range s.Class(showing) {
		form.Instruction += m
	}
	return form, err
}

// PrepareFiling records what the agency will be told.
func (d *Desk) PrepareFiling(ctx context.Context, a Ask, id domain.ApprenticeshipID, revision uint64) (events.Position, error) {
	f, err := d.Filing(ctx, a.By, id, revision)
	if err != nil {
		return 0, err
	}
	form, err := d.FilingForm(ctx, f)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(form)
	if err != nil {
		return 0, fmt.Errorf("filing %s: %w", strconv.FormatUint(revision, 10), err)
	}
	sum := sha256.Sum256(body)
	sealed, err := d.seal(ctx, form.Apprentice, "", string(body))
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, filing.Stream(id, revision), filing.Evolve, filing.Prepare{Request: d.request(a), Digest: hex.EncodeToString(sum[:]), Form: sealed})
}

// Written is what was written to an agency with a filing, as it was then. It is not there if
// nothing was written, if it was not kept then, or if the apprentice was erased since.
func (d *Desk) Written(ctx context.Context, f projections.Filing) (form FilingForm, there bool, err error) {
	body, err := d.Vault.Unseal(ctx, f.Form)
	if errors.Is(err, vault.ErrErased) || err == nil && body == "" {
		return form, false, nil
	}
	if err != nil {
		return form, false, err
	}
	if sum := sha256.Sum256([]byte(body)); hex.EncodeToString(sum[:]) != f.Digest {
		return form, false, fmt.Errorf("filing %s.%d: what is kept is not what was written", f.Learner, f.Revision)
	}
	return form, true, json.Unmarshal([]byte(body), &form)
}

// SubmitFiling records that it was sent.
func (d *Desk) SubmitFiling(ctx context.Context, a Ask, id domain.ApprenticeshipID, revision uint64, reference string) (events.Position, error) {
	if _, err := d.Filing(ctx, a.By, id, revision); err != nil {
		return 0, err
	}
	return execute(ctx, d, filing.Stream(id, revision), filing.Evolve, filing.Submit{Request: d.request(a), Reference: domain.Written(reference)})
}

// AnswerFiling records what the agency said, and what it found wrong.
func (d *Desk) AnswerFiling(ctx context.Context, a Ask, id domain.ApprenticeshipID, revision uint64, accepted bool, wrong string) (events.Position, error) {
	if _, err := d.Filing(ctx, a.By, id, revision); err != nil {
		return 0, err
	}
	_, sealed, err := d.about(ctx, a, id, wrong)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, filing.Stream(id, revision), filing.Evolve, filing.Answer{Request: d.request(a), Accepted: accepted, Errors: sealed})
}

// Filing is one that somebody may see. Others do not exist for them.
func (d *Desk) Filing(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, revision uint64) (projections.Filing, error) {
	found, err := d.Filings(ctx, by, projections.FilingQuery{Learners: []domain.ApprenticeshipID{id}, Revision: revision})
	if err != nil {
		return projections.Filing{}, err
	}
	if len(found) == 0 || revision == 0 {
		return projections.Filing{}, domain.Refuse(domain.NotFound, "NO_SUCH_FILING", "There is no such filing.")
	}
	return found[0], nil
}
