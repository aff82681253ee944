package graphql

import "sync"

// A turnstile lets every client in some times at once.
type turnstile struct {
	most   int
	mu     sync.Mutex
	inside map[string]int
}

func newTurnstile(most int) *turnstile { return &turnstile{most: most, inside: map[string]int{}} }

func (t *turnstile) enter(client string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inside[client] >= t.most {
		return false
	}
	t.inside[client]++
	return true
}

func (t *turnstile) leave(client string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inside[client]--; t.inside[client] == 0 {
		delete(t.inside, client)
	}
}
