package portal

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/suppress"
	"github.com/guildhall-dev/guildhall/projections"
)

var outcomeRoutes = []route{
	{"GET /outcomes", (*visit).outcomes, responsible},
	{"GET /outcomes.csv", (*visit).outcomesCSV, responsible},
}

// responsible are those who are told what came of the programmes; managers of their own site.
var responsible = only(domain.Executive, domain.Coordinator, domain.HR, domain.Auditor, domain.Manager)

var outcomesPage = newPage[outcomesData]("outcomes.html", "outcome-parts.html", "inputs.html")

// outcomesData is all that outcomes.html may show: what came of the programmes, in numbers of
// groups of at least ten.
type outcomesData struct {
	frame
	Filter *filter
	CSV    string
	Topics []outcomeTopic
	Untold []untold
	Least  int // people of a group that is shown
}

// untold are topics without a figure, and why: each leads to how it is counted.
type untold struct {
	Why    string
	Topics []link
}

// An outcomeTopic is one question about the programmes with its answer: for everybody, and
// broken down.
type outcomeTopic struct {
	ID, Title     string
	Figure, Label string // of everybody: "31 of 40", "people who were interested take part"
	How           string // the figure is computed, in a sentence
	Series        []string
	Groups        []outcomeGroup
	Note          string // in place of bars where every group is hidden
	Table         *list  // the same as a table
	Uncounted     bool   // there is nothing to count yet
}

// An outcomeGroup has a bar for each series.
type outcomeGroup struct {
	Name string
	Bars []outcomeBar
}

// An outcomeBar is one figure of one group. Width is that of the bar in a drawing of meterWidth.
type outcomeBar struct {
	Series int // place of its series, which names its look
	Value  string
	Width  int
	Hidden bool
	Part   bool // of a whole, which is drawn behind it
}

// outcomes shows the figures of every topic, broken down as the address asks.
func (v *visit) outcomes() error {
	asked, dimension := v.outcomeFilter()
	topics, err := v.outcomeTopics(dimension)
	if err != nil {
		return err
	}
	d := outcomesData{frame: v.frame("Outcomes", "/outcomes"), Filter: asked, Least: suppress.Least, CSV: "/outcomes.csv"}
	d.Topics, d.Untold = v.toldApart(topics)
	if q := v.r.URL.RawQuery; q != "" {
		d.CSV += "?" + q
	}
	return show(v, outcomesPage, http.StatusOK, d)
}

// toldApart are the topics that tell something, and the others by why they do not. The only one
// that is asked for is shown in any case.
func (v *visit) toldApart(topics []outcomeTopic) (told []outcomeTopic, rest []untold) {
	if len(topics) == 1 {
		return topics, nil
	}
	hidden, uncounted := untold{Why: v.say("Hidden because fewer than %d people are in it", suppress.Least)}, untold{Why: v.say("Nothing is counted yet")}
	for _, t := range topics {
		to := link{t.Title, v.with("topic", t.ID)}
		switch {
		case t.Figure != "" || len(t.Groups) > 0:
			told = append(told, t)
		case t.Uncounted:
			uncounted.Topics = append(uncounted.Topics, to)
		default:
			hidden.Topics = append(hidden.Topics, to)
		}
	}
	for _, u := range []untold{hidden, uncounted} {
		if len(u.Topics) > 0 {
			rest = append(rest, u)
		}
	}
	return told, rest
}

// dimensionWords name what outcomes are broken down by, in English.
var dimensionWords = map[projections.Dimension]string{
	projections.ByProgram: "Programme", projections.BySite: "Site", projections.ByCohort: "Cohort", projections.ByYear: "Year", projections.BySetting: "Rural or urban",
}

