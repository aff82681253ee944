package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A programNode is a programme as it is on a day.
type programNode struct {
	projections.Program
	settings program.Settings
}

func (s *Server) programs(ctx context.Context, by domain.Actor, _ args) (any, error) {
	return s.programNodes(ctx, by)
}

func (s *Server) programNodes(ctx context.Context, by domain.Actor) ([]programNode, error) {
	known, err := s.Desk.Programs(ctx, by)
	return each(known, func(p projections.Program) programNode {
		return programNode{p, program.SettingsOn(p.Settings, p.Amended, s.Desk.Today())}
	}), err
}

var programType = object("Program", map[string]field[programNode]{
	"id":                   get(func(p programNode) any { return program.Stream(p.ID) }),
	"version":              get(func(p programNode) any { return int(p.Version) }),
	"title":                get(func(p programNode) any { return p.Title }),
	"sponsor":              get(func(p programNode) any { return p.Sponsor }),
	"agency":               get(func(p programNode) any { return p.Agency }),
	"programNo":            get(func(p programNode) any { return p.Number }),
	"profile":              get(func(p programNode) any { return p.Profile }),
	"reportingDays":        get(func(p programNode) any { return optional(p.settings.Reporting.Days) }),
	"reportingWorkingDays": get(func(p programNode) any { return p.settings.Reporting.Working }),
	"reviewWeeks":          get(func(p programNode) any { return optional(p.settings.ReviewWeeks) }),
	"sites":                get(func(p programNode) any { return p.Sites }),
	"employers": get(func(p programNode) any {
		return each(p.Employers, func(e program.EmployerJoined) string { return e.Employer })
	}),
	"deregisteredOn": get(func(p programNode) any { return optional(p.Ended.On) }),
})

var programSiteType = object("ProgramSite", map[string]field[program.SiteAdded]{
	"siteId": get(func(s program.SiteAdded) any { return s.Site }),
	"ratio":  get(func(s program.SiteAdded) any { return optional(s.Ratio) }),
	"from":   get(func(s program.SiteAdded) any { return s.From }),
})

// A boardNode is a site as it is today.
type boardNode struct {
	projections.Board
	apprentices, journeyworkers int
	ratio                       rules.Ratio
}

func (s *Server) ratioBoards(ctx context.Context, by domain.Actor, _ args) (any, error) {
	boards, err := s.Desk.Boards(ctx, by)
	if err != nil {
		return nil, err
	}
	programs, err := s.Read.Programs(ctx)
	return each(boards, func(b projections.Board) boardNode {
		n := boardNode{Board: b}
		n.apprentices, n.journeyworkers = b.Site.Count(s.Desk.Today())
		for _, p := range programs {
			if p.ID == b.Program {
				n.ratio, _ = program.RatioOn(p.Sites, b.At, s.Desk.Today())
			}
		}
		return n
	}), err
}

var ratioBoardType = object("RatioBoard", map[string]field[boardNode]{
	"programId":      get(func(b boardNode) any { return program.Stream(b.Program) }),
	"siteId":         get(func(b boardNode) any { return b.At }),
	"apprentices":    get(func(b boardNode) any { return b.apprentices }),
	"journeyworkers": get(func(b boardNode) any { return b.journeyworkers }),
	"ratio": get(func(b boardNode) any {
		if b.ratio == (rules.Ratio{}) {
			return nil
		}
		return b.ratio.String()
	}),
	"within": get(func(b boardNode) any { return b.ratio.Allows(b.apprentices, b.journeyworkers) }),
})

// A filingNode is a filing that the asker may see.
type filingNode struct {
	projections.Filing
	by     domain.Actor
	server *Server
}

func (s *Server) filings(ctx context.Context, by domain.Actor, a args) (any, error) {
	first := a.int("first")
	if first < 1 {
		return []filingNode{}, nil
	}
	found, err := s.Desk.Filings(ctx, by, projections.FilingQuery{Open: a.bool("open"), First: first})
	return each(found, func(f projections.Filing) filingNode { return filingNode{f, by, s} }), err
}

var filingType = object("Filing", map[string]field[filingNode]{
	"id":           get(func(f filingNode) any { return filing.Stream(f.Learner, f.Revision) }),
	"version":      get(func(f filingNode) any { return int(f.Version) }),
	"apprenticeId": get(func(f filingNode) any { return apprenticeID(f.Learner) }),
	"state":        get(func(f filingNode) any { return upper(f.State) }),
	"agency":       get(func(f filingNode) any { return f.Agency }),
	"cause":        get(func(f filingNode) any { return f.Cause }),
	"occurredOn":   get(func(f filingNode) any { return f.OccurredOn }),
	"dueOn":        get(func(f filingNode) any { return f.DueOn }),
	"reference":    get(func(f filingNode) any { return optional(f.Reference) }),
	"form": ask(func(ctx context.Context, f filingNode, _ args) (any, error) {
		form, there, err := f.server.Desk.Written(ctx, f.Filing)
		if !there {
			return nil, err
		}
		return form, err
	}),
	"errors": ask(func(ctx context.Context, f filingNode, _ args) (any, error) {
		if f.Errors == "" || f.by.Role != domain.Coordinator && f.by.Role != domain.Auditor {
			return nil, nil
		}
		return f.server.Desk.Text(ctx, f.Errors)
	}),
})

