package domain_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]domain.Minutes{
		"8": 480, "0": 0, "7.5": 450, "7,5": 450, "7:30": 450, "7h30": 450, "7 h": 420, " 7.25H ": 435, "7h 05min": 425,
		"37 h 30 min": 2250, "45 min": 45, "90min": 90, "0.05": 3, "597.5": 35_850, "7.250": 435, "65535": 3_932_100,
	} {
		if got, err := domain.ParseHours(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d minutes", text, int(got), err, int(want))
		}
	}
	for _, text := range []string{"", "h", "min", "-1", "+8", "1e3", "0x10", "7:60", "7:", ":30", "7:30h", "7.5h30", "7.5 min", "8 minh", "7.", ".5", "7.5.5", "1,000", "7.33", "0.12345", "65536", "NaN", "٧"} {
		got, err := domain.ParseHours(text)
		if r := domain.AsRefusal(err); r == nil || r.Code != "BAD_HOURS" {
			t.Errorf("%q: got %v, %v, want BAD_HOURS", text, got, err)
		}
	}
}

func TestMinutesAreWrittenForPeople(t *testing.T) {
	for m, want := range map[domain.Minutes]string{
		0: "0 h", 30: "30 min", 60: "1 h", 450: "7 h 30 min", -450: "-7 h 30 min", -30: "-30 min",
		domain.Hours(7920): "7,920 h", domain.Hours(1_234_567) + 1: "1,234,567 h 1 min", domain.Hours(100): "100 h",
	} {
		if got := m.String(); got != want {
			t.Errorf("%d: got %q, want %q", int(m), got, want)
		}
	}
}

func TestWhatMinutesWriteParseHoursReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := domain.Minutes(rapid.IntRange(0, 60*65_535+59).Draw(t, "minutes"))
		text := strings.ReplaceAll(m.String(), ",", "")
		if back, err := domain.ParseHours(text); err != nil || back != m {
			t.Fatalf("%q came back as %v, %v", text, back, err)
		}
	})
}

func TestNoTextIsReadAsNegativeHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[-+0-9.,:hmin ]{0,12}`).Draw(t, "text")
		m, err := domain.ParseHours(text)
		if err != nil && domain.AsRefusal(err) == nil {
			t.Fatalf("%q gave a fault: %v", text, err)
		}
		if m < 0 || m > 60*65_536 || err != nil && m != 0 {
			t.Fatalf("%q gave %d minutes, %v", text, int(m), err)
		}
	})
}

func TestCreditIsAnExactDecimal(t *testing.T) {
	for text, want := range map[string]int{"3": 300, "1.5": 150, "0.25": 25, "3.00": 300, "0": 0, "10485.75": 1_048_575} {
		got, err := domain.ParseCredit(text, domain.Semester)
		if err != nil || got != (domain.Credit{Hundredths: want, Unit: domain.Semester}) {
			t.Errorf("%q: got %+v, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".5", "-1", "+1", "1.234", "1,5", "1.5.", "1.+5", "3 credits", "99999999"} {
		got, err := domain.ParseCredit(text, domain.Quarter)
		if r := domain.AsRefusal(err); r == nil || r.Code != "BAD_CREDIT" {
			t.Errorf("%q: got %+v, %v, want BAD_CREDIT", text, got, err)
		}
	}
	if _, err := domain.ParseCredit("3", "trimester"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "BAD_CREDIT_UNIT" {
		t.Errorf("got %v, want BAD_CREDIT_UNIT", err)
	}
	if got := (domain.Credit{Hundredths: -150}).Decimal(); got != "-1.5" {
		t.Errorf("a correction of -150 is written %q", got)
	}
}

func TestWhatCreditWritesParseCreditReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := domain.Credit{Hundredths: rapid.IntRange(0, 1_048_575).Draw(t, "hundredths"), Unit: domain.Clock}
		if back, err := domain.ParseCredit(c.Decimal(), c.Unit); err != nil || back != c {
			t.Fatalf("%q came back as %+v, %v", c.Decimal(), back, err)
		}
	})
}
