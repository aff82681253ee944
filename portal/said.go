package portal

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// Remarks are what a learner says to records that were not amended. said.html stands on every page
// that tells such a record.
type remarks struct {
	First string
	Own   bool // the viewer is the learner
	Of    []remark
}

// A remark is about one record, at Href if that is not the page itself.
type remark struct {
	Record, Href string
	Texts        []string
}

// said is what the learner says to the records that the viewer may see, or to those of them that
// are named.
func (v *visit) said(rec record, named ...domain.Stream) (*remarks, error) {
	l := rec.learner
	all, err := v.Desk.Said(v.ctx(), v.actor(), l)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	out := &remarks{First: firstName(v.name(l.Person)), Own: l.Person == v.who.ID}
	for _, record := range slices.Sorted(maps.Keys(all)) {
		if len(named) > 0 && !slices.Contains(named, record) {
			continue
		}
		s := remark{Record: v.recordName(rec, record)}
		if _, req, err := milestones.ID(record); err == nil && len(named) == 0 {
			s.Href = v.historyPath(rec, desk.MilestoneLevel, string(req))
		}
		for _, text := range all[record] {
			s.Texts = append(s.Texts, v.text(text))
		}
		out.Of = append(out.Of, s)
	}
	if len(out.Of) == 0 {
		return nil, nil
	}
	return out, nil
}

// saidCards are the same as a card, for a page of cards.
func (v *visit) saidCards(rec record, record domain.Stream) ([]card, error) {
	s, err := v.said(rec, record)
	if s == nil {
		return nil, err
	}
	c := card{ID: "said", Title: v.say("What %s says to the record", s.First), Lead: v.say("%s asked for a correction, and the record was not changed. What they say stays with it (34 CFR 99.21).", s.First)}
	if s.Own {
		c.Title, c.Lead = v.say("What you say to the record"), v.say("You asked for a correction, and the record was not changed. What you say stays with it (34 CFR 99.21).")
	}
	for _, of := range s.Of {
		for _, text := range of.Texts {
			c.Facts = append(c.Facts, detail{of.Record, cell{Text: text}})
		}
	}
	return []card{c}, nil
}

// recordName names a record of a learner.
func (v *visit) recordName(rec record, s domain.Stream) string {
	if _, req, err := milestones.ID(s); err == nil {
		if r, _, known := rec.path.Requirement(req); known {
			return v.say("Milestone: %s", r.Title)
		}
	}
	if _, rule, err := credit.ID(s); err == nil {
		for _, c := range rec.credits {
			if c.Rule == rule {
				return v.say("Credit: %s", c.Course+" "+c.Title)
			}
		}
	}
	if _, to, err := transition.ID(s); err == nil {
		if stage, _, known := rec.path.Stage(to); known {
			return v.say("Role change to %s", desk.InSentence(stage.Role.Title))
		}
	}
	if _, w, err := timesheet.ID(s); err == nil {
		return v.say("Hours of the week of %s", v.day(wholeDay, w.Monday()))
	}
	return v.say(recordWords[s.Category()])
}
