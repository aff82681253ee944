package portal

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var privacyReaders = only(domain.PrivacyOfficer, domain.Auditor)

var privacyRoutes = []route{
	{"GET /privacy-log", (*visit).disclosures, privacyReaders},
	{"GET /privacy-log.csv", (*visit).disclosures, privacyReaders},
	{"GET /privacy-log/exception", (*visit).discloseByException, only(domain.PrivacyOfficer)},
	{"POST /privacy-log/exception", (*visit).discloseByException, only(domain.PrivacyOfficer)},
	{"GET /privacy-log/consents", (*visit).consentLog, privacyReaders},
	{"GET /privacy-log/consents.csv", (*visit).consentLog, privacyReaders},
	{"GET /privacy-log/corrections", (*visit).corrections, privacyReaders},
	{"GET /privacy-log/corrections.csv", (*visit).corrections, privacyReaders},
	{"GET /privacy-log/corrections/{person}/{name}", (*visit).correction, privacyReaders},
	{"GET /privacy-log/corrections/{person}/{name}/answer", (*visit).answerCorrection, only(domain.PrivacyOfficer)},
	{"POST /privacy-log/corrections/{person}/{name}/answer", (*visit).answerCorrection, only(domain.PrivacyOfficer)},
	{"GET /privacy-log/corrections/{person}/{name}/notice", (*visit).setHearing, only(domain.PrivacyOfficer)},
	{"POST /privacy-log/corrections/{person}/{name}/notice", (*visit).setHearing, only(domain.PrivacyOfficer)},
	{"GET /privacy-log/corrections/{person}/{name}/hearing", (*visit).recordHearing, only(domain.PrivacyOfficer)},
	{"POST /privacy-log/corrections/{person}/{name}/hearing", (*visit).recordHearing, only(domain.PrivacyOfficer)},
}

var privacySection = section{label: "Privacy", path: "/privacy-log", icon: "lock", tabs: []tab{
	{label: "Disclosures", path: "/privacy-log"}, {label: "Consents", path: "/privacy-log/consents"},
	{label: "Corrections", path: "/privacy-log/corrections"}, {label: "Erasures", path: "/erasures"}}}

// grounds99 are the grounds on which records are disclosed, in English words.
var grounds99 = []struct {
	basis disclosure.Basis
	words string
}{
	{disclosure.Consent, "The learner’s consent"}, {disclosure.Official, "School official, 34 CFR 99.31(a)(1)"}, {disclosure.Enrolment, "Enrolment, 34 CFR 99.31(a)(2)"},
	{disclosure.Authority, "Education authority, 34 CFR 99.31(a)(3)"}, {disclosure.Aid, "Financial aid, 34 CFR 99.31(a)(4)"}, {disclosure.Studies, "Studies, 34 CFR 99.31(a)(6)"},
	{disclosure.Accreditor, "Accreditation, 34 CFR 99.31(a)(7)"}, {disclosure.Subpoena, "Subpoena, 34 CFR 99.31(a)(9)"}, {disclosure.Emergency, "Emergency, 34 CFR 99.31(a)(10)"},
	{disclosure.Directory, "Directory information, 34 CFR 99.31(a)(11)"},
}

func (v *visit) groundOf(b disclosure.Basis) string {
	for _, g := range grounds99 {
		if g.basis == b {
			return v.say(g.words)
		}
	}
	return ""
}

// disclosures lists what institutions were told about learners, or asked in vain.
func (v *visit) disclosures() error {
	f := v.narrowed("/privacy-log",
		input{Name: "q", Kind: lineInput, Label: v.say("Learner’s name or number"), Optional: true}, v.institutionInput(),
		input{Name: "kind", Kind: listInput, Label: v.say("Kind"), Optional: true, Options: []option{{Label: v.say("All kinds")},
			{Value: string(projections.ToldByConsent), Label: v.say("With consent")}, {Value: string(projections.ToldByException), Label: v.say("On another ground")}, {Value: string(projections.AskedInVain), Label: v.say("Refused")}}},
		input{Name: "from", Kind: dayInput, Label: v.say("From"), Optional: true}, input{Name: "until", Kind: dayInput, Label: v.say("To"), Optional: true})
	q := projections.DisclosureQuery{Partner: domain.PartnerID(f.value("institution")), Kind: projections.DisclosureKind(f.value("kind")), First: partOfList + 1}
	q.From, _ = domain.ParseDate(f.value("from")) // what is no day narrows nothing down
	q.Until, _ = domain.ParseDate(f.value("until"))
	var err error
	if f.value("q") != "" {
		if q.People, err = v.Desk.Sought(v.ctx(), v.actor(), f.value("q")); err != nil {
			return err
		}
	}
	if q, may := desk.SeesDisclosures(v.actor(), q); may {
		return v.showDisclosures(f, q)
	}
	return v.nowhere()
}

