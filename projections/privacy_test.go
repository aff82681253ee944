package projections_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestDisclosuresAndAmendments(t *testing.T) {
	vera := domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}
	credits := []domain.Scope{domain.CreditRecords}
	log := func(q projections.DisclosureQuery) question {
		return func(t testing.TB, db *projections.DB) any {
			q.First = 10
			ds, err := db.Disclosures(t.Context(), q)
			return lines(must(t, ds, err), func(d projections.Disclosure) string {
				return join(d.Partner, d.Person, d.On, d.Fields, d.Basis, d.Interest, d.Refused, d.By)
			})
		}
	}
	facts := []fact{
		on("2026-04-01", shore, "disclosure-lakeshore.2026-04", disclosure.Requested{On: day("2026-04-01"), Fields: credits, LegitimateInterest: "credit", QueryHash: "q"},
			disclosure.Made{On: day("2026-04-01"), Persons: []domain.PersonID{"ana-ruiz", "ben"}, Fields: credits, Basis: disclosure.Consent, LegitimateInterest: "credit", QueryHash: "q"}),
		on("2026-04-02", shore, "disclosure-lakeshore.2026-04", disclosure.Requested{On: day("2026-04-02"), Fields: credits, LegitimateInterest: "credit", QueryHash: "q"},
			disclosure.Refused{On: day("2026-04-02"), QueryHash: "q", Code: "NOT_SHARED"}),
		on("2026-04-03", vera, "disclosure-harbor.2026-04", disclosure.Made{On: day("2026-04-03"), Persons: []domain.PersonID{"ana-ruiz"}, Fields: credits, Basis: disclosure.Subpoena, LegitimateInterest: "order"}),
	}
	ask := on("2026-04-01", ana, "amendment-ana-ruiz.one", amendment.Requested{Person: "ana-ruiz", Record: "apprenticeship-ana", Text: "sealed", DueOn: day("2026-05-16")})
	amendments := func(t testing.TB, db *projections.DB) any {
		as, err := db.Amendments(t.Context(), "ana-ruiz")
		return lines(must(t, as, err), func(a projections.Amendment) string {
			return join(a.Name, a.Version, a.State, a.Record, a.AskedOn, a.DueOn, a.DecidedOn, a.DecidedBy, a.Reason, a.Statements)
		})
	}
	check(t, []telling{
		{"a learner is told who was told", facts, log(projections.DisclosureQuery{Person: "ana-ruiz"}),
			[]string{"harbor ana-ruiz 2026-04-03 [credits] 99.31(a)(9) order  vera", "lakeshore ana-ruiz 2026-04-01 [credits] consent credit  "}},
		{"an institution is told what it asked in vain", facts, log(projections.DisclosureQuery{Partner: "lakeshore"}),
			[]string{"lakeshore  2026-04-02 [credits]  credit NOT_SHARED ", "lakeshore ana-ruiz 2026-04-01 [credits] consent credit  ", "lakeshore ben 2026-04-01 [credits] consent credit  "}},
		{"a request is open until it is due", []fact{ask}, amendments, []string{"one 1 open apprenticeship-ana 2026-04-01 2026-05-16    []"}},
		{"a statement stays with the record", []fact{ask, on("2026-04-09", vera, "amendment-ana-ruiz.one", amendment.Decided{By: "vera", Reason: "sealed no"}),
			on("2026-04-10", ana, "amendment-ana-ruiz.one", amendment.StatementAdded{Statement: "sealed view"}, amendment.StatementAdded{Statement: "sealed more"})}, amendments,
			[]string{"one 4 refused apprenticeship-ana 2026-04-01 2026-05-16 2026-04-09 vera sealed no [sealed view sealed more]"}},
		{"what is accepted is told", []fact{ask, on("2026-04-09", vera, "amendment-ana-ruiz.one", amendment.Decided{By: "vera", Accepted: true, Reason: "sealed yes"})}, amendments,
			[]string{"one 2 accepted apprenticeship-ana 2026-04-01 2026-05-16 2026-04-09 vera sealed yes []"}},
		{"what was taken back is too", []fact{ask, on("2026-04-09", ana, "amendment-ana-ruiz.one", amendment.Withdrawn{})}, amendments,
			[]string{"one 2 withdrawn apprenticeship-ana 2026-04-01 2026-05-16 2026-04-09   []"}},
	})
}
