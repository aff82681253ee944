package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// transcript stands for what a learner has to show: it changes whenever that does.
func transcript(l projections.Learner, s standard.Showing) (string, error) {
	body, err := json.Marshal(struct {
		Standard domain.StandardID
		Version  int
		Showing  standard.Showing
	}{l.Standard, l.StandardVersion, s})
	if err != nil {
		return "", fmt.Errorf("transcript of %s: %w", l.ID, err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

func (d *Desk) transcriptOf(ctx context.Context, l projections.Learner) (string, error) {
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return "", err
	}
	showing, err := d.Read.Showing(ctx, l, s)
	if err != nil {
		return "", err
	}
	return transcript(l, showing)
}

// ProposeTransfer offers an apprentice to go on under another programme, with the record as
// it is now.
func (d *Desk) ProposeTransfer(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.ProgramID) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	hash, err := d.transcriptOf(ctx, l)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.ProposeTransfer{Request: d.request(a), ToProgram: to, Transcript: hash})
}

// ConsentToTransfer is the apprentice's word: a day is the last one here.
func (d *Desk) ConsentToTransfer(ctx context.Context, a Ask, id domain.ApprenticeshipID, on domain.Date) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	hash, err := d.transcriptOf(ctx, l)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.ConsentToTransfer{Request: d.effective(a, on), Transcript: hash, Worked: worked})
}

// brought is what a continuation takes over of the apprenticeship it continues: what was
// shown there counts, up to what the standard asks for, with the wage step that was due.
func (d *Desk) brought(ctx context.Context, a Ask, of projections.Learner, to projections.Standard) (apprenticeship.GrantPriorCredit, error) {
	none := apprenticeship.GrantPriorCredit{}
	from, err := d.Read.Standard(ctx, of.Standard, of.StandardVersion)
	if err != nil {
		return none, err
	}
	showing, err := d.Read.Showing(ctx, of, from)
	if err != nil {
		return none, err
	}
	pay, err := d.Read.Pay(ctx, of.ID)
	if err != nil {
		return none, err
	}
	evidence, err := d.seal(ctx, of.Person, "transcript", "Transcript "+of.Transcript+" of "+string(apprenticeship.Stream(of.ID)))
	if err != nil {
		return none, err
	}
	prior := apprenticeship.Prior{Evidence: evidence}
	for _, wp := range to.WorkProcesses {
		if m := min(wp.Min, showing.Earned[wp.ID]+showing.Prior[wp.ID]); m > 0 {
			prior.Processes = append(prior.Processes, apprenticeship.Learned{WorkProcess: wp.ID, Minutes: m})
		}
		for _, c := range wp.Competencies {
			if showing.Held[c.ID] || showing.Ratings[c.ID] >= max(to.PassLevel, 1) {
				prior.Competencies = append(prior.Competencies, string(c.ID))
			}
		}
	}
	for _, c := range to.Courses {
		if showing.Passed[c.ID] || c.Min > 0 && showing.Class(c.ID) >= c.Min {
			prior.Courses = append(prior.Courses, string(c.ID))
		}
	}
	return apprenticeship.GrantPriorCredit{Request: d.request(a), Entry: domain.EntryID("transcript-" + of.ID), Prior: prior, WageStep: pay[of.ID].Reached(), Room: roomOf(to, standard.Showing{})}, nil
}

// continued is the apprenticeship that another one continues: it was transferred to the
// programme, in the same occupation and for the same person.
func (d *Desk) continued(ctx context.Context, a Ask, id domain.ApprenticeshipID, who domain.PersonID, in domain.StandardID, under domain.ProgramID) (projections.Learner, error) {
	of, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return of, err
	}
	if of.Status != projections.Transferred || of.Person != who || of.Standard != in || of.TransferTo != under {
		return of, domain.Refuse(domain.Conflict, "NOT_A_CONTINUATION", "Only what was transferred to this programme is continued, by the same person in the same occupation.").About("continuationOf")
	}
	return of, nil
}
