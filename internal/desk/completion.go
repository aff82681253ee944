package desk

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Completion holds what a learner has to show against the version of the standard that was
// pinned, rule by rule. There are no rules where the pathway alone completes.
func (d *Desk) Completion(ctx context.Context, l projections.Learner) ([]standard.Finding, error) {
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return nil, err
	}
	merits, err := d.Read.Merits(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	return Completed(l, s, merits[l.ID])
}

// Completed is Completion for who has read what it weighs.
func Completed(l projections.Learner, s projections.Standard, m projections.Merits) ([]standard.Finding, error) {
	p, err := Pathway(l)
	if err != nil || pathwayCompletes(l, p) {
		return nil, err
	}
	showing, err := m.Showing(l, s)
	if err != nil {
		return nil, err
	}
	set, err := ruleSet(l)
	return s.Completion(showing, set.OffTheJob), err
}

// pathwayCompletes reports whether a learner learns within one role by a pathway of the
// house: it asks for less than an occupation, and its standard is what hours are logged to.
func pathwayCompletes(l projections.Learner, p pathway.Pathway) bool {
	return l.Pathway != "" && p.StaysInRole()
}

// Words say what a rule asks for and what is there.
func Words(f standard.Finding) string {
	if f.Rule == standard.CompetencyRated {
		return fmt.Sprintf("%s: rated %d, needs %d", f.Title, f.There, f.Need)
	}
	return fmt.Sprintf("%s: %s of %s", f.Title, domain.Minutes(f.There), domain.Minutes(f.Need))
}

// named is how many things a refusal names before it counts the rest.
const named = 12

// unmetOnPathway is what is missing in the learner's role, and the roles after it. A pathway
// that the standard gives asks for nothing of its own.
func (d *Desk) unmetOnPathway(ctx context.Context, l projections.Learner) ([]string, error) {
	if l.Pathway == "" {
		return nil, nil
	}
	p, err := Pathway(l)
	if err != nil {
		return nil, err
	}
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return nil, err
	}
	missing := ready.Unmet()
	if next, ok := p.Following(l.Role); ok {
		missing = append(missing, "the move to "+InSentence(next.Role.Title))
	}
	return missing, nil
}

// unmet is what is missing for completion, in words: on the pathway, and by the standard.
func (d *Desk) unmet(ctx context.Context, l projections.Learner) ([]string, error) {
	missing, err := d.unmetOnPathway(ctx, l)
	if err != nil {
		return nil, err
	}
	findings, err := d.Completion(ctx, l)
	if err != nil {
		return nil, err
	}
	for _, f := range findings {
		if !f.Met {
			missing = append(missing, Words(f))
		}
	}
	if n := len(missing) - named; n > 0 {
		missing = append(missing[:named], fmt.Sprintf("and %d more", n))
	}
	return missing, nil
}

// RequestCompletion asks for completion: the goal is reached and everything it requires is met.
func (d *Desk) RequestCompletion(ctx context.Context, a Ask, id domain.ApprenticeshipID) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	missing, err := d.unmet(ctx, l)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.RequestCompletion{Request: d.request(a), Unmet: missing})
}

// ReturnCompletion sends a request for completion back.
func (d *Desk) ReturnCompletion(ctx context.Context, a Ask, id domain.ApprenticeshipID, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.ReturnCompletion{Request: d.request(a), Reason: sealed})
}

// Certify records the agency's certificate.
func (d *Desk) Certify(ctx context.Context, a Ask, id domain.ApprenticeshipID, agency, certificate string) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Certify{Request: d.request(a), Agency: domain.Written(agency), Certificate: domain.Written(certificate)})
}

// RevokeCompletion takes a completion back, on the word of an authority.
func (d *Desk) RevokeCompletion(ctx context.Context, a Ask, id domain.ApprenticeshipID, authority, reference, reason string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.reopen(ctx, a, l, apprenticeship.RevokeCompletion{Request: d.request(a), Authority: domain.Written(authority), Reference: domain.Written(reference), Reason: sealed})
}

// RecordAssessment records what an independent organisation found at the end. An institution
// that gave the apprentice credit taught them.
func (d *Desk) RecordAssessment(ctx context.Context, a Ask, id domain.ApprenticeshipID, by domain.PartnerID, passed bool, grade, feedback string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, feedback)
	if err != nil {
		return 0, err
	}
	if err := d.known(ctx, by); err != nil {
		return 0, err
	}
	credits, err := d.Read.Credits(ctx, id)
	if err != nil {
		return 0, err
	}
	var involved []domain.PartnerID
	for _, c := range credits[id] {
		involved = append(involved, c.Partner)
	}
	return d.steer(ctx, a, id, apprenticeship.RecordAssessment{Request: d.request(a), Organization: by, Passed: passed, Grade: domain.Written(grade), Feedback: sealed, Involved: involved})
}

// about is a learner whom the asker may see, and a text about them under their key.
func (d *Desk) about(ctx context.Context, a Ask, id domain.ApprenticeshipID, text string) (projections.Learner, domain.Sealed, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil || domain.Written(text) == "" {
		return l, "", err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", text)
	return l, sealed, err
}
