package credential

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
	until = today.AddMonths(36)
	ana   = as("ana", domain.Apprentice)
	ben   = as("ben", domain.Apprentice)
	tom   = as("tom", domain.Mentor)
	kim   = as("kim", domain.Coordinator)
	kims  = as("ana", domain.Coordinator)
	rule  = domain.Request{By: domain.Actor{Policy: "certificate-expires", Role: domain.System}, On: today}

	plus    = Earned{Person: "ana", Kind: Certification, Title: "Security+", Issuer: "CompTIA", Number: "sealed number", On: today, ValidTo: until}
	fee     = Sponsored{"ana", "Security+", "grant", "g1", 40_400, today}
	holds   = []Event{plus}
	checked = after(holds, Verified{"tom", today})
	over    = after(checked, Expired{until.AddDays(1)})
	again   = after(over, Renewed{"sealed 2", until.AddDays(9), until.AddMonths(36)})
	gone    = after(holds, Revoked{today, "sealed why"})
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: today.Midnight().Add(time.Hour), On: today}
}

func on(r domain.Request, d domain.Date) domain.Request {
	r.On, r.At = d, d.Midnight().Add(time.Hour)
	return r
}

func after(es []Event, more ...Event) []Event { return append(slices.Clip(es), more...) }

func with(change func(*Earned)) Earned { e := plus; change(&e); return e }

func TestCertificates(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a fee is sponsored before the exam", When: Sponsor{kim, "ana", "Security+", "grant", "g1", 40_400}, Then: []Event{fee}},
		{Name: "a fee is sponsored once", Given: []Event{fee}, When: Sponsor{kim, "ana", "Security+", "grant", "g1", 40_400}},
		{Name: "nobody sponsors themselves", When: Sponsor{kims, "ana", "Security+", "grant", "g1", 40_400}, Refused: "OWN_FUNDING"},
		{Name: "mentors sponsor nobody", When: Sponsor{tom, "ana", "Security+", "grant", "g1", 40_400}, Refused: "NOT_YOURS_TO_FUND"},
		{Name: "a certificate is one person's", Given: holds, When: Sponsor{kim, "ben", "Security+", "grant", "g1", 40_400}, Refused: "NO_SUCH_CREDENTIAL"},

		{Name: "its holder records it", Given: []Event{fee}, When: Earn{ana, plus}, Then: holds},
		{Name: "a coordinator records it", When: Earn{kim, plus}, Then: holds},
		{Name: "sealed anew it is the same", Given: holds, When: Earn{ana, with(func(e *Earned) { e.Number = "sealed anew" })}},
		{Name: "another has an id of its own", Given: holds, When: Earn{ana, with(func(e *Earned) { e.Title = "Network+" })}, Refused: "ALREADY_EARNED"},
		{Name: "nobody records a colleague's", When: Earn{ben, plus}, Refused: "NOT_YOUR_CREDENTIAL"},
		{Name: "one that ran out long ago is recorded as such", When: Earn{kim, with(func(e *Earned) { e.On, e.ValidTo = today.AddMonths(-48), today.AddMonths(-12) })},
			Then: []Event{with(func(e *Earned) { e.On, e.ValidTo = today.AddMonths(-48), today.AddMonths(-12) })}},
		{Name: "it is not earned tomorrow", When: Earn{ana, with(func(e *Earned) { e.On = today.AddDays(1) })}, Refused: "IN_THE_FUTURE"},
		{Name: "it does not end before it begins", When: Earn{ana, with(func(e *Earned) { e.ValidTo = today.AddDays(-1) })}, Refused: "END_BEFORE_START"},
		{Name: "it has a title", When: Earn{ana, with(func(e *Earned) { e.Title = "" })}, Refused: "TITLE_MISSING"},
		{Name: "it has an issuer", When: Earn{ana, with(func(e *Earned) { e.Issuer = "" })}, Refused: "ISSUER_MISSING"},
		{Name: "it is of a kind", When: Earn{ana, with(func(e *Earned) { e.Kind = "medal" })}, Refused: "BAD_CREDENTIAL_KIND"},

		{Name: "somebody else verifies it", Given: holds, When: Verify{tom}, Then: []Event{Verified{"tom", today}}},
		{Name: "nobody verifies their own", Given: holds, When: Verify{kims}, Refused: "OWN_CREDENTIAL"},
		{Name: "an apprentice verifies nothing", Given: holds, When: Verify{ben}, Refused: "NOT_YOUR_CREDENTIAL"},
		{Name: "what expired is not verified", Given: over, When: Verify{on(tom, until.AddDays(5))}, Refused: "EXPIRED"},
		{Name: "what was renewed is verified anew", Given: again, When: Verify{on(tom, until.AddDays(9))}, Then: []Event{Verified{"tom", until.AddDays(9)}}},

		{Name: "a requirement rests on it", Given: checked, When: Count{tom, "ana-1", "hd-a-plus"}, Then: []Event{Counted{"ana-1", "hd-a-plus", "tom", today}}},
		{Name: "not unless it was verified", Given: holds, When: Count{tom, "ana-1", "hd-a-plus"}, Refused: "NOT_VERIFIED"},
		{Name: "nobody has their own count", Given: checked, When: Count{kims, "ana-1", "hd-a-plus"}, Refused: "OWN_CREDENTIAL"},

		{Name: "it expires after its last day", Given: checked, When: Expire{on(rule, until.AddDays(7))}, Then: []Event{Expired{until.AddDays(1)}}},
		{Name: "it is good on its last day", Given: checked, When: Expire{on(rule, until)}, Refused: "NOT_YET"},
		{Name: "it expires once", Given: over, When: Expire{on(rule, until.AddDays(7))}},
		{Name: "nobody lets it expire", Given: checked, When: Expire{on(kim, until.AddDays(7))}, Refused: "EXPIRES_BY_ITSELF"},
		{Name: "one for life does not expire", Given: []Event{with(func(e *Earned) { e.ValidTo = domain.Date{} })}, When: Expire{on(rule, until.AddDays(7))}, Refused: "NOT_YET"},

		{Name: "it is renewed after it expired", Given: over, When: Renew{on(ana, until.AddDays(9)), "sealed 2", until.AddMonths(36)}, Then: again[3:]},
		{Name: "it is renewed once", Given: again, When: Renew{on(ana, until.AddDays(9)), "sealed 3", until.AddMonths(36)}},
		{Name: "it is renewed for longer", Given: checked, When: Renew{ana, "", until.AddDays(-1)}, Refused: "NOT_LONGER"},
		{Name: "one for life is not renewed", Given: []Event{with(func(e *Earned) { e.ValidTo = domain.Date{} })}, When: Renew{ana, "", until}, Refused: "GOOD_FOR_LIFE"},
		{Name: "it is revoked", Given: holds, When: Revoke{kim, "sealed why"}, Then: []Event{Revoked{today, "sealed why"}}},
		{Name: "with a reason", Given: holds, When: Revoke{kim, ""}, Refused: "REASON_MISSING"},
		{Name: "what was revoked stays so", Given: gone, When: Renew{kim, "", until.AddMonths(1)}, Refused: "REVOKED"},
		{Name: "what was revoked is not earned again", Given: gone, When: Earn{kim, with(func(e *Earned) { e.Title = "Network+" })}, Refused: "REVOKED"},
	})
}

