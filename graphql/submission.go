package graphql

import (
	"context"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A submit does what an institution sends of several things. The id stands for the
// request's key.
type submit func(ctx context.Context, a desk.Ask, id string, items []args, m submission.Mode) ([]submission.Outcome, position, error)

// A submitted is what became of a submission: of each item, or why nothing was tried.
type submitted struct {
	outcomes []submission.Outcome
	position position
	refused  []*domain.Refusal
}

// submissions are the fields of Mutation with which institutions send several things at once.
func (s *Server) submissions() map[string]field[root] {
	verbs := map[string]submit{"reportEnrolments": s.submitRows(enrolmentRow), "reportResults": s.submitRows(resultRow)}
	read := entries()
	for _, one := range []string{"startCreditEvaluation", "recommendCredit", "denyCredit", "recordCredit", "postCredit", "revokeCredit", "attestMilestone"} {
		verbs[one+"s"] = s.submitEntries(read[one])
	}
	out := map[string]field[root]{}
	for name, do := range verbs {
		out[name] = ask(func(ctx context.Context, _ root, a args) (any, error) {
			by, err := asker(ctx)
			if err != nil {
				return nil, err
			}
			out, err := s.submit(ctx, by, name, a.input("input"), do)
			if r := domain.AsRefusal(err); r != nil {
				return submitted{refused: []*domain.Refusal{r}}, nil
			}
			return out, err
		})
	}
	return out
}

// submit answers with what is on record of the request, if anything is: what became of it
// when it was sent first.
func (s *Server) submit(ctx context.Context, by domain.Actor, name string, in args, do submit) (out submitted, err error) {
	a, err := forPartners(nil).ask(by, name, in)
	if err != nil {
		return out, err
	}
	items, m := in.inputs("items"), submission.Mode{Trial: in.bool("dryRun"), Whole: in.bool("allOrNothing")}
	if err := submission.Check(len(items)); err != nil {
		return out, err
	}
	id := derived(a)
	if m.Trial {
		out.outcomes, _, err = do(ctx, a, id, items, m)
		return out, err
	}
	kept, at, err := s.settled(ctx, a)
	if err == nil && at == 0 {
		if out.outcomes, out.position, err = do(ctx, a, id, items, m); err == nil {
			kept, at, err = s.settled(ctx, a)
		}
	} else if err == nil && kept.Refuses() {
		m.Trial = true
		if out.outcomes, _, err = do(ctx, a, id, items, m); domain.AsRefusal(err) != nil {
			err = nil
		}
	}
	if err == nil && at > 0 {
		out = submitted{outcomes: kept.Told(out.outcomes), position: at}
	}
	return out, err
}

// settled is what a submission with the same key was answered, or position 0.
func (s *Server) settled(ctx context.Context, a desk.Ask) (submission.Taken, position, error) {
	r, _, err := s.Desk.Log.Answered(ctx, domain.Request{By: a.By, Key: a.Key, Digest: a.Digest})
	kept, _ := r.Event.(submission.Taken)
	return kept, r.Position, err
}

var submissionPayloadType = object("SubmissionPayload", map[string]field[submitted]{
	"results": get(func(s submitted) any {
		out := make([]itemResult, len(s.outcomes))
		for i, o := range s.outcomes {
			out[i] = itemResult{o, i, s.position}
		}
		return out
	}),
	"position": get(func(s submitted) any {
		if s.position == 0 {
			return nil
		}
		return positionText(s.position)
	}),
	"userErrors": get(func(s submitted) any { return s.refused }),
})

// An itemResult is what became of one item of a submission.
type itemResult struct {
	submission.Outcome
	index    int
	position position
}

var itemResultType = object("ItemResult", map[string]field[itemResult]{
	"index":   get(func(r itemResult) any { return r.index }),
	"ok":      get(func(r itemResult) any { return r.Became != submission.Refused && r.Became != submission.Left }),
	"outcome": get(func(r itemResult) any { return upper(r.Became) }),
	"id":      get(func(r itemResult) any { return optional(r.Object) }),
	"position": get(func(r itemResult) any {
		if r.position == 0 || r.Became != submission.Recorded && r.Became != submission.Waits {
			return nil
		}
		return positionText(r.position)
	}),
	"error": get(func(r itemResult) any {
		if r.Refused == nil {
			return nil
		}
		path := "items." + strconv.Itoa(r.index)
		if r.Refused.Field != "" {
			path += "." + r.Refused.Field
		}
		return r.Refused.About(path)
	}),
})
