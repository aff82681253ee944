package main

import (
	_ "embed"
	"net/http"

	gophers "github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/relay"

	"github.com/guildhall-dev/guildhall/internal/benchgraphql/peers/learners"
)

//go:embed schema.graphql
var schema string

type gophersQuery struct{ book *learners.Book }

type gophersApprentice struct{ learners.Apprentice }

func (a *gophersApprentice) Milestones(args struct{ First int32 }) *learners.MilestoneConnection {
	return a.MilestonesFirst(args.First)
}

func (a *gophersApprentice) Credits(args struct{ First int32 }) *learners.CreditConnection {
	return a.CreditsFirst(args.First)
}

type gophersConnection struct {
	TotalCount int32
	PageInfo   *learners.PageInfo
	Edges      []*gophersEdge
}

type gophersEdge struct {
	Cursor string
	Node   *gophersApprentice
}

func (q *gophersQuery) Apprentices(args struct {
	First int32
	After *string
}) *gophersConnection {
	page := q.book.Page(args.First, args.After)
	c := &gophersConnection{page.TotalCount, page.PageInfo, make([]*gophersEdge, len(page.Edges))}
	for i := range page.Edges {
		c.Edges[i] = &gophersEdge{page.Edges[i].Cursor, &gophersApprentice{*page.Edges[i].Node}}
	}
	return c
}

func (q *gophersQuery) Apprentice(args struct{ By learners.ApprenticeKey }) *gophersApprentice {
	if found := q.book.Find(args.By.ID); found != nil {
		return &gophersApprentice{*found}
	}
	return nil
}

func graphGophers(b *learners.Book) http.Handler {
	return &relay.Handler{Schema: gophers.MustParseSchema(schema, &gophersQuery{b}, gophers.UseFieldResolvers())}
}
