package portal

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var startRoutes = []route{{"GET /reports", (*visit).reports, overseers}}

// overseers are those who look after programmes as a whole.
var overseers = only(domain.Coordinator, domain.HR, domain.Auditor, domain.Executive)

var reportsPage = newPage[reportsData]("reports.html")

// reportsData is all that reports.html may show: of each board the one figure that counts today.
type reportsData struct {
	frame
	Heading string
	Boards  []boardTile
	Ending  []find // agreements and certificates that end soon, the earliest first
}

// A boardTile leads to a board. An empty Path only tells.
type boardTile struct {
	Path, Title  string
	Figure, Note string
	Presses      bool // somebody has to act
}

// Days ahead that a start page looks.
const (
	agreementsAhead   = 90
	certificatesAhead = 60
	mostEnding        = 20 // of what ends soon, that are shown
)

// reports shows the one figure of each board that counts today, for those who may open it.
func (v *visit) reports() error {
	d := reportsData{frame: v.frame("Reports", "/reports")}
	add := func(presses int, t boardTile) {
		t.Presses = presses > 0
		d.Boards = append(d.Boards, t)
	}
	late, ahead, err := v.Desk.DueCounts(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	add(late, boardTile{Title: v.say("Deadlines"), Figure: strconv.Itoa(late), Note: v.say("late; %d more within 60 days", ahead), Path: when(accountable.admits(v.who.Capacity), "/deadlines")})
	if v.who.Capacity != domain.Executive {
		if err := v.watchTiles(add); err != nil {
			return err
		}
		if d.Ending, err = v.ending(); err != nil {
			return err
		}
	}
	told, err := v.Desk.Outcomes(v.ctx(), v.actor(), projections.Participation)
	if err != nil {
		return err
	}
	taking := boardTile{Title: v.say("Outcomes"), Figure: "–", Note: v.say("nobody takes part yet"), Path: "/outcomes"}
	for _, o := range told {
		switch {
		case o.Dimension != projections.Everybody:
		case o.Hidden:
			taking.Note = v.say("fewer than 10 take part, so the figure is hidden")
		default:
			taking.Figure, taking.Note = strconv.Itoa(o.N), v.say("people have begun an apprenticeship, an academy or something else, now or earlier")
		}
	}
	add(0, taking)
	pressing := 0
	for _, b := range d.Boards {
		if b.Presses {
			pressing++
		}
	}
	d.Heading = v.say("%d areas need action today", pressing)
	return show(v, reportsPage, http.StatusOK, d)
}

// watchTiles are the boards of those who keep or read all records.
func (v *visit) watchTiles(add func(int, boardTile)) error {
	today := v.Desk.Today()
	filings, err := v.Desk.CountFilings(v.ctx(), v.actor(), projections.FilingQuery{Open: true})
	if err != nil {
		return err
	}
	add(filings.Late, boardTile{Title: v.say("Filings"), Figure: strconv.Itoa(filings.Late), Note: v.say("late; %d to be sent in all", filings.Open), Path: "/filings"})
	if v.decider() {
		waiting := v.waits()
		add(waiting, boardTile{Title: v.say("Approvals"), Figure: strconv.Itoa(waiting), Note: v.say("wait for you"), Path: "/approvals"})
	}
	if brokers.admits(v.who.Capacity) {
		syncs, err := v.Desk.Syncs(v.ctx(), v.actor(), "")
		if err != nil {
			return err
		}
		behind := 0
		for _, s := range syncs {
			if s.Late(today) {
				behind++
			}
		}
		add(behind, boardTile{Title: v.say("Institutions"), Figure: strconv.Itoa(behind), Note: v.say("not synced, of %d", len(syncs)), Path: "/institutions"})
	}
	sites, err := v.boards()
	if err != nil {
		return err
	}
	short := 0
	for _, b := range sites {
		if b.short() > 0 {
			short++
		}
	}
	add(short, boardTile{Title: v.say("Ratio"), Figure: strconv.Itoa(short), Note: v.say("sites with too few journeyworkers, of %d", len(sites)), Path: "/ratio"})
	if paymasters.admits(v.who.Capacity) {
		due, err := v.Desk.Read.WagesDue(v.ctx())
		if err != nil {
			return err
		}
		add(len(due), boardTile{Title: v.say("Wages"), Figure: strconv.Itoa(len(due)), Note: v.say("apprentices wait for a wage step"), Path: "/wages?state=due"})
	}
	return nil
}

// ending are the agreements and certificates that end within the next weeks.
func (v *visit) ending() ([]find, error) {
	today := v.Desk.Today()
	ids, err := v.Desk.Read.AgreementsEnding(v.ctx(), today, agreementsAhead)
	if err != nil {
		return nil, err
	}
	agreements, err := v.Desk.Read.Agreements(v.ctx(), "")
	if err != nil {
		return nil, err
	}
	certificates, err := v.Desk.CredentialsEnding(v.ctx(), v.actor(), certificatesAhead)
	if err != nil {
		return nil, err
	}
	type end struct {
		find
		on domain.Date
	}
	var all []end
	for _, g := range agreements {
		if slices.Contains(ids, g.ID) {
			all = append(all, end{find{link{Text: v.say("Agreement with %s", v.college(g.Partner))}, v.say("Ends on %s", v.day(wholeDay, g.To))}, g.To})
		}
	}
	for _, c := range certificates {
		all = append(all, end{find{link{Text: v.say("%s of %s", c.Title, v.name(c.Person))}, v.say("Runs out on %s", v.day(wholeDay, c.ValidTo))}, c.ValidTo})
	}
	slices.SortStableFunc(all, func(a, b end) int { return a.on.DaysSince(b.on) })
	var out []find
	for _, e := range all[:min(len(all), mostEnding)] {
		out = append(out, e.find)
	}
	return out, nil
}
