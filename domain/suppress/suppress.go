// Package suppress hides small cells in what is told about people in numbers, so that
// nobody can be recognised, and so many others that no hidden number can be computed from
// those that are shown.
//
// What is published are groups of people along several dimensions, such as by site and by
// year, and all of them together. Every group is a sum of the same atoms: the people of one
// site, one programme, one year. A group is hidden
//
//   - if it is of fewer than Least people;
//   - if it is the smallest of its dimension that is left, as long as the hidden ones of the
//     dimension are fewer than two, or fewer than Least people together;
//   - if what is shown adds up to a hidden group in any other way, over all dimensions at
//     once: then the smallest group that takes part in it goes as well.
//
// That keeps a hidden number from being computed by sums and differences of one publication.
// Not covered is what else can be concluded:
//
//   - bounds: a hidden number is never below nothing, and the hidden ones of a dimension add up
//     to what is missing from its total, so that over several dimensions a number can be held
//     in a range narrower than Least;
//   - two publications: whoever keeps the one of yesterday sees by how much a number that is
//     shown in both has grown;
//   - what somebody knows of a group from elsewhere, such as that they are in it.
package suppress

import (
	"cmp"
	"slices"
)

// Least is how many people a group that is shown is of at the least.
const Least = 10

// A Group is one number of those to be published: the people of some atoms.
type Group struct {
	Dimension int   // 0 is all of them together
	Atoms     []int // places in the list of atoms
}

// Hide says which groups are hidden. Atoms are how many people each is of. The groups of a
// dimension above 0 share no atom and have all of them between them; the first group is the
// one of all.
func Hide(atoms []int, groups []Group) []bool {
	p := publication{atoms: atoms, groups: groups, hidden: make([]bool, len(groups)), size: make([]int, len(groups))}
	for i, g := range groups {
		for _, a := range g.Atoms {
			p.size[i] += atoms[a]
		}
		p.hidden[i] = p.size[i] < Least
	}
	if len(groups) > 0 && p.hidden[0] {
		for i := range p.hidden {
			p.hidden[i] = true
		}
		return p.hidden
	}
	p.pad()
	for at := p.given(); at >= 0; at = p.given() {
		p.give(at)
		p.pad()
	}
	return p.hidden
}

func (p publication) given() int {
	if !slices.Contains(p.hidden, true) {
		return -1
	}
	return Given(len(p.atoms), p.groups, p.hidden)
}

type publication struct {
	atoms  []int
	groups []Group
	hidden []bool
	size   []int
}

// pad hides more groups of a dimension until those that are hidden keep each other.
func (p publication) pad() {
	for dimension := range p.dimensions() {
		for {
			n, together, smallest := 0, 0, -1
			for i, g := range p.groups {
				switch {
				case g.Dimension != dimension+1:
				case p.hidden[i]:
					n, together = n+1, together+p.size[i]
				case smallest < 0 || p.size[i] < p.size[smallest]:
					smallest = i
				}
			}
			if n == 0 || n > 1 && together >= Least || smallest < 0 {
				break
			}
			p.hidden[smallest] = true
		}
	}
}

func (p publication) dimensions() (n int) {
	for _, g := range p.groups {
		n = max(n, g.Dimension)
	}
	return n
}

// give hides the smallest group beside one that can be computed: of its own dimension, or
// else of any, or else all together.
func (p publication) give(at int) {
	order := make([]int, 0, len(p.groups))
	for i := range p.groups {
		if !p.hidden[i] {
			order = append(order, i)
		}
	}
	own := p.groups[at].Dimension
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(p.groups[a].Dimension, own), rank(p.groups[b].Dimension, own)), cmp.Compare(p.size[a], p.size[b]))
	})
	p.hidden[order[0]] = true
}

func rank(dimension, own int) int {
	switch dimension {
	case own:
		return 0
	case 0:
		return 2
	}
	return 1
}
