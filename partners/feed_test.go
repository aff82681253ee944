package partners_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A client is a college's system that keeps what the feed tells it by the published rules:
// keep by id, delete on removal, and after a snapshot drop what was not in it.
type client struct {
	*house
	at         *partners.Partners // the node it asks; nil for the house's own
	partner    domain.PartnerID
	categories []string
	held       map[domain.Stream]uint64          // version by object
	places     map[domain.Stream]events.Position // of the last change, by object

	cursor   string
	seen     map[domain.Stream]bool // in the snapshot that is being walked; nil after it
	position int64                  // of the last change
	object   domain.Stream
}

func (c *client) restart() {
	c.cursor, c.seen, c.position, c.object = "", map[domain.Stream]bool{}, 0, ""
	if c.places == nil {
		c.places = map[domain.Stream]events.Position{}
	}
}

// pull takes one page and reports whether it was the last one.
func (c *client) pull(t fataler, first int) bool {
	at := c.Partners
	if c.at != nil {
		at = c.at
	}
	var page partners.Page
	err := patiently(func() (err error) {
		page, err = at.Changes(c.t.Context(), c.partner, c.cursor, first, c.categories)
		return err
	})
	if err != nil {
		t.Fatalf("%s at %q: %v", c.partner, c.cursor, err)
	}
	if len(page.Changes) > first || !page.UpToDate && len(page.Changes) == 0 {
		t.Fatalf("a page of at most %d has %d changes and is up to date: %v", first, len(page.Changes), page.UpToDate)
	}
	if page.Snapshot != (c.seen != nil) {
		t.Fatalf("the page says snapshot: %v", page.Snapshot)
	}
	allowed := c.allowed(t, c.partner)
	for _, change := range page.Changes {
		if at := int64(change.Position); at < c.position || at == c.position && change.Object <= c.object {
			t.Fatalf("position %d of %s comes after %d of %s", at, change.Object, c.position, c.object)
		}
		c.position, c.object = int64(change.Position), change.Object
		if len(c.categories) > 0 && !slices.Contains(c.categories, change.Object.Category()) {
			t.Fatalf("asked for %v, got %s", c.categories, change.Object)
		}
		if change.Removed != "" {
			delete(c.held, change.Object)
			delete(c.places, change.Object)
			continue
		}
		version, ok := allowed[change.Object]
		if !ok {
			t.Fatalf("%s was given %s, which it must not see", c.partner, change.Object)
		}
		c.held[change.Object], c.places[change.Object] = version, change.Position
		if c.seen != nil {
			c.seen[change.Object] = true
		}
	}
	if page.UpToDate {
		if c.seen != nil {
			maps.DeleteFunc(c.held, func(o domain.Stream, _ uint64) bool { return !c.seen[o] })
			maps.DeleteFunc(c.places, func(o domain.Stream, _ events.Position) bool { return !c.seen[o] })
		}
		c.seen = nil
	}
	c.cursor = page.Cursor
	return page.UpToDate
}

// patiently asks until a node that is busy has come as far as it has to, as clients do.
func patiently(ask func() error) error {
	for attempts := 1; ; attempts++ {
		err := ask()
		if r := domain.AsRefusal(err); r == nil || r.Kind != domain.Busy || attempts == 30 {
			return err
		}
	}
}

