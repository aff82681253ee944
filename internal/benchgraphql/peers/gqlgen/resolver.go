// Package gqlgen answers with gqlgen. The rest of it is generated when the benchmark is built.
package gqlgen

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"

	"github.com/guildhall-dev/guildhall/internal/benchgraphql/peers/learners"
)

type resolver struct{ book *learners.Book }

// New is the server that gqlgen's own example starts.
func New(b *learners.Book) http.Handler {
	return handler.NewDefaultServer(NewExecutableSchema(Config{Resolvers: resolver{b}}))
}

func (r resolver) Query() QueryResolver           { return query(r) }
func (r resolver) Apprentice() ApprenticeResolver { return apprentice{} }

type query resolver

func (q query) Apprentices(_ context.Context, first int32, after *string) (*learners.ApprenticeConnection, error) {
	return q.book.Page(first, after), nil
}

func (q query) Apprentice(_ context.Context, by learners.ApprenticeKey) (*learners.Apprentice, error) {
	return q.book.Find(by.ID), nil
}

type apprentice struct{}

func (apprentice) Milestones(_ context.Context, a *learners.Apprentice, first int32) (*learners.MilestoneConnection, error) {
	return a.MilestonesFirst(first), nil
}

func (apprentice) Credits(_ context.Context, a *learners.Apprentice, first int32) (*learners.CreditConnection, error) {
	return a.CreditsFirst(first), nil
}
