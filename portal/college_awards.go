package portal

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// An ownCredit is one that the institution was asked for or awarded, with its learner.
type ownCredit struct {
	projections.Credit
	of projections.Learner
}

func (c ownCredit) path() string {
	return "/college/awards/" + string(c.Learner) + "/" + string(c.Rule)
}

// ownCredits are the credits that the institution may see, the latest first.
func (v *visit) ownCredits(c *college) ([]ownCredit, error) {
	ls, err := v.sharers(c, domain.CreditRecords)
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ApprenticeshipID, len(ls))
	for i, l := range ls {
		ids[i] = l.ID
	}
	all, err := v.Desk.Read.SharedCredits(v.ctx(), ids...)
	if err != nil {
		return nil, err
	}
	var out []ownCredit
	for _, l := range ls {
		for _, known := range c.view[l.ID].Credits(all[l.ID]) {
			out = append(out, ownCredit{known, l})
		}
	}
	slices.SortStableFunc(out, func(a, b ownCredit) int { return cmp.Compare(b.Since.String(), a.Since.String()) })
	return out, nil
}

// tellCredits puts on record whose credits the institution is told of.
func (v *visit) tellCredits(c college, all []ownCredit) error {
	ls := make([]projections.Learner, len(all))
	for i, known := range all {
		ls[i] = known.of
	}
	return v.disclose(c, domain.CreditRecords, ls)
}

func (v *visit) awards() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	all, err := v.ownCredits(&c)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Awards", "/college/awards"), Heading: v.say("Credit you were asked for or awarded"),
		Lead:  v.say("Of students who share credits with you. Once an award is on your transcript, record that too: it then counts towards their pathway."),
		Acts:  []link{{v.say("Record an award"), "/college/awards/new"}, {v.say("Upload awards"), awardTablePath}},
		Empty: emptiness{Title: v.say("No credit yet"), Text: v.say("Credit appears here when a student asks you for it, or when you record an award."), Act: link{v.say("Record an award"), "/college/awards/new"}}}
	d.List = list{Caption: v.say("Awards"), Columns: []column{{Name: v.say("Course"), Notes: v.say("Title")}, {Name: v.say("Student")}, {Name: v.say("Credit")}, {Name: v.say("Grade")}, {Name: v.say("State")}, {Name: v.say("Since")}, {Name: v.say("Your reference"), Notes: v.say("Transcript")}}}
	return showParts(v, "awards", d, all, func(cs []ownCredit) ([]row, error) {
		if err := v.tellCredits(c, cs); err != nil {
			return nil, err
		}
		rows := make([]row, len(cs))
		for i, k := range cs {
			rows[i] = row{{Text: k.Course, Note: k.Title, Href: k.path()}, {Text: v.studentName(c, k.of)}, {Text: v.credits(k.Credit.Credit)}, {Text: string(k.Grade)}, v.creditState(k.State), v.onDay(k.Since), {Text: k.ExternalRef, Note: k.Transcript}}
		}
		return rows, nil
	})
}

// theCredit is the credit that the address names.
func (v *visit) theCredit() (c college, k ownCredit, err error) {
	if c, err = v.forCollege(); err != nil {
		return c, k, err
	}
	all, err := v.ownCredits(&c)
	if err != nil {
		return c, k, err
	}
	at := slices.IndexFunc(all, func(k ownCredit) bool {
		return string(k.Learner) == v.r.PathValue("id") && string(k.Rule) == v.r.PathValue("rule")
	})
	if at < 0 {
		return c, k, domain.Refuse(domain.NotFound, "NO_SUCH_CREDIT", "There is no such credit among those that learners share with you.")
	}
	return c, all[at], v.tellCredits(c, all[at:at+1])
}

