package journal

import (
	"fmt"

	"github.com/guildhall-dev/guildhall/events"
)

// admit adds p to d unless its key was used before. It returns where p's last record is
// or will be.
func (d *draft) admit(w *writer, p *proposal) (events.Position, error) {
	if p.key != (key{}) {
		position, err := d.answered(w, p)
		if err != nil || position > 0 {
			return position, err
		}
	}
	for _, e := range p.Expected {
		s, known := d.streams[e.Stream]
		if !known {
			var err error
			if s, err = w.stream(e.Stream); err != nil {
				return 0, err
			}
		}
		if e.Revision != events.Any && e.Revision != s.revision {
			return 0, fmt.Errorf("%w: %s is at revision %d and not at %d", events.ErrConflict, e.Stream, s.revision, e.Revision)
		}
		d.streams[e.Stream] = s
	}
	for _, r := range p.Records {
		s := d.streams[r.Stream]
		s.revision++
		d.streams[r.Stream] = s
		r.Revision = s.revision
		d.Records = append(d.Records, r)
	}
	if p.key != (key{}) {
		d.answers[p.key] = p
	}
	p.position = d.Last()
	return p.position, nil
}

// answered returns the position that p's key stands for, 0 if it is new.
func (d *draft) answered(w *writer, p *proposal) (events.Position, error) {
	if earlier, found := d.answers[p.key]; found {
		if earlier.digest != p.digest {
			return 0, events.KeyReused(p.key.text)
		}
		return earlier.position, nil
	}
	commit, _, err := w.answer(p.key)
	if err != nil || commit == nil {
		return 0, err
	}
	digest, err := digestOf(commit)
	if err != nil {
		return 0, err
	}
	if digest != p.digest {
		return 0, events.KeyReused(p.key.text)
	}
	return commit[len(commit)-1].position, nil
}
