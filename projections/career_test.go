package projections_test

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// theColleague is what holds of Ana now.
func theColleague(t testing.TB, db *projections.DB) any {
	p, err := db.Person(t.Context(), "ana-ruiz")
	must(t, p, err)
	return join(p.Position, p.Title, p.Leads, p.PayGrade, p.Vacancy, p.Manager, p.Site, p.Capacity, p.Capacities, p.LeftOn)
}

const anaStream = domain.Stream("person-ana-ruiz")

func TestWhatHoldsOfSomebody(t *testing.T) {
	job := on("2026-05-01", ruth, anaStream, person.JobTaken{Position: "systems-administrator", Title: "Systems administrator", PayGrade: "IT-3", Vacancy: "p-1", Leads: []domain.RoleID{"help-desk-analyst"}, From: day("2026-05-01")})
	boss := on("2026-05-01", ruth, anaStream, person.ManagerChanged{Manager: "owen-castellano", From: day("2026-06-01")})
	now := on("2026-06-02", ruth, anaStream, person.ManagerChanged{Manager: "priya-raman", From: day("2026-04-01")})
	took := on("2026-06-01", rules, anaStream, person.TookEffect{Fact: 2})
	mentor := on("2026-05-01", ruth, anaStream, person.CapacityGranted{Capacity: domain.Mentor, From: day("2026-05-01")})
	noLonger := on("2026-05-05", ruth, anaStream, person.CapacityRevoked{Capacity: domain.Apprentice, From: day("2026-05-05")})
	gone := on("2026-05-10", ruth, anaStream, person.Left{On: day("2026-05-08"), Reason: person.Resigned})
	before := "help-desk-analyst Help desk analyst []   dana-whitfield riverside apprentice [apprentice] "
	check(t, []telling{
		{"what they joined as", nil, theColleague, before},
		{"a new job", []fact{job}, theColleague, "systems-administrator Systems administrator [help-desk-analyst] IT-3 p-1 dana-whitfield riverside apprentice [apprentice] "},
		{"a manager to come", []fact{boss}, theColleague, before},
		{"a manager whose day has come", []fact{boss, took}, theColleague, "help-desk-analyst Help desk analyst []   owen-castellano riverside apprentice [apprentice] "},
		{"what was written down later about earlier does not overtake", []fact{boss, took, now}, theColleague, "help-desk-analyst Help desk analyst []   owen-castellano riverside apprentice [apprentice] "},
		{"a correction", []fact{job, on("2026-05-02", ruth, anaStream, person.JobTaken{Position: "security-analyst", Title: "Security analyst", From: day("2026-05-01"), Corrects: 2})}, theColleague,
			"security-analyst Security analyst []   dana-whitfield riverside apprentice [apprentice] "},
		{"what is struck", []fact{job, on("2026-05-02", ruth, anaStream, person.Struck{Fact: 2, Reason: "sealed"})}, theColleague, before},
		{"another site", []fact{on("2026-05-01", ruth, anaStream, person.SiteChanged{Site: "northgate", From: day("2026-05-01")})}, theColleague, "help-desk-analyst Help desk analyst []   dana-whitfield northgate apprentice [apprentice] "},
		{"one more capacity", []fact{mentor}, theColleague, "help-desk-analyst Help desk analyst []   dana-whitfield riverside apprentice [apprentice mentor] "},
		{"another capacity", []fact{mentor, noLonger}, theColleague, "help-desk-analyst Help desk analyst []   dana-whitfield riverside mentor [mentor] "},
		{"what personnel has", []fact{on("2026-05-01", ruth, anaStream, person.JobChanged{Position: "clerk", Title: "Clerk", Site: "northgate", From: day("2026-05-01")})}, theColleague, "clerk Clerk []   dana-whitfield northgate apprentice [apprentice] "},
		{"another usual capacity", []fact{on("2026-05-01", ruth, anaStream, person.CapacityChanged{Capacity: domain.Manager, From: day("2026-05-01")}), on("2026-05-02", ruth, anaStream, person.CapacityChanged{Capacity: domain.HR, From: day("2026-05-02")})},
			theColleague, "help-desk-analyst Help desk analyst []   dana-whitfield riverside hr [hr] "},
		{"who has left", []fact{gone}, theColleague, before + "2026-05-08"},
		{"who leaves next month is here", []fact{on("2026-05-10", ruth, anaStream, person.Left{On: day("2026-06-30"), Reason: person.Resigned})}, theColleague, before},
		{"who came back", []fact{gone, on("2026-05-20", ruth, anaStream, person.Returned{On: day("2026-05-20")})}, theColleague, before},
	})
}

