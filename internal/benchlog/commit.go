package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
)

// perStream is how many events a writer puts on a stream before it begins another.
const perStream = 50

// A commit is what everybody is asked to store: one event of about 300 bytes on a stream
// that must be where the writer left it.
type commit struct {
	stream   domain.Stream
	expected uint64 // revision of the stream
	last     uint64 // what storing the commit before on this stream returned; 0 for the first
	key      string
}

func codec() events.Codec { return events.NewCodec(milestone.Events) }

// stored is the event and the request as the log stores them, for those who store nothing else.
func (c commit) stored(codec events.Codec) (events.Record, error) {
	p, err := codec.Propose(c.proposed())
	if err != nil {
		return events.Record{}, err
	}
	return p.Records[0], nil
}

func (c commit) proposed() events.Commit {
	return events.Commit{
		Request: request(c.key),
		Appends: []events.Append{{Stream: c.stream, Expected: c.expected, Events: []domain.Event{fact(c.expected)}}},
	}
}

func request(key string) domain.Request {
	return domain.Request{By: domain.Actor{Person: "maya-okafor", Role: domain.Apprentice}, At: time.Now(), Key: key, Digest: digest}
}

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// fact is what comes after so many facts of a stream: a milestone is begun, and then shown
// again and again.
func fact(revision uint64) domain.Event {
	if revision == 0 {
		return begun
	}
	return evidence
}

var begun = milestone.Started{Apprenticeship: "maya-okafor-2026", Person: "maya-okafor", Requirement: "ward-systems", PassLevel: 3}

// evidence has a note as long as an encrypted sentence.
var evidence = milestone.EvidenceSubmitted{
	Kind:     milestone.Work,
	Note:     domain.Sealed(strings.Repeat("c2VhbGVkIHRl", 9)),
	URI:      "https://evidence.st-alder.example/maya-okafor/2026/ticket-48213",
	Hash:     "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
	Assessor: "priya-raman",
}

// streams yields the names of new streams that nobody else writes.
func streams() func() domain.Stream {
	prefix, n := strings.ReplaceAll(uuid.NewString(), "-", "")[:12], 0
	return func() domain.Stream {
		n++
		return milestone.Stream(domain.ApprenticeshipID(fmt.Sprintf("maya-okafor-%s", prefix)), domain.RequirementID(fmt.Sprintf("ward-systems-%d", n)))
	}
}
