package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var (
	ana     = domain.Actor{Person: "ana", Role: domain.Apprentice}
	ben     = domain.Actor{Person: "ben", Role: domain.Apprentice}
	priya   = domain.Actor{Person: "priya", Role: domain.Mentor}
	dana    = domain.Actor{Person: "dana", Role: domain.Manager}
	owen    = domain.Actor{Person: "owen", Role: domain.Manager}
	lena    = domain.Actor{Person: "lena", Role: domain.Coordinator}
	ruth    = domain.Actor{Person: "ruth", Role: domain.HR}
	auditor = domain.Actor{Person: "samuel", Role: domain.Auditor}
)

const (
	help  domain.RoleID = "help-desk-analyst"
	admin domain.RoleID = "systems-administrator"
	goal  domain.RoleID = "security-analyst"
)

// A house is a desk in a hospital whose facts the test writes, and whose clock it holds.
type house struct {
	*desk.Desk
	t   *testing.T
	now time.Time
}

func open(t *testing.T, now time.Time) *house {
	t.Helper()
	h := &house{t: t, now: now}
	dir := eventstest.Dir(t)
	log, err := journal.OpenLocal(t.Context(), dir, eventstest.Codec())
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	read, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	read.Erase = v.Erase
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := errors.Join(read.Close(), v.Close(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	h.Desk = &desk.Desk{Log: log, Read: read, Vault: v, Now: func() time.Time { return h.now }}
	return h
}

// staffed is a house with Ana and Ben, who began on Monday 2 March 2026 as help desk
// analysts under Dana and Priya; Owen leads the roles after that.
func staffed(t *testing.T) *house {
	t.Helper()
	h := open(t, time.Date(2026, 6, 3, 9, 0, 0, 0, time.UTC))
	for _, s := range must(standard.Catalogue())(t) {
		if _, err := events.Execute(t.Context(), h.Log, standard.Stream(s.ID), standard.Evolve, standard.Publish{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: h.now}, Definition: s}); err != nil {
			t.Fatal(err)
		}
	}
	for by, joined := range map[domain.Actor]person.Joined{
		ana: {Position: help, Manager: "dana"}, ben: {Position: help, Manager: "dana"}, priya: {}, dana: {Leads: []domain.RoleID{help}},
		owen: {Leads: []domain.RoleID{admin, goal}}, lena: {}, ruth: {}, auditor: {},
	} {
		joined.Name, joined.Capacity = domain.Sealed("sealed "+by.Person), by.Role
		h.record(person.Stream(by.Person), joined)
	}
	h.record("partner-lakeshore", partner.Onboarded{Name: "Lakeshore"})
	for _, id := range []domain.PersonID{"ana", "ben"} {
		h.record(apprenticeship.Stream(domain.ApprenticeshipID(id)),
			apprenticeship.Drafted{Person: id, Standard: "it-security-pathway", StandardVersion: 1, Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, Role: help, StartOn: domain.NewDate(2026, 3, 2)},
			apprenticeship.SupervisorAssigned{Supervisor: "dana"}, apprenticeship.MentorAssigned{Mentor: "priya"},
			apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor},
			apprenticeship.Registered{}, apprenticeship.Began{On: domain.NewDate(2026, 3, 2)}, apprenticeship.ProbationCompleted{})
	}
	return h
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (h *house) record(s domain.Stream, es ...domain.Event) {
	h.t.Helper()
	p, err := h.Log.Append(h.t.Context(), events.Commit{Request: domain.Request{By: lena, At: h.now}, Appends: []events.Append{{Stream: s, Expected: events.Any, Events: es}}})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Read.Wait(h.t.Context(), p); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) path() pathway.Pathway {
	return must(pathway.Find("help-desk-to-security-analyst", 1))(h.t)
}

// meets records all that a role requires, but for some requirements.
func (h *house) meets(id domain.ApprenticeshipID, role domain.RoleID, but ...domain.RequirementID) {
	h.t.Helper()
	stage, i, _ := h.path().Stage(role)
	for _, r := range stage.Requirements {
		if r.Kind == pathway.Hours && !slices.Contains(but, r.ID) {
			day := domain.NewDate(2026, 3, 2).AddDays(28 * i)
			e := timesheet.Entry{Date: day, Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: r.Minutes}
			h.record(timesheet.Stream(id, day.Week()), timesheet.Opened{Apprenticeship: id, Person: domain.PersonID(id), Week: day.Week()},
				timesheet.HoursLogged{Entry: e.ID(), Date: e.Date, Kind: e.Kind, SpentOn: e.SpentOn, Minutes: e.Minutes}, timesheet.Submitted{To: "dana"}, timesheet.Approved{Approver: "dana"})
		}
	}
	for r := range stage.Milestones() {
		if !slices.Contains(but, r.ID) {
			h.record(milestone.Stream(id, r.ID), milestone.Started{Apprenticeship: id, Person: domain.PersonID(id), Requirement: r.ID, PassLevel: 3}, milestone.Attained{On: h.Today(), Level: 3})
		}
	}
}

// enters brings Ana or Ben into a role on a day of March on which meets counts hours for it.
func (h *house) enters(id domain.ApprenticeshipID, role domain.RoleID, under domain.PersonID) {
	_, i, _ := h.path().Stage(role)
	day := domain.NewDate(2026, 3, 2).AddDays(28 * i)
	h.record(apprenticeship.Stream(id), apprenticeship.StageEntered{Role: role, On: day}, apprenticeship.SupervisorAssigned{Supervisor: under})
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if r := domain.AsRefusal(err); r == nil || r.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func (h *house) propose(by domain.Actor, id domain.ApprenticeshipID) (domain.Stream, error) {
	s, _, err := h.Propose(h.t.Context(), desk.Ask{By: by}, id, "", h.Today().AddDays(14), "note")
	return s, err
}

func TestWhoSeesWhom(t *testing.T) {
	h := staffed(t)
	sees := func(by domain.Actor) string {
		t.Helper()
		ls, err := h.Read.Learners(t.Context(), projections.LearnerQuery{Visible: h.SightOf(by)})
		total, fault := h.Read.CountLearners(t.Context(), projections.LearnerQuery{Visible: h.SightOf(by)})
		if err := errors.Join(err, fault); err != nil || len(ls) != total {
			t.Fatal(len(ls), total, err)
		}
		out := ""
		for _, id := range []domain.ApprenticeshipID{"ana", "ben"} {
			_, err := h.Learner(t.Context(), by, id)
			listed := slices.ContainsFunc(ls, func(l projections.Learner) bool { return l.ID == id })
			if listed != (err == nil) {
				t.Errorf("%s lists %s: %v, and asking for the one gives %v", by.Name(), id, listed, err)
			}
			if err == nil {
				out += string(id) + " "
			} else {
				refused(t, err, "NO_SUCH_APPRENTICESHIP")
			}
		}
		return strings.TrimSpace(out)
	}
	check := func(when string, want map[domain.Actor]string) {
		t.Helper()
		for by, whom := range want {
			if got := sees(by); got != whom {
				t.Errorf("%s %s sees %q, want %q", when, by.Name(), got, whom)
			}
		}
	}
	check("at first", map[domain.Actor]string{
		ana: "ana", ben: "ben", priya: "ana ben", dana: "ana ben", owen: "", lena: "ana ben", ruth: "ana ben", auditor: "ana ben",
		{Person: "ines", Role: domain.Security}: "", {Partner: "lakeshore", Role: domain.Partner}: "",
		{}: "", {Role: domain.Apprentice}: "", {Role: domain.Manager}: "", {Role: domain.Partner}: "", {Person: "nobody", Role: domain.Manager}: "",
	})
	h.meets("ana", help)
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	check("while the step waits", map[domain.Actor]string{owen: "", dana: "ana ben"})
	if _, err := h.Decide(t.Context(), desk.Ask{By: dana}, "ana", admin, transition.Grant, "", ""); err != nil {
		t.Fatal(err)
	}
	check("once it is open", map[domain.Actor]string{owen: "ana", ben: "ben"})
	if _, err := h.Decide(t.Context(), desk.Ask{By: owen}, "ana", admin, transition.SendBack, "", "later"); err != nil {
		t.Fatal(err)
	}
	check("once it is decided", map[domain.Actor]string{owen: "ana"})
	h.record("transition-ben.security-analyst", transition.Proposed{Apprenticeship: "ben", Person: "ben", Proposer: "priya", From: admin, To: goal},
		transition.Submitted{Steps: []transition.Step{{Office: pathway.HumanResources, Capacity: domain.HR}, {Office: pathway.SecurityClearance, Capacity: domain.Security}}}, transition.ApprovalStepOpened{})
	ines := domain.Actor{Person: "ines", Role: domain.Security}
	check("before it is to be cleared", map[domain.Actor]string{ines: ""})
	h.record("transition-ben.security-analyst", transition.ApprovalGranted{}, transition.ApprovalStepOpened{Step: 1})
	check("once it is to be cleared", map[domain.Actor]string{ines: "ben", {Person: "vera", Role: domain.EEOOfficer}: "", {Person: "elias", Role: domain.Executive}: "", {Person: "petra", Role: domain.PrivacyOfficer}: ""})
}

func TestAnAuditorChangesNothing(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.record("agreement-a", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.CreditRecords}}, agreement.SignedByParty{Party: agreement.Hospital},
		agreement.SignedByParty{Party: agreement.Institution}, agreement.Activated{From: h.Today(), To: h.Today().AddDays(9)})
	h.record("consent-ana.lakeshore", consent.Given{Person: "ana", Party: "lakeshore", Records: []domain.Scope{domain.CreditRecords}, Purpose: "credit"})
	week := h.Today().Week().Add(-1)
	h.record(timesheet.Stream("ben", week), timesheet.Opened{Apprenticeship: "ben", Person: "ben", Week: week}, timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}, timesheet.Submitted{To: "dana"})
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	before := must(h.Log.Head(t.Context()))(t)
	ctx, a := t.Context(), desk.Ask{By: auditor}
	for name, write := range map[string]func() error{
		"LogHours":       func() error { _, _, err := h.LogHours(ctx, a, week, nil); return err },
		"SubmitWeek":     func() error { _, _, err := h.SubmitWeek(ctx, a, week); return err },
		"ApproveWeek":    func() error { _, err := h.ApproveWeek(ctx, a, "ben", week); return err },
		"ReturnWeek":     func() error { _, err := h.ReturnWeek(ctx, a, "ben", week, "why"); return err },
		"StartMilestone": func() error { _, err := h.StartMilestone(ctx, a, "ben", "hd-a-plus"); return err },
		"SubmitEvidence": func() error {
			_, err := h.SubmitEvidence(ctx, a, "ana", "hd-a-plus", desk.Shown{Kind: milestone.Work, Note: "n", URI: ""})
			return err
		},
		"Assess": func() error {
			_, err := h.Assess(ctx, a, "ana", "hd-a-plus", desk.Assessment{Mark: milestone.Mark{Rating: 4}, Feedback: "fine"})
			return err
		},
		"Propose": func() error { _, err := h.propose(auditor, "ben"); return err },
		"Decide":  func() error { _, err := h.Decide(ctx, a, "ana", admin, transition.Grant, "", ""); return err },
		"Schedule": func() error {
			_, err := h.Schedule(ctx, a, "ana", admin, desk.MovePlan{EffectiveOn: h.Today()})
			return err
		},
		"Withdraw": func() error { _, err := h.Withdraw(ctx, a, "ana", admin); return err },
		"Comment":  func() error { _, err := h.Comment(ctx, a, "ana", admin, "why"); return err },
		"Waive":    func() error { _, err := h.WaiveReadiness(ctx, a, "ben", admin, "why"); return err },
		"Delegate": func() error { _, err := h.Delegate(ctx, a, "ana", admin, "", "owen", h.Today(), h.Today()); return err },
		"Defer":    func() error { _, err := h.Defer(ctx, a, "ana", admin, h.Today().AddDays(20), "why"); return err },
		"Rescind":  func() error { _, err := h.Rescind(ctx, a, "ana", admin, "why"); return err },
		"Confirm":  func() error { _, err := h.Confirm(ctx, a, "ana", admin); return err },
		"Correct":  func() error { _, err := h.CorrectTerms(ctx, a, "ana", admin, h.Today(), "", "why"); return err },
		"Draft": func() error {
			_, err := h.Draft(ctx, a, "owen", desk.Plan{Person: "owen", Pathway: "help-desk-to-security-analyst", Supervisor: "dana", Mentor: "priya", StartOn: h.Today(), Age: 30})
			return err
		},
		"Sign":              func() error { _, err := h.Sign(ctx, a, "ana", apprenticeship.ByApprentice); return err },
		"Register":          func() error { _, err := h.Register(ctx, a, "ana", "OA", "1"); return err },
		"Begin":             func() error { _, err := h.Begin(ctx, a, "ana", h.Today()); return err },
		"CompleteProbation": func() error { _, err := h.CompleteProbation(ctx, a, "ana"); return err },
		"RequestCompletion": func() error { _, err := h.RequestCompletion(ctx, a, "ana"); return err },
		"Certify":           func() error { _, err := h.Certify(ctx, a, "ana", "OA", "1"); return err },
		"RevokeConsent":     func() error { _, err := h.RevokeConsent(ctx, a, "ana", "lakeshore"); return err },
		"RequestCredit":     func() error { _, _, err := h.RequestCredit(ctx, a, desk.CreditRequest{Rule: "r"}); return err },
		"DraftAgreement": func() error {
			_, err := h.DraftAgreement(ctx, a, "b", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.CreditRecords}})
			return err
		},
		"SignAgreement":     func() error { _, err := h.SignAgreement(ctx, a, "a", 0); return err },
		"ActivateAgreement": func() error { _, err := h.ActivateAgreement(ctx, a, "a", h.Today(), h.Today()); return err },
		"AddRule": func() error {
			_, err := h.AddRule(ctx, a, "a", rules.Articulation{Rule: "r", Requirement: "hd-network-defence"})
			return err
		},
		"TerminateAgreement": func() error { _, err := h.TerminateAgreement(ctx, a, "a", "why", domain.Date{}); return err },
	} {
		if err := write(); domain.AsRefusal(err) == nil {
			t.Errorf("%s gave an auditor %v, want a refusal", name, err)
		}
	}
	if after := must(h.Log.Head(ctx))(t); after != before {
		t.Errorf("an auditor recorded %d facts", after-before)
	}
}

