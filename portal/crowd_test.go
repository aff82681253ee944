package portal

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A pile gathers facts and records many together, as nothing that they are for is asked before.
type pile struct {
	*hospital
	at   time.Time
	all  []events.Append
	last events.Position
}

// mostPiled is how many streams a commit adds to.
const mostPiled = 500

func (p *pile) tell(s domain.Stream, es ...domain.Event) {
	p.Helper()
	p.all = append(p.all, events.Append{Stream: s, Expected: events.Any, Events: es})
	if len(p.all) >= mostPiled {
		p.record()
	}
}

func (p *pile) record() {
	p.Helper()
	if len(p.all) == 0 {
		return
	}
	var err error
	p.last, err = p.portal.Desk.Log.Append(p.Context(), events.Commit{Request: domain.Request{By: system, At: p.at}, Appends: p.all})
	check(p.T, err)
	p.all = nil
}

// settle waits until everything can be asked for.
func (p *pile) settle() {
	p.Helper()
	p.record()
	check(p.T, p.portal.Desk.Read.Wait(p.Context(), p.last))
}

// oneOf is the id of one of a crowd, and of their apprenticeship.
func oneOf(n int) string { return fmt.Sprintf("crowd-%05d", n) }

// crowd lets many learners of Dana's join, each with three weeks signed off, some that wait
// for her, evidence she has to look at and a move she has to decide.
func (h *hospital) crowd(learners, weeks int) {
	h.Helper()
	h.crowdCalled(learners, weeks, 3, func(n int) string { return fmt.Sprintf("Learner %05d Castellano", (n*7919)%learners) })
}

// crowdCalled is crowd of learners with names, each of whom has so many weeks signed off.
func (h *hospital) crowdCalled(learners, weeks, signed int, called func(n int) string) {
	h.Helper()
	path, err := pathway.Find("help-desk-to-security-analyst", 0)
	check(h.T, err)
	people := make([]domain.PersonID, learners)
	for n := range people {
		people[n] = domain.PersonID(oneOf(n))
	}
	check(h.T, h.portal.Desk.Vault.Ready(h.Context(), people...))
	start := domain.NewDate(2024, 9, 2)
	const days = 20 // on which they were recorded
	p := &pile{hospital: h}
	for day := range days {
		p.at = h.portal.Desk.Now().AddDate(0, 0, -day)
		for n := day; n < learners; n += days {
			id, who := domain.ApprenticeshipID(oneOf(n)), people[n]
			name, err := h.portal.Desk.Vault.Seal(h.Context(), who, called(n))
			check(h.T, err)
			p.tell(person.Stream(who), person.Joined{Name: name, Capacity: domain.Apprentice, Position: "help-desk-analyst", Title: "Help desk analyst", Site: "main"})
			p.tell(apprenticeship.Stream(id),
				apprenticeship.Drafted{Person: who, Standard: "it-security-pathway", StandardVersion: 1, Pathway: path.ID, PathwayVersion: path.Version, RuleSet: rules.USRegistered.ID, Role: "help-desk-analyst", Site: "main", StartOn: start, ExpectedEndOn: start.AddMonths(36)},
				apprenticeship.SupervisorAssigned{Supervisor: "dana", From: start}, apprenticeship.MentorAssigned{Mentor: "priya", From: start}, apprenticeship.Began{On: start, NoProbation: true})
			for k := range weeks + signed {
				w := lastWeek.Add(-k)
				entry := timesheet.Entry{Date: w.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: domain.Hours(8)}
				es := []domain.Event{timesheet.Opened{Apprenticeship: id, Person: who, Week: w},
					timesheet.HoursLogged{Entry: entry.ID(), Date: entry.Date, Kind: entry.Kind, SpentOn: entry.SpentOn, Minutes: entry.Minutes}, timesheet.Submitted{To: "dana"}}
				if k >= weeks {
					es = append(es, timesheet.Approved{Approver: "dana", OnTheJob: entry.Minutes})
				}
				p.tell(timesheet.Stream(id, w), es...)
			}
			p.tell(milestones.Stream(id, "hd-imaging-lab"), milestones.Started{Apprenticeship: id, Person: who, Requirement: "hd-imaging-lab", PassLevel: 2},
				milestones.EvidenceSubmitted{Kind: milestones.Lab, Assessor: "dana"})
			p.tell(transition.Stream(id, "systems-administrator"), transition.Proposed{Apprenticeship: id, Person: who, Proposer: "priya", From: "help-desk-analyst", To: "systems-administrator", Pathway: path.ID, PathwayVersion: path.Version, EffectiveOn: sunday.AddDays(21)},
				transition.Submitted{Steps: []transition.Step{{Office: pathway.CurrentManager, Assignee: "dana", Capacity: domain.Manager}}}, transition.ApprovalStepOpened{DueOn: sunday.AddDays(14)})
		}
		p.record()
	}
	p.settle()
}

