package pathway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Record is what a learner has to show in one stage.
type Record struct {
	// Approved and Pending are minutes of on-the-job learning in the stage's role by work
	// process. Only approved minutes count.
	Approved, Pending map[domain.WorkProcessID]domain.Minutes
	Milestones        map[domain.RequirementID]Milestone

	// Counted is what counts by the standard whatever the role, see Stage.Counted.
	Counted Counted
}

// Counted is what a learner has to show for the standard beside hours in a role and
// milestones of the pathway.
type Counted struct {
	Credited         map[domain.WorkProcessID]domain.Minutes // learned before or elsewhere
	Instruction      map[string]domain.Minutes               // by course; what was signed off and what was credited
	InstructionWaits map[string]domain.Minutes               // by course, logged and not approved
	Shown            map[domain.RequirementID]bool           // competencies that were rated or credited
}

// A Milestone is how far a learner has come with one milestone.
type Milestone struct {
	State    MilestoneState
	On       domain.Date // when it came into the state
	By       domain.PersonID
	Level    int         // rating, when attained by assessment
	Evidence int         // number of pieces shown
	Basis    string      // what it was attained on, such as a credit
	Due      domain.Date // planned; no day if nobody did
}

// MilestoneState is where a milestone is in its life.
type MilestoneState string

const (
	Planned        MilestoneState = "planned"
	InProgress     MilestoneState = "in-progress"
	UnderReview    MilestoneState = "under-review"
	Attained       MilestoneState = "attained"
	NotYetAttained MilestoneState = "not-yet-attained"
	Waived         MilestoneState = "waived"
	Expired        MilestoneState = "expired"
)

// Met reports whether a milestone in this state counts.
func (s MilestoneState) Met() bool { return s == Attained || s == Waived }

// A Finding says whether one requirement is met and what there is to show for it.
type Finding struct {
	Requirement Requirement
	Met         bool
	Minutes     domain.Minutes // where minutes are logged: what counts so far
	Pending     domain.Minutes // where minutes are logged: not approved
	Milestone   Milestone      // of a milestone; the zero value is not started
	Of          []Finding      // Group: one for each choice
}

// Readiness compares a record with what the stage requires, in the stage's order.
func (s Stage) Readiness(rec Record) []Finding { return findings(s.Requirements, rec) }

func findings(rs []Requirement, rec Record) []Finding {
	out := make([]Finding, len(rs))
	for i, r := range rs {
		out[i] = find(r, rec)
	}
	return out
}

func find(r Requirement, rec Record) Finding {
	f := Finding{Requirement: r}
	switch r.Kind {
	case Hours:
		f.Minutes, f.Pending = sum(rec.Approved, r.WorkProcess), sum(rec.Pending, r.WorkProcess)
		if r.WorkProcess != "" {
			f.Minutes += rec.Counted.Credited[r.WorkProcess]
		}
		f.Met = f.Minutes >= r.Minutes
	case Instruction:
		f.Minutes, f.Pending = sum(rec.Counted.Instruction, r.Course), sum(rec.Counted.InstructionWaits, r.Course)
		f.Met = f.Minutes >= r.Minutes
	case Group:
		f.Of = findings(r.Of, rec)
		f.Met = CountMet(f.Of) >= r.Need()
	default:
		f.Milestone = rec.Milestones[r.ID]
		f.Met = f.Milestone.State.Met() || r.Kind == Competency && rec.Counted.Shown[r.ID]
	}
	return f
}

// Counted reports whether s asks for anything that is counted by the standard rather than in
// the role: hours of one work process, related instruction, competencies.
func (s Stage) Counted() bool {
	for r := range all(s.Requirements) {
		if r.Kind == Instruction || r.Kind == Competency || r.Kind == Hours && r.WorkProcess != "" {
			return true
		}
	}
	return false
}

// sum is what m holds of one thing, or of all if none is named.
func sum[K ~string](m map[K]domain.Minutes, of K) (total domain.Minutes) {
	if of != "" {
		return m[of]
	}
	for _, v := range m {
		total += v
	}
	return total
}

// Words says how much of a group is there, such as "2 of 3, 1 there"; it is empty for others.
func (f Finding) Words() string {
	if f.Requirement.Kind != Group {
		return ""
	}
	there, need, of := "none", f.Requirement.Need(), len(f.Of)
	if n := CountMet(f.Of); n > 0 {
		there = strconv.Itoa(n)
	}
	if need == of {
		return fmt.Sprintf("all %d, %s there", of, there)
	}
	return fmt.Sprintf("%d of %d, %s there", need, of, there)
}

// CountMet is the number of findings that are met.
func CountMet(fs []Finding) (n int) {
	for _, f := range fs {
		if f.Met {
			n++
		}
	}
	return n
}

// Snapshot stands for the evidence in fs: it changes whenever what was shown for a
// requirement changes. Hours that are only pending do not count as evidence, nor do
// hours beyond what is required.
func Snapshot(fs []Finding) string {
	type line struct {
		ID       domain.RequirementID
		Met      bool
		Minutes  domain.Minutes
		State    MilestoneState
		Level    int
		Evidence int
		Basis    string
		Of       string
	}
	lines := make([]line, len(fs))
	for i, f := range fs {
		lines[i] = line{f.Requirement.ID, f.Met, min(f.Minutes, f.Requirement.Minutes), f.Milestone.State, f.Milestone.Level, f.Milestone.Evidence, f.Milestone.Basis, ""}
		if len(f.Of) > 0 {
			lines[i].Of = Snapshot(f.Of)
		}
	}
	text, err := json.Marshal(lines)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
