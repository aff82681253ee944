package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

var registrars = only(domain.Registrar)

var collegeRoutes = []route{
	{"GET /college", (*visit).students, registrars},
	{"GET /college.csv", (*visit).students, registrars},
	{"GET /college/awards", (*visit).awards, registrars},
	{"GET /college/awards.csv", (*visit).awards, registrars},
	{"GET /college/awards/new", (*visit).recordAward, registrars},
	{"POST /college/awards/new", (*visit).recordAward, registrars},
	{"GET " + awardTablePath, (*visit).askForAwards, registrars},
	{"POST " + awardTablePath, (*visit).holdAwards, registrars},
	{"GET " + awardTablePath + "/{held}", (*visit).previewAwards, registrars},
	{"POST " + awardTablePath + "/{held}", (*visit).saveAwards, registrars},
	{"GET /college/awards/{id}/{rule}", (*visit).award, registrars},
	{"GET /college/awards/{id}/{rule}/{task}", (*visit).judgeAward, registrars},
	{"POST /college/awards/{id}/{rule}/{task}", (*visit).judgeAward, registrars},
	{"GET /college/enrolments", (*visit).enrolments, registrars},
	{"GET /college/enrolments.csv", (*visit).enrolments, registrars},
	{"GET /college/enrolments/new", (*visit).report, registrars},
	{"POST /college/enrolments/new", (*visit).report, registrars},
	{"GET /college/enrolments/{id}", (*visit).enrolment, registrars},
	{"GET /college/enrolments/{id}/{task}", (*visit).reportOn, registrars},
	{"POST /college/enrolments/{id}/{task}", (*visit).reportOn, registrars},
	{"GET /college/enrolments/upload", (*visit).askForRoster, registrars},
	{"POST /college/enrolments/upload", (*visit).holdRoster, registrars},
	{"GET /college/enrolments/upload/{held}", (*visit).previewRoster, registrars},
	{"POST /college/enrolments/upload/{held}", (*visit).saveRoster, registrars},
	{"GET /college/unmatched", (*visit).unmatchedHere, registrars},
	{"GET /college/unmatched.csv", (*visit).unmatchedHere, registrars},
	{"GET /college/waiting", (*visit).waitingHere, registrars},
	{"GET /college/waiting.csv", (*visit).waitingHere, registrars},
	{"GET /college/agreements", (*visit).ownAgreements, registrars},
	{"GET /college/agreements.csv", (*visit).ownAgreements, registrars},
	{"GET /college/agreements/{agreement}", (*visit).ownAgreement, registrars},
	{"GET /college/agreements/{agreement}/sign", (*visit).signAgreement, registrars},
	{"POST /college/agreements/{agreement}/sign", (*visit).signAgreement, registrars},
	{"GET /college/sync", (*visit).ownSync, registrars},
	{"GET /college/disclosures", (*visit).toldCollege, registrars},
	{"GET /college/disclosures.csv", (*visit).toldCollege, registrars},
}

var collegeSection = section{label: "College", path: "/college", icon: "cap", tabs: []tab{
	{label: "Students", path: "/college"}, {label: "Waiting for you", path: "/college/waiting"}, {label: "Awards", path: "/college/awards"}, {label: "Enrolments", path: "/college/enrolments"},
	{label: "Not matched", path: "/college/unmatched"}, {label: "Agreements", path: "/college/agreements"}, {label: "Sync", path: "/college/sync"}, {label: "What we were told", path: "/college/disclosures"}}}

// A college is the institution that a registrar acts for, while it takes part. What they see is
// what its systems see.
type college struct {
	by   domain.Actor
	view partners.View
}

// forCollege is the institution that the viewer acts for. This node knows every consent that is
// on record now.
func (v *visit) forCollege() (c college, err error) {
	if c.by, err = v.Desk.ForInstitution(v.ctx(), v.actor()); err != nil {
		return c, err
	}
	return c, v.Partners.Admit(v.ctx(), c.by.Partner)
}