func (v *visit) showDisclosures(f *filter, q projections.DisclosureQuery) error {
	columns := []column{{Name: v.say("Day")}, {Name: v.say("Institution")}, {Name: v.say("Learner"), Notes: v.say("Number")}, {Name: v.say("Records")}, {Name: v.say("Ground"), Notes: v.say("Interest")}, {Name: v.say("Outcome")}}
	if strings.HasSuffix(v.r.URL.Path, ".csv") {
		return v.sendRows("disclosures", columns, v.everyDisclosure(q))
	}
	before, place, _ := strings.Cut(v.r.URL.Query().Get("after"), ".")
	position, _ := strconv.ParseInt(before, 10, 64) // no position is the newest
	q.Before = max(0, events.Position(position))
	q.Place, _ = strconv.Atoi(place)
	found, err := v.Desk.Read.Disclosures(v.ctx(), q)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Disclosures", "/privacy-log"), Heading: v.say("Who was told what"), Filter: f,
		Lead:  v.say("What every institution was told about learners, and on which ground, before it was answered (34 CFR 99.32). What it asked in vain is here too."),
		List:  list{Caption: v.say("Disclosures"), Columns: columns},
		Empty: emptiness{Title: v.say("No institution has asked for anything yet"), Text: v.say("The first time a college reads a learner’s record, or asks for one in vain, it is listed here before it is answered.")}}
	if v.who.Capacity == domain.PrivacyOfficer {
		d.Acts = []link{{v.say("Record an exception"), "/privacy-log/exception"}}
	}
	if f.Clear != "" {
		d.Empty = emptiness{Title: v.say("Nothing fits"), Text: v.say("Look for a part of the name, or in a longer period."), Act: link{v.say("Show all"), "/privacy-log"}}
	}
	d.List.Count = v.say("%d shown", min(len(found), partOfList))
	if len(found) > partOfList {
		found = found[:partOfList]
		last := found[partOfList-1]
		d.List.Next = v.with("after", fmt.Sprintf("%d.%d", last.Position, last.Place))
	}
	if q.Before > 0 {
		d.List.Previous = v.with("after", "")
	}
	if len(found) > 0 {
		d.List.CSV = (&url.URL{Path: "/privacy-log.csv", RawQuery: v.r.URL.RawQuery}).String()
	}
	d.List.Rows, err = v.disclosureRows(found)
	if err != nil {
		return err
	}
	return show(v, listingPage, http.StatusOK, d)
}

// disclosuresAtOnce is how many are read at a time for a file.
const disclosuresAtOnce = 2000

// everyDisclosure reads all that a question finds, some at a time.
func (v *visit) everyDisclosure(q projections.DisclosureQuery) iter.Seq[row] {
	return func(yield func(row) bool) {
		q.First = disclosuresAtOnce
		for {
			found, err := v.Desk.Read.Disclosures(v.ctx(), q)
			var rows []row
			if err == nil {
				rows, err = v.disclosureRows(found)
			}
			if err != nil {
				v.Log.Error("file of disclosures broke off: " + err.Error())
				panic(http.ErrAbortHandler)
			}
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
			if len(found) < q.First {
				return
			}
			q.Before, q.Place = found[len(found)-1].Position, found[len(found)-1].Place
		}
	}
}