// allowed is every object a partner may see now, by its version.
func (h *house) allowed(t fataler, p domain.PartnerID) map[domain.Stream]uint64 {
	ctx := h.t.Context()
	fail := func(err error) {
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	fail(patiently(func() error { return h.Fence(ctx) }))
	ls, err := h.Read.Learners(ctx, projections.LearnerQuery{})
	fail(err)
	out := map[domain.Stream]uint64{}
	for _, l := range ls {
		shares, err := h.Shares(ctx, p, l.ID)
		fail(err)
		v := shares[0]
		if v.Learner() {
			out[apprenticeship.Stream(l.ID)] = l.Version
		}
		ms, err := h.Read.Milestones(ctx, l.ID)
		fail(err)
		for _, m := range v.Milestones(ms[l.ID]) {
			out[milestone.Stream(m.Learner, m.Requirement)] = m.Version
		}
		cs, err := h.Read.Credits(ctx, l.ID)
		fail(err)
		for _, c := range v.Credits(cs[l.ID]) {
			out[credit.Stream(c.Learner, c.Rule)] = c.Version
		}
		ts, err := h.Read.Transitions(ctx, l.ID)
		fail(err)
		for _, m := range v.Transitions(ts[l.ID]) {
			out[transition.Stream(m.Learner, m.To)] = m.Version
		}
		if grants, err := h.Read.Grants(ctx, p, h.today(), l.ID); err != nil || len(grants[0].Scopes()) == 0 {
			fail(err)
			for o := range out {
				if h.learnerOf(o) == l.ID {
					t.Fatalf("%s sees %s of a learner without a grant", p, o)
				}
			}
		}
	}
	return out
}

func (h *house) learnerOf(o domain.Stream) domain.ApprenticeshipID {
	_, subject, _ := strings.Cut(string(o), "-")
	id, _, _ := strings.Cut(subject, ".")
	return domain.ApprenticeshipID(id)
}

// TestAPartnerHoldsWhatItMaySee lets chance write histories and lets partners follow them,
// page by page, while they are written: at the node that writes and at another, which lags,
// and catches up while it is asked. Answers are lost on the way now and then.
func TestAPartnerHoldsWhatItMaySee(t *testing.T) {
	colleges := []domain.PartnerID{"harbor", "lakeshore"}
	scopes := []domain.Scope{domain.CreditRecords, domain.MilestoneRecords, domain.PathwayRecords, domain.TransitionRecords}
	ids := []domain.ApprenticeshipID{"ana", "ben"}
	requirements := []domain.RequirementID{"r1", "r2"}
	roles := []domain.RoleID{"role-b", "role-c"}
	kinds := [][]string{nil, nil, {"credit", "milestone"}, {"transition"}, {"apprenticeship"}}
	rapid.Check(t, func(rt *rapid.T) {
		h := open(t)
		defer h.close()
		far := h.lag()
		defer far.stop()
		college := rapid.SampledFrom(colleges)
		who := rapid.SampledFrom(ids)
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(scopes), 1, 4, rapid.ID[domain.Scope])
		clients := []*client{}
		for _, p := range []domain.PartnerID{"harbor", "lakeshore", "lakeshore"} {
			c := &client{house: h, partner: p, categories: rapid.SampledFrom(kinds).Draw(rt, "categories"), held: map[domain.Stream]uint64{}}
			c.restart()
			clients = append(clients, c)
		}
		copiers := []*copier{{house: h, partner: "harbor"}, {house: h, partner: "lakeshore"}}
		ticked := true
		agreements := 0
		agreed := func() domain.AgreementID {
			return domain.AgreementID(fmt.Sprint("a", rapid.IntRange(0, max(agreements-1, 0)).Draw(rt, "agreement")))
		}
		ahead := func(label string) domain.Date { return h.today().AddDays(rapid.IntRange(0, 40).Draw(rt, label)) }
		actions := map[string]func(){
			"give": func() {
				p, records := college.Draw(rt, "partner"), some.Draw(rt, "records")
				id := who.Draw(rt, "learner")
				slices.Sort(records)
				g := consent.Given{Person: domain.PersonID(id), Party: p, Records: records, Purpose: "credit"}
				if rapid.Bool().Draw(rt, "ends") {
					g.ExpiresOn = ahead("days")
				}
				do(rt, h, consent.Stream(g.Person, p), consent.Evolve, consent.Give{Request: h.by(person(g.Person)), Given: g})
			},
			"revoke": func() {
				id := domain.PersonID(who.Draw(rt, "learner"))
				do(rt, h, consent.Stream(id, college.Draw(rt, "partner")), consent.Evolve, consent.Revoke{Request: h.by(person(id))})
			},
			"agree": func() {
				if agreements == 4 {
					return
				}
				p, covers := college.Draw(rt, "partner"), some.Draw(rt, "scopes")
				h.agree(rt, domain.AgreementID(fmt.Sprint("a", agreements)), p, ahead("days"), covers...)
				agreements++
			},
			"rule": func() {
				id := agreed()
				req := rapid.SampledFrom(requirements).Draw(rt, "requirement")
				h.rule(rt, id, domain.RuleID(string(id)+"-"+string(req)), "C "+string(req), req)
			},
			"terminate": func() {
				do(rt, h, agreement.Stream(agreed()), agreement.Evolve, agreement.Terminate{Request: h.by(lena), Reason: "moved"})
			},
			"begin": func() {
				id, req := who.Draw(rt, "learner"), rapid.SampledFrom(requirements).Draw(rt, "requirement")
				do(rt, h, milestone.Stream(id, req), milestone.Evolve, milestone.Start{Request: h.by(person(domain.PersonID(id))), Open: true,
					Started: milestone.Started{Apprenticeship: id, Person: domain.PersonID(id), Requirement: req, PassLevel: 1}})
			},
			"show": func() {
				id, req := who.Draw(rt, "learner"), rapid.SampledFrom(requirements).Draw(rt, "requirement")
				do(rt, h, milestone.Stream(id, req), milestone.Evolve, milestone.SubmitEvidence{Request: h.by(person(domain.PersonID(id))),
					EvidenceSubmitted: milestone.EvidenceSubmitted{Kind: milestone.Work, Note: domain.Sealed(fmt.Sprint(h.now.UnixNano())), Assessor: "priya"}})
			},
			"award": func() {
				p, req := college.Draw(rt, "partner"), rapid.SampledFrom(requirements).Draw(rt, "requirement")
				_, _, err := h.Take(t.Context(), h.by(domain.Actor{Partner: p, Role: domain.Partner}), partners.Award{Learner: who.Draw(rt, "learner"), Course: "C " + string(req),
					Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Grade: "B", Term: "Fall 2026", ExternalRef: "x"})
				if err != nil && domain.AsRefusal(err) == nil {
					rt.Fatal(err)
				}
			},
			"propose": func() {
				id, to := who.Draw(rt, "learner"), rapid.SampledFrom(roles).Draw(rt, "role")
				do(rt, h, transition.Stream(id, to), transition.Evolve, transition.Propose{Request: h.by(priya), Proposed: transition.Proposed{
					Apprenticeship: id, Person: domain.PersonID(id), Proposer: "priya", From: "role-a", To: to, EffectiveOn: h.today().AddDays(1)}})
			},
			"submit": func() {
				id, to := who.Draw(rt, "learner"), rapid.SampledFrom(roles).Draw(rt, "role")
				do(rt, h, transition.Stream(id, to), transition.Evolve, transition.Submit{Request: h.by(priya), Steps: []transition.Step{{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator}},
					ReadinessSnapshotTaken: transition.ReadinessSnapshotTaken{Snapshot: "s"}})
			},
			"decide": func() {
				id, to := who.Draw(rt, "learner"), rapid.SampledFrom(roles).Draw(rt, "role")
				v := rapid.SampledFrom([]transition.Verdict{transition.Grant, transition.SendBack, transition.Deny}).Draw(rt, "verdict")
				do(rt, h, transition.Stream(id, to), transition.Evolve, transition.Decide{Request: h.by(lena), Verdict: v, Seen: "s", Current: "s", Reason: "why"})
			},
			"move": func() {
				id, to := who.Draw(rt, "learner"), rapid.SampledFrom(roles).Draw(rt, "role")
				do(rt, h, transition.Stream(id, to), transition.Evolve, transition.Propose{Request: h.by(priya), Proposed: transition.Proposed{
					Apprenticeship: id, Person: domain.PersonID(id), Proposer: "priya", From: "role-a", To: to, EffectiveOn: h.today().AddDays(1)}})
				do(rt, h, transition.Stream(id, to), transition.Evolve, transition.Submit{Request: h.by(priya), Steps: []transition.Step{{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator}},
					ReadinessSnapshotTaken: transition.ReadinessSnapshotTaken{Snapshot: "s"}})
			},
			"withdraw": func() {
				do(rt, h, transition.Stream(who.Draw(rt, "learner"), rapid.SampledFrom(roles).Draw(rt, "role")), transition.Evolve, transition.Withdraw{Request: h.by(priya)})
			},
			"days": func() {
				h.now = h.now.AddDate(0, 0, rapid.IntRange(1, 30).Draw(rt, "days"))
				if ticked = rapid.Bool().Draw(rt, "tick"); ticked {
					h.tick(rt)
				}
			},
			"tick":    func() { h.tick(rt); ticked = true },
			"restart": func() { rapid.SampledFrom(clients).Draw(rt, "client").restart() },
			"page": func() {
				rapid.SampledFrom(clients).Draw(rt, "client").pull(rt, rapid.IntRange(1, 3).Draw(rt, "first"))
			},
			"lost answer": func() {
				c := rapid.SampledFrom(clients).Draw(rt, "client")
				if err := patiently(func() error {
					_, err := c.Changes(t.Context(), c.partner, c.cursor, 2, c.categories)
					return err
				}); err != nil {
					rt.Fatal(err)
				}
			},
			"afar": func() {
				c, first := rapid.SampledFrom(clients).Draw(rt, "client"), rapid.IntRange(1, 3).Draw(rt, "first")
				if far.behind(rt) && rapid.Bool().Draw(rt, "behind") {
					far.refuses(rt, c, first)
					return
				}
				raised := make(chan struct{})
				go func() { far.raise(rt); close(raised) }()
				c.at = far.Partners
				c.pull(rt, first)
				c.at = nil
				<-raised
			},
			"copy": func() {
				rapid.SampledFrom(copiers).Draw(rt, "copier").copy(rt, rapid.IntRange(1, 3).Draw(rt, "first"), ticked)
			},
			"catch up": func() {
				c := rapid.SampledFrom(clients).Draw(rt, "client")
				c.catchUp(rt, rapid.IntRange(1, 3).Draw(rt, "first"), ticked)
			},
		}
		if rapid.Bool().Draw(rt, "underway") {
			h.agree(rt, "a0", "lakeshore", h.today().AddDays(20), scopes...)
			h.rule(rt, "a0", "a0-r1", "C r1", "r1")
			agreements = 1
			for _, id := range ids {
				h.give(rt, domain.PersonID(id), "lakeshore", scopes...)
			}
		}
		names := slices.Sorted(maps.Keys(actions))
		usual := []string{"give", "agree", "rule", "award", "begin", "move", "revoke", "page", "afar", "afar", "catch up", "catch up", "copy"}
		for range rapid.IntRange(10, 60).Draw(rt, "actions") {
			actions[rapid.SampledFrom(append(usual, names...)).Draw(rt, "action")]()
		}
		h.tick(rt)
		for _, c := range clients {
			c.catchUp(rt, 2, true)
		}
		for _, c := range copiers {
			c.copy(rt, 2, true)
		}
	})
}

