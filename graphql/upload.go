package graphql

import (
	"cmp"
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// imports are the fields of Mutation that take tables over. What they answer tells of every
// row, whether it was taken over or not.
func (s *Server) imports() map[string]field[root] {
	return map[string]field[root]{
		"importPeople":       s.taken("importPeople", func(args) desk.Table { return desk.Table{Kind: upload.People} }),
		"importPositions":    s.taken("importPositions", func(args) desk.Table { return desk.Table{Kind: upload.Positions} }),
		"importPriorRecords": s.taken("importPriorRecords", func(args) desk.Table { return desk.Table{Kind: upload.Prior} }),
		"importHours": s.taken("importHours", func(in args) desk.Table {
			return desk.Table{Kind: upload.Hours, Approved: in.bool("approved")}
		}),
	}
}

func (s *Server) taken(name string, table func(in args) desk.Table) field[root] {
	return ask(func(ctx context.Context, _ root, a args) (any, error) {
		by, err := asker(ctx)
		if err != nil {
			return nil, err
		}
		p, err := s.take(ctx, by, name, table(a.input("input")), a.input("input"))
		if r := domain.AsRefusal(err); r != nil {
			p.refused = r
			return p, nil
		}
		return p, err
	})
}

func (s *Server) take(ctx context.Context, by domain.Actor, name string, t desk.Table, in args) (payload, error) {
	ask, err := forPeople(nil).ask(by, name, in)
	if err != nil {
		return payload{}, err
	}
	if err := upload.May(by, t.Kind); err != nil {
		return payload{}, err
	}
	_, before, err := s.first(ctx, ask)
	if err != nil {
		return payload{}, err
	}
	t.In, t.DryRun = strings.NewReader(in.text("csv")), in.bool("dryRun")
	report, at, err := s.Desk.Intake(ctx, ask, t)
	return payload{object: report, position: max(at, before)}, err
}

var importReportType = object("ImportReport", map[string]field[desk.Intake]{
	"sha256":         get(func(i desk.Intake) any { return i.SHA256 }),
	"dryRun":         get(func(i desk.Intake) any { return i.DryRun }),
	"repeated":       get(func(i desk.Intake) any { return i.Repeated }),
	"new":            get(func(i desk.Intake) any { return i.New }),
	"changed":        get(func(i desk.Intake) any { return i.Changed }),
	"unchanged":      get(func(i desk.Intake) any { return i.Same }),
	"unknownColumns": get(func(i desk.Intake) any { return i.Left }),
	"rows":           get(func(i desk.Intake) any { return i.Rows }),
	"problems":       get(func(i desk.Intake) any { return []domain.Problem(i.Problems) }),
})

var importRowType = object("ImportRow", map[string]field[desk.IntakeRow]{
	"line":    get(func(r desk.IntakeRow) any { return r.Line }),
	"subject": get(func(r desk.IntakeRow) any { return r.Subject }),
	"outcome": get(func(r desk.IntakeRow) any { return upper(r.Outcome) }),
	"changes": get(func(r desk.IntakeRow) any { return r.Changes }),
})

var importProblemType = object("ImportProblem", map[string]field[domain.Problem]{
	"line":    get(func(p domain.Problem) any { return optional(p.Line) }),
	"column":  get(func(p domain.Problem) any { return optional(p.Where) }),
	"message": get(func(p domain.Problem) any { return p.Text }),
})

// An uploadNode is a table that was taken over, with the name of who answered for it.
type uploadNode struct {
	projections.Upload
	by string
}

var uploadType = object("Upload", map[string]field[uploadNode]{
	"kind":      get(func(u uploadNode) any { return upper(u.Kind) }),
	"sha256":    get(func(u uploadNode) any { return u.SHA256 }),
	"rows":      get(func(u uploadNode) any { return u.Rows }),
	"new":       get(func(u uploadNode) any { return u.New }),
	"changed":   get(func(u uploadNode) any { return u.Changed }),
	"unchanged": get(func(u uploadNode) any { return u.Unchanged }),
	"at":        get(func(u uploadNode) any { return u.At }),
	"by":        get(func(u uploadNode) any { return u.by }),
})

func (s *Server) uploads(ctx context.Context, by domain.Actor, a args) (any, error) {
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor:
	default:
		return []uploadNode{}, nil
	}
	found, err := s.Read.Uploads(ctx, 0, a.int("first"))
	if err != nil {
		return nil, err
	}
	who := func(u projections.Upload) domain.PersonID {
		id, ok := strings.CutPrefix(u.By, "person:")
		if !ok {
			return ""
		}
		return domain.PersonID(id)
	}
	names, err := s.named(ctx, each(found, who)...)
	if err != nil {
		return nil, err
	}
	institutions, err := s.names(ctx)
	return each(found, func(u projections.Upload) uploadNode {
		partner, _ := strings.CutPrefix(u.By, "partner:")
		return uploadNode{u, cmp.Or(names[who(u)], institutions[domain.PartnerID(partner)].Name, "The operator")}
	}), err
}
