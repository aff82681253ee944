package graphql_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

// now is when everything in these tests happens: the Monday of week 48.
var now = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// A house is Guildhall as it runs, with people and colleges in it. Everybody's token is
// their id followed by "-token".
type house struct {
	*testing.T
	log    events.Log
	read   *projections.DB
	server *graphql.Server
	vault  *vault.Vault
	url    string
	logged *observer.ObservedLogs // what went wrong
	days   *atomic.Int64          // that went by since now
	points int                    // that clients can save up
	keys   int
}

// colleague is somebody who works here.
type colleague struct {
	id       domain.PersonID
	name     string
	capacity domain.Role
	leads    domain.RoleID
}

var staff = []colleague{
	{"maya", "Maya Okafor", domain.Apprentice, ""},
	{"noah", "Noah Lindqvist", domain.Apprentice, ""},
	{"priya", "Priya Raman", domain.Mentor, ""},
	{"dana", "Dana Whitfield", domain.Manager, "help-desk-analyst"},
	{"owen", "Owen Castellano", domain.Manager, "systems-administrator"},
	{"lena", "Lena Fischer", domain.Coordinator, ""},
	{"ruth", "Ruth Adeyemi", domain.HR, ""},
	{"samuel", "Samuel Brandt", domain.Auditor, ""},
	{"petra", "Petra Lindgren", domain.PrivacyOfficer, ""},
}

var colleges = map[domain.PartnerID]string{"lakeshore": "Lakeshore Community College", "harbor": "Harbor State College"}

// open starts Guildhall with the given people and colleges.
func open(t *testing.T, staff []colleague, colleges map[domain.PartnerID]string) *house {
	t.Helper()
	h := openOn(t, newLog(t))
	h.staff(staff, colleges)
	return h
}

// newLog is a log of one node.
func newLog(t *testing.T) events.Log {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), eventstest.Codec())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

// openOn starts Guildhall on a log.
func openOn(t *testing.T, log events.Log) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{T: t, log: log, days: new(atomic.Int64), points: 1 << 30}
	var err error
	h.vault, err = vault.Open(dir, vault.Options{})
	h.must(err)
	t.Cleanup(func() { h.vault.Close() })
	h.serve(dir)
	h.read.Erase = h.vault.Erase
	follow := policies.Policies{Log: log, Read: h.read, Now: h.clock, Dir: dir}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- follow.Follow(ctx) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return h
}

// neighbour is another node on the same log, or on a view of it: a read model of its own,
// and a server.
func (h *house) neighbour(log events.Log) *house {
	h.Helper()
	other := *h
	other.log = log
	other.serve(h.TempDir())
	h.must(other.read.Wait(h.Context(), h.head()))
	return &other
}

// serve lets a read model follow the log, and a server answer from it.
func (h *house) serve(dir string) {
	h.Helper()
	var err error
	h.read, err = projections.Open(h.Context(), dir)
	h.must(err)
	core, logged := observer.New(zap.DebugLevel)
	h.logged = logged
	s := &graphql.Server{
		Desk:     &desk.Desk{Log: h.log, Read: h.read, Vault: h.vault, Now: h.clock},
		Partners: &partners.Partners{Log: h.log, Read: h.read, Vault: h.vault, Now: h.clock},
		Read:     h.read, Organization: "St. Alder Health", Points: h.points,
	}
	h.server = s
	s.Login = &login.Login{Log: h.log, Read: h.read, Now: h.clock, Zap: zap.New(core), Fence: s.Partners.Fence, URL: "https://guildhall.example.org", Dir: dir, Bearer: true}
	s.Courier = &courier.Courier{Log: h.log, Read: h.read, Vault: h.vault, Now: h.clock, Zap: zap.New(core), Reach: courier.Reach{Networks: courier.Loopback}}
	handler, err := s.Handler(zap.New(core))
	h.must(err)
	mux := http.NewServeMux()
	mux.Handle("/oauth/", s.Login.Handler())
	mux.Handle("/", handler)
	web := httptest.NewServer(mux)
	h.url = web.URL
	ctx, stop := context.WithCancel(context.WithoutCancel(h.Context()))
	ended := make(chan error, 1)
	read := h.read
	go func() { ended <- read.Run(ctx, h.log) }()
	h.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
		stop()
		<-ended
		read.Close()
	})
}

