package portal

import (
	"net/http"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var erasers = only(domain.Coordinator, domain.HR, domain.PrivacyOfficer, domain.Auditor)

var eraseRoutes = []route{
	{"GET /erasures", (*visit).erasures, erasers},
	{"GET /erasures.csv", (*visit).erasures, erasers},
	{"GET /erasures/{person}", (*visit).erasure, erasers},
	{"POST /erasures/{person}/{step}", (*visit).changeErasure, only(domain.Coordinator, domain.HR, domain.PrivacyOfficer)},
}

var erasePage = newPage[eraseData]("erase.html")

// eraseData is all that erase.html may show: who is to be erased, who asked for it and what the
// viewer can do about it. Its forms post to steps below Path, with key.
type eraseData struct {
	frame
	Heading, Lead string
	Path, Key     string
	Effects       []string
	Kept          string // for how long the law wants the records kept
	Request       *erasureRequest
	Ask           *erasureForm // posts reason, reference and name to /ask
	Decide        *erasureForm // posts asked, and name to /confirm or reason to /refuse
	Withdraw      bool         // posts asked to /withdraw
	Of            int          // the request that waits
	Errors        fieldErrors
}

// An erasureRequest is one that was asked, and what became of it.
type erasureRequest struct {
	By, Ground, Reference string
	On                    domain.Date
	Word                  string
	Tone                  tone
	DecidedBy, Refusal    string
	DecidedOn             domain.Date
}

// An erasureForm is what was typed and can be chosen.
type erasureForm struct {
	Reasons                  []option
	Name                     string // to type
	Reference, Typed, Reason string // typed
}

// erasePath is where the viewer can have the person of an apprenticeship erased, empty if they cannot.
func (v *visit) erasePath(l projections.Learner) string {
	if l.Name == "" || l.Person == v.who.ID || !person.Erases(v.actor()) {
		return ""
	}
	return "/erasures/" + string(l.Person)
}

var (
	grounds = map[person.Reason]string{
		person.Asked:     "They asked for it",
		person.Retention: "Their data was kept long enough",
	}
	erasureStates = map[projections.ErasureState]string{
		projections.ErasureOpen: "Waits for a second person", projections.ErasureDone: "Erased",
		projections.ErasureRefused: "Refused", projections.ErasureWithdrawn: "Withdrawn",
	}
	erasureTones = map[projections.ErasureState]tone{
		projections.ErasureOpen: toneWarn, projections.ErasureDone: toneOK, projections.ErasureRefused: toneMute, projections.ErasureWithdrawn: toneMute,
	}
)

func (v *visit) erasure() error {
	d, err := v.toErase()
	if err != nil {
		return err
	}
	return show(v, erasePage, http.StatusOK, d)
}

// toErase is the page about the person whom the address names.
func (v *visit) toErase() (d eraseData, err error) {
	who, err := v.Desk.Read.Person(v.ctx(), domain.PersonID(v.r.PathValue("person")))
	if err != nil {
		return d, err
	}
	asked, err := v.Desk.Erasures(v.ctx(), v.actor(), who.ID)
	if err != nil {
		return d, err
	}
	name := v.name(who.ID)
	d = eraseData{Path: "/erasures/" + string(who.ID), Key: newKey(), Heading: v.say("Erase %s?", name), Lead: v.say("One person asks and another one confirms. Until then nothing changes.")}
	open := false
	if len(asked) > 0 {
		d.Request = v.erasureRequest(asked[0])
		open = asked[0].State == projections.ErasureOpen
	}
	may := person.Erases(v.actor()) && who.ID != v.who.ID
	switch {
	case who.Erased:
		d.Heading, d.Lead = v.say("This person was erased"), v.say("Nothing that is left says who they were. What they did and all totals stay on record.")
	case who.ID == v.who.ID:
		d.Lead = v.say("Nobody has a hand in their own erasure. A colleague in human resources takes your request.")
	case open && may && asked[0].AskedBy == v.who.ID:
		d.Withdraw, d.Of = true, asked[0].Asked
	case open && may:
		d.Decide, d.Of = &erasureForm{Name: name}, asked[0].Asked
	case may:
		d.Ask = &erasureForm{Name: name, Reasons: []option{
			{Value: string(person.Asked), Label: v.say(grounds[person.Asked])},
			{Value: string(person.Retention), Label: v.say(grounds[person.Retention])},
		}}
	}
	if !who.Erased {
		d.Effects = []string{
			v.say("The name and every note, reason and feedback about this person cannot be read by anybody any more."),
			v.say("They cannot sign in, and no college sees anything of them from then on."),
			v.say("Hours, milestones, credits and decisions stay on record as those of a former colleague. Totals stay as they are."),
			v.say("It cannot be undone."),
		}
		kept, err := v.Desk.Kept(v.ctx(), who.ID)
		if err != nil {
			return d, err
		}
		d.Kept = v.kept(kept)
	}
	d.frame = v.frame("Erasures", "/erasures")
	return d, nil
}

// kept says for how long the law wants records kept.
func (v *visit) kept(k person.Kept) string {
	switch {
	case k.Here:
		return v.say("They work here or are in an apprenticeship, so the time for which records are kept has not begun. Only they can ask to be erased.")
	case k.Until.IsZero():
		return v.say("No rule asks for their records to be kept.")
	case v.Desk.Today().After(k.Until):
		return v.say("Their records had to be kept until %s (29 CFR 30.12). That time is over.", v.day(wholeDay, k.Until))
	}
	return v.say("Records of their apprenticeship are kept until %s (29 CFR 30.12). They are: under a number in place of the name. Before that day only they can ask to be erased.", v.day(wholeDay, k.Until))
}

func (v *visit) erasureRequest(e projections.Erasure) *erasureRequest {
	r := &erasureRequest{By: v.name(e.AskedBy), Ground: v.say(grounds[e.Reason]), Reference: e.Reference, On: domain.DateOf(v.here(e.AskedAt)),
		Word: v.say(erasureStates[e.State]), Tone: erasureTones[e.State], DecidedBy: v.name(e.DecidedBy), Refusal: v.text(e.Refusal)}
	if !e.DecidedAt.IsZero() {
		r.DecidedOn = domain.DateOf(v.here(e.DecidedAt))
	}
	return r
}

// changeErasure asks for an erasure, withdraws, refuses or confirms it.
func (v *visit) changeErasure() error {
	d, err := v.toErase()
	if err != nil {
		return err
	}
	back, notice, err := v.changedErasure(domain.PersonID(v.r.PathValue("person")), d)
	r := v.refusal(err)
	switch {
	case err != nil && r == nil:
		return err
	case r == nil:
		return v.done(back, notice)
	}
	field := map[string]string{"name": "name", "reference": "reference", "reason": "reason"}
	d.Problems, d.Errors = wrong(r, field)
	for _, f := range []*erasureForm{d.Ask, d.Decide} {
		if f == nil {
			continue
		}
		f.Reference, f.Typed, f.Reason = v.field("reference"), v.field("name"), v.field("reason")
		for i := range f.Reasons {
			f.Reasons[i].Chosen = f.Reasons[i].Value == f.Reason
		}
	}
	return show(v, erasePage, statusOf(r), d)
}

func (v *visit) changedErasure(who domain.PersonID, d eraseData) (back, notice string, err error) {
	asked, _ := strconv.Atoi(v.field("asked")) // what is no number names no request
	switch v.r.PathValue("step") {
	case "withdraw":
		_, err = v.Desk.WithdrawErasure(v.ctx(), v.ask(), who, asked)
		return d.Path, v.say("Withdrawn. Nobody is asked to confirm it any more."), err
	case "refuse":
		_, err = v.Desk.RefuseErasure(v.ctx(), v.ask(), who, asked, v.field("reason"))
		return d.Path, v.say("Refused. Whoever asked reads why."), err
	case "confirm":
		if d.Decide != nil {
			err = v.typedName(d.Decide.Name)
		}
		if err == nil {
			_, err = v.Desk.Erase(v.ctx(), v.ask(), who, asked)
		}
		return d.Path, v.say("Erased. Nothing that is left says who this was."), err
	}
	if v.r.PathValue("step") != "ask" {
		return "", "", v.nowhere()
	}
	reason := person.Reason(v.field("reason"))
	if reason == "" {
		return "", "", domain.Refuse(domain.Invalid, "REASON_MISSING", "%s", v.say("Choose why.")).About("reason")
	}
	if d.Ask != nil {
		if err := v.typedName(d.Ask.Name); err != nil {
			return "", "", err
		}
	}
	_, err = v.Desk.AskErasure(v.ctx(), v.ask(), who, reason, v.field("reference"))
	return d.Path, v.say("Asked. It waits with %s. Nothing is erased until somebody else confirms it.", v.say(desk.InSentence(capacities[person.Confirms(v.who.Capacity)]))), err
}

// typedName refuses a name that is not the one on the page.
func (v *visit) typedName(name string) error {
	if domain.Written(v.field("name")) == name {
		return nil
	}
	return domain.Refuse(domain.Invalid, "NAME_DIFFERS", "%s", v.say("Type the name as it stands above: %s.", name)).About("name")
}
