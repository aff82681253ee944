package portal

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	consents "github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/student"
)

// harm is what somebody may be called who wishes nobody well: it would run a script, close what
// it stands in, and reads from the right.
const harm = `<script>alert(1)</script> "' onload=x أحمد`

// misnamed is how one of a crowd is called; a table would compute it.
func misnamed(n int) string { return fmt.Sprintf("=%s Castellano %05d", harm, n) }

// few is of how many a list has more than a part.
const few = partOfList + 10

// flood is a crowd of whom there is as much of everything else that is listed: what an agency is
// told, what they are paid, what an institution says and is told; and a hundredth as many
// programmes, cohorts, standards, institutions and agreements.
func (h *hospital) flood(learners int) {
	h.Helper()
	h.crowdCalled(learners, 1, 0, misnamed)
	d, ctx := h.portal.Desk, h.Context()
	p := &pile{hospital: h, at: d.Now()}
	def, err := standard.Find("it-security-pathway")
	check(h.T, err)
	for n := range max(few, learners/100) {
		id := fmt.Sprintf("many-%03d", n)
		p.tell(program.Stream(domain.ProgramID(id)), program.Registered{Title: misnamed(n), Sponsor: harm, Agency: harm, Number: id, Profile: "us-registered", On: sunday}, program.SiteAdded{Site: "main", Ratio: "1:1", From: sunday})
		p.tell(partner.Stream(domain.PartnerID(id)), partner.Onboarded{Name: misnamed(n)})
		p.tell(agreement.Stream(domain.AgreementID(id)), agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.CreditRecords}}, agreement.SentForSignature{})
		p.tell(cohort.Stream(domain.CohortID(id)), cohort.Planned{Title: misnamed(n), Topic: "data", Program: domain.ProgramID(id), Delivery: "remote", From: sunday, To: sunday.AddMonths(3), Seats: 12}, cohort.Opened{On: sunday})
		drafted := def.Header
		drafted.Title = misnamed(n)
		p.tell(standard.Stream(domain.StandardID(id)), standard.Drafted{Version: 1, Header: drafted}, standard.Published{Version: 1})
		p.tell(disclosure.Stream("lakeshore", sunday.AddMonths(-n)), disclosure.Made{On: sunday.AddMonths(-n), Persons: crowded(n, 100), Fields: []domain.Scope{domain.CreditRecords}, Basis: disclosure.Consent, LegitimateInterest: harm})
		p.tell(placement.Stream(domain.ProgramID(id), "main"), placement.Placed{Apprenticeship: domain.ApprenticeshipID(oneOf(n)), Under: "priya", From: sunday})
		p.tell(person.Stream(domain.PersonID(oneOf(n))), person.ErasureAsked{By: "helen", Reason: person.Asked, Reference: harm})
	}
	keys := make([]domain.PersonID, 2*few)
	for n := range keys {
		keys[n] = student.Key(domain.StudentID(oneOf(n)), 0)
	}
	check(h.T, d.Vault.Ready(ctx, keys...))
	for n, key := range keys {
		name, err := d.Vault.Seal(ctx, key, misnamed(n))
		check(h.T, err)
		p.tell(student.Stream("lakeshore", domain.StudentID(oneOf(n))), student.Reported{ID: name, Name: name})
	}
	rule := rules.Articulation{Rule: "cyb-110", Course: harm, Title: harm, Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Requirement: "hd-network-defence"}
	for n, who := range crowded(0, learners) {
		id := domain.ApprenticeshipID(who)
		words, err := d.Vault.Seal(ctx, who, harm)
		check(h.T, err)
		p.tell(apprenticeship.Stream(id), apprenticeship.WageStepReached{Step: 1, On: sunday.AddDays(-n % 90)})
		p.tell(filing.Stream(id, 4), filing.Due{Apprenticeship: id, Program: "many-000", Agency: harm, Cause: "began", OccurredOn: sunday.AddDays(-n % 90), DueOn: sunday.AddDays(30 - n%90)})
		p.tell(amendment.Stream(who, "one"), amendment.Requested{Person: who, Record: apprenticeship.Stream(id), Text: words, DueOn: sunday.AddDays(n % 45)})
		p.tell(credit.Stream(id, rule.Rule), credit.Awarded{Subject: credit.Subject{Apprenticeship: id, Person: who, Partner: "lakeshore", Articulation: rule}, Award: rule.Credit, Grade: "A", Term: harm, ExternalRef: harm})
		p.tell(enrolment.Stream("lakeshore", domain.EnrolmentID(who)), enrolment.Enrolled{Apprenticeship: id, Person: who, Section: enrolment.Section{Partner: "lakeshore", ID: oneOf(n), Code: harm, Title: harm}, On: sunday})
	}
	for _, who := range crowded(0, learners) { // last, as institutions are told whatever is recorded from then on
		p.tell(consents.Stream(who, "lakeshore"), consents.Given{Person: who, Party: "lakeshore", Records: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}, On: sunday, AuthMethod: "session"})
	}
	p.settle()
}

// crowded are so many of a crowd from one on.
func crowded(from, n int) []domain.PersonID {
	out := make([]domain.PersonID, n)
	for i := range out {
		out[i] = domain.PersonID(oneOf(from + i))
	}
	return out
}

