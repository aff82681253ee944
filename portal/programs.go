package portal

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/projections"
)

var programRoutes = []route{
	{"GET /programs", (*visit).programs, keepers},
	{"GET /programs.csv", (*visit).programs, keepers},
	{"GET /programs/new", (*visit).newProgram, only(domain.Coordinator)},
	{"POST /programs/new", (*visit).newProgram, only(domain.Coordinator)},
	{"GET /programs/start", (*visit).startApprenticeship, only(domain.Coordinator)},
	{"POST /programs/start", (*visit).startApprenticeship, only(domain.Coordinator)},
	{"GET /programs/{program}", (*visit).program, keepers},
	{"GET /programs/{program}/{task}", (*visit).changeProgram, only(domain.Coordinator)},
	{"POST /programs/{program}/{task}", (*visit).changeProgram, only(domain.Coordinator)},
	{"GET /apprenticeships/{a}", (*visit).apprenticeship, everyone},
	{"GET /apprenticeships/{a}/{task}", (*visit).changeApprenticeship, everyone},
	{"POST /apprenticeships/{a}/{task}", (*visit).changeApprenticeship, everyone},
}

// Standings count apprenticeships by how far they are.
type standings struct{ preparing, running, completed, cancelled int }

func (s *standings) add(n projections.Share) {
	switch n.Status {
	case projections.Draft, projections.Signed, projections.Registered:
		s.preparing += n.Learners
	case projections.Completed, projections.Transferred:
		s.completed += n.Learners
	case projections.Cancelled:
		s.cancelled += n.Learners
	default:
		s.running += n.Learners
	}
}

func (v *visit) standingColumns() []column {
	return []column{{Name: v.say("Preparing"), Number: true}, {Name: v.say("Learning"), Number: true}, {Name: v.say("Finished"), Number: true}, {Name: v.say("Called off"), Number: true}}
}

func (s standings) cells() (out []cell) {
	for _, n := range []int{s.preparing, s.running, s.completed, s.cancelled} {
		out = append(out, cell{Text: strconv.Itoa(n)})
	}
	return out
}

