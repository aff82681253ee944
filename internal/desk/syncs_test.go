package desk_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestAnInstitutionThatFallsBehindIsTold(t *testing.T) {
	h := staffed(t)
	ctx, today := t.Context(), h.Today()
	h.record("partner-harbor", partner.Onboarded{Name: "Harbor"})
	sync := func(of domain.PartnerID) desk.Sync {
		t.Helper()
		all := must(h.Syncs(ctx, lena, of))(t)
		if len(all) != 1 {
			t.Fatalf("%d institutions are told of", len(all))
		}
		return all[0]
	}
	if s := sync("harbor"); s.Late(today) || s.Systems != 0 || !s.Since().IsZero() {
		t.Errorf("who works by hand is %+v", s)
	}
	name := client.NameOf("harbor", "sis")
	h.record(client.Stream(name), client.Registered{Title: "Student system"}, client.SecretIssued{Key: "k1", Hash: "00", Until: today.AddDays(10)}, client.Used{Key: "k1", On: today})
	s := sync("harbor")
	if s.Late(today) || s.Systems != 1 || s.UsedOn != today || s.EndingOn != today.AddDays(10) || s.Locked != 0 {
		t.Errorf("who logged in today is %+v", s)
	}
	if s.Behind != 0 || s.Late(today.AddDays(8)) {
		t.Errorf("with nothing to read it is %+v", s)
	}
	s.Behind = 3
	if s.Late(today.AddDays(7)) || !s.Late(today.AddDays(8)) {
		t.Error("a week is not the limit")
	}
	h.record(client.Stream(name), client.SecretIssued{Key: "k2", Hash: "01", Until: today.AddDays(300)})
	if s := sync("harbor"); !s.EndingOn.IsZero() {
		t.Errorf("another key takes its place, and still %+v", s)
	}
	h.record(client.Stream(name), client.Revoked{Key: "k1", Reason: "lost"}, client.Revoked{Key: "k2", Reason: "lost"})
	if s := sync("harbor"); s.Locked != 1 || !s.Late(today) {
		t.Errorf("without a key it is %+v", s)
	}
	hook := webhook.Stream("lakeshore", "news")
	h.record(hook, webhook.Added{URL: "https://sis.example/hook"}, webhook.Failed{Position: 9, Why: webhook.TimedOut}, webhook.GivenUp{Position: 9, Why: webhook.TimedOut})
	if s := sync("lakeshore"); s.Lost != 1 || !s.Late(today) {
		t.Errorf("with a notice that was given up it is %+v", s)
	}
	h.record(hook, webhook.Delivered{Position: 10, On: today})
	h.record(fetch.Stream("lakeshore"), fetch.Read{Through: 10, All: true, On: today})
	if s := sync("lakeshore"); s.Lost != 0 || s.Late(today) || s.ArrivedOn != today || !s.All {
		t.Errorf("once it arrived it is %+v", s)
	}
	h.record(submission.Stream("lakeshore", "one"), submission.Taken{Items: []submission.Item{{Became: submission.Recorded}, {Became: submission.Refused, Code: "BAD_GRADE"}}})
	if s := sync("lakeshore"); s.Sent != 2 || s.Rejected != 1 {
		t.Errorf("of two items that were sent, one was refused: %+v", s)
	}

	own := must(h.Syncs(ctx, domain.Actor{Partner: "lakeshore", Role: domain.Partner}, "harbor"))(t)
	if len(own) != 1 || own[0].ID != "lakeshore" {
		t.Errorf("an institution is told of %+v", own)
	}
	for _, by := range []domain.Actor{priya, ruth, {Role: domain.Partner}} {
		if all := must(h.Syncs(ctx, by, ""))(t); len(all) > 0 {
			t.Errorf("%+v is told of %d", by, len(all))
		}
	}
}
