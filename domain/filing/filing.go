package filing

import (
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where a filing is kept. It is about one record of the apprenticeship's stream,
// and named by its revision there.
func Stream(id domain.ApprenticeshipID, revision uint64) domain.Stream {
	return domain.Stream("filing-" + string(id) + "." + strconv.FormatUint(revision, 10))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, uint64, error) {
	id, text, err := s.Pair("filing")
	if err != nil {
		return "", 0, err
	}
	revision, err := strconv.ParseUint(text, 10, 64)
	return domain.ApprenticeshipID(id), revision, err
}

type status uint8

const (
	none status = iota
	due
	prepared
	submitted
	accepted
	rejected
)

// State is what deciding needs to know, and no more.
type State struct {
	status    status
	digest    string
	reference string
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Due:
		s.status = due
	case Prepared:
		s.status, s.digest = prepared, e.Digest
	case Submitted:
		s.status, s.reference = submitted, e.Reference
	case Accepted:
		s.status = accepted
	case Rejected:
		s.status = rejected
	}
	return s
}
