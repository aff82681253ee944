package spec

import (
	"flag"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// leastHistories is how many random histories an invariant is tried on at least.
const leastHistories = 2000

// Histories holds an invariant against at least 2,000 random histories, each made by one
// call of property, and reports the smallest history found that breaks it. The flag
// -rapid.checks asks for more, -rapid.seed for the same ones again.
func Histories(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if n, err := strconv.Atoi(checks.Value.String()); err != nil || n < leastHistories {
		before := checks.Value.String()
		if err := checks.Value.Set(strconv.Itoa(leastHistories)); err != nil {
			t.Fatal(err)
		}
		defer checks.Value.Set(before)
	}
	rapid.Check(t, property)
}
