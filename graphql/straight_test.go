package graphql

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// sampled are sources whose leaves are written straight, each with nothing in it and with much.
func sampled() []any {
	nasty, on := "a \"quoted\" \\ line\n\u2028 \xff", domain.NewDate(2026, 2, 28)
	coordinator := &cohort{server: &Server{ways: new(sync.Map)}, by: domain.Actor{Person: "lena", Role: domain.Coordinator}, learners: map[domain.ApprenticeshipID]*fellow{}, awarded: map[domain.PartnerID]*organization{},
		colleges:   func() (map[domain.PartnerID]projections.Partner, error) { return nil, nil },
		milestones: func() error { return nil }, credits: func() error { return nil },
		transitions: func() (map[domain.ApprenticeshipID][]projections.Transition, error) { return nil, nil }}
	require := &pathway.Requirement{ID: "a-plus", Title: nasty, Kind: pathway.Certificate}
	much := &projections.Credit{Learner: "ana", Rule: "r", Version: 7, State: projections.CreditInEvaluation, Course: nasty, Title: nasty, ExternalRef: nasty, Grade: "A-", Term: nasty,
		Transcript: nasty, Appealed: true, Exception: true, Credit: domain.Credit{Hundredths: 350, Unit: domain.Semester}}
	much.Shown.Minutes = 90
	changed := desk.Change{Facts: []projections.Fact{{}}}
	return append([]any{
		apprenticeNode{known(projections.Learner{}), coordinator},
		apprenticeNode{known(projections.Learner{ID: "ana", Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, Role: "help-desk-analyst", Version: 3, Status: projections.CompletionPending, BeganOn: on, ExpectedEndOn: on}), coordinator},
		milestoneNode{&projections.Milestone{State: pathway.Planned, Since: on}, &pathway.Requirement{}, 0, coordinator},
		milestoneNode{&projections.Milestone{Learner: "ana", Requirement: "a-plus", Version: 1 << 40, State: pathway.Attained, Since: on, Level: 3, ValidUntil: on}, require, 1, coordinator},
		creditNode{&projections.Credit{}, coordinator, true}, creditNode{much, coordinator, true}, creditNode{much, coordinator, false},
		pathway.Role{}, pathway.Role{ID: "analyst", Title: nasty}, pathway.Requirement{}, *require,
		organization{}, organization{"partner-x", nasty, "COLLEGE"},
		pageInfo{}, pageInfo{previous: true, next: true, start: nasty, end: nasty},
	}, slices.Concat(
		paged(apprenticeNode{known(projections.Learner{ID: "ana"}), coordinator}), paged(milestoneNode{&projections.Milestone{}, require, 12345, coordinator}),
		paged(creditNode{much, coordinator, true}), paged(transitionNode{}), paged(timesheetNode{}), paged(figureChange{Change: changed}, figureChange{Change: changed, oldestFirst: true}),
		paged(gapNode{Gap: desk.Gap{Gap: framework.Gap{Missing: []domain.StatementID{"T0001"}}}}), paged(candidateNode{}), paged(relatedNode{place: 7}))...)
}

func known(l projections.Learner) *fellow { return &fellow{Known: &projections.Known{Learner: l}} }

