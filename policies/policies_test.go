package policies_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

// A house is a log, its read model and the policies, with a clock the test holds.
type house struct {
	t    *testing.T
	log  *journal.Log
	read *projections.DB
	dir  string
	now  time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	var err error
	if h.log, err = journal.OpenLocal(t.Context(), h.dir, eventstest.Codec()); err != nil {
		t.Fatal(err)
	}
	if h.read, err = projections.Open(t.Context(), h.dir); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.read.Run(ctx, h.log) }()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := errors.Join(h.read.Close(), h.log.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) record(s domain.Stream, es ...domain.Event) {
	h.t.Helper()
	_, err := h.log.Append(h.t.Context(), events.Commit{Request: domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: h.now},
		Appends: []events.Append{{Stream: s, Expected: events.Any, Events: es}}})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) policies(log events.Log) *policies.Policies {
	return &policies.Policies{Log: log, Read: h.read, Now: func() time.Time { return h.now }, Dir: h.dir}
}

// follow lets the policies act on every fact, and what follows from it.
func (h *house) follow() {
	h.t.Helper()
	if err := h.policies(eventstest.Finite{Log: h.log}).Follow(h.t.Context()); !errors.Is(err, eventstest.ErrEnd) {
		h.t.Fatal(err)
	}
}

// again lets the policies start over without a memory.
func (h *house) again() {
	h.t.Helper()
	if err := os.Remove(filepath.Join(h.dir, policies.File)); err != nil {
		h.t.Fatal(err)
	}
	h.follow()
}

func (h *house) tick(d int) {
	h.t.Helper()
	h.now = time.Date(2026, 3, d, 9, 0, 0, 0, time.UTC)
	if err := h.policies(h.log).Tick(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) head() events.Position {
	h.t.Helper()
	p, err := h.log.Head(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// facts names what is on a stream, with the day it took effect.
func (h *house) facts(s domain.Stream) (names []string) {
	h.t.Helper()
	for r, err := range h.log.Read(h.t.Context(), s) {
		if err != nil {
			h.t.Fatal(err)
		}
		names = append(names, r.Event.EventName()+" "+r.Request.On.String())
	}
	return names
}

func (h *house) want(s domain.Stream, names ...string) {
	h.t.Helper()
	if got := h.facts(s); !slices.Equal(got, names) {
		h.t.Errorf("%s has %q, want %q", s, got, names)
	}
}

func TestACreditMeetsItsRequirementOnce(t *testing.T) {
	h := open(t)
	h.record("credit-ana.r-1", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Partner: "lake", Articulation: rules.Articulation{Rule: "r-1", Requirement: "hd-defence"}}})
	h.now = h.now.AddDate(0, 0, 3)
	h.follow()
	want := []string{"milestone.started 2026-03-02", "milestone.attained 2026-03-02"}
	h.want("milestone-ana.hd-defence", want...)
	h.now = h.now.AddDate(0, 0, 3)
	h.follow()
	h.again()
	h.want("milestone-ana.hd-defence", want...)
}

func TestACreditAttainsAMilestoneThatWasBegun(t *testing.T) {
	h := open(t)
	h.record("milestone-ana.hd-defence", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hd-defence", PassLevel: 1, ByCredit: true})
	h.record("credit-ana.r-1", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Articulation: rules.Articulation{Rule: "r-1", Requirement: "hd-defence"}}})
	h.record("credit-ana.r-2", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Articulation: rules.Articulation{Rule: "r-2", Requirement: "hd-defence"}}})
	h.follow()
	h.want("milestone-ana.hd-defence", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")
}

const move = domain.Stream("transition-ana.admin")

// scheduled records an approved move of Ana to a team that Owen leads.
func (h *house) scheduled(on domain.Date) {
	h.record("person-ana", person.Joined{Name: "sealed", Capacity: domain.Apprentice})
	h.record("person-owen", person.Joined{Name: "sealed", Capacity: domain.Manager, Leads: []domain.RoleID{"admin"}})
	h.record("apprenticeship-ana", apprenticeship.Drafted{Person: "ana", Role: "desk", StartOn: domain.NewDate(2026, 1, 5)}, apprenticeship.SupervisorAssigned{Supervisor: "dana"})
	h.record(move, transition.Proposed{Apprenticeship: "ana", Person: "ana", Proposer: "priya", From: "desk", To: "admin", EffectiveOn: on}, transition.ReadinessSnapshotTaken{},
		transition.Submitted{Steps: []transition.Step{{Capacity: domain.HR}}}, transition.ApprovalStepOpened{}, transition.ApprovalGranted{}, transition.Approved{}, transition.Scheduled{EffectiveOn: on})
}

