package sheet

import (
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// Date reads a day as 2026-03-14, or as 3/14/2026 where that can mean only one day: the
// twelfth and before could be day and month. Midnight may stand behind it, as exports write it.
func Date(s string) (domain.Date, error) {
	day, clock, timed := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	if timed && !midnight(clock) {
		return domain.Date{}, domain.Refuse(domain.Invalid, "BAD_DATE", "%q has a time of day. Write the day alone: 2026-03-14.", clip(s))
	}
	if d, err := domain.ParseDate(day); err == nil {
		return d, nil
	}
	bad := domain.Refuse(domain.Invalid, "BAD_DATE", "%q is not a day. Write it as year, month, day: 2026-03-14.", clip(s))
	parts := strings.Split(day, "/")
	if len(parts) != 3 || len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return domain.Date{}, bad
	}
	var n [3]int
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return domain.Date{}, bad
		}
		n[i] = int(v)
	}
	month, dayOf, year := n[0], n[1], n[2]
	d := domain.NewDate(year, time.Month(month), dayOf)
	switch {
	case month > 12 && dayOf <= 12:
		return domain.Date{}, domain.Refuse(domain.Invalid, "BAD_DATE", "%q has the day before the month. Write it as %04d-%02d-%02d, if that is what is meant.", clip(s), year, dayOf, month)
	case d.Format("1/2/2006") != strconv.Itoa(month)+"/"+strconv.Itoa(dayOf)+"/"+strconv.Itoa(year):
		return domain.Date{}, bad
	case dayOf <= 12 && month != dayOf:
		return domain.Date{}, domain.Refuse(domain.Invalid, "BAD_DATE", "%q can be read in two ways. Write %04d-%02d-%02d or %04d-%02d-%02d.", clip(s), year, month, dayOf, year, dayOf, month)
	}
	return d, nil
}

func midnight(clock string) bool {
	switch strings.TrimSuffix(clock, "Z") {
	case "00:00", "00:00:00", "00:00:00.000", "0:00", "0:00:00", "12:00:00 AM":
		return true
	}
	return false
}

// Number reads the number by which personnel knows somebody. It becomes an id, which stays
// on record for ever, so it must not tell who they are: it has a digit in it and is in the
// form of ids. Letters count the same in upper and lower case; zeros at the start count.
func Number(s string) (domain.PersonID, error) {
	id := domain.PersonID(strings.ToLower(s))
	switch {
	case strings.ContainsAny(s, "+") && strings.ContainsAny(s, "eE"):
		return "", domain.Refuse(domain.Invalid, "BAD_NUMBER", "%q was rewritten by a spreadsheet. Format the column as text and write the number in full.", clip(s))
	case !domain.ValidID(id):
		return "", domain.Refuse(domain.Invalid, "BAD_NUMBER", "%q is not usable as a number. Write letters without accents, digits and hyphens, at most 80.", clip(s))
	case !strings.ContainsAny(s, "0123456789"):
		return "", domain.Refuse(domain.Invalid, "BAD_NUMBER", "%q has no digit. Numbers stay on record for ever, so names do not serve as such. Write the employee number.", clip(s))
	}
	return id, nil
}

// Hours reads a length of time, as domain.ParseHours does.
func Hours(s string) (domain.Minutes, error) {
	if strings.HasPrefix(s, "-") {
		return 0, domain.Refuse(domain.Invalid, "BAD_HOURS", "%q is less than nothing. Corrections are made where the hours are.", clip(s))
	}
	return domain.ParseHours(s)
}

// Count reads a whole number.
func Count(s string, most int) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || int(n) > most {
		return 0, domain.Refuse(domain.Invalid, "BAD_COUNT", "%q is not a whole number up to %d. Write digits alone.", clip(s), most)
	}
	return int(n), nil
}
