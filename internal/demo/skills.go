package demo

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/events"
)

// alderSkills is the hospital's own role framework: its roles have the ids of jobs.
const alderSkills domain.FrameworkID = "alder-skills"

var alderStatements = []framework.StatementDefined{
	{Code: "K01", Kind: framework.Knowledge, Text: "How a ward works during a downtime"},
	{Code: "K02", Kind: framework.Knowledge, Text: "What may be done with patient data, and what never"},
	{Code: "K03", Kind: framework.Knowledge, Text: "How the hospital's network is divided"},
	{Code: "K04", Kind: framework.Knowledge, Text: "How orders and results travel between systems"},
	{Code: "K05", Kind: framework.Knowledge, Text: "How intruders go about it"},
	{Code: "S01", Kind: framework.Skill, Text: "Asking until the cause is found"},
	{Code: "S02", Kind: framework.Skill, Text: "Writing so that the night shift understands"},
	{Code: "S03", Kind: framework.Skill, Text: "Reading logs of servers and devices"},
	{Code: "S04", Kind: framework.Skill, Text: "Scripting what is done more than twice"},
	{Code: "S05", Kind: framework.Skill, Text: "Explaining a risk to people who do not work with computers"},
	{Code: "S06", Kind: framework.Skill, Text: "Looking after several patients at once"},
	{Code: "T01", Kind: framework.Task, Text: "Take a call and see it through"},
	{Code: "T02", Kind: framework.Task, Text: "Build and hand over a clinical workstation"},
	{Code: "T03", Kind: framework.Task, Text: "Patch servers and prove that they came back"},
	{Code: "T04", Kind: framework.Task, Text: "Restore from backup"},
	{Code: "T05", Kind: framework.Task, Text: "Investigate an alert and report it"},
	{Code: "T06", Kind: framework.Task, Text: "Assess the risk of a medical device"},
	{Code: "T07", Kind: framework.Task, Text: "Build an order set with the ward that will use it"},
	{Code: "T08", Kind: framework.Task, Text: "Give medication safely"},
}

var alderRoles = []framework.RoleDefined{
	{Code: "help-desk-analyst", Title: "Help desk analyst", Statements: codes("K01 K02 S01 S02 T01 T02")},
	{Code: "systems-administrator", Title: "Systems administrator", Statements: codes("K02 K03 S01 S03 S04 T03 T04")},
	{Code: "security-analyst", Title: "Security analyst", Statements: codes("K02 K03 K05 S01 S02 S03 S05 T05 T06")},
	{Code: "registered-nurse", Title: "Registered nurse", Statements: codes("K01 K02 S02 S05 S06 T08")},
	{Code: "clinical-informatics-associate", Title: "Clinical informatics associate", Statements: codes("K01 K02 K04 S01 S02 S05 T07")},
	{Code: "clinical-informatics-specialist", Title: "Clinical informatics specialist", Statements: codes("K01 K02 K04 S01 S02 S04 S05 T06 T07")},
}

var alderRelated = []framework.RelatedDefined{
	{Code: "help-desk-analyst", Related: []framework.Related{{Code: "systems-administrator", Tier: "next"}, {Code: "security-analyst", Tier: "later"}}},
	{Code: "registered-nurse", Related: []framework.Related{{Code: "clinical-informatics-associate", Tier: "next"}}},
	{Code: "clinical-informatics-associate", Related: []framework.Related{{Code: "clinical-informatics-specialist", Tier: "next"}}},
}

// skills writes down what the hospital's roles need, and what a nurse brought with her.
func (s *script) skills() {
	then(s, s.day(founding, 0, 9), coordinator, framework.Stream(alderSkills), framework.Evolve, func(r domain.Request) []events.Command[framework.State, framework.Event] {
		return []events.Command[framework.State, framework.Event]{framework.Publish{Request: r, Name: "St. Alder skills", Version: "1",
			Content: framework.Content{Statements: slices.Clone(alderStatements), Roles: slices.Clone(alderRoles), Related: slices.Clone(alderRelated)}}}
	})
	note := s.seal(noorRahimi, "Ran the order set project of her last hospital: two reports and a letter seen.")
	then(s, s.day(-8, 2, 14), coordinator, attestation.Stream(noorRahimi, alderSkills), attestation.Evolve, func(r domain.Request) []events.Command[attestation.State, attestation.Event] {
		return []events.Command[attestation.State, attestation.Event]{attestation.Attest{Request: r, Person: noorRahimi, Edition: 1,
			Statements: codes("K04 T07"), Basis: attestation.Experience, Note: note}}
	})
}

func codes(list string) (out []domain.StatementID) {
	for code := range strings.FieldsSeq(list) {
		out = append(out, domain.StatementID(code))
	}
	return out
}