func (v *visit) award() error {
	c, k, err := v.theCredit()
	if err != nil {
		return err
	}
	state := v.creditState(k.State)
	d := dossierData{frame: v.frame("Awards", "/college/awards"), Over: v.studentName(c, k.of), Heading: k.Course + " " + k.Title, Tag: &state}
	d.Acts = offers(
		link{v.say("Post to the transcript"), when(k.State == projections.CreditAwarded, k.path()+"/post")},
		link{v.say("Award it"), when(k.State.Open() && k.State != projections.CreditInCommittee, "/college/awards/new?learner="+string(k.Learner)+"&course="+string(k.Rule))},
		link{v.say("Begin to look at it"), when(k.State == projections.CreditRequested, k.path()+"/begin")},
		link{v.say("Leave it to the committee"), when(k.State == projections.CreditInEvaluation, k.path()+"/refer")},
		link{v.say("Take it back from the committee"), when(k.State == projections.CreditInCommittee, k.path()+"/return")},
		link{v.say("Deny it"), when(k.State == projections.CreditInEvaluation || k.State == projections.CreditRecommended, k.path()+"/deny")},
		link{v.say("Take the award back"), when(k.State.Awarded(), k.path()+"/revoke")})
	d.Cards = []card{{ID: "credit", Title: v.say("Credit"), Facts: details(
		detail{v.say("Credit"), cell{Text: v.credits(k.Credit.Credit)}}, detail{v.say("Grade"), cell{Text: string(k.Grade)}}, detail{v.say("Term"), cell{Text: k.Term}},
		detail{v.say("Since"), v.onDay(k.Since)}, detail{v.say("Your reference"), cell{Text: k.ExternalRef}}, detail{v.say("Transcript"), cell{Text: k.Transcript}},
		detail{v.say("Reason"), cell{Text: v.text(k.Reason)}})}}
	history, err := v.creditStory(c, k)
	if err != nil {
		return err
	}
	d.Cards = append(d.Cards, history)
	if k.Appealed && k.State.Open() {
		d.Call = &call{v.say("The student appealed: look at it again"), v.say("A second denial is final."), link{}}
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// recordAward records credit for a course under one of the institution's rules.
func (v *visit) recordAward() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	ls, err := v.sharers(&c, domain.CreditRecords)
	if err != nil {
		return err
	}
	agreements, err := v.Desk.Read.Agreements(v.ctx(), c.by.Partner)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	student := input{Name: "apprenticeId", Kind: listInput, Label: v.say("Student")}
	if len(ls) > mostOffered {
		student.Kind, student.Value, student.Hint = lineInput, q.Get("learner"), v.say("The apprenticeship, as it stands in the list of students")
		ls = nil
	}
	if err := v.disclose(c, domain.CreditRecords, ls); err != nil {
		return err
	}
	for _, l := range ls {
		student.Options = append(student.Options, option{Value: string(l.ID), Label: v.studentName(c, l), Chosen: q.Get("learner") == string(l.ID)})
	}
	var courses []option
	for _, g := range agreements {
		for _, r := range g.Rules {
			if g.State == projections.AgreementActive && r.Gives(v.Desk.Today()) {
				courses = append(courses, option{Value: r.Course, Label: v.say("%s, at most %s", r.Course+" "+r.Title, v.credits(r.Credit)), Chosen: q.Get("course") == string(r.Rule)})
			}
		}
	}
	units := []option{{Value: string(domain.Semester), Label: v.say("Semester credits")}, {Value: string(domain.Quarter), Label: v.say("Quarter credits")}, {Value: string(domain.Clock), Label: v.say("Clock hours")}}
	return v.perform(task{section: "/college/awards", over: v.say("Awards"), title: v.say("Record an award"), back: "/college/awards", button: v.say("Record the award"),
		lead: v.say("Credit that your institution gives a student for a course of an agreement in force."),
		inputs: []input{
			student, {Name: "courseCode", Kind: listInput, Label: v.say("Course"), Options: courses},
			{Name: "credit", Kind: numberInput, Label: v.say("Credit"), Hint: v.say("Such as 3 or 1.5")}, {Name: "unit", Kind: listInput, Label: v.say("Counted in"), Options: units},
			{Name: "grade", Kind: lineInput, Label: v.say("Grade"), Hint: v.say("A to D with a sign, or P")}, {Name: "term", Kind: lineInput, Label: v.say("Term"), Hint: v.say("Such as Fall 2026")},
			{Name: "externalRef", Kind: lineInput, Label: v.say("Your reference"), Hint: v.say("Names one award at your institution")}},
		do: func() (string, string, error) {
			amount, err := domain.ParseCredit(v.written("credit"), domain.CreditUnit(v.field("unit")))
			if r := domain.AsRefusal(err); r != nil {
				return "", "", r.About("credit")
			}
			_, err = v.take(c, partners.Award{Learner: domain.ApprenticeshipID(v.field("apprenticeId")), Course: v.field("courseCode"), Credit: amount,
				Grade: rules.Grade(v.written("grade")), Term: v.written("term"), ExternalRef: v.written("externalRef")})
			return "", v.say("Recorded. The student and the hospital see it now. Record it again once it is on your transcript."), err
		}})
}

// mostOffered is of how many students one can be chosen. Among more nobody finds anybody.
const mostOffered = 500

// judgeAward posts, denies or takes back a credit.
func (v *visit) judgeAward() error {
	c, k, err := v.theCredit()
	if err != nil {
		return err
	}
	judge := func(own bool, field string, decide func(credit.Judgement, domain.Sealed) events.Command[credit.State, credit.Event]) error {
		_, err := v.take(c, partners.Judgement{Learner: k.Learner, Rule: k.Rule, Seen: k.Version, Own: own, Field: field, Note: v.field(field),
			Decide: func(j credit.Judgement, note domain.Sealed) (events.Command[credit.State, credit.Event], error) {
				return decide(j, note), nil
			}})
		return err
	}
	t := task{section: "/college/awards", over: v.studentName(c, k.of), lead: k.Course + " " + k.Title, back: k.path()}
	why := input{Name: "reason", Kind: textInput, Label: v.say("Reason"), Hint: v.say("The student reads it")}
	note := input{Name: "note", Kind: textInput, Label: v.say("Note"), Hint: v.say("The student reads it"), Optional: true}
	switch v.r.PathValue("task") {
	case "begin":
		t.title, t.button, t.effects = v.say("Begin to look at it"), v.say("Say that you work on it"), []string{v.say("The student sees that it lies with you, and cannot withdraw the request any more.")}
		t.do = func() (string, string, error) {
			return "", v.say("The student sees that you work on it."), judge(false, "", func(j credit.Judgement, _ domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.StartEvaluation{Judgement: j}
			})
		}
	case "refer":
		t.title, t.button, t.inputs = v.say("Leave it to the committee"), v.say("Refer it"), []input{note}
		t.do = func() (string, string, error) {
			return "", v.say("It lies with the committee. Take it back once the committee has decided."), judge(false, "note", func(j credit.Judgement, said domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.Refer{Judgement: j, Note: said}
			})
		}
	case "return":
		t.title, t.button, t.inputs = v.say("Take it back from the committee"), v.say("Take it back to decide"), []input{note}
		t.do = func() (string, string, error) {
			return "", v.say("Award it or deny it now, as the committee decided."), judge(false, "note", func(j credit.Judgement, said domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.Return{Judgement: j, Note: said}
			})
		}
	case "post":
		t.title, t.button = v.say("Post to the transcript"), v.say("Record the posting")
		t.inputs = []input{{Name: "transcriptRef", Kind: lineInput, Label: v.say("Transcript"), Hint: v.say("As your transcript names the entry")}}
		t.do = func() (string, string, error) {
			return "", v.say("Recorded. It counts towards the student’s pathway."), judge(true, "", func(j credit.Judgement, _ domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.Post{Judgement: j, TranscriptRef: v.written("transcriptRef")}
			})
		}
	case "deny":
		t.title, t.button, t.danger, t.inputs = v.say("Deny the credit"), v.say("Deny it"), true, []input{why}
		t.do = func() (string, string, error) {
			return "", v.say("Denied. The student reads why and may appeal once."), judge(false, "reason", func(j credit.Judgement, reason domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.Deny{Judgement: j, Reason: reason}
			})
		}
	case "revoke":
		t.title, t.button, t.danger, t.inputs = v.say("Take the award back"), v.say("Take it back"), true, []input{why}
		t.effects = []string{v.say("What it met on the pathway is open again."), v.say("The award and why it was taken back stay on record.")}
		t.do = func() (string, string, error) {
			return "", v.say("Taken back. The student and the hospital are told."), judge(true, "reason", func(j credit.Judgement, reason domain.Sealed) events.Command[credit.State, credit.Event] {
				return credit.Revoke{Judgement: j, Reason: reason}
			})
		}
	default:
		return v.nowhere()
	}
	return v.perform(t)
}

// creditStory is what happened to a credit, as the institution may read it: of what others wrote only
// why the student appealed, and what the hospital says of that.
func (v *visit) creditStory(c college, k ownCredit) (card, error) {
	steps, err := v.Desk.Read.CreditHistory(v.ctx(), k.Learner, k.Rule)
	t := &list{Caption: v.say("What happened"), Columns: []column{{Name: v.say("Day")}, {Name: v.say("What")}, {Name: v.say("Who")}, {Name: v.say("What was written")}}}
	for _, s := range steps {
		who, said := v.Organization, ""
		switch {
		case s.Partner != "":
			who = v.college(s.Partner)
		case s.Person == k.of.Person:
			who = v.studentName(c, k.of)
		}
		if s.Partner != "" || s.Event == (credit.Appealed{}).EventName() || s.Event == (credit.AppealCommented{}).EventName() {
			said = v.text(s.Note)
		}
		t.Rows = append(t.Rows, row{v.onDay(s.On), {Text: v.creditStep(s)}, {Text: who}, {Text: said}})
	}
	return card{ID: "story", Title: v.say("What happened"), Table: t}, err
}

func (v *visit) creditStep(s projections.CreditStep) string {
	if s.Supports {
		return v.say("The hospital supports the appeal")
	}
	return v.say(creditSteps[s.Event])
}

// creditSteps say in English what became of a credit, by the stored names of facts.
var creditSteps = map[string]string{
	"credit.proposed": "Proposed", "credit.requested": "Asked for", "credit.evaluation_started": "The college began to look at it", "credit.referred_to_committee": "Left to the committee",
	"credit.returned_from_committee": "Came back from the committee", "credit.recommended": "Recommended", "credit.awarded": "Awarded", "credit.denied": "Denied", "credit.appealed": "Appealed", "credit.appeal_commented": "The hospital told the college what it makes of it",
	"credit.posted": "On the transcript", "credit.revoked": "Taken back", "credit.withdrawn": "Withdrawn", "credit.lapsed": "The recommendation lapsed", "credit.applied": "Counts on the pathway", "credit.application_reversed": "Counts on the pathway no longer",
}
