package policies_test

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

const aPlus domain.Stream = "milestone-ana.hd-a-plus"

// certified is a house in which Ana attained what asks for A+ on a certificate that ends on
// 20 March 2026, and a piece of work that the certificate counts for as well.
func certified(t *testing.T) *house {
	h := open(t)
	d := h.today()
	h.record("apprenticeship-ana", apprenticeship.Drafted{Person: "ana", Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, Role: "help-desk-analyst", StartOn: d.AddMonths(-3)},
		apprenticeship.Began{On: d.AddMonths(-3)})
	h.record("person-ana", person.Joined{Name: "sealed", Capacity: domain.Apprentice})
	h.record("credential-a", credential.Earned{Person: "ana", Kind: credential.Certification, Title: "A+", Issuer: "CompTIA", On: d.AddMonths(-2), ValidTo: domain.NewDate(2026, 3, 20)},
		credential.Verified{By: "tom", On: d.AddMonths(-1)},
		credential.Counted{Apprenticeship: "ana", Requirement: "hd-a-plus", By: "tom", On: d.AddMonths(-1)},
		credential.Counted{Apprenticeship: "ana", Requirement: "hd-ticket-portfolio", By: "tom", On: d.AddMonths(-1)})
	for _, req := range []domain.RequirementID{"hd-a-plus", "hd-ticket-portfolio"} {
		h.record(milestone.Stream("ana", req), milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: req, PassLevel: 1},
			milestone.Attained{On: d.AddMonths(-1), Level: 3, Basis: string(milestone.Stream("ana", req))})
	}
	return h
}

// on lets days go by until one of March 2026, as the calendar and the log do.
func (h *house) on(d int) {
	h.t.Helper()
	h.tick(d)
	h.follow()
}

func (h *house) basis(req domain.RequirementID) string {
	h.t.Helper()
	h.milestone("ana", req) // waits
	m, _, err := h.read.Milestone(h.t.Context(), "ana", req)
	if err != nil {
		h.t.Fatal(err)
	}
	return m.Basis
}

func TestAMilestoneExpiresWithItsCertificateAndComesBackWithIt(t *testing.T) {
	h := certified(t)
	h.on(20)
	if s := h.milestone("ana", "hd-a-plus"); s != pathway.Attained {
		t.Fatalf("on its last day it is %s", s)
	}
	h.on(23)
	h.on(23)
	h.again()
	attained := []string{"milestone.started 2026-03-02", "milestone.attained 2026-03-02"}
	h.want(aPlus, append(attained, "milestone.expired 2026-03-21")...)
	if s, basis := h.milestone("ana", "hd-a-plus"), h.basis("hd-a-plus"); s != pathway.Expired || basis != "credential-a" {
		t.Fatalf("it is %s on %q", s, basis)
	}
	if s := h.milestone("ana", "hd-ticket-portfolio"); s != pathway.Attained {
		t.Errorf("what asks for no certificate is %s", s)
	}

	h.record("credential-a", credential.Renewed{On: domain.NewDate(2026, 3, 24), ValidTo: domain.NewDate(2029, 3, 20)})
	h.on(25)
	h.want(aPlus, append(attained, "milestone.expired 2026-03-21")...)
	h.record("credential-a", credential.Verified{By: "tom", On: domain.NewDate(2026, 3, 25)})
	h.follow()
	back := append(attained, "milestone.expired 2026-03-21", "milestone.renewed 2026-03-24")
	h.want(aPlus, back...)
	h.again()
	h.on(26)
	h.want(aPlus, back...)
	if s := h.milestone("ana", "hd-a-plus"); s != pathway.Attained {
		t.Errorf("after the renewal it is %s", s)
	}
}

