package explain_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/internal/spec"
	"github.com/guildhall-dev/guildhall/projections"
)

var today = domain.NewDate(2026, time.June, 3)

// aCase is a learner of a role with any requirements, groups within groups too, and with
// anything to show for them.
func aCase(t *rapid.T) explain.Case {
	n := 0
	var requirement func(depth int) pathway.Requirement
	requirement = func(depth int) pathway.Requirement {
		n++
		r := pathway.Requirement{ID: domain.RequirementID(fmt.Sprintf("r-%d", n)), Title: fmt.Sprintf("Requirement %d", n)}
		kinds := []pathway.Kind{pathway.Hours, pathway.Work, pathway.Lab, pathway.Course, pathway.Certificate, pathway.Group, pathway.Group}
		r.Kind = rapid.SampledFrom(kinds[:len(kinds)-2*(depth/2)]).Draw(t, "kind")
		switch r.Kind {
		case pathway.Hours:
			r.Minutes = domain.Minutes(rapid.IntRange(1, 300).Draw(t, "minutes"))
			r.WorkProcess = rapid.SampledFrom([]domain.WorkProcessID{"", "wp-01", "wp-02"}).Draw(t, "process")
		case pathway.Course:
			r.Credit = domain.Credit{Hundredths: 300, Unit: domain.Quarter}
		case pathway.Group:
			for range rapid.IntRange(1, 4).Draw(t, "choices") {
				r.Of = append(r.Of, requirement(depth+1))
			}
			r.Choose = rapid.IntRange(0, len(r.Of)).Draw(t, "choose")
		}
		return r
	}
	stage := pathway.Stage{Role: pathway.Role{ID: "desk", Title: "Help desk"}}
	for range rapid.IntRange(1, 6).Draw(t, "requirements") {
		stage.Requirements = append(stage.Requirements, requirement(0))
	}
	c := explain.Case{
		Today: today, Entered: today.AddDays(-90), Stage: stage,
		Path:    pathway.Pathway{ID: "way", Version: 1, Stages: []pathway.Stage{stage, {Role: pathway.Role{ID: "goal", Title: "Goal"}}}},
		Learner: projections.Learner{ID: "ana", Person: "ana", Mentor: "priya", Supervisor: "dana", Role: "desk", Status: projections.Active, BeganOn: today.AddDays(-90), Pathway: "way", PathwayVersion: 1},
	}
	if rapid.Bool().Draw(t, "handed in") {
		c.Weeks = append(c.Weeks, projections.Week{Week: today.Week().Add(-1), State: projections.WeekSubmitted, OnTheJob: 60, Holder: "dana", SubmittedAt: today.Midnight()})
	}
	for id := range milestones(stage.Requirements) {
		if m := rapid.SampledFrom([]pathway.MilestoneState{"", pathway.InProgress, pathway.UnderReview, pathway.Attained, pathway.NotYetAttained, pathway.Waived, pathway.Expired}).Draw(t, "state"); m != "" {
			shown := projections.Milestone{Learner: "ana", Requirement: id, State: m, Since: today.AddDays(-3), Assessor: "priya", PassLevel: 3, Successes: rapid.IntRange(1, 3).Draw(t, "successes")}
			for i := range rapid.IntRange(0, 3).Draw(t, "attempts") {
				shown.Attempts = append(shown.Attempts, projections.Attempt{Number: i + 1, Now: milestone.Mark{Rating: rapid.IntRange(1, 4).Draw(t, "rating")}})
			}
			c.Milestones = append(c.Milestones, shown)
		}
		if rapid.IntRange(0, 3).Draw(t, "credit") == 0 {
			c.Credits = append(c.Credits, projections.Credit{Learner: "ana", Rule: "rule", Requirement: id, Partner: "lakeshore", Since: today.AddDays(-2),
				State: rapid.SampledFrom([]projections.CreditState{projections.CreditRequested, projections.CreditDenied, projections.CreditAwarded, projections.CreditProposed}).Draw(t, "credit state")})
		}
		if rapid.IntRange(0, 3).Draw(t, "rule") == 0 {
			c.Agreements = append(c.Agreements, projections.Agreement{ID: "g", Partner: "lakeshore", From: today, To: today,
				State: rapid.SampledFrom([]projections.AgreementState{projections.AgreementActive, projections.AgreementSigned}).Draw(t, "agreement"),
				Rules: []projections.Rule{{Articulation: rules.Articulation{Rule: "rule", Requirement: id}}}})
		}
	}
	if rapid.Bool().Draw(t, "consent") {
		c.Consents = []projections.Consent{{Person: "ana", Party: "lakeshore", State: projections.ConsentLive, Records: []domain.Scope{domain.CreditRecords}}}
	}
	find(&c, map[domain.WorkProcessID]domain.Minutes{
		"wp-01": domain.Minutes(rapid.IntRange(0, 300).Draw(t, "wp-01")), "wp-02": domain.Minutes(rapid.IntRange(0, 300).Draw(t, "wp-02")),
	}, map[domain.WorkProcessID]domain.Minutes{"wp-01": domain.Minutes(rapid.IntRange(0, 300).Draw(t, "pending"))})
	return c
}