// askFor is who sends a form, as the institution.
func (v *visit) askFor(c college) desk.Ask {
	a := v.ask()
	a.By, a.Source = c.by, "registrar:"+string(v.who.ID)
	return a
}

// take records what the institution says.
func (v *visit) take(c college, e partners.Entry) (domain.Stream, error) {
	s, at, err := v.Partners.Take(v.ctx(), v.Desk.Request(v.askFor(c)), e)
	if err == nil {
		err = v.Desk.Read.Wait(v.ctx(), at)
	}
	return s, err
}

// disclose puts on record that the institution is told of learners, before it is.
func (v *visit) disclose(c college, scope domain.Scope, ls []projections.Learner) error {
	told := make([]partners.Told, len(ls))
	for i := range ls {
		told[i] = partners.Told{Learner: &ls[i], Scope: scope}
	}
	question := sha256.Sum256([]byte("portal " + v.r.URL.Path + "\n" + string(scope)))
	return v.Partners.Disclose(v.ctx(), c.by, hex.EncodeToString(question[:]), told)
}

// sharers are the learners who let the institution see one kind of their records, by name.
func (v *visit) sharers(c *college, scope domain.Scope) ([]projections.Learner, error) {
	sight := v.Desk.SightOf(c.by)
	sight.Scope = scope
	ls, err := v.Desk.Read.Learners(v.ctx(), projections.LearnerQuery{Visible: sight})
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ApprenticeshipID, len(ls))
	for i, l := range ls {
		ids[i] = l.ID
	}
	if c.view, err = v.Partners.View(v.ctx(), c.by.Partner, ids...); err != nil {
		return nil, err
	}
	for _, l := range ls {
		if c.view[l.ID].Learner() {
			name, err := v.Desk.Name(v.ctx(), l.Name)
			if err != nil {
				return nil, err
			}
			v.names[l.Person] = name
		}
	}
	slices.SortFunc(ls, func(a, b projections.Learner) int { return strings.Compare(v.studentName(*c, a), v.studentName(*c, b)) })
	return ls, nil
}

// studentName is what the institution may call a learner: by number where it sees only credits.
func (v *visit) studentName(c college, l projections.Learner) string {
	if c.view[l.ID].Learner() {
		return v.names[l.Person]
	}
	return string(l.ID)
}

// numbersOf are the institution's own numbers of learners, of those whom it named.
func (v *visit) numbersOf(c college, ls []projections.Learner) (map[domain.PersonID]string, error) {
	known, err := v.Desk.Read.StudentsOf(v.ctx(), peopleIn(ls)...)
	numbers := map[domain.PersonID]string{}
	for _, s := range known {
		if s.Partner == c.by.Partner {
			numbers[s.Person] = v.text(s.Ident)
		}
	}
	return numbers, err
}

// consentsOf are the consents under which learners share with the institution.
func (v *visit) consentsOf(c college, ls []projections.Learner) (map[domain.PersonID]projections.Consent, error) {
	all, err := v.Desk.Read.Consents(v.ctx(), peopleIn(ls)...)
	of := map[domain.PersonID]projections.Consent{}
	for _, given := range all {
		if given.Party == c.by.Partner && given.State == projections.ConsentLive {
			of[given.Person] = given
		}
	}
	return of, err
}

func peopleIn(ls []projections.Learner) []domain.PersonID {
	people := make([]domain.PersonID, len(ls))
	for i, l := range ls {
		people[i] = l.Person
	}
	return people
}