// forget records a fact after which nothing of the read model is remembered.
func (h *hospital) forget() {
	h.Helper()
	at, err := h.portal.Desk.Log.Append(h.Context(), events.Commit{Request: h.request(system), Appends: []events.Append{
		{Stream: person.Stream("maya"), Expected: events.Any, Events: []domain.Event{person.ManagerChanged{Manager: "dana", From: sunday}}}}})
	check(h.T, err)
	check(h.T, h.portal.Desk.Read.Wait(h.Context(), at))
}

// drafts prepares apprenticeships: each third is to be signed, to be registered or to begin.
func (h *hospital) drafts(n int) {
	h.Helper()
	var last events.Position
	for i := range n {
		id, who := domain.ApprenticeshipID(fmt.Sprintf("draft-%05d", i)), domain.PersonID(fmt.Sprintf("draft-%05d", i))
		name, err := h.portal.Desk.Vault.Seal(h.Context(), who, fmt.Sprintf("Learner %05d Castellano", i))
		check(h.T, err)
		es := []domain.Event{apprenticeship.Drafted{Person: who, Standard: "it-security-pathway", StandardVersion: 1, Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, RuleSet: rules.USRegistered.ID, Role: "help-desk-analyst", Site: "main", StartOn: sunday.AddDays(-7), ExpectedEndOn: sunday.AddMonths(36)},
			apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice, On: sunday}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor, On: sunday}, apprenticeship.Registered{On: sunday}}
		last, err = h.portal.Desk.Log.Append(h.Context(), events.Commit{Request: domain.Request{By: system, At: h.portal.Desk.Now()}, Appends: []events.Append{
			{Stream: person.Stream(who), Expected: events.Any, Events: []domain.Event{person.Joined{Name: name, Capacity: domain.Apprentice, Site: "main"}}},
			{Stream: apprenticeship.Stream(id), Expected: events.Any, Events: es[:1+min(3, 1+i%3)]}}})
		check(h.T, err)
	}
	check(h.T, h.portal.Desk.Read.Wait(h.Context(), last))
}

// TestALongListAsksNoMore counts the questions of each page that lists: as many with 240 learners
// as with 60, of whom each page shows 50.
func TestALongListAsksNoMore(t *testing.T) {
	lists := map[string][]string{
		"manager":     {"/approvals", "/approvals?part=2", "/approvals?q=castellano", "/apprentices", "/apprentices?part=2", "/apprentices?risk=any", "/search?q=castellano", "/messages"},
		"mentor":      {"/approvals", "/apprentices"},
		"coordinator": {"/approvals", "/apprentices", "/apprentices?order=due", "/people", "/people?part=2", "/programs", "/cohorts", "/standards", "/institutions", "/agreements", "/deadlines", "/filings", "/ratio", "/search?q=learner"},
		"hr":          {"/approvals", "/apprentices", "/people", "/wages"},
		"auditor":     {"/audit", "/apprentices", "/people"},
	}
	var asked [2]map[string]uint64
	for i, learners := range []int{60, 240} {
		h := newHospital(t)
		h.crowd(learners, 0)
		asked[i] = map[string]uint64{}
		for key, paths := range lists {
			b := h.as(key)
			for _, path := range paths {
				b.get(path).wants(http.StatusOK)
				h.forget()
				before := h.portal.Desk.Read.Asked()
				b.get(path)
				asked[i][key+" "+path] = h.portal.Desk.Read.Asked() - before
			}
		}
	}
	for page, few := range asked[0] {
		if many := asked[1][page]; many > few || few > 25 {
			t.Errorf("%s asks %d times of 60 learners and %d times of 240; 25 are enough for a part of 50", page, few, many)
		}
	}
}