func milestones(rs []pathway.Requirement) map[domain.RequirementID]bool {
	out := map[domain.RequirementID]bool{}
	for m := range (pathway.Stage{Requirements: rs}).Milestones() {
		out[m.ID] = true
	}
	return out
}

// find compares what there is to show with what the stage requires.
func find(c *explain.Case, approved, pending map[domain.WorkProcessID]domain.Minutes) pathway.Record {
	rec := projections.Merits{Milestones: c.Milestones}.InRole(c.Learner.Role)
	rec.Approved, rec.Pending = approved, pending
	c.Findings = c.Stage.Readiness(rec)
	return rec
}

// told are explanations of requirements, those within groups too, by requirement.
func told(es []explain.Explanation, out map[string][]explain.Explanation) map[string][]explain.Explanation {
	for _, e := range es {
		if e.About == explain.Requirement {
			out[e.Rule.ID] = append(out[e.Rule.ID], e)
			told(e.Of, out)
		}
	}
	return out
}

// TestEveryUnmetRequirementIsExplainedOnce: what is unmet has one explanation, with somebody's
// turn, and numbers that are those of the read model; what is met has none.
func TestEveryUnmetRequirementIsExplainedOnce(t *testing.T) {
	unmet := 0
	spec.Histories(t, func(t *rapid.T) {
		c := aCase(t)
		all := told(c.Explain(), map[string][]explain.Explanation{})
		var check func(fs []pathway.Finding, needed bool)
		check = func(fs []pathway.Finding, needed bool) {
			for _, f := range fs {
				es := all[string(f.Requirement.ID)]
				switch {
				case f.Met || !needed:
					if len(es) > 0 {
						t.Fatalf("%+v is explained: %+v", f, es)
					}
				case len(es) != 1:
					t.Fatalf("%+v has %d explanations", f, len(es))
				default:
					unmet++
					matches(t, f, es[0])
				}
				check(f.Of, needed && !f.Met)
			}
		}
		check(c.Findings, true)
	})
	if unmet < 2000 {
		t.Errorf("%d were unmet: the test proves too little", unmet)
	}
}

func matches(t *rapid.T, f pathway.Finding, e explain.Explanation) {
	if e.There+e.Missing != e.Needed || e.Missing <= 0 || e.There < 0 || e.Pending < 0 || e.Pending > e.Missing {
		t.Fatalf("%+v does not add up", e)
	}
	if e.Turn.Role == "" || e.Since.IsZero() || e.Next == "" || e.Title.String() != f.Requirement.Title || e.Rule.Source.Ref != "way@1" || e.Subject == "" || e.Why().English == "" || e.Do() == "" {
		t.Fatalf("%+v says too little", e)
	}
	switch f.Requirement.Kind {
	case pathway.Hours:
		if e.There != int(f.Minutes) || e.Needed != int(f.Requirement.Minutes) || e.Pending != min(int(f.Pending), e.Missing) || e.Unit != explain.Minutes {
			t.Fatalf("%+v of %+v", e, f)
		}
		if (e.Turn.Role == domain.Manager) != (e.Next == explain.SignHours) || e.Turn.Role == domain.Manager && e.Pending < e.Missing {
			t.Fatalf("it is the turn of %+v: %+v", e.Turn, e)
		}
	case pathway.Group:
		if e.There != pathway.CountMet(f.Of) || len(e.Of) != len(f.Of)-e.There || e.Missing > len(e.Of) {
			t.Fatalf("%+v of %+v", e, f)
		}
	case pathway.Course:
		if e.Missing != f.Requirement.Credit.Hundredths || e.Unit != explain.Quarters {
			t.Fatalf("%+v of %+v", e, f)
		}
	}
}

