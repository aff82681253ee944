package graphql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

var pathwayType = object("Pathway", map[string]field[pathway.Pathway]{
	"id":      get(func(p pathway.Pathway) any { return versioned("pathway", p.ID, p.Version) }),
	"version": get(func(p pathway.Pathway) any { return p.Version }),
	"title":   get(func(p pathway.Pathway) any { return p.Title }),
	"stages": get(func(p pathway.Pathway) any {
		return each(p.Stages, func(s pathway.Stage) stageNode { return stageNode{s, p} })
	}),
})

// A stageNode is a stage of a pathway.
type stageNode struct {
	pathway.Stage
	of pathway.Pathway
}

var pathwayStageType = object("PathwayStage", map[string]field[stageNode]{
	"role":         get(func(s stageNode) any { return s.Role }),
	"months":       get(func(s stageNode) any { return s.Months }),
	"requirements": get(func(s stageNode) any { return s.Requirements }),
	"next":         get(func(s stageNode) any { return roles(s.of.Next(s.Role.ID)) }),
	"entry": get(func(s stageNode) any {
		return slices.ContainsFunc(s.of.Entries(), func(in pathway.Stage) bool { return in.Role.ID == s.Role.ID })
	}),
})

func roles(stages []pathway.Stage) []pathway.Role {
	return each(stages, func(s pathway.Stage) pathway.Role { return s.Role })
}

var kindOfRequirementType = object("KindOfRequirement", map[string]field[pathway.Means]{
	"id":          get(func(m pathway.Means) any { return string(m.Kind) }),
	"title":       get(func(m pathway.Means) any { return m.Title }),
	"met":         get(func(m pathway.Means) any { return upper(m.Met) }),
	"scores":      get(func(m pathway.Means) any { return m.Scores }),
	"observed":    get(func(m pathway.Means) any { return m.Observed || m.Met == pathway.Attended }),
	"team":        get(func(m pathway.Means) any { return m.Team }),
	"product":     get(func(m pathway.Means) any { return m.Product }),
	"compliance":  get(func(m pathway.Means) any { return m.Compliance }),
	"successes":   get(func(m pathway.Means) any { return max(1, m.Attempts) }),
	"validMonths": get(func(m pathway.Means) any { return optional(m.Months) }),
})

// oldKinds are the kinds that clients know by the enum.
var oldKinds = []pathway.Kind{pathway.Hours, pathway.Work, pathway.Lab, pathway.Course, pathway.Certificate, pathway.Group}

var jobRoleType = object("JobRole", map[string]field[pathway.Role]{
	"id":     peek(func(r *pathway.Role) string { return string(r.ID) }),
	"title":  peek(func(r *pathway.Role) string { return r.Title }),
	"onet":   get(func(r pathway.Role) any { return optional(r.ONET) }),
	"nice":   get(func(r pathway.Role) any { return optional(r.NICE) }),
	"rapids": get(func(r pathway.Role) any { return optional(r.RAPIDS) }),
})

var requirementType = object("Requirement", map[string]field[pathway.Requirement]{
	"key":   peek(func(r *pathway.Requirement) string { return string(r.ID) }),
	"title": peek(func(r *pathway.Requirement) string { return r.Title }),
	"kind": get(func(r pathway.Requirement) any {
		if !slices.Contains(oldKinds, r.Kind) {
			return "OTHER"
		}
		return upper(r.Kind)
	}),
	"kindId":    peek(func(r *pathway.Requirement) string { return string(r.Kind) }),
	"kindTitle": get(func(r pathway.Requirement) any { return r.Means().Title }),
	"passLevel": get(func(r pathway.Requirement) any { return optional(r.PassLevel) }),
	"passScore": get(func(r pathway.Requirement) any { return optional(r.Score.Pass) }),
	"maxScore":  get(func(r pathway.Requirement) any { return optional(r.Score.Of) }),
	"successes": get(func(r pathway.Requirement) any {
		if !r.IsMilestone() || r.ByCredit() {
			return nil
		}
		return r.Successes()
	}),
	"validMonths": get(func(r pathway.Requirement) any { return optional(r.ValidMonths()) }),
	"prior":       get(func(r pathway.Requirement) any { return optional(r.Prior) }),
	"tags":        get(func(r pathway.Requirement) any { return r.Tags }),
	"statements": ask(func(_ context.Context, r pathway.Requirement, a args) (any, error) {
		return r.Statements[domain.FrameworkID(a.id("framework"))], nil
	}),
	"minutes": get(func(r pathway.Requirement) any { return optional(r.Minutes) }),
	"credit": get(func(r pathway.Requirement) any {
		if !r.ByCredit() {
			return nil
		}
		return r.Credit.Decimal()
	}),
	"creditUnit": get(func(r pathway.Requirement) any { return optional(upper(r.Credit.Unit)) }),
	"choose": get(func(r pathway.Requirement) any {
		if r.Kind != pathway.Group {
			return nil
		}
		return r.Need()
	}),
	"of": get(func(r pathway.Requirement) any { return r.Of }),
})

