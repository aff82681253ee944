package pathway

import "github.com/guildhall-dev/guildhall/domain"

// after are the stages that one may move to from a stage, by index, the usual one first.
func (p Pathway) after(i int) (next []int) {
	s := p.Stages[i]
	if s.Next == nil && i+1 < len(p.Stages) {
		return []int{i + 1}
	}
	for _, role := range s.Next {
		if _, at, ok := p.Stage(role); ok {
			next = append(next, at)
		}
	}
	return next
}

func (p Pathway) isGoal(i int) bool {
	s := p.Stages[i]
	return len(s.Next) == 0 && (s.Next != nil || i+1 == len(p.Stages))
}

// Next returns the stages that one may move to from a role, the usual one first. There are
// none where the role is a goal or not on the pathway.
func (p Pathway) Next(role domain.RoleID) (next []Stage) {
	_, i, ok := p.Stage(role)
	if !ok {
		return nil
	}
	for _, at := range p.after(i) {
		next = append(next, p.Stages[at])
	}
	return next
}

// Following returns the stage that one usually moves to from a role, or false where there is none.
func (p Pathway) Following(role domain.RoleID) (Stage, bool) {
	if next := p.Next(role); len(next) > 0 {
		return next[0], true
	}
	return Stage{}, false
}

// StaysInRole reports whether the pathway leads to no other role.
func (p Pathway) StaysInRole() bool { return len(p.Stages) == 1 }

// Entries returns the stages at which one can begin.
func (p Pathway) Entries() (in []Stage) {
	for i, s := range p.Stages {
		if i == 0 || s.Entry {
			in = append(in, s)
		}
	}
	return in
}

// Route returns the stages of the roles held so far, in order, and the usual way on from the
// last of them. Without any it is the usual way from the beginning.
func (p Pathway) Route(held ...domain.RoleID) (way []Stage) {
	at := -1
	for _, role := range held {
		if s, i, ok := p.Stage(role); ok {
			way, at = append(way, s), i
		}
	}
	if at < 0 && len(p.Stages) > 0 {
		way, at = p.Stages[:1:1], 0
	}
	for at >= 0 && len(way) <= len(p.Stages) {
		next := p.after(at)
		if len(next) == 0 {
			break
		}
		at = next[0]
		way = append(way, p.Stages[at])
	}
	return way
}
