package portal

import (
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// mostRemembered bounds of how many people something is remembered.
const mostRemembered = 10_000

// A memory has what was looked up for those who look at pages, because every page shows it. It
// forgets it all once it is too much.
type memory[T any] struct {
	mu  sync.Mutex
	all map[domain.Actor]T
}

func (m *memory[T]) of(a domain.Actor) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[a]
}

func (m *memory[T]) keep(a domain.Actor, is T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil || len(m.all) >= mostRemembered {
		m.all = map[domain.Actor]T{}
	}
	m.all[a] = is
}

func (m *memory[T]) forget(a domain.Actor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, a)
}