// cost renders a page for a persona again and again, each time after something was done to the
// request, and reports the CPU time of the process, how often the read model was asked and the
// size of the page.
func cost(b *testing.B, h *hospital, persona, path string, prepared ...func(*http.Request)) {
	b.Helper()
	handler := h.portal.Handler()
	signIn := httptest.NewRecorder()
	handler.ServeHTTP(signIn, httptest.NewRequest(http.MethodPost, "/demo/sign-in/"+persona, nil))
	var spent time.Duration
	get := func() int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for _, c := range signIn.Result().Cookies() {
			r.AddCookie(c)
		}
		for _, prepare := range prepared {
			prepare(r)
		}
		w := httptest.NewRecorder()
		before := used()
		handler.ServeHTTP(w, r)
		spent += used() - before
		if w.Code != http.StatusOK {
			b.Fatalf("%s answered %d", path, w.Code)
		}
		return w.Body.Len()
	}
	size := get()
	spent = 0
	before := h.portal.Desk.Read.Asked()
	for b.Loop() {
		get()
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N)/1000, "cpu-ms/page")
	b.ReportMetric(float64(h.portal.Desk.Read.Asked()-before)/float64(b.N), "questions/page")
	b.ReportMetric(float64(size)/1024, "KB/page")
}

// used is the CPU time of the process.
func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOffice asks for what waits for a coordinator: 500 apprenticeships that are to be
// signed, registered or begun.
func BenchmarkOffice(b *testing.B) {
	h := newHospital(b)
	h.drafts(500)
	cost(b, h, "coordinator", "/approvals")
}

// BenchmarkPeople lists a part of 2,000 people, and those of a name.
func BenchmarkPeople(b *testing.B) {
	h := newHospital(b)
	h.drafts(2_000)
	for name, path := range map[string]string{"all": "/people?part=20", "name": "/people?q=castellano+00777"} {
		b.Run(name, func(b *testing.B) { cost(b, h, "coordinator", path) })
	}
}

// BenchmarkInbox asks for what waits for a manager: 500 weeks, milestones and moves, of which
// a part of 50 is shown; one kind of them; those of a name; one request among them.
func BenchmarkInbox(b *testing.B) {
	h := newHospital(b)
	h.crowd(100, 3)
	for name, path := range map[string]string{"all": "/approvals", "moves": "/approvals?kind=transition", "name": "/approvals?q=castellano", "request": "/approvals/role-changes/crowd-00007.systems-administrator"} {
		b.Run(name, func(b *testing.B) { cost(b, h, "manager", path) })
	}
}

// evidence is sent to Priya by learners of a crowd, five pieces each.
func (h *hospital) evidence(learners int) {
	h.Helper()
	p := &pile{hospital: h, at: h.portal.Desk.Now()}
	for n := range learners {
		id := domain.ApprenticeshipID(oneOf(n))
		for _, r := range []domain.RequirementID{"hd-ticket-portfolio", "hd-downtime-drill", "hd-a-plus", "hd-network-defence", "hd-security-basics"} {
			p.tell(milestones.Stream(id, r), milestones.Started{Apprenticeship: id, Person: domain.PersonID(id), Requirement: r, PassLevel: 2}, milestones.EvidenceSubmitted{Kind: milestones.Work, Assessor: "priya"})
		}
	}
	p.settle()
}

// BenchmarkMentor asks for what waits for a mentor: 500 pieces of evidence.
func BenchmarkMentor(b *testing.B) {
	h := newHospital(b)
	h.crowd(100, 0)
	h.evidence(100)
	cost(b, h, "mentor", "/approvals")
}

// BenchmarkHugeInbox is BenchmarkInbox with 10,000 that wait.
func BenchmarkHugeInbox(b *testing.B) {
	h := newHospital(b)
	h.crowd(100, 98)
	cost(b, h, "manager", "/approvals?part=100")
}
