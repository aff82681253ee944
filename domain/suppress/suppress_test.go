package suppress

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/internal/spec"
)

// table makes the groups of atoms that have a place in each dimension.
func table(places [][]int) (groups []Group) {
	all := Group{}
	at := map[[2]int]int{}
	groups = append(groups, all)
	for a, place := range places {
		groups[0].Atoms = append(groups[0].Atoms, a)
		for d, key := range place {
			i, known := at[[2]int{d, key}]
			if !known {
				i = len(groups)
				at[[2]int{d, key}] = i
				groups = append(groups, Group{Dimension: d + 1})
			}
			groups[i].Atoms = append(groups[i].Atoms, a)
		}
	}
	return groups
}

func TestSmallCellsAreHidden(t *testing.T) {
	for _, c := range []struct {
		name   string
		atoms  []int
		places [][]int
		want   []bool // all, and the groups as they come
	}{
		{"nothing small, nothing hidden", []int{12, 30}, [][]int{{0}, {1}}, []bool{false, false, false}},
		{"one small cell takes the next smallest along", []int{4, 30, 12}, [][]int{{0}, {1}, {2}}, []bool{false, true, false, true}},
		{"two small cells that are few together take one more", []int{4, 30, 5}, [][]int{{0}, {1}, {2}}, []bool{false, true, true, true}},
		{"two small cells that are many keep each other", []int{6, 30, 5}, [][]int{{0}, {1}, {2}}, []bool{false, true, false, true}},
		{"few in all are not shown at all", []int{4, 5}, [][]int{{0}, {1}}, []bool{true, true, true}},
		{"one group alone is all of them", []int{40}, [][]int{{0}}, []bool{false, false}},
		{"of two groups both go", []int{20, 5, 30}, [][]int{{0, 0}, {1, 1}, {0, 1}}, []bool{false, true, false, true, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Hide(c.atoms, table(c.places))
			if !slices.Equal(got, c.want) {
				t.Errorf("hidden are %v, want %v", got, c.want)
			}
		})
	}
}

// TestRow27SuppressionCannotBeUndoneBySubtraction publishes tables of chance in up to four
// dimensions. No group of fewer than ten is shown, and none of the hidden ones is a sum of
// shown ones with any factors whatever: that is worked out here with exact fractions.
func TestRow27SuppressionCannotBeUndoneBySubtraction(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		dims := rapid.IntRange(1, 4).Draw(t, "dimensions")
		n := rapid.IntRange(1, 9).Draw(t, "atoms")
		atoms := make([]int, n)
		places := make([][]int, n)
		for i := range n {
			atoms[i] = rapid.IntRange(1, 25).Draw(t, "people")
			for range dims {
				places[i] = append(places[i], rapid.IntRange(0, 3).Draw(t, "place"))
			}
		}
		groups := table(places)
		hidden := Hide(atoms, groups)
		size := func(g Group) (n int) {
			for _, a := range g.Atoms {
				n += atoms[a]
			}
			return n
		}
		hiddenIn, together := map[int]int{}, map[int]int{}
		var shown []Group
		for i, g := range groups {
			switch {
			case hidden[i]:
				hiddenIn[g.Dimension]++
				together[g.Dimension] += size(g)
			case size(g) < Least:
				t.Fatalf("a group of %d is shown", size(g))
			default:
				shown = append(shown, g)
			}
		}
		for d, count := range hiddenIn {
			if d > 0 && !hidden[0] && (count < 2 || together[d] < Least) {
				t.Fatalf("%d hidden groups of %d people in dimension %d", count, together[d], d)
			}
		}
		for i, g := range groups {
			if hidden[i] && spans(shown, g, n) {
				t.Fatalf("group %v of %v can be computed from %v", g, atoms, shown)
			}
		}
	})
}

// spans reports whether shown groups add up to g, by elimination over fractions.
func spans(shown []Group, g Group, atoms int) bool {
	row := func(g Group) []*big.Rat {
		out := make([]*big.Rat, atoms)
		for i := range out {
			out[i] = new(big.Rat)
		}
		for _, a := range g.Atoms {
			out[a].SetInt64(1)
		}
		return out
	}
	rank := func(groups []Group) (rank int) {
		var rows [][]*big.Rat
		for _, g := range groups {
			rows = append(rows, row(g))
		}
		for col := range atoms {
			at := slices.IndexFunc(rows[min(rank, len(rows)):], func(r []*big.Rat) bool { return r[col].Sign() != 0 })
			if at < 0 {
				continue
			}
			at += rank
			rows[rank], rows[at] = rows[at], rows[rank]
			for i := rank + 1; i < len(rows); i++ {
				f := new(big.Rat).Quo(rows[i][col], rows[rank][col])
				for k := col; k < atoms; k++ {
					rows[i][k].Sub(rows[i][k], new(big.Rat).Mul(f, rows[rank][k]))
				}
			}
			rank++
		}
		return rank
	}
	return rank(append(slices.Clone(shown), g)) == rank(shown)
}

func BenchmarkHide(b *testing.B) {
	var atoms []int
	var places [][]int
	for site := range 40 {
		for programme := range 8 {
			for year := range 6 {
				atoms = append(atoms, 1+mod(site*7+programme*3+year))
				places = append(places, []int{programme, site, (site + year) % 25, year, site % 2})
			}
		}
	}
	groups := table(places)
	for b.Loop() {
		Hide(atoms, groups)
	}
}

func mod(n int) int { return n % 23 }
