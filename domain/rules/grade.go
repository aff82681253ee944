package rules

// A Grade is a letter grade with an optional sign, "A" best, or "P" for passed.
type Grade string

// Valid reports whether g is a grade a college can send: A to D with an optional sign, F or P.
func (g Grade) Valid() bool { return g == "P" || g.points() > 0 || g == "F" }

// AtLeast reports whether g is as good as min. A pass is as good as any grade of C or lower
// that a rule may ask for; an empty min accepts every passing grade.
func (g Grade) AtLeast(min Grade) bool {
	if g == "P" {
		return min == "" || min == "P" || min.points() <= Grade("C").points()
	}
	if min == "" || min == "P" {
		return g.points() > 0
	}
	return g.points() > 0 && g.points() >= min.points()
}

func (g Grade) points() int {
	if len(g) == 0 || len(g) > 2 || g[0] < 'A' || g[0] > 'D' {
		return 0
	}
	p := 3 * int('E'-g[0])
	switch g[1:] {
	case "+":
		p++
	case "-":
		p--
	case "":
	default:
		return 0
	}
	return p
}
