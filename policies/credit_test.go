package policies_test

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

var award = credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Partner: "lake", Articulation: rules.Articulation{Rule: "r-1", Course: "CYB 110"}},
	Award: domain.Credit{Hundredths: 300, Unit: domain.Semester}}

func TestNoticeIsGivenBeforeAnAgreementEnds(t *testing.T) {
	h := open(t)
	h.record("partner-lake", partner.Onboarded{Name: "Lakeshore"})
	h.record("agreement-a", agreement.Drafted{Partner: "lake"}, agreement.SignedByParty{Party: agreement.Hospital}, agreement.SignedByParty{Party: agreement.Institution},
		agreement.Activated{From: domain.NewDate(2026, 3, 2), To: domain.NewDate(2026, 6, 30)})
	agreed := h.facts("agreement-a")
	day := func(d domain.Date) {
		h.now = d.Midnight().Add(9 * time.Hour)
		if err := h.policies(h.log).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	day(domain.NewDate(2026, 3, 31))
	h.want("agreement-a", agreed...)
	for _, d := range []int{1, 2, 20} {
		day(domain.NewDate(2026, 4, d))
		h.want("agreement-a", append(agreed, "agreement.notice_given 2026-04-01")...)
	}
	for _, d := range []int{31, 32} {
		day(domain.NewDate(2026, 5, d))
		h.want("agreement-a", append(agreed, "agreement.notice_given 2026-04-01", "agreement.notice_given 2026-05-31")...)
	}
}

func TestARecommendationLapses(t *testing.T) {
	h := open(t)
	h.record("credit-ana.r-1", credit.Requested{Subject: award.Subject}, credit.EvaluationStarted{}, credit.Recommended{Credit: award.Award, Evaluator: "ACE", ValidTo: domain.NewDate(2026, 3, 10)})
	before := h.facts("credit-ana.r-1")
	h.tick(10)
	h.want("credit-ana.r-1", before...)
	h.tick(11)
	h.tick(12)
	h.want("credit-ana.r-1", append(before, "credit.lapsed 2026-03-11")...)
}

func TestCreditThatIsAppliedMeetsARequirement(t *testing.T) {
	h := open(t)
	h.record("credit-ana.r-1", award, credit.Applied{Target: credit.Target{Course: "ri-03"}, Minutes: 60}, credit.Applied{Target: credit.Target{Requirement: "hd-defence"}, Minutes: 60})
	h.follow()
	h.again()
	h.want("milestone-ana.hd-defence", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")
}

func TestWhatCountsNoMoreIsFreeForAnotherCredit(t *testing.T) {
	h := open(t)
	course, process := credit.Target{Course: "ri-03"}, credit.Target{Process: "wp-01"}
	reserved := func(to credit.Target) domain.Stream {
		c := award.Subject.As(to)
		return reservation.Stream(c.Kind, c.Parts...)
	}
	for _, to := range []credit.Target{course, process} {
		h.record(reserved(to), reservation.Taken{Holder: "credit-ana.r-1"})
	}
	h.record("credit-ana.r-1", award, credit.Applied{Target: course, Minutes: 60}, credit.Applied{Target: process, Minutes: 60}, credit.ApplicationReversed{Target: course})
	h.follow()
	if got := h.facts(reserved(course)); len(got) != 2 {
		t.Errorf("what was taken back is not free: %q", got)
	}
	if got := h.facts(reserved(process)); len(got) != 1 {
		t.Errorf("what counts is free: %q", got)
	}
	h.record("credit-ana.r-1", credit.Revoked{Reason: "sealed"})
	h.follow()
	h.again()
	for _, to := range []credit.Target{course, process} {
		if got := h.facts(reserved(to)); len(got) != 2 {
			t.Errorf("after it was revoked: %q", got)
		}
	}
}

func TestWhatACreditMetIsUnmetWhenItIsRevoked(t *testing.T) {
	h := open(t)
	first, other := award, award
	first.Articulation.Requirement, other.Articulation.Requirement = "hd-defence", "hd-defence"
	other.Articulation.Rule = "r-2"
	h.record("credit-ana.r-1", first, credit.Applied{Target: credit.Target{Requirement: "hd-more"}, Minutes: 60})
	h.follow()
	h.record("credit-ana.r-2", other)
	h.follow()
	h.record("credit-ana.r-1", credit.ApplicationReversed{Target: credit.Target{Requirement: "hd-more"}})
	h.follow()
	h.want("milestone-ana.hd-more", "milestone.started 2026-03-02", "milestone.attained 2026-03-02", "milestone.revoked 2026-03-02")
	h.record("credit-ana.r-1", credit.Revoked{Reason: "sealed"})
	h.follow()
	h.want("milestone-ana.hd-defence", "milestone.started 2026-03-02", "milestone.attained 2026-03-02", "milestone.revoked 2026-03-02", "milestone.attained 2026-03-02")
	h.record("credit-ana.r-2", credit.Revoked{Reason: "sealed"})
	h.follow()
	end := h.head()
	h.again()
	if h.head() != end {
		t.Errorf("acting twice added %d records", h.head()-end)
	}
	h.want("milestone-ana.hd-defence", "milestone.started 2026-03-02", "milestone.attained 2026-03-02", "milestone.revoked 2026-03-02", "milestone.attained 2026-03-02", "milestone.revoked 2026-03-02")
}