func (v *visit) programs() error {
	all, err := v.Desk.Programs(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	shares, err := v.Desk.Shares(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	counts := map[domain.ProgramID]*standings{}
	for _, s := range shares {
		if counts[s.Program] == nil {
			counts[s.Program] = &standings{}
		}
		counts[s.Program].add(s)
	}
	d := listingData{frame: v.frame("Programmes", "/programs"), Heading: v.say("Programmes"), Lead: v.say("What an agency registered, where its apprentices learn, and how far they are.")}
	coordinates := v.who.Capacity == domain.Coordinator
	d.Acts = offers(link{v.say("Start an apprenticeship"), when(coordinates && len(all) > 0, "/programs/start")}, link{v.say("Register a programme"), when(coordinates, "/programs/new")})
	d.List = list{Caption: v.say("Programmes"), Columns: append([]column{{Name: v.say("Programme"), Notes: v.say("Number")}, {Name: v.say("Sponsor")}, {Name: v.say("Sites"), Number: true}}, v.standingColumns()...)}
	d.List.Columns = append(d.List.Columns, column{Name: v.say("State")})
	for _, p := range all {
		of := counts[p.ID]
		if of == nil {
			of = &standings{}
		}
		r := append(row{{Text: p.Title, Note: p.Number, Href: "/programs/" + string(p.ID)}, {Text: p.Sponsor}, {Text: strconv.Itoa(len(sitesOf(p)))}}, of.cells()...)
		d.List.Rows = append(d.List.Rows, append(r, v.registered(p)))
	}
	d.Empty = emptiness{Title: v.say("No programme yet"), Text: v.say("A programme appears here once an agency has registered it. Apprenticeships are started under one."), Act: link{v.say("Register a programme"), when(coordinates, "/programs/new")}}
	return v.showList("programmes", d)
}

func (v *visit) registered(p projections.Program) cell {
	if !p.Ended.On.IsZero() {
		return cell{Text: v.say("Ended"), Note: v.day(wholeDay, p.Ended.On), Tone: toneMute}
	}
	return cell{Text: v.say("Registered"), Tone: toneOK}
}

// sitesOf are the places of a programme, the newest word on each.
func sitesOf(p projections.Program) (sites []program.SiteAdded) {
	at := map[domain.SiteID]int{}
	for _, s := range p.Sites {
		i, known := at[s.Site]
		switch {
		case !known:
			at[s.Site] = len(sites)
			sites = append(sites, s)
		case !s.From.Before(sites[i].From):
			sites[i] = s
		}
	}
	return sites
}

// programmeHere is the programme that the address names.
func (v *visit) programmeHere() (projections.Program, error) {
	all, err := v.Desk.Programs(v.ctx(), v.actor())
	if err != nil {
		return projections.Program{}, err
	}
	for _, p := range all {
		if string(p.ID) == v.r.PathValue("program") {
			return p, nil
		}
	}
	return projections.Program{}, domain.Refuse(domain.NotFound, "NO_SUCH_PROGRAM", "There is no such programme.")
}

func (v *visit) program() error {
	p, err := v.programmeHere()
	if err != nil {
		return err
	}
	shares, err := v.Desk.Shares(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	path, open := "/programs/"+string(p.ID), v.who.Capacity == domain.Coordinator && p.Ended.On.IsZero()
	tag := v.registered(p)
	d := dossierData{frame: v.frame(p.Title, "/programs"), Over: v.say("Programme"), Heading: p.Title, Tag: &tag, Sub: v.say("%s, registered with %s", p.Sponsor, p.Agency),
		Acts: offers(link{v.say("Start an apprenticeship"), when(open, "/programs/start?program="+string(p.ID))})}
	preparing, err := v.preparing(p)
	if err != nil {
		return err
	}
	board, err := v.sitesCard(p)
	if err != nil {
		return err
	}
	d.Cards = []card{preparing, v.standardsOf(p, shares), board, v.employersOf(p)}
	d.Side = []card{v.agreedWith(p)}
	if open {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the programme"), Doings: []link{
			{v.say("Change what is agreed with the agency"), path + "/amend"}, {v.say("Add a site or change its ratio"), path + "/site"},
			{v.say("Record that an employer joined"), path + "/employer"}, {v.say("End the programme"), path + "/end"}}})
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// preparing are the apprenticeships that have not begun, with whose turn it is.
func (v *visit) preparing(p projections.Program) (card, error) {
	t := &list{Caption: v.say("Apprenticeships to begin"), Columns: []column{{Name: v.say("Apprentice")}, {Name: v.say("Standing")}, {Name: v.say("Next")}, {Name: v.say("Planned start")}}}
	all, err := v.Desk.Read.Learners(v.ctx(), projections.LearnerQuery{Visible: v.Desk.SightOf(v.actor()), Statuses: []projections.LearnerStatus{projections.Draft, projections.Signed, projections.Registered}})
	for _, l := range all {
		if l.Program == p.ID {
			name := v.name(l.Person)
			t.Rows = append(t.Rows, row{{Text: name, Initials: initials(name), Href: termsPath(l)}, v.statusOf(l.Status), {Text: v.turnOf(l)}, {Text: v.day(wholeDay, l.StartOn)}})
		}
	}
	return card{ID: "preparing", Title: v.say("Apprenticeships to begin"), Table: t, Empty: v.say("None waits to be signed, registered or begun.")}, err
}

func (v *visit) standardsOf(p projections.Program, shares []projections.Share) card {
	t := &list{Caption: v.say("Standards"), Columns: append([]column{{Name: v.say("Standard")}}, v.standingColumns()...)}
	counts := map[domain.StandardID]*standings{}
	var order []domain.StandardID
	for _, s := range shares {
		if s.Program != p.ID {
			continue
		}
		if counts[s.Standard] == nil {
			counts[s.Standard], order = &standings{}, append(order, s.Standard)
		}
		counts[s.Standard].add(s)
	}
	titles := v.standardTitles()
	for _, id := range order {
		t.Rows = append(t.Rows, append(row{{Text: cmp.Or(titles[id], string(id)), Href: when(titles[id] != "", "/standards/"+string(id))}}, counts[id].cells()...))
	}
	return card{ID: "standards", Title: v.say("Apprentices by standard"), Table: t, Empty: v.say("Nobody learns under this programme yet.")}
}

func (v *visit) standardTitles() map[domain.StandardID]string {
	all, err := v.Desk.Read.Standards(v.ctx())
	v.trouble(err)
	titles := map[domain.StandardID]string{}
	for _, s := range all {
		titles[s.ID] = s.Title
	}
	return titles
}

// sitesCard has each site with its ratio today.
func (v *visit) sitesCard(p projections.Program) (card, error) {
	t := &list{Caption: v.say("Sites"), Columns: []column{{Name: v.say("Site")}, {Name: v.say("Apprentices"), Number: true}, {Name: v.say("Journeyworkers"), Number: true}, {Name: v.say("Ratio")}, {Name: v.say("Standing")}}}
	boards, err := v.Desk.Boards(v.ctx(), v.actor())
	today := v.Desk.Today()
	for _, s := range sitesOf(p) {
		r, known := program.RatioOn(p.Sites, s.Site, today)
		apprentices, teaching := 0, 0
		for _, b := range boards {
			if b.Program == p.ID && b.At == s.Site {
				apprentices, teaching = b.Site.Count(today)
			}
		}
		ratio, standing := cell{Text: v.say("As the standard says")}, cell{Text: v.say("Within")}
		if known {
			ratio = cell{Text: v.say("%s to %s", strconv.Itoa(r.Apprentices), strconv.Itoa(r.Journeyworkers)), Note: v.say("From %s", v.day(wholeDay, s.From))}
		}
		if known && !r.Allows(apprentices, teaching) {
			standing = cell{Text: v.say("Too few journeyworkers"), Tone: toneWarn}
		}
		t.Rows = append(t.Rows, row{{Text: v.place(s.Site)}, {Text: strconv.Itoa(apprentices)}, {Text: strconv.Itoa(teaching)}, ratio, standing})
	}
	return card{ID: "sites", Title: v.say("Sites"), Lead: v.say("At each site, apprentices are bounded by the journeyworkers who teach them."), Table: t, Empty: v.say("No site yet. Add those at which apprentices learn.")}, err
}

func (v *visit) employersOf(p projections.Program) card {
	t := &list{Caption: v.say("Employers"), Columns: []column{{Name: v.say("Employer")}, {Name: v.say("Agreement")}, {Name: v.say("Joined")}}}
	for _, e := range p.Employers {
		t.Rows = append(t.Rows, row{{Text: e.Employer}, {Text: e.Acceptance}, {Text: v.day(wholeDay, e.On)}})
	}
	return card{ID: "employers", Title: v.say("Employers who joined"), Table: t, Empty: v.say("None besides the sponsor.")}
}

func (v *visit) agreedWith(p projections.Program) card {
	s := program.SettingsOn(p.Settings, p.Amended, v.Desk.Today())
	told, reviewed := v.say("As the rules say"), v.say("As the rules say")
	switch {
	case s.Reporting.Days > 0 && s.Reporting.Working:
		told = v.say("Within %d working days", s.Reporting.Days)
	case s.Reporting.Days > 0:
		told = v.say("Within %d days", s.Reporting.Days)
	}
	if s.ReviewWeeks > 0 {
		reviewed = v.say("Every %d weeks", s.ReviewWeeks)
	}
	return card{ID: "agreed", Title: v.say("Registration"), Facts: details(
		detail{v.say("Agency"), cell{Text: p.Agency}}, detail{v.say("Number"), cell{Text: p.Number}}, detail{v.say("Since"), cell{Text: v.day(wholeDay, p.On)}}, detail{v.say("Rules"), cell{Text: p.Profile}},
		detail{v.say("Agency is told"), cell{Text: told}}, detail{v.say("Progress reviews"), cell{Text: reviewed}},
		detail{v.say("Ended"), cell{Text: v.day(wholeDay, p.Ended.On), Note: p.Ended.Reason}})}
}

// openPrograms are the programmes that apprenticeships can be started under.
func (v *visit) openPrograms() (options []option) {
	all, err := v.Desk.Programs(v.ctx(), v.actor())
	v.trouble(err)
	for _, p := range all {
		if p.Ended.On.IsZero() {
			options = append(options, option{Value: string(p.ID), Label: p.Title})
		}
	}
	return options
}

// ways are the pathways and, for those who follow none, the standards that an apprenticeship can be on.
func (v *visit) ways() (options []option) {
	for _, p := range v.pathways() {
		options = append(options, option{Value: "pathway." + string(p.ID), Label: p.Title})
	}
	standards, err := v.Desk.Read.Standards(v.ctx())
	v.trouble(err)
	for _, s := range standards {
		options = append(options, option{Value: "standard." + string(s.ID), Label: v.say("Standard: %s", s.Title)})
	}
	return options
}
