package portal

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// mostLacking is how many things a sentence names that are missing.
const mostLacking = 3

// lacking says how much of what is asked for is missing, and what if it is little; it is empty
// when nothing is.
func (v *visit) lacking(fs []pathway.Finding) string {
	var names []string
	for _, f := range fs {
		if !f.Met {
			names = append(names, v.lack(f))
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > mostLacking:
		return v.say("%d things are missing.", len(names))
	}
	return v.say("%d things are missing: %s.", len(names), strings.Join(names, ", "))
}

// lack names what is missing of one requirement.
func (v *visit) lack(f pathway.Finding) string {
	missing := f.Requirement.Minutes - f.Minutes
	switch {
	case !f.Requirement.Logged():
		return f.Requirement.Title
	case f.Requirement.Kind == pathway.Instruction:
		return v.say("%s in class", missing)
	case f.Pending >= missing:
		return v.say("%s to be signed off", missing)
	}
	return missing.String()
}

// missingFirst puts what is not met before what is, each in its order.
func missingFirst(fs []pathway.Finding) []pathway.Finding {
	out := slices.Clone(fs)
	slices.SortStableFunc(out, func(a, b pathway.Finding) int {
		switch {
		case a.Met == b.Met:
			return 0
		case b.Met:
			return -1
		}
		return 1
	})
	return out
}
