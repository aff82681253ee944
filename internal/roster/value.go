package roster

import (
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// marked reads what somebody was marked with: a grade in letters, points, or both. Letters
// that are no grade count for nothing beside points.
func marked(text, points string) (r enrolment.Result, err error) {
	g := rules.Grade(strings.ToUpper(strings.NewReplacer("\u2212", "-", "\u2013", "-", " ", "").Replace(text)))
	if g.Valid() {
		r.Grade = g
	} else if points == "" {
		points = text
	}
	if points == "" {
		return r, nil
	}
	r.Points, err = Points(points)
	return r, err
}

// Points reads points with up to two decimals, in hundredths; further ones are rounded.
func Points(s string) (int, error) {
	bad := domain.Refuse(domain.Invalid, "BAD_SCORE", "%.60q is neither a grade (A to D with an optional sign, F, P) nor points.", s)
	whole, part, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(s), "%"), ".")
	digits := part + "000"
	n, err := strconv.ParseUint(whole+digits[:2], 10, 31)
	if err != nil || strings.Trim(part, "0123456789") != "" || len(part) > 20 {
		return 0, bad
	}
	if digits[2] >= '5' {
		n++
	}
	return int(n), nil
}

func truth(s string) bool { return strings.EqualFold(s, "true") || s == "1" }

func fullName(given, family string) string { return strings.TrimSpace(given + " " + family) }
