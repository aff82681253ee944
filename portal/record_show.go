package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var recordRoutes = []route{
	{"GET /record", (*visit).showRecord, everyone},
	{"GET /record.csv", (*visit).recordCSV, everyone},
	{"GET /record/hours.csv", (*visit).recordHoursCSV, everyone},
	{"GET /record/certificate", (*visit).certificate, everyone},
	{"GET /apprentices/{id}/record", (*visit).showRecord, everyone},
	{"GET /apprentices/{id}/record.csv", (*visit).recordCSV, everyone},
	{"GET /apprentices/{id}/record/hours.csv", (*visit).recordHoursCSV, everyone},
	{"GET /apprentices/{id}/record/certificate", (*visit).certificate, everyone},
}

var (
	recordPage      = newPage[recordData]("record.html", "said.html")
	certificatePage = newPage[certificateData]("certificate.html")
)

// recordData is all that record.html may show: what is on record of one learner, to read, to
// print and to take along.
type recordData struct {
	frame
	Learner     string
	Own         bool
	Pathway     string
	Standing    standing
	On          domain.Date // the day it is told of
	Past        string      // that day as YYYY-MM-DD, if it is over
	Facts, Sums []fact
	Parts       []recordPart
	Said        *remarks // to records that were not amended
	Path, CSV   string
	Hours       string // path; empty for who reads no weeks
	Certificate string // path, once there is one
	Back        string // path of the pathway
}

// A recordPart is a table of the record with what stands in its place while it is empty.
type recordPart struct {
	list
	ID, None string
}

// First is the learner's first name.
func (d recordData) First() string { return firstName(d.Learner) }

// certificateData is all that certificate.html may show.
type certificateData struct {
	frame
	Learner, Pathway string
	CompletedOn      domain.Date
	Agency, Number   string // of the registration
	Certificate      string // its number
	Job, Class       domain.Minutes
	Back             string // path of the record
}

// recordOf is the record that the address names: of an apprentice, or the viewer's own. Base is
// where it is.
func (v *visit) recordOf() (rec record, base string, err error) {
	l, base, err := v.learnerOf()
	if err != nil {
		return rec, "", err
	}
	if day := v.r.URL.Query().Get("day"); day != "" {
		rec, err = v.recordThen(l, day)
	} else {
		rec, err = v.record(l)
	}
	return rec, base, err
}

// presentRecord is the same, as it is now.
func (v *visit) presentRecord() (rec record, base string, err error) {
	l, base, err := v.learnerOf()
	if err != nil {
		return rec, "", err
	}
	rec, err = v.record(l)
	return rec, base, err
}

func (v *visit) learnerOf() (l projections.Learner, base string, err error) {
	if id := domain.ApprenticeshipID(v.r.PathValue("id")); id != "" {
		l, err = v.Desk.Learner(v.ctx(), v.actor(), id)
		base = "/apprentices/" + string(id)
	} else {
		l, err = v.Desk.Own(v.ctx(), v.actor())
	}
	return l, base, err
}

// recordThen is the record as it was known at the end of a day.
func (v *visit) recordThen(l projections.Learner, day string) (record, error) {
	on, err := domain.ParseDate(day)
	if err != nil {
		return record{}, err
	}
	then, was, err := v.Desk.Then(v.ctx(), v.actor(), l.ID, desk.Day{KnownOn: on})
	if err != nil {
		return record{}, err
	}
	portal, past := *v.Portal, *v
	portal.Desk = then
	past.site = &site{Portal: &portal, sessions: v.sessions}
	rec, err := past.record(was)
	rec.work = v.Desk.ReadsWork(v.actor(), l)
	return rec, err
}

func (v *visit) showRecord() error {
	rec, base, err := v.recordOf()
	if err != nil {
		return err
	}
	d, err := v.recordData(rec, base)
	if err != nil {
		return err
	}
	return show(v, recordPage, http.StatusOK, d)
}

