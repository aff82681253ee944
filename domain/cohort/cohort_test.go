package cohort

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)
	until = today.AddDays(14)
	ana   = as("ana", domain.Apprentice)
	ben   = as("ben", domain.Apprentice)
	kim   = as("kim", domain.Coordinator)
	kims  = as("ana", domain.Coordinator)
	tom   = as("tom", domain.Mentor)
	rule  = domain.Request{By: domain.Actor{Policy: "waiting-list-moves-up", Role: domain.System}, On: today}

	academy = Planned{Title: "Cybersecurity academy", Topic: "cybersecurity", Partner: "lakeshore", Agreement: "lakeshore-2025", Delivery: "on-site",
		From: today.AddDays(30), To: today.AddMonths(6), Seats: 1}
	opened   = []Event{academy, Opened{today}}
	asks     = after(opened, Applied{"ana", today})
	hasOffer = after(asks, SeatOffered{"ana", until, today})
	takes    = after(hasOffer, SeatAccepted{"ana", today})
	isIn     = after(takes, Enrolled{"ana", today})
	queued   = after(hasOffer, Applied{"ben", today}, Waitlisted{"ben", today})
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func on(r domain.Request, d domain.Date) domain.Request { r.On = d; return r }

func after(es []Event, more ...Event) []Event { return append(slices.Clip(es), more...) }

func with(change func(*Planned)) Plan { p := academy; change(&p); return Plan{kim, p} }

