package portal

import (
	"html/template"
	"strconv"
	"strings"
	"sync"
)

// Maps, charts and lists of milestones are kept as they were drawn, by all that is on them. They
// are the larger part of what a pathway costs to render, and change only when a step or a week does.
var drawings keptDrawings

type keptDrawings struct {
	mu  sync.Mutex
	all map[string]template.HTML
}

// mostDrawings bounds what is kept; each takes some 15 KB.
const mostDrawings = 500

// of is the drawing with a key, which draw makes if it is not there.
func (k *keptDrawings) of(key string, draw func() (template.HTML, error)) (template.HTML, error) {
	k.mu.Lock()
	kept, known := k.all[key]
	k.mu.Unlock()
	if known {
		return kept, nil
	}
	made, err := draw()
	if err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= mostDrawings {
		k.all = map[string]template.HTML{}
	}
	k.all[key] = made
	return made, nil
}

// drawn is all that is shown of stages, in one string: for whom it is, and each step.
func drawn(own bool, stages ...stage) string {
	var b strings.Builder
	part := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(strconv.Itoa(len(p)))
			b.WriteByte(':')
			b.WriteString(p)
		}
	}
	part(strconv.FormatBool(own))
	for _, s := range stages {
		part("stage", s.Role, s.Span, s.Note, s.Why, string(s.State), strconv.FormatBool(s.Open()))
		for _, m := range s.Milestones {
			part(string(m.ID), m.Title, m.Detail, m.When, m.Worth, m.Word, string(m.State), m.History, m.Soon)
		}
		if g := s.Gate; g != nil {
			part("gate", g.ID, g.Title, g.When, g.Word, g.Href, string(g.State))
		}
	}
	return b.String()
}
