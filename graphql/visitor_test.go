package graphql_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
)

// A visitor is a system of Lakeshore that asks one node for what Maya shares at another.
type visitor struct {
	home    town   // the node of Maya
	node    *house // that is asked
	client  http.Client
	ids     []string // what is shared, one of each kind
	cursor  string   // of the feed before any of it was
	agreed  string   // the agreement in force
	purpose domain.Sealed

	mu        sync.Mutex
	pages     []page
	following map[string]*follower
}

// A page of the feed was told by a stream.
type page struct {
	by   string
	at   events.Position
	text string
}

// An ending is a way in which a college comes to see less of a learner.
type ending struct {
	name  string
	often int  // of a hundred
	today bool // what was shared is so until today alone

	// end returns the position of the record that it is; the one after all there are, if it
	// is none.
	end   func() events.Position
	keeps []string // marks
}

func pick(r *rand.Rand, endings []ending) (i int) {
	for n := r.IntN(100); n >= endings[i].often; i++ {
		n -= endings[i].often
	}
	return i
}

// A way is one by which what is shared leaves a node.
type way struct {
	name string
	ask  func() (text string, err error)
}

func newVisitor(w town, node *house) *visitor {
	v := &visitor{following: map[string]*follower{}, home: w, node: node, agreed: w.lake, client: http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	subject := strings.TrimPrefix(w.maya, "apprenticeship-")
	v.ids = []string{w.maya, "milestone-" + subject + ".hd-network-defence", "credit-" + subject + "." + strings.TrimPrefix(w.lake, "agreement-") + "-lake-110", "transition-" + subject + ".systems-administrator"}
	var err error
	v.purpose, err = w.vault.Seal(w.Context(), "maya", "credit for what I learn")
	w.must(err)
	v.cursor = w.lakeshoresCursor
	w.done("noah", "revokeConsent", "consent{id}", "consentId", "consent-noah.lakeshore")
	w.must(node.read.Wait(w.Context(), w.head()))
	return v
}

// share lets Lakeshore see all records of Maya until a day, at her node, whatever ended before.
func (v *visitor) share(until domain.Date) events.Position {
	h := v.home
	h.Helper()
	record(h.house, partner.Stream("lakeshore"), partner.Evolve, partner.Resume{Request: v.by(domain.Actor{Policy: "operator", Role: domain.System})})
	if v.agreed == "" {
		h.must(h.read.Wait(h.Context(), h.head()))
		v.agreed = h.agree("lakeshore", "LAKE 110", everyRecord...)
	}
	given := consent.Given{Person: "maya", Party: "lakeshore", Purpose: v.purpose, On: domain.DateOf(h.clock()), ExpiresOn: until,
		Records: []domain.Scope{domain.CreditRecords, domain.MilestoneRecords, domain.PathwayRecords, domain.TransitionRecords}}
	at, err := h.log.Append(h.Context(), events.Commit{Request: v.by(domain.Actor{Person: "maya", Role: domain.Apprentice}),
		Appends: []events.Append{{Stream: consent.Stream("maya", "lakeshore"), Expected: events.Any, Events: []domain.Event{given}}}})
	h.must(err)
	return at
}

func (v *visitor) by(a domain.Actor) domain.Request {
	return domain.Request{By: a, At: v.home.clock()}
}

func (v *visitor) endings() []ending {
	h := v.home
	of := func(a answer) events.Position { return positionOf(a.string("position")) }
	return []ending{
		{name: "a revocation", often: 74, end: func() events.Position {
			return of(h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore"))
		}},
		{name: "a consent to less", often: 12, keeps: []string{"LAKE MAYA"}, end: func() events.Position {
			return of(h.done("maya", "giveConsent", "consent{id}", "partnerId", "partner-lakeshore", "records", []string{"CREDITS"}, "purpose", "credit alone"))
		}},
		{name: "the last day of a consent", often: 8, today: true, end: func() events.Position {
			h.days.Add(1)
			return h.head() + 1
		}},
		{name: "a suspension of the college", often: 4, end: func() events.Position {
			record(h.house, partner.Stream("lakeshore"), partner.Evolve, partner.Suspend{Request: v.by(domain.Actor{Policy: "operator", Role: domain.System}), Reason: "an incident"})
			return h.head()
		}},
		{name: "the end of an agreement", often: 2, end: func() events.Position {
			gone := v.agreed
			v.agreed = ""
			return of(h.done("lena", "terminatePartnerAgreement", "agreement{id}", "agreementId", gone, "reason", "the college closed"))
		}},
	}
}

// take asks for an answer of the node, and returns all of it.
func (v *visitor) take(method, path, body string, header ...string) (status int, h http.Header, text string, err error) {
	req, err := http.NewRequestWithContext(v.node.Context(), method, v.node.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, "", err
	}
	req.Header.Set("Authorization", "Bearer lakeshore-token")
	req.Header.Set("Accept-Encoding", "identity")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(all), err
}

func (v *visitor) post(query string, header ...string) func() (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"ids": v.ids, "cursor": v.cursor}})
	v.node.must(err)
	return func() (string, error) {
		_, _, text, err := v.take(http.MethodPost, "/graphql", string(body), header...)
		return text, err
	}
}

// get asks with the tag of the answer before. That it still stands is to be shown it again.
func (v *visitor) get(path string) func() (string, error) {
	tag, held := "", ""
	return func() (string, error) {
		status, h, text, err := v.take(http.MethodGet, path, "", "If-None-Match", tag)
		if err == nil && status == http.StatusNotModified {
			return held, nil
		}
		if status == http.StatusOK && h.Get("ETag") != "" {
			tag, held = h.Get("ETag"), text
		}
		return text, err
	}
}

