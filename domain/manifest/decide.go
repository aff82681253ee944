package manifest

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Add puts documents on record, which were looked through before. What is there is not added
// again; under an id there is never another document.
type Add struct {
	domain.Request
	Partner   domain.PartnerID
	Documents []Document
}

func (c Add) Decide(s State) ([]Event, error) {
	if !keeps(c.By, c.Partner) {
		return nil, notYours
	}
	var out []Event
	for _, d := range c.Documents {
		known, there := s.documents[d.ID]
		switch hash := Hash(d.Body); {
		case there && known.hash == hash:
			continue
		case there:
			return nil, domain.Refuse(domain.Conflict, "DOCUMENT_DIFFERS", "Under %s there is another document. Withdraw it first.", d.ID).About("id")
		case !valid(d.ID) || hashed(d.ID) && d.ID != hash:
			return nil, domain.Refuse(domain.Invalid, "BAD_DOCUMENT_ID", "%.60q is no id of this document: take the SHA-256 of its body, or up to %d letters, digits, points, hyphens, underscores and colons.", d.ID, maxID).About("id")
		case domain.TooLong(d.Name):
			return nil, domain.Shorten("name")
		}
		e := Added{d}
		s = Evolve(s, e)
		out = append(out, e)
	}
	if len(s.documents) > MaxDocuments || s.size() > MaxBytes {
		return nil, domain.Refuse(domain.Invalid, "TOO_MANY_DOCUMENTS", "An institution has at most %d documents of %d bytes together. Withdraw those that are asked by no more.", MaxDocuments, MaxBytes).About("documents")
	}
	return out, nil
}

// Withdraw takes documents out of use, at once.
type Withdraw struct {
	domain.Request
	Partner domain.PartnerID
	IDs     []string
}

func (c Withdraw) Decide(s State) ([]Event, error) {
	if !keeps(c.By, c.Partner) {
		return nil, notYours
	}
	var out []Event
	for _, id := range c.IDs {
		if _, there := s.documents[id]; there {
			out = append(out, Withdrawn{id})
			s = Evolve(s, out[len(out)-1])
		}
	}
	return out, nil
}

var notYours = domain.Refuse(domain.Forbidden, "NOT_YOUR_DOCUMENTS", "An institution looks after its own documents, or a coordinator does.")

// keeps reports whether by looks after the documents of an institution.
func keeps(by domain.Actor, p domain.PartnerID) bool {
	return by.Role == domain.Coordinator || by.Role == domain.System || by.Role == domain.Partner && by.Partner == p
}

// valid reports whether id can be the id of a document.
func valid(id string) bool {
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._:-", r)
	})
}

// hashed reports whether an id claims to be a SHA-256.
func hashed(id string) bool {
	return len(id) == 64 && strings.Trim(id, "0123456789abcdef") == ""
}
