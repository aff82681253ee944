package graphql

import (
	"reflect"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/projections"
)

// sampled are sources whose leaves are written straight, each with nothing in it and with much.
func sampled() []any {
	nasty, on := "a \"quoted\" \\ line\n\u2028 \xff", domain.NewDate(2026, 2, 28)
	coordinator := &cohort{by: domain.Actor{Person: "lena", Role: domain.Coordinator}, learners: map[domain.ApprenticeshipID]*projections.Learner{}}
	require := &pathway.Requirement{ID: "a-plus", Title: nasty, Kind: pathway.Certificate}
	much := &projections.Credit{Learner: "ana", Rule: "r", Version: 7, State: projections.CreditInEvaluation, Course: nasty, Title: nasty, ExternalRef: nasty, Grade: "A-", Term: nasty,
		Transcript: nasty, Appealed: true, Exception: true, Credit: domain.Credit{Hundredths: 350, Unit: domain.Semester}}
	much.Shown.Minutes = 90
	first := edge{key: func(any) string { return nasty }}
	edges := []edge{first, first}
	return []any{
		apprenticeNode{&projections.Learner{}, coordinator},
		apprenticeNode{&projections.Learner{ID: "ana", Version: 3, Status: projections.CompletionPending, BeganOn: on, ExpectedEndOn: on}, coordinator},
		milestoneNode{&projections.Milestone{State: pathway.Planned, Since: on}, &pathway.Requirement{}, 0, coordinator},
		milestoneNode{&projections.Milestone{Learner: "ana", Requirement: "a-plus", Version: 1 << 40, State: pathway.Attained, Since: on, Level: 3, ValidUntil: on}, require, 1, coordinator},
		creditNode{&projections.Credit{}, coordinator, true}, creditNode{much, coordinator, true}, creditNode{much, coordinator, false},
		pathway.Role{}, pathway.Role{ID: "analyst", Title: nasty}, pathway.Requirement{}, *require,
		organization{}, organization{"partner-x", nasty, "COLLEGE"},
		first, connection{}, connection{edges: edges}, pageInfo{}, pageInfo{edges: edges, next: true, previous: true},
	}
}

// TestWhatIsWrittenStraightIsWhatIsFound holds the quicker way to an answer against the other,
// for every field that has one.
func TestWhatIsWrittenStraightIsWhatIsFound(t *testing.T) {
	types, err := gqlparser.LoadSchema(&ast.Source{Input: Schema()})
	if err != nil {
		t.Fatal(err)
	}
	leaves, compared := leaves(types), 0
	for _, b := range new(Server).bindings() {
		sources := slices.DeleteFunc(sampled(), func(src any) bool { return reflect.TypeOf(src) != b.source })
		for name, f := range b.fields {
			field := types.Types[b.object].Fields.ForName(name)
			if f.put == nil && f.list == nil {
				continue
			}
			if len(sources) == 0 {
				t.Errorf("%s.%s: there is no sample of %v", b.object, name, b.source)
			}
			for _, src := range sources {
				found, err := f.one(t.Context(), src, args{})
				if f.put != nil {
					compared++
					l := leaves[field.Type.Name()]
					straight, err1 := f.put(nil, src, l)
					want, ok := []byte(nil), true
					if found != nil {
						want, ok = l.write(nil, found)
					}
					if string(straight) != string(want) && ok || (err == nil && ok) != (err1 == nil) {
						t.Errorf("%s.%s of %+v is %s (%v), and was found to be %s (%v, %v)", b.object, name, src, straight, err1, want, err, ok)
					}
				}
				if f.list != nil {
					compared++
					var into table
					err1 := f.list(src, &into)
					if edges := found.([]edge); len(into.rows) != len(edges) || err != nil || err1 != nil {
						t.Errorf("%s.%s has %d rows (%v), and %d were found (%v)", b.object, name, len(into.rows), err1, len(edges), err)
					}
				}
			}
		}
	}
	if compared < 50 {
		t.Errorf("only %d answers were compared", compared)
	}
}
