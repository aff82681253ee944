package graphql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A school is Guildhall with learners in it, all of whom a college may see.
type school struct {
	read    *projections.DB
	log     *journal.Log
	handler http.Handler
}

var began = domain.NewDate(2026, 1, 5)

// openSchool records n learners, each with five milestones and three credits.
func openSchool(tb testing.TB, n int) *school {
	tb.Helper()
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	dir, clock := tb.TempDir(), func() time.Time { return now }
	log, err := journal.OpenLocal(tb.Context(), dir, eventstest.Codec())
	must(err)
	keys, err := vault.Open(dir, vault.Options{})
	must(err)
	head, err := log.Append(tb.Context(), events.Commit{
		Request: domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: now}, Appends: schooled(tb, keys, n)})
	must(err)
	read, err := projections.Open(tb.Context(), dir)
	must(err)
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	tb.Cleanup(func() {
		stop()
		<-ended
		keys.Close()
		read.Close()
		log.Close()
	})
	must(read.Wait(tb.Context(), head))
	s := &graphql.Server{
		Desk:     &desk.Desk{Log: log, Read: read, Vault: keys, Now: clock},
		Partners: &partners.Partners{Log: log, Read: read, Vault: keys, Now: clock},
		Read:     read, Organization: "St. Alder Health", Points: 1 << 30,
	}
	s.Login = &login.Login{Log: log, Read: read, Now: clock, Zap: zap.NewNop(), Fence: s.Partners.Fence, URL: "https://guildhall.example.org", Dir: dir, Bearer: true}
	handler, err := s.Handler(zap.NewNop())
	must(err)
	return &school{read, log, handler}
}

// schooled are the facts of n learners, of the college that teaches them and of a coordinator.
func schooled(tb testing.TB, keys *vault.Vault, n int) (all []events.Append) {
	add := func(s domain.Stream, es ...domain.Event) {
		all = append(all, events.Append{Stream: s, Expected: events.Any, Events: es})
	}
	named := func(p domain.PersonID, capacity domain.Role) person.Joined {
		name, err := keys.Seal(tb.Context(), p, "Number "+string(p))
		if err != nil {
			tb.Fatal(err)
		}
		return person.Joined{Name: name, Capacity: capacity}
	}
	occupation, err := standard.Find("it-security-pathway")
	if err != nil {
		tb.Fatal(err)
	}
	scopes := []domain.Scope{domain.PathwayRecords, domain.MilestoneRecords, domain.CreditRecords, domain.TransitionRecords}
	met := []domain.RequirementID{"hd-network-defence", "hd-a-plus", "hd-imaging-lab", "hd-ticket-portfolio", "hd-downtime-drill"}
	articulated := func(i int) rules.Articulation {
		return rules.Articulation{Rule: domain.RuleID(fmt.Sprint("one-cyb-", 110+i)), Course: fmt.Sprint("CYB ", 110+i), Title: fmt.Sprintf("Network defence, part %d", i+1),
			Requirement: met[i], Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: began}
	}
	published, err := standard.Publish{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}, Definition: occupation}.Decide(standard.State{})
	if err != nil {
		tb.Fatal(err)
	}
	add(standard.Stream(occupation.ID), each(published, func(e standard.Event) domain.Event { return e })...)
	add(person.Stream("lena"), named("lena", domain.Coordinator), person.KeyIssued{Key: "k", Hash: tokenHash("lena")})
	add(partner.Stream("lakeshore"), partner.Onboarded{Name: "Lakeshore Community College"}, partner.KeyIssued{Key: "k", Hash: tokenHash("lakeshore")})
	signed := []domain.Event{agreement.Drafted{Partner: "lakeshore", Scopes: scopes}}
	for i := range met {
		signed = append(signed, agreement.ArticulationRuleAdded{Articulation: articulated(i)})
	}
	add(agreement.Stream("one"), append(signed, agreement.Activated{From: began, To: began.AddDays(3650)})...)
	for i := range n {
		p := domain.PersonID(fmt.Sprintf("p%06d", i))
		id := domain.ApprenticeshipID(p)
		add(person.Stream(p), named(p, domain.Apprentice))
		add(apprenticeship.Stream(id), apprenticeship.Drafted{Person: p, Standard: occupation.ID, StandardVersion: 1,
			Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, Role: "help-desk-analyst", StartOn: began, ExpectedEndOn: began.AddDays(700)},
			apprenticeship.Began{On: began})
		add(consent.Stream(p, "lakeshore"), consent.Given{Person: p, Party: "lakeshore", Records: scopes, On: began})
		for _, req := range met {
			s := milestone.Stream(id, req)
			add(s, milestone.Started{Apprenticeship: id, Person: p, Requirement: req, PassLevel: 3}, milestone.Attained{On: began, Level: 3, Basis: string(s)})
		}
		for c := range 3 {
			add(credit.Stream(id, articulated(c).Rule), credit.Awarded{
				Subject: credit.Subject{Apprenticeship: id, Person: p, Partner: "lakeshore", Agreement: "one", Articulation: articulated(c)},
				Award:   articulated(c).Credit, Grade: "A", Term: "Spring 2026", ExternalRef: fmt.Sprintf("%s-%d", p, c)})
		}
	}
	return all
}