func (v *visit) recordData(rec record, base string) (d recordData, err error) {
	l := rec.learner
	d = recordData{Learner: v.name(l.Person), Own: base == "", Pathway: rec.path.Title, Standing: v.standing(rec), On: rec.today, Path: base + "/record", CSV: base + "/record.csv", Back: base}
	if rec.today != v.Desk.Today() {
		d.Past = rec.today.String()
	}
	if d.Own {
		d.frame, d.Back = v.frame("Your record", "/record"), "/pathway"
	} else {
		d.frame = v.frame("Apprentices", "/apprentices")
		d.Title = v.say("Record of %s", d.Learner)
	}
	if rec.work {
		d.Hours = base + "/record/hours.csv"
	}
	if l.Status == projections.Completed && l.Certificate != "" {
		d.Certificate = base + "/record/certificate"
	}
	d.Facts = v.recordFacts(rec)
	if d.Sums, err = v.recordSums(rec); err != nil {
		return d, err
	}
	processes, err := v.processes(rec)
	if err != nil {
		return d, err
	}
	attained, err := v.attained(rec)
	if err != nil {
		return d, err
	}
	if d.Said, err = v.said(rec); err != nil {
		return d, err
	}
	credentials, err := v.credentials(rec)
	d.Parts = []recordPart{
		{v.rolesHeld(rec), "roles", v.say("Roles are listed here from the first day on.")},
		{processes, "hours", v.say("Hours are added up here once a week was sent.")},
		{attained, "milestones", v.say("Milestones are listed here once they are begun.")},
		{v.creditsCounted(rec), "credits", v.say("Credits appear here when a college is asked for them or posts them.")},
		{credentials, "certificates", v.say("Certificates are listed here once somebody put them on record.")},
	}
	return d, err
}