// catchUp pulls to the end. If what ran out was recorded, the client then holds exactly
// what its partner may see.
func (c *client) catchUp(t fataler, first int, exact bool) {
	for !c.pull(t, first) {
	}
	want := c.allowed(t, c.partner)
	maps.DeleteFunc(want, func(o domain.Stream, _ uint64) bool {
		return len(c.categories) > 0 && !slices.Contains(c.categories, o.Category())
	})
	if exact && !maps.Equal(c.held, want) {
		t.Fatalf("%s with %v holds %v, may see %v", c.partner, c.categories, c.held, want)
	}
	if exact {
		c.compare(t)
	}
}

// compare holds what the client keeps against its partner's digest, as a client does.
func (c *client) compare(t fataler) {
	var every []int
	for o := range c.places {
		every = append(every, int(sha256.Sum256([]byte(o))[0]))
	}
	slices.Sort(every)
	every = slices.Compact(every)
	var d partners.Digest
	err := patiently(func() (err error) {
		d, err = c.Digest(c.t.Context(), c.partner, c.categories, every...)
		return err
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	listed := map[domain.Stream]events.Position{}
	var sums, want [partners.Buckets]uint64
	for i, b := range d.Buckets {
		sums[i] = b.Sum
		for _, e := range b.Entries {
			listed[e.Object] = e.Position
		}
	}
	for o, p := range c.places {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", o, p))
		want[sha256.Sum256([]byte(o))[0]] ^= binary.BigEndian.Uint64(sum[:8])
	}
	if d.Count != len(c.places) || sums != want || !maps.Equal(listed, c.places) {
		t.Fatalf("%s with %v holds %v; the digest is of %d, and lists %v", c.partner, c.categories, c.places, d.Count, listed)
	}
}

func TestRevokingRemovesAllThatWasEverDelivered(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.CreditRecords, domain.PathwayRecords)
	h.rule(t, "a", "rule-1", "CYB 110", "r1")
	h.give(t, "ana", "lakeshore", domain.CreditRecords, domain.PathwayRecords)
	h.give(t, "ben", "lakeshore", domain.CreditRecords, domain.PathwayRecords)
	h.award(t, "ana", "CYB 110")
	c := &client{house: h, partner: "lakeshore", held: map[domain.Stream]uint64{}}
	c.restart()
	c.catchUp(t, 1, true)
	if len(c.held) != 3 {
		t.Fatalf("holds %v, want two apprenticeships and a credit", c.held)
	}
	do(t, h, consent.Stream("ana", "lakeshore"), consent.Evolve, consent.Revoke{Request: h.by(person("ana"))})
	page, err := h.Changes(t.Context(), "lakeshore", c.cursor, 100, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, change := range page.Changes {
		got = append(got, string(change.Object)+" "+string(change.Removed))
	}
	if want := []string{"apprenticeship-ana consent-revoked", "credit-ana.rule-1 consent-revoked"}; !slices.Equal(got, want) || !page.UpToDate {
		t.Errorf("got %v, want %v", got, want)
	}
	c.catchUp(t, 1, true)
	c.restart()
	c.catchUp(t, 1, true)
	if len(c.held) != 1 {
		t.Errorf("a snapshot after the revocation leaves %v", c.held)
	}
}

func TestWhatRanOutTodayIsTakenBackBeforeTheRecordSaysSo(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(3), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	h.now = h.now.AddDate(0, 0, 4)
	page, err := h.Changes(t.Context(), "lakeshore", "", 100, nil)
	if err != nil || len(page.Changes) != 1 || page.Changes[0].Removed != projections.SharingEnded {
		t.Errorf("got %+v, %v; want the apprenticeship removed", page.Changes, err)
	}
}

func TestCursors(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	first, err := h.Changes(t.Context(), "lakeshore", "", 1, []string{"apprenticeship", "credit"})
	if err != nil || len(first.Changes) != 1 || first.UpToDate {
		t.Fatalf("%+v, %v", first, err)
	}
	if same, err := h.Changes(t.Context(), "lakeshore", first.Changes[0].Cursor, 1, []string{"credit", "apprenticeship", "credit"}); err != nil || len(same.Changes) != 1 || same.Changes[0].Object == first.Changes[0].Object {
		t.Errorf("the same kinds in another order: %+v, %v", same, err)
	}
	other := found(t, t.TempDir())
	defer other.close()
	forged := func(format string, args ...any) string {
		return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, format, args...))
	}
	for name, c := range map[string]struct {
		house      *house
		cursor     string
		first      int
		categories []string
		code       string
	}{
		"no base64":                {h, "***", 1, nil, "CURSOR_INVALID"},
		"no JSON":                  {h, forged("hello"), 1, nil, "CURSOR_INVALID"},
		"no lineage":               {h, forged(`{"p":1}`), 1, nil, "CURSOR_INVALID"},
		"beyond all numbers":       {h, forged(`{"p":18446744073709551615,"e":"x"}`), 1, nil, "CURSOR_INVALID"},
		"beyond measure":           {h, strings.Repeat("A", 100000), 1, nil, "CURSOR_INVALID"},
		"all kinds":                {h, first.Cursor, 1, nil, "CURSOR_FILTER"},
		"fewer kinds":              {h, first.Cursor, 1, []string{"credit"}, "CURSOR_FILTER"},
		"another log":              {other, first.Cursor, 1, []string{"apprenticeship", "credit"}, "CURSOR_EPOCH"},
		"an empty page":            {h, "", 0, nil, "BAD_PAGE_SIZE"},
		"a page beyond the limits": {h, "", partners.MaxPage + 1, nil, "BAD_PAGE_SIZE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.house.Changes(t.Context(), "lakeshore", c.cursor, c.first, c.categories)
			if r := domain.AsRefusal(err); r == nil || r.Code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// What one partner has seen says nothing about what another has: with its cursor the other
// would miss everything before it.
func TestACursorIsOfNoUseToAnotherPartner(t *testing.T) {
	h := open(t)
	defer h.close()
	page, err := h.Changes(t.Context(), "lakeshore", "", 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Changes(t.Context(), "harbor", page.Cursor, 1, nil)
	if r := domain.AsRefusal(err); r == nil || r.Code != "CURSOR_INVALID" {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerIsNotOlderThanTheOneBefore(t *testing.T) {
	h := open(t)
	defer h.close()
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	page, err := h.Changes(t.Context(), "lakeshore", "", 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(page.Cursor)
	if err != nil {
		t.Fatal(err)
	}
	ahead := strings.Replace(string(raw), fmt.Sprintf(`"a":%d`, page.Position), fmt.Sprintf(`"a":%d`, page.Position+2), 1) // one more than that it read is on record
	if ahead == string(raw) {
		t.Fatalf("the cursor %s does not say what it was answered at", raw)
	}
	answer := make(chan error, 1)
	go func() {
		_, err := h.Changes(t.Context(), "lakeshore", base64.RawURLEncoding.EncodeToString([]byte(ahead)), 1, nil)
		answer <- err
	}()
	if r := domain.AsRefusal(<-answer); r == nil || r.Code != "READ_MODEL_BEHIND" {
		t.Errorf("a node that is behind the one before answered %v, want READ_MODEL_BEHIND", r)
	}
}

func TestNothingIsShownWhileTheReadModelIsBehind(t *testing.T) {
	h := open(t)
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	if err := h.Fence(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.stop()
	do(t, h, consent.Stream("ana", "lakeshore"), consent.Evolve, consent.Revoke{Request: h.by(person("ana"))})
	_, err := h.Changes(t.Context(), "lakeshore", "", 10, nil)
	if r := domain.AsRefusal(err); r == nil || r.Code != "READ_MODEL_BEHIND" {
		t.Errorf("got %v, want READ_MODEL_BEHIND", err)
	}
	_, _, err = h.Take(t.Context(), h.by(domain.Actor{Partner: "lakeshore", Role: domain.Partner}), partners.Award{Learner: "ana"})
	if r := domain.AsRefusal(err); r == nil || r.Code != "READ_MODEL_BEHIND" {
		t.Errorf("an award got %v, want READ_MODEL_BEHIND", err)
	}
	h.close()
}

func TestAwards(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.CreditRecords)
	h.rule(t, "a", "rule-1", "CYB 110", "r1")
	h.agree(t, "b", "harbor", h.today().AddDays(100), domain.CreditRecords)
	h.rule(t, "b", "rule-2", "HIM 201", "r1")
	h.give(t, "ana", "lakeshore", domain.CreditRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	full := partners.Award{Learner: "ana", Course: "CYB 110", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Grade: "B", Term: " Fall 2026 ", ExternalRef: " L-7 "}
	with := func(change func(*partners.Award)) partners.Award { a := full; change(&a); return a }
	college := h.by(domain.Actor{Partner: "lakeshore", Role: domain.Partner})
	for name, c := range map[string]struct {
		req   domain.Request
		award partners.Award
		code  string
	}{
		"another college's rule":    {college, with(func(a *partners.Award) { a.Course = "HIM 201" }), "NO_SUCH_RULE"},
		"an unknown course":         {college, with(func(a *partners.Award) { a.Course = "CYB 999" }), "NO_SUCH_RULE"},
		"no consent to credits":     {college, with(func(a *partners.Award) { a.Learner = "ben" }), "NO_SUCH_APPRENTICESHIP"},
		"no such learner":           {college, with(func(a *partners.Award) { a.Learner = "zoe" }), "NO_SUCH_APPRENTICESHIP"},
		"another unit":              {college, with(func(a *partners.Award) { a.Credit.Unit = domain.Quarter }), "WRONG_UNIT"},
		"a college without consent": {h.by(domain.Actor{Partner: "harbor", Role: domain.Partner}), with(func(a *partners.Award) { a.Course = "HIM 201" }), "NO_SUCH_APPRENTICESHIP"},
		"a person":                  {h.by(lena), full, "NO_SUCH_APPRENTICESHIP"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := h.Take(t.Context(), c.req, c.award)
			if r := domain.AsRefusal(err); r == nil || r.Code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	college.Key, college.Digest = "k1", "one"
	stream, at, err := h.Take(t.Context(), college, full)
	if err != nil || stream != "credit-ana.rule-1" {
		t.Fatalf("%s, %v", stream, err)
	}
	if cs, err := h.Read.Credits(t.Context(), "ana"); err != nil || len(cs["ana"]) != 1 || cs["ana"][0].Term != "Fall 2026" || cs["ana"][0].ExternalRef != "L-7" {
		t.Errorf("who asks next sees %+v, %v", cs, err)
	}
	if again, same, err := h.Take(t.Context(), college, full); err != nil || again != stream || same != at {
		t.Errorf("the same request again: %s at %d, %v; want %d", again, same, err, at)
	}
	if head, err := h.Log.Head(t.Context()); err != nil || head != at {
		t.Errorf("the log ends at %d, %v; want %d", head, err, at)
	}
	college.Digest = "two"
	if _, _, err := h.Take(t.Context(), college, full); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("the key for another request: %v", err)
	}
	college.Key = "k2"
	if _, _, err := h.Take(t.Context(), college, with(func(a *partners.Award) { a.Grade = "A" })); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "ALREADY_AWARDED" {
		t.Errorf("another award: %v", err)
	}
	h.now = h.now.Add(101 * 24 * time.Hour)
	college = h.by(college.By)
	if _, _, err := h.Take(t.Context(), college, full); domain.AsRefusal(err) == nil {
		t.Errorf("after the agreement's last day: %v", err)
	}
}
