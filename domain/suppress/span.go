package suppress

import "math/bits"

// prime is 2^61-1. Sums of atoms are compared as vectors over the numbers modulo it.
const prime = 1<<61 - 1

// Given is a hidden group that shown ones add up to, with any factors, or -1. There are so
// many atoms.
//
// A group is a row of zeros and ones, one for each atom. To keep rows short each atom stands
// for some random numbers instead, one more than there are groups: what adds up still does,
// and what does not, does so with a chance of one in 2^61.
func Given(atoms int, groups []Group, hidden []bool) int {
	width := len(groups) + 1
	rows := make([][]uint64, len(groups))
	for i := range rows {
		rows[i] = make([]uint64, width)
	}
	of := make([][]int, atoms)
	for i, g := range groups {
		for _, a := range g.Atoms {
			of[a] = append(of[a], i)
		}
	}
	seed := uint64(1)
	for a := range atoms {
		for k := range width {
			seed += 0x9e3779b97f4a7c15
			r := mix(seed) % prime
			for _, i := range of[a] {
				if rows[i][k] += r; rows[i][k] >= prime {
					rows[i][k] -= prime
				}
			}
		}
	}
	var basis [][]uint64
	var lead []int
	reduce := func(row []uint64) int {
		for b, pivot := range lead {
			if f := row[pivot]; f != 0 {
				for k := pivot; k < width; k++ {
					if basis[b][k] != 0 {
						row[k] = sub(row[k], mul(f, basis[b][k]))
					}
				}
			}
		}
		for k, v := range row {
			if v != 0 {
				return k
			}
		}
		return -1
	}
	for i, row := range rows {
		if hidden[i] {
			continue
		}
		if k := reduce(row); k >= 0 {
			inv := inverse(row[k])
			for j := k; j < width; j++ {
				row[j] = mul(row[j], inv)
			}
			basis, lead = append(basis, row), append(lead, k)
		}
	}
	for i, row := range rows {
		if hidden[i] && reduce(row) < 0 {
			return i
		}
	}
	return -1
}

// mix is the finaliser of SplitMix64: the same publication always hides the same groups.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func mul(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	r := lo&prime + (hi<<3 | lo>>61)
	if r >= prime {
		r -= prime
	}
	return r
}

func sub(a, b uint64) uint64 {
	if a < b {
		a += prime
	}
	return a - b
}

// inverse is 1/a by Fermat.
func inverse(a uint64) uint64 {
	r := uint64(1)
	for e := uint64(prime - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			r = mul(r, a)
		}
		a = mul(a, a)
	}
	return r
}