func TestCohorts(t *testing.T) {
	off := after(opened, Cancelled{"too few", today})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator plans a cohort", When: Plan{kim, academy}, Then: []Event{academy}},
		{Name: "it is planned once", Given: after(opened, SeatsChanged{3, today}), When: Plan{kim, academy}},
		{Name: "another has an id of its own", Given: opened, When: with(func(p *Planned) { p.Title = "Data academy" }), Refused: "ALREADY_PLANNED"},
		{Name: "mentors plan none", When: Plan{tom, academy}, Refused: "NOT_COORDINATOR"},
		{Name: "it has a title", When: with(func(p *Planned) { p.Title = "" }), Refused: "TITLE_MISSING"},
		{Name: "it has seats", When: with(func(p *Planned) { p.Seats = 0 }), Refused: "BAD_SEATS"},
		{Name: "it begins", When: with(func(p *Planned) { p.From = domain.Date{} }), Refused: "FROM_MISSING"},
		{Name: "it ends after it begins", When: with(func(p *Planned) { p.To = p.From.AddDays(-1) }), Refused: "END_BEFORE_START"},
		{Name: "it meets somehow", When: with(func(p *Planned) { p.Delivery = "by letter" }), Refused: "BAD_DELIVERY"},

		{Name: "there are more seats", Given: opened, When: ChangeSeats{kim, 2}, Then: []Event{SeatsChanged{2, today}}},
		{Name: "not fewer than are taken", Given: after(takes, SeatsChanged{2, today}, Applied{"ben", today}, SeatOffered{"ben", until, today}), When: ChangeSeats{kim, 1}, Refused: "SEATS_TAKEN"},
		{Name: "it is opened", Given: []Event{academy}, When: Open{kim}, Then: []Event{Opened{today}}},
		{Name: "nothing opens again", Given: off, When: Open{kim}, Refused: "CANCELLED"},

		{Name: "people are invited", Given: asks, When: Invite{kim, []domain.PersonID{"ana", "ben", "ben"}}, Then: []Event{Invited{"ben", today}}},
		{Name: "who was invited applies", Given: after(opened, Invited{"ana", today}), When: Apply{ana, "ana"}, Then: []Event{Applied{"ana", today}}},
		{Name: "an invitation is not an application", Given: after(opened, Invited{"ana", today}), When: Offer{kim, "ana", until}, Refused: "NOT_AN_APPLICANT"},
		{Name: "somebody is invited", Given: opened, When: Invite{kim, nil}, Refused: "BAD_INVITATION"},
		{Name: "by a coordinator", Given: opened, When: Invite{tom, []domain.PersonID{"ana"}}, Refused: "NOT_COORDINATOR"},
		{Name: "somebody applies", Given: opened, When: Apply{ana, "ana"}, Then: []Event{Applied{"ana", today}}},
		{Name: "a coordinator applies for them", Given: opened, When: Apply{kim, "ana"}, Then: []Event{Applied{"ana", today}}},
		{Name: "nobody applies for a colleague", Given: opened, When: Apply{ben, "ana"}, Refused: "NOT_YOUR_SEAT"},
		{Name: "applying twice is once", Given: isIn, When: Apply{ana, "ana"}},
		{Name: "it has to be open", Given: []Event{academy}, When: Apply{ana, "ana"}, Refused: "NOT_OPEN"},
		{Name: "it has to last", Given: opened, When: Apply{on(ana, academy.To.AddDays(1)), "ana"}, Refused: "OVER_ALREADY"},
		{Name: "there has to be one", When: Apply{ana, "ana"}, Refused: "NO_SUCH_COHORT"},

		{Name: "a seat is offered", Given: asks, When: Offer{kim, "ana", until}, Then: []Event{SeatOffered{"ana", until, today}}},
		{Name: "it is offered once", Given: hasOffer, When: Offer{kim, "ana", until}},
		{Name: "without a seat one waits", Given: queued[:5], When: Offer{kim, "ben", until}, Then: []Event{Waitlisted{"ben", today}}},
		{Name: "who comes later waits behind", Given: after(queued, SeatDeclined{Person: "ana", On: today}, Applied{"cleo", today}), When: Offer{kim, "cleo", until}, Then: []Event{Waitlisted{"cleo", today}}},
		{Name: "nobody offers themselves a seat", Given: asks, When: Offer{kims, "ana", until}, Refused: "OWN_SEAT"},
		{Name: "only applicants are offered one", Given: opened, When: Offer{kim, "ana", until}, Refused: "NOT_AN_APPLICANT"},
		{Name: "there is time to accept", Given: asks, When: Offer{kim, "ana", today.AddDays(-1)}, Refused: "IN_THE_PAST"},

		{Name: "the list moves up", Given: after(queued, SeatDeclined{Person: "ana", On: today}), When: MoveUp{rule, until}, Then: []Event{SeatOffered{"ben", until, today}}},
		{Name: "not while every seat is taken", Given: queued, When: MoveUp{rule, until}},
		{Name: "nobody moves it", Given: queued, When: MoveUp{kim, until}, Refused: "MOVES_BY_ITSELF"},

		{Name: "the seat is accepted", Given: hasOffer, When: Accept{ana}, Then: []Event{SeatAccepted{"ana", today}}},
		{Name: "in time", Given: hasOffer, When: Accept{on(ana, until.AddDays(1))}, Refused: "OFFER_LAPSED"},
		{Name: "only by whom it is held for", Given: hasOffer, When: Accept{ben}, Refused: "NO_OFFER"},
		{Name: "the seat is declined", Given: hasOffer, When: Decline{ana}, Then: []Event{SeatDeclined{Person: "ana", On: today}}},
		{Name: "what is not held is not declined", Given: asks, When: Decline{ana}, Refused: "NO_OFFER"},
		{Name: "an offer lapses", Given: hasOffer, When: Lapse{on(rule, until.AddDays(1)), "ana"}, Then: []Event{SeatDeclined{"ana", true, until.AddDays(1)}}},
		{Name: "not before its time", Given: hasOffer, When: Lapse{on(rule, until), "ana"}, Refused: "NOT_YET"},
		{Name: "what was accepted does not lapse", Given: takes, When: Lapse{on(rule, until.AddDays(1)), "ana"}},

		{Name: "who accepted is enrolled", Given: takes, When: Enrol{kim, "ana"}, Then: []Event{Enrolled{"ana", today}}},
		{Name: "nobody enrols themselves", Given: takes, When: Enrol{kims, "ana"}, Refused: "OWN_SEAT"},
		{Name: "an offer is accepted first", Given: hasOffer, When: Enrol{kim, "ana"}, Refused: "NOT_ACCEPTED"},
		{Name: "somebody leaves", Given: isIn, When: Leave{ana, "ana", "sealed why"}, Then: []Event{Left{"ana", "sealed why", today}}},
		{Name: "nobody else says so", Given: isIn, When: Leave{tom, "ana", ""}, Refused: "NOT_COORDINATOR"},
		{Name: "somebody stays to the end", Given: isIn, When: Complete{kim, "ana"}, Then: []Event{Completed{"ana", today}}},
		{Name: "nobody completes what was cancelled", Given: after(isIn, Cancelled{"too few", today}), When: Complete{kim, "ana"}, Refused: "CANCELLED"},
		{Name: "who never took part completes nothing", Given: takes, When: Complete{kim, "ana"}, Refused: "NOT_ENROLLED"},
		{Name: "what is completed is not left", Given: after(isIn, Completed{"ana", today}), When: Leave{ana, "ana", ""}, Refused: "OVER_ALREADY"},
		{Name: "it is cancelled", Given: opened, When: Cancel{kim, "too few"}, Then: []Event{Cancelled{"too few", today}}},
		{Name: "with the reason", Given: opened, When: Cancel{kim, " "}, Refused: "REASON_MISSING"},
	})
}

