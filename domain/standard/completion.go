package standard

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// A Showing is what an apprentice has to show for a standard.
type Showing struct {
	Earned      map[domain.WorkProcessID]domain.Minutes // signed off
	Prior       map[domain.WorkProcessID]domain.Minutes // credited for what was learned before or elsewhere
	Applied     map[domain.WorkProcessID]domain.Minutes // what of it is by credit that was applied to the process
	Ratings     map[CompetencyID]int                    // the latest of each
	Held        map[CompetencyID]bool                   // credited for what was learned before
	Instruction map[CourseID]domain.Minutes             // signed off
	Credited    map[CourseID]domain.Minutes             // by credit that was applied to the course
	Passed      map[CourseID]bool                       // by a college's word, or credited
}

// Class is the related instruction in a course: what was signed off and what was credited.
func (s Showing) Class(id CourseID) domain.Minutes { return s.Instruction[id] + s.Credited[id] }

// Class is what counts as related instruction, by course: a course that was passed counts
// for no less than it asks for.
func (d Definition) Class(s Showing) map[CourseID]domain.Minutes {
	out := maps.Clone(s.Instruction)
	if out == nil {
		out = map[CourseID]domain.Minutes{}
	}
	for id, m := range s.Credited {
		out[id] += m
	}
	for _, c := range d.Courses {
		if s.Passed[c.ID] {
			out[c.ID] = max(out[c.ID], c.Min)
		}
	}
	return out
}

// Counted is what s has to show to a pathway, as far as d counts it: the very sums that
// Completion holds against d.
func (d Definition) Counted(s Showing) pathway.Counted {
	out := pathway.Counted{Credited: s.Prior, Instruction: map[string]domain.Minutes{}, Shown: map[domain.RequirementID]bool{}}
	for id, m := range d.Class(s) {
		out.Instruction[string(id)] = m
	}
	for _, wp := range d.WorkProcesses {
		for _, c := range wp.Competencies {
			if d.shown(s, c) {
				out.Shown[domain.RequirementID(c.ID)] = true
			}
		}
	}
	return out
}

// shown reports whether a competency was rated at or above the pass level, or credited.
func (d Definition) shown(s Showing, c Competency) bool {
	return s.Held[c.ID] || s.Ratings[c.ID] >= max(d.PassLevel, 1)
}

// A Rule is one that completes an apprenticeship.
type Rule string

const (
	ProcessHours     Rule = "process-hours"   // the least of a work process, 29 CFR 29.5(b)(3)
	TermHours        Rule = "term-hours"      // the least on the job in all
	SomeHours        Rule = "some-hours"      // learning on the job is part of every approach
	CompetencyRated  Rule = "competency"      // a core competency at or above the pass level
	CourseTaken      Rule = "course"          // passed, or its hours are signed off
	CourseChosen     Rule = "course-of-group" // one course of a choose group
	InstructionHours Rule = "instruction"     // the least of related instruction in all, 29 CFR 29.5(b)(4)
	OffTheJobHours   Rule = "off-the-job"     // the least that was learned in class here, without what was credited
)

// A Finding is what a rule asks for and what is there. There and Need are minutes, for a
// competency ratings.
type Finding struct {
	Rule        Rule
	Subject     string // the id of a work process, competency, course or group
	Title       string
	There, Need int
	Met         bool
}

// Completion holds what an apprentice has to show against d, in the standard's order, see 29
// CFR 29.5(b)(2). OffTheJob is the least related instruction that the rules ask for besides.
func (d Definition) Completion(s Showing, offTheJob domain.Minutes) []Finding {
	var out []Finding
	if d.Approach != CompetencyBased {
		out = append(out, d.hoursFound(s)...)
	}
	if d.Approach != TimeBased {
		out = append(out, d.ratingsFound(s)...)
	}
	if d.Approach == CompetencyBased {
		total := int(d.OnTheJob(s))
		out = append(out, Finding{SomeHours, "", "Learning on the job", total, max(int(d.OJLMin), 1), total >= max(int(d.OJLMin), 1)})
	}
	return append(out, d.instructionFound(s, offTheJob)...)
}

// Met reports whether every rule is.
func Met(fs []Finding) bool {
	for _, f := range fs {
		if !f.Met {
			return false
		}
	}
	return true
}