func (h *house) learner() projections.Learner {
	h.t.Helper()
	if err := h.read.Wait(h.t.Context(), h.head()); err != nil {
		h.t.Fatal(err)
	}
	l, err := h.read.Learner(h.t.Context(), "ana")
	if err != nil {
		h.t.Fatal(err)
	}
	return l
}

func TestAMoveOfAnApprenticeshipThatEndedTakesNoEffect(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.record("apprenticeship-ana", apprenticeship.Began{On: domain.NewDate(2026, 1, 5)}, apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: domain.NewDate(2026, 3, 3)})
	h.tick(5)
	h.record(move, transition.Scheduled{EffectiveOn: domain.NewDate(2026, 3, 4)})
	h.follow()
	if facts := h.facts(move); slices.Contains(facts, "transition.made_effective 2026-03-05") {
		t.Errorf("the move has %q", facts)
	}
}

func TestAMoveEndsWithItsApprenticeshipOnce(t *testing.T) {
	for cause, end := range map[transition.Cause]domain.Event{
		transition.Cancelled:   apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: domain.NewDate(2026, 3, 2)},
		transition.Transferred: apprenticeship.TransferAgreed{ToProgram: "elsewhere", On: domain.NewDate(2026, 3, 2)},
	} {
		for _, by := range []string{"the fact", "the calendar"} {
			h := open(t)
			h.scheduled(domain.NewDate(2026, 4, 1))
			h.record("apprenticeship-ana", apprenticeship.Began{On: domain.NewDate(2026, 1, 5)}, end)
			before := h.facts(move)
			if by == "the fact" {
				h.follow()
				h.again()
			}
			h.tick(2)
			h.tick(3)
			h.follow()
			h.want(move, append(before, "transition.withdrawn 2026-03-02")...)
			h.shown()
			if now, err := h.read.Transition(t.Context(), "ana", "admin"); err != nil || now.State != projections.TransitionWithdrawn || now.Cause != cause {
				t.Errorf("by %s after %s: %s because %q, %v", by, cause, now.State, now.Cause, err)
			}
		}
	}
}

func TestAMoveThatIsAskedForAfterAReversalStays(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 4, 1))
	h.record("apprenticeship-ana", apprenticeship.Began{On: domain.NewDate(2026, 1, 5)}, apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: domain.NewDate(2026, 3, 2)},
		apprenticeship.CancellationReversed{Reason: "sealed", On: domain.NewDate(2026, 3, 2)})
	before := h.facts(move)
	h.follow() // after the reversal, as a server that starts later does
	withdrawn := append(before, "transition.withdrawn 2026-03-02")
	h.want(move, withdrawn...)
	h.record(move, transition.Proposed{Apprenticeship: "ana", Person: "ana", Proposer: "priya", From: "desk", To: "admin", EffectiveOn: domain.NewDate(2026, 4, 8)})
	h.again()
	h.tick(3)
	h.want(move, append(withdrawn, "transition.proposed 2026-03-02")...)
}

func TestAMoveGoesOnAfterCompletion(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.record("apprenticeship-ana", apprenticeship.Began{On: domain.NewDate(2026, 1, 5)}, apprenticeship.CompletionCertified{On: domain.NewDate(2026, 3, 2)})
	h.follow()
	h.tick(5)
	h.follow()
	if l := h.learner(); l.Role != "admin" || l.Supervisor != "owen" || l.Status != projections.Completed {
		t.Errorf("after the move the role is %s under %s, and it is %s", l.Role, l.Supervisor, l.Status)
	}
}

