package preference

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestAddresses(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	today := domain.DateOf(noon)
	maya := domain.Request{By: domain.Actor{Person: "maya", Role: domain.Apprentice}, At: noon}
	hr := domain.Request{By: domain.Actor{Person: "helen", Role: domain.HR}, At: noon}
	post := domain.Request{By: domain.Actor{Policy: "post", Role: domain.System}, At: noon}
	later := func(days int) domain.Request { r := maya; r.At = noon.AddDate(0, 0, days); return r }
	given := AddressGiven{Address: "a", Secret: "s", On: today}
	vouched := AddressGiven{Address: "v", Secret: "s", Vouched: true, On: today}
	again := func(address domain.Sealed, vouched bool) GiveAddress {
		return GiveAddress{maya, "maya", address, "s", vouched}
	}
	five := []Event{given, given, given, given, given}
	digest := Mailing{Kind: Regular, Address: 1, Day: today}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an address is given", When: again("a", false), Then: []Event{given}},
		{Name: "one that is vouched for", When: again("v", true), Then: []Event{vouched}},
		{Name: "and another one that is", Given: []Event{vouched}, When: again("w", true), Then: []Event{AddressGiven{"w", "s", true, today}}},
		{Name: "never one in place of their own", Given: []Event{given}, When: again("v", true)},
		{Name: "nor after they removed one", Given: []Event{vouched, AddressRemoved{1}}, When: again("v", true)},
		{Name: "they may give it themselves", Given: []Event{vouched, AddressRemoved{1}}, When: again("v", false), Then: []Event{AddressGiven{"v", "s", false, today}}},
		{Name: "nobody gives another's", When: GiveAddress{hr, "maya", "a", "s", false}, Refused: "NOT_YOURS"},
		{Name: "nothing is no address", When: again("", false), Refused: "BAD_ADDRESS"},
		{Name: "strangers are not written to all day", Given: five, When: again("b", false), Refused: "TOO_MANY_ADDRESSES"},
		{Name: "tomorrow is another day", Given: five, When: GiveAddress{later(1), "maya", "b", "s", false}, Then: []Event{AddressGiven{"b", "s", false, today.AddDays(1)}}},

		{Name: "it is confirmed", Given: []Event{given}, When: ConfirmAddress{maya, 1}, Then: []Event{AddressConfirmed{1}}},
		{Name: "once", Given: []Event{given, AddressConfirmed{1}}, When: ConfirmAddress{maya, 1}},
		{Name: "another one is not", Given: []Event{given, given}, When: ConfirmAddress{maya, 1}, Refused: "ADDRESS_CHANGED"},
		{Name: "nor one that was removed", Given: []Event{given, AddressRemoved{1}}, When: ConfirmAddress{maya, 1}, Refused: "ADDRESS_CHANGED"},
		{Name: "within a week", Given: []Event{given}, When: ConfirmAddress{later(7), 1}, Then: []Event{AddressConfirmed{1}}},
		{Name: "not after it", Given: []Event{given}, When: ConfirmAddress{later(8), 1}, Refused: "LINK_OVER"},
		{Name: "it is removed", Given: []Event{given}, When: RemoveAddress{maya, "maya"}, Then: []Event{AddressRemoved{1}}},
		{Name: "where there is none", When: RemoveAddress{maya, "maya"}},
		{Name: "nobody removes another's", Given: []Event{given}, When: RemoveAddress{hr, "maya"}, Refused: "NOT_YOURS"},

		{Name: "a trial is asked for", Given: []Event{vouched}, When: AskTrial{maya, "maya"}, Then: []Event{TrialAsked{1}}},
		{Name: "one at a time", Given: []Event{vouched, TrialAsked{1}}, When: AskTrial{maya, "maya"}},
		{Name: "and then another", Given: []Event{vouched, TrialAsked{1}, MailFailed{Mailing{Kind: Trial, Address: 1, Trial: 1}, 550}}, When: AskTrial{maya, "maya"}, Then: []Event{TrialAsked{2}}},
		{Name: "to an address that is confirmed", Given: []Event{given}, When: AskTrial{maya, "maya"}, Refused: "ADDRESS_NOT_CONFIRMED"},
		{Name: "nobody asks for another", Given: []Event{vouched}, When: AskTrial{hr, "maya"}, Refused: "NOT_YOURS"},

		{Name: "digests stop", Given: []Event{Chosen{Language: "es", Digest: Daily}}, When: Stop{post}, Then: []Event{Chosen{Language: "es", Digest: Never}}},
		{Name: "that come", When: Stop{post}},

		{Name: "a mail is sent", Given: []Event{vouched}, When: Settle{post, digest, false, 0}, Then: []Event{MailSent{digest}}},
		{Name: "once on record", Given: []Event{vouched, MailSent{digest}}, When: Settle{post, digest, false, 0}},
		{Name: "whatever else is sent", Given: []Event{vouched, MailSent{digest}, MailSent{Mailing{Kind: Trial, Address: 1, Trial: 1}}}, When: Settle{post, digest, false, 0}},
		{Name: "it fails", Given: []Event{vouched}, When: Settle{post, digest, true, 550}, Then: []Event{MailFailed{digest, 550}}},
		{Name: "nobody says so but Guildhall", Given: []Event{vouched}, When: Settle{maya, digest, false, 0}, Refused: "NOT_YOURS"},
	})
}
