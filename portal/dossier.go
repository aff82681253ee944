package portal

import "slices"

var dossierPage = newPage[dossierData]("dossier.html", "card.html")

// dossierData is all that dossier.html may show: one record, as cards of facts and tables, with
// what can be done to it.
type dossierData struct {
	frame
	Over, Heading string
	Tag           *cell // how it stands
	Sub           string
	Acts          []link // the first is the main one
	Call          *call
	Steps         []step
	Cards, Side   []card
}

// A call says what somebody has to do next.
type call struct {
	Title, Text string
	Act         link
}

// A step of a way is done, with somebody, or still to come.
type step struct {
	Title, Note string
	State       state
}

// A current step is the first that is not done, with its place, from 1, and what comes after it.
type currentStep struct {
	At          int
	Title, Next string
}

// Now is the step that d is at, nil when all are done.
func (d dossierData) Now() *currentStep {
	at := slices.IndexFunc(d.Steps, func(s step) bool { return s.State != stateDone })
	if at < 0 {
		return nil
	}
	now := &currentStep{At: at + 1, Title: d.Steps[at].Title}
	for _, s := range d.Steps[at+1:] {
		if s.State != stateDone {
			now.Next = s.Title
			break
		}
	}
	return now
}

// A card is a part of a record. It holds facts, a table, or words on what will be here.
type card struct {
	ID, Title, Lead string
	Tag             *cell
	Acts            []link // beside the title
	Facts           []detail
	Table           *list
	Empty           string // stands in place of a table without rows
	Doings          []link // one below the other
}

// A detail is a name and what stands under it.
type detail struct {
	Name string
	cell
}

// details leaves out those that say nothing.
func details(all ...detail) (told []detail) {
	for _, f := range all {
		if f.Text != "" {
			told = append(told, f)
		}
	}
	return told
}

// offers leaves out what leads nowhere, which is what the viewer may not do.
func offers(all ...link) (open []link) {
	for _, l := range all {
		if l.Href != "" {
			open = append(open, l)
		}
	}
	return open
}

// when is a path under a condition.
func when(may bool, path string) string {
	if may {
		return path
	}
	return ""
}
