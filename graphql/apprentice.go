package graphql

import (
	"context"
	"errors"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An apprenticeNode is a learner whom the asker may see.
type apprenticeNode struct {
	*fellow
	*cohort
}

var apprenticeType = object("Apprentice", joined(recordFields, map[string]field[apprenticeNode]{
	"id":      get(func(l apprenticeNode) string { return string(apprenticeship.Stream(l.ID)) }),
	"version": get(func(l apprenticeNode) int { return int(l.Version) }),
	"displayName": ask(func(ctx context.Context, l apprenticeNode, _ args) (any, error) {
		return l.Desk.Name(ctx, l.Name)
	}),
	"status":        enum(func(l apprenticeNode) projections.LearnerStatus { return l.Status }),
	"startedOn":     get(func(l apprenticeNode) domain.Date { return l.BeganOn }),
	"expectedEndOn": get(func(l apprenticeNode) domain.Date { return l.ExpectedEndOn }),
	"employer":      get(func(l apprenticeNode) any { return l.server.employer() }),
	"pathway": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		return desk.Pathway(l.Learner)
	}),
	"currentRole": lead(func(_ context.Context, l apprenticeNode, _ args) (*pathway.Role, error) {
		w, err := l.server.way(&l.Learner)
		if err != nil {
			return nil, err
		}
		return w.job(l.Role), nil
	}),
	"milestones":   lead(milestonePage),
	"competencies": ask(competencyList),
	"credits":      lead(creditPage),
	"transitions":  lead(transitionPage),
	"progress":     ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) { return l.progress() }),
	"timesheets":   lead(timesheetPage),
	"hours":        ask(ledger),
	"nextActions":  ask(nextActions),
	"unshown":      ask(unshown),
	"asOf":         ask(asOf),
	"asKnownOn":    ask(asKnownOn),
	"explanations": ask(explanationsOf),
	"syncRows":     ask(completionRows),
	"enrolments":   ask(enrolmentList),
	"statements": ask(func(ctx context.Context, l apprenticeNode, _ args) (any, error) {
		return l.said(ctx, apprenticeship.Stream(l.ID), person.Stream(l.Person))
	}),
	"history": ask(historyPage),
	"consents": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		given, err := l.consents()
		return l.nodesOf(given[l.Person]), err
	}),
}))

var unshownType = object("UnshownFact", map[string]field[projections.Parked]{
	"position":  get(func(p projections.Parked) any { return strconv.FormatUint(uint64(p.Position), 10) }),
	"event":     get(func(p projections.Parked) any { return p.Event }),
	"subjectId": get(func(p projections.Parked) any { return p.Stream }),
	"reason":    get(func(p projections.Parked) any { return p.Reason }),
})

// unshown is empty for who does not read all of the record.
func unshown(ctx context.Context, l apprenticeNode, _ args) (any, error) {
	if !desk.ReadsAll(l.by, l.Learner) {
		return []projections.Parked{}, nil
	}
	return l.Read.Missing(ctx, l.ID)
}

// apprentice is the learner with an id, or the one that a person is; null if the asker
// may not see them.
func (s *Server) apprentice(ctx context.Context, by domain.Actor, a args) (any, error) {
	key := a.input("by")
	if key.has("id") {
		stream := domain.Stream(key.id("id"))
		if _, err := apprenticeship.ID(stream); err != nil {
			return nil, nil
		}
		return s.object(ctx, by, stream)
	}
	who, err := person.ID(domain.Stream(key.id("person")))
	if err != nil || by.Role == domain.Partner {
		return nil, nil
	}
	l, err := s.Read.LearnerOf(ctx, who)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.object(ctx, by, apprenticeship.Stream(l.ID))
}

func (l apprenticeNode) key() string { return string(l.ID) }

func (s *Server) apprentices(ctx context.Context, by domain.Actor, a args) (any, error) {
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	sight := s.Desk.SightOf(by)
	sight.Scope = domain.PathwayRecords
	asked := projections.LearnerQuery{
		Visible:  sight,
		Statuses: each(a.ids("status"), lower[projections.LearnerStatus]),
		After:    domain.ApprenticeshipID(after),
		First:    a.int("first") + 1,
	}
	learners, err := s.Read.KnownLearners(ctx, asked)
	if err != nil {
		return nil, err
	}
	c, err := s.gather(ctx, by, learners)
	if err != nil {
		return nil, err
	}
	nodes := make([]apprenticeNode, 0, len(learners))
	for _, l := range learners {
		if f := c.learners[l.ID]; c.sees(f) {
			nodes = append(nodes, apprenticeNode{f, c})
		}
	}
	page := connect(nodes, a)
	page.total = func(ctx context.Context) (int, error) { return s.Read.CountLearners(ctx, asked) }
	return page, nil
}

