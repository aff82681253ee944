package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
)

// An entry reads what a college sends, for it is sent alone or among others.
type entry func(in args) (partners.Entry, error)

// entries read what a college sends about learners, by the mutation that sends it.
func entries() map[string]entry {
	type decision = events.Command[credit.State, credit.Event]
	judge := func(own bool, note string, decide func(in args, j credit.Judgement, note domain.Sealed) (decision, error)) entry {
		return func(in args) (partners.Entry, error) {
			id, rule, err := pairOf(in, "creditId", credit.ID)
			j := partners.Judgement{Learner: id, Rule: rule, Seen: version(in), Own: own, Field: note}
			if note != "" {
				j.Note = in.text(note)
			}
			j.Decide = func(j credit.Judgement, note domain.Sealed) (decision, error) { return decide(in, j, note) }
			return j, err
		}
	}
	return map[string]entry{
		"recordCredit":    award,
		"attestMilestone": attested,
		"startCreditEvaluation": judge(false, "", func(_ args, j credit.Judgement, _ domain.Sealed) (decision, error) {
			return credit.StartEvaluation{Judgement: j}, nil
		}),
		"referCredit": judge(false, "note", func(_ args, j credit.Judgement, note domain.Sealed) (decision, error) {
			return credit.Refer{Judgement: j, Note: note}, nil
		}),
		"returnCredit": judge(false, "note", func(_ args, j credit.Judgement, note domain.Sealed) (decision, error) {
			return credit.Return{Judgement: j, Note: note}, nil
		}),
		"recommendCredit": judge(false, "", func(in args, j credit.Judgement, _ domain.Sealed) (decision, error) {
			amount, err := amountOf(in)
			return credit.Recommend{Judgement: j, Recommended: credit.Recommended{
				Credit: amount, Level: lower[domain.CreditLevel](in.enum("level")), Evaluator: domain.Written(in.text("evaluator")), ValidTo: in.date("validTo"),
			}}, err
		}),
		"denyCredit": judge(false, "reason", func(_ args, j credit.Judgement, reason domain.Sealed) (decision, error) {
			return credit.Deny{Judgement: j, Reason: reason}, nil
		}),
		"postCredit": judge(true, "", func(in args, j credit.Judgement, _ domain.Sealed) (decision, error) {
			return credit.Post{Judgement: j, TranscriptRef: domain.Written(in.text("transcriptRef"))}, nil
		}),
		"revokeCredit": judge(true, "reason", func(_ args, j credit.Judgement, reason domain.Sealed) (decision, error) {
			return credit.Revoke{Judgement: j, Reason: reason}, nil
		}),
	}
}

// collegeCommands are those with which a college sends one entry.
func collegeCommands(s *Server) map[string]command {
	out := map[string]command{}
	for name, read := range entries() {
		out[name] = forPartners(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			e, err := read(in)
			if err != nil {
				return "", 0, err
			}
			return s.Partners.Take(ctx, s.request(a), e)
		})
	}
	return out
}

// submitEntries is one of collegeCommands for several entries.
func (s *Server) submitEntries(read entry) submit {
	return func(ctx context.Context, a desk.Ask, id string, items []args, m submission.Mode) ([]submission.Outcome, position, error) {
		es := make([]partners.Entry, len(items))
		for i, in := range items {
			var err error
			if es[i], err = read(in); err != nil {
				r := domain.AsRefusal(err)
				if r == nil {
					return nil, 0, err
				}
				es[i] = partners.Unread{Refused: r}
			}
		}
		return s.Partners.Submit(ctx, s.request(a), id, es, m)
	}
}

// request is what a partner asks by itself.
func (s *Server) request(a desk.Ask) domain.Request {
	return domain.Request{By: a.By, At: s.Partners.Now(), Key: a.Key, Digest: a.Digest}
}

// version is the version of an object that the asker decided on; 0 if it was not said.
func version(in args) uint64 { return uint64(max(in.int("version"), 0)) }

func award(in args) (partners.Entry, error) {
	id, err := idOf(in, "apprenticeId", apprenticeship.ID)
	if err != nil {
		return nil, err
	}
	amount, err := amountOf(in)
	return partners.Award{
		Learner: id, Course: in.text("courseCode"), Credit: amount, Grade: rules.Grade(in.text("grade")), Term: in.text("term"), ExternalRef: in.text("externalRef"),
		Level: lower[domain.CreditLevel](in.enum("level")), Basis: lower[domain.CreditBasis](in.enum("basis")), Courses: takenOf(in), Seen: version(in),
	}, err
}

func attested(in args) (partners.Entry, error) {
	id, err := idOf(in, "apprenticeId", apprenticeship.ID)
	req := domain.RequirementID(in.id("requirementId"))
	if err == nil && !domain.ValidID(req) {
		err = badID(in, "requirementId")
	}
	return partners.Attestation{
		Learner: id, Requirement: req, Ref: in.text("externalRef"), Kind: lower[milestone.Kind](in.enum("kind")), Note: in.text("note"), URI: in.text("uri"), On: in.date("on"),
	}, err
}

// amountOf reads the inputs credit and unit.
func amountOf(in args) (domain.Credit, error) {
	c, err := domain.ParseCredit(in.text("credit"), lower[domain.CreditUnit](in.enum("unit")))
	if r := domain.AsRefusal(err); r != nil {
		return c, r.About("credit")
	}
	return c, err
}

// exceptionOf reads what credit is for that no rule covers.
func exceptionOf(p desk.CreditProposal, a desk.Ask, in args) (desk.CreditProposal, error) {
	amount, err := amountOf(in)
	if err != nil {
		return p, err
	}
	p.Partner, err = idOf(in, "partnerId", partner.ID)
	p.Rule, p.Exception = domain.RuleID("exception-"+derived(a)), in.text("reason")
	p.Articulation = rules.Articulation{
		Course: domain.Written(in.text("courseCode")), Title: domain.Written(in.text("title")), Requirement: domain.RequirementID(in.id("satisfies")),
		Credit: amount, From: in.date("from"), Level: lower[domain.CreditLevel](in.enum("level")), Basis: lower[domain.CreditBasis](in.enum("basis")),
	}
	return p, err
}
