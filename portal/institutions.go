package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var institutionRoutes = []route{
	{"GET /institutions", (*visit).partnerList, brokers},
	{"GET /institutions.csv", (*visit).partnerList, brokers},
	{"GET /institutions/new", (*visit).newInstitution, only(domain.Coordinator)},
	{"POST /institutions/new", (*visit).newInstitution, only(domain.Coordinator)},
	{"GET /institutions/{partner}", (*visit).institution, brokers},
	{"GET /institutions/{partner}/{task}", (*visit).changeInstitution, only(domain.Coordinator)},
	{"POST /institutions/{partner}/{task}", (*visit).changeInstitution, only(domain.Coordinator)},
	{"GET /students", (*visit).unmatched, brokers},
	{"GET /students.csv", (*visit).unmatched, brokers},
	{"GET /students/{partner}/{student}/{task}", (*visit).matchStudent, only(domain.Coordinator)},
	{"POST /students/{partner}/{student}/{task}", (*visit).matchStudent, only(domain.Coordinator)},
}

var partnerKinds = []struct {
	id    partner.Kind
	words string
}{{partner.College, "College"}, {partner.Vendor, "Training vendor"}, {partner.Platform, "Online platform"}, {partner.Funder, "Public funder"}, {partner.Association, "Professional association"}, {partner.Assessor, "Assessment organisation"}}

func (v *visit) sort(k partner.Kind) string {
	for _, known := range partnerKinds {
		if known.id == k {
			return v.say(known.words)
		}
	}
	return ""
}

// lastOf is the latest of some days, in words; "Never" if there is none.
func (v *visit) lastOf(days ...domain.Date) cell {
	var last domain.Date
	for _, d := range days {
		if d.After(last) {
			last = d
		}
	}
	if last.IsZero() {
		return cell{Text: v.say("Never")}
	}
	c := cell{Text: v.day(wholeDay, last), Value: last.String()}
	switch days := v.Desk.Today().DaysSince(last); days {
	case 0:
		c.Note = v.say("Today")
	default:
		c.Note = v.say("%d days ago", days)
	}
	return c
}

// toldOn is the last day on which an institution was told something of a learner.
func (v *visit) toldOn(of domain.PartnerID) domain.Date {
	found, err := v.Desk.Read.Disclosures(v.ctx(), projections.DisclosureQuery{Partner: of, First: 1})
	v.trouble(err)
	if len(found) == 0 {
		return domain.Date{}
	}
	return found[0].On
}

func partnerTag(v *visit, p projections.Partner) cell {
	if p.Suspended {
		return cell{Text: v.say("Suspended"), Note: p.Reason, Tone: toneWarn}
	}
	return cell{Text: v.say("Takes part"), Tone: toneOK}
}

func (v *visit) partnerList() error {
	all, err := v.Desk.Syncs(v.ctx(), v.actor(), "")
	if err != nil {
		return err
	}
	coordinates := v.who.Capacity == domain.Coordinator
	d := listingData{frame: v.frame("Institutions", "/institutions"), Heading: v.say("Institutions"), Lead: v.say("Colleges, vendors and funders that the hospital works with, and whether what they should be told reaches them."),
		Acts: offers(link{v.say("Add an institution"), when(coordinates, "/institutions/new")})}
	d.List = list{Caption: v.say("Institutions"), Columns: []column{{Name: v.say("Institution"), Notes: v.say("Id")}, {Name: v.say("Kind")}, {Name: v.say("Sync"), Notes: v.say("Why")}, {Name: v.say("Feed read last"), Notes: v.say("Changes since")}, {Name: v.say("Last list of students"), Notes: v.say("Detail")}, {Name: v.say("Systems"), Number: true, Notes: v.say("Keys")}, {Name: v.say("Students to match"), Number: true}, {Name: v.say("Notices given up"), Number: true}, {Name: v.say("State"), Notes: v.say("Why not")}}}
	for _, s := range all {
		d.List.Rows = append(d.List.Rows, row{{Text: s.Name, Note: string(s.ID), Href: "/institutions/" + string(s.ID)}, {Text: v.sort(s.Kind)}, v.syncState(s), v.readLast(s), v.listLast(s), {Text: strconv.Itoa(s.Systems), Note: v.keysEnd(s)}, {Text: strconv.Itoa(s.Unmatched)}, {Text: strconv.Itoa(s.Lost)}, partnerTag(v, s.Partner)})
	}
	d.Empty = emptiness{Title: v.say("No institution yet"), Text: v.say("Add a college or a vendor here. It sees nothing before an agreement is in force and a learner consents."), Act: link{v.say("Add an institution"), when(coordinates, "/institutions/new")}}
	return v.showList("institutions", d)
}

// unsettled is how many notices were given up and did not arrive since.
func unsettled(w projections.Webhook) (n int) {
	for _, l := range w.Letters {
		if l.SettledAt.IsZero() {
			n++
		}
	}
	return n
}

