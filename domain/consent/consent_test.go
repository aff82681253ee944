package consent

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)

	ana     = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	kim     = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, On: today}
	policy  = domain.Request{By: domain.Actor{Policy: "consents-expire", Role: domain.System}, On: today}

	given = Given{
		Person: "ana", Party: "lakeshore", Records: []domain.Scope{domain.PathwayRecords, domain.CreditRecords},
		Purpose: "sealed: to award credit", On: today, ExpiresOn: today.AddMonths(6), AuthMethod: "password and code",
	}
)

func give(change func(*Given)) Give {
	g := given
	change(&g)
	return Give{ana, g}
}

func later(r domain.Request, d domain.Date) domain.Request {
	r.On = d
	return r
}

func TestGiving(t *testing.T) {
	fewer := give(func(g *Given) { g.Records = g.Records[:1] })
	longer := give(func(g *Given) { g.ExpiresOn = g.ExpiresOn.AddMonths(6) })
	open := give(func(g *Given) { g.ExpiresOn = domain.Date{} })
	tomorrow := given
	tomorrow.On = today.AddDays(1)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a learner consents", When: Give{ana, given}, Then: []Event{given}},
		{Name: "a consent bears the day on which it was given", When: give(func(g *Given) { g.On = today.AddMonths(-3) }), Then: []Event{given}},
		{Name: "the same consent is given once", Given: []Event{given}, When: Give{later(ana, today.AddDays(1)), given}},
		{Name: "consenting to less replaces the consent", Given: []Event{given}, When: fewer, Then: []Event{fewer.Given}},
		{Name: "consenting for longer replaces the consent", Given: []Event{given}, When: longer, Then: []Event{longer.Given}},
		{Name: "a consent may be open", When: open, Then: []Event{open.Given}},
		{Name: "a consent may end today", When: give(func(g *Given) { g.ExpiresOn = today }), Then: []Event{give(func(g *Given) { g.ExpiresOn = today }).Given}},
		{Name: "a consent taken back is given anew", Given: []Event{given, Revoked{}}, When: Give{later(ana, tomorrow.On), given}, Then: []Event{tomorrow}},
		{Name: "a consent that expired is given anew", Given: []Event{given, Expired{}}, When: Give{later(ana, tomorrow.On), given}, Then: []Event{tomorrow}},
		{Name: "a coordinator does not consent for a learner", When: Give{kim, given}, Refused: "NOT_YOUR_CONSENT"},
		{Name: "a college does not consent for a learner", When: Give{college, given}, Refused: "NOT_YOUR_CONSENT"},
		{Name: "a consent names records", When: give(func(g *Given) { g.Records = nil }), Refused: "RECORDS_MISSING"},
		{Name: "a consent names records there are", When: give(func(g *Given) { g.Records = []domain.Scope{domain.PathwayRecords, "wages"} }), Refused: "BAD_SCOPE"},
		{Name: "a consent has a purpose", When: give(func(g *Given) { g.Purpose = "" }), Refused: "PURPOSE_MISSING"},
		{Name: "a consent does not end before it begins", When: give(func(g *Given) { g.ExpiresOn = today.AddDays(-1) }), Refused: "IN_THE_PAST"},
	})
}

