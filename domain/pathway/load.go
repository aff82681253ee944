package pathway

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

//go:embed pathways/*.json
var builtIn embed.FS

var catalogue = sync.OnceValues(func() ([]Pathway, error) {
	files, err := fs.Sub(builtIn, "pathways")
	if err != nil {
		return nil, err
	}
	return Load(files)
})

// Catalogue returns the built-in pathways by id and version. The caller must not change
// what is inside them.
func Catalogue() ([]Pathway, error) {
	ps, err := catalogue()
	return slices.Clone(ps), err
}

// Find returns a version of a built-in pathway; version 0 is the latest.
func Find(id domain.PathwayID, version int) (Pathway, error) {
	ps, err := catalogue()
	if err != nil {
		return Pathway{}, err
	}
	for _, p := range slices.Backward(ps) {
		if p.ID == id && (version == 0 || p.Version == version) {
			return p, nil
		}
	}
	if version == 0 {
		return Pathway{}, domain.Refuse(domain.NotFound, "PATHWAY_NOT_FOUND", "There is no pathway %q. Choose one from the catalogue.", id)
	}
	return Pathway{}, domain.Refuse(domain.NotFound, "PATHWAY_NOT_FOUND", "There is no version %d of a pathway %q. Choose one from the catalogue.", version, id)
}

// Load reads every .json file of a folder as one pathway, by id and version. A mistake in
// any of them is an error (domain.Problems), and so is a field that no pathway has.
func Load(fsys fs.FS) ([]Pathway, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("load pathways: %w", err)
	}
	var ps []Pathway
	var problems domain.Problems
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("load pathways: %w", err)
		}
		p, err := decode(text)
		if err != nil {
			problems = append(problems, domain.Problem{File: name, Text: err.Error()})
			continue
		}
		for _, wrong := range p.problems() {
			wrong.File = name
			problems = append(problems, wrong)
		}
		for _, other := range ps {
			if other.ID == p.ID && other.Version == p.Version {
				problems = append(problems, domain.Problem{File: name, Where: "version", Text: fmt.Sprintf("another file holds version %d of %s. Number this one %d.", p.Version, p.ID, p.Version+1)})
			}
		}
		ps = append(ps, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(ps, func(a, b Pathway) int {
		if a.ID != b.ID {
			return strings.Compare(string(a.ID), string(b.ID))
		}
		return a.Version - b.Version
	})
	return ps, nil
}

func decode(text []byte) (Pathway, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var p Pathway
	if err := dec.Decode(&p); err != nil {
		return Pathway{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Pathway{}, errors.New("more text follows the pathway; write one pathway in each file")
	}
	return p, nil
}

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
		c.stage(fmt.Sprintf("stage %d", i+1), s, i+1 == len(p.Stages))
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
		c.bad(where, "nothing follows the last stage, so nobody approves a move. Leave them out.")
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
	switch r.Kind {
	case Hours, Work, Lab:
		if r.Minutes <= 0 {
			c.bad(at, "minutes are missing. Say how long it takes.")
		}
	case Course, Certificate:
		if r.Minutes < 0 {
			c.bad(at, "minutes are negative.")
		}
	case Group:
		if len(r.Of) == 0 {
			c.bad(at, "the group is empty. List what there is to choose from.")
		}
		if r.Minutes != 0 {
			c.bad(at, "a group takes no minutes of its own. Leave them out.")
		}
	default:
		c.bad(at, "%q is not a kind. Use hours, work, lab, course, certificate or group.", r.Kind)
	}
	if r.Kind == Course && (strings.TrimSpace(r.Course) == "" || r.Credit.Hundredths <= 0) {
		c.bad(at, "a course needs its subject and how much credit it is.")
	}
	if r.Kind == Course && r.Credit.Unit != domain.Semester && r.Credit.Unit != domain.Quarter && r.Credit.Unit != domain.Clock {
		c.bad(at, "%q is not a unit of credit. Use semester, quarter or clock.", r.Credit.Unit)
	}
	if r.Kind != Course && (r.Course != "" || r.Credit != domain.Credit{}) {
		c.bad(at, "only a course has credit. Leave it out.")
	}
	if r.PassLevel < 0 || r.PassLevel > 4 {
		c.bad(at, "%d is not a pass level. Use 0 to 4.", r.PassLevel)
	}
	if r.PassLevel != 0 && r.Kind != Work && r.Kind != Lab {
		c.bad(at, "only work and labs are rated. Leave passLevel out.")
	}
	if r.WorkProcess != "" && (r.Kind != Hours || !domain.ValidID(r.WorkProcess)) {
		c.bad(at, "workProcess names one work process and goes with hours only.")
	}
	if r.Kind != Group && (len(r.Of) > 0 || r.Choose != 0) {
		c.bad(at, "only a group has choices. Make it a group or leave them out.")
	}
	if r.Choose < 0 || r.Choose > len(r.Of) {
		c.bad(at, "choose is %d of %d. Use 1 to %d, or 0 for all.", r.Choose, len(r.Of), len(r.Of))
	}
}
