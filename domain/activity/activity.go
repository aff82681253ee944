package activity

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about an activity are kept.
func Stream(id domain.ActivityID) domain.Stream { return domain.Stream("activity-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ActivityID, error) {
	id, err := s.Subject("activity")
	return domain.ActivityID(id), err
}

// TopRating is the best rating of a skill; 0 is the worst.
const TopRating = 4

type status uint8

const (
	none status = iota
	enrolled
	started
	completed
	abandoned
	cancelled
)

// State is what deciding needs to know, and no more.
type State struct {
	status   status
	members  []domain.PersonID
	recorded Recorded // for a group
	subject  Subject
	on       domain.Date // of the status
	result   Result
	attempts []Attempted
	applied  []Applied
	rated    map[rating]int
	counts   []Recognised
}

type rating struct {
	person domain.PersonID
	topic  string
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Enrolled:
		s.status, s.members, s.subject, s.on = enrolled, []domain.PersonID{e.Person}, e.Subject, e.On
	case Started:
		s.status, s.on = started, e.On
	case Attempted:
		s.attempts = append(slices.Clone(s.attempts), e)
	case Completed:
		s.status, s.on, s.result = completed, e.On, e.Result
	case Abandoned:
		s.status, s.on = abandoned, e.On
	case Cancelled:
		s.status, s.on = cancelled, e.On
	case ResultCorrected:
		s.result = e.Now
	case Recorded:
		s.status, s.members, s.subject, s.on, s.result, s.recorded = completed, e.Members, e.Subject, e.On, e.Result, e
	case Applied:
		s.applied = append(slices.Clone(s.applied), e)
	case Rated:
		next := maps.Clone(s.rated)
		if next == nil {
			next = map[rating]int{}
		}
		next[rating{e.Person, e.Topic}] = e.Rating
		s.rated = next
	case Recognised:
		s.counts = append(slices.Clone(s.counts), e)
	}
	return s
}
