package portal

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
)

// A held file waits for whoever handed it in to save what it would change, or not.
type held struct {
	by   domain.PersonID
	kind upload.Kind
	name string
	data []byte
	at   time.Time
}

const (
	maxHeld  = 4 << 20 // bytes of one file
	mostHeld = 16      // files: the oldest gives way
	holdTime = 20 * time.Minute
)

// A shelf keeps files in memory between two pages. The zero value is empty.
type shelf struct {
	mu    sync.Mutex
	files map[string]held
}

// hold keeps a file and returns the word by which it is found again.
func (s *shelf) hold(h held) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]held{}
	}
	for len(s.files) >= mostHeld {
		oldest := ""
		for word, f := range s.files {
			if oldest == "" || f.at.Before(s.files[oldest].at) {
				oldest = word
			}
		}
		delete(s.files, oldest)
	}
	word := rand.Text()
	s.files[word] = h
	return word
}

// take finds a file that is still held.
func (s *shelf) take(word string, now time.Time) (held, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.files[word]
	if ok && now.Sub(h.at) > holdTime {
		delete(s.files, word)
		return held{}, false
	}
	return h, ok
}
