package projections_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestDocuments(t *testing.T) {
	one, two := manifest.Document{ID: "one", Name: "One", Kind: "query", Body: "{a}"}, manifest.Document{ID: manifest.Hash("{b}"), Name: "Two", Kind: "query", Body: "{b}"}
	facts := []fact{on("2026-03-01", shore, "manifest-lakeshore", manifest.Added{Document: two}, manifest.Added{Document: one})}
	named := func(p domain.PartnerID, id string) question {
		return func(t testing.TB, db *projections.DB) any {
			d, found, err := db.Document(t.Context(), p, id)
			return join(must(t, found, err), d.Name, d.Body)
		}
	}
	all := func(t testing.TB, db *projections.DB) any {
		ds, err := db.Documents(t.Context(), "lakeshore")
		return lines(must(t, ds, err), func(d projections.Document) string {
			return join(d.ID, d.Name, d.Kind, d.Hash == manifest.Hash(d.Body))
		})
	}
	check(t, []telling{
		{"documents are told by name", facts, all, []string{"one One query true", two.ID + " Two query true"}},
		{"one is named by its id", facts, named("lakeshore", "one"), "true One {a}"},
		{"and by the hash of its body", facts, named("lakeshore", manifest.Hash("{a}")), "true One {a}"},
		{"another college has none", facts, named("harbor", "one"), "false  "},
		{"what is withdrawn is gone", append(facts[:1:1], on("2026-03-02", shore, "manifest-lakeshore", manifest.Withdrawn{ID: "one"})), named("lakeshore", manifest.Hash("{a}")), "false  "},
	})
}