func TestAMoveNamesWhatIsMissing(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help, "hd-hours", "hd-a-plus")
	_, err := h.propose(priya, "ana")
	refused(t, err, "NOT_READY")
	missing := 0
	stage, _, _ := h.path().Stage(help)
	for _, r := range stage.Requirements {
		named := strings.Contains(fmt.Sprint(err), r.Title)
		if want := r.ID == "hd-hours" || r.ID == "hd-a-plus"; named != want {
			t.Errorf("%q is named: %v", r.Title, named)
		} else if named {
			missing++
		}
	}
	if missing != 2 {
		t.Errorf("%d are named in %v", missing, err)
	}
}

func TestTheChainNamesWhoHoldsTheOffices(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	h.meets("ben", help)
	h.enters("ben", admin, "owen")
	h.meets("ben", admin)
	chain := func(id domain.ApprenticeshipID, to domain.RoleID) (out []string) {
		if _, err := h.propose(priya, id); err != nil {
			t.Fatal(err)
		}
		for _, s := range must(h.Read.Transition(t.Context(), id, to))(t).Steps {
			out = append(out, strings.TrimSpace(fmt.Sprint(s.Office, " ", s.Assignee, " ", s.Capacity, " ", s.State)))
		}
		return out
	}
	if got, want := chain("ana", admin), []string{"current-manager dana manager open", "receiving-manager owen manager waiting", "workforce-development  coordinator waiting", "human-resources  hr waiting"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := chain("ben", goal), []string{"current-manager owen manager open", "workforce-development  coordinator waiting", "human-resources  hr waiting", "security-clearance  security waiting"}; !slices.Equal(got, want) {
		t.Errorf("who holds two offices decides once:\ngot  %q\nwant %q", got, want)
	}
}

func TestAMoveNeedsSomebodyWhoLeadsTheNewTeam(t *testing.T) {
	h := open(t, time.Date(2026, 6, 3, 9, 0, 0, 0, time.UTC))
	h.record("person-ana", person.Joined{Name: "sealed", Capacity: domain.Apprentice})
	h.record("apprenticeship-ana", apprenticeship.Drafted{Person: "ana", Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, Role: help}, apprenticeship.MentorAssigned{Mentor: "priya"}, apprenticeship.Began{On: domain.NewDate(2026, 3, 2)})
	_, err := h.propose(priya, "ana")
	refused(t, err, "NO_RECEIVING_MANAGER")
}

func TestTheGoalOfAPathwayHasNoNextRole(t *testing.T) {
	h := staffed(t)
	h.enters("ana", goal, "owen")
	_, err := h.propose(priya, "ana")
	refused(t, err, "NO_NEXT_ROLE")
}

func TestWhoSeesNothingAsksForNothing(t *testing.T) {
	h := staffed(t)
	for _, by := range []domain.Actor{ben, owen, {Partner: "lakeshore", Role: domain.Partner}, {}} {
		_, err := h.propose(by, "ana")
		refused(t, err, "NO_SUCH_APPRENTICESHIP")
		_, err = h.Assess(t.Context(), desk.Ask{By: by}, "ana", "hd-a-plus", desk.Assessment{Mark: milestone.Mark{Rating: 4}, Feedback: ""})
		refused(t, err, "NO_SUCH_APPRENTICESHIP")
	}
}

// meetsStandard records that somebody had learned before all that the standard asks for.
func (h *house) meetsStandard(id domain.ApprenticeshipID) {
	h.t.Helper()
	d := must(standard.Find("it-security-pathway"))(h.t)
	var all apprenticeship.Prior
	for _, wp := range d.WorkProcesses {
		all.Processes = append(all.Processes, apprenticeship.Learned{WorkProcess: wp.ID, Minutes: wp.Min})
		for _, c := range wp.Competencies {
			all.Competencies = append(all.Competencies, string(c.ID))
		}
	}
	for _, c := range d.Courses {
		all.Courses = append(all.Courses, string(c.ID))
	}
	h.record(apprenticeship.Stream(id), apprenticeship.PriorExperienceCredited{Entry: "all", Prior: all})
}

func TestCompletionNamesWhatIsMissing(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	_, err := h.RequestCompletion(t.Context(), desk.Ask{By: priya}, "ana")
	refused(t, err, "NOT_READY")
	if err != nil && !strings.Contains(err.Error(), "the move to systems administrator") {
		t.Errorf("%v does not name the move that is left", err)
	}
	h.enters("ana", goal, "owen")
	h.meets("ana", goal, "an-cysa-plus")
	_, err = h.RequestCompletion(t.Context(), desk.Ask{By: priya}, "ana")
	refused(t, err, "NOT_READY")
	if err != nil && (!strings.Contains(err.Error(), "Watch for attacks: 0 h of 700 h") || !strings.Contains(err.Error(), "more")) {
		t.Errorf("%v does not name what the standard asks for", err)
	}
	h.meetsStandard("ana")
	_, err = h.RequestCompletion(t.Context(), desk.Ask{By: priya}, "ana")
	refused(t, err, "NOT_READY")
	r, _, _ := h.path().Requirement("an-cysa-plus")
	if err != nil && (!strings.Contains(err.Error(), r.Title) || strings.Contains(err.Error(), "the move to") || strings.Contains(err.Error(), ";")) {
		t.Errorf("%v does not name the one that is left", err)
	}
	h.record(milestone.Stream("ana", r.ID), milestone.Started{}, milestone.Attained{On: h.Today()})
	if _, err := h.RequestCompletion(t.Context(), desk.Ask{By: priya}, "ana"); err != nil {
		t.Fatal(err)
	}
	if l := must(h.Read.Learner(t.Context(), "ana"))(t); l.Status != projections.CompletionPending {
		t.Errorf("Ana is %s", l.Status)
	}
}

func (h *house) next(id domain.ApprenticeshipID) (out []string) {
	h.t.Helper()
	l := must(h.Read.Learner(h.t.Context(), id))(h.t)
	for _, a := range must(h.Next(h.t.Context(), domain.Actor{Person: l.Person, Role: domain.Apprentice}, l))(h.t) {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(a.Kind, " ", a.Holder, " ", a.Person, " ", a.Subject, " ", a.Due)), " "))
	}
	return out
}

