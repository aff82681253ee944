package projections

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/suppress"
)

// A Measure is one thing that outcomes are told of: how many it is about, and a total of
// something about them.
type Measure string

const (
	Participation       Measure = "participation"        // people who take part
	Interest            Measure = "interest"             // people who are interested; of them, who take part
	Invitation          Measure = "invitation"           // invitations; of them, which led to taking part
	ParticipantTurnover Measure = "participant-turnover" // people who take part; of them, who left
	OtherTurnover       Measure = "other-turnover"       // people who do not; of them, who left
	TimeToRole          Measure = "time-to-role"         // roles reached on a pathway; days since its beginning
	InternalFill        Measure = "internal-fill"        // positions filled; of them, from within
	DaysToFillWithin    Measure = "days-to-fill-within"  // positions filled from within; days they were open
	DaysToFillOutside   Measure = "days-to-fill-outside" // positions filled from outside; days they were open
	Onboarding          Measure = "onboarding"           // roles taken up; days until they were confirmed

	FundingPublicGrant  Measure = "funding-public-grant" // people who are funded; cents spent
	FundingScholarship  Measure = "funding-scholarship"
	FundingTaxIncentive Measure = "funding-tax-incentive"
	FundingEmployer     Measure = "funding-employer"

	SatisfactionBefore  Measure = "satisfaction-before" // answers; hundredths of a percent of the scale
	SatisfactionAfter   Measure = "satisfaction-after"
	QualityOfLifeBefore Measure = "quality-of-life-before"
	QualityOfLifeAfter  Measure = "quality-of-life-after"
	BurnoutBefore       Measure = "burnout-before"
	BurnoutAfter        Measure = "burnout-after"
)

// Measures lists the measures there are.
var Measures = []Measure{
	Participation, Interest, Invitation, ParticipantTurnover, OtherTurnover, TimeToRole, InternalFill, DaysToFillWithin, DaysToFillOutside, Onboarding,
	FundingPublicGrant, FundingScholarship, FundingTaxIncentive, FundingEmployer,
	SatisfactionBefore, SatisfactionAfter, QualityOfLifeBefore, QualityOfLifeAfter, BurnoutBefore, BurnoutAfter,
}

// shares are the measures whose total is how many of those counted have something.
var shares = []Measure{Interest, Invitation, ParticipantTurnover, OtherTurnover, InternalFill}

// IsShare reports whether the total is how many of those counted have something.
func (m Measure) IsShare() bool { return slices.Contains(shares, m) }

// A Dimension is what outcomes are broken down by.
type Dimension string

const (
	Everybody Dimension = "all"
	ByProgram Dimension = "programme"
	BySite    Dimension = "site"
	ByCohort  Dimension = "cohort"
	ByYear    Dimension = "year"
	BySetting Dimension = "setting" // rural or urban
)

var dimensions = []Dimension{Everybody, ByProgram, BySite, ByCohort, ByYear, BySetting}

// An Outcome is one measure for one group. A hidden one has no numbers: too few people, or
// a sum that would give away another group that is of too few.
type Outcome struct {
	Measure     Measure
	Dimension   Dimension
	Key         string // of the group within the dimension; empty for what has none, such as no cohort
	Hidden      bool
	N           int
	Total       int
	TotalHidden bool // the total would tell of everybody in a hidden group
}

