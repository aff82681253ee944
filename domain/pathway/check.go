package pathway

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Check reports everything that would make p unusable (domain.Problems), or nil.
func (p Pathway) Check() error { return p.problems().Err() }

// A checker collects what is wrong with one pathway.
type checker struct {
	found        domain.Problems
	roles        map[domain.RoleID]bool
	requirements map[domain.RequirementID]bool
}

var (
	onetCode   = regexp.MustCompile(`^\d{2}-\d{4}\.\d{2}$`)
	niceCode   = regexp.MustCompile(`^[A-Z]{2}-WRL-\d{3}$`)
	rapidsCode = regexp.MustCompile(`^\d{4}[A-Z-]*$`)
)

func (c *checker) bad(where, format string, args ...any) {
	c.found = append(c.found, domain.Problem{Where: where, Text: fmt.Sprintf(format, args...)})
}

func (p Pathway) problems() domain.Problems {
	c := checker{roles: map[domain.RoleID]bool{}, requirements: map[domain.RequirementID]bool{}}
	if !domain.ValidID(p.ID) {
		c.bad("id", "%q is not usable. Write lower-case letters, digits and hyphens.", p.ID)
	}
	if !domain.ValidID(p.Standard) {
		c.bad("standard", "%q is not usable. Name the standard hours are logged to.", p.Standard)
	}
	if p.Version < 1 {
		c.bad("version", "%d is not a version. Count from 1.", p.Version)
	}
	if strings.TrimSpace(p.Title) == "" {
		c.bad("title", "is missing. Say where the pathway leads.")
	}
	if len(p.Stages) == 0 {
		c.bad("stages", "there are none. Write at least the role that is the goal.")
	}
	for i, s := range p.Stages {
		c.stage(fmt.Sprintf("stage %d", i+1), s, p.isGoal(i))
	}
	if len(p.Stages) > 0 {
		c.graph(p)
	}
	return c.found
}

func (c *checker) stage(where string, s Stage, goal bool) {
	switch r := s.Role; {
	case !domain.ValidID(r.ID):
		c.bad(where+", role", "the id %q is not usable. Write lower-case letters, digits and hyphens.", r.ID)
	case c.roles[r.ID]:
		c.bad(where+", role", "the pathway already passes through %s. Give each stage its own role.", r.ID)
	case strings.TrimSpace(r.Title) == "":
		c.bad(where+", role", "the title is missing. Name the role.")
	case r.ONET != "" && !onetCode.MatchString(r.ONET):
		c.bad(where+", role", "%q is not an O*NET code, such as 15-1232.00.", r.ONET)
	case r.NICE != "" && !niceCode.MatchString(r.NICE):
		c.bad(where+", role", "%q is not a NICE work role, such as IO-WRL-007.", r.NICE)
	case r.RAPIDS != "" && !rapidsCode.MatchString(r.RAPIDS):
		c.bad(where+", role", "%q is not a registration code, such as 1059CB.", r.RAPIDS)
	}
	c.roles[s.Role.ID] = true
	if s.Months < 1 {
		c.bad(where+", months", "%d is not a length. Write whole months, at least 1.", s.Months)
	}
	if len(s.Requirements) == 0 {
		c.bad(where+", requirements", "there are none. Say what has to be met in the role.")
	}
	c.requirementsOf(where, s.Requirements)
	c.approvals(where+", approvals", s.Approvals, goal)
}

func (c *checker) approvals(where string, steps []Step, goal bool) {
	if goal && len(steps) > 0 {
		c.bad(where, "nothing follows this stage, so nobody approves a move. Leave them out.")
	}
	if !goal && len(steps) == 0 {
		c.bad(where, "are missing. Say who approves the move to the next stage, in order.")
	}
	for i, s := range steps {
		switch s {
		case CurrentManager, ReceivingManager, WorkforceDevelopment, HumanResources, SecurityClearance:
		default:
			c.bad(where, "%q is not an approval. Use current-manager, receiving-manager, workforce-development, human-resources or security-clearance.", s)
		}
		if slices.Contains(steps[:i], s) {
			c.bad(where, "%s is asked twice. Keep one.", s)
		}
	}
}

