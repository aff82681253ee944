package partners_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestWhatIsToldIsLoggedBeforeItIsTold(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.CreditRecords, domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.CreditRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	college := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	ask := func(by domain.Actor, field domain.Scope, ids ...domain.ApprenticeshipID) string {
		t.Helper()
		if err := h.Fence(t.Context()); err != nil {
			t.Fatal(err)
		}
		learners, err := h.Read.Learners(t.Context(), projections.LearnerQuery{IDs: ids})
		if err != nil {
			t.Fatal(err)
		}
		var told []partners.Told
		for i := range learners {
			told = append(told, partners.Told{Learner: &learners[i], Scope: field})
		}
		err = h.Disclose(t.Context(), by, "q", told)
		if r := domain.AsRefusal(err); r != nil {
			return r.Code
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	logged := func() (told, refused int) {
		t.Helper()
		head, err := h.Log.Head(t.Context())
		if err == nil {
			err = h.Read.Wait(t.Context(), head)
		}
		if err != nil {
			t.Fatal(err)
		}
		ds, err := h.Read.Disclosures(t.Context(), projections.DisclosureQuery{Partner: "lakeshore", First: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			if d.Refused == "" {
				told++
			} else {
				refused++
			}
		}
		return told, refused
	}
	for _, c := range []struct {
		name          string
		do            func()
		field         domain.Scope
		ids           []domain.ApprenticeshipID
		code          string
		told, refused int
	}{
		{"what is shared is told", nil, domain.CreditRecords, []domain.ApprenticeshipID{"ana"}, "", 1, 0},
		{"and once a day", nil, domain.CreditRecords, []domain.ApprenticeshipID{"ana"}, "", 1, 0},
		{"what is not shared is not", nil, domain.PathwayRecords, []domain.ApprenticeshipID{"ana"}, "NOT_SHARED", 1, 1},
		{"nor anybody beside", nil, domain.CreditRecords, []domain.ApprenticeshipID{"ana", "ben"}, "NOT_SHARED", 1, 1},
		{"of nobody there is nothing to tell", nil, domain.CreditRecords, []domain.ApprenticeshipID{"zoe"}, "", 1, 1},
		{"what was just taken back is not told", func() {
			h.now = h.now.AddDate(0, 0, 1)
			do(t, h, consent.Stream("ana", "lakeshore"), consent.Evolve, consent.Revoke{Request: h.by(person("ana"))})
		}, domain.CreditRecords, []domain.ApprenticeshipID{"ana"}, "NOT_SHARED", 1, 2},
		{"another day is another disclosure", func() { h.now = h.now.AddDate(0, 0, 1) }, domain.PathwayRecords, []domain.ApprenticeshipID{"ben"}, "", 2, 2},
		{"a suspended agreement shares nothing", func() {
			h.now = h.now.AddDate(0, 0, 1)
			do(t, h, agreement.Stream("a"), agreement.Evolve, agreement.Suspend{Request: h.by(lena), Reason: "audit"})
		}, domain.PathwayRecords, []domain.ApprenticeshipID{"ben"}, "NOT_SHARED", 2, 3},
		{"a suspended institution is told nothing", func() {
			do(t, h, agreement.Stream("a"), agreement.Evolve, agreement.Resume{Request: h.by(lena)})
			do(t, h, partner.Stream("lakeshore"), partner.Evolve, partner.Suspend{Request: h.by(lena), Reason: "an incident"})
		}, domain.PathwayRecords, []domain.ApprenticeshipID{"ben"}, "PARTNER_SUSPENDED", 2, 3},
	} {
		if c.do != nil {
			c.do()
		}
		if code := ask(college, c.field, c.ids...); code != c.code {
			t.Errorf("%s: %q, want %q", c.name, code, c.code)
		}
		if told, refused := logged(); told != c.told || refused != c.refused {
			t.Errorf("%s: %d told and %d refused are on record, want %d and %d", c.name, told, refused, c.told, c.refused)
		}
	}
}

func TestARetiredRuleAndATeachOut(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.CreditRecords)
	h.rule(t, "a", "rule-1", "CYB 110", "r1")
	h.rule(t, "a", "rule-2", "CYB 215", "r2")
	h.give(t, "ana", "lakeshore", domain.CreditRecords)
	award := func(course, ref string) string {
		_, _, err := h.Take(t.Context(), h.by(domain.Actor{Partner: "lakeshore", Role: domain.Partner}), partners.Award{Learner: "ana", Course: course,
			Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Grade: "B", Term: "Fall 2026", ExternalRef: ref})
		if r := domain.AsRefusal(err); r != nil {
			return r.Code
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	do(t, h, agreement.Stream("a"), agreement.Evolve, agreement.RetireRule{Request: h.by(lena), Rule: "rule-1", Reason: "gone"})
	if code := award("CYB 110", "x"); code != "RULE_RETIRED" {
		t.Errorf("under a retired rule: %q", code)
	}
	do(t, h, agreement.Stream("a"), agreement.Evolve, agreement.Terminate{Request: h.by(lena), Reason: "closed", TeachOut: h.today().AddDays(30)})
	if code := award("CYB 215", "x"); code != "NO_SUCH_APPRENTICESHIP" {
		t.Errorf("in teach-out of who never began: %q", code)
	}
}

// TestWhatNodesTellAtOnceIsOnRecordOnce lets two nodes, each asked several times at once, and one
// that was started anew tell the same college of the same learners.
func TestWhatNodesTellAtOnceIsOnRecordOnce(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.CreditRecords)
	h.agree(t, "b", "lakeshore", h.today().AddDays(100), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.CreditRecords, domain.PathwayRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	at := h.now
	node := func() *partners.Partners {
		read, err := projections.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		ended := make(chan error, 1)
		go func() { ended <- read.Run(ctx, h.log) }()
		t.Cleanup(func() {
			stop()
			<-ended
			read.Close()
		})
		return &partners.Partners{Log: h.log, Read: read, Now: func() time.Time { return at }}
	}
	if err := h.Fence(t.Context()); err != nil {
		t.Fatal(err)
	}
	learners, err := h.Read.Learners(t.Context(), projections.LearnerQuery{IDs: []domain.ApprenticeshipID{"ana", "ben"}})
	if err != nil {
		t.Fatal(err)
	}
	told := []partners.Told{{Learner: &learners[0], Scope: domain.CreditRecords}, {Learner: &learners[0], Scope: domain.PathwayRecords}, {Learner: &learners[1], Scope: domain.PathwayRecords}}
	college := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	var asking sync.WaitGroup
	for _, p := range []*partners.Partners{node(), node()} {
		for i := range 6 {
			asking.Go(func() {
				if err := p.Disclose(t.Context(), college, fmt.Sprint("q", i%2), told); err != nil {
					t.Error(err)
				}
			})
		}
	}
	asking.Wait()
	if err := node().Disclose(t.Context(), college, "q", told); err != nil {
		t.Error(err)
	}
	var got []string
	for r, err := range h.log.Read(t.Context(), disclosure.Daily("lakeshore", h.today())) {
		if err != nil {
			t.Fatal(err)
		}
		if m, made := r.Event.(disclosure.Made); made {
			got = append(got, fmt.Sprint(m.Persons, " ", m.Fields, " ", m.Agreement))
		}
	}
	if want := []string{"[ana] [credits] a", "[ana ben] [pathway] b"}; !slices.Equal(got, want) {
		t.Errorf("on record is %q, not %q", got, want)
	}
}
