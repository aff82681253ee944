package rules

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

//go:embed sets/*.json
var builtIn embed.FS

var catalogue = sync.OnceValues(func() ([]Set, error) {
	files, err := fs.Sub(builtIn, "sets")
	if err != nil {
		return nil, err
	}
	return Load(files)
})

// USRegistered is the profile of programmes registered under 29 CFR part 29.
var USRegistered = func() Set {
	s, err := Find(oldest)
	if err != nil {
		panic(err)
	}
	return s
}()

// Federal reports whether a set is of programmes that 29 CFR part 29 binds; one without a profile is.
func (s Set) Federal() bool { return s.Profile == "" || s.Profile == USRegistered.Profile }

// Cite says where 29 CFR part 29 has a rule, behind a sentence about it, to those whom it binds.
func (s Set) Cite(where string) string {
	if !s.Federal() {
		return ""
	}
	return " (29 CFR " + where + ")"
}

// oldest is the set of the apprenticeships that name none.
const oldest = "us-registered-1"

// Catalogue returns the built-in sets by id. The caller must not change what is inside them.
func Catalogue() ([]Set, error) {
	sets, err := catalogue()
	return slices.Clone(sets), err
}

// Find returns a built-in set; an empty id is that of the oldest there is.
func Find(id string) (Set, error) {
	if id == "" {
		id = oldest
	}
	sets, err := catalogue()
	if err != nil {
		return Set{}, err
	}
	for _, s := range sets {
		if s.ID == id {
			return s, nil
		}
	}
	return Set{}, domain.Refuse(domain.NotFound, "RULE_SET_NOT_FOUND", "There is no rule set %q here. Choose one from the catalogue, or update Guildhall.", id)
}

// On returns the edition of a profile that is in force on a day.
func On(profile string, day domain.Date) (Set, error) {
	sets, err := catalogue()
	if err != nil {
		return Set{}, err
	}
	return edition(sets, profile, day)
}

func edition(sets []Set, profile string, day domain.Date) (Set, error) {
	var latest Set
	for _, s := range sets {
		if s.Profile == profile && within(day, s.From, s.To) && !s.From.Before(latest.From) {
			latest = s
		}
	}
	if latest.ID == "" {
		return Set{}, domain.Refuse(domain.NotFound, "RULE_SET_NOT_FOUND", "No rules of the profile %q are in force on %s. Choose another profile or another day.", profile, day)
	}
	return latest, nil
}

// Load reads every .json file of a folder as one set, by id. A mistake in any of them is an
// error (domain.Problems), and so is a field that no set has.
func Load(fsys fs.FS) ([]Set, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("load rules: %w", err)
	}
	var sets []Set
	var problems domain.Problems
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("load rules: %w", err)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		var s Set
		if err := dec.Decode(&s); err != nil {
			problems = append(problems, domain.Problem{File: name, Text: err.Error()})
			continue
		}
		for _, wrong := range s.problems() {
			wrong.File = name
			problems = append(problems, wrong)
		}
		if slices.ContainsFunc(sets, func(o Set) bool { return o.ID == s.ID }) {
			problems = append(problems, domain.Problem{File: name, Where: "id", Text: fmt.Sprintf("another file holds %s. An edition never changes: give this one an id of its own.", s.ID)})
		}
		sets = append(sets, s)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(sets, func(a, b Set) int { return strings.Compare(a.ID, b.ID) })
	return sets, nil
}

func (s Set) problems() (found domain.Problems) {
	bad := func(where, format string, args ...any) {
		found = append(found, domain.Problem{Where: where, Text: fmt.Sprintf(format, args...)})
	}
	if !domain.ValidID(s.ID) || !domain.ValidID(s.Profile) {
		bad("id", "%q of the profile %q is not usable. Write lower-case letters, digits and hyphens.", s.ID, s.Profile)
	}
	if s.From.IsZero() || !s.To.IsZero() && s.To.Before(s.From) {
		bad("from", "is missing or after the last day. Say from when the rules hold.")
	}
	if s.Route != AgencyCertificate && s.Route != GatewayAndAssessment {
		bad("route", "%q is not a way to complete. Use agency-certificate or gateway-and-assessment.", s.Route)
	}
	for _, n := range []struct {
		field         string
		is, low, high int
	}{
		{"minimumAge", s.MinimumAge, 14, 25}, {"minimumMonths", s.MinimumMonths, 0, 72}, {"dayLimit", int(s.DayLimit), 1, 24 * 60},
		{"probationMonths", s.ProbationMonths, 0, 24}, {"probationPercent", s.ProbationPercent, 0, 100},
		{"instructionPerYear", int(s.InstructionPerYear), 0, 2000 * 60}, {"offTheJob", int(s.OffTheJob), 0, 10_000 * 60},
		{"reviewWeeks", s.ReviewWeeks, 0, 104}, {"correctionDays", s.CorrectionDays, 0, 365}, {"reversalDays", s.ReversalDays, 0, 365},
		{"approvalDays", s.ApprovalDays, 1, 365}, {"escalationWorkingDays", s.EscalationWorkingDays, 1, 250},
		{"deferralDays", s.DeferralDays, 0, 365}, {"trialMonths", s.TrialMonths, 0, 24}, {"idleDays", s.IdleDays, 0, 730}, {"reporting", s.Reporting.Days, 1, 365},
	} {
		if n.is < n.low || n.is > n.high {
			bad(n.field, "%d is not between %d and %d.", n.is, n.low, n.high)
		}
	}
	if (s.ProbationMonths == 0) != (s.ProbationPercent == 0) {
		bad("probationPercent", "months and percent bound probation together. Give both, or neither.")
	}
	for _, a := range s.Agencies {
		if domain.Written(a.Name) == "" || a.From.IsZero() || a.Reporting.Days < 1 || a.Reporting.Days > 365 {
			bad("agencies", "%q needs a name, a first day, and 1 to 365 days for reports.", a.Name)
		}
	}
	return found
}
