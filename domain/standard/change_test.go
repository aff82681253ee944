package standard

import (
	"reflect"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestCompareTellsWhatIsNewOtherAndGone(t *testing.T) {
	was := Definition{ID: "it", Header: Header{Title: "IT security", Approach: Hybrid, OJLMin: domain.Hours(2000)},
		WorkProcesses: []WorkProcess{
			{ID: "wp-01", Title: "Triage", Min: domain.Hours(100), Competencies: []Competency{{ID: "c-1", Text: "Reads an alert"}, {ID: "c-2", Text: "Writes it up"}}},
			{ID: "wp-02", Title: "Backups"}},
		Courses: []Course{{ID: "ri-01", Title: "Networks"}}, WageSteps: []WageStep{{Step: 1, Amount: 1800}}}
	is := was
	is.Header.OJLMin, is.Header.RatingScale = domain.Hours(2400), []int{}
	is.WorkProcesses = []WorkProcess{
		{ID: "wp-01", Title: "Triage of alerts", Min: domain.Hours(100), Competencies: []Competency{{ID: "c-1", Text: "Reads an alert", Core: true}}},
		{ID: "wp-03", Title: "Recovery"}}
	is.WageSteps = nil
	want := []Change{
		{Kind: Changed, Part: HeaderPart, Title: "IT security", Was: "IT security", Fields: []string{"ojlMin"}},
		{Kind: Changed, Part: WorkProcessPart, ID: "wp-01", Title: "Triage of alerts", Was: "Triage", Fields: []string{"title"}},
		{Kind: Added, Part: WorkProcessPart, ID: "wp-03", Title: "Recovery"},
		{Kind: Removed, Part: WorkProcessPart, ID: "wp-02", Title: "Backups"},
		{Kind: Changed, Part: CompetencyPart, ID: "c-1", Title: "Reads an alert", Was: "Reads an alert", Fields: []string{"core"}},
		{Kind: Removed, Part: CompetencyPart, ID: "c-2", Title: "Writes it up"},
		{Kind: Changed, Part: WageStepPart},
	}
	if got := Compare(was, is); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := Compare(was, was); got != nil {
		t.Errorf("the same differs in %+v", got)
	}
}