// outcomeFilter is how outcomes are broken down: for managers by site, as they see no other.
func (v *visit) outcomeFilter() (*filter, projections.Dimension) {
	dimensions := []projections.Dimension{projections.BySite, projections.ByProgram, projections.ByCohort, projections.ByYear, projections.BySetting}
	if v.who.Capacity == domain.Manager {
		dimensions = dimensions[:1]
	}
	var options []option
	for _, d := range dimensions {
		options = append(options, option{Value: string(d), Label: v.say(dimensionWords[d])})
	}
	topics := []option{{Label: v.say("Every topic")}}
	for _, t := range outcomeQuestions {
		topics = append(topics, option{Value: t.id, Label: v.say(t.title)})
	}
	f := v.narrowed("/outcomes",
		input{Name: "by", Kind: listInput, Label: v.say("Broken down by"), Optional: true, Options: options},
		input{Name: "topic", Kind: listInput, Label: v.say("Topic"), Optional: true, Options: topics})
	return f, projections.Dimension(f.value("by"))
}

// outcomeTopics are the topics that the address asks for.
func (v *visit) outcomeTopics(by projections.Dimension) (topics []outcomeTopic, err error) {
	told, err := v.Desk.Outcomes(v.ctx(), v.actor(), projections.Measures...)
	if err != nil {
		return nil, err
	}
	names, err := v.groupNames()
	for _, q := range outcomeQuestions {
		if asked := v.r.URL.Query().Get("topic"); asked == "" || asked == q.id {
			topics = append(topics, v.outcomeTopic(q, by, told, names))
		}
	}
	return topics, err
}

// groupNames is how a group of a dimension is called.
func (v *visit) groupNames() (func(projections.Outcome) string, error) {
	programs, err := v.Desk.Read.Programs(v.ctx())
	if err != nil {
		return nil, err
	}
	cohorts, err := v.Desk.Read.Cohorts(v.ctx())
	titles := map[projections.Dimension]map[string]string{projections.ByProgram: {}, projections.ByCohort: {}}
	for _, p := range programs {
		titles[projections.ByProgram][string(p.ID)] = p.Title
	}
	for _, c := range cohorts {
		titles[projections.ByCohort][string(c.ID)] = c.Title
	}
	return func(o projections.Outcome) string {
		switch {
		case o.Dimension == projections.Everybody:
			return v.say("Everybody")
		case o.Key == "":
			return v.say(groupless[o.Dimension])
		case o.Dimension == projections.BySite:
			return v.place(domain.SiteID(o.Key))
		case o.Dimension == projections.BySetting && o.Key == "rural":
			return v.say("Rural")
		case o.Dimension == projections.BySetting && o.Key == "urban":
			return v.say("Urban")
		}
		if title := titles[o.Dimension][o.Key]; title != "" {
			return title
		}
		return o.Key
	}, err
}

// groupless name those of whom it is not known, in English.
var groupless = map[projections.Dimension]string{
	projections.ByProgram: "Without a programme", projections.BySite: "Without a site", projections.ByCohort: "Without a cohort",
	projections.ByYear: "Without a year", projections.BySetting: "Setting not described",
}

