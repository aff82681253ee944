package explain

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/projections"
)

// sharing explains why an institution sees nothing of the learner although there is a
// consent for it, or an agreement with a rule for what the learner's role requires.
func (c Case) sharing() (out []Explanation) {
	for _, p := range c.parties() {
		e := Explanation{About: Sharing, Title: domain.Tell("What %s sees", p.name), Since: c.Entered}
		e = e.need(0, 1, Count)
		switch {
		case !p.inForce:
			g := p.agreement
			e.Subject = "partner-" + domain.Stream(p.id)
			e.Rule = Rule{"agreement-in-force", domain.Tell("Records are shared under an agreement in force"), Source{ByPolicy, "agreement"}}
			e.Next, e.Turn = RenewAgreement, Turn{Role: domain.Coordinator}
			if g.ID != "" {
				e.Subject, e.Rule.Source = agreement.Stream(g.ID), Source{ByAgreement, string(g.ID)}
			}
			switch g.State {
			case projections.AgreementDraft, projections.AgreementPartlySigned:
				e.Next = SignAgreement
			case projections.AgreementSigned:
				e.Next = PutIntoForce
			}
		case !p.consented:
			e.Subject = consent.Stream(c.Learner.Person, p.id)
			e.Rule = Rule{"consent", domain.Tell("A learner's signed and dated consent names what is disclosed, why and to whom"), Source{ByRegulation, "34 CFR 99.30"}}
			e.Next, e.Turn = LetCollegeSee, c.learner()
		default:
			continue
		}
		out = append(out, e)
	}
	return out
}

// A party is an institution that has to do with the learner.
type party struct {
	id                 domain.PartnerID
	name               string
	agreement          projections.Agreement // the newest, unless one is in force
	inForce, consented bool
}

func (c Case) parties() (out []party) {
	required := map[domain.RequirementID]bool{}
	for m := range c.Stage.Milestones() {
		required[m.ID] = true
	}
	at := func(id domain.PartnerID, name string) *party {
		i := slices.IndexFunc(out, func(p party) bool { return p.id == id })
		if i < 0 {
			out = append(out, party{id: id, name: name})
			i = len(out) - 1
		}
		return &out[i]
	}
	for _, k := range c.Consents {
		if k.State == projections.ConsentLive && (k.ExpiresOn.IsZero() || !k.ExpiresOn.Before(c.Today)) {
			at(k.Party, k.PartyName).consented = true
		}
	}
	for _, g := range c.Agreements {
		known := slices.ContainsFunc(out, func(p party) bool { return p.id == g.Partner })
		if !known && !slices.ContainsFunc(g.Rules, func(a projections.Rule) bool { return required[a.Requirement] }) {
			continue
		}
		p := at(g.Partner, g.PartnerName)
		if p.inForce {
			continue
		}
		p.agreement = g
		p.inForce = g.State == projections.AgreementActive && !c.Today.Before(g.From) && !c.Today.After(g.To)
	}
	return out
}