var filingFormType = object("FilingForm", map[string]field[desk.FilingForm]{
	"agency":             get(func(f desk.FilingForm) any { return f.Agency }),
	"programNo":          get(func(f desk.FilingForm) any { return f.ProgramNo }),
	"apprenticeNo":       get(func(f desk.FilingForm) any { return f.ApprenticeNo }),
	"occupation":         get(func(f desk.FilingForm) any { return f.Occupation }),
	"cause":              get(func(f desk.FilingForm) any { return f.Cause }),
	"occurredOn":         get(func(f desk.FilingForm) any { return f.OccurredOn }),
	"startOn":            get(func(f desk.FilingForm) any { return f.StartOn }),
	"expectedEndOn":      get(func(f desk.FilingForm) any { return f.ExpectedEndOn }),
	"endedOn":            get(func(f desk.FilingForm) any { return f.EndedOn }),
	"inProbation":        get(func(f desk.FilingForm) any { return f.InProbation }),
	"onTheJobMinutes":    get(func(f desk.FilingForm) any { return f.OnTheJob }),
	"instructionMinutes": get(func(f desk.FilingForm) any { return f.Instruction }),
})

// A deadlineNode is something to be done until a day.
type deadlineNode struct {
	desk.Deadline
	server *Server
}

func (s *Server) deadlines(ctx context.Context, by domain.Actor, a args) (any, error) {
	found, err := s.Desk.Deadlines(ctx, by)
	found = found[:min(len(found), max(0, a.int("first")))]
	return each(found, func(d desk.Deadline) deadlineNode { return deadlineNode{d, s} }), err
}

var deadlineType = object("Deadline", map[string]field[deadlineNode]{
	"kind":         get(func(d deadlineNode) any { return upper(d.Kind) }),
	"title":        get(func(d deadlineNode) any { return d.Words }),
	"apprenticeId": get(func(d deadlineNode) any { return apprenticeID(d.Learner.ID) }),
	"apprenticeName": ask(func(ctx context.Context, d deadlineNode, _ args) (any, error) {
		return d.server.Desk.Name(ctx, d.Learner.Name)
	}),
	"dueOn":  get(func(d deadlineNode) any { return d.DueOn }),
	"late":   get(func(d deadlineNode) any { return d.DueOn.Before(d.server.Desk.Today()) }),
	"holder": get(func(d deadlineNode) any { return upper(d.Holder) }),
})

func programCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.ProgramID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "programId", program.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return program.Stream(id), p, err
		})
	}
	return map[string]command{
		"registerProgram": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.ProgramID(in.id("programId"))
			p, err := s.Desk.RegisterProgram(ctx, a, id, program.Registered{Title: in.text("title"), Sponsor: in.text("sponsor"), Agency: in.text("agency"), Number: in.text("programNo"), Profile: in.text("profile")})
			return program.Stream(id), p, err
		}),
		"amendProgram": on(func(ctx context.Context, a desk.Ask, id domain.ProgramID, in args) (position, error) {
			return s.Desk.AmendProgram(ctx, a, id, program.Settings{
				Reporting: rules.Reporting{Days: in.int("reportingDays"), Working: in.bool("reportingWorkingDays")}, ReviewWeeks: in.int("reviewWeeks")}, in.date("from"))
		}),
		"addProgramSite": on(func(ctx context.Context, a desk.Ask, id domain.ProgramID, in args) (position, error) {
			return s.Desk.AddSite(ctx, a, id, domain.SiteID(in.id("siteId")), in.text("ratio"), in.date("from"))
		}),
		"joinProgram": on(func(ctx context.Context, a desk.Ask, id domain.ProgramID, in args) (position, error) {
			return s.Desk.JoinEmployer(ctx, a, id, in.text("employer"), in.text("acceptance"))
		}),
		"deregisterProgram": on(func(ctx context.Context, a desk.Ask, id domain.ProgramID, in args) (position, error) {
			return s.Desk.Deregister(ctx, a, id, in.text("reason"))
		}),
	}
}

func filingCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.ApprenticeshipID, uint64, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, revision, err := pairOf(in, "filingId", filing.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, revision, in)
			return filing.Stream(id, revision), p, err
		})
	}
	return map[string]command{
		"prepareFiling": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, revision uint64, _ args) (position, error) {
			return s.Desk.PrepareFiling(ctx, a, id, revision)
		}),
		"submitFiling": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, revision uint64, in args) (position, error) {
			return s.Desk.SubmitFiling(ctx, a, id, revision, in.text("reference"))
		}),
		"answerFiling": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, revision uint64, in args) (position, error) {
			return s.Desk.AnswerFiling(ctx, a, id, revision, in.bool("accepted"), in.text("errors"))
		}),
	}
}

// program is one programme as the asker may see it, or nil.
func (c *cohort) program(ctx context.Context, id domain.ProgramID) (any, error) {
	known, err := c.server.programNodes(ctx, c.by)
	return only(known, func(p programNode) bool { return p.ID == id }), err
}

// filing is one filing as the asker may see it, or nil.
func (c *cohort) filing(ctx context.Context, id domain.ApprenticeshipID, revision uint64) (any, error) {
	known, err := c.Desk.Filings(ctx, c.by, projections.FilingQuery{Learners: []domain.ApprenticeshipID{id}, Revision: revision})
	if err != nil || len(known) == 0 {
		return nil, err
	}
	return filingNode{known[0], c.by, c.server}, nil
}