func TestWhatComesNext(t *testing.T) {
	last := domain.NewDate(2026, 5, 25).Week() // the one before Wednesday 3 June
	stream := string(timesheet.Stream("ana", last))
	logHours := "log-hours apprentice ana " + stream + " 2026-06-01"
	logged := []domain.Event{timesheet.Opened{Apprenticeship: "ana", Person: "ana", Week: last}, timesheet.HoursLogged{Entry: "e", Date: last.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}}
	sent := append(slices.Clone(logged), timesheet.Submitted{To: "dana"})
	move := "transition-ana.systems-administrator"
	for name, c := range map[string]struct {
		given func(*house)
		want  []string
	}{
		"everything is met: the move can be asked for": {func(h *house) { h.meets("ana", help) },
			[]string{logHours, "ask-for-move apprentice ana " + move}},
		"a draft week is still to be handed in": {func(h *house) { h.meets("ana", help); h.record(domain.Stream(stream), logged...) },
			[]string{logHours, "ask-for-move apprentice ana " + move}},
		"a week that was handed in waits for the manager": {func(h *house) { h.meets("ana", help); h.record(domain.Stream(stream), sent...) },
			[]string{"ask-for-move apprentice ana " + move, "sign-hours manager dana " + stream}},
		"a week that came back is mended": {func(h *house) {
			h.meets("ana", help)
			h.record(domain.Stream(stream), append(sent, timesheet.Returned{By: "dana"})...)
		},
			[]string{"mend-hours apprentice ana " + stream, "ask-for-move apprentice ana " + move}},
		"milestones are begun, worked on, improved, reviewed and awarded": {func(h *house) {
			h.meets("ana", help, "hd-ticket-portfolio", "hd-downtime-drill", "hd-imaging-lab", "hd-network-defence", "hd-a-plus")
			h.record("milestone-ana.hd-ticket-portfolio", milestone.Started{}, milestone.EvidenceSubmitted{Assessor: "priya"})
			h.record("milestone-ana.hd-downtime-drill", milestone.Started{}, milestone.EvidenceSubmitted{Assessor: "priya"}, milestone.Assessed{}, milestone.NotYetAttained{})
			h.record("milestone-ana.hd-imaging-lab", milestone.Started{})
			h.record("milestone-ana.hd-network-defence", milestone.Started{ByCredit: true})
		}, []string{logHours, "improve-on apprentice ana milestone-ana.hd-downtime-drill", "work-on apprentice ana milestone-ana.hd-imaging-lab", "begin-with apprentice ana milestone-ana.hd-a-plus",
			"review mentor priya milestone-ana.hd-ticket-portfolio", "agree-on-course coordinator milestone-ana.hd-network-defence"}},
		"a move is decided": {func(h *house) { h.meets("ana", help); h.mustPropose("ana") },
			[]string{logHours, "decide-move manager dana " + move + " 2026-06-17"}},
		"a move that came back is asked for again": {func(h *house) {
			h.meets("ana", help)
			h.mustPropose("ana")
			h.record(domain.Stream(move), transition.ApprovalReturned{Step: 0, By: "dana"})
		}, []string{logHours, "resubmit-move mentor priya " + move}},
		"a withdrawn move can be asked for again": {func(h *house) {
			h.meets("ana", help)
			h.mustPropose("ana")
			h.record(domain.Stream(move), transition.Withdrawn{By: "priya"})
		}, []string{logHours, "ask-for-move apprentice ana " + move}},
		"an approved move waits for its day": {func(h *house) {
			h.meets("ana", help)
			h.mustPropose("ana")
			h.record(domain.Stream(move), transition.ApprovalGranted{Step: 0}, transition.Approved{}, transition.Scheduled{EffectiveOn: domain.NewDate(2026, 6, 17)})
		}, []string{logHours, "await-move hr " + move + " 2026-06-17"}},
		"a completed apprenticeship is over": {func(h *house) {
			h.record("apprenticeship-ana", apprenticeship.CompletionCertified{On: h.Today()})
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := staffed(t)
			c.given(h)
			if got := h.next("ana"); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func (h *house) mustPropose(id domain.ApprenticeshipID) {
	h.t.Helper()
	if _, err := h.propose(priya, id); err != nil {
		h.t.Fatal(err)
	}
}

func TestTextsHaveALimit(t *testing.T) {
	h := staffed(t)
	h.meets("ana", help)
	week := h.Today().Week().Add(-1)
	h.record(timesheet.Stream("ana", week), timesheet.Opened{Apprenticeship: "ana", Person: "ana", Week: week}, timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}, timesheet.Submitted{To: "dana"})
	h.record("milestone-ben.hd-a-plus", milestone.Started{Apprenticeship: "ben", Person: "ben", Requirement: "hd-a-plus", PassLevel: 3})
	ctx := t.Context()
	most, long := strings.Repeat("ß", desk.MaxText), strings.Repeat("s", desk.MaxText+1)
	_, _, err := h.Propose(ctx, desk.Ask{By: priya}, "ana", "", h.Today().AddDays(7), long)
	refused(t, err, "TEXT_TOO_LONG")
	_, err = h.ReturnWeek(ctx, desk.Ask{By: dana}, "ana", week, long)
	refused(t, err, "TEXT_TOO_LONG")
	_, err = h.ReturnWeek(ctx, desk.Ask{By: dana}, "ana", week, " \n")
	refused(t, err, "REASON_MISSING")
	_, err = h.SubmitEvidence(ctx, desk.Ask{By: ben}, "ben", "hd-a-plus", desk.Shown{Kind: milestone.Certificate, Note: long, URI: ""})
	refused(t, err, "TEXT_TOO_LONG")
	if _, err := h.SubmitEvidence(ctx, desk.Ask{By: ben}, "ben", "hd-a-plus", desk.Shown{Kind: milestone.Certificate, Note: most, URI: ""}); err != nil {
		t.Errorf("the longest text: %v", err)
	}
	_, err = h.Assess(ctx, desk.Ask{By: priya}, "ben", "hd-a-plus", desk.Assessment{Mark: milestone.Mark{Rating: 1}, Feedback: long})
	refused(t, err, "TEXT_TOO_LONG")
	h.mustPropose("ana")
	_, err = h.Decide(ctx, desk.Ask{By: dana}, "ana", admin, transition.SendBack, "", long)
	refused(t, err, "TEXT_TOO_LONG")
	m, _, err := h.Read.Milestone(ctx, "ben", "hd-a-plus")
	if err != nil || len(m.Evidence) != 1 || strings.Contains(string(m.Evidence[0].Note), "ß") {
		t.Errorf("the note is kept as %+v, %v; want it sealed", m.Evidence, err)
	}
	if text, err := h.Text(ctx, m.Evidence[0].Note); err != nil || text != most {
		t.Errorf("unsealed it has %d bytes, %v", len(text), err)
	}
}

func TestAFormerManagerFinishesWhatTheyHold(t *testing.T) {
	h := staffed(t)
	ctx, week := t.Context(), h.Today().Week().Add(-1)
	h.record(timesheet.Stream("ana", week), timesheet.Opened{Apprenticeship: "ana", Person: "ana", Week: week},
		timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}, timesheet.Submitted{To: "dana"})
	h.enters("ana", admin, "owen")
	if _, err := h.Learner(ctx, dana, "ana"); err != nil {
		t.Errorf("with hours to sign off she does not see the apprentice: %v", err)
	}
	_, err := h.ApproveWeek(ctx, desk.Ask{By: owen}, "ana", week)
	refused(t, err, "NOT_SUPERVISOR")
	if _, err := h.ApproveWeek(ctx, desk.Ask{By: dana}, "ana", week); err != nil {
		t.Error(err)
	}
	_, err = h.ApproveWeek(ctx, desk.Ask{By: dana}, "ana", week)
	refused(t, err, "ALREADY_APPROVED")
	_, err = h.Learner(ctx, dana, "ana")
	refused(t, err, "NO_SUCH_APPRENTICESHIP")
	_, err = h.ApproveWeek(ctx, desk.Ask{By: dana}, "ana", week.Add(-1))
	refused(t, err, "NO_SUCH_APPRENTICESHIP")
}

func TestConsentsAndCredits(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	give := func(by domain.Actor, p domain.PartnerID, records ...domain.Scope) error {
		_, err := h.GiveConsent(ctx, desk.Ask{By: by, Method: "bearer token"}, p, records, "credit", domain.Date{})
		return err
	}
	refused(t, give(ana, "nowhere", domain.CreditRecords), "NO_SUCH_PARTNER")
	refused(t, give(domain.Actor{Partner: "lakeshore", Role: domain.Partner}, "lakeshore", domain.CreditRecords), "NOT_YOUR_CONSENT")
	h.record("agreement-a", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.CreditRecords}}, agreement.SignedByParty{}, agreement.SignedByParty{}, agreement.Activated{From: h.Today(), To: h.Today().AddDays(9)},
		agreement.ArticulationRuleAdded{Articulation: rules.Articulation{Rule: "r-1", Course: "CYB 110", Requirement: "hd-network-defence", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: h.Today()}})
	_, _, err := h.RequestCredit(ctx, desk.Ask{By: ana}, desk.CreditRequest{Rule: "r-1"})
	refused(t, err, "CONSENT_MISSING")
	_, _, err = h.RequestCredit(ctx, desk.Ask{By: ana}, desk.CreditRequest{Rule: "r-2"})
	refused(t, err, "NO_SUCH_RULE")
	_, _, err = h.RequestCredit(ctx, desk.Ask{By: lena}, desk.CreditRequest{Rule: "r-1"})
	refused(t, err, "NOT_AN_APPRENTICE")
	asked := []domain.Scope{domain.PathwayRecords, domain.CreditRecords, domain.PathwayRecords}
	if err := give(ana, "lakeshore", asked...); err != nil {
		t.Fatal(err)
	}
	if asked[0] != domain.PathwayRecords || asked[1] != domain.CreditRecords {
		t.Errorf("what the caller asked with was changed to %v", asked)
	}
	for r, err := range h.Log.Read(ctx, "consent-ana.lakeshore") {
		if given, ok := r.Event.(consent.Given); err != nil || !ok || given.AuthMethod != "bearer token" {
			t.Errorf("how she was recognised is on record as %+v, %v", r.Event, err)
		}
	}
	if stream, _, err := h.RequestCredit(ctx, desk.Ask{By: ana}, desk.CreditRequest{Rule: "r-1"}); err != nil || stream != "credit-ana.r-1" {
		t.Errorf("%s, %v", stream, err)
	}
	_, err = h.RevokeConsent(ctx, desk.Ask{By: ben}, "ana", "lakeshore")
	refused(t, err, "NOT_YOUR_CONSENT")
	if _, err := h.RevokeConsent(ctx, desk.Ask{By: ana}, "ana", "lakeshore"); err != nil {
		t.Fatal(err)
	}
	if cs := must(h.Read.Consents(ctx, "ana"))(t); len(cs) != 1 || cs[0].State != projections.ConsentRevoked {
		t.Errorf("the consent is %+v", cs)
	}
}

