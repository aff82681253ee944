package filing

import (
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today  = domain.NewDate(2026, time.March, 2)
	kim    = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	ana    = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	policy = domain.Request{By: domain.Actor{Policy: "change-opens-filing", Role: domain.System}, On: today}
	told   = Due{"ana", "health-it", "OH SAA", "suspended", today, today.AddDays(45)}
)

func TestTellingAnAgency(t *testing.T) {
	opened := []Event{told}
	written := append(opened[:1:1], Prepared{Digest: "abc", On: today})
	sent := append(written[:2:2], Submitted{"R-1", today})
	taken := append(sent[:3:3], Accepted{today})
	wrong := append(sent[:3:3], Rejected{"no number", today})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a change has to be told", When: Open{policy, told}, Then: opened},
		{Name: "it is opened once", Given: taken, When: Open{policy, told}},
		{Name: "nobody opens one by hand", When: Open{kim, told}, Refused: "FOLLOWS_CHANGE"},
		{Name: "it is written", Given: opened, When: Prepare{Request: kim, Digest: "abc"}, Then: written[1:]},
		{Name: "and kept", Given: opened, When: Prepare{kim, "abc", "sealed"}, Then: []Event{Prepared{"abc", today, "sealed"}}},
		{Name: "the same under another seal is the same", Given: written, When: Prepare{kim, "abc", "sealed anew"}},
		{Name: "it is written once", Given: written, When: Prepare{Request: kim, Digest: "abc"}},
		{Name: "it is written anew before it is sent", Given: written, When: Prepare{Request: kim, Digest: "def"}, Then: []Event{Prepared{Digest: "def", On: today}}},
		{Name: "what was sent is not written anew", Given: sent, When: Prepare{Request: kim, Digest: "def"}, Refused: "ALREADY_SUBMITTED"},
		{Name: "what is written has a digest", Given: opened, When: Prepare{Request: kim, Digest: ""}, Refused: "DIGEST_MISSING"},
		{Name: "it is sent", Given: written, When: Submit{kim, "R-1"}, Then: sent[2:]},
		{Name: "it is sent once", Given: sent, When: Submit{kim, "R-1"}},
		{Name: "it is not sent again", Given: taken, When: Submit{kim, "R-2"}, Refused: "ALREADY_SUBMITTED"},
		{Name: "it is written before it is sent", Given: opened, When: Submit{kim, "R-1"}, Refused: "NOT_PREPARED"},
		{Name: "a receipt has a reference", Given: written, When: Submit{kim, " "}, Refused: "REFERENCE_MISSING"},
		{Name: "a reference is a line", Given: written, When: Submit{kim, strings.Repeat("9", domain.MaxLine+1)}, Refused: "TEXT_TOO_LONG"},
		{Name: "the agency takes it", Given: sent, When: Answer{kim, true, ""}, Then: taken[3:]},
		{Name: "the agency takes it once", Given: taken, When: Answer{kim, true, ""}},
		{Name: "the agency finds something wrong", Given: sent, When: Answer{kim, false, "no number"}, Then: wrong[3:]},
		{Name: "what is wrong is named", Given: sent, When: Answer{kim, false, ""}, Refused: "ERRORS_MISSING"},
		{Name: "what was rejected is written anew", Given: wrong, When: Prepare{Request: kim, Digest: "def"}, Then: []Event{Prepared{Digest: "def", On: today}}},
		{Name: "nothing is answered that was not sent", Given: opened, When: Answer{kim, true, ""}, Refused: "NOT_SUBMITTED"},
		{Name: "an apprentice tells nobody", Given: opened, When: Prepare{Request: ana, Digest: "abc"}, Refused: "NOT_COORDINATOR"},
		{Name: "what is not due is not sent", When: Submit{kim, "R-1"}, Refused: "NO_SUCH_FILING"},
	})
}

func TestAStreamNamesItsFiling(t *testing.T) {
	id, revision, err := ID(Stream("ana", 12))
	if id != "ana" || revision != 12 || err != nil {
		t.Errorf("%s %d %v", id, revision, err)
	}
	if _, _, err := ID("filing-ana.x"); err == nil {
		t.Error("a filing has a number")
	}
}
