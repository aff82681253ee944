package graphql_test

import (
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// An aviary is a house in which everything that is written about a learner holds a canary:
// a text, day or amount that stands nowhere else. Of a text it is Q, the learner, a hyphen and
// what it is written in.
//
// With Harbor, Noah shares all but moves, Pip only credit and Kim only moves; Tess took back what
// she shared and Omar's consent ran out; Maya shares with Lakeshore alone, and Ruby with
// nobody. The agreement with Elm has ended. Marco is a mentor of none of them.
type aviary struct {
	*house
	texts   []string            // canaries
	figures map[string]string   // days and amounts, and the canaries that they are
	ids     []string            // of everything that was ever recorded
	hidden  map[string][]string // parts of ids that somebody must not be told
	cursors []string
	shown   map[string][]string // canaries that somebody may be shown
}

var birds = []domain.PersonID{"noah", "pip", "tess", "omar", "kim", "maya", "ruby"}

func openAviary(t *testing.T) *aviary {
	t.Helper()
	people := []colleague{{"marco", "Marco", domain.Mentor, ""}}
	for _, c := range staff {
		if c.id != "maya" && c.id != "noah" {
			people = append(people, c)
		}
	}
	for _, b := range birds {
		people = append(people, colleague{b, string(b) + " " + canary(b, "NAME"), domain.Apprentice, ""})
	}
	w := &aviary{house: openOn(t, newLog(t)), figures: map[string]string{}, hidden: map[string][]string{}, shown: map[string][]string{}}
	w.staff(people, colleges)
	w.institution("elm", "Elm College", "")
	w.agree("lakeshore", "LAKE 110", everyRecord...)
	w.agree("harbor", "SEC 101", everyRecord...)
	elm := w.agree("elm", "ELM 1", everyRecord...)
	subject := map[domain.PersonID]string{}
	for i, b := range birds {
		subject[b] = strings.TrimPrefix(w.live(b, i), "apprenticeship-")
	}
	share := func(b domain.PersonID, college, until string, records ...string) {
		in := []any{"partnerId", "partner-" + college, "records", records, "purpose", canary(b, "PURPOSE")}
		if until != "" {
			in = append(in, "expiresOn", until)
		}
		w.done(string(b), "giveConsent", "consent{id}", in...)
	}
	award := func(b domain.PersonID, college, course string) {
		mark := strings.ToUpper(college)
		w.done(college, "recordCredit", "credit{id}", "apprenticeId", "apprenticeship-"+subject[b], "externalRef", canary(b, mark+"REF"), "courseCode", course, "credit", "3", "grade", "A", "term", canary(b, mark+"TERM"))
	}
	for _, b := range birds {
		if b != "maya" && b != "ruby" {
			share(b, "harbor", "2026-11-23", everyRecord...)
			award(b, "harbor", "SEC 101")
		}
		if b == "noah" || b == "tess" {
			share(b, "elm", "", everyRecord...)
			award(b, "elm", "ELM 1")
		}
		if b != "ruby" {
			share(b, "lakeshore", "", everyRecord...)
			award(b, "lakeshore", "LAKE 110")
		}
	}
	share("noah", "harbor", "", "PATHWAY", "MILESTONES", "CREDITS")
	share("pip", "harbor", "", "CREDITS")
	share("kim", "harbor", "", "ROLE_TRANSITIONS")
	w.done("tess", "revokeConsent", "consent{id}", "consentId", "consent-tess.harbor")
	w.done("lena", "terminatePartnerAgreement", "agreement{id}", "agreementId", elm, "reason", "the college closed")
	w.days.Add(1)
	w.calm()
	w.harvest(subject)
	return w
}

func canary(b domain.PersonID, what string) string {
	return "Q" + strings.ToUpper(string(b)) + "-" + what
}

// live is an apprenticeship with all that is written about it.
func (w *aviary) live(b domain.PersonID, i int) (apprentice string) {
	w.Helper()
	who := string(b)
	day, entry, journey := domain.NewDate(2026, 8, 3+i).String(), 73_001+2*i, 73_002+2*i
	w.figures[day] = canary(b, "START")
	w.figures[strconv.Itoa(entry)], w.figures[strconv.Itoa(journey)] = canary(b, "ENTRY"), canary(b, "JOURNEY")
	id := w.done("lena", "draftApprenticeship", "apprentice{id}", "personId", "person-"+who, "pathwayId", helpDeskPathway, "managerId", "person-dana", "mentorId", "person-priya",
		"startOn", day, "ageAtStart", 24, "wageAtEntryCents", entry, "journeyworkerWageCents", journey).string("apprentice.id")
	w.done(who, "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "APPRENTICE")
	w.done("lena", "signApprenticeship", "apprentice{id}", "apprenticeId", id, "party", "SPONSOR")
	w.done("lena", "registerApprenticeship", "apprentice{id}", "apprenticeId", id, "agency", "Office of Apprenticeship", "apprenticeNo", canary(b, "NUMBER"))
	w.done("lena", "beginApprenticeship", "apprentice{id}", "apprenticeId", id, "on", day)
	w.week(who, "2026-W36", domain.NewDate(2026, 8, 31))
	sheet := w.done(who, "submitTimesheet", "timesheet{id}", "week", "2026-W36").string("timesheet.id")
	w.done("dana", "returnTimesheet", "timesheet{id}", "timesheetId", sheet, "reason", canary(b, "HOURS"))
	w.evidence(id, b, canary(b, "EVIDENCE"))
	lab := strings.Replace(id, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	w.done(who, "startMilestone", "milestone{id}", "milestoneId", lab)
	w.done(who, "submitEvidence", "milestone{id}", "milestoneId", lab, "kind", "LAB", "note", canary(b, "LAB"), "uri", "https://"+canary(b, "URI")+".example")
	w.done(who, "requestAmendment", "amendmentRequest{id}", "recordId", id, "text", canary(b, "AMENDMENT"))
	w.done(who, "earnCredential", "credential{id}", "title", canary(b, "TITLE"), "issuer", canary(b, "ISSUER"), "on", "2026-11-20", "kind", "CERTIFICATION")
	w.done(who, "offerMentoring", "person{id}", "kind", "PEER", "note", canary(b, "OFFER"))
	w.done("petra", "discloseByException", "institution{id}", "partnerId", "partner-lakeshore", "personIds", []string{"person-" + who}, "records", []string{"CREDITS"}, "basis", "EMERGENCY", "interest", canary(b, "INTEREST"))
	moves := domain.NewDate(2027, 2, 1+i)
	w.figures[moves.String()] = canary(b, "MOVEDAY")
	w.move(id, canary(b, "MOVE"), moves)
	w.done(who, "commentTransition", "transition{id}", "transitionId", strings.Replace(id, "apprenticeship-", "transition-", 1)+".systems-administrator", "note", canary(b, "COMMENT"))
	for _, what := range []string{"NAME", "NUMBER", "HOURS", "EVIDENCE", "LAB", "URI", "AMENDMENT", "TITLE", "ISSUER", "OFFER", "INTEREST", "MOVE", "COMMENT", "PURPOSE", "HARBORREF", "HARBORTERM", "LAKESHOREREF", "LAKESHORETERM"} {
		if strings.HasPrefix(what, "HARBOR") && (b == "maya" || b == "ruby") || b == "ruby" && (what == "PURPOSE" || strings.HasPrefix(what, "LAKESHORE")) {
			continue
		}
		w.texts = append(w.texts, canary(b, what))
	}
	return id
}

// harvest notes what there is to ask for, and what may be answered.
func (w *aviary) harvest(subject map[domain.PersonID]string) {
	w.Helper()
	known := map[string]bool{"employer": true, "": true, "apprenticeship-nobody": true, helpDeskPathway: true}
	head := w.head()
	for r, err := range w.log.Follow(w.Context(), 0) {
		w.must(err)
		known[string(r.Stream)] = true
		if r.Position == head {
			break
		}
	}
	w.ids = slices.Sorted(maps.Keys(known))
	for _, b := range birds {
		for who, may := range map[string]bool{"harbor": b != "maya" && b != "ruby", "elm": b == "noah" || b == "tess", "maya": b == "maya", "marco": false} {
			if !may {
				w.hidden[who] = append(w.hidden[who], subject[b])
			}
		}
	}
	w.shown["harbor"] = []string{canary("noah", "NAME"), canary("noah", "START"), canary("kim", "MOVEDAY")}
	for _, b := range []domain.PersonID{"noah", "pip"} {
		w.shown["harbor"] = append(w.shown["harbor"], canary(b, "HARBORREF"), canary(b, "HARBORTERM"))
	}
	for _, c := range append(slices.Clone(w.texts), slices.Collect(maps.Values(w.figures))...) {
		if strings.HasPrefix(c, "QMAYA-") {
			w.shown["maya"] = append(w.shown["maya"], c)
		}
	}
	for _, who := range []string{"harbor", "lakeshore"} {
		w.cursors = append(w.cursors, w.ask(who, `{changes(first:2){cursor}}`).string("data.changes.cursor"), w.ask(who, `{changes(first:1000){cursor}}`).string("data.changes.cursor"))
	}
	for _, b := range birds {
		w.cursors = append(w.cursors, base64.RawURLEncoding.EncodeToString([]byte(subject[b])))
	}
	w.cursors = append(w.cursors, "", "YQ", "not a cursor")
}

var textCanary = regexp.MustCompile(`Q[A-Z]+-[A-Z]+`)

// leak is a canary in an answer that who asked may not be shown and did not name. That a
// college was to be told what is not shared, and the record of disclosures kept it back, is
// as bad: somebody forgot a check before it.
func (w *aviary) leak(who, asked, answer string) string {
	may := func(c string) bool { return slices.Contains(w.shown[who], c) || strings.Contains(asked, c) }
	for _, c := range textCanary.FindAllString(answer, -1) {
		if !may(c) {
			return c
		}
	}
	for figure, c := range w.figures {
		if standsIn(figure, answer) && !may(c) && !strings.Contains(asked, figure) {
			return c + " " + figure
		}
	}
	for _, id := range w.hidden[who] {
		if strings.Contains(answer, id) && !strings.Contains(asked, id) {
			return "the id " + id
		}
	}
	if strings.Contains(answer, `"code":"NOT_SHARED"`) {
		return "what the record of disclosures keeps back"
	}
	return ""
}

// standsIn reports whether a day or amount is in a text by itself.
func standsIn(figure, text string) bool {
	for at := strings.Index(text, figure); at >= 0; {
		before, after := text[:at], text[at+len(figure):]
		if !digits.MatchString(before[max(0, len(before)-1):]) && !digits.MatchString(after[:min(1, len(after))]) {
			return true
		}
		next := strings.Index(after, figure)
		if next < 0 {
			return false
		}
		at += len(figure) + next
	}
	return false
}

var digits = regexp.MustCompile(`[0-9A-Za-z]`)
