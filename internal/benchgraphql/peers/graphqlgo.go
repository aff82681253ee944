package main

import (
	"encoding/json"
	"net/http"

	"github.com/graphql-go/graphql"

	"github.com/guildhall-dev/guildhall/internal/benchgraphql/peers/learners"
)

// plain are fields that graphql-go resolves by itself.
func plain(t graphql.Output, names ...string) graphql.Fields {
	out := graphql.Fields{}
	for _, n := range names {
		out[n] = &graphql.Field{Type: t}
	}
	return out
}

func object(name string, parts ...graphql.Fields) *graphql.Object {
	all := graphql.Fields{}
	for _, p := range parts {
		for n, f := range p {
			all[n] = f
		}
	}
	return graphql.NewObject(graphql.ObjectConfig{Name: name, Fields: all})
}

func list(t graphql.Type) graphql.Output {
	return graphql.NewNonNull(graphql.NewList(graphql.NewNonNull(t)))
}

var (
	text    = graphql.NewNonNull(graphql.String)
	number  = graphql.NewNonNull(graphql.Int)
	counted = graphql.FieldConfigArgument{"first": {Type: number}}
)

func of(name string, t graphql.Output) graphql.Fields { return graphql.Fields{name: {Type: t}} }

func graphqlGo(b *learners.Book) http.Handler {
	requirement := object("Requirement", plain(text, "key", "title", "kindId"))
	milestone := object("Milestone", plain(text, "id", "title", "state"), plain(number, "version"), plain(graphql.String, "attainedOn"), plain(graphql.Int, "rating"), of("requirement", requirement))
	award := object("CreditAward", plain(text, "id", "courseCode", "title", "credit", "unit", "state"), plain(number, "version"), plain(graphql.String, "grade", "term", "externalRef"),
		of("awardedBy", object("Organization", plain(text, "id", "name"))))
	apprentice := object("Apprentice", plain(text, "id", "displayName", "status"), plain(number, "version"), plain(graphql.String, "startedOn", "expectedEndOn"),
		of("currentRole", object("JobRole", plain(text, "id", "title"))), graphql.Fields{
			"milestones": {Type: object("MilestoneConnection", of("edges", list(object("MilestoneEdge", of("node", milestone))))), Args: counted,
				Resolve: func(p graphql.ResolveParams) (any, error) {
					a := p.Source.(*learners.Apprentice)
					return a.MilestonesFirst(int32(p.Args["first"].(int))), nil
				}},
			"credits": {Type: object("CreditConnection", of("edges", list(object("CreditEdge", of("node", award))))), Args: counted,
				Resolve: func(p graphql.ResolveParams) (any, error) {
					a := p.Source.(*learners.Apprentice)
					return a.CreditsFirst(int32(p.Args["first"].(int))), nil
				}},
		})
	page := object("ApprenticeConnection", plain(number, "totalCount"), of("pageInfo", object("PageInfo", plain(graphql.Boolean, "hasNextPage"), plain(graphql.String, "endCursor"))),
		of("edges", list(object("ApprenticeEdge", plain(text, "cursor"), of("node", apprentice)))))
	key := graphql.NewInputObject(graphql.InputObjectConfig{Name: "ApprenticeKey", Fields: graphql.InputObjectConfigFieldMap{"id": {Type: text}}})
	query := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{
		"apprentices": {Type: page, Args: graphql.FieldConfigArgument{"first": {Type: number}, "after": {Type: graphql.String}},
			Resolve: func(p graphql.ResolveParams) (any, error) {
				var after *string
				if s, ok := p.Args["after"].(string); ok {
					after = &s
				}
				return b.Page(int32(p.Args["first"].(int)), after), nil
			}},
		"apprentice": {Type: apprentice, Args: graphql.FieldConfigArgument{"by": {Type: graphql.NewNonNull(key)}},
			Resolve: func(p graphql.ResolveParams) (any, error) {
				if a := b.Find(p.Args["by"].(map[string]any)["id"].(string)); a != nil {
					return a, nil
				}
				return nil, nil
			}},
	}})
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: query})
	if err != nil {
		panic(err) // it is written above
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Query     string
			Variables map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(graphql.Do(graphql.Params{Schema: s, RequestString: q.Query, VariableValues: q.Variables, Context: r.Context()}))
	})
}