func (c *checker) requirementsOf(where string, rs []Requirement) {
	for i, r := range rs {
		at := fmt.Sprintf("%s, requirement %d", where, i+1)
		if domain.ValidID(r.ID) {
			at = fmt.Sprintf("%s, %s", where, r.ID)
		} else {
			c.bad(at, "the id %q is not usable. Write lower-case letters, digits and hyphens.", r.ID)
		}
		if c.requirements[r.ID] {
			c.bad(at, "the id is used twice on the pathway. Give each requirement its own.")
		}
		c.requirements[r.ID] = true
		if strings.TrimSpace(r.Title) == "" {
			c.bad(at, "the title is missing. Say what is to be met.")
		}
		c.requirement(at, r)
		c.requirementsOf(at, r.Of)
	}
}

func (c *checker) requirement(at string, r Requirement) {
	m, known := MeansOf(r.Kind)
	if !known {
		c.bad(at, "%q is not a kind. Use one of %s, or add a row to the kinds.", r.Kind, kindNames())
		return
	}
	switch {
	case m.Met == Chosen:
		c.group(at, r)
	case r.Minutes < 0:
		c.bad(at, "minutes are negative.")
	case r.Minutes == 0 && (m.Met == Logged || m.Met == Assessed && !m.Observed || m.Met == Scored):
		c.bad(at, "minutes are missing. Say how long it takes.")
	}
	if m.Met == Awarded && (strings.TrimSpace(r.Course) == "" || r.Credit.Hundredths <= 0) {
		c.bad(at, "a course needs its subject and how much credit it is.")
	}
	if m.Met == Awarded && r.Credit.Unit != domain.Semester && r.Credit.Unit != domain.Quarter && r.Credit.Unit != domain.Clock {
		c.bad(at, "%q is not a unit of credit. Use semester, quarter or clock.", r.Credit.Unit)
	}
	if m.Met != Awarded && (r.Course != "" && r.Kind != Instruction || r.Credit != domain.Credit{}) {
		c.bad(at, "only a course has credit. Leave it out.")
	}
	if r.Kind == Instruction && r.Course != "" && !domain.ValidID(domain.RequirementID(r.Course)) {
		c.bad(at, "course names one course of the standard by its id. Leave it out to count all.")
	}
	if r.PassLevel < 0 || r.PassLevel > 4 {
		c.bad(at, "%d is not a pass level. Use 0 to 4.", r.PassLevel)
	}
	if r.PassLevel != 0 && m.Met != Assessed {
		c.bad(at, "only what is assessed is rated. Leave passLevel out.")
	}
	c.attempts(at, r, m)
	if r.WorkProcess != "" && (r.Kind != Hours || !domain.ValidID(r.WorkProcess)) {
		c.bad(at, "workProcess names one work process and goes with hours only.")
	}
	if m.Met != Chosen && (len(r.Of) > 0 || r.Choose != 0 || r.Any || r.All) {
		c.bad(at, "only a group has choices. Make it a group or leave them out.")
	}
	c.statements(at, r, m)
	for _, tag := range r.Tags {
		if !domain.ValidID(domain.RequirementID(tag)) {
			c.bad(at, "the tag %q is not usable. Write lower-case letters, digits and hyphens.", tag)
		}
	}
}

func (c *checker) statements(at string, r Requirement, m Means) {
	if len(r.Statements) > 0 && (m.Met == Logged || m.Met == Chosen) {
		c.bad(at, "only a milestone proves statements. Leave them out.")
	}
	for of, codes := range r.Statements {
		if !domain.ValidID(of) {
			c.bad(at, "the framework %q is not usable. Write lower-case letters, digits and hyphens.", of)
		}
		for i, code := range codes {
			if strings.TrimSpace(string(code)) == "" || slices.Contains(codes[:i], code) {
				c.bad(at, "the statement %q is empty or named twice. Name each once, by its code.", code)
			}
		}
	}
}

