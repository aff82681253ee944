package partners_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/projections"
)

// TestHowFarAPartnerHasReadIsOnRecord has a partner read its feed page by page and take an export.
// Another node, and one that is started again, tell the same, since it is in the log.
func TestHowFarAPartnerHasReadIsOnRecord(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	shows := func(want func(projections.Fetched) bool) {
		t.Helper()
		if err := patiently(func() error { return h.Fence(t.Context()) }); err != nil {
			t.Fatal(err)
		}
		head, err := h.Log.Head(t.Context())
		if err == nil {
			err = h.Read.Wait(t.Context(), head)
		}
		if err != nil {
			t.Fatal(err)
		}
		all, err := h.Read.Fetched(t.Context())
		if err != nil || !want(all["lakeshore"]) {
			t.Errorf("it shows %+v, %v", all["lakeshore"], err)
		}
	}
	shows(func(f projections.Fetched) bool { return f.ReadAt.IsZero() && f.ExportedAt.IsZero() && f.Behind == 2 })
	c := &client{house: h, partner: "lakeshore", held: map[domain.Stream]uint64{}}
	c.restart()
	if c.pull(t, 1) {
		t.Fatal("a page of one is all there is")
	}
	shows(func(f projections.Fetched) bool { return !f.ReadAt.IsZero() && !f.All && f.Behind == 1 })
	for !c.pull(t, 1) {
	}
	shows(func(f projections.Fetched) bool { return f.All && f.Behind == 0 })
	for range 3 {
		c.pull(t, 10)
	}
	(&copier{house: h, partner: "lakeshore"}).copy(t, 10, true)
	shows(func(f projections.Fetched) bool { return !f.ExportedAt.IsZero() })
	var facts int
	for _, err := range h.Log.Read(t.Context(), fetch.Stream("lakeshore")) {
		if err != nil {
			t.Fatal(err)
		}
		facts++
	}
	if facts != 3 {
		t.Errorf("on record are %d facts, not a page, all of it and an export", facts)
	}
}
