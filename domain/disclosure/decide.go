package disclosure

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// MaxPersons is how many people one disclosure may be about.
const MaxPersons = 1000

// Disclose tells an institution about people. Under consent it is the institution that
// asks, and Granted says what each of them lets it see at this moment and an agreement
// covers; on another ground the privacy officer tells it, and Granted says nothing.
type Disclose struct {
	domain.Request
	Partner   domain.PartnerID
	Persons   []domain.PersonID
	Fields    []domain.Scope
	Basis     Basis
	Interest  string // why the institution needs it
	QueryHash string
	Agreement domain.AgreementID // that covers the records
	Granted   map[domain.PersonID][]domain.Scope
}

func (c Disclose) Decide(s State) ([]Event, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Basis == Consent {
		for _, p := range c.Persons {
			for _, f := range c.Fields {
				if !slices.Contains(c.Granted[p], f) {
					return nil, domain.Refuse(domain.NotFound, "NOT_SHARED", "These records are not shared with your institution, or not any more.")
				}
			}
		}
	}
	today := c.Today()
	s = s.on(today)
	news := slices.Compact(slices.Sorted(slices.Values(c.Persons)))
	news = slices.DeleteFunc(news, func(p domain.PersonID) bool { return s.knows(p, c.Fields, c.Basis) })
	if len(news) == 0 {
		return nil, nil
	}
	var out []Event
	if c.QueryHash != "" && !slices.Contains(s.asked, c.QueryHash) {
		out = append(out, Requested{On: today, Fields: c.Fields, LegitimateInterest: c.Interest, QueryHash: c.QueryHash})
	}
	return append(out, Made{On: today, Persons: news, Fields: c.Fields, Basis: c.Basis, LegitimateInterest: c.Interest, QueryHash: c.QueryHash, Agreement: c.Agreement}), nil
}

func (c Disclose) check() error {
	switch {
	case c.Basis == Consent && (c.By.Partner == "" || c.By.Partner != c.Partner):
		return domain.Refuse(domain.Forbidden, "NOT_YOUR_DISCLOSURE", "What learners consent to is told to the institution that asks.")
	case c.Basis != Consent && !slices.Contains(Exceptions, c.Basis):
		return domain.Refuse(domain.Invalid, "BAD_BASIS", "%q is no ground to disclose records on. Name an item of 34 CFR 99.31(a).", c.Basis).About("basis")
	case c.Basis != Consent && c.By.Role != domain.PrivacyOfficer:
		return domain.Refuse(domain.Forbidden, "NOT_PRIVACY_OFFICER", "Only the privacy officer discloses records without consent.")
	case c.Basis != Consent && slices.Contains(c.Persons, c.By.Person):
		return domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody decides on their own records.")
	case len(c.Persons) == 0 || len(c.Persons) > MaxPersons:
		return domain.Refuse(domain.Invalid, "PERSONS_MISSING", "Name 1 to %d people.", MaxPersons).About("persons")
	case len(c.Fields) == 0 || slices.ContainsFunc(c.Fields, func(f domain.Scope) bool { return !f.Valid() }):
		return domain.Refuse(domain.Invalid, "RECORDS_MISSING", "Name the kinds of records.").About("records")
	case domain.Written(c.Interest) == "":
		return domain.Refuse(domain.Invalid, "INTEREST_MISSING", "Say why the institution needs the records (34 CFR 99.32(a)(3)).").About("interest")
	case domain.TooLong(c.Interest):
		return domain.Shorten("interest")
	case len(c.QueryHash) > 64:
		return domain.Refuse(domain.Invalid, "BAD_HASH", "A question is named by its SHA-256, in hexadecimal.")
	}
	return nil
}

// Turn records that an institution asked and was told nothing, once a day for each question.
type Turn struct {
	domain.Request
	Partner   domain.PartnerID
	Fields    []domain.Scope
	Interest  string
	QueryHash string
	Code      string // of the refusal it was given
}

func (c Turn) Decide(s State) ([]Event, error) {
	if c.By.Partner == "" || c.By.Partner != c.Partner {
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_DISCLOSURE", "It is recorded of the institution that asked.")
	}
	s = s.on(c.Today())
	r := Refused{On: c.Today(), QueryHash: c.QueryHash, Code: c.Code}
	if slices.Contains(s.refused, r) {
		return nil, nil
	}
	if slices.Contains(s.asked, c.QueryHash) {
		return []Event{r}, nil
	}
	return []Event{Requested{On: c.Today(), Fields: c.Fields, LegitimateInterest: c.Interest, QueryHash: c.QueryHash}, r}, nil
}
