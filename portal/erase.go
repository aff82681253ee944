package portal

import (
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

var erasePage = newPage[eraseData]("erase.html")

// eraseData is all that erase.html may show: the question before somebody is erased. It
// posts reason, name and key to Path.
type eraseData struct {
	frame
	Name      string // of the apprentice
	Path, Key string
	Reasons   []option
	Typed     string // what stands in the field for the name
	Effects   []string
	Back      string
	Errors    fieldErrors
}

// erasePath is where the viewer can erase the person of an apprenticeship, empty if they cannot.
func (v *visit) erasePath(l projections.Learner) string {
	if l.Name == "" || v.who.Capacity != domain.Coordinator && v.who.Capacity != domain.HR {
		return ""
	}
	return "/apprentices/" + string(l.ID) + "/erase"
}

// toErase is the question about the apprentice whom the address names.
func (v *visit) toErase() (l projections.Learner, d eraseData, err error) {
	if l, err = v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("id"))); err != nil {
		return l, d, err
	}
	path := v.erasePath(l)
	switch {
	case l.Name == "":
		return l, d, person.ErrErased
	case path == "":
		return l, d, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources erases people.")
	}
	name := v.name(l.Person)
	return l, eraseData{
		frame: v.frame("Erase "+name, "/apprentices"), Name: name, Path: path, Key: newKey(), Back: "/apprentices/" + string(l.ID),
		Reasons: []option{
			{Value: string(person.Asked), Label: "They asked for it"},
			{Value: string(person.Retention), Label: "Their data was kept long enough"},
		},
		Effects: []string{
			"The name and every note, reason and feedback about this apprentice cannot be read by anybody any more.",
			"They cannot sign in, and no college sees anything of them from then on.",
			"Hours, milestones, credits and decisions stay on record as those of a former colleague. Totals stay as they are.",
			"It cannot be undone.",
		},
	}, nil
}

func (v *visit) askToErase() error {
	_, d, err := v.toErase()
	if err != nil {
		return err
	}
	return show(v, erasePage, http.StatusOK, d)
}

func (v *visit) erase() error {
	l, d, err := v.toErase()
	if err != nil {
		return err
	}
	err = v.eraseNamed(l, d.Name)
	r := v.refusal(err)
	if err != nil && r == nil {
		return err
	}
	if r == nil {
		return v.done(d.Back, "Erased. Nothing that is left says who this was.")
	}
	d.Problems, d.Errors = wrong(r, map[string]string{"name": "name", "reason": "reason"})
	d.Typed = v.field("name")
	at := slices.IndexFunc(d.Reasons, func(o option) bool { return o.Value == v.field("reason") })
	if at >= 0 {
		d.Reasons[at].Chosen = true
	}
	return show(v, erasePage, statusOf(r), d)
}

// eraseNamed erases the apprentice if the viewer typed the right name.
func (v *visit) eraseNamed(l projections.Learner, name string) error {
	reason := person.Reason(v.field("reason"))
	if reason == "" {
		return domain.Refuse(domain.Invalid, "REASON_MISSING", "Choose why.").About("reason")
	}
	if domain.Written(v.field("name")) != name {
		return domain.Refuse(domain.Invalid, "NAME_DIFFERS", "Type the name as it stands above: %s.", name).About("name")
	}
	_, err := v.Desk.Erase(v.ctx(), v.ask(), l.Person, reason)
	return err
}