// clock is the time at all nodes.
func (h *house) clock() time.Time { return now.AddDate(0, 0, int(h.days.Load())) }

func (h *house) staff(staff []colleague, colleges map[domain.PartnerID]string) {
	h.Helper()
	operator := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	definitions, err := standard.Catalogue()
	h.must(err)
	for _, d := range definitions {
		record(h, standard.Stream(d.ID), standard.Evolve, standard.Publish{Request: operator, Definition: d})
	}
	for _, p := range staff {
		name, err := h.vault.Seal(h.Context(), p.id, p.name)
		h.must(err)
		joined := person.Joined{Name: name, Capacity: p.capacity, Site: "main", Title: string(p.capacity)}
		if p.leads != "" {
			joined.Leads = []domain.RoleID{p.leads}
		}
		record(h, person.Stream(p.id), person.Evolve, person.Join{Request: operator, Joined: joined},
			person.IssueKey{Request: operator, Key: "k", Hash: tokenHash(string(p.id))})
	}
	founded := operator
	founded.On = domain.NewDate(2026, 1, 5)
	record(h, program.Stream("health-it"), program.Evolve,
		program.Register{Request: founded, Registered: program.Registered{Title: "Health IT", Sponsor: "Mercy", Agency: "OH SAA", Number: "P-1", Profile: "us-registered"}},
		program.AddSite{Request: founded, Site: "main", Ratio: "9:1", From: founded.On})
	for id, name := range colleges {
		h.institution(id, name, "")
	}
	h.must(h.read.Wait(h.Context(), h.head()))
}

// institution adds one of a kind; without a kind it is a college.
func (h *house) institution(id domain.PartnerID, name string, kind partner.Kind) {
	h.Helper()
	operator := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	record(h, partner.Stream(id), partner.Evolve, partner.Onboard{Request: operator, Onboarded: partner.Onboarded{Name: name, Kind: kind}},
		partner.IssueKey{Request: operator, Key: "k", Hash: tokenHash(string(id))})
	h.must(h.read.Wait(h.Context(), h.head()))
}