func (v *visit) recordFacts(rec record) (out []fact) {
	l := rec.learner
	for _, f := range []fact{
		{v.say("Employer"), v.Organization}, {v.say("Registered with"), l.Agency}, {v.say("Registration number"), l.Number},
		{v.say("First day"), v.day(wholeDay, l.BeganOn)}, {v.say("Planned end"), v.day(wholeDay, l.ExpectedEndOn)}, {v.say("Completed"), v.day(wholeDay, l.CompletedOn)},
		{v.say("Mentor"), v.name(l.Mentor)}, {v.say("Manager"), v.name(l.Supervisor)},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

func (v *visit) recordSums(rec record) ([]fact, error) {
	job, jobWaits := rec.spent(timesheet.OnTheJob, "")
	class, classWaits := rec.spent(timesheet.RelatedInstruction, "")
	done, _, need := tally(rec.required(), rec.milestones)
	out := []fact{
		{v.say("Hours on the job, signed off"), job.String()}, {v.say("Hours in class, signed off"), class.String()},
		{v.say("Waiting for sign-off"), (jobWaits + classWaits).String()}, {v.say("Milestones"), v.say("%d of %d", done, need)},
	}
	for _, c := range v.creditList(rec) {
		out = append(out, fact{c.College, v.say("%s %s", c.Amount, c.Unit)})
	}
	return out, nil
}

// rolesHeld tells each role with its first day and who approved it.
func (v *visit) rolesHeld(rec record) list {
	l := list{Caption: v.say("Roles held"), Columns: []column{{Name: v.say("Role")}, {Name: v.say("From")}, {Name: v.say("Hours in the role"), Number: true}, {Name: v.say("Approved by"), Notes: v.say("Reference")}}}
	for _, s := range rec.stages {
		title := string(s.Role)
		if stage, _, known := rec.path.Stage(s.Role); known {
			title = stage.Role.Title
		}
		hours, _ := rec.spent(timesheet.OnTheJob, s.Role)
		var by []string
		var reference string
		if t, asked := rec.move(s.Role); asked && v.Desk.ReadsMove(v.actor(), rec.learner, t) {
			reference = t.Reference.String()
			for _, step := range t.Steps {
				if step.State == projections.StepGranted {
					by = append(by, v.name(step.DecidedBy))
				}
			}
		}
		l.Rows = append(l.Rows, row{{Text: title}, v.dated(s.From), {Text: hours.String(), Value: hoursValue(hours)}, {Text: spoken(by...), Note: reference}})
	}
	l.Total = len(l.Rows)
	return l
}

// dated is a cell with a day.
func (v *visit) dated(d domain.Date) cell {
	if d.IsZero() {
		return cell{}
	}
	return cell{Text: v.day(wholeDay, d), Value: d.String()}
}

// processes are the hours on each work process and course, in the order of the standard.
func (v *visit) processes(rec record) (list, error) {
	l := list{Caption: v.say("Hours by work process and course"), Columns: []column{{Name: v.say("Work process or course")}, {Name: v.say("Kind")}, {Name: v.say("Signed off"), Number: true}, {Name: v.say("Waiting"), Number: true}}}
	spendable, err := v.Desk.Spendable(v.ctx(), rec.learner)
	if err != nil {
		return l, err
	}
	approved, pending := map[string]domain.Minutes{}, map[string]domain.Minutes{}
	for _, h := range rec.hours {
		approved[h.SpentOn] += h.Approved
		pending[h.SpentOn] += h.Pending
	}
	for _, s := range spendable {
		if approved[s.ID]+pending[s.ID] > 0 {
			kind := desk.ApprovedMinutes
			if s.Kind == timesheet.RelatedInstruction {
				kind = desk.InstructionMinutes
			}
			l.Rows = append(l.Rows, row{{Text: s.Title}, {Text: v.say(kindWords[s.Kind])},
				{Text: approved[s.ID].String(), Value: hoursValue(approved[s.ID]), Href: v.historyPath(rec, kind, s.ID)}, {Text: pending[s.ID].String(), Value: hoursValue(pending[s.ID])}})
		}
	}
	l.Total = len(l.Rows)
	return l, nil
}

// attained are the milestones that were begun, in the order of the pathway.
func (v *visit) attained(rec record) (list, error) {
	l := list{Caption: v.say("Milestones"), Columns: []column{{Name: v.say("Milestone")}, {Name: v.say("State")}, {Name: v.say("Level")}, {Name: v.say("Since")}, {Name: v.say("Signed by")}}}
	s, err := v.Desk.Read.Standard(v.ctx(), rec.learner.Standard, rec.learner.StandardVersion)
	if err != nil {
		return l, err
	}
	add := func(r pathway.Requirement) {
		m, begun := rec.milestones[r.ID]
		if !begun {
			return
		}
		level, by := "", ""
		if m.Level > 0 {
			level = v.say("%d of %d", m.Level, milestones.TopRating)
		}
		if m.State == pathway.Attained || m.State == pathway.Waived {
			by = v.name(m.By)
			if r.ByCredit() {
				by = v.say("Posted by college")
			}
		}
		l.Rows = append(l.Rows, row{{Text: r.Title, Href: v.historyPath(rec, desk.MilestoneLevel, string(r.ID))}, {Text: v.say(milestoneWords[m.State])}, {Text: level}, v.dated(m.Since), {Text: by}})
	}
	var walk func([]pathway.Requirement)
	walk = func(rs []pathway.Requirement) {
		for _, r := range rs {
			if r.Kind == pathway.Group {
				walk(r.Of)
			} else if r.IsMilestone() {
				add(r)
			}
		}
	}
	walk(rec.required())
	for _, r := range desk.CompetenciesOf(s) {
		if _, _, known := rec.path.Requirement(r.ID); !known {
			add(r)
		}
	}
	l.Total = len(l.Rows)
	return l, nil
}

var milestoneWords = map[pathway.MilestoneState]string{
	pathway.Planned: "Not started", pathway.InProgress: "In progress", pathway.UnderReview: "In review", pathway.Attained: "Signed off",
	pathway.NotYetAttained: "Try again", pathway.Waived: "Waived", pathway.Expired: "Expired",
}

// creditsCounted tells each credit with the requirement it counts for, and by which rule.
func (v *visit) creditsCounted(rec record) list {
	grades := desk.ReadsCredits(v.actor(), rec.learner)
	l := list{Caption: v.say("College credits"), Columns: []column{{Name: v.say("Course"), Notes: v.say("College")}, {Name: v.say("Credit"), Number: true}, {Name: v.say("State"), Notes: v.say("Since")}, {Name: v.say("Counts for"), Notes: v.say("Rule and agreement")}}}
	if grades {
		l.Columns = append(l.Columns, column{Name: v.say("Grade")})
	}
	for _, c := range rec.credits {
		counts, rests := v.say("No requirement of the pathway"), ""
		if r, _, known := rec.path.Requirement(c.Requirement); known {
			counts = r.Title
		}
		if c.Agreement != "" {
			rests = v.say("Rule %s of agreement %s", c.Rule, c.Agreement)
		}
		r := row{{Text: c.Course + " " + c.Title, Note: v.college(c.Partner), Href: v.historyPath(rec, desk.CreditAmount, string(c.Rule))}, {Text: v.credits(c.Credit), Value: c.Credit.Decimal()},
			{Text: v.say(creditWords[c.State]), Note: v.day(wholeDay, c.Since)}, {Text: counts, Note: rests}}
		if grades {
			r = append(r, cell{Text: string(c.Grade)})
		}
		l.Rows = append(l.Rows, r)
	}
	l.Total = len(l.Rows)
	return l
}

var creditWords = map[projections.CreditState]string{
	projections.CreditProposed: "Proposed", projections.CreditRequested: "Asked for", projections.CreditInEvaluation: "Being evaluated", projections.CreditInCommittee: "In committee",
	projections.CreditRecommended: "Recommended", projections.CreditAwarded: "Awarded", projections.CreditPosted: "Posted", projections.CreditDenied: "Not given",
	projections.CreditLapsed: "Lapsed", projections.CreditWithdrawn: "Withdrawn", projections.CreditRevoked: "Taken back",
}

// credentials are the certificates the learner earned, for those who may know of them.
func (v *visit) credentials(rec record) (list, error) {
	l := list{Caption: v.say("Certificates"), Columns: []column{{Name: v.say("Certificate"), Notes: v.say("Issued by")}, {Name: v.say("State")}, {Name: v.say("Earned")}, {Name: v.say("Valid until")}}}
	seen, err := v.Desk.Guides(v.ctx(), v.actor(), rec.learner.Person)
	if err != nil || len(seen) == 0 {
		return l, err
	}
	all, err := v.Desk.Read.CredentialsOf(v.ctx(), rec.learner.Person)
	for _, c := range all {
		until := v.dated(c.ValidTo)
		if c.ValidTo.IsZero() && !c.EarnedOn.IsZero() {
			until.Text = v.say("No end")
		}
		l.Rows = append(l.Rows, row{{Text: c.Title, Note: c.Issuer}, {Text: v.say(credentialWords[c.State])}, v.dated(c.EarnedOn), until})
	}
	l.Total = len(l.Rows)
	return l, err
}

var credentialWords = map[projections.CredentialState]string{
	projections.CredentialSponsored: "Paid for, not earned yet", projections.CredentialHeld: "Held, not verified yet", projections.CredentialVerified: "Verified",
	projections.CredentialExpired: "Expired", projections.CredentialRevoked: "Taken back",
}

func (v *visit) certificate() error {
	rec, base, err := v.recordOf()
	if err != nil {
		return err
	}
	l := rec.learner
	if l.Status != projections.Completed || l.Certificate == "" {
		return domain.Refuse(domain.NotFound, "NO_CERTIFICATE", "There is no certificate yet. It is here once the agency has certified the completion.")
	}
	d := certificateData{Learner: v.name(l.Person), Pathway: rec.path.Title, CompletedOn: l.CompletedOn, Agency: l.Agency, Number: l.Number, Certificate: l.Certificate, Back: base + "/record"}
	d.Job, _ = rec.spent(timesheet.OnTheJob, "")
	d.Class, _ = rec.spent(timesheet.RelatedInstruction, "")
	section := "/apprentices"
	if base == "" {
		section = "/record"
	}
	d.frame = v.frame("Certificate of completion", section)
	return show(v, certificatePage, http.StatusOK, d)
}
