package rules

import (
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Ratio is how many apprentices may learn where there are so many journeyworkers, 29 CFR
// 29.5(b)(7). The zero Ratio bounds nothing.
type Ratio struct{ Apprentices, Journeyworkers int }

// ParseRatio reads a ratio as standards write it, such as "1:1"; an empty text bounds nothing.
func ParseRatio(s string) (r Ratio, err error) {
	if s == "" {
		return Ratio{}, nil
	}
	n, scan := fmt.Sscanf(s, "%d:%d", &r.Apprentices, &r.Journeyworkers)
	if scan != nil || n != 2 || r.Apprentices < 1 || r.Apprentices > 100 || r.Journeyworkers < 1 || r.Journeyworkers > 100 || r.String() != s {
		return Ratio{}, domain.Refuse(domain.Invalid, "BAD_RATIO", "%q is not a ratio. Write apprentices to journeyworkers, such as 1:1.", s)
	}
	return r, nil
}

func (r Ratio) String() string { return fmt.Sprintf("%d:%d", r.Apprentices, r.Journeyworkers) }

// Allows reports whether so many apprentices may learn under so many journeyworkers.
func (r Ratio) Allows(apprentices, journeyworkers int) bool {
	return r == Ratio{} || apprentices*r.Journeyworkers <= journeyworkers*r.Apprentices
}
