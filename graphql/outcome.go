package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var outcomeType = object("Outcome", map[string]field[projections.Outcome]{
	"measure":   get(func(o projections.Outcome) any { return upper(o.Measure) }),
	"dimension": get(func(o projections.Outcome) any { return upper(o.Dimension) }),
	"key":       get(func(o projections.Outcome) any { return o.Key }),
	"hidden":    get(func(o projections.Outcome) any { return o.Hidden }),
	"count": get(func(o projections.Outcome) any {
		if o.Hidden {
			return nil
		}
		return o.N
	}),
	"total": get(func(o projections.Outcome) any {
		if o.Hidden || o.TotalHidden {
			return nil
		}
		return o.Total
	}),
	"average": get(func(o projections.Outcome) any {
		if o.Hidden || o.TotalHidden || o.N == 0 {
			return nil
		}
		if o.Measure.IsShare() {
			return (10_000*o.Total + o.N/2) / o.N
		}
		return (o.Total + o.N/2) / o.N
	}),
})

// outcomeQueries are the questions about what is learned beside the pathway, what it costs
// and what came of it.
func outcomeQueries(s *Server) map[string]func(context.Context, domain.Actor, args) (any, error) {
	return map[string]func(context.Context, domain.Actor, args) (any, error){
		"activityFormats":              s.activityFormats,
		"activityTopics":               s.activityTopics,
		"activities":                   s.activities,
		"cohorts":                      s.cohorts,
		"credentials":                  s.credentials,
		"credentialsEnding":            s.credentialsEnding,
		"fundings":                     s.fundings,
		"surveys":                      s.surveys,
		"selfIdentificationQuestions":  s.selfIdentificationQuestions,
		"selfIdentification":           s.selfIdentification,
		"selfIdentificationStatistics": s.selfIdentificationStatistics,
		"outcomes":                     s.outcomes,
		"sites":                        s.sites,
	}
}

func (s *Server) outcomes(ctx context.Context, by domain.Actor, a args) (any, error) {
	measures := each(a.ids("measures"), lower[projections.Measure])
	if len(measures) == 0 {
		measures = projections.Measures
	}
	return s.Desk.Outcomes(ctx, by, measures...)
}