// OnTheJob is how much of what an apprentice has to show counts to the term: of a work
// process no more than its maximum.
func (d Definition) OnTheJob(s Showing) (total domain.Minutes) {
	for _, wp := range d.WorkProcesses {
		there := s.Earned[wp.ID] + s.Prior[wp.ID]
		if wp.Max > 0 {
			there = min(there, wp.Max)
		}
		total += there
	}
	return total
}

func (d Definition) hoursFound(s Showing) (out []Finding) {
	term := domain.Minutes(0)
	for _, wp := range d.WorkProcesses {
		term += wp.Min
		if wp.Min > 0 {
			there := s.Earned[wp.ID] + s.Prior[wp.ID]
			out = append(out, Finding{ProcessHours, string(wp.ID), wp.Title, int(there), int(wp.Min), there >= wp.Min})
		}
	}
	there, need := d.OnTheJob(s), max(term, d.OJLMin)
	return append(out, Finding{TermHours, "", "On-the-job learning in all", int(there), int(need), there >= need})
}

// ratingsFound asks for every core competency; where none is marked as core, for all.
func (d Definition) ratingsFound(s Showing) (out []Finding) {
	_, core := d.Competencies()
	pass := max(d.PassLevel, 1)
	for _, wp := range d.WorkProcesses {
		for _, c := range wp.Competencies {
			if core > 0 && !c.Core {
				continue
			}
			out = append(out, Finding{CompetencyRated, string(c.ID), c.Text, s.Ratings[c.ID], pass, d.shown(s, c)})
		}
	}
	return out
}

func (d Definition) instructionFound(s Showing, offTheJob domain.Minutes) (out []Finding) {
	group := map[string]int{} // place in out
	var total, here domain.Minutes
	for _, m := range d.Class(s) {
		total += m
	}
	for _, m := range s.Instruction {
		here += m
	}
	for _, c := range d.Courses {
		there, passed := s.Class(c.ID), s.Passed[c.ID]
		f := Finding{CourseTaken, string(c.ID), c.Title, int(there), int(c.Min), passed || there >= max(c.Min, 1)}
		at, grouped := group[c.ChooseGroup]
		switch {
		case c.ChooseGroup == "":
			out = append(out, f)
		case !grouped:
			group[c.ChooseGroup] = len(out)
			f.Rule, f.Subject = CourseChosen, c.ChooseGroup
			out = append(out, f)
		default:
			out[at].Title += " or " + c.Title
			if !out[at].Met && (f.Met || f.Need-f.There < out[at].Need-out[at].There) {
				out[at].There, out[at].Need, out[at].Met = f.There, f.Need, f.Met
			}
		}
	}
	if len(d.Courses) == 0 && d.RTIMin > 0 {
		out = append(out, Finding{InstructionHours, "", "Related instruction in all", int(total), int(d.RTIMin), total >= d.RTIMin})
	}
	if offTheJob > 0 {
		out = append(out, Finding{OffTheJobHours, "", "Learning off the job", int(here), int(offTheJob), here >= offTheJob})
	}
	return out
}

// OnTheJob is all that counts to wages: what was signed off and what was credited.
func (s Showing) OnTheJob() (total domain.Minutes) {
	for _, m := range s.Earned {
		total += m
	}
	for _, m := range s.Prior {
		total += m
	}
	return total
}

// WageStep is the highest step of the schedule that is due after so much on the job and so
// many months, and the place of it from 1; the zero step where none is.
func (d Definition) WageStep(onTheJob domain.Minutes, months int) (due WageStep, place int) {
	for i, s := range d.WageSteps {
		if !s.reached(onTheJob, months) {
			break
		}
		due, place = s, i+1
	}
	return due, place
}

func (s WageStep) reached(onTheJob domain.Minutes, months int) bool {
	switch s.Trigger {
	case ByMonths:
		return months >= s.Months
	case ByBoth:
		return onTheJob >= s.From && months >= s.Months
	}
	return onTheJob >= s.From
}

// Rate is what the step pays for an hour at least, given a journeyworker's wage; 0 where
// neither the schedule nor the wage says.
func (s WageStep) Rate(journey domain.Cents) domain.Cents {
	if s.Amount > 0 {
		return s.Amount
	}
	return journey * domain.Cents(s.BasisPoints) / 10_000
}
