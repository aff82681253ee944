package portal

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// veteran gives Maya two years of hours, all signed off, all the milestones that are open to her,
// and as many of others, met by credit, as make 60.
func (h *hospital) veteran() {
	h.Helper()
	const weeks, most = 104, 60
	begun := 0
	asMaya, asDana, asPriya := domain.Actor{Person: "maya", Role: domain.Apprentice}, domain.Actor{Person: "dana", Role: domain.Manager}, domain.Actor{Person: "priya", Role: domain.Mentor}
	first := domain.NewDate(2026, 9, 7).Week()
	d, ctx := h.portal.Desk, h.Context()
	now := first.Monday().Midnight()
	d.Now = func() time.Time { return now }
	for n := range weeks {
		now = first.Add(n + 1).Monday().Midnight().Add(12 * time.Hour)
		h.work("maya", first.Add(n), domain.Hours(7))
		_, err := d.ApproveWeek(ctx, by(asDana), maya, first.Add(n))
		check(h, err)
	}
	l, err := d.Learner(ctx, asMaya, maya)
	check(h, err)
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	check(h, err)
	path, err := desk.Pathway(l)
	check(h, err)
	all := desk.CompetenciesOf(s)
	stage, _, _ := path.Stage(l.Role)
	for _, r := range append(stage.Requirements, all...) {
		if begun == most || !r.IsMilestone() || r.ByCredit() {
			continue
		}
		_, err := d.StartMilestone(ctx, by(asMaya), maya, r.ID)
		if domain.AsRefusal(err) != nil {
			continue
		}
		check(h, err)
		_, err = d.SubmitEvidence(ctx, by(asMaya), maya, r.ID, desk.Shown{Kind: milestones.Work, Note: "From call to cause.", URI: "https://wiki.example/" + string(r.ID)})
		check(h, err)
		_, err = d.Assess(ctx, by(asPriya), maya, r.ID, desk.Assessment{Mark: milestones.Mark{Rating: 3}, Feedback: "Calm and thorough."})
		check(h, err)
		begun++
	}
	for ; begun < most; begun++ {
		id := domain.RequirementID(fmt.Sprintf("course-%02d", begun))
		run(h, milestones.Stream(maya, id), milestones.Evolve, milestones.AttainByCredit{
			Request: h.request(system), Started: milestones.Started{Apprenticeship: maya, Person: "maya", Requirement: id, PassLevel: 1, ByCredit: true}, Credit: domain.Stream("credit-maya-2026." + id)})
	}
}

// pageOfTwoYears is the size in bytes of the largest page of somebody's own, uncompressed.
const pageOfTwoYears = 60 << 10

func TestThePathwayOfTwoYearsIsSmall(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.veteran()
	for _, key := range []string{"apprentice", "coordinator"} {
		b := h.as(key)
		res, err := b.client.Get(h.url + map[string]string{"apprentice": "/pathway", "coordinator": "/apprentices/maya-2026"}[key])
		check(t, err)
		page, err := io.ReadAll(res.Body)
		check(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusOK || len(page) > pageOfTwoYears {
			t.Errorf("%s gets %d bytes (%d), want at most %d", key, len(page), res.StatusCode, pageOfTwoYears)
		}
	}
}

// BenchmarkPathway shows a record of two years; also compressed as browsers get it, and for the
// first time after a fact that may have changed everything.
func BenchmarkPathway(b *testing.B) {
	h := newHospital(b)
	h.veteran()
	for name, path := range map[string]string{"apprentice": "/pathway", "hours": "/hours", "record": "/record"} {
		b.Run(name, func(b *testing.B) { cost(b, h, "apprentice", path) })
	}
	b.Run("compressed", func(b *testing.B) {
		cost(b, h, "apprentice", "/pathway", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	})
	b.Run("anew", func(b *testing.B) { cost(b, h, "apprentice", "/pathway", func(*http.Request) { h.forget() }) })
	b.Run("first", func(b *testing.B) {
		cost(b, h, "apprentice", "/pathway", func(*http.Request) {
			drawings.mu.Lock()
			drawings.all = nil
			drawings.mu.Unlock()
			h.forget()
		})
	})
}
