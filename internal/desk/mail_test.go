package desk_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// token is what a link in mail to somebody has at its end.
func (h *house) token(who domain.PersonID, link desk.MailLink) string {
	h.t.Helper()
	return desk.MailToken(must(h.Vault.Unseal(h.t.Context(), h.addressee(who).Secret))(h.t), link)
}

func (h *house) addressee(who domain.PersonID) projections.Addressee {
	h.t.Helper()
	a, _, err := h.Read.Addressee(h.t.Context(), who)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// TestAnAddressIsSealedAndGoesWithItsPerson reads everything that is on record of it.
func TestAnAddressIsSealedAndGoesWithItsPerson(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	must(h.GiveAddress(ctx, desk.Ask{By: ana}, " ana.lindqvist@example.org "))(t)
	a := h.addressee("ana")
	if text := must(h.Vault.Unseal(ctx, a.Address))(t); text != "ana.lindqvist@example.org" || a.Confirmed {
		t.Errorf("it is %q: %+v", text, a)
	}
	for r, err := range h.Log.Read(ctx, preference.Stream("ana")) {
		if err != nil {
			t.Fatal(err)
		}
		if given, is := r.Event.(preference.AddressGiven); !is || strings.Contains(string(given.Address+given.Secret), "lindqvist") {
			t.Errorf("on record is %+v", r.Event)
		}
	}
	link := h.token("ana", desk.ConfirmLink)
	h.erase("ana")
	if a := h.addressee("ana"); a.Address != "" {
		t.Errorf("erased, mail goes to %+v", a)
	}
	refused(t, h.ConfirmAddress(ctx, "ana", link), "NO_SUCH_LINK")
	if _, err := h.Vault.Unseal(ctx, a.Address); err == nil {
		t.Error("the address can still be read")
	}
}

func TestLinksInMailHoldForOneThingAndOneAddress(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	must(h.Prefer(ctx, desk.Ask{By: ana}, preference.Chosen{Digest: preference.Daily}))(t)
	for _, text := range []string{"", "ana", "ana@", "Ana <ana@example.org>", "ana@example.org, ben@example.org", "ana@example.org\r\nBcc: ben@example.org", "aña@example.org", strings.Repeat("a", 250) + "@example.org"} {
		_, err := h.GiveAddress(ctx, desk.Ask{By: ana}, text)
		refused(t, err, "BAD_ADDRESS")
	}
	must(h.GiveAddress(ctx, desk.Ask{By: ana}, "ana@example.org"))(t)
	confirm, stop := h.token("ana", desk.ConfirmLink), h.token("ana", desk.StopLink)
	refused(t, h.ConfirmAddress(ctx, "ana", stop), "NO_SUCH_LINK")
	refused(t, h.ConfirmAddress(ctx, "ben", confirm), "NO_SUCH_LINK")
	refused(t, h.StopMail(ctx, "ana", confirm), "NO_SUCH_LINK")
	for range 2 {
		if err := h.ConfirmAddress(ctx, "ana", confirm); err != nil {
			t.Fatal(err)
		}
	}
	if !h.addressee("ana").Confirmed {
		t.Error("it is not confirmed")
	}
	must(h.GiveAddress(ctx, desk.Ask{By: ana}, "ana@example.com"))(t)
	refused(t, h.StopMail(ctx, "ana", stop), "NO_SUCH_LINK")
	if err := h.StopMail(ctx, "ana", h.token("ana", desk.StopLink)); err != nil {
		t.Fatal(err)
	}
	if a := h.addressee("ana"); a.Digest != preference.Never || a.Confirmed {
		t.Errorf("it comes to this: %+v", a)
	}
}

func TestAnAddressFromTheSignInTakesNobodysPlace(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	arrives := func(text, want string) {
		t.Helper()
		if err := h.KeepAddress(ctx, ana, text); err != nil {
			t.Fatal(err)
		}
		a := h.addressee("ana")
		if a.Address == "" && want == "" {
			return
		}
		if got := must(h.Vault.Unseal(ctx, a.Address))(t); got != want {
			t.Errorf("after %q mail goes to %q, want %q", text, got, want)
		}
	}
	records := func() (p events.Position) { return must(h.Log.Head(ctx))(t) }
	arrives("no address", "")
	arrives("ana@hospital.example", "ana@hospital.example")
	if a := h.addressee("ana"); !a.Confirmed || !a.Vouched {
		t.Errorf("it is %+v", a)
	}
	before := records()
	arrives("ana@hospital.example", "ana@hospital.example")
	if records() != before {
		t.Error("the same address is recorded again")
	}
	arrives("ana.l@hospital.example", "ana.l@hospital.example")
	must(h.GiveAddress(ctx, desk.Ask{By: ana}, "ana@home.example"))(t)
	arrives("ana@hospital.example", "ana@home.example")
	must(h.RemoveAddress(ctx, desk.Ask{By: ana}))(t)
	arrives("ana@hospital.example", "")
}