// Outcomes returns the measures by group: everybody first, then each dimension by key.
// What is hidden is the same whoever asks, so that putting answers together tells no more.
func (db *DB) Outcomes(ctx context.Context, measures ...Measure) ([]Outcome, error) {
	var atoms map[Measure][]atom
	err := db.snapshot(ctx, func(q querier) error {
		settings := map[domain.SiteID]site.Setting{}
		if _, err := collect(ctx, q, func(rows *sql.Rows) (s site.Setting, err error) {
			var id domain.SiteID
			err = rows.Scan(&id, &s)
			settings[id] = s
			return s, err
		}, `SELECT id, setting FROM site`); err != nil {
			return err
		}
		atoms = map[Measure][]atom{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (a atom, err error) {
			var m Measure
			err = rows.Scan(&m, &a.program, &a.site, &a.cohort, &a.year, &a.n, &a.total)
			a.setting = string(settings[a.site])
			atoms[m] = append(atoms[m], a)
			return a, err
		}, `SELECT measure, program, site, cohort, year, n, total FROM outcome WHERE measure IN (SELECT value FROM json_each(?)) ORDER BY measure, program, site, cohort, year`, text(measures))
		return err
	})
	if err != nil {
		return nil, fault(err, "outcomes")
	}
	var out []Outcome
	hidden := map[string][]bool{} // of measures that count the same people
	for _, m := range measures {
		out = append(out, publish(m, atoms[m], hidden)...)
	}
	return out, nil
}

// An atom is a row of the sums.
type atom struct {
	spot
	setting  string
	n, total int
}

func (a atom) key(d Dimension) string {
	switch d {
	case ByProgram:
		return string(a.program)
	case BySite:
		return string(a.site)
	case ByCohort:
		return string(a.cohort)
	case ByYear:
		return a.year
	case BySetting:
		return a.setting
	}
	return ""
}

// publish is what may be told of one measure.
func publish(m Measure, atoms []atom, known map[string][]bool) []Outcome {
	if len(atoms) == 0 {
		return nil
	}
	var groups []suppress.Group
	var out []Outcome
	var print strings.Builder
	sizes := make([]int, len(atoms))
	for i, a := range atoms {
		sizes[i] = a.n
		fmt.Fprint(&print, a.spot, a.n, ";")
	}
	for d, dimension := range dimensions {
		of := map[string][]int{}
		for i, a := range atoms {
			of[a.key(dimension)] = append(of[a.key(dimension)], i)
		}
		for _, key := range slices.Sorted(maps.Keys(of)) {
			o := Outcome{Measure: m, Dimension: dimension, Key: key}
			for _, i := range of[key] {
				o.N, o.Total = o.N+atoms[i].n, o.Total+atoms[i].total
			}
			out = append(out, o)
			groups = append(groups, suppress.Group{Dimension: d, Atoms: of[key]})
		}
	}
	hidden, done := known[print.String()]
	if !done {
		hidden = suppress.Hide(sizes, groups)
		known[print.String()] = hidden
	}
	for i := range out {
		out[i].Hidden = hidden[i]
	}
	if m.IsShare() {
		out = level(out, groups, len(atoms))
	}
	for i := range out {
		if out[i].Hidden {
			out[i].N, out[i].Total = 0, 0
		}
		if out[i].TotalHidden {
			out[i].Total = 0
		}
	}
	return out
}

// level hides totals that would tell of everybody in a hidden group: that none of them has
// something, or that all of them have.
func level(out []Outcome, groups []suppress.Group, atoms int) []Outcome {
	hidden := make([]bool, len(out))
	some, told := false, -1
	for i, o := range out {
		hidden[i] = o.Hidden
		some = some || o.Hidden
	}
	for d := range dimensions[1:] {
		n, total := 0, 0
		var together []int
		for i, o := range out {
			if o.Dimension == dimensions[d+1] && o.Hidden {
				n, total, together = n+o.N, total+o.Total, append(together, groups[i].Atoms...)
			}
		}
		if n == 0 || total > 0 && total < n {
			continue
		}
		for i := range out {
			hidden[i] = hidden[i] || out[i].Dimension == dimensions[d+1]
		}
		groups, hidden = append(groups, suppress.Group{Dimension: d + 1, Atoms: together}), append(hidden, true)
	}
	if len(groups) > len(out) {
		told = suppress.Given(atoms, groups, hidden)
	}
	everything := some && (out[0].Total == 0 || out[0].Total == out[0].N) || told >= 0
	for i := range out {
		out[i].TotalHidden = hidden[i] || everything
	}
	return out
}
