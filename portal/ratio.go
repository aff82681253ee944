package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/projections"
)

var ratioRoutes = []route{
	{"GET /ratio", (*visit).ratio, teachers},
	{"GET /ratio.csv", (*visit).ratio, teachers},
	{"GET /ratio/{program}/{site}", (*visit).ratioOf, teachers},
}

// teachers are those who look after who learns under whom.
var teachers = only(domain.Coordinator, domain.HR, domain.Auditor, domain.Manager, domain.Mentor)

// A ratioBoard is one site of a programme as it is today.
type ratioBoard struct {
	projections.Board
	title              string // of the programme
	learning, teaching int
	allowed            rules.Ratio
}

// room is how many more apprentices may learn there; below 0 there are too many.
func (b ratioBoard) room() int {
	return b.teaching*b.allowed.Apprentices/b.allowed.Journeyworkers - b.learning
}

// missing is how many more journeyworkers it takes.
func (b ratioBoard) missing() int {
	r := b.allowed
	return max(0, (b.learning*r.Journeyworkers+r.Apprentices-1)/r.Apprentices-b.teaching)
}

func (b ratioBoard) bound() bool { return b.allowed != rules.Ratio{} }

func (b ratioBoard) path() string { return "/ratio/" + string(b.Program) + "/" + string(b.At) }

// boards are the sites that the viewer may see, those first at which journeyworkers are missing.
func (v *visit) boards() ([]ratioBoard, error) {
	found, err := v.Desk.Boards(v.ctx(), v.actor())
	if err != nil {
		return nil, err
	}
	programs, err := v.Desk.Read.Programs(v.ctx())
	if err != nil {
		return nil, err
	}
	var out []ratioBoard
	for _, b := range found {
		board := ratioBoard{Board: b, title: string(b.Program)}
		board.learning, board.teaching = b.Site.Count(v.Desk.Today())
		for _, p := range programs {
			if p.ID == b.Program {
				board.title = p.Title
				board.allowed, _ = program.RatioOn(p.Sites, b.At, v.Desk.Today())
			}
		}
		out = append(out, board)
	}
	slices.SortStableFunc(out, func(a, b ratioBoard) int {
		return cmp.Or(-cmp.Compare(a.short(), b.short()), cmp.Compare(a.title, b.title))
	})
	return out, nil
}

// short is how many journeyworkers are missing under the ratio that holds, if any does.
func (b ratioBoard) short() int {
	if !b.bound() {
		return 0
	}
	return b.missing()
}

// siteName is the name of a site of a programme; who has none is at the programme's own.
func (v *visit) siteName(b projections.Board) string {
	if b.At == domain.SiteID(b.Program) {
		return v.say("Without a site")
	}
	return v.place(b.At)
}

// ratio lists how many learn at each site, how many teach there and what the ratio allows.
func (v *visit) ratio() error {
	all, err := v.boards()
	if err != nil {
		return err
	}
	programs := []option{{Label: v.say("All programmes")}}
	for _, b := range all {
		if o := (option{Value: string(b.Program), Label: b.title}); !slices.Contains(programs, o) {
			programs = append(programs, o)
		}
	}
	d := listingData{frame: v.frame("Ratio", "/ratio")}
	d.Filter = v.narrowed("/ratio", input{Name: "program", Kind: listInput, Label: v.say("Programme"), Optional: true, Options: programs})
	d.List = list{Caption: v.say("Apprentices and journeyworkers at each site"), Columns: []column{
		{Name: v.say("Site"), Notes: v.say("Programme")}, {Name: v.say("Apprentices"), Number: true}, {Name: v.say("Journeyworkers"), Number: true}, {Name: v.say("Allowed")}, {Name: v.say("Standing")},
	}}
	short := 0
	for _, b := range all {
		if p := d.Filter.value("program"); p != "" && p != string(b.Program) {
			continue
		}
		if b.short() > 0 {
			short++
		}
		d.List.Rows = append(d.List.Rows, row{
			{Text: v.siteName(b.Board), Note: b.title, Href: b.path()}, {Text: strconv.Itoa(b.learning)}, {Text: strconv.Itoa(b.teaching)}, {Text: v.allowance(b)}, v.ratioStanding(b)})
	}
	d.Heading = v.say("Every site is within its ratio")
	if short > 0 {
		d.Heading = v.say("%d sites have too few journeyworkers", short)
	}
	if len(d.List.Rows) == 0 {
		d.Heading = v.say("Nobody learns at a site yet")
	}
	d.Lead = v.say("Each site needs enough journeyworkers for those who learn there (29 CFR 29.5(b)(7)). Nobody is placed where one is missing.")
	d.Empty = emptiness{Title: v.say("What appears here"), Text: v.say("A site appears here when an apprentice is placed under a mentor there. It stays as long as somebody teaches there.")}
	if d.Filter.Clear != "" {
		d.Empty = v.noFit()
	}
	return v.showList("ratio", d)
}

