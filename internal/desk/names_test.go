package desk

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// BenchmarkNames looks for a few people among ten thousand, by what few and by what many are called.
func BenchmarkNames(b *testing.B) {
	n := Names{open: map[domain.PersonID]string{}}
	for i := range 10_000 {
		n.open[domain.PersonID(fmt.Sprint("e-", i))] = fmt.Sprintf("first%d middle last%d", i%700, i)
	}
	n.words = wordsOf(n.open)
	for asked, want := range map[string]int{"Last12": 111, "middle first12 last1": 0, "first1": 0} {
		b.Run(asked, func(b *testing.B) {
			for b.Loop() {
				if got := len(n.matching(asked)); want > 0 && got != want || got == 0 {
					b.Fatalf("%d are found", got)
				}
			}
		})
	}
}
