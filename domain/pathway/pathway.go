// Package pathway describes, as data, the way from one role to another: the roles in
// between, what has to be met in each before moving on, and who approves the move.
//
// A milestone is a row in a pathway file, not code. A learner keeps the version of the
// pathway they enrolled on.
package pathway

import (
	"iter"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Pathway leads from role to role, as its stages say. Where it leads nowhere is a goal; a
// pathway of one stage is learning within a role.
type Pathway struct {
	ID       domain.PathwayID  `json:"id"`
	Version  int               `json:"version"` // from 1
	Title    string            `json:"title"`
	Standard domain.StandardID `json:"standard"` // whose work processes and courses hours are logged to
	Stages   []Stage           `json:"stages"`
}

// A Stage is the time spent in one role.
type Stage struct {
	Role         Role          `json:"role"`
	Months       int           `json:"months"` // planned length
	Requirements []Requirement `json:"requirements"`
	// Entry marks a role that people come from although nothing on the pathway need lead to it.
	// The first stage is always one.
	Entry bool `json:"entry,omitempty"`
	// Next are the roles that one may move to, the usual one first. Where nothing is said it is
	// the stage that follows in the file; an empty list makes the role a goal.
	Next []domain.RoleID `json:"next,omitzero"`
	// Approvals are the steps that moving on from here takes, in order. The chain
	// is pinned when a move is submitted.
	Approvals []Step `json:"approvals,omitempty"`
}

// A Role is a job with its codes in the public frameworks; a code may be empty.
type Role struct {
	ID     domain.RoleID `json:"id"`
	Title  string        `json:"title"`
	Grade  string        `json:"grade,omitempty"`  // pay grade
	Access []string      `json:"access,omitempty"` // systems the role may use
	ONET   string        `json:"onet,omitempty"`   // O*NET-SOC 2019
	NICE   string        `json:"nice,omitempty"`   // NICE Framework work role, components 2.x
	RAPIDS string        `json:"rapids,omitempty"` // US registration code
	// Privileged roles may do in their systems what others may not: whoever moves to one is
	// cleared for it first, 45 CFR 164.308(a)(3).
	Privileged bool `json:"privileged,omitempty"`
}

// A Step is one approval in a chain, named by the office that gives it.
type Step string

const (
	CurrentManager       Step = "current-manager"
	ReceivingManager     Step = "receiving-manager"
	WorkforceDevelopment Step = "workforce-development"
	HumanResources       Step = "human-resources"
	SecurityClearance    Step = "security-clearance" // 45 CFR 164.308(a)(3)
)

// A Requirement is one thing to be met. Which fields count depends on Kind.
type Requirement struct {
	ID    domain.RequirementID `json:"id"`
	Title string               `json:"title"`
	Kind  Kind                 `json:"kind"`

	Minutes     domain.Minutes       `json:"minutes,omitempty"`     // Hours, Instruction: how much; others: what the work is expected to take
	WorkProcess domain.WorkProcessID `json:"workProcess,omitempty"` // Hours: in this process only; empty counts all

	Credit domain.Credit `json:"credit,omitzero"`  // Course: how much credit
	Course string        `json:"course,omitempty"` // Course: the subject, in words; Instruction: the id of a course of the standard, empty counts all

	PassLevel int   `json:"passLevel,omitempty"` // where it is rated: the lowest rating that passes, of 0 to 4
	Score     Score `json:"score,omitzero"`      // where it is scored: what passes
	Attempts  int   `json:"attempts,omitempty"`  // how many have to succeed, if more than the kind asks for
	Months    int   `json:"months,omitempty"`    // how long it is valid, if not as long as the kind says

	// Prior says what learned before the pathway meets it, such as a clinical licence. Empty:
	// nothing does.
	Prior string `json:"prior,omitempty"`
	// Tags are the families of competency it belongs to, such as "data-governance".
	Tags []string `json:"tags,omitempty"`

	// Statements of role frameworks that the milestone proves: whoever attained it holds them,
	// for as long as it is attained. They are those of its id, in every version of the pathway.
	Statements map[domain.FrameworkID][]domain.StatementID `json:"statements,omitempty"`

	// Group: how many of Of, which may be groups again. Of Choose, Any and All one is enough;
	// none of them means all.
	Choose int           `json:"choose,omitempty"`
	Any    bool          `json:"any,omitempty"`
	All    bool          `json:"all,omitempty"`
	Of     []Requirement `json:"of,omitempty"`
}

// A Score is what an attempt has to reach, of a maximum.
type Score struct {
	Pass int `json:"pass"`
	Of   int `json:"of"`
}

// Stage returns the stage of a role, and its index, or false if the pathway does not pass through it.
func (p Pathway) Stage(role domain.RoleID) (Stage, int, bool) {
	for i, s := range p.Stages {
		if s.Role.ID == role {
			return s, i, true
		}
	}
	return Stage{}, 0, false
}

// Chain is the approvals that moving on to a role takes, in order: clearance is among them
// where the role is privileged, and only there.
func (s Stage) Chain(to Role) []Step {
	chain := slices.DeleteFunc(slices.Clone(s.Approvals), func(step Step) bool { return step == SecurityClearance && !to.Privileged })
	if to.Privileged && len(chain) > 0 && !slices.Contains(chain, SecurityClearance) {
		chain = append(chain, SecurityClearance)
	}
	return chain
}

// Requirement finds a requirement anywhere on the pathway, inside groups too, with the stage it belongs to.
func (p Pathway) Requirement(id domain.RequirementID) (Requirement, Stage, bool) {
	for _, s := range p.Stages {
		if r := locate(s.Requirements, id); r != nil {
			return *r, s, true
		}
	}
	return Requirement{}, Stage{}, false
}

func locate(rs []Requirement, id domain.RequirementID) *Requirement {
	for i := range rs {
		if rs[i].ID == id {
			return &rs[i]
		}
		if r := locate(rs[i].Of, id); r != nil {
			return r
		}
	}
	return nil
}

// Milestones yields the stage's milestones in order, those inside groups too.
func (s Stage) Milestones() iter.Seq[Requirement] {
	return func(yield func(Requirement) bool) {
		for r := range all(s.Requirements) {
			if r.IsMilestone() && !yield(r) {
				return
			}
		}
	}
}

// all yields every requirement in order, a group before what is in it.
func all(rs []Requirement) iter.Seq[Requirement] {
	return func(yield func(Requirement) bool) { walk(rs, yield) }
}

func walk(rs []Requirement, yield func(Requirement) bool) bool {
	for _, r := range rs {
		if !yield(r) || !walk(r.Of, yield) {
			return false
		}
	}
	return true
}