// TestRow24CertificatesExpireAndAreRenewed lets days go by and anybody do anything. What is
// verified was verified by somebody else, what expired was past its last day, and nothing
// counts that is not both good and verified.
func TestRow24CertificatesExpireAndAreRenewed(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		day := today
		var validTo domain.Date
		good, verified := false, false
		for range rapid.IntRange(1, 25).Draw(t, "requests") {
			day = day.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			req := on(rapid.SampledFrom([]domain.Request{ana, ben, tom, kim, kims, rule}).Draw(t, "by"), day)
			n := rapid.IntRange(-10, 120).Draw(t, "until")
			var facts []Event
			switch rapid.IntRange(0, 6).Draw(t, "command") {
			case 0, 1:
				facts, _ = h.Try(t, Earn{req, with(func(e *Earned) { e.On, e.ValidTo = day, day.AddDays(n) })})
			case 2:
				facts, _ = h.Try(t, Verify{req})
			case 3:
				facts, _ = h.Try(t, Count{req, "ana-1", "hd-a-plus"})
			case 4:
				facts, _ = h.Try(t, Renew{req, "", day.AddDays(n)})
			case 5:
				facts, _ = h.Try(t, Expire{req})
			case 6:
				if n < 0 {
					facts, _ = h.Try(t, Revoke{req, "sealed"})
				}
			}
			for _, e := range facts {
				switch e := e.(type) {
				case Earned:
					good, verified, validTo = true, false, e.ValidTo
				case Renewed:
					if !e.ValidTo.After(validTo) {
						t.Fatalf("renewed from %s to %s", validTo, e.ValidTo)
					}
					good, verified, validTo = true, false, e.ValidTo
				case Verified:
					if e.By == "ana" || !good {
						t.Fatalf("verified by %s: %+v", e.By, h.Facts)
					}
					verified = true
				case Counted:
					if !good || !verified || e.By == "ana" {
						t.Fatalf("it counts: %+v", h.Facts)
					}
				case Expired:
					if !good || !day.After(validTo) || e.On != validTo.AddDays(1) {
						t.Fatalf("expired on %s of %s: %+v", day, validTo, h.Facts)
					}
					good = false
				case Revoked:
					good = false
				}
			}
		}
	})
}

func TestAStreamNamesItsCertificate(t *testing.T) {
	if id, err := ID(Stream("c-1")); err != nil || id != "c-1" {
		t.Errorf("c-1 came back as %q, %v", id, err)
	}
	if id, err := ID("credit-c.r"); err == nil {
		t.Errorf("another stream names %q", id)
	}
}
