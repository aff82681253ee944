package rules

import (
	"fmt"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// AcademicYear is the first and the last day of a year written as "2026-27": 1 July to
// 30 June, the year in which US colleges report to IPEDS.
func AcademicYear(s string) (from, to domain.Date, err error) {
	var first, second int
	n, err := fmt.Sscanf(s, "%4d-%2d", &first, &second)
	if n != 2 || err != nil || s != fmt.Sprintf("%04d-%02d", first, (first+1)%100) || first < 1900 {
		return from, to, domain.Refuse(domain.Invalid, "BAD_YEAR", "%q is not an academic year. Write it as 2026-27.", clip(s)).About("academicYear")
	}
	return domain.NewDate(first, time.July, 1), domain.NewDate(first+1, time.June, 30), nil
}

func clip(s string) string { return s[:min(len(s), 20)] }