func (c *checker) attempts(at string, r Requirement, m Means) {
	milestone := m.Met != Logged && m.Met != Chosen
	switch {
	case r.Score != Score{} && !m.Scores:
		c.bad(at, "a %s is given no score. Leave it out.", m.Title)
	case r.Score != Score{} && (r.Score.Of < 1 || r.Score.Pass < 1 || r.Score.Pass > r.Score.Of):
		c.bad(at, "%d of %d is not a passing score. Give whole points, and at most all of them.", r.Score.Pass, r.Score.Of)
	case r.Score == Score{} && m.Met == Scored:
		c.bad(at, "the score is missing. Say what passes, of how much.")
	case r.Score != Score{} && r.PassLevel != 0:
		c.bad(at, "it is scored, so it is not rated. Leave passLevel out.")
	}
	if r.Attempts < 0 || r.Attempts > 20 || r.Attempts > 0 && (!milestone || m.Met == Awarded) {
		c.bad(at, "%d is not a number of attempts that have to succeed.", r.Attempts)
	}
	if r.Months < 0 || r.Months > 0 && !milestone {
		c.bad(at, "%d is not how many months it is valid.", r.Months)
	}
	if r.Prior != "" && !milestone {
		c.bad(at, "only a milestone is met by what was learned before. Leave prior out.")
	}
}

func (c *checker) group(at string, r Requirement) {
	if len(r.Of) == 0 {
		c.bad(at, "the group is empty. List what there is to choose from.")
	}
	if r.Minutes != 0 {
		c.bad(at, "a group takes no minutes of its own. Leave them out.")
	}
	if r.Choose < 0 || r.Choose > len(r.Of) {
		c.bad(at, "choose is %d of %d. Use 1 to %d, or 0 for all.", r.Choose, len(r.Of), len(r.Of))
	}
	if r.Any && r.All || r.Choose != 0 && (r.Any || r.All) {
		c.bad(at, "it says in two ways how many are needed. Keep one of choose, any and all.")
	}
}

func kindNames() string {
	var names []string
	for _, m := range kinds() {
		names = append(names, string(m.Kind))
	}
	return strings.Join(names, ", ")
}

// graph checks that the roles lead to each other: each is reached, and none leads back.
func (c *checker) graph(p Pathway) {
	for i, s := range p.Stages {
		for j, to := range s.Next {
			switch at := fmt.Sprintf("stage %d, next", i+1); {
			case !c.roles[to]:
				c.bad(at, "%q is not a role of this pathway. Name the role of another stage.", to)
			case slices.Contains(s.Next[:j], to):
				c.bad(at, "%s is named twice. Keep one.", to)
			}
		}
	}
	if len(c.found) > 0 {
		return
	}
	reached, onTheWay := map[int]bool{}, map[int]bool{}
	var visit func(i int)
	visit = func(i int) {
		reached[i], onTheWay[i] = true, true
		for _, next := range p.after(i) {
			if onTheWay[next] {
				c.bad(fmt.Sprintf("stage %d, next", i+1), "%s leads back to where one came from. Take it out.", p.Stages[next].Role.ID)
			} else if !reached[next] {
				visit(next)
			}
		}
		onTheWay[i] = false
	}
	for i, s := range p.Stages {
		if i == 0 || s.Entry {
			if !reached[i] {
				visit(i)
			}
		}
	}
	for i, s := range p.Stages {
		if !reached[i] {
			c.bad(fmt.Sprintf("stage %d, role", i+1), "nothing leads to %s. Name it under next, or make it an entry.", s.Role.ID)
		}
	}
}