func TestAnApprenticeshipIsPreparedWithCare(t *testing.T) {
	h := staffed(t)
	h.record("person-cal", person.Joined{Name: "sealed", Capacity: domain.Apprentice, Position: "porter"})
	plan := desk.Plan{Person: "cal", Pathway: "help-desk-to-security-analyst", Supervisor: "dana", Mentor: "priya", StartOn: h.Today(), Age: 30}
	with := func(change func(*desk.Plan)) desk.Plan { p := plan; change(&p); return p }
	for name, c := range map[string]struct {
		by   domain.Actor
		id   domain.ApprenticeshipID
		plan desk.Plan
		code string
	}{
		"by a manager":             {dana, "cal", plan, "NOT_COORDINATOR"},
		"under no id":              {lena, "", plan, "BAD_ID"},
		"under an id with a point": {lena, "cal.2", plan, "BAD_ID"},
		"for nobody":               {lena, "cal", with(func(p *desk.Plan) { p.Person = "zoe" }), "NO_SUCH_PERSON"},
		"under nobody":             {lena, "cal", with(func(p *desk.Plan) { p.Supervisor = "" }), "NO_SUCH_PERSON"},
		"for an apprentice":        {lena, "cal", with(func(p *desk.Plan) { p.Person = "ana" }), "ALREADY_AN_APPRENTICE"},
		"on no pathway":            {lena, "cal", with(func(p *desk.Plan) { p.Pathway = "nowhere" }), "PATHWAY_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Draft(t.Context(), desk.Ask{By: c.by}, c.id, c.plan)
			refused(t, err, c.code)
		})
	}
	if _, err := h.Draft(t.Context(), desk.Ask{By: lena}, "cal", plan); err != nil {
		t.Fatal(err)
	}
	if l := must(h.Read.Learner(t.Context(), "cal"))(t); l.Role != help || l.StandardVersion != 1 || l.Status != projections.Draft {
		t.Errorf("it is %+v", l)
	}
}

// Whatever the demonstration holds, what comes next can be told of everybody.
func TestEverybodyInTheDemonstrationHasSomethingNext(t *testing.T) {
	h := open(t, time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC))
	if err := demo.Seed(t.Context(), h.Log, h.Vault, h.now); err != nil {
		t.Fatal(err)
	}
	if err := h.Read.Wait(t.Context(), must(h.Log.Head(t.Context()))(t)); err != nil {
		t.Fatal(err)
	}
	ls, err := h.Read.Learners(t.Context(), projections.LearnerQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range ls {
		actions, err := h.Next(t.Context(), lena, l)
		if err != nil {
			t.Errorf("%s: %v", l.ID, err)
		}
		if len(actions) == 0 && !l.BeganOn.IsZero() && l.Status != projections.Completed {
			t.Errorf("%s has nothing to do", l.ID)
		}
		own := true
		for _, a := range actions {
			mine := a.Holder == domain.Apprentice && a.Person == l.Person
			if mine && !own {
				t.Errorf("%s: %q comes after what others hold", l.ID, a.Title)
			}
			own = mine
			if a.Title.English == "" || a.Subject == "" || a.Holder == "" {
				t.Errorf("%s: %+v is not complete", l.ID, a)
			}
		}
	}
}
