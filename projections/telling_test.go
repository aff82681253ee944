package projections_test

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestWhatRegistrarsAreTold(t *testing.T) {
	const defence = domain.Stream("milestone-ana.hd-defence")
	ask := func(t testing.TB, db *projections.DB) any {
		all, err := db.Tellings(t.Context(), learner)
		return lines(must(t, all, err)[learner], func(r projections.Telling) string {
			follows := "the first"
			switch {
			case r.Supersedes == r.Event:
				follows = "itself"
			case r.Supersedes != "":
				follows = "another"
			}
			return fmt.Sprintf("%s %s %s %s after %s", r.Object, r.Kind, r.Status, r.On, follows)
		})
	}
	attained := on("2026-04-01", priya, defence, milestone.Attained{On: day("2026-03-30"), Level: 3, Basis: string(defence)})
	started := on("2026-03-01", ana, defence, milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-defence", PassLevel: 3})
	corrected := on("2026-04-02", priya, defence, milestone.AssessmentCorrected{Attempt: 1, Now: milestone.Mark{Rating: 4}})
	revoked := on("2026-04-03", lena, defence, milestone.Revoked{Reason: "sealed"})
	expired := on("2026-05-01", rules, defence, milestone.Expired{On: day("2026-05-01"), Basis: "credential-1"})
	renewed := on("2026-05-03", rules, defence, milestone.Renewed{Certificate: "credential-1", On: day("2026-05-02"), Level: 3, Basis: "credential-1"})
	recommended := on("2026-04-10", shore, "credit-ana.cyb-110", credit.Recommended{Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}})
	withdrawn := on("2026-07-01", shore, "credit-ana.cyb-110", credit.Revoked{Reason: "sealed"})
	lapsed := on("2026-07-01", shore, "credit-ana.cyb-110", credit.Lapsed{})
	done := on("2026-08-01", lena, "apprenticeship-ana", apprenticeship.CompletionCertified{On: day("2026-07-31")})
	undone := on("2026-08-02", lena, "apprenticeship-ana", apprenticeship.CompletionRevoked{})
	m, a, r, c := "milestone-ana.hd-defence milestone ", "credit-ana.cyb-110 credit-awarded ", "credit-ana.cyb-110 credit-recommended ", "apprenticeship-ana completion "
	check(t, []telling{
		{"a milestone that is under way is not told", []fact{started}, ask, []string{}},
		{"one that is attained is, of its day", []fact{started, attained}, ask, []string{m + "active 2026-03-30 after the first"}},
		{"a rating put right is another row of the fact", []fact{started, attained, corrected}, ask, []string{m + "corrected 2026-03-30 after another"}},
		{"one taken back stands no more", []fact{started, attained, revoked}, ask, []string{m + "withdrawn 2026-03-30 after another"}},
		{"nothing is taken back that was never told", []fact{started, revoked}, ask, []string{}},
		{"one attained anew stands", []fact{started, attained, revoked, attained}, ask, []string{m + "active 2026-03-30 after another"}},
		{"one that comes back with its certificate stands", []fact{started, attained, expired, renewed}, ask, []string{m + "active 2026-05-02 after another"}},
		{"one that only holds for longer is the same row", []fact{started, attained, renewed}, ask, []string{m + "active 2026-03-30 after the first"}},
		{"a recommendation is not an award", []fact{requested, recommended}, ask, []string{r + "active 2026-04-10 after the first"}},
		{"an award stands beside the recommendation", []fact{requested, recommended, awarded}, ask, []string{a + "active 2026-06-09 after the first", r + "active 2026-04-10 after the first"}},
		{"an award taken back leaves the recommendation", []fact{requested, recommended, awarded, withdrawn}, ask, []string{a + "withdrawn 2026-06-09 after another", r + "active 2026-04-10 after the first"}},
		{"a recommendation lapses", []fact{requested, recommended, lapsed}, ask, []string{r + "withdrawn 2026-04-10 after another"}},
		{"a completion is told", []fact{done}, ask, []string{c + "active 2026-07-31 after the first"}},
		{"and taken back", []fact{done, undone}, ask, []string{c + "withdrawn 2026-07-31 after another"}},
	})
}