func (v *visit) allowance(b ratioBoard) string {
	if !b.bound() {
		return v.say("No ratio on record")
	}
	return v.say("%s, apprentices to journeyworkers", b.allowed.String())
}

// ratioStanding says how many more may come, or who is missing.
func (v *visit) ratioStanding(b ratioBoard) cell {
	switch {
	case !b.bound():
		return cell{Text: v.say("Not bounded"), Tone: toneMute}
	case b.missing() > 0:
		return cell{Text: v.say("%d journeyworkers missing", b.missing()), Tone: toneWarn}
	case b.room() == 0:
		return cell{Text: v.say("Full"), Tone: toneInfo}
	}
	return cell{Text: v.say("Room for %d more", b.room()), Tone: toneOK}
}

// ratioOf says who counts at one site.
func (v *visit) ratioOf() error {
	all, err := v.boards()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(b ratioBoard) bool {
		return string(b.Program) == v.r.PathValue("program") && string(b.At) == v.r.PathValue("site")
	})
	if at < 0 {
		return domain.Refuse(domain.NotFound, "NO_SUCH_SITE", "%s", v.say("There is no such site."))
	}
	b := all[at]
	standing := v.ratioStanding(b)
	d := dossierData{frame: v.frame(v.siteName(b.Board), "/ratio"), Over: b.title, Heading: v.siteName(b.Board), Tag: &standing, Sub: v.say("%d apprentices learn here", b.learning)}
	if b.short() > 0 {
		d.Call = &call{Title: v.say("%d journeyworkers missing", b.missing()), Text: v.say("Nobody more can be placed here. Name another mentor who works here, or move somebody to another site.")}
	}
	learning, err := v.learningAt(b)
	if err != nil {
		return err
	}
	d.Cards = []card{
		{ID: "teaching", Title: v.say("Who teaches here"), Table: v.teachingAt(b), Empty: v.say("Nobody teaches here today.")},
		{ID: "learning", Title: v.say("Who learns here"), Table: learning, Empty: v.say("Nobody learns here today.")},
	}
	d.Side = []card{{ID: "rule", Title: v.say("Who counts"), Lead: v.say("Apprentices count from the day on which they are placed until they leave. Journeyworkers count from the first apprentice they taught here until they leave, whether they teach anybody today or not."),
		Facts: []detail{{v.say("Allowed"), cell{Text: v.allowance(b)}}, {v.say("Apprentices"), cell{Text: strconv.Itoa(b.learning)}}, {v.say("Journeyworkers"), cell{Text: strconv.Itoa(b.teaching)}}}}}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) teachingAt(b ratioBoard) *list {
	l := &list{Caption: v.say("Who teaches here"), Columns: []column{{Name: v.say("Journeyworker")}, {Name: v.say("Since")}, {Name: v.say("Teaches today"), Number: true}}}
	today := v.Desk.Today()
	for _, t := range b.Site.Teaching {
		if today.Before(t.From) || !t.To.IsZero() && today.After(t.To) {
			continue
		}
		of := 0
		for _, s := range learnsToday(b, today) {
			if s.Under == t.Person {
				of++
			}
		}
		l.Rows = append(l.Rows, row{{Text: v.name(t.Person)}, {Text: v.day(wholeDay, t.From), Value: t.From.String()}, {Text: strconv.Itoa(of)}})
	}
	return l
}

// learnsToday are the placements that hold on a day.
func learnsToday(b ratioBoard, day domain.Date) (out []placement.Spell) {
	for _, s := range b.Site.Spells {
		if !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To)) {
			out = append(out, s)
		}
	}
	return out
}

// learningAt names those learners whom the viewer may see.
func (v *visit) learningAt(b ratioBoard) (*list, error) {
	l := &list{Caption: v.say("Who learns here"), Columns: []column{{Name: v.say("Apprentice")}, {Name: v.say("Learns under")}, {Name: v.say("Since")}}}
	spells := learnsToday(b, v.Desk.Today())
	if len(spells) == 0 {
		return l, nil
	}
	ids := make([]domain.ApprenticeshipID, len(spells))
	for i, s := range spells {
		ids[i] = s.Apprenticeship
	}
	seen, err := v.Desk.Read.Learners(v.ctx(), projections.LearnerQuery{Visible: v.Desk.SightOf(v.actor()), IDs: ids})
	for _, s := range spells {
		who := cell{Text: v.say("An apprentice of another team")}
		if i := slices.IndexFunc(seen, func(l projections.Learner) bool { return l.ID == s.Apprenticeship }); i >= 0 {
			who = cell{Text: v.text(seen[i].Name), Href: v.learnerPath(s.Apprenticeship, seen[i].Person)}
		}
		l.Rows = append(l.Rows, row{who, {Text: v.name(s.Under)}, {Text: v.day(wholeDay, s.From), Value: s.From.String()}})
	}
	return l, err
}
