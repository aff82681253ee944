package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

type waveNode struct {
	projections.Wave
	by     domain.Actor
	server *Server
}

var waveType = object("SurveyWave", map[string]field[waveNode]{
	"id":      get(func(n waveNode) any { return wave.Stream(n.ID) }),
	"version": get(func(n waveNode) any { return int(n.Version) }),
	"title":   get(func(n waveNode) any { return n.Title }),
	"moment":  get(func(n waveNode) any { return upper(survey.Moment(n.Moment)) }),
	"from":    get(func(n waveNode) any { return n.From }),
	"to":      get(func(n waveNode) any { return n.To }),
	"closed":  get(func(n waveNode) any { return n.Closed }),
	"questionnaires": get(func(n waveNode) any {
		var out []questionnaireNode
		for _, id := range n.Instruments {
			if i, ok := survey.InstrumentOf(id); ok {
				out = append(out, questionnaireNode{i, n})
			}
		}
		return out
	}),
})

type questionnaireNode struct {
	survey.Instrument
	wave waveNode
}

var questionnaireType = object("Questionnaire", map[string]field[questionnaireNode]{
	"id":    get(func(q questionnaireNode) any { return q.ID }),
	"title": get(func(q questionnaireNode) any { return q.Title }),
	"low":   get(func(q questionnaireNode) any { return q.Low }),
	"high":  get(func(q questionnaireNode) any { return q.High }),
	"items": get(func(q questionnaireNode) any { return q.Items }),
	"answered": ask(func(ctx context.Context, q questionnaireNode, _ args) (any, error) {
		done, err := q.wave.server.Desk.Answered(ctx, q.wave.by, q.wave.ID)
		return done[q.ID], err
	}),
})

func (s *Server) surveys(ctx context.Context, by domain.Actor, _ args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	found, err := s.Read.Waves(ctx)
	return each(found, func(w projections.Wave) waveNode { return waveNode{w, by, s} }), err
}

// wave is a survey as the asker may see it, or nil.
func (c *cohort) wave(ctx context.Context, id domain.WaveID) (any, error) {
	if c.outside() {
		return nil, nil
	}
	w, err := c.Desk.Wave(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	return waveNode{w, c.by, c.server}, err
}

func surveyCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.WaveID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "surveyId", wave.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return wave.Stream(id), p, err
		})
	}
	return map[string]command{
		"openSurvey": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.WaveID(derived(a))
			p, err := s.Desk.OpenWave(ctx, a, id, wave.Opened{Title: in.text("title"), Moment: lower[string](in.enum("moment")), From: in.date("from"), To: in.date("to"),
				Instruments: each(in.ids("questionnaires"), func(q string) domain.InstrumentID { return domain.InstrumentID(q) })})
			return wave.Stream(id), p, err
		}),
		"closeSurvey": on(func(ctx context.Context, a desk.Ask, id domain.WaveID, _ args) (position, error) {
			return s.Desk.CloseWave(ctx, a, id)
		}),
		"answerSurvey": on(func(ctx context.Context, a desk.Ask, id domain.WaveID, in args) (position, error) {
			return s.Desk.AnswerSurvey(ctx, a, id, domain.InstrumentID(in.id("questionnaire")), values[int](in, "scores"))
		}),
	}
}