// A progress is how far a learner has come in the role they hold.
type progress struct {
	role, next                      pathway.Role
	approved, pending               domain.Minutes // on the job, in all roles
	instruction, pendingInstruction domain.Minutes
	findings                        []findingNode
}

var progressType = object("Progress", map[string]field[progress]{
	"role": get(func(p progress) any { return p.role }),
	"nextRole": get(func(p progress) any {
		if p.next.ID == "" {
			return nil
		}
		return p.next
	}),
	"approvedMinutes":           get(func(p progress) any { return p.approved }),
	"pendingMinutes":            get(func(p progress) any { return p.pending }),
	"instructionMinutes":        get(func(p progress) any { return p.instruction }),
	"pendingInstructionMinutes": get(func(p progress) any { return p.pendingInstruction }),
	"met":                       get(func(p progress) any { return met(p.findings) }),
	"total":                     get(func(p progress) any { return len(p.findings) }),
	"findings":                  get(func(p progress) any { return p.findings }),
})

// progress is null for partners.
func (l apprenticeNode) progress() (any, error) {
	if l.outside() {
		return nil, nil
	}
	way, err := desk.Pathway(l.Learner)
	if err != nil {
		return nil, err
	}
	findings, err := l.readiness(l.Learner, way, l.Role)
	if err != nil {
		return nil, err
	}
	hours, err := l.hours()
	next, _ := way.Following(l.Role)
	p := progress{role: job(way, l.Role), next: next.Role, findings: findingsOf(l.ID, findings)}
	for _, h := range hours[l.ID] {
		switch h.Kind {
		case timesheet.OnTheJob:
			p.approved, p.pending = p.approved+h.Approved, p.pending+h.Pending
		case timesheet.RelatedInstruction:
			p.instruction, p.pendingInstruction = p.instruction+h.Approved, p.pendingInstruction+h.Pending
		}
	}
	return p, err
}

func apprenticeCommands(s *Server) map[string]command {
	return map[string]command{
		"draftApprenticeship": forPeople(s.draftApprenticeship),
		"signApprenticeship": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Sign(ctx, a, id, lower[apprenticeship.Party](in.enum("party")))
		})),
		"registerApprenticeship": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Register(ctx, a, id, in.text("agency"), in.text("apprenticeNo"))
		})),
		"beginApprenticeship": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Begin(ctx, a, id, in.date("on"))
		})),
		"completeProbation": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, _ args) (position, error) {
			return s.Desk.CompleteProbation(ctx, a, id)
		})),
		"requestCompletion": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, _ args) (position, error) {
			return s.Desk.RequestCompletion(ctx, a, id)
		})),
		"certifyCompletion": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Certify(ctx, a, id, in.text("agency"), in.text("certificateNo"))
		})),
	}
}

// steer is a mutation of the apprenticeship that the input names.
func steer(do func(context.Context, desk.Ask, domain.ApprenticeshipID, args) (position, error)) mutate {
	return func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
		id, err := idOf(in, "apprenticeId", apprenticeship.ID)
		if err != nil {
			return "", 0, err
		}
		p, err := do(ctx, a, id, in)
		return apprenticeship.Stream(id), p, err
	}
}

func (s *Server) draftApprenticeship(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
	learner, err1 := idOf(in, "personId", person.ID)
	manager, err2 := idOf(in, "managerId", person.ID)
	mentor, err3 := idOf(in, "mentorId", person.ID)
	plan := desk.Plan{StartOn: in.date("startOn"), Age: in.int("ageAtStart"), Profile: in.text("profile"),
		WageAtEntry: domain.Cents(in.int("wageAtEntryCents")), JourneyWage: domain.Cents(in.int("journeyworkerWageCents"))}
	var err4, err5, err6, err7 error
	if in.has("programId") {
		plan.Program, err6 = idOf(in, "programId", program.ID)
	}
	if in.has("continuationOf") {
		plan.ContinuationOf, err7 = idOf(in, "continuationOf", apprenticeship.ID)
	}
	if in.has("pathwayId") {
		plan.Pathway, err4 = latestPathway(in, "pathwayId")
	}
	if in.has("standardId") {
		plan.Standard, _, err5 = versionedOf[domain.StandardID](in, "standardId", "standard")
	}
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return "", 0, err
	}
	plan.Person, plan.Supervisor, plan.Mentor = learner, manager, mentor
	id := domain.ApprenticeshipID(derived(a))
	p, err := s.Desk.Draft(ctx, a, id, plan)
	return apprenticeship.Stream(id), p, err
}
