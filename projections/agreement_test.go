package projections_test

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestAnAgreementTellsItsHistory(t *testing.T) {
	tell := func(t testing.TB, db *projections.DB) any {
		all, err := db.Agreements(t.Context(), "lakeshore")
		g := must(t, all, err)[0]
		out := []string{join(g.State, "edition", g.Edition, "to", g.To, g.Scopes, g.Signed, g.Reason, g.TeachOut)}
		if g.Proposal != nil {
			out = append(out, join("proposed", g.Proposal.Version, g.Proposal.To, g.Proposal.Note))
		}
		for _, v := range g.Versions {
			out = append(out, join("version", v.Number, v.To, v.On, v.Note))
		}
		for _, n := range g.Notices {
			out = append(out, join("notice", n.Days, n.Ends, n.On))
		}
		for _, r := range g.Rules {
			out = append(out, join("rule", r.Rule, r.RetiredOn, r.Gives(day("2026-05-01"))))
		}
		return out
	}
	lake := func(d string, by domain.Actor, es ...domain.Event) fact { return on(d, by, "agreement-lake", es...) }
	amend := lake("2026-03-01", lena, agreement.AmendmentProposed{Version: 2, Scopes: []domain.Scope{domain.CreditRecords}, To: day("2027-12-31"), Note: "less"})
	both := []fact{lake("2026-03-02", lena, agreement.SignedByParty{Party: agreement.Hospital, Version: 2}),
		lake("2026-03-03", shore, agreement.SignedByParty{Party: agreement.Institution, Version: 2}, agreement.Amended{Version: 2, Scopes: []domain.Scope{domain.CreditRecords}, To: day("2027-12-31")})}
	check(t, []telling{
		{"a draft that was sent is pending", []fact{lake("2026-01-12", lena, agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.CreditRecords}}, agreement.SentForSignature{})}, tell,
			[]string{"pending-signature edition 1 to  [credits] []  "}},
		{"what is proposed is not in force", all(inForce, []fact{amend}), tell,
			[]string{"active edition 1 to 2026-12-31 [credits milestones pathway] []  ", "proposed 2 2027-12-31 less", "version 1 2026-12-31 2026-01-19 ", "rule cyb-110  true"}},
		{"an amendment has both signatures", all(inForce, []fact{amend}, both), tell,
			[]string{"active edition 2 to 2027-12-31 [credits] [hospital institution]  ", "version 1 2026-12-31 2026-01-19 ", "version 2 2027-12-31 2026-03-03 less", "rule cyb-110  true"}},
		{"a suspension has a reason, and notices stay", all(inForce, []fact{lake("2026-10-02", rules, agreement.NoticeGiven{Days: 90, Ends: day("2026-12-31")}), lake("2026-10-03", lena, agreement.Suspended{Reason: "audit"})}), tell,
			[]string{"suspended edition 1 to 2026-12-31 [credits milestones pathway] [hospital institution] audit ", "version 1 2026-12-31 2026-01-19 ", "notice 90 2026-12-31 2026-10-02", "rule cyb-110  true"}},
		{"a retired rule gives no credit", all(inForce, []fact{lake("2026-04-01", lena, agreement.ArticulationRuleRetired{Rule: "cyb-110", From: day("2026-05-01"), Reason: "gone"})}), tell,
			[]string{"active edition 1 to 2026-12-31 [credits milestones pathway] [hospital institution]  ", "version 1 2026-12-31 2026-01-19 ", "rule cyb-110 2026-05-01 false"}},
	})
}

