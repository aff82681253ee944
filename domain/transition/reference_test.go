package transition

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAReferenceIsReadHoweverItWasWrittenDown(t *testing.T) {
	for text, want := range map[string]Reference{
		"RT-1042": 1042, "rt-1042": 1042, "Rt 1042": 1042, "rt1042": 1042, "1042": 1042, " RT - 1042 ": 1042, "RT–1042": 1042, "RT‑1001": 1001, "RT-123456": 123456,
		"": 0, "RT": 0, "RT-": 0, "RT-1000": 0, "RT-0": 0, "01042": 0, "RT-1042a": 0, "a1042": 0, "-1042": 0, "+1042": 0, "1_042": 0, "RT-99999999999999999999": 0, "RT-１０４２": 0, "\xff\xff1042": 0,
	} {
		got, ok := ParseReference(text)
		if ok != (want != 0) || ok && got != want {
			t.Errorf("%q is read as %d, %v; want %d", text, got, ok, want)
		}
	}
	if s := Reference(0).String(); s != "" {
		t.Errorf("none is written %q", s)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Reference(rapid.Int64Range(int64(FirstReference), 1<<40-1).Draw(t, "reference"))
		if got, ok := ParseReference(r.String()); !ok || got != r {
			t.Fatalf("%s is read as %d, %v", r, got, ok)
		}
	})
}