// TestARenewalThatComesInLateLeavesNoGap records in April that the certificate was renewed in
// time: on no day was the milestone not met, and it was not known.
func TestARenewalThatComesInLateLeavesNoGap(t *testing.T) {
	h := certified(t)
	h.on(23)
	h.now = time.Date(2026, 4, 9, 9, 0, 0, 0, time.UTC)
	h.record("credential-a", credential.Renewed{On: domain.NewDate(2026, 3, 18), ValidTo: domain.NewDate(2029, 3, 20)}, credential.Verified{By: "tom", On: domain.NewDate(2026, 3, 19)})
	h.follow()
	h.again()
	h.want(aPlus, "milestone.started 2026-03-02", "milestone.attained 2026-03-02", "milestone.expired 2026-03-21", "milestone.renewed 2026-03-18")
	for _, c := range []struct {
		m    projections.Moment
		want pathway.MilestoneState
	}{
		{projections.Moment{AsOf: domain.NewDate(2026, 3, 22)}, pathway.Attained},
		{projections.Moment{KnownOn: time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)}, pathway.Expired},
		{projections.Moment{}, pathway.Attained},
	} {
		past, err := h.read.Past(t.Context(), h.log, "ana", c.m)
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := past.Milestone(t.Context(), "ana", "hd-a-plus")
		if err != nil || m.State != c.want {
			t.Errorf("at %+v it is %s, want %s; %v", c.m, m.State, c.want, err)
		}
		if err := past.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestARenewalThatNobodyVerifiedCarriesNothing: the holder says before its end that the
// certificate was renewed, and nobody looks at it.
func TestARenewalThatNobodyVerifiedCarriesNothing(t *testing.T) {
	h := certified(t)
	h.on(10)
	h.record("credential-a", credential.Renewed{On: domain.NewDate(2026, 3, 9), ValidTo: domain.NewDate(2029, 3, 20)})
	h.on(20)
	if s := h.milestone("ana", "hd-a-plus"); s != pathway.Attained {
		t.Fatalf("until the day that was verified it is %s", s)
	}
	h.on(21)
	if s := h.milestone("ana", "hd-a-plus"); s != pathway.Expired {
		t.Errorf("after it, it is %s", s)
	}
}

func TestAnotherCertificateCarriesAMilestoneToo(t *testing.T) {
	h := certified(t)
	h.record("credential-b", credential.Earned{Person: "ana", Kind: credential.Certification, Title: "A+ (new)", Issuer: "CompTIA", On: domain.NewDate(2026, 3, 5)},
		credential.Verified{By: "tom", On: domain.NewDate(2026, 3, 6)}, credential.Counted{Apprenticeship: "ana", Requirement: "hd-a-plus", By: "tom", On: domain.NewDate(2026, 3, 6)})
	h.on(25)
	if s := h.milestone("ana", "hd-a-plus"); s != pathway.Attained {
		t.Fatalf("with a certificate for life it is %s", s)
	}
	h.record("credential-b", credential.Revoked{On: domain.NewDate(2026, 3, 26), Reason: "sealed"})
	h.on(27)
	h.again()
	if s, basis := h.milestone("ana", "hd-a-plus"), h.basis("hd-a-plus"); s != pathway.Expired || basis != "credential-b" {
		t.Errorf("once the issuer took it back it is %s on %q", s, basis)
	}
	h.want(aPlus, "milestone.started 2026-03-02", "milestone.attained 2026-03-02", "milestone.expired 2026-03-26")
}

// TestWhatWasShownAnewDoesNotRestOnTheOldCertificate: after it expired, the apprentice showed
// something else.
func TestWhatWasShownAnewDoesNotRestOnTheOldCertificate(t *testing.T) {
	h := certified(t)
	h.on(23)
	h.record(aPlus, milestone.Attained{On: domain.NewDate(2026, 3, 24), Level: 3, Basis: string(aPlus)})
	n := len(h.facts(aPlus))
	h.on(25)
	h.again()
	if got := h.facts(aPlus); len(got) != n || !slices.Contains(got, "milestone.expired 2026-03-21") {
		t.Errorf("%q", got)
	}
}
