package pathway

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func latest(t *testing.T) map[domain.PathwayID]Pathway {
	ps, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.PathwayID]Pathway{}
	for _, p := range ps {
		out[p.ID] = p
	}
	return out
}

// TestTheCatalogueShowsWhatHospitalsAskFor holds the pathways against the ways that hospitals
// name: each leads from a role to one or more, by way of milestones of these kinds.
func TestTheCatalogueShowsWhatHospitalsAskFor(t *testing.T) {
	ps := latest(t)
	for _, c := range []struct {
		what, roles, kinds string
		pathway            domain.PathwayID
	}{
		{"reskilling, by either of two roles in between", "help-desk-analyst>systems-administrator>security-analyst help-desk-analyst>network-support>security-analyst", "lab simulation certificate course soft-skill", "help-desk-to-security-analyst"},
		{"clinicians, with clinical experience", "registered-nurse>clinical-informatics-specialist>clinical-informatics-lead", "case-study team-project leadership pilot", "clinician-to-informatics-lead"},
		{"learning in the same role", "help-desk-analyst", "compliance online-module micro-credential stretch-assignment workshop", "it-support-upskilling"},
		{"graduates, by an internship", "data-intern>clinical-data-analyst", "internship rotation course", "graduate-to-data-analyst"},
		{"cloud and integration", "systems-administrator>junior-cloud-engineer>cloud-architect", "boot-camp lab simulation pilot", "administrator-to-cloud-integration"},
		{"artificial intelligence, with two goals", "clinical-data-analyst>ai-integration-specialist clinical-data-analyst>data-scientist", "compliance pilot case-study", "analyst-to-ai-integration"},
		{"medical device security", "network-support>device-security-engineer", "lab simulation rotation", "network-to-device-security"},
		{"medical coding", "medical-coder>health-information-technologist medical-coder>privacy-specialist", "certificate simulation", "coder-to-health-information"},
		{"becoming a medical coder, from an office or a ward", "medical-secretary>medical-coder", "instruction lab simulation certificate course rotation", "office-to-medical-coder"},
		{"practice management", "practice-coordinator>practice-manager", "leadership team-project workshop soft-skill", "coordinator-to-practice-manager"},
	} {
		p, ok := ps[c.pathway]
		if !ok {
			t.Errorf("%s: there is no pathway %s", c.what, c.pathway)
			continue
		}
		if got := strings.Join(ways(p, p.Stages[0]), " "); got != c.roles {
			t.Errorf("%s leads %s", c.pathway, got)
		}
		kinds := map[Kind]bool{}
		for _, s := range p.Stages {
			for r := range all(s.Requirements) {
				kinds[r.Kind] = true
			}
		}
		for k := range strings.FieldsSeq(c.kinds) {
			if !kinds[Kind(k)] {
				t.Errorf("%s has no %s", c.pathway, k)
			}
		}
	}
}

// ways are the sequences of roles from a stage to the goals.
func ways(p Pathway, from Stage) (out []string) {
	next := p.Next(from.Role.ID)
	if len(next) == 0 {
		return []string{string(from.Role.ID)}
	}
	for _, s := range next {
		for _, w := range ways(p, s) {
			out = append(out, string(from.Role.ID)+">"+w)
		}
	}
	return out
}

func TestTheCatalogueUsesTheKindsAndFamilies(t *testing.T) {
	kinds, tags, prior := map[Kind]bool{}, map[string]bool{}, 0
	for _, p := range latest(t) {
		for _, s := range p.Stages {
			for r := range all(s.Requirements) {
				kinds[r.Kind] = true
				for _, tag := range r.Tags {
					tags[tag] = true
				}
				if r.Prior != "" {
					prior++
				}
			}
		}
	}
	for k := range strings.FieldsSeq(`hours group work lab course certificate simulation workshop team-project case-study stretch-assignment
		rotation pilot leadership compliance soft-skill micro-credential boot-camp online-module internship instruction`) {
		if !kinds[Kind(k)] {
			t.Errorf("no pathway has a %s", k)
		}
	}
	for tag := range strings.FieldsSeq(`informatics-analytics cybersecurity cloud-integration ai-ml data-governance medical-device-security interoperability
		communication teamwork adaptability empathy hipaa ai-literacy fda-regulation`) {
		if !tags[tag] {
			t.Errorf("no requirement belongs to %s", tag)
		}
	}
	if prior < 5 {
		t.Errorf("%d requirements are met by what was learned before", prior)
	}
}

// TestCodesAreOnesThatArePublished: codes are taken from the frameworks, none is made up.
func TestCodesAreOnesThatArePublished(t *testing.T) {
	onet := strings.Fields("15-1232.00 15-1231.00 15-1244.00 15-1212.00 15-1299.05 15-1211.01 29-9021.00 29-2072.00 15-2051.02 15-1299.08 15-2051.00 29-1141.00 31-9092.00 43-6013.00")
	nice := strings.Fields("IO-WRL-007 IO-WRL-004 PD-WRL-004 IO-WRL-005 PD-WRL-001 PD-WRL-003 PD-WRL-007 IO-WRL-001 DD-WRL-001 DD-WRL-002 OG-WRL-008")
	rapids := strings.Fields("1059CB 2050CB 2079CB 3048")
	for id, p := range latest(t) {
		for _, s := range p.Stages {
			for code, known := range map[string][]string{s.Role.ONET: onet, s.Role.NICE: nice, s.Role.RAPIDS: rapids} {
				if code != "" && !slices.Contains(known, code) {
					t.Errorf("%s, %s: %s", id, s.Role.ID, code)
				}
			}
		}
	}
}