func unpacked(text string, err error) (string, error) {
	if err != nil || !strings.HasPrefix(text, "PK") {
		return text, err
	}
	files, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		return "", err
	}
	var all bytes.Buffer
	for _, f := range files.File {
		if f.Name == "datapackage.json" {
			continue // tells what columns mean
		}
		all.WriteString(f.Name + "\n")
		r, err := f.Open()
		if err != nil {
			return "", err
		}
		if _, err := all.ReadFrom(r); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

const shownOfMaya = `... on Apprentice{displayName milestones{edges{node{state}}}credits{edges{node{externalRef}}}transitions{edges{node{transitionState:state}}}}
	... on Milestone{state} ... on CreditAward{externalRef creditState:state} ... on RoleTransition{transitionState:state}`

func (v *visitor) ways() []way {
	objects := `query($ids:[ID!]!){nodes(ids:$ids){` + shownOfMaya + `}}`
	feed := `changes{... on Upsert{node{` + shownOfMaya + `}} ... on Removal{id reason}}cursor position`
	ways := []way{
		{"a learner", v.post(`{apprentice(by:{id:"` + v.ids[0] + `"}){` + shownOfMaya[:strings.Index(shownOfMaya, "\n")] + `}}`)},
		{"learners", v.post(`{apprentices{totalCount edges{cursor node{` + shownOfMaya[:strings.Index(shownOfMaya, "\n")] + `}}}}`)},
		{"objects by their ids", v.post(objects)},
		{"objects as an event", v.post(objects, "Accept", "text/event-stream")},
		{"rows of objects", v.post(`query($ids:[ID!]!){nodes(ids:$ids){... on Apprentice{syncRows{givenName familyName}}... on CreditAward{syncRows{collegeAwardRef}}... on Milestone{state syncRows{milestoneTitle}}}}`)},
		{"the feed", v.post(`{changes{` + feed + `}}`)},
		{"the feed after a cursor", v.post(`query($cursor:Cursor){changes(after:$cursor){` + feed + `}}`)},
		{"a learner that is held", v.get("/graphql?query=" + url.QueryEscape(`{apprentice(by:{id:"`+v.ids[0]+`"}){`+shownOfMaya[:strings.Index(shownOfMaya, "\n")]+`}}`))},
		{"a feed that is held", v.get("/graphql?query=" + url.QueryEscape(`{changes{`+feed+`}}`))},
		{"lines", v.get("/changes.ndjson")},
		{"lines after a cursor", v.get("/changes.ndjson?after=" + v.cursor)},
	}
	for i, id := range v.ids {
		kind, _, _ := strings.Cut(id, "-")
		ways = append(ways, way{"one " + kind, v.post(`{node(id:"` + v.ids[i] + `"){` + shownOfMaya + `}}`)})
	}
	for _, file := range []string{"apprentices", "milestones", "credits", "transitions", "sync"} {
		ways = append(ways, way{file + ".csv", v.get("/export/" + file + ".csv")})
	}
	for name, path := range map[string]string{"a package": "/export/package.zip", "what changed as a package": "/export/package.zip?after=" + v.cursor} {
		ask := v.get(path)
		ways = append(ways, way{name, func() (string, error) { return unpacked(ask()) }})
	}
	slices.SortFunc(ways, func(a, b way) int { return strings.Compare(a.name, b.name) })
	return ways
}

// A follower hears a stream of the feed until it ends.
type follower struct {
	cursor string
	over   chan struct{} // closed when the stream has ended
}

const followed = `subscription($after:Cursor){changes(after:$after){changes{... on Upsert{node{` + shownOfMaya + `}}... on Removal{id reason}}cursor position}}`

// listen follows the feed by every kind of stream, where none is open.
func (v *visitor) listen() {
	for by, open := range map[string]func(after string) (next func() answer, leave func()){
		"events": func(after string) (func() answer, func()) {
			l := v.node.listen("lakeshore", followed, after)
			return func() answer { return l.next().answer }, l.close
		},
		"a socket": func(after string) (func() answer, func()) {
			l := v.node.call("lakeshore")
			if after == "" {
				l.ask("feed", followed)
			} else {
				l.ask("feed", followed, "after", after)
			}
			return func() (a answer) {
				var m struct{ Payload json.RawMessage }
				if _, text, err := l.Read(v.node.Context()); err == nil && json.Unmarshal(text, &m) == nil && json.Unmarshal(m.Payload, &a.body) == nil {
					a.text = string(m.Payload)
				}
				return a
			}, func() { l.CloseNow() }
		},
	} {
		last := v.following[by]
		if last != nil {
			select {
			case <-last.over:
			default:
				continue
			}
		}
		f := &follower{over: make(chan struct{})}
		if last != nil {
			f.cursor = last.cursor
		}
		v.following[by] = f
		next, leave := open(f.cursor)
		go func() {
			defer close(f.over)
			defer leave()
			for a := next(); a.get("data.changes") != nil; a = next() {
				f.cursor = a.string("data.changes.cursor")
				v.mu.Lock()
				v.pages = append(v.pages, page{by, positionOf(a.string("data.changes.position")), a.text})
				v.mu.Unlock()
			}
		}()
	}
}

// heard are all pages that streams told, in their order.
func (v *visitor) heard() []page {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.pages)
}

func positionOf(text string) events.Position {
	at, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0
	}
	return events.Position(at)
}