func TestAMoveTakesEffectOnItsDay(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	before := h.facts(move)
	h.follow()
	h.tick(4)
	h.follow()
	h.want(move, before...)
	h.tick(5)
	h.want(move, append(before, "transition.made_effective 2026-03-05")...)
	h.follow()
	if l := h.learner(); l.Role != "admin" || l.Supervisor != "owen" {
		t.Errorf("after the move the role is %s under %s", l.Role, l.Supervisor)
	}
	end := h.head()
	h.tick(6)
	h.again()
	if h.head() != end {
		t.Errorf("acting twice added %d records", h.head()-end)
	}
}

func TestARoleMovesWithTheDayOfItsMove(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.tick(20)
	h.follow()
	h.record(move, transition.TermsCorrected{By: "ruth", Was: transition.Terms{EffectiveOn: domain.NewDate(2026, 3, 5)}, Terms: transition.Terms{EffectiveOn: domain.NewDate(2026, 3, 4)}, Reason: "sealed"})
	h.follow()
	end := h.head()
	h.again()
	if h.head() != end {
		t.Errorf("acting twice added %d records", h.head()-end)
	}
	h.learner()
	stages, err := h.read.Stages(t.Context(), "ana")
	if err != nil || len(stages) != 2 || stages[1].From != domain.NewDate(2026, 3, 4) {
		t.Errorf("the roles were taken up %+v, %v", stages, err)
	}
}

func TestAMoveWhoseDayPassedUnnoticedKeepsItsDay(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.tick(20)
	h.follow()
	h.want("apprenticeship-ana", "apprenticeship.drafted 2026-03-02", "apprenticeship.supervisor_assigned 2026-03-02", "apprenticeship.stage_entered 2026-03-05", "apprenticeship.supervisor_assigned 2026-03-05")
}

func TestAMoveThatIsDueWhenItIsScheduledTakesEffectAtOnce(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 2))
	h.follow()
	if l := h.learner(); l.Role != "admin" || l.Supervisor != "owen" {
		t.Errorf("the role is %s under %s", l.Role, l.Supervisor)
	}
}

func TestARescheduledMoveWaitsForItsNewDay(t *testing.T) {
	h := open(t)
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.record(move, transition.Scheduled{EffectiveOn: domain.NewDate(2026, 3, 9)})
	before := h.facts(move)
	h.tick(6)
	h.follow()
	h.want(move, before...)
	h.tick(9)
	h.want(move, append(before, "transition.made_effective 2026-03-09")...)
}

func TestWhatHasAnEndEnds(t *testing.T) {
	h := open(t)
	h.record("partner-lake", partner.Onboarded{Name: "Lakeshore"})
	h.record("consent-ana.lake", consent.Given{Person: "ana", Party: "lake", Records: []domain.Scope{domain.CreditRecords}, ExpiresOn: domain.NewDate(2026, 3, 10)})
	h.record("consent-ben.lake", consent.Given{Person: "ben", Party: "lake", Records: []domain.Scope{domain.CreditRecords}})
	h.record("agreement-a", agreement.Drafted{Partner: "lake"}, agreement.SignedByParty{Party: agreement.Hospital}, agreement.SignedByParty{Party: agreement.Institution},
		agreement.Activated{From: domain.NewDate(2026, 3, 2), To: domain.NewDate(2026, 3, 12)})
	agreed := h.facts("agreement-a")
	h.tick(10)
	h.want("consent-ana.lake", "consent.given 2026-03-02")
	h.tick(11)
	h.want("consent-ana.lake", "consent.given 2026-03-02", "consent.expired 2026-03-11")
	h.tick(12)
	agreed = append(agreed, "agreement.notice_given 2026-03-10")
	h.want("agreement-a", agreed...)
	h.tick(13)
	h.want("agreement-a", append(agreed, "agreement.expired 2026-03-13")...)
	end := h.head()
	h.tick(13)
	h.tick(30)
	if h.head() != end {
		t.Errorf("ending twice added %d records", h.head()-end)
	}
	h.want("consent-ben.lake", "consent.given 2026-03-02")
}