// pageOfManyRows is the most bytes that a page may have, whatever there is to list.
const pageOfManyRows = 256 << 10

// longLists are the addresses that list more than a part holds once a hospital is flooded, by who
// reads them.
var longLists = map[string][]string{
	"mentor":      {"/apprentices", "/apprentices?risk=any", "/deadlines"},
	"manager":     {"/approvals", "/approvals?part=9", "/approvals?q=castellano", "/approvals/hours", "/apprentices", "/apprentices?part=9", "/apprentices?order=due", "/deadlines"},
	"coordinator": {"/approvals", "/apprentices", "/apprentices?risk=any&part=9", "/apprentices?order=risk", "/people", "/people?q=castellano", "/programs", "/cohorts", "/standards", "/institutions", "/agreements", "/students", "/deadlines", "/filings", "/ratio"},
	"hr":          {"/people?part=9", "/wages", "/wages?state=due", "/approvals", "/deadlines", "/filings?state=due"},
	"privacy":     {"/approvals", "/privacy-log", "/privacy-log/consents", "/privacy-log/corrections", "/erasures"},
	"auditor":     {"/audit", "/apprentices", "/wages", "/deadlines", "/filings"},
	"registrar":   {"/college", "/college/awards", "/college/enrolments", "/college/unmatched", "/college/disclosures"},
}

// offering are addresses of one record whose form offers some of all learners, by who fills it in.
var offering = map[string][]string{"coordinator": {"/students/lakeshore/crowd-00001/match", "/students/lakeshore/crowd-00001/match?q=castellano"}}

// ofOne are addresses without a name of what is there: a certificate or a gateway once there is one, a figure
// that the query names.
var ofOne = []string{"/record/certificate", "/history", "/gateway"}

// TestEveryPageOfEverybodyStandsWithTenThousandRows opens every address of the site map that names
// no record, as everybody who may, in a hospital that is flooded with names that would do harm. CI
// requires ten thousand rows (REQUIRE_ROWS); elsewhere there are a tenth as many.
func TestEveryPageOfEverybodyStandsWithTenThousandRows(t *testing.T) {
	t.Parallel()
	learners := 1_000
	if asked, err := strconv.Atoi(os.Getenv("REQUIRE_ROWS")); err == nil {
		learners = asked
	}
	h := newHospital(t)
	h.hired("eva", "Eva Lund", domain.EEOOfficer, "main")
	h.hired("elias", "Elias Borg", domain.Executive, "main")
	h.flood(learners)
	h.misname()
	for _, p := range h.portal.Personas {
		b := h.as(p.Key)
		known, err := h.portal.Desk.Read.Person(t.Context(), p.Person)
		check(t, err)
		paths := slices.Concat(longLists[p.Key], offering[p.Key])
		for _, r := range siteMap {
			path, asked := strings.CutPrefix(r.pattern, "GET ")
			if asked && !strings.ContainsAny(path, "{.") && !r.who.visitors && r.who.admits(known.Capacity) && !slices.Contains(paths, path) && !slices.Contains(ofOne, path) {
				paths = append(paths, path)
			}
		}
		for _, path := range paths {
			s := b.get(path)
			if s.status == http.StatusNotFound && known.Capacity != domain.Apprentice && strings.Contains(s.main(), "You have no apprenticeship here.") {
				continue // a page of somebody's own
			}
			if s.harmless(); s.size > pageOfManyRows {
				t.Errorf("%s: %s has %d bytes, want at most %d", p.Key, path, s.size, pageOfManyRows)
			}
			rows, next := 0, false
			for _, n := range s.all {
				if n.Data == "tr" && within(n, "tbody") {
					rows++
				}
				next = next || n.Data == "a" && words(n) == "Next"
			}
			if most := 2 * partOfList; rows > most {
				t.Errorf("%s: %s has %d rows, want at most %d", p.Key, path, rows, most)
			}
			if !next && slices.Contains(longLists[p.Key], path) {
				t.Errorf("%s: %s leads to no further part: %.300s", p.Key, path, s.main())
			}
		}
	}
	for key, path := range map[string]string{"hr": "/people.csv", "coordinator": "/apprentices.csv?order=due"} {
		res, err := h.as(key).client.Get(h.url + path)
		check(t, err)
		rows, err := csv.NewReader(res.Body).ReadAll()
		if err := errors.Join(err, res.Body.Close()); err != nil || len(rows) < learners {
			t.Errorf("%s has %d rows of %d learners: %v", path, len(rows), learners, err)
		}
		for _, r := range rows {
			if i := slices.IndexFunc(r, func(cell string) bool { return strings.HasPrefix(cell, "=") }); i >= 0 {
				t.Errorf("%s would compute %q", path, r[i])
			}
		}
	}
}

// BenchmarkManyRows shows every address of longLists where there are ten thousand of each.
func BenchmarkManyRows(b *testing.B) {
	h := newHospital(b)
	h.flood(10_000)
	for _, key := range slices.Sorted(maps.Keys(longLists)) {
		for _, path := range longLists[key] {
			b.Run(key+path, func(b *testing.B) { cost(b, h, key, path) })
		}
	}
}