func (v *visit) disclosureRows(found []projections.Disclosure) ([]row, error) {
	var ids []domain.PersonID
	for _, d := range found {
		ids = append(ids, d.Person)
	}
	if err := v.learn(ids...); err != nil {
		return nil, err
	}
	rows := make([]row, len(found))
	for i, d := range found {
		who := cell{Text: v.say("Nobody in particular")}
		if d.Person != "" {
			who = cell{Text: v.name(d.Person), Note: string(d.Person), Href: v.ofPrivacy(d.Person)}
		}
		outcome := cell{Text: v.say("Told"), Tone: toneOK}
		if d.Refused != "" {
			outcome = cell{Text: v.say("Refused"), Tone: toneMute}
		}
		rows[i] = row{v.onDay(d.On), {Text: v.college(d.Partner)}, who, {Text: v.scopes(d.Fields)}, {Text: v.groundOf(d.Basis), Note: d.Interest}, outcome}
	}
	return rows, nil
}

// onDay is a cell with a day.
func (v *visit) onDay(d domain.Date) cell { return cell{Text: v.day(wholeDay, d), Value: d.String()} }

// learn looks up names of people at once.
func (v *visit) learn(ids ...domain.PersonID) error {
	names, err := v.Desk.NamesOf(v.ctx(), ids...)
	for id, name := range names {
		v.names[id] = name
	}
	v.names[""] = ""
	return err
}

// ofPrivacy is where the viewer reads on about somebody in the privacy log.
func (v *visit) ofPrivacy(id domain.PersonID) string {
	if v.who.Capacity == domain.Auditor {
		return "/people/" + string(id)
	}
	return "/erasures/" + string(id)
}

// institutionInput lets somebody choose an institution, or all of them.
func (v *visit) institutionInput() input {
	in := input{Name: "institution", Kind: listInput, Label: v.say("Institution"), Optional: true, Options: []option{{Label: v.say("Every institution")}}}
	in.Options = append(in.Options, v.institutions()...)
	return in
}

func (v *visit) institutions() (out []option) {
	all, err := v.Desk.Read.Partners(v.ctx())
	v.trouble(err)
	for _, p := range all {
		out = append(out, option{Value: string(p.ID), Label: p.Name})
	}
	return out
}

// discloseByException records that an institution is told what nobody consented to.
func (v *visit) discloseByException() error {
	var bases, records []option
	for _, g := range grounds99[1:] {
		bases = append(bases, option{Value: string(g.basis), Label: v.say(g.words)})
	}
	for _, w := range scopeWords {
		records = append(records, option{Value: string(w.scope), Label: v.say(w.label)})
	}
	return v.perform(task{section: "/privacy-log", over: v.say("Disclosures"), title: v.say("Record an exception"), back: "/privacy-log", button: v.say("Record the exception"),
		lead:    v.say("When the law lets an institution be told without the learner’s consent. Record it before anything is told."),
		effects: []string{v.say("The learners read it among what institutions were told of them."), v.say("The institution sees no more in Guildhall than before: you tell it in another way.")},
		inputs: []input{
			{Name: "partnerId", Kind: listInput, Label: v.say("Institution"), Options: v.institutions()},
			{Name: "persons", Kind: lineInput, Label: v.say("Numbers of the learners"), Hint: v.say("Separate them by commas: e-2001, e-2004")},
			{Name: "fields", Kind: boxesInput, Label: v.say("Records"), Options: records},
			{Name: "basis", Kind: listInput, Label: v.say("Ground"), Options: bases},
			{Name: "interest", Kind: lineInput, Label: v.say("Why the institution needs them"), Hint: v.say("Write no names here")}},
		do: func() (string, string, error) {
			e := desk.Exception{Partner: domain.PartnerID(v.field("partnerId")), Basis: disclosure.Basis(v.field("basis")), Interest: v.field("interest")}
			for id := range strings.FieldsFuncSeq(v.field("persons"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
				e.Persons = append(e.Persons, domain.PersonID(id))
			}
			for _, s := range v.r.PostForm["fields"] {
				e.Fields = append(e.Fields, domain.Scope(s))
			}
			_, _, err := v.Desk.DiscloseByException(v.ctx(), v.ask(), e)
			if r := domain.AsRefusal(err); r != nil && r.Code == "NO_SUCH_PERSON" {
				err = domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "One of these numbers is nobody’s. Check them with personnel.").About("persons")
			}
			return "", v.say("Recorded. The learners see it among what institutions were told of them."), err
		}})
}