func TestWhoIsErasedConsentsToNothing(t *testing.T) {
	h := open(t)
	h.record("partner-lake", partner.Onboarded{Name: "Lakeshore"})
	h.record("partner-harbor", partner.Onboarded{Name: "Harbor"})
	h.record("person-ana", person.Joined{Name: "sealed"})
	for _, s := range []domain.Stream{"consent-ana.lake", "consent-ana.harbor", "consent-ben.lake"} {
		who, party, err := consent.ID(s)
		if err != nil {
			t.Fatal(err)
		}
		h.record(s, consent.Given{Person: who, Party: party, Records: []domain.Scope{domain.CreditRecords}})
	}
	h.record("person-ana", person.Erased{Reason: person.Asked})
	h.follow()
	h.again()
	h.want("consent-ana.lake", "consent.given 2026-03-02", "consent.revoked 2026-03-02")
	h.want("consent-ana.harbor", "consent.given 2026-03-02", "consent.revoked 2026-03-02")
	h.want("consent-ben.lake", "consent.given 2026-03-02")
}

// The demonstration tells what policies did in their name, but for the wage steps that its
// hours reach. Policies that start over find it done, and add nothing.
func TestPoliciesAddNothingToWhatWasDone(t *testing.T) {
	h := open(t)
	v, err := vault.Open(h.dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	h.now = time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC)
	if err := demo.Seed(t.Context(), h.log, v, h.now); err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		end := h.head()
		if again {
			h.again()
		} else {
			h.follow()
		}
		if err := h.policies(h.log).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		for r, err := range (eventstest.Finite{Log: h.log}).Follow(t.Context(), end) {
			if _, step := r.Event.(apprenticeship.WageStepReached); err == nil && (again || !step) {
				t.Errorf("added %s on %s", r.Event.EventName(), r.Stream)
			}
		}
	}
}

func TestAMemoryOfAnotherLogIsNotTrusted(t *testing.T) {
	for _, memory := range []string{"1000", "", "nonsense"} {
		t.Run(memory, func(t *testing.T) {
			h := open(t)
			h.record("credit-ana.r-1", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Articulation: rules.Articulation{Rule: "r-1", Requirement: "hd-defence"}}})
			if err := os.WriteFile(filepath.Join(h.dir, policies.File), []byte(memory), 0o600); err != nil {
				t.Fatal(err)
			}
			h.follow()
			if len(h.facts("milestone-ana.hd-defence")) != 2 {
				t.Error("the credit was passed over")
			}
		})
	}
}

// A moody log fails a few times before it takes a commit.
type moody struct {
	eventstest.Finite
	moods *[]error
}

func (l moody) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	if len(*l.moods) > 0 {
		err := (*l.moods)[0]
		*l.moods = (*l.moods)[1:]
		if errors.Is(err, events.ErrUnknownOutcome) {
			if _, stored := l.Finite.Append(ctx, c); stored != nil {
				return 0, stored
			}
		}
		return 0, err
	}
	return l.Finite.Append(ctx, c)
}

func TestPoliciesTryAgainWhenTheLogIsBusyOrNobodyKnows(t *testing.T) {
	h := open(t)
	h.record("credit-ana.r-1", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Articulation: rules.Articulation{Rule: "r-1", Requirement: "hd-defence"}}})
	moods := []error{domain.Refuse(domain.Busy, "BUSY", "Try again."), domain.Refuse(domain.Conflict, "LOG_DAMAGED", "Repair it."), fmt.Errorf("%w: no answer", events.ErrUnknownOutcome)}
	if err := h.policies(moody{eventstest.Finite{Log: h.log}, &moods}).Follow(t.Context()); !errors.Is(err, eventstest.ErrEnd) {
		t.Fatal(err)
	}
	h.want("milestone-ana.hd-defence", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")

	h.record("credit-ana.r-2", credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Articulation: rules.Articulation{Rule: "r-2", Requirement: "hd-other"}}})
	broken := errors.New("disk on fire")
	moods = []error{broken}
	if err := h.policies(moody{eventstest.Finite{Log: h.log}, &moods}).Follow(t.Context()); !errors.Is(err, broken) {
		t.Errorf("a fault ended in %v, want it to be told", err)
	}
	h.follow()
	if len(h.facts("milestone-ana.hd-other")) != 2 {
		t.Error("what failed was not done afterwards")
	}
}