// TestWhatIsMissingIsEnough: once what an explanation says is missing has come, and no more,
// the requirement is met; with less of it, it is not.
func TestWhatIsMissingIsEnough(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		c := aCase(t)
		approved := map[domain.WorkProcessID]domain.Minutes{}
		rec := find(&c, approved, nil)
		for range 1000 {
			e, ok := first(told(c.Explain(), map[string][]explain.Explanation{}), c.Findings)
			if !ok {
				if n := pathway.CountMet(c.Findings); n != len(c.Findings) {
					t.Fatalf("nothing is missing and %d of %d are met", n, len(c.Findings))
				}
				return
			}
			r, _, _ := c.Path.Requirement(domain.RequirementID(e.Rule.ID))
			if r.Kind == pathway.Hours {
				process := r.WorkProcess
				if process == "" {
					process = "wp-03"
				}
				approved[process] += domain.Minutes(e.Missing - 1)
				if find(&c, approved, nil); met(c.Findings, r.ID) {
					t.Fatalf("%s is met by one less than what is missing: %+v", r.ID, e)
				}
				approved[process]++
			} else {
				attain(&c, r.ID)
			}
			if rec = find(&c, approved, rec.Pending); !met(c.Findings, r.ID) {
				t.Fatalf("%+v is not met by what was missing: %+v", r, e)
			}
		}
		t.Fatalf("there is no end of what is missing")
	})
}

// first is the explanation of the first leaf that is unmet and needed.
func first(all map[string][]explain.Explanation, fs []pathway.Finding) (explain.Explanation, bool) {
	for _, f := range fs {
		if f.Met {
			continue
		}
		if len(f.Of) > 0 {
			return first(all, f.Of)
		}
		return all[string(f.Requirement.ID)][0], true
	}
	return explain.Explanation{}, false
}

func met(fs []pathway.Finding, id domain.RequirementID) bool {
	for _, f := range fs {
		if f.Requirement.ID == id {
			return f.Met
		}
		if met(f.Of, id) {
			return true
		}
	}
	return false
}

func attain(c *explain.Case, id domain.RequirementID) {
	for i, m := range c.Milestones {
		if m.Requirement == id {
			c.Milestones[i].State = pathway.Attained
			return
		}
	}
	c.Milestones = append(c.Milestones, projections.Milestone{Learner: "ana", Requirement: id, State: pathway.Attained})
}

// TestAnEndedCertificateIsSaidToBeWhy: what expired with its certificate says so, and who has
// to do what to bring it back.
func TestAnEndedCertificateIsSaidToBeWhy(t *testing.T) {
	ended := today.AddDays(-5)
	for name, c := range map[string]struct {
		basis string
		held  projections.Credential
		next  explain.Next
		turn  domain.Role
		about domain.Stream
	}{
		"it has ended":            {"credential-a", projections.Credential{ID: "a", State: projections.CredentialExpired, Since: ended, ValidTo: ended.AddDays(-1)}, explain.RenewCertificate, domain.Apprentice, "credential-a"},
		"its end is not recorded": {"credential-a", projections.Credential{ID: "a", State: projections.CredentialHeld, Since: ended, ValidTo: ended}, explain.RenewCertificate, domain.Apprentice, "credential-a"},
		"nobody verified it":      {"credential-a", projections.Credential{ID: "a", State: projections.CredentialHeld, Since: today, ValidTo: today.AddMonths(36)}, explain.VerifyCertificate, domain.Mentor, "credential-a"},
		"it was revoked":          {"credential-a", projections.Credential{ID: "a", State: projections.CredentialRevoked, Since: ended}, explain.RenewIt, domain.Apprentice, "milestone-ana.plus"},
		"its own time is over":    {"", projections.Credential{ID: "a", State: projections.CredentialExpired, Since: ended}, explain.RenewIt, domain.Apprentice, "milestone-ana.plus"},
	} {
		t.Run(name, func(t *testing.T) {
			stage := pathway.Stage{Role: pathway.Role{ID: "desk"}, Requirements: []pathway.Requirement{{ID: "plus", Title: "Security+", Kind: pathway.Certificate}}}
			k := explain.Case{Today: today, Entered: today.AddDays(-90), Stage: stage, Path: pathway.Pathway{ID: "way", Version: 1, Stages: []pathway.Stage{stage}},
				Learner:      projections.Learner{ID: "ana", Person: "ana", Mentor: "priya", Role: "desk", Status: projections.Active, BeganOn: today.AddDays(-90), Pathway: "way", PathwayVersion: 1},
				Milestones:   []projections.Milestone{{Learner: "ana", Requirement: "plus", State: pathway.Expired, Since: ended, Basis: c.basis, Successes: 1}},
				Certificates: []projections.Credential{c.held}}
			find(&k, nil, nil)
			es := told(k.Explain(), map[string][]explain.Explanation{})["plus"]
			if len(es) != 1 || es[0].Next != c.next || es[0].Turn.Role != c.turn || es[0].Subject != c.about || es[0].Missing != 1 || es[0].Why().English == "" || es[0].Do() == "" {
				t.Errorf("%+v", es)
			}
		})
	}
}