func TestAnEntryThatWasCorrectedStaysOnRecord(t *testing.T) {
	db := told(t,
		on("2026-05-01", ruth, anaStream, person.ManagerChanged{Manager: "owen-castellano", From: day("2026-06-01")}),
		on("2026-05-02", ruth, anaStream, person.ManagerChanged{Manager: "priya-raman", From: day("2026-06-01"), Corrects: 2}),
		on("2026-05-03", ruth, anaStream, person.Struck{Fact: 3, Reason: "sealed why"}))
	facts, err := db.Career(t.Context(), "ana-ruiz")
	got := lines(must(t, facts, err), func(f projections.CareerFact) string { return join(f.Fact, f.Kind, f.Value, f.From, f.Aside, f.Reason) })
	if want := []string{"2 manager owen-castellano 2026-06-01 3 ", "3 manager priya-raman 2026-06-01 4 sealed why"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWhoIsAwayAndWhatComes(t *testing.T) {
	db := told(t,
		on("2026-05-01", dana, "person-dana-whitfield", person.AbsencePlanned{From: day("2026-05-04"), Until: day("2026-05-15"), Delegate: "owen-castellano"}),
		on("2026-05-01", ruth, anaStream, person.ManagerChanged{Manager: "owen-castellano", From: day("2026-06-01")}),
		on("2026-05-08", dana, "person-dana-whitfield", person.AbsenceEnded{Absence: 2, On: day("2026-05-10")}))
	for d, want := range map[string]int{"2026-05-03": 0, "2026-05-04": 1, "2026-05-10": 1, "2026-05-11": 0} {
		if away, err := db.Away(t.Context(), day(d)); err != nil || len(away) != want {
			t.Errorf("on %s %+v are away, %v", d, away, err)
		}
	}
	for d, want := range map[string]int{"2026-05-31": 0, "2026-06-01": 1} {
		if coming, err := db.Coming(t.Context(), day(d)); err != nil || len(coming) != want {
			t.Errorf("on %s %+v come, %v", d, coming, err)
		}
	}
}

func TestWishes(t *testing.T) {
	aim := person.Aim{Pathway: "desk-to-security"}
	wished := []fact{on("2026-05-01", ana, anaStream, person.InterestExpressed{Aim: aim, Note: "sealed please"})}
	referred := []fact{on("2026-05-02", dana, anaStream, person.ReferralMade{By: "dana-whitfield", Aim: aim, Note: "sealed talent"})}
	interested := func(t testing.TB, db *projections.DB) any {
		is, err := db.InterestIn(t.Context(), aim)
		return lines(must(t, is, err), func(i projections.Wish) string { return join(i.Person, i.Since, i.Note) })
	}
	referrals := func(t testing.TB, db *projections.DB) any {
		rs, err := db.Referrals(t.Context(), "dana-whitfield")
		return lines(must(t, rs, err), func(r projections.Referral) string { return join(r.Person, r.By, r.MadeOn, r.Answer, r.AnsweredOn) })
	}
	offers := func(t testing.TB, db *projections.DB) any {
		os, err := db.MentorOffers(t.Context(), "")
		return lines(must(t, os, err), func(o projections.MentorOffer) string { return join(o.Person, o.Kind, o.Since) })
	}
	members := func(t testing.TB, db *projections.DB) any {
		ms, err := db.Memberships(t.Context(), "ana-ruiz")
		return lines(must(t, ms, err), func(m projections.Membership) string { return join(m.Fact, m.Association, m.Since, m.Until) })
	}
	joined := on("2026-05-01", ana, anaStream, person.MembershipJoined{Association: "sealed HIMSS", On: day("2026-01-01")})
	offered := on("2026-05-01", ana, anaStream, person.MentorOffered{Kind: person.Peer})
	check(t, []telling{
		{"who is interested", wished, interested, []string{"ana-ruiz 2026-05-01 sealed please"}},
		{"who is not any more", all(wished, []fact{on("2026-05-09", ana, anaStream, person.InterestWithdrawn{Aim: aim})}), interested, []string{}},
		{"who is referred", referred, referrals, []string{"ana-ruiz dana-whitfield 2026-05-02  "}},
		{"who accepts", all(referred, []fact{on("2026-05-03", ana, anaStream, person.ReferralAnswered{Referral: 2, Accepted: true})}), referrals, []string{"ana-ruiz dana-whitfield 2026-05-02 accepted 2026-05-03"}},
		{"who would mentor", []fact{offered}, offers, []string{"ana-ruiz peer 2026-05-01"}},
		{"who would not any more", []fact{offered, on("2026-05-02", ana, anaStream, person.MentorOfferWithdrawn{Kind: person.Peer})}, offers, []string{}},
		{"a membership", []fact{joined}, members, []string{"2 sealed HIMSS 2026-01-01 "}},
		{"a membership that ended", []fact{joined, on("2026-06-01", ana, anaStream, person.MembershipEnded{Membership: 2, On: day("2026-05-31")})}, members, []string{"2 sealed HIMSS 2026-01-01 2026-05-31"}},
		{"nothing of it is left of who was erased", []fact{joined, offered, on("2026-06-01", ruth, anaStream, person.Erased{Reason: person.Asked})}, members, []string{}},
	})
}
