package graphql

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

var profiles = map[string]roster.Profile{"": "", "ONEROSTER_1_2": roster.OneRoster, "CANVAS": roster.Canvas, "SDS_2_1": roster.SDS}

// importRoster is a field of Mutation. What it answers tells of every row, whether it was
// taken over or not.
func (s *Server) importRoster(ctx context.Context, _ root, a args) (any, error) {
	by, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.takeRoster(ctx, by, a.input("input"))
	if r := domain.AsRefusal(err); r != nil {
		p.refused = r
		return p, nil
	}
	return p, err
}

func (s *Server) takeRoster(ctx context.Context, by domain.Actor, in args) (payload, error) {
	ask, err := forBoth(nil).ask(by, "importRoster", in)
	if err != nil {
		return payload{}, err
	}
	t := desk.Roster{
		Profile: profiles[in.enum("profile")], Mode: lower[desk.RosterMode](in.enum("mode")), Term: in.text("term"), Confirmed: in.int("confirm"), DryRun: in.bool("dryRun"),
		Files: each(in.inputs("files"), func(f args) roster.File { return roster.File{Name: f.text("name"), Data: []byte(f.text("csv"))} }),
	}
	if in.has("partnerId") {
		if t.Partner, err = idOf(in, "partnerId", partner.ID); err != nil {
			return payload{}, err
		}
	}
	_, before, err := s.first(ctx, ask)
	if err != nil {
		return payload{}, err
	}
	report, at, err := s.roster(ctx, ask, t)
	if report == nil {
		return payload{}, err
	}
	return payload{object: *report, position: max(at, before)}, err
}

// roster takes a package over for whoever may hand it in: an institution hands in its own.
// Nil is for those who may not.
func (s *Server) roster(ctx context.Context, a desk.Ask, t desk.Roster) (*desk.RosterIntake, position, error) {
	switch {
	case a.By.Role == domain.Partner && t.Partner != "" && t.Partner != a.By.Partner:
		return nil, 0, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.").About("partnerId")
	case a.By.Role == domain.Partner:
		t.Partner = a.By.Partner
		if err := s.Partners.Admit(ctx, t.Partner); err != nil {
			return nil, 0, err
		}
	case a.By.Role != domain.Coordinator:
		return nil, 0, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "An institution hands in its roster by itself, or a coordinator does.")
	case t.Partner == "":
		return nil, 0, domain.Refuse(domain.Invalid, "PARTNER_MISSING", "Say whose students they are.").About("partnerId")
	}
	report, at, err := s.Desk.IntakeRoster(ctx, a, t)
	return &report, at, err
}

var rosterReportType = object("RosterReport", map[string]field[desk.RosterIntake]{
	"sha256":  get(func(r desk.RosterIntake) any { return r.SHA256 }),
	"profile": get(func(r desk.RosterIntake) any { return optional(string(r.Profile)) }),
	"mode": get(func(r desk.RosterIntake) any {
		if r.Mode == "" {
			return nil
		}
		return upper(r.Mode)
	}),
	"dryRun":    get(func(r desk.RosterIntake) any { return r.DryRun }),
	"repeated":  get(func(r desk.RosterIntake) any { return r.Repeated }),
	"files":     get(func(r desk.RosterIntake) any { return r.Files }),
	"new":       get(func(r desk.RosterIntake) any { return r.New }),
	"changed":   get(func(r desk.RosterIntake) any { return r.Changed }),
	"unchanged": get(func(r desk.RosterIntake) any { return r.Same }),
	"unmatched": get(func(r desk.RosterIntake) any { return r.Unmatched }),
	"left":      get(func(r desk.RosterIntake) any { return r.Left }),
	"skipped":   get(func(r desk.RosterIntake) any { return r.Skipped }),
	"rows":      get(func(r desk.RosterIntake) any { return r.Rows }),
	"problems": get(func(r desk.RosterIntake) any {
		return each(r.Problems, func(p domain.Problem) rosterProblem { return rosterProblem(p) })
	}),
})

var rosterFileType = object("RosterFileReport", map[string]field[roster.FileReport]{
	"name":           get(func(f roster.FileReport) any { return f.Name }),
	"rows":           get(func(f roster.FileReport) any { return f.Rows }),
	"unread":         get(func(f roster.FileReport) any { return f.Unread }),
	"unknownColumns": get(func(f roster.FileReport) any { return f.Unknown }),
})

var rosterRowType = object("RosterRow", map[string]field[desk.RosterRow]{
	"file":    get(func(r desk.RosterRow) any { return r.File }),
	"line":    get(func(r desk.RosterRow) any { return r.Line }),
	"student": get(func(r desk.RosterRow) any { return r.Student }),
	"section": get(func(r desk.RosterRow) any { return r.Section }),
	"outcome": get(func(r desk.RosterRow) any { return strings.ToUpper(string(r.Outcome)) }),
	"changes": get(func(r desk.RosterRow) any { return r.Changes }),
})

// A rosterProblem is a problem in one of several files.
type rosterProblem domain.Problem

var rosterProblemType = object("RosterProblem", map[string]field[rosterProblem]{
	"file":    get(func(p rosterProblem) any { return optional(p.File) }),
	"line":    get(func(p rosterProblem) any { return optional(p.Line) }),
	"column":  get(func(p rosterProblem) any { return optional(p.Where) }),
	"message": get(func(p rosterProblem) any { return p.Text }),
})
