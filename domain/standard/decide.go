package standard

import (
	"reflect"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Publish makes a definition the next version of its standard. What is already in force
// is not published again.
type Publish struct {
	domain.Request
	Definition Definition
}

func (c Publish) Decide(s State) ([]Event, error) {
	if c.By.Role != domain.Coordinator && c.By.Role != domain.System {
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a programme coordinator publishes an occupation standard. Ask one to do it.")
	}
	if err := c.Definition.check(); err != nil {
		return nil, err
	}
	if s.version > 0 && reflect.DeepEqual(c.Definition.facts(s.version), s.facts) {
		return nil, nil
	}
	next := s.version + 1
	return append(c.Definition.facts(next), Published{next}), nil
}

// facts tells d as a version. Empty lists become nil, as they are when read back.
func (d Definition) facts(version int) []Event {
	h := d.Header
	h.RatingScale = stored(h.RatingScale)
	es := []Event{Drafted{version, h}}
	for _, wp := range d.WorkProcesses {
		wp.Competencies = stored(wp.Competencies)
		es = append(es, WorkProcessDefined{wp})
	}
	if len(d.Courses) > 0 {
		es = append(es, InstructionDefined{slices.Clone(d.Courses)})
	}
	if len(d.WageSteps) > 0 {
		es = append(es, WageScheduleDefined{slices.Clone(d.WageSteps)})
	}
	return es
}

func stored[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}