func TestSharingStopsWithItsGrounds(t *testing.T) {
	seen := func(d string) question {
		return func(t testing.TB, db *projections.DB) any {
			gs, err := db.Grants(t.Context(), "lakeshore", day(d), learner)
			return fmt.Sprint(must(t, gs, err)[0].Scopes())
		}
	}
	both := consented("", domain.CreditRecords, domain.PathwayRecords)
	shared := all(inForce, []fact{both})
	rests := on("2026-04-01", lena, "agreement-lake", agreement.Suspended{Reason: "audit"})
	out := on("2026-04-01", lena, "partner-lakeshore", partner.Suspended{Reason: "an incident"})
	closes := on("2026-04-01", lena, "agreement-lake", agreement.Terminated{Reason: "moved", On: day("2026-04-01"), TeachOut: day("2026-09-30")})
	narrows := on("2026-04-01", lena, "agreement-lake", agreement.AmendmentProposed{Version: 2, Scopes: []domain.Scope{domain.CreditRecords}, To: day("2027-12-31")},
		agreement.Amended{Version: 2, Scopes: []domain.Scope{domain.CreditRecords}, To: day("2027-12-31")})
	check(t, []telling{
		{"a suspended agreement shares nothing", all(shared, []fact{rests}), seen("2026-04-01"), "[]"},
		{"a resumed one shares again", all(shared, []fact{rests, on("2026-04-02", lena, "agreement-lake", agreement.Resumed{})}), seen("2026-04-02"), "[credits pathway]"},
		{"a suspended institution sees nothing", all(shared, []fact{out}), seen("2026-04-01"), "[]"},
		{"nor what is consented to later", all(inForce, []fact{out, both}), seen("2026-04-01"), "[]"},
		{"a resumed one sees again", all(shared, []fact{out, on("2026-04-02", lena, "partner-lakeshore", partner.Resumed{})}), seen("2026-04-02"), "[credits pathway]"},
		{"an amendment narrows what is seen, and lasts", all(shared, []fact{narrows}), seen("2027-06-01"), "[credits]"},
		{"who had begun is seen until teach-out", all(shared, []fact{closes}), seen("2026-09-30"), "[credits pathway]"},
		{"and no longer", all(shared, []fact{closes}), seen("2026-10-01"), "[]"},
		{"who had not begun is not seen", all(shared, []fact{on("2026-02-01", lena, "agreement-lake", agreement.Terminated{Reason: "moved", On: day("2026-02-01"), TeachOut: day("2026-09-30")})}), seen("2026-04-01"), "[]"},
	})
}

func TestACreditTellsItsState(t *testing.T) {
	tell := func(t testing.TB, db *projections.DB) any {
		cs, err := db.Credits(t.Context(), learner)
		c := must(t, cs, err)[learner][0]
		steps, err := db.CreditHistory(t.Context(), learner, c.Rule)
		must(t, steps, err)
		lapsing, err := db.CreditsLapsing(t.Context(), day("2026-05-02"))
		must(t, lapsing, err)
		return join(c.Version, c.State, c.Since, c.Asked, c.Credit.Decimal(), c.Advised.Credit.Decimal(), c.Reason, c.Transcript, len(c.Applied), len(steps), len(lapsing))
	}
	c := func(d string, by domain.Actor, es ...domain.Event) fact {
		return on(d, by, "credit-ana.cyb-110", es...)
	}
	advised := []fact{requested, c("2026-04-01", shore, credit.EvaluationStarted{}, credit.Recommended{Credit: domain.Credit{Hundredths: 200, Unit: domain.Semester}, Evaluator: "ACE", ValidTo: day("2026-05-01")})}
	applied := c("2026-06-10", lena, credit.Applied{Target: credit.Target{Course: "ri-03"}, Minutes: 600})
	check(t, []telling{
		{"a proposal is not told to the college", []fact{c("2026-03-01", lena, credit.Proposed{Subject: about(learner, "lakeshore"), Source: credit.ACE})}, tell, "1 proposed 2026-03-01 false 3 0   0 1 0"},
		{"a recommendation is no amount of credit", advised, tell, "3 recommended 2026-04-01 true 3 2   0 3 1"},
		{"a denial has a reason", all(advised, []fact{c("2026-04-09", shore, credit.Denied{Reason: "sealed no"})}), tell, "4 denied 2026-04-09 true 3 2 sealed no  0 4 0"},
		{"what counts is told", all([]fact{awarded}, []fact{applied, c("2026-07-01", shore, credit.Posted{TranscriptRef: "T-1", On: day("2026-07-01")})}), tell, "3 posted 2026-07-01 true 2.5 0  T-1 1 3 0"},
		{"what was taken back counts no more", all([]fact{awarded}, []fact{applied, c("2026-07-01", lena, credit.ApplicationReversed{Target: credit.Target{Course: "ri-03"}, Reason: "sealed"})}), tell, "3 awarded 2026-06-09 true 2.5 0   0 3 0"},
		{"nor what was revoked", all([]fact{awarded}, []fact{applied, c("2026-07-01", shore, credit.Revoked{Reason: "sealed why"})}), tell, "3 revoked 2026-07-01 true 2.5 0 sealed why  0 3 0"},
	})
}
