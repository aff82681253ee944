package graphql

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

func (s *Server) query() binding {
	fields := map[string]field[root]{
		"viewer":            s.asked(s.viewer),
		"node":              s.asked(s.node),
		"nodes":             s.asked(s.nodes),
		"apprentice":        s.asked(s.apprentice),
		"apprentices":       s.asked(s.apprentices),
		"pathways":          s.asked(s.pathways),
		"requirementKinds":  s.asked(s.requirementKinds),
		"standards":         s.asked(s.standards),
		"frameworks":        s.asked(s.frameworks),
		"workRoles":         s.asked(s.workRoles),
		"relatedRoles":      s.asked(s.relatedRoles),
		"gap":               s.asked(s.gap),
		"careerLattice":     s.asked(s.careerLattice),
		"talent":            s.asked(s.talent),
		"unmatchedStudents": s.asked(s.unmatchedStudents),
		"uploads":           s.asked(s.uploads),
		"inbox":             s.asked(s.inbox),
		"approvals":         s.asked(s.approvals),
		"positions":         s.asked(s.positions),
		"interested":        s.asked(s.interested),
		"mentorOffers":      s.asked(s.mentorOffers),
		"institutions":      s.asked(s.institutions),
		"partnerClients":    s.asked(s.partnerClients),
		"webhooks":          s.asked(s.webhooks),
		"agreements":        s.asked(s.agreements),
		"articulationRules": s.asked(s.articulationRules),
		"turns":             s.asked(s.turns),
		"changes":           s.asked(s.changes),
		"digest":            s.asked(s.digest),
		"disclosures":       s.asked(s.disclosures),
		"amendmentRequests": s.asked(s.amendmentRequests),
		"erasures":          s.asked(s.erasures),
		"programs":          s.asked(s.programs),
		"ratioBoards":       s.asked(s.ratioBoards),
		"filings":           s.asked(s.filings),
		"deadlines":         s.asked(s.deadlines),
	}
	for name, answer := range outcomeQueries(s) {
		fields[name] = s.asked(answer)
	}
	return object("Query", fields)
}

// asked is a question of the asker. A partner's is not answered before everything that
// was withdrawn until now has reached the read model.
func (s *Server) asked(answer func(ctx context.Context, by domain.Actor, a args) (any, error)) field[root] {
	return ask(func(ctx context.Context, _ root, a args) (any, error) {
		by, err := asker(ctx)
		if err != nil {
			return nil, err
		}
		if by.Role == domain.Partner {
			if err := s.Partners.Admit(ctx, by.Partner); err != nil {
				return nil, err
			}
		}
		return answer(ctx, by, a)
	})
}

// asker is who asks: one person, or one institution.
func asker(ctx context.Context) (domain.Actor, error) {
	by := actor(ctx)
	if by.Role == "" || (by.Role == domain.Partner) != (by.Partner != "") || (by.Person == "") == (by.Partner == "") {
		return by, errors.New("nobody was authenticated")
	}
	return by, nil
}

var (
	peopleOnly   = domain.Refuse(domain.Forbidden, "PEOPLE_ONLY", "This is for people. A partner reads what is shared with it and sends credit.")
	partnersOnly = domain.Refuse(domain.Forbidden, "PARTNERS_ONLY", "This is for the systems of institutions, under their own token.")
)

// upper is the name of an enum's value for a state or kind, such as IN_PROGRESS for "in-progress".
func upper[T ~string](v T) string {
	return strings.ToUpper(strings.ReplaceAll(string(v), "-", "_"))
}

// lower is the inverse of upper.
func lower[T ~string](name string) T {
	return T(strings.ToLower(strings.ReplaceAll(name, "_", "-")))
}

// each turns a list into another, one by one.
func each[A, B any](list []A, turn func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = turn(v)
	}
	return out
}

// joined is several sets of fields of one object.
func joined[T any](sets ...map[string]field[T]) map[string]field[T] {
	out := map[string]field[T]{}
	for _, set := range sets {
		maps.Copy(out, set)
	}
	return out
}