func TestEnding(t *testing.T) {
	after := later(policy, given.ExpiresOn.AddDays(1))
	open := give(func(g *Given) { g.ExpiresOn = domain.Date{} }).Given
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a learner takes the consent back", Given: []Event{given}, When: Revoke{ana}, Then: []Event{Revoked{}}},
		{Name: "a consent is taken back once", Given: []Event{given, Revoked{}}, When: Revoke{ana}},
		{Name: "a consent that expired need not be taken back", Given: []Event{given, Expired{}}, When: Revoke{ana}},
		{Name: "nobody else takes a consent back", Given: []Event{given}, When: Revoke{kim}, Refused: "NOT_YOUR_CONSENT"},
		{Name: "Guildhall takes back the consent of somebody erased", Given: []Event{given}, When: Revoke{policy}, Then: []Event{Revoked{}}},
		{Name: "there has to be a consent to take back", When: Revoke{ana}, Refused: "NO_SUCH_CONSENT"},

		{Name: "a consent expires after its last day", Given: []Event{given}, When: Expire{after}, Then: []Event{Expired{}}},
		{Name: "a consent expires once", Given: []Event{given, Expired{}}, When: Expire{after}},
		{Name: "a consent taken back does not expire", Given: []Event{given, Revoked{}}, When: Expire{after}},
		{Name: "a consent holds on its last day", Given: []Event{given}, When: Expire{later(policy, given.ExpiresOn)}, Refused: "NOT_YET"},
		{Name: "an open consent does not expire", Given: []Event{open}, When: Expire{after}, Refused: "NOT_YET"},
		{Name: "nobody lets a consent expire", Given: []Event{given}, When: Expire{later(kim, after.On)}, Refused: "EXPIRES_BY_ITSELF"},
		{Name: "there has to be a consent to expire", When: Expire{after}, Refused: "NO_SUCH_CONSENT"},
	})
}

// TestAConsentEndsAsTheLearnerSays lets anybody ask for anything on days that go by. A consent is
// only ever given by the learner, and whatever else there is, taking it back ends it at once.
func TestAConsentEndsAsTheLearnerSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		day := today
		for range rapid.IntRange(1, 30).Draw(t, "requests") {
			day = day.AddDays(rapid.IntRange(0, 60).Draw(t, "days"))
			req := later(rapid.SampledFrom([]domain.Request{ana, ana, kim, college, policy}).Draw(t, "by"), day)
			var facts []Event
			switch rapid.IntRange(0, 2).Draw(t, "command") {
			case 0:
				facts, _ = h.Try(t, Give{req, give(func(g *Given) {
					g.Records = rapid.SampledFrom([][]domain.Scope{{domain.PathwayRecords}, {domain.CreditRecords}, nil}).Draw(t, "records")
					g.ExpiresOn = day.AddDays(rapid.IntRange(-5, 90).Draw(t, "until"))
				}).Given})
			case 1:
				facts, _ = h.Try(t, Revoke{req})
				if h.State.live && req.By == ana.By {
					t.Fatalf("the consent outlives its revocation: %+v", h.Facts)
				}
			case 2:
				facts, _ = h.Try(t, Expire{req})
			}
			for _, e := range facts {
				switch e := e.(type) {
				case Given:
					if req.By != ana.By || e.On != day || e.ExpiresOn.Before(day) || len(e.Records) == 0 {
						t.Fatalf("%s gave %+v on %s", req.By.Name(), e, day)
					}
				case Revoked:
					if req.By != ana.By && req.By != policy.By {
						t.Fatalf("%s took it back", req.By.Name())
					}
				case Expired:
					if req.By != policy.By || !day.After(h.State.given.ExpiresOn) {
						t.Fatalf("%s let it expire on %s of %+v", req.By.Name(), day, h.State.given)
					}
				}
			}
		}
		live := false
		for _, e := range h.Facts {
			_, gives := e.(Given)
			if !gives && !live {
				t.Fatalf("ended without having been given: %+v", h.Facts)
			}
			live = gives
		}
	})
}

func TestAStreamNamesItsConsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.PersonID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "person"))
		party := domain.PartnerID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "party"))
		if p, q, err := ID(Stream(id, party)); err != nil || p != id || q != party {
			t.Fatalf("%s, %s came back as %q, %q: %v", id, party, p, q, err)
		}
	})
	for _, s := range []domain.Stream{"", "consent-ana", "consent-ana.", "consent-.lakeshore", "person-ana.lakeshore"} {
		if p, q, err := ID(s); err == nil {
			t.Errorf("%q names %q, %q", s, p, q)
		}
	}
}
