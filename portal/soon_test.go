package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestWhatIsMetAndRunsOutSoonSaysSo(t *testing.T) {
	for days, warns := range map[int]bool{60: true, 61: false} {
		h := newHospital(t)
		h.prepareUntil(sunday.AddDays(days))
		h.as("mentor").get("/apprentices/maya-2026").send("/transitions", "note", "Ready.").wants(http.StatusOK)
		for who, path := range map[string]string{"apprentice": "/pathway", "mentor": "/apprentices/maya-2026", "manager": "/approvals/role-changes/maya-2026.systems-administrator"} {
			s := h.as(who).get(path)
			if warns {
				s.wants(http.StatusOK, "Runs out on 21 Jan 2027")
			} else {
				s.wants(http.StatusOK).lacks("Runs out on")
			}
		}
	}
}

func TestAGroupRunsOutWhenTooLittleOfItIsLeft(t *testing.T) {
	rec := record{milestones: map[domain.RequirementID]projections.Milestone{}}
	of := func(need int, days ...int) pathway.Finding {
		g := pathway.Finding{Met: true, Requirement: pathway.Requirement{Kind: pathway.Group, Choose: need}}
		for i, n := range days {
			id := domain.RequirementID(rune('a' + i))
			m := projections.Milestone{}
			if n > 0 {
				m.ValidUntil = sunday.AddDays(n)
			}
			rec.milestones[id] = m
			g.Of = append(g.Of, pathway.Finding{Met: true, Requirement: pathway.Requirement{ID: id}, Milestone: pathway.Milestone{State: pathway.Attained}})
		}
		return g
	}
	for _, c := range []struct {
		need int
		days []int
		want int // 0 for good
	}{{1, []int{30}, 30}, {1, []int{30, 10}, 30}, {2, []int{30, 10}, 10}, {1, []int{30, 0}, 0}, {2, []int{20, 0, 40}, 40}} {
		got, want := rec.until(of(c.need, c.days...)), domain.Date{}
		if c.want > 0 {
			want = sunday.AddDays(c.want)
		}
		if got != want {
			t.Errorf("%d of %v end on %s, not %s", c.need, c.days, got, want)
		}
	}
}

func TestMessagesTellWhatComesSoonAndWhatWasMissed(t *testing.T) {
	h := busy(t)
	id := domain.CohortID("cloud")
	seat := cohort.Stream(id)
	run(h, seat, cohort.Evolve, cohort.Plan{Request: h.request(ruth), Planned: cohort.Planned{Title: "Cloud foundations", Topic: "Cloud", From: sunday.AddDays(50), To: sunday.AddDays(90), Seats: 1, Delivery: "remote"}})
	run(h, seat, cohort.Evolve, cohort.Open{Request: h.request(ruth)})
	run(h, seat, cohort.Evolve, cohort.Apply{Request: h.request(domain.Actor{Person: "ben", Role: domain.Apprentice}), Person: "ben"})
	run(h, seat, cohort.Evolve, cohort.Offer{Request: h.request(ruth), Person: "ben", Until: sunday.AddDays(5)})
	_, err := h.portal.Desk.PlanMilestone(t.Context(), by(domain.Actor{Person: "quinn", Role: domain.Mentor}), ben, "hd-downtime-drill", sunday.AddDays(1))
	check(t, err)
	h.as("other").get(messagesPath).wants(http.StatusOK, "Coming up", "Last day to take your seat: Cloud foundations", "In 5 days", "Due: ", "Tomorrow").lacks("Nothing to tell you")
	h.as("manager").get(messagesPath).wants(http.StatusOK, "Last day to sign off a week of hours").lacks("Cloud foundations")
	h.as("auditor").get(messagesPath).wants(http.StatusOK, "Nothing to tell you").lacks("Coming up")
	now := h.portal.Desk.Now().AddDate(0, 0, 4)
	h.portal.Desk.Now = func() time.Time { return now }
	h.as("other").get(messagesPath).wants(http.StatusOK, "Due: Ward downtime drill 3 days late")
}

