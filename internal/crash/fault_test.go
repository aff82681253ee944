//go:build linux

package crash_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"time"
)

// A siege is a cluster that faults befall while it works.
type siege struct {
	network
	*load
	r       *rand.Rand
	longest time.Duration // that a fault lasts
}

// A fault befalls a cluster and passes; what it returns is that it could not be made.
type fault struct {
	name   string
	befall func(*siege) error
}

var faults = []fault{
	{"kill one", (*siege).killOne},
	{"kill all", (*siege).killAll},
	{"pause one", (*siege).pauseOne},
	{"isolate who commits", func(s *siege) error { return s.isolateOne(s.whoCommits()) }},
	{"isolate the stream's leader", func(s *siege) error { return s.isolateOne(s.whoLeads()) }},
	{"isolate a follower", func(s *siege) error { return s.isolateOne(s.follower()) }},
	{"cut between two", (*siege).cutPair},
	{"link down", (*siege).linkDown},
	{"isolate one, kill one", (*siege).isolateAndKill},
	{"replace by an empty node", (*siege).replace},
}

// A fault lasts at least so long, and at most longer than it takes to elect another leader.
// With a few faults only there is no time for the longest.
const (
	shortest  = 2 * time.Second
	brief     = 6 * time.Second
	lingering = 10 * time.Second
	pause     = 6 * time.Second // longest pause of a process
	absence   = 3 * time.Second // longest time without a process
)

func (s *siege) any() int { return s.r.IntN(clusterSize) }

// other is a node by chance that is not i.
func (s *siege) other(i int) int { return (i + 1 + s.r.IntN(clusterSize-1)) % clusterSize }

// whoCommits is the node that holds the lease, or any if none says so.
func (s *siege) whoCommits() int {
	for i, m := range s.members {
		if m.state().Commits {
			return i
		}
	}
	return s.any()
}

// whoLeads is the node whose server leads the stream.
func (s *siege) whoLeads() int {
	leader, since := s.any(), int64(0)
	for i, m := range s.members {
		if led := m.state().Led; led > since {
			leader, since = i, led
		}
	}
	return leader
}

func (s *siege) follower() int {
	commits, leads := s.whoCommits(), s.whoLeads()
	for i := s.any(); ; i = (i + 1) % clusterSize {
		if i != commits && i != leads {
			return i
		}
	}
}

func (s *siege) last(most time.Duration) {
	time.Sleep(between(s.r, shortest, min(most, s.longest)))
}

func (s *siege) away() { time.Sleep(between(s.r, 0, absence)) }

func (s *siege) killOne() error {
	m := s.members[s.any()]
	m.kill()
	s.away()
	return m.start()
}

func (s *siege) killAll() error {
	for _, m := range s.members {
		m.kill()
	}
	var errs []error
	for _, m := range s.members {
		errs = append(errs, m.start())
	}
	return errors.Join(errs...)
}

func (s *siege) pauseOne() error {
	m := s.members[s.any()]
	err := m.signal(syscall.SIGSTOP)
	s.last(pause)
	return errors.Join(err, m.signal(syscall.SIGCONT))
}

func (s *siege) isolateOne(i int) error {
	err := s.isolate(i)
	s.last(lingering)
	return errors.Join(err, s.heal())
}

func (s *siege) cutPair() error {
	a := s.any()
	err := s.cut(a, s.other(a))
	s.last(lingering)
	return errors.Join(err, s.heal())
}

func (s *siege) linkDown() error {
	i := s.any()
	err := s.link(i, "down")
	s.last(lingering)
	return errors.Join(err, s.link(i, "up"))
}

// isolateAndKill leaves a single node for a while.
func (s *siege) isolateAndKill() error {
	i := s.any()
	m := s.members[s.other(i)]
	err := s.isolate(i)
	s.last(pause)
	m.kill()
	s.away()
	if s.r.IntN(2) == 0 {
		return errors.Join(err, s.heal(), m.start())
	}
	return errors.Join(err, m.start(), s.heal())
}

// replace takes everything from a node that is down and lets it get it from the others,
// which has to succeed before anything else happens to them. They are well before: what
// only two of three nodes have is gone if one of the two is emptied.
func (s *siege) replace() error {
	if err := s.settle(); err != nil {
		return err
	}
	m, before := s.members[s.any()], s.highest.Load()
	m.kill()
	s.away()
	if err := os.RemoveAll(m.Dir); err != nil {
		return err
	}
	if err := m.start(); err != nil {
		return err
	}
	state, err := m.awaitOpen(time.Minute)
	if err == nil && uint64(state.Head) < before {
		err = fmt.Errorf("%s was emptied, opened its log and has %d records of %d", m.Name, state.Head, before)
	}
	return err
}

// settle waits until every node is open.
func (s *siege) settle() error {
	var errs []error
	for _, m := range s.members {
		_, err := m.awaitOpen(time.Minute)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
