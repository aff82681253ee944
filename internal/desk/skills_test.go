package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

const (
	support  = "IO-WRL-007"
	defence  = "PD-WRL-001"
	response = "PD-WRL-003"
)

// learned publishes the real NICE Framework, and skips the test where that is not at hand.
func (h *house) learned() framework.Content {
	h.t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "nice")
	if _, err := os.Stat(dir); err != nil {
		h.t.Skipf("no real input at %s", dir)
	}
	found := must(framework.Read(os.DirFS(dir)))(h.t)
	p, err := events.Execute(h.t.Context(), h.Log, framework.Stream(desk.NICE), framework.Evolve,
		framework.Publish{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: h.now}, Name: "NICE Framework", Version: "2.0.0", Content: found.Content})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Read.Wait(h.t.Context(), p); err != nil {
		h.t.Fatal(err)
	}
	return found.Content
}

func (h *house) gap(by domain.Actor, who domain.PersonID, code string) string {
	h.t.Helper()
	g, err := h.Gap(h.t.Context(), by, desk.Holder{Person: who}, desk.NICE, code)
	if r := domain.AsRefusal(err); r != nil {
		return r.Code
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return fmt.Sprintf("%d/%d %d%%", len(g.Held), len(g.Held)+len(g.Missing), g.Percent())
}

func TestTheGapFromTheHelpDeskClosesOnTheWay(t *testing.T) {
	h := staffed(t)
	content := h.learned()
	if got := h.gap(ana, "ana", defence); got != "33/206 16%" {
		t.Errorf("from the help desk Ana holds %s", got)
	}
	h.enters("ana", admin, "owen")
	afterwards := h.gap(ana, "ana", defence)
	for _, r := range content.Roles {
		if r.Code == response {
			if _, err := h.Attest(t.Context(), desk.Ask{By: lena}, "ana", desk.NICE, r.Statements, attestation.Experience, "two years in an incident team", h.Today()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := h.gap(ana, "ana", defence); got != "90/206 44%" {
		t.Errorf("after systems administration (%s) and incident response Ana holds %s", afterwards, got)
	}
	g := must(h.Gap(t.Context(), ana, desk.Holder{Person: "ana"}, desk.NICE, defence))(t)
	grounds := map[framework.GroundKind]int{}
	for _, held := range g.Held {
		grounds[held.Ground.Kind]++
	}
	if grounds[framework.ByRole] == 0 || grounds[framework.ByPrior] == 0 {
		t.Errorf("held on %v", grounds)
	}
}

func TestMilestonesNameStatementsThatThereAre(t *testing.T) {
	h := staffed(t)
	known := map[domain.StatementID]bool{}
	for _, s := range h.learned().Statements {
		known[s.Code] = true
	}
	named := map[domain.PathwayID]int{}
	for _, p := range must(pathway.Catalogue())(t) {
		for _, s := range p.Stages {
			for m := range s.Milestones() {
				for _, code := range m.Statements[desk.NICE] {
					if named[p.ID]++; !known[code] {
						t.Errorf("%s, %s: there is no statement %s", p.ID, m.ID, code)
					}
				}
			}
		}
	}
	if named["help-desk-to-security-analyst"] == 0 || named["network-to-device-security"] == 0 {
		t.Errorf("the ways to security prove %v", named)
	}
}

// TestWhatAMilestoneProvesIsHeldWhileItIsAttained: the course proves five statements that
// defending needs and the help desk does not bring; the workstation three, none of them.
func TestWhatAMilestoneProvesIsHeldWhileItIsAttained(t *testing.T) {
	h := staffed(t)
	h.learned()
	attain := func(req domain.RequirementID) {
		h.record(milestone.Stream("ana", req), milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: req, PassLevel: 3}, milestone.Attained{On: h.Today(), Level: 3})
	}
	proven := func() (codes []domain.StatementID) {
		for _, held := range must(h.Gap(t.Context(), ana, desk.Holder{Person: "ana"}, desk.NICE, defence))(t).Held {
			if held.Ground.Kind == framework.ByMilestone {
				codes = append(codes, domain.StatementID(held.Ground.ID)+" "+held.Code)
			}
		}
		return codes
	}
	attain("hd-imaging-lab")
	if got := h.gap(ana, "ana", defence); got != "33/206 16%" || len(proven()) != 0 {
		t.Errorf("with a workstation built Ana holds %s, %v", got, proven())
	}
	attain("hd-network-defence")
	want := "[hd-network-defence K0717 hd-network-defence K0724 hd-network-defence K0732 hd-network-defence K0950 hd-network-defence K0951]"
	if got := h.gap(ana, "ana", defence); got != "38/206 18%" || fmt.Sprint(proven()) != want {
		t.Errorf("with the course Ana holds %s, %v", got, proven())
	}
	if got := h.gap(lena, "ben", defence); got != "33/206 16%" {
		t.Errorf("and Ben %s", got)
	}
	if _, err := h.RevokeMilestone(t.Context(), desk.Ask{By: lena}, "ana", "hd-network-defence", "The course was another one."); err != nil {
		t.Fatal(err)
	}
	if got := h.gap(ana, "ana", defence); got != "33/206 16%" || len(proven()) != 0 {
		t.Errorf("with the course taken back Ana holds %s, %v", got, proven())
	}
	h.record(milestone.Stream("ana", "hd-network-defence"), milestone.Attained{On: h.Today(), Level: 3})
	if got := h.gap(ana, "ana", defence); got != "38/206 18%" {
		t.Errorf("with the right course Ana holds %s", got)
	}
	h.record(milestone.Stream("ana", "hd-network-defence"), milestone.Expired{On: h.Today()})
	if got := h.gap(ana, "ana", defence); got != "33/206 16%" {
		t.Errorf("once it has expired Ana holds %s", got)
	}
}

func TestTheLatticeHasTheNearestRoleFirst(t *testing.T) {
	h := staffed(t)
	h.learned()
	gaps := must(h.Lattice(t.Context(), ana, desk.Holder{Person: "ana"}, desk.NICE))(t)
	if len(gaps) < 40 || gaps[0].Role.Code != support || gaps[0].Percent() != 100 {
		t.Fatalf("%d roles, the first is %s", len(gaps), gaps[0].Role.Code)
	}
	for i := 1; i < len(gaps); i++ {
		if a, b := gaps[i-1], gaps[i]; len(a.Held)*(len(b.Held)+len(b.Missing)) < len(b.Held)*(len(a.Held)+len(a.Missing)) {
			t.Errorf("%s stands before %s, which is nearer", a.Role.Code, b.Role.Code)
		}
	}
	from := must(h.Lattice(t.Context(), ben, desk.Holder{Role: support}, desk.NICE))(t)
	if len(from) != len(gaps)-1 || from[0].Role.Code != gaps[1].Role.Code {
		t.Errorf("from the role itself: %d roles, first %s; of somebody who has it second %s", len(from), from[0].Role.Code, gaps[1].Role.Code)
	}
	_, err := h.Lattice(t.Context(), ben, desk.Holder{Role: "IO-WRL-999"}, desk.NICE)
	refused(t, err, "NO_SUCH_WORK_ROLE")
	_, err = h.Lattice(t.Context(), ben, desk.Holder{Role: support}, "esco")
	refused(t, err, "NO_SUCH_WORK_ROLE")
}

func TestWhoSeesAGap(t *testing.T) {
	h := staffed(t)
	h.learned()
	partner := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	executive := domain.Actor{Person: "eva", Role: domain.Executive}
	for _, c := range []struct {
		by   domain.Actor
		sees bool
	}{
		{ana, true}, {lena, true}, {ruth, true}, {dana, true},
		{ben, false}, {priya, false}, {owen, false}, {auditor, false}, {partner, false}, {executive, false}, {domain.Actor{}, false},
	} {
		want := "NO_SUCH_PERSON"
		if c.sees {
			want = "33/206 16%"
		}
		if got := h.gap(c.by, "ana", defence); got != want {
			t.Errorf("%s as %s sees %s, want %s", c.by.Name(), c.by.Role, got, want)
		}
	}
	if got := h.gap(lena, "nobody", defence); got != "NO_SUCH_PERSON" {
		t.Errorf("of nobody: %s", got)
	}
	h.record(person.Stream("ana"), person.Erased{Reason: person.Asked})
	if got := h.gap(lena, "ana", defence); got != "NO_SUCH_PERSON" {
		t.Errorf("of somebody erased: %s", got)
	}
}

func TestTalentIsFoundAmongThoseOneMaySee(t *testing.T) {
	h := staffed(t)
	h.learned()
	h.record(person.Stream("noor"), person.Joined{Name: "n", Capacity: domain.Apprentice, Position: admin, Manager: "owen"})
	h.record(person.Stream("ada"), person.Joined{Name: "n", Capacity: domain.Mentor, Position: goal, Manager: "owen"})
	h.record(person.Stream("zoe"), person.Joined{Name: "n", Capacity: domain.Apprentice, Position: "registered-nurse", Manager: "owen"})
	found := func(by domain.Actor, code string) string {
		t.Helper()
		cs, err := h.Talent(t.Context(), by, desk.NICE, code)
		if r := domain.AsRefusal(err); r != nil {
			return r.Code
		}
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range cs {
			out = append(out, fmt.Sprintf("%s %d/%d", c.Person, c.Held, c.Required))
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		by         domain.Actor
		code, want string
	}{
		{lena, defence, "noor 59/206, ana 33/206, ben 33/206"},
		{ruth, defence, "noor 59/206, ana 33/206, ben 33/206"},
		{dana, defence, "ana 33/206, ben 33/206"},
		{owen, defence, "noor 59/206"},
		{lena, "IO-WRL-999", "NO_SUCH_WORK_ROLE"},
		{ana, defence, "NOT_STAFF_ADMIN"}, {priya, defence, "NOT_STAFF_ADMIN"}, {auditor, defence, "NOT_STAFF_ADMIN"},
		{domain.Actor{Partner: "lakeshore", Role: domain.Partner}, defence, "NOT_STAFF_ADMIN"},
	} {
		if got := found(c.by, c.code); got != c.want {
			t.Errorf("%s for %s: %s, want %s", c.by.Name(), c.code, got, c.want)
		}
	}
}

func TestAttestingIsForCoordinatorsAndNamesWhatThereIs(t *testing.T) {
	h := staffed(t)
	h.learned()
	try := func(by domain.Actor, who domain.PersonID, of domain.FrameworkID, codes ...domain.StatementID) error {
		_, err := h.Attest(t.Context(), desk.Ask{By: by}, who, of, codes, attestation.Credential, "", h.Today())
		return err
	}
	refused(t, try(dana, "ana", desk.NICE, "K0018"), "NOT_COORDINATOR")
	refused(t, try(lena, "lena", desk.NICE, "K0018"), "OWN_LEARNING")
	refused(t, try(lena, "nobody", desk.NICE, "K0018"), "NO_SUCH_PERSON")
	refused(t, try(lena, "ana", "esco", "K0018"), "NO_SUCH_FRAMEWORK")
	refused(t, try(lena, "ana", desk.NICE, "K9999999"), "NO_SUCH_STATEMENT")
	refused(t, try(lena, "ana", desk.NICE, make([]domain.StatementID, attestation.MaxStatements+1)...), "TOO_MANY_STATEMENTS")
	if err := try(lena, "ana", desk.NICE, "K0018"); err != nil {
		t.Fatal(err)
	}
	_, err := h.WithdrawAttestation(t.Context(), desk.Ask{By: lena}, "ana", desk.NICE, []domain.StatementID{"K0018"}, "")
	refused(t, err, "REASON_MISSING")
	if _, err := h.WithdrawAttestation(t.Context(), desk.Ask{By: lena}, "ana", desk.NICE, []domain.StatementID{"K0018"}, "another Ana"); err != nil {
		t.Fatal(err)
	}
}
