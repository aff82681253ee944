package attachment

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestAFileIsStoredPartByPart(t *testing.T) {
	maya := domain.Request{By: domain.Actor{Person: "maya", Role: domain.Apprentice}}
	ben := domain.Request{By: domain.Actor{Person: "ben", Role: domain.Apprentice}}
	part := func(no, of int) PartStored { return PartStored{Person: "maya", No: no, Of: of, Part: "v2.maya.k.abc"} }
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the first", When: Store{maya, part(1, 2)}, Then: []Event{part(1, 2)}},
		{Name: "the next", Given: []Event{part(1, 2)}, When: Store{maya, part(2, 2)}, Then: []Event{part(2, 2)}},
		{Name: "one that is there", Given: []Event{part(1, 2)}, When: Store{maya, part(1, 2)}},
		{Name: "a gap", When: Store{maya, part(2, 2)}, Refused: "BAD_PART"},
		{Name: "beyond the last", Given: []Event{part(1, 1)}, When: Store{maya, part(2, 1)}, Refused: "BAD_PART"},
		{Name: "another number of parts", Given: []Event{part(1, 2)}, When: Store{maya, part(2, 3)}, Refused: "BAD_PART"},
		{Name: "more than a file has", When: Store{maya, part(1, MaxParts+1)}, Refused: "BAD_PART"},
		{Name: "before the first", When: Store{maya, part(0, 1)}, Refused: "BAD_PART"},
		{Name: "by somebody else", When: Store{ben, part(1, 1)}, Refused: "NOT_YOUR_FILE"},
		{Name: "to a file of somebody else", Given: []Event{PartStored{Person: "ben", No: 1, Of: 2, Part: "v2.ben.k.abc"}}, When: Store{maya, part(2, 2)}, Refused: "NOT_YOUR_FILE"},
	})
}
