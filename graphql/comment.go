package graphql

import (
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// A commentNode was said beside a move.
type commentNode struct {
	projections.Comment
	by string
	*cohort
}

var transitionCommentType = object("TransitionComment", map[string]field[commentNode]{
	"at":     get(func(c commentNode) any { return c.At }),
	"by":     get(func(c commentNode) any { return c.by }),
	"note":   ask(func(ctx context.Context, c commentNode, _ args) (any, error) { return c.Desk.Text(ctx, c.Note) }),
	"former": get(func(c commentNode) any { return c.Former }),
})

// A talk is what was said beside moves, and the names of those who did.
type talk struct {
	beside map[domain.Stream][]projections.Comment
	names  map[domain.PersonID]string
}

// loadTalk loads what was said beside the moves of the cohort: nothing for partners.
func (c *cohort) loadTalk(ctx context.Context) (t talk, err error) {
	if c.outside() {
		return t, nil
	}
	if t.beside, err = c.Read.Comments(ctx, slices.Collect(maps.Keys(c.learners))...); err != nil {
		return t, err
	}
	var by []domain.PersonID
	for _, all := range t.beside {
		by = append(by, each(all, func(s projections.Comment) domain.PersonID { return s.By })...)
	}
	t.names, err = c.server.named(ctx, by...)
	return t, err
}

func comments(_ context.Context, t transitionNode, _ args) (any, error) {
	said, err := t.talk()
	reads := t.Desk.ReadsComments(t.by, t.learner(t.Learner), t.Transition, said.beside[transition.Stream(t.Learner, t.To)])
	return each(reads, func(c projections.Comment) commentNode { return commentNode{c, said.names[c.By], t.cohort} }), err
}
