package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// recordCommands change what befell an apprenticeship.
func recordCommands(s *Server) map[string]command {
	type to = func(context.Context, desk.Ask, domain.ApprenticeshipID, args) (position, error)
	on := func(do to) command { return forPeople(steer(do)) }
	someone := func(field string, do func(context.Context, desk.Ask, domain.ApprenticeshipID, domain.PersonID, args) (position, error)) command {
		return on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			who, err := idOf(in, field, person.ID)
			if err != nil {
				return 0, err
			}
			return do(ctx, a, id, who, in)
		})
	}
	return map[string]command{
		"suspendApprenticeship": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Suspend(ctx, a, id, in.date("on"), in.date("expectedReturn"), in.text("reason"))
		}),
		"reinstateApprenticeship": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Reinstate(ctx, a, id, in.date("on"))
		}),
		"correctBreak": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectBreak(ctx, a, id, in.int("no"), in.date("from"), in.date("to"), in.text("reason"))
		}),
		"cancelApprenticeship": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Cancel(ctx, a, id, desk.Cancellation{By: lower[apprenticeship.Party](in.enum("by")), On: in.date("on"), NoticeOn: in.date("noticeOn"), CorrectBy: in.date("correctBy"), Cause: in.text("cause")})
		}),
		"reverseCancellation": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ReverseCancellation(ctx, a, id, in.text("reason"))
		}),
		"assignMentor": someone("mentorId", func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, who domain.PersonID, in args) (position, error) {
			return s.Desk.AssignMentor(ctx, a, id, who, lower[apprenticeship.MentorKind](in.enum("kind")), in.date("from"))
		}),
		"releaseMentor": someone("mentorId", func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, who domain.PersonID, in args) (position, error) {
			return s.Desk.ReleaseMentor(ctx, a, id, who, in.date("on"))
		}),
		"assignSupervisor": someone("managerId", func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, who domain.PersonID, in args) (position, error) {
			return s.Desk.AssignSupervisor(ctx, a, id, who, in.date("from"))
		}),
		"delegateHours": someone("managerId", func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, who domain.PersonID, in args) (position, error) {
			return s.Desk.DelegateApproval(ctx, a, id, who, in.date("from"), in.date("until"))
		}),
		"grantPriorCredit": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.GrantPriorCredit(ctx, a, id, domain.EntryID(derived(a)), learnedBefore(in), in.text("evidence"))
		}),
		"correctPriorCredit": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectPriorCredit(ctx, a, id, domain.EntryID(in.id("entryId")), learnedBefore(in), in.text("reason"))
		}),
		"evaluateProgress": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.Evaluate(ctx, a, id, domain.EntryID(derived(a)), in.date("from"), in.date("to"), ratings(in), in.text("next"))
		}),
		"correctEvaluation": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectEvaluation(ctx, a, id, domain.EntryID(in.id("entryId")), in.date("from"), in.date("to"), ratings(in), in.text("next"), in.text("reason"))
		}),
		"approveWageStep": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ApproveWageStep(ctx, a, id, in.int("step"), domain.Cents(in.int("rateCents")), in.date("effectiveOn"))
		}),
		"denyWageStep": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.DenyWageStep(ctx, a, id, in.int("step"), in.text("reason"))
		}),
		"correctWageStep": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectWageStep(ctx, a, id, in.int("step"), domain.Cents(in.int("rateCents")), in.date("effectiveOn"), in.text("reason"))
		}),
		"proposeAmendment": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ProposeAmendment(ctx, a, id, versions(in))
		}),
		"acceptAmendment": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.AcceptAmendment(ctx, a, id, versions(in))
		}),
		"returnCompletion": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ReturnCompletion(ctx, a, id, in.text("reason"))
		}),
		"revokeCompletion": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.RevokeCompletion(ctx, a, id, in.text("authority"), in.text("reference"), in.text("reason"))
		}),
		"agreeGateway": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			provider, err := institutionOf(in, "providerId")
			if err != nil {
				return 0, err
			}
			return s.Desk.AgreeGateway(ctx, a, id, lower[apprenticeship.Party](in.enum("by")), provider)
		}),
		"recordAssessment": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			by, err := institutionOf(in, "organizationId")
			if err != nil {
				return 0, err
			}
			return s.Desk.RecordAssessment(ctx, a, id, by, in.bool("passed"), in.text("grade"), in.text("feedback"))
		}),
		"proposeTransfer": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			to, err := idOf(in, "programId", program.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.ProposeTransfer(ctx, a, id, to)
		}),
		"consentToTransfer": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ConsentToTransfer(ctx, a, id, in.date("on"))
		}),
		"correctStart": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectStart(ctx, a, id, in.date("startOn"), in.text("reason"))
		}),
		"changeExpectedEnd": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.ChangeExpectedEnd(ctx, a, id, in.date("expectedEndOn"), in.text("reason"))
		}),
		"correctRegistration": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectRegistration(ctx, a, id, in.text("agency"), in.text("apprenticeNo"), in.date("on"), in.text("reason"))
		}),
		"correctDate": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.CorrectDate(ctx, a, id, lower[apprenticeship.Day](in.enum("of")), in.date("day"), in.text("reason"))
		}),
	}
}

func learnedBefore(in args) (p desk.PriorLearning) {
	for _, m := range in.inputs("processes") {
		p.Processes = append(p.Processes, apprenticeship.Learned{WorkProcess: domain.WorkProcessID(m.id("workProcessId")), Minutes: domain.Minutes(m.int("minutes"))})
	}
	p.Competencies, p.Courses = in.ids("competencyIds"), in.ids("courseIds")
	return p
}

func ratings(in args) (out []apprenticeship.Rating) {
	for _, r := range in.inputs("ratings") {
		out = append(out, apprenticeship.Rating{Competency: r.id("competencyId"), Level: r.int("rating")})
	}
	return out
}

func versions(in args) apprenticeship.Amendment {
	return apprenticeship.Amendment{StandardVersion: in.int("standardVersion"), PathwayVersion: in.int("pathwayVersion"), RuleSet: in.text("ruleSet")}
}

// institutionOf reads an input that is the id of an institution, or was not given.
func institutionOf(in args, name string) (domain.PartnerID, error) {
	if !in.has(name) {
		return "", nil
	}
	return idOf(in, name, partner.ID)
}