func TestTheBellCountsWhatCameIntoSight(t *testing.T) {
	h := newHospital(t)
	asBen := domain.Actor{Person: "ben", Role: domain.Apprentice}
	_, err := h.portal.Desk.ReadMessages(t.Context(), by(asBen), h.portal.Desk.Now())
	check(t, err)
	_, err = h.portal.Desk.PlanMilestone(t.Context(), by(domain.Actor{Person: "quinn", Role: domain.Mentor}), ben, "hd-downtime-drill", sunday.AddDays(16))
	check(t, err)
	bell := func(want string) {
		t.Helper()
		if got := words(byHref(h.as("other").get("/hours").all, messagesPath)); got != want {
			t.Errorf("the bell says %q", got)
		}
	}
	bell("Messages")
	for _, c := range []struct {
		days   int
		unread bool
	}{{1, false}, {1, true}, {5, false}, {9, true}, {1, true}, {1, false}} {
		h.later(c.days)
		if !c.unread {
			bell("Messages")
			continue
		}
		bell("Messages 1 unread")
		h.as("other").get(messagesPath).wants(http.StatusOK, "Ward downtime drill", "Unread").send(messagesPath + "/read").wants(http.StatusOK).lacks("Unread")
		bell("Messages")
	}
}

func TestMessagesTellWhatBecameOfASeat(t *testing.T) {
	h := newHospital(t)
	d, ctx := h.portal.Desk, t.Context()
	seat := cohort.Stream("cloud")
	run(h, seat, cohort.Evolve, cohort.Plan{Request: h.request(ruth), Planned: cohort.Planned{Title: "Cloud foundations", Topic: "Cloud", From: sunday.AddDays(50), To: sunday.AddDays(90), Seats: 1, Delivery: "remote"}})
	run(h, seat, cohort.Evolve, cohort.Open{Request: h.request(ruth)})
	coordinator := h.as("coordinator")
	coordinator.get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	for _, who := range []domain.PersonID{"ben", "maya"} {
		run(h, seat, cohort.Evolve, cohort.Apply{Request: h.request(domain.Actor{Person: who, Role: domain.Apprentice}), Person: who})
	}
	coordinator.get("/approvals").wants(http.StatusOK, "One thing waits for your office", "Cloud foundations", "Somebody applied, and a seat is free")
	h.as("other").get(messagesPath).wants(http.StatusOK).send(messagesPath + "/read").lacks("Cloud foundations")

	later := h.request(ruth)
	later.At = later.At.Add(time.Minute)
	run(h, seat, cohort.Evolve, cohort.Offer{Request: later, Person: "ben", Until: sunday.AddDays(5)})
	coordinator.get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	asBen := domain.Actor{Person: "ben", Role: domain.Apprentice}
	check(t, d.KeepAddress(ctx, asBen, "ben@example.org"))
	s := h.as("other").get(messagesPath).wants(http.StatusOK, "Ruth Adeyemi holds a seat in “Cloud foundations” for you until 27 November", "Unread")
	if bell := words(byHref(s.all, messagesPath)); bell != "Messages 1 unread" {
		t.Errorf("the bell says %q", bell)
	}
	if l := h.letter("ben", preference.Regular); !strings.Contains(l.Text, "One thing happened about your seat in a cohort.") || !strings.Contains(l.Text, "A seat is held for you: 27 Nov 2026.") || strings.Contains(l.Text, "Cloud") {
		t.Errorf("mail says %q", l.Text)
	}
	h.as("apprentice").get(messagesPath).wants(http.StatusOK).lacks("Cloud foundations")

	h.later(6)
	run(h, seat, cohort.Evolve, cohort.Lapse{Request: h.request(system), Person: "ben"})
	h.as("other").get(messagesPath).wants(http.StatusOK, "Guildhall gave your seat in “Cloud foundations” free, as you did not take it in time.")
	coordinator.get(messagesPath).wants(http.StatusOK, "One request waits for you")
	coordinator.get("/approvals").wants(http.StatusOK, "Somebody applied, and a seat is free")
	run(h, seat, cohort.Evolve, cohort.Offer{Request: h.request(ruth), Person: "maya", Until: sunday.AddDays(12)})
	run(h, seat, cohort.Evolve, cohort.Accept{Request: h.request(asMaya)})
	coordinator.get("/approvals").wants(http.StatusOK, "Maya Okafor", "Took a seat: is to be enrolled")
	run(h, seat, cohort.Evolve, cohort.Cancel{Request: h.request(ruth), Reason: "The trainer is gone."})
	coordinator.get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	h.as("apprentice").get(messagesPath).wants(http.StatusOK, "Ruth Adeyemi cancelled “Cloud foundations”")
	h.as("other").get(messagesPath).wants(http.StatusOK).lacks("cancelled")
}
