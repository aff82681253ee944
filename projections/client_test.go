package projections_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/projections"
)

func theClients(t testing.TB, db *projections.DB) any {
	cs, err := db.Clients(t.Context(), "")
	var out []string
	for _, c := range must(t, cs, err) {
		out = append(out, join(c.Name, c.PartnerName, c.Title, client.Text(c.Scopes), c.Closed, c.Suspended, c.Reason))
		for _, k := range c.Keys {
			out = append(out, join(k.ID, k.Hash, k.JWK, k.Until, "revoked", k.Revoked, k.Reason, "used", k.UsedOn, "works", k.Works(day("2026-03-09"))))
		}
	}
	return out
}

func TestClients(t *testing.T) {
	const nightly = domain.Stream("client-mill.nightly")
	onboarded := on("2026-03-01", lena, "partner-mill", partner.Onboarded{Name: "Mill College"})
	registered := on("2026-03-02", lena, nightly, client.Registered{Title: "Nightly job", Scopes: client.Usual},
		client.SecretIssued{Key: "s", Hash: "5e88", Until: day("2026-04-02")})
	two := []fact{onboarded, registered, on("2026-03-03", lena, nightly, client.KeyAdded{Key: "k", JWK: "{}", Until: day("2027-03-02")}),
		on("2026-03-04", rules, nightly, client.Used{Key: "k", On: day("2026-03-04")})}
	check(t, []telling{
		{"a client has what it was given", two, theClients, []string{"mill.nightly Mill College Nightly job feed:read apprentices:read credits:read false false ",
			"s 5e88  2026-04-02 revoked false  used  works true", "k  {} 2027-03-02 revoked false  used 2026-03-04 works true"}},
		{"a key ends when it was said to end", all(two, []fact{on("2026-03-05", lena, nightly, client.Limited{Key: "s", Until: day("2026-03-08")},
			client.Revoked{Key: "k", Reason: "lost"})}), theClients, []string{"mill.nightly Mill College Nightly job feed:read apprentices:read credits:read false false ",
			"s 5e88  2026-03-08 revoked false  used  works false", "k  {} 2027-03-02 revoked true lost used 2026-03-04 works false"}},
		{"what it may ask for is what was granted last", []fact{onboarded, registered, on("2026-03-05", lena, nightly, client.ScopesGranted{Scopes: []client.Scope{client.CreditsWrite}}, client.Closed{Reason: "gone"}),
			on("2026-03-06", lena, "partner-mill", partner.Suspended{Reason: "an incident"})},
			theClients, []string{"mill.nightly Mill College Nightly job credits:write true true gone", "s 5e88  2026-04-02 revoked false  used  works true"}},
		{"who is restricted to documents is until they are set free", all(two, []fact{on("2026-03-05", lena, nightly, client.Restricted{Only: true}, client.Restricted{}, client.Restricted{Only: true})}),
			func(t testing.TB, db *projections.DB) any {
				a, _, err := db.Admission(t.Context(), "mill.nightly", "s", "n1")
				c, bad := db.Client(t.Context(), "mill.nightly")
				return join(must(t, a.Restricted, err), must(t, c.Restricted, bad))
			}, "true true"},
		{"tokens count by the client and the key", two, func(t testing.TB, db *projections.DB) any {
			a, found, err := db.Admission(t.Context(), "mill.nightly", "s", "n1")
			if _, other, err := db.Admission(t.Context(), "mill.nightly", "none", "n1"); err != nil || other {
				t.Errorf("a key that nobody has: %v", err)
			}
			return join(must(t, found, err), client.Text(a.Scopes), a.Closed, a.Suspended, a.Revoked, a.Until)
		}, "true feed:read apprentices:read credits:read false false false 2026-04-02"},
		{"keys of nodes are published and retired", []fact{on("2026-03-02", rules, "signer-n1", signer.Published{Public: "x", Until: day("2026-06-01")}),
			on("2026-03-02", rules, "signer-n2", signer.Published{Public: "y", Until: day("2026-06-01")}, signer.Retired{Reason: "stolen"})}, func(t testing.TB, db *projections.DB) any {
			ss, err := db.Signers(t.Context())
			return lines(must(t, ss, err), func(s projections.Signer) string { return join(s.ID, s.Public, s.Until, s.Retired) })
		}, []string{"n1 x 2026-06-01 false", "n2 y 2026-06-01 true"}},
	})
}