// outcomeTopic answers one question.
func (v *visit) outcomeTopic(q outcomeQuestion, by projections.Dimension, told []projections.Outcome, name func(projections.Outcome) string) outcomeTopic {
	if q.by != "" {
		by = q.by
	}
	t := outcomeTopic{ID: q.id, Title: v.say(q.title), Label: v.say(q.label), How: v.say(q.how)}
	t.Table = &list{Caption: t.Title, Columns: []column{{Name: v.say(dimensionWords[by])}}}
	if len(q.series) > 1 {
		for _, s := range q.series {
			t.Series = append(t.Series, v.say(s.label))
		}
	}
	seen := false
	var keys []projections.Outcome // one for each group, in order
	most := 1
	for _, s := range q.series {
		t.Table.Columns = append(t.Table.Columns, column{Name: v.say(s.label)})
		for _, o := range told {
			switch {
			case o.Measure != s.measure:
			case o.Dimension == projections.Everybody && t.Figure == "":
				if t.Figure = v.outcomeFigure(q, o); len(q.series) > 1 {
					t.Label = v.say(s.label)
				}
				if q.hides(o) {
					t.Figure, t.Label = "", t.Figure
				}
			case o.Dimension == by:
				most = max(most, q.size(o))
				if !slices.ContainsFunc(keys, func(k projections.Outcome) bool { return k.Key == o.Key }) {
					keys = append(keys, o)
				}
			}
		}
	}
	for _, k := range keys {
		g := outcomeGroup{Name: name(k)}
		r := row{{Text: g.Name}}
		for n, s := range q.series {
			at := slices.IndexFunc(told, func(o projections.Outcome) bool {
				return o.Measure == s.measure && o.Dimension == by && o.Key == k.Key
			})
			if at < 0 {
				r = append(r, cell{Text: v.say("None")})
				continue
			}
			o := told[at]
			b := outcomeBar{Series: n, Value: v.outcomeFigure(q, o), Hidden: q.hides(o), Part: q.kind != countOf}
			if !b.Hidden {
				b.Width, seen = q.width(o, most), true
			}
			g.Bars = append(g.Bars, b)
			r = append(r, cell{Text: b.Value})
		}
		t.Groups, t.Table.Rows = append(t.Groups, g), append(t.Table.Rows, r)
	}
	switch {
	case len(t.Groups) > 0 && !seen:
		t.Groups, t.Note = nil, v.say("Each part of it is hidden because fewer than %d, or beside a part of fewer.", suppress.Least)
	case len(t.Groups) == 0 && t.Figure == "" && t.Label == v.say(q.label):
		t.Uncounted, t.Label = true, v.say("Nothing is counted yet. It will be as soon as there is something to count.")
	}
	return t
}

// outcomeFigure is what may be told of a group, in words.
func (v *visit) outcomeFigure(q outcomeQuestion, o projections.Outcome) string {
	switch {
	case o.Hidden:
		return v.say("Hidden because fewer than %d, or beside a group of fewer", suppress.Least)
	case o.TotalHidden && q.needsTotal():
		return v.say("Hidden: it would tell of each of a group of fewer than %d", suppress.Least)
	}
	switch q.kind {
	case countOf:
		return v.say("%d people", o.N)
	case shareOf:
		return v.say("%d of %d", o.Total, o.N)
	case restOf:
		return v.say("%d of %d", o.N-o.Total, o.N)
	case daysOf:
		return v.say("%d days on average, of %d", rounded(o.Total, o.N), o.N)
	case pointsOf:
		return v.say("%d of 100 points, from %d answers", rounded(o.Total, 100*o.N), o.N)
	}
	return v.say("%s for %d people", dollars(domain.Cents(o.Total)), o.N)
}

// rounded is the nearest whole number to a part.
func rounded(total, n int) int {
	if n == 0 {
		return 0
	}
	return (total + n/2) / n
}

// outcomesCSV has every topic with the numbers that its figures are made of, hidden alike.
func (v *visit) outcomesCSV() error {
	_, by := v.outcomeFilter()
	told, err := v.Desk.Outcomes(v.ctx(), v.actor(), projections.Measures...)
	if err != nil {
		return err
	}
	name, err := v.groupNames()
	if err != nil {
		return err
	}
	l := list{Columns: []column{{Name: v.say("Topic")}, {Name: v.say("Measure")}, {Name: v.say("Broken down by")}, {Name: v.say("Group")}, {Name: v.say("Count")}, {Name: v.say("Total")}, {Name: v.say("In words")}}}
	for _, q := range outcomeQuestions {
		if asked := v.r.URL.Query().Get("topic"); asked != "" && asked != q.id {
			continue
		}
		for _, s := range q.series {
			for _, o := range told {
				if o.Measure != s.measure || o.Dimension != projections.Everybody && o.Dimension != by && o.Dimension != q.by {
					continue
				}
				count, total := strconv.Itoa(o.N), strconv.Itoa(o.Total)
				if o.Hidden {
					count = ""
				}
				if o.Hidden || o.TotalHidden {
					total = ""
				}
				l.Rows = append(l.Rows, row{{Text: v.say(q.title)}, {Text: v.say(s.label)}, {Text: v.say(dimensionWords[o.Dimension])}, {Text: name(o)}, {Text: count}, {Text: total}, {Text: v.outcomeFigure(q, o)}})
			}
		}
	}
	return v.sendCSV("outcomes", l)
}