// partnerHere is the institution that the address names.
func (v *visit) partnerHere() (projections.Partner, error) {
	all, err := v.Desk.Read.Partners(v.ctx())
	if err != nil {
		return projections.Partner{}, err
	}
	at := slices.IndexFunc(all, func(p projections.Partner) bool { return string(p.ID) == v.r.PathValue("partner") })
	if at < 0 {
		return projections.Partner{}, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
	}
	return all[at], nil
}

func (v *visit) institution() error {
	p, err := v.partnerHere()
	if err != nil {
		return err
	}
	clients, webhooks, err := v.Desk.Systems(v.ctx(), v.actor(), p.ID)
	if err != nil {
		return err
	}
	agreements, err := v.Desk.Read.Agreements(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	tag, path, coordinates := partnerTag(v, p), "/institutions/"+string(p.ID), v.who.Capacity == domain.Coordinator
	d := dossierData{frame: v.frame(p.Name, "/institutions"), Over: v.sort(p.Kind), Heading: p.Name, Tag: &tag}
	registrars, err := v.registrarsOf(p, path, coordinates)
	if err != nil {
		return err
	}
	l := v.agreementList(agreements)
	for i := range l.Rows {
		l.Rows[i][0].Text = v.say("Agreement %s", string(agreements[i].ID))
	}
	d.Cards = []card{
		{ID: "agreements", Title: v.say("Agreements"), Acts: offers(link{v.say("Draft an agreement"), when(coordinates, "/agreements/new?partner="+string(p.ID))}), Table: &l, Empty: v.say("None. Without one it sees nothing and gives no credit.")},
		registrars, v.systemsOf(clients), v.webhooksOf(webhooks, path, coordinates),
	}
	syncs, err := v.Desk.Syncs(v.ctx(), v.actor(), p.ID)
	if err != nil {
		return err
	}
	for _, s := range syncs {
		d.Call = v.syncCall(s)
		d.Side = []card{{ID: "touch", Title: v.say("In touch"), Facts: append(details(detail{v.say("Told last of a learner"), v.lastOf(v.toldOn(p.ID))}), v.syncFacts(s)...)}}
	}
	if coordinates {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the institution"), Doings: offers(link{v.say("Suspend it"), when(!p.Suspended, path+"/suspend")}, link{v.say("Resume it"), when(p.Suspended, path+"/resume")})})
	}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) systemsOf(clients []projections.Client) card {
	t := &list{Caption: v.say("Systems"), Columns: []column{{Name: v.say("System")}, {Name: v.say("May")}, {Name: v.say("Keys")}, {Name: v.say("Last used")}, {Name: v.say("State")}}}
	today := v.Desk.Today()
	for _, c := range clients {
		var scopes []string
		for _, s := range c.Scopes {
			scopes = append(scopes, string(s))
		}
		var used []domain.Date
		works, soon := 0, domain.Date{}
		for _, k := range c.Keys {
			used = append(used, k.UsedOn)
			if k.Works(today) {
				works++
			}
			if k.EndsSoon(today) {
				soon = k.Until
			}
		}
		keys, state := cell{Text: v.say("%s in use", strconv.Itoa(works))}, cell{Text: v.say("Open"), Tone: toneOK}
		if !soon.IsZero() {
			keys.Note = v.say("One ends on %s", v.day(wholeDay, soon))
		}
		switch {
		case c.Closed:
			state = cell{Text: v.say("Closed"), Note: c.Reason, Tone: toneMute}
		case works == 0:
			state = cell{Text: v.say("Cannot log in"), Tone: toneWarn}
		}
		t.Rows = append(t.Rows, row{{Text: c.Title, Note: string(c.Name)}, {Text: strings.Join(scopes, ", ")}, keys, v.lastOf(used...), state})
	}
	return card{ID: "systems", Title: v.say("Systems"), Table: t, Empty: v.say("No system logs in for it. A registrar can work on the page of the college instead.")}
}

var failureWords = map[webhook.Failure]string{webhook.TimedOut: "No answer in time", webhook.Unreachable: "No connection", webhook.Certificate: "Its certificate does not hold", webhook.Address: "Its address is not public"}

func (v *visit) failure(f webhook.Failure) string {
	if words, known := failureWords[f]; known {
		return v.say(words)
	}
	return v.say("It answered: %s", string(f))
}

func (v *visit) webhooksOf(webhooks []projections.Webhook, path string, coordinates bool) card {
	t := &list{Caption: v.say("Notices of news"), Columns: []column{{Name: v.say("Address")}, {Name: v.say("State")}, {Name: v.say("Last arrived")}, {Name: v.say("Given up"), Number: true}}}
	if coordinates {
		t.Columns = append(t.Columns, column{Name: v.say("What you can do")})
	}
	for _, w := range webhooks {
		state := cell{Text: v.say("Arrives"), Tone: toneOK}
		acts := []link{{v.say("Send the newest again to %s", string(w.ID)), path + "/resend?webhook=" + string(w.ID)}, {v.say("Pause %s", string(w.ID)), path + "/pause?webhook=" + string(w.ID)}}
		switch {
		case w.State == projections.WebhookRemoved:
			state, acts = cell{Text: v.say("Removed"), Note: w.Reason, Tone: toneMute}, nil
		case w.State == projections.WebhookPaused || w.State == projections.WebhookGone:
			state, acts = cell{Text: v.say("Paused"), Note: w.Reason, Tone: toneWarn}, []link{{v.say("Resume %s", string(w.ID)), path + "/restart?webhook=" + string(w.ID)}}
		case w.Failing > 0:
			state = cell{Text: v.say("Fails"), Note: v.say("Since %s. %s", v.day(wholeDay, domain.DateOf(v.here(w.FailingSince))), v.failure(w.Why)), Tone: toneWarn}
		case w.Resend:
			state.Note = v.say("The newest is sent again")
		}
		r := row{{Text: w.URL, Note: string(w.ID)}, state, v.lastOf(w.DeliveredOn), {Text: strconv.Itoa(unsettled(w))}}
		if coordinates {
			r = append(r, cell{Doings: acts})
		}
		t.Rows = append(t.Rows, r)
	}
	return card{ID: "webhooks", Title: v.say("Notices of news"), Lead: v.say("A notice that fails is tried again for three days, then it is given up. The next one tells of as much."), Table: t, Empty: v.say("None. The institution asks by itself when it wants to know.")}
}

func (v *visit) newInstitution() error {
	t := task{section: "/institutions", over: v.say("Institutions"), title: v.say("Add an institution"), button: v.say("Add the institution"), back: "/institutions", lead: v.say("It sees nothing before an agreement is in force and a learner consents."),
		inputs: []input{{Name: "name", Label: v.say("Name"), Kind: lineInput}, {Name: "kind", Label: v.say("Kind"), Kind: listInput}, {Name: "ipeds", Label: v.say("IPEDS number"), Hint: v.say("Of a US college, if it has one"), Kind: lineInput, Optional: true}}}
	for _, k := range partnerKinds {
		t.inputs[1].Options = append(t.inputs[1].Options, option{Value: string(k.id), Label: v.say(k.words)})
	}
	t.do = func() (string, string, error) {
		id := domain.PartnerID(sheet.Key(v.written("name")))
		_, err := v.Desk.AddPartner(v.ctx(), v.ask(), id, partner.Onboarded{Name: v.field("name"), Kind: partner.Kind(v.field("kind")), IPEDS: v.written("ipeds")})
		return "/institutions/" + string(id), v.say("Added. Draft an agreement with it next."), err
	}
	return v.perform(t)
}

// changeInstitution does what the address names to an institution, or to one of its webhooks.
func (v *visit) changeInstitution() error {
	p, err := v.partnerHere()
	if err != nil {
		return err
	}
	t := task{section: "/institutions", over: p.Name, back: "/institutions/" + string(p.ID)}
	id := domain.WebhookID(v.r.URL.Query().Get("webhook"))
	reason := input{Name: "reason", Label: v.say("Why"), Kind: textInput}
	switch v.r.PathValue("task") {
	case "name", "dismiss":
		return v.registrarTask(t, p)
	case "suspend":
		t.title, t.button, t.danger = v.say("Suspend %s", p.Name), v.say("Suspend it"), true
		t.effects, t.inputs = []string{v.say("It sees and records nothing from now on, at once."), v.say("Its systems cannot log in until it is resumed.")}, []input{reason}
		t.do = func() (string, string, error) {
			_, err := v.Desk.SuspendPartner(v.ctx(), v.ask(), p.ID, v.field("reason"))
			return "", v.say("Suspended at once."), err
		}
	case "resume":
		t.title, t.button, t.effects = v.say("Resume %s", p.Name), v.say("Resume it"), []string{v.say("It sees again what learners share with it.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ResumePartner(v.ctx(), v.ask(), p.ID)
			return "", v.say("It takes part again."), err
		}
	case "resend":
		t.title, t.button, t.effects = v.say("Send the newest notice again"), v.say("Send it again"), []string{v.say("The newest notice tells of everything before it too.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ResendWebhook(v.ctx(), v.ask(), p.ID, id)
			return "", v.say("It is sent again within a minute."), err
		}
	case "pause":
		t.title, t.button, t.effects, t.inputs = v.say("Pause the notices"), v.say("Pause them"), []string{v.say("Nothing is sent until somebody resumes them. Nothing is lost.")}, []input{reason}
		t.do = func() (string, string, error) {
			_, err := v.Desk.PauseWebhook(v.ctx(), v.ask(), p.ID, id, v.field("reason"))
			return "", v.say("Paused."), err
		}
	case "restart":
		t.title, t.button, t.effects = v.say("Resume the notices"), v.say("Resume them"), []string{v.say("What is new is sent at once.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ResumeWebhook(v.ctx(), v.ask(), p.ID, id)
			return "", v.say("Resumed. What is new is sent."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}