// A findingNode is what one learner has to show for a requirement.
type findingNode struct {
	pathway.Finding
	learner domain.ApprenticeshipID
}

var findingType = object("Finding", map[string]field[findingNode]{
	"requirement":     get(func(f findingNode) any { return f.Requirement }),
	"met":             get(func(f findingNode) any { return f.Met }),
	"approvedMinutes": get(func(f findingNode) any { return f.ofHours(f.Minutes) }),
	"pendingMinutes":  get(func(f findingNode) any { return f.ofHours(f.Pending) }),
	"milestoneId": get(func(f findingNode) any {
		if !f.Requirement.IsMilestone() {
			return nil
		}
		return milestone.Stream(f.learner, f.Requirement.ID)
	}),
	"state": get(func(f findingNode) any {
		switch {
		case !f.Requirement.IsMilestone():
			return nil
		case f.Milestone.State == "":
			return upper(pathway.Planned)
		}
		return upper(f.Milestone.State)
	}),
	"words": get(func(f findingNode) any { return optional(f.Words()) }),
	"of":    get(func(f findingNode) any { return findingsOf(f.learner, f.Of) }),
})

func (f findingNode) ofHours(m domain.Minutes) any {
	if !f.Requirement.Logged() {
		return nil
	}
	return m
}

func findingsOf(learner domain.ApprenticeshipID, found []pathway.Finding) []findingNode {
	return each(found, func(f pathway.Finding) findingNode { return findingNode{f, learner} })
}

func met(findings []findingNode) (n int) {
	for _, f := range findings {
		if f.Met {
			n++
		}
	}
	return n
}

func (s *Server) pathways(context.Context, domain.Actor, args) (any, error) {
	return pathway.Catalogue()
}

func (s *Server) requirementKinds(context.Context, domain.Actor, args) (any, error) {
	return pathway.Kinds(), nil
}

// job is the role on a pathway with an id.
func job(p pathway.Pathway, id domain.RoleID) pathway.Role {
	stage, _, ok := p.Stage(id)
	if !ok {
		return pathway.Role{ID: id, Title: string(id)}
	}
	return stage.Role
}

// versioned is the id of something that is published in versions, none of which changes.
func versioned[ID ~string](category string, id ID, version int) domain.Stream {
	return domain.Stream(fmt.Sprintf("%s-%s@%d", category, id, version))
}

// unversioned is the inverse of versioned.
func unversioned[ID ~string](category string, s domain.Stream) (ID, int, error) {
	subject, err := s.Subject(category)
	if err != nil {
		return "", 0, err
	}
	id, number, _ := strings.Cut(subject, "@")
	version, err := strconv.Atoi(number)
	if err != nil || versioned(category, ID(id), version) != s {
		return "", 0, fmt.Errorf("graphql: %q does not name a version", s)
	}
	return ID(id), version, nil
}

// latestPathway reads an input that is the id of a pathway, which must not be outdated.
func latestPathway(in args, name string) (domain.PathwayID, error) {
	id, version, err := versionedOf[domain.PathwayID](in, name, "pathway")
	if err != nil {
		return "", err
	}
	p, err := pathway.Find(id, 0)
	if r := domain.AsRefusal(err); r != nil {
		return "", r.About(name)
	}
	if err == nil && p.Version != version {
		return "", domain.Refuse(domain.Conflict, "OLD_PATHWAY", "Version %d of this pathway is not the latest. New apprentices follow version %d.", version, p.Version).About(name)
	}
	return id, err
}

// versionedOf reads an input that is the id of a version of something.
func versionedOf[ID ~string](in args, name, category string) (ID, int, error) {
	id, version, err := unversioned[ID](category, domain.Stream(in.id(name)))
	if err != nil {
		return "", 0, badID(in, name)
	}
	return id, version, nil
}
