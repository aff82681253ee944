package portal

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// mostUnmatched bounds how many students who wait are looked at together.
const mostUnmatched = 1000

// unmatched lists the students of whom nobody has said yet who they are here.
func (v *visit) unmatched() error {
	all, err := v.Desk.Unmatched(v.ctx(), v.actor(), mostUnmatched)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Students to match", "/students"), Heading: v.say("Students to match"), Lead: v.say("An institution named these students, and nobody has said yet who they are here. What it says of them waits, and is on record once you say who it is.")}
	d.List = list{Caption: v.say("Students to match"), Columns: []column{{Name: v.say("Student"), Notes: v.say("Id at the institution")}, {Name: v.say("Institution")}, {Name: v.say("What waits")}, {Name: v.say("Since")}}}
	coordinates := v.who.Capacity == domain.Coordinator
	if coordinates && !strings.HasSuffix(v.r.URL.Path, ".csv") {
		d.List.Columns = append(d.List.Columns, column{Name: v.say("What you can do")})
	}
	for _, s := range all {
		name := s.Name
		if name == "" {
			name = s.Ident
		}
		var rows []string
		for _, w := range s.Rows {
			rows = append(rows, strings.TrimSpace(w.Section.Code+" "+w.Section.Title))
		}
		r := row{{Text: name, Note: s.Ident}, {Text: v.college(s.Partner)}, {Text: strings.Join(rows, ", ")}, {Text: v.day(wholeDay, domain.DateOf(v.here(s.Since)))}}
		if len(d.List.Columns) > len(r) {
			path := "/students/" + string(s.Partner) + "/" + string(s.ID)
			r = append(r, cell{Doings: []link{{v.say("Say who %s is", name), path + "/match"}, {v.say("%s is nobody here", name), path + "/refuse"}}})
		}
		d.List.Rows = append(d.List.Rows, r)
	}
	d.Empty = emptiness{Title: v.say("Every student is matched"), Text: v.say("When an institution names somebody who is not known here, they wait on this page until you say who it is."), Act: link{v.say("Go to the institutions"), "/institutions"}}
	return v.showList("students", d)
}

// matchStudent says who a student is here, or that they are nobody.
func (v *visit) matchStudent() error {
	with, id := domain.PartnerID(v.r.PathValue("partner")), domain.StudentID(v.r.PathValue("student"))
	s, there, err := v.Desk.Student(v.ctx(), v.actor(), with, id)
	if err != nil {
		return err
	}
	if !there {
		return domain.Refuse(domain.NotFound, "NO_SUCH_STUDENT", "There is no such student.")
	}
	t := task{section: "/students", over: v.college(with), back: "/students"}
	name := s.Name
	if name == "" {
		name = s.Ident
	}
	switch v.r.PathValue("task") {
	case "match":
		t.filter = v.narrowed(v.r.URL.Path, input{Name: "q", Kind: lineInput, Label: v.say("Name or number of an apprentice"), Optional: true})
		options, hint, err := v.candidateOptions(s, t.filter.value("q"))
		if err != nil {
			return err
		}
		t.title, t.lead = v.say("Who is %s?", name), v.say("%s knows them by %s. Those whose name is like theirs come first, then others who share with it.", v.college(with), s.Ident)
		t.inputs = []input{{Name: "apprenticeId", Label: v.say("Apprentice"), Hint: hint, Kind: choiceInput, Options: options}}
		if len(options) > 0 {
			t.button = v.say("It is this apprentice")
		}
		t.do = func() (string, string, error) {
			who := domain.ApprenticeshipID(v.field("apprenticeId"))
			_, _, err := v.Desk.LinkStudent(v.ctx(), v.ask(), with, id, "", who)
			return "", v.say("Matched. What waited is on record now."), err
		}
	case "refuse":
		t.title, t.button, t.danger = v.say("%s is nobody here", name), v.say("Nobody here"), true
		t.effects = []string{v.say("What the institution said of them is gone."), v.say("If it names them again, they wait here again.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.RefuseStudent(v.ctx(), v.ask(), with, id)
			return "", v.say("On record. Nothing waits of this student any more."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

// candidateOptions are the apprentices whom a student may be, to be chosen from, and a hint how to
// find another.
func (v *visit) candidateOptions(s desk.KnownStudent, asked string) (options []option, hint string, err error) {
	found, more, err := v.Desk.StudentCandidates(v.ctx(), v.actor(), &v.site.names, s, asked)
	for _, c := range found {
		about := []string{string(c.ID), v.statusOf(c.Status).Text}
		if c.Shares {
			about = append(about, v.say("shares with %s", v.college(s.Partner)))
		}
		if c.Taken {
			about = append(about, v.say("is another of its students"))
		}
		options = append(options, option{Value: string(c.ID), Label: c.FullName, Hint: strings.Join(about, " · ")})
	}
	switch {
	case more:
		hint = v.say("There are more. Add a part of the name to see fewer.")
	case len(found) == 0:
		hint = v.say("Nobody here fits. Look for another part of the name, or for the number.")
	}
	return options, hint, err
}
