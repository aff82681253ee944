package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

const disclosuresPath = "/sharing/disclosures"

var ownDisclosuresPage = newPage[ownDisclosuresData]("disclosures.html")

// ownDisclosuresData is all that disclosures.html may show: what institutions were told about the
// viewer. List has no rows: they stand under their days.
type ownDisclosuresData struct {
	frame
	Days []toldDay // newest first
	List list
}

// A toldDay is what was told on one day.
type toldDay struct {
	Day  string
	Told []toldEntry
}

// A toldEntry is one disclosure in words.
type toldEntry struct{ Who, What, Why, Ground string }

// mostTold is how many disclosures about one person are listed.
const mostTold = 10_000

// toldOfMe lists what institutions were told about the viewer, newest first.
func (v *visit) toldOfMe() (list, error) {
	l := list{Caption: v.say("What institutions were told about you"), CSV: disclosuresPath + ".csv",
		Columns: []column{{Name: v.say("Day")}, {Name: v.say("Who")}, {Name: v.say("What")}, {Name: v.say("Why")}, {Name: v.say("Ground")}}}
	q, sees := desk.SeesDisclosures(v.actor(), projections.DisclosureQuery{Person: v.who.ID, First: mostTold})
	if !sees {
		return l, nil
	}
	found, err := v.Desk.Read.Disclosures(v.ctx(), q)
	for _, d := range found {
		ground := v.say("You consented")
		if d.Basis != disclosure.Consent {
			ground = v.say("%s. Disclosed by %s", v.groundOf(d.Basis), v.name(d.By))
		}
		l.Rows = append(l.Rows, row{
			{Text: v.day(weekdayDay, d.On) + " " + d.On.Format("2006"), Value: d.On.String()},
			{Text: v.college(d.Partner)}, {Text: v.scopes(d.Fields)}, {Text: d.Interest}, {Text: ground},
		})
	}
	return l, err
}

func (v *visit) ownDisclosures() error {
	l, err := v.toldOfMe()
	if err != nil {
		return err
	}
	d := ownDisclosuresData{frame: v.frame("Who saw what", disclosuresPath), List: v.cut(l)}
	for _, r := range d.List.Rows {
		if n := len(d.Days); n == 0 || d.Days[n-1].Day != r[0].Text {
			d.Days = append(d.Days, toldDay{Day: r[0].Text})
		}
		day := &d.Days[len(d.Days)-1]
		day.Told = append(day.Told, toldEntry{Who: r[1].Text, What: r[2].Text, Why: r[3].Text, Ground: r[4].Text})
	}
	d.List.Rows = nil
	return show(v, ownDisclosuresPage, http.StatusOK, d)
}

func (v *visit) ownDisclosuresCSV() error {
	l, err := v.toldOfMe()
	if err != nil {
		return err
	}
	return v.sendCSV("disclosures", l)
}