// paged are nodes, and pages of none and of all of them.
func paged[T listed](nodes ...T) []any {
	out := []any{page[T]{}, page[T]{nodes: nodes, next: true}}
	for _, n := range nodes {
		out = append(out, n)
	}
	return out
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
			if f.put == nil && f.rows == nil && !f.same {
				continue
			}
			if len(sources) == 0 {
				t.Errorf("%s.%s: there is no sample of %v", b.object, name, b.source)
			}
			asked := args{name, map[string]any{}}
			for _, a := range field.Arguments {
				if asked.values[a.Name] = nil; a.Name == "first" {
					asked.values[a.Name] = 10
				}
			}
			for _, src := range sources {
				found, err := f.one(t.Context(), src, asked)
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
				if f.rows != nil {
					compared++
					var into table
					err1 := f.rows(t.Context(), src, asked, &into)
					if len(into.rows) != len(objectsIn(found)) || (err == nil) != (err1 == nil) {
						t.Fatalf("%s.%s has the rows %v (%v), and %v was found (%v)", b.object, name, into.rows, err1, found, err)
					}
					for i, row := range into.rows {
						if want := objectsIn(found)[i]; row != want && (reflect.TypeOf(found).Kind() == reflect.Slice || !reflect.DeepEqual(row, want)) {
							t.Errorf("%s.%s: row %d is not what was found", b.object, name, i)
						}
					}
				}
				if f.same {
					compared++
					if err != nil || !reflect.DeepEqual(found, src) {
						t.Errorf("%s.%s is said to be its source, and %+v was found (%v)", b.object, name, found, err)
					}
				}
			}
		}
	}
	if compared < 50 {
		t.Errorf("only %d answers were compared", compared)
	}
}

// TestALeafWithoutAnAnswerLeavesTheOthersBesideItWritten mixes leaves that are there with null and
// with such as panic or do not fit.
func TestALeafWithoutAnAnswerLeavesTheOthersBesideItWritten(t *testing.T) {
	text := func(of string) field[member] { return get(func(member) string { return of }) }
	torn := get(func(member) string { panic("torn apart") })
	e, err := New(`scalar Decimal type Query{all:[Member]!} type Member{a:String! b:String! none:String torn:String sum:Decimal must:String! void:String!}`, zap.NewNop(),
		object("Query", map[string]field[root]{"all": ask(func(context.Context, root, args) (any, error) { return make([]member, 2), nil })}),
		object("Member", map[string]field[member]{"a": text("A"), "b": text("B"), "none": some(func(member) string { return "" }), "torn": torn,
			"sum": text("much"), "must": torn, "void": some(func(member) string { return "" })}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, data, paths string }{
		{`{all{a none b}}`, `{"all":[{"a":"A","none":null,"b":"B"},{"a":"A","none":null,"b":"B"}]}`, "[]"},
		{`{all{none a}}`, `{"all":[{"none":null,"a":"A"},{"none":null,"a":"A"}]}`, "[]"},
		{`{all{a torn b}}`, `{"all":[{"a":"A","torn":null,"b":"B"},{"a":"A","torn":null,"b":"B"}]}`, "[[all 0 torn] [all 1 torn]]"},
		{`{all{torn __typename x:torn}}`, `{"all":[{"torn":null,"__typename":"Member","x":null},{"torn":null,"__typename":"Member","x":null}]}`, "[[all 0 torn] [all 0 x] [all 1 torn] [all 1 x]]"},
		{`{all{a sum}}`, `{"all":[{"a":"A","sum":null},{"a":"A","sum":null}]}`, "[[all 0 sum] [all 1 sum]]"},
		{`{all{a must b}}`, `{"all":[null,null]}`, "[[all 0 must] [all 1 must]]"},
		{`{all{a b void}}`, `{"all":[null,null]}`, "[[all 0 void] [all 1 void]]"},
	} {
		out := e.Answer(t.Context(), Request{Query: c.query})
		var paths [][]any
		for _, e := range out.Errors {
			paths = append(paths, e.Path)
		}
		if string(out.Data) != c.data || fmt.Sprint(paths) != c.paths {
			t.Errorf("%s\ngot  %s %v\nwant %s %s", c.query, out.Data, paths, c.data, c.paths)
		}
	}
}

// objectsIn are where the objects stand that were found: a list of them, one or none.
func objectsIn(found any) (all []any) {
	r := reflect.ValueOf(found)
	switch {
	case r.Kind() == reflect.Slice:
		for i := range r.Len() {
			all = append(all, r.Index(i).Addr().Interface())
		}
	case found != nil && !r.IsNil():
		all = append(all, found)
	}
	return all
}