// tokenHash is what is kept of somebody's token.
func tokenHash(id string) string {
	sum := sha256.Sum256([]byte(id + "-token"))
	return hex.EncodeToString(sum[:])
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func record[S any, E domain.Event](h *house, s domain.Stream, evolve func(S, E) S, cs ...events.Command[S, E]) {
	h.Helper()
	_, err := events.Execute(h.Context(), h.log, s, evolve, cs...)
	h.must(err)
}

// An answer is a response, decoded.
type answer struct {
	status int
	text   string // without what it cost
	body   map[string]any
}

// send asks in the name of whoever has the token.
func (h *house) send(token, query string, vars map[string]any) answer {
	h.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	h.must(err)
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.url+"/graphql", bytes.NewReader(body))
	h.must(err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(resp.Body)
	h.must(err)
	shown, _, priced := strings.Cut(text.String(), `,"extensions":{"cost"`)
	if priced {
		shown += "}"
	}
	out := answer{status: resp.StatusCode, text: shown}
	h.must(json.Unmarshal(text.Bytes(), &out.body))
	return out
}

// ask asks in somebody's name and fails on any error.
func (h *house) ask(who, query string, vars ...any) answer {
	h.Helper()
	out := h.send(who+"-token", query, pairs(vars))
	if out.body["errors"] != nil {
		h.Fatalf("%s asked %s: %s", who, query, out.text)
	}
	return out
}

// code is the code of the one error that an operation is answered with.
func (h *house) code(who, query string, vars ...any) string {
	h.Helper()
	out := h.send(who+"-token", query, pairs(vars))
	if n := len(out.list("errors")); n != 1 {
		h.Fatalf("%s asked %s and got %d errors: %s", who, query, n, out.text)
	}
	return out.string("errors.0.extensions.code")
}

// do performs a mutation under a key of its own and returns its payload. The selection is
// of the object that the payload carries.
func (h *house) do(who, mutation, selection string, input ...any) answer {
	h.Helper()
	h.keys++
	return h.doAgain(fmt.Sprintf("key-%d", h.keys), who, mutation, selection, input...)
}

func (h *house) doAgain(key, who, mutation, selection string, input ...any) answer {
	h.Helper()
	in := pairs(input)
	if _, ok := in["idempotencyKey"]; !ok {
		in["idempotencyKey"] = key
	}
	out := h.ask(who, fmt.Sprintf(`mutation M($in: %s!) { r: %s(input: $in) { %s position userErrors { kind code message path } } }`,
		strings.ToUpper(mutation[:1])+mutation[1:]+"Input", mutation, selection), "in", in)
	return answer{out.status, out.text, out.body["data"].(map[string]any)["r"].(map[string]any)}
}

// done performs a mutation that nobody refuses.
func (h *house) done(who, mutation, selection string, input ...any) answer {
	h.Helper()
	out := h.do(who, mutation, selection, input...)
	if len(out.list("userErrors")) > 0 || out.get("position") == nil {
		h.Fatalf("%s by %s: %s", mutation, who, out.text)
	}
	return out
}

// refused performs a mutation that is refused, changes nothing and has no object.
func (h *house) refused(code, who, mutation, noun string, input ...any) answer {
	h.Helper()
	before := h.head()
	out := h.do(who, mutation, noun+"{id}", input...)
	if out.get("userErrors.0.code") != code || out.get(noun) != nil || out.get("position") != nil {
		h.Errorf("%s by %s is not refused with %s: %s", mutation, who, code, out.text)
	}
	if h.acted(who, before) {
		h.Errorf("%s by %s was refused with %s and changed something", mutation, who, code)
	}
	return out
}

// acted reports whether somebody has recorded anything since a position, beside that they read it.
// Policies may have.
func (h *house) acted(who string, since events.Position) bool {
	h.Helper()
	head := h.head()
	if head == since {
		return false
	}
	for r, err := range h.log.Follow(h.Context(), since) {
		h.must(err)
		if by := r.Request.By; (by.Person == domain.PersonID(who) || by.Partner == domain.PartnerID(who)) && r.Stream.Category() != "disclosure" && r.Stream.Category() != "fetch" {
			return true
		}
		if r.Position == head {
			break
		}
	}
	return false
}

func (h *house) head() events.Position {
	h.Helper()
	head, err := h.log.Head(h.Context())
	h.must(err)
	return head
}

// until asks again whenever something changed, until the answer fits.
func (h *house) until(who, query, path string, want any) {
	h.Helper()
	for {
		_, moved := h.read.Moved()
		if h.ask(who, query).get(path) == want {
			return
		}
		select {
		case <-moved:
		case <-time.After(20 * time.Second):
			h.Fatalf("%s never became %v: %s", path, want, h.ask(who, query).text)
		}
	}
}

func pairs(kv []any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(kv); i += 2 {
		out[kv[i].(string)] = kv[i+1]
	}
	return out
}

// get is the value at a path such as "data.nodes.0.id".
func (a answer) get(path string) any {
	var v any = a.body
	for key := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) string(path string) string { s, _ := a.get(path).(string); return s }

func (a answer) list(path string) []any { l, _ := a.get(path).([]any); return l }

const helpDeskPathway = "pathway-help-desk-to-security-analyst@2"

// enrol lets somebody begin on the way to security on the last day of August.
func (h *house) enrol(who string) (apprentice string) {
	h.Helper()
	return h.begin(who, helpDeskPathway, "2026-08-31")
}

// begin prepares an apprenticeship and lets it begin on a day.
func (h *house) begin(who, pathway, day string) (apprentice string) {
	h.Helper()
	id := h.done("lena", "draftApprenticeship", "apprentice{id}", "personId", "person-"+who, "pathwayId", pathway,
		"managerId", "person-dana", "mentorId", "person-priya", "startOn", day, "ageAtStart", 24).string("apprentice.id")
	h.done(who, "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "APPRENTICE")
	h.done("lena", "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "SPONSOR")
	h.done("lena", "registerApprenticeship", "apprentice{id}", "apprenticeId", id, "agency", "Office of Apprenticeship", "apprenticeNo", "2026-"+who)
	if s := h.done("lena", "beginApprenticeship", "apprentice{status}", "apprenticeId", id, "on", day).get("apprentice.status"); s != "PROBATIONARY" {
		h.Fatalf("%s is %v after the first day", who, s)
	}
	return id
}

// agree brings an agreement with a college into force, with a rule for its course.
func (h *house) agree(college, course string, scopes ...string) (agreement string) {
	h.Helper()
	id := h.done("lena", "draftPartnerAgreement", "agreement{id state}", "partnerId", "partner-"+college, "scopes", scopes).string("agreement.id")
	h.done("lena", "signPartnerAgreement", "agreement{id}", "agreementId", id)
	h.done(college, "signPartnerAgreement", "agreement{id}", "agreementId", id)
	h.done("lena", "addArticulationRule", "agreement{id}", "agreementId", id, "courseCode", course, "title", course+" Network Defence",
		"satisfies", "hd-network-defence", "credit", "3", "minGrade", "C", "from", "2026-01-01")
	if s := h.done("lena", "activatePartnerAgreement", "agreement{state}", "agreementId", id, "from", "2026-01-01", "to", "2027-12-31").get("agreement.state"); s != "ACTIVE" {
		h.Fatalf("the agreement with %s is %v", college, s)
	}
	return id
}

var everyRecord = []string{"PATHWAY", "MILESTONES", "CREDITS", "ROLE_TRANSITIONS"}

func (h *house) consent(who, college string, records ...string) (id string) {
	h.Helper()
	return h.done(who, "giveConsent", "consent{id}", "partnerId", "partner-"+college, "records", records, "purpose", "credit for what I learn").string("consent.id")
}

// week logs forty hours of a week.
func (h *house) week(who, week string, monday domain.Date) answer {
	h.Helper()
	var entries []map[string]any
	for day := range 5 {
		entries = append(entries, map[string]any{"date": monday.AddDays(day).String(), "spentOn": h.process(), "minutes": 480})
	}
	return h.done(who, "logHours", "timesheet{id state onTheJobMinutes entries{date kind title minutes}}", "week", week, "entries", entries)
}

// process is a work process of the standard.
func (h *house) process() string {
	h.Helper()
	d, err := standard.Find("it-security-pathway")
	h.must(err)
	return string(d.WorkProcesses[0].ID)
}

// attain begins a milestone, shows something for it and has it assessed.
func (h *house) attain(who, apprentice, requirement, kind string) {
	h.Helper()
	id := strings.Replace(apprentice, "apprenticeship-", "milestone-", 1) + "." + requirement
	h.done(who, "startMilestone", "milestone{id}", "milestoneId", id)
	h.done(who, "submitEvidence", "milestone{id}", "milestoneId", id, "kind", kind, "note", "I did it and wrote it up.", "uri", "https://wiki.example/"+requirement)
	if s := h.done("priya", "assessMilestone", "milestone{state}", "milestoneId", id, "rating", 3).get("milestone.state"); s != "ATTAINED" {
		h.Fatalf("%s is %v", requirement, s)
	}
}
