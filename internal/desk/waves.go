package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Wave returns a survey's wave.
func (d *Desk) Wave(ctx context.Context, id domain.WaveID) (projections.Wave, error) {
	all, err := d.Read.Waves(ctx)
	if err != nil {
		return projections.Wave{}, err
	}
	at := slices.IndexFunc(all, func(w projections.Wave) bool { return w.ID == id })
	if at < 0 {
		return projections.Wave{}, domain.Refuse(domain.NotFound, "NO_SUCH_WAVE", "There is no such survey.")
	}
	return all[at], nil
}

// OpenWave begins a time in which people are asked.
func (d *Desk) OpenWave(ctx context.Context, a Ask, id domain.WaveID, w wave.Opened) (events.Position, error) {
	for _, i := range w.Instruments {
		if _, ok := survey.InstrumentOf(i); !ok {
			return 0, domain.Refuse(domain.NotFound, "NO_SUCH_INSTRUMENT", "There is no such questionnaire.").About("instruments")
		}
	}
	w.Title = domain.Written(w.Title)
	w.Instruments = slices.Compact(slices.Sorted(slices.Values(w.Instruments)))
	return execute(ctx, d, wave.Stream(id), wave.Evolve, wave.Open{Request: d.request(a), Opened: w})
}

// CloseWave ends it.
func (d *Desk) CloseWave(ctx context.Context, a Ask, id domain.WaveID) (events.Position, error) {
	return execute(ctx, d, wave.Stream(id), wave.Evolve, wave.Close{Request: d.request(a)})
}