func each[A, B any](list []A, turn func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = turn(v)
	}
	return out
}

const (
	learnerFields = `id version displayName status startedOn expectedEndOn currentRole{id title}
		milestones(first:5){edges{node{id version title state attainedOn rating requirement{key title kindId}}}}
		credits(first:5){edges{node{id version courseCode title credit unit grade term state externalRef awardedBy{id name}}}}`
	pageOf100  = `query Page($after:String){apprentices(first:100,after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{` + learnerFields + `}}}}`
	oneLearner = `query One($by:ApprenticeKey!){apprentice(by:$by){` + learnerFields + `}}`
)

func request(tb testing.TB, who, query, variables string) *http.Request {
	tb.Helper()
	quoted, err := json.Marshal(query)
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":`+string(quoted)+`,"variables":`+variables+`}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+who+"-token")
	return r
}

// answer asks in somebody's name, without a network.
func (s *school) answer(tb testing.TB, who, query, variables string) string {
	tb.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, request(tb, who, query, variables))
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"errors"`) {
		tb.Fatalf("%d %.500s", w.Code, w.Body)
	}
	return w.Body.String()
}

// cpu is what this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A sink is a connection that counts.
type sink struct {
	header http.Header
	bytes  int
}

func (s *sink) Header() http.Header { return s.header }
func (s *sink) WriteHeader(int)     {}

func (s *sink) Write(b []byte) (int, error) {
	s.bytes += len(b)
	return len(b), nil
}

func (s *school) measure(b *testing.B, who, query, variables string) {
	least := len(s.answer(b, who, query, variables)) - len("1073741824") // of what is left to spend
	b.ReportAllocs()
	from := cpu()
	for b.Loop() {
		w := sink{header: http.Header{}}
		if s.handler.ServeHTTP(&w, request(b, who, query, variables)); w.bytes < least {
			b.Fatalf("%d bytes, not %d", w.bytes, least)
		}
	}
	b.ReportMetric(float64((cpu()-from).Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkPage and BenchmarkPoint go from the request to the response: authorisation, read
// model on disk, execution, JSON. There is no network.
func BenchmarkPage(b *testing.B) {
	s := openSchool(b, 500)
	for _, who := range []string{"lakeshore", "lena"} {
		b.Run(who, func(b *testing.B) { s.measure(b, who, pageOf100, `{"after":null}`) })
	}
}

func BenchmarkPoint(b *testing.B) {
	s := openSchool(b, 500)
	for _, who := range []string{"lakeshore", "lena"} {
		b.Run(who, func(b *testing.B) {
			s.measure(b, who, oneLearner, `{"by":{"id":"apprenticeship-p000123"}}`)
		})
	}
}