// TestRow09SeatsAreNeverOversold lets people apply, accept, decline and leave while seats come
// and go. There are never more seats taken than there are, whoever waits longest is first,
// and after the list has moved nobody waits for a free seat.
func TestRow09SeatsAreNeverOversold(t *testing.T) {
	people := []domain.PersonID{"ana", "ben", "cleo", "dora", "eli"}
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		h.Try(t, with(func(p *Planned) { p.Seats = rapid.IntRange(1, 3).Draw(t, "seats") }))
		h.Try(t, Open{kim})
		day := today
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			day = day.AddDays(rapid.IntRange(0, 5).Draw(t, "days"))
			who := rapid.SampledFrom(people).Draw(t, "who")
			self := on(as(who, domain.Apprentice), day)
			by := on(rapid.SampledFrom([]domain.Request{kim, kim, kims, tom, rule}).Draw(t, "by"), day)
			waited := lined(h.Facts)
			switch rapid.IntRange(0, 9).Draw(t, "command") {
			case 0, 1:
				h.Try(t, Apply{self, who})
			case 2, 3:
				h.Try(t, Offer{by, who, day.AddDays(7)})
			case 4:
				h.Try(t, Accept{self})
			case 5:
				h.Try(t, Decline{self})
			case 6:
				h.Try(t, Enrol{by, who})
			case 7:
				h.Try(t, Leave{self, who, ""})
			case 8:
				h.Try(t, ChangeSeats{by, rapid.IntRange(0, 4).Draw(t, "seats now")})
			case 9:
				h.Try(t, Lapse{by, who})
				facts, refused := h.Try(t, MoveUp{on(rule, day), day.AddDays(7)})
				for i, e := range facts {
					if e.(SeatOffered).Person != waited[i] {
						t.Fatalf("%v wait and the seat goes to %+v", waited, e)
					}
				}
				if refused == "" && len(lined(h.Facts)) > 0 && taken(h.Facts) < h.State.planned.Seats {
					t.Fatalf("somebody waits for a free seat: %+v", h.Facts)
				}
			}
			if n := taken(h.Facts); n > h.State.planned.Seats {
				t.Fatalf("%d seats of %d are taken: %+v", n, h.State.planned.Seats, h.Facts)
			}
		}
	})
}

// taken counts the seats that are offered or taken, by the facts alone.
func taken(facts []Event) int {
	seated := map[domain.PersonID]bool{}
	for _, e := range facts {
		switch e := e.(type) {
		case SeatOffered:
			seated[e.Person] = true
		case SeatDeclined:
			delete(seated, e.Person)
		case Left:
			delete(seated, e.Person)
		}
	}
	return len(seated)
}

// lined is who waits, in order, by the facts alone.
func lined(facts []Event) (line []domain.PersonID) {
	for _, e := range facts {
		var gone domain.PersonID
		switch e := e.(type) {
		case Waitlisted:
			line = append(line, e.Person)
		case SeatOffered:
			gone = e.Person
		case Left:
			gone = e.Person
		}
		line = slices.DeleteFunc(line, func(p domain.PersonID) bool { return p == gone })
	}
	return line
}

func TestAStreamNamesItsCohort(t *testing.T) {
	if id, err := ID(Stream("academy-1")); err != nil || id != "academy-1" {
		t.Errorf("academy-1 came back as %q, %v", id, err)
	}
	for _, s := range []domain.Stream{"cohort-", "credit-a"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names %q", s, id)
		}
	}
}