// students lists who shares with the institution.
func (v *visit) students() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	ls, err := v.sharers(&c, domain.PathwayRecords)
	if err != nil {
		return err
	}
	numbers, err := v.numbersOf(c, ls)
	if err != nil {
		return err
	}
	consents, err := v.consentsOf(c, ls)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Students", "/college"), Heading: v.say("Students of %s", v.college(c.by.Partner)),
		Lead:  v.say("Apprentices who share their record with you, under an agreement in force. What you open here is put on record and they can read that you did."),
		Acts:  []link{{v.say("Record an award"), "/college/awards/new"}, {v.say("Report an enrolment"), "/college/enrolments/new"}},
		Empty: emptiness{Title: v.say("Nobody shares with you yet"), Text: v.say("An apprentice appears here once they share their pathway with you and an agreement covers it. They can stop at any time.")}}
	d.List = list{Caption: v.say("Students"), Columns: []column{{Name: v.say("Student"), Notes: v.say("Apprenticeship")}, {Name: v.say("Your number")}, {Name: v.say("Standing")}, {Name: v.say("Began")}, {Name: v.say("Shares")}, {Name: v.say("Since")}, {Name: v.say("Until")}}}
	return showParts(v, "students", d, ls, func(ls []projections.Learner) ([]row, error) {
		if err := v.disclose(c, domain.PathwayRecords, ls); err != nil {
			return nil, err
		}
		rows := make([]row, len(ls))
		for i, l := range ls {
			rows[i] = row{{Text: v.studentName(c, l), Note: string(l.ID)}, {Text: numbers[l.Person]}, v.statusOf(l.Status), v.onDay(l.BeganOn), {Text: v.recordsOf(consents[l.Person].Records)}, v.onDay(consents[l.Person].GivenOn), v.onDay(consents[l.Person].ExpiresOn)}
		}
		return rows, nil
	})
}

// unmatchedHere lists students whom the institution sent and of whom nobody said yet who they are.
func (v *visit) unmatchedHere() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	const most = 5000
	found, err := v.Desk.Read.Unmatched(v.ctx(), c.by.Partner, most)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Not matched", "/college/unmatched"), Heading: v.say("Students who wait to be matched"),
		Lead:  v.say("You sent these, and nobody has said yet who they are here. A coordinator of the hospital matches them; what you sent about them is kept until then."),
		Empty: emptiness{Title: v.say("Nobody waits to be matched"), Text: v.say("Whom you send waits on this page until somebody has said who they are. Then they share with you and are among your enrolments, or they do not, or they are nobody here: which of the last two, you are not told.")}}
	d.List = list{Caption: v.say("Not matched"), Columns: []column{{Name: v.say("Your number")}, {Name: v.say("Name")}, {Name: v.say("Waits since")}, {Name: v.say("Rows that wait"), Number: true}}}
	return showParts(v, "unmatched", d, found, func(ss []projections.Student) ([]row, error) {
		rows := make([]row, len(ss))
		for i, s := range ss {
			rows[i] = row{{Text: v.text(s.Ident)}, {Text: v.text(s.Name)}, v.onDay(domain.DateOf(v.here(s.Since))), {Text: strconv.Itoa(len(s.Held))}}
		}
		return rows, nil
	})
}

// toldCollege lists what the institution was told, newest first.
func (v *visit) toldCollege() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	const most = 5000
	q, _ := desk.SeesDisclosures(c.by, projections.DisclosureQuery{First: most})
	found, err := v.Desk.Read.Disclosures(v.ctx(), q)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("What we were told", "/college/disclosures"), Heading: v.say("What you were told"),
		Lead:  v.say("What your institution read about learners, or asked for in vain. You may pass it on to nobody (34 CFR 99.33)."),
		Empty: emptiness{Title: v.say("You have not been told anything yet"), Text: v.say("Whatever you or your systems read about a learner is listed here.")}}
	d.List = list{Caption: v.say("Disclosures"), Columns: []column{{Name: v.say("Day")}, {Name: v.say("Records")}, {Name: v.say("Ground"), Notes: v.say("Interest")}, {Name: v.say("Outcome")}}}
	return showParts(v, "disclosures", d, found, func(ds []projections.Disclosure) ([]row, error) {
		rows := make([]row, len(ds))
		for i, d := range ds {
			outcome := cell{Text: v.say("Told"), Tone: toneOK}
			if d.Refused != "" {
				outcome = cell{Text: v.say("Refused"), Tone: toneMute}
			}
			rows[i] = row{v.onDay(d.On), {Text: v.scopes(d.Fields)}, {Text: v.groundOf(d.Basis), Note: d.Interest}, outcome}
		}
		return rows, nil
	})
}
