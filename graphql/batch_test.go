package graphql

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
)

const batchSDL = `
type Query { teams(first: Int = 20): [Team!]! }
type Team { name: String! leader: Member! members: [Member!]! mixed: [Thing] score(of: Int!): Int! words: [String!]! short: Int torn: Int odd: [Member] }
type Member { name: String! team: Team! }
union Thing = Team | Member
`

// teams answers batchSDL and counts what it is asked.
type teams struct{ calls, rows int }

type (
	team   struct{ n int }
	member struct{ n int }
)

func (s *teams) bindings() []binding {
	all := func(answer func(t team, a args) any) field[team] {
		return batch(func(_ context.Context, ts []team, a args) ([]any, error) {
			s.calls, s.rows = s.calls+1, s.rows+len(ts)
			return each(ts, func(t team) any { return answer(t, a) }), nil
		})
	}
	return []binding{
		object("Query", map[string]field[root]{
			"teams": ask(func(_ context.Context, _ root, a args) (any, error) {
				out := make([]team, a.int("first"))
				for i := range out {
					out[i].n = i
				}
				return out, nil
			}),
		}),
		object("Team", map[string]field[team]{
			"name":    get(func(t team) any { return fmt.Sprint("team ", t.n) }),
			"leader":  all(func(t team, _ args) any { return &member{t.n} }),
			"members": all(func(t team, _ args) any { return []member{{t.n}, {t.n + 1}} }),
			"mixed":   all(func(t team, _ args) any { return []any{t, nil, member(t), failure{errors.New("lost")}} }),
			"words":   all(func(t team, _ args) any { return []string{"a", "b"} }),
			"score": all(func(t team, a args) any {
				if t.n == 1 {
					return failure{domain.Refuse(domain.Forbidden, "NOT_YOURS", "Ask somebody else.")}
				}
				return 10*a.int("of") + t.n
			}),
			"short": batch(func(_ context.Context, ts []team, _ args) ([]any, error) { return make([]any, 1), nil }),
			"torn":  batch(func(_ context.Context, ts []team, _ args) ([]any, error) { panic("torn apart") }),
			"odd":   all(func(t team, _ args) any { return "no list" }),
		}),
		object("Member", map[string]field[member]{
			"name": get(func(m member) any { return fmt.Sprint("member ", m.n) }),
			"team": batch(func(_ context.Context, ms []member, _ args) ([]any, error) {
				s.calls, s.rows = s.calls+1, s.rows+len(ms)
				return each(ms, func(m member) any { return team(m) }), nil
			}),
		}),
	}
}

func TestABatchIsAskedOnceForEachPlaceOfAnOperation(t *testing.T) {
	const query = `query($n:Int){teams(first:$n){leader{team{members{name}}}members{team{words mixed{...on Team{score(of:1)}...on Member{team{name}}}}}a:score(of:2)}}`
	asked := map[int]int{}
	for _, n := range []int{2, 9} {
		s := new(teams)
		e, err := New(batchSDL, zap.NewNop(), s.bindings()...)
		if err != nil {
			t.Fatal(err)
		}
		out := e.Answer(t.Context(), Request{Query: query, Variables: map[string]any{"n": n}})
		if out.Data == nil {
			t.Fatalf("%+v", out.Errors)
		}
		asked[n] = s.calls
		if s.rows < 10*n {
			t.Errorf("%d teams: %d rows in %d calls", n, s.rows, s.calls)
		}
	}
	if asked[2] != 10 || asked[9] != asked[2] {
		t.Errorf("calls for 2 and 9 teams: %v", asked)
	}
}

func TestWhatIsBatchedIsAnsweredLikeEverythingElse(t *testing.T) {
	core, logged := observer.New(zap.ErrorLevel)
	e, err := New(batchSDL, zap.New(core), new(teams).bindings()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, data, paths, log string }{
		{`{teams(first:2){members{name}leader{name team{name}}}}`,
			`{"teams":[{"members":[{"name":"member 0"},{"name":"member 1"}],"leader":{"name":"member 0","team":{"name":"team 0"}}},{"members":[{"name":"member 1"},{"name":"member 2"}],"leader":{"name":"member 1","team":{"name":"team 1"}}}]}`, "[]", ""},
		{`{teams(first:1){mixed{...on Team{t:name}...on Member{m:name words:__typename}}}}`,
			`{"teams":[{"mixed":[{"t":"team 0"},null,{"m":"member 0","words":"Member"},null]}]}`, "[[teams 0 mixed 3]]", "lost"},
		{`{teams(first:2){mixed{...on Team{score(of:1)}}}}`,
			`{"teams":[{"mixed":[{"score":10},null,{},null]},{"mixed":[null,null,{},null]}]}`, "[[teams 0 mixed 3] [teams 1 mixed 0 score] [teams 1 mixed 3]]", "lost"},
		{`{teams(first:2){name score(of:1)}}`, `null`, "[[teams 1 score]]", ""},
		{`{teams(first:2){short name}}`, `{"teams":[{"short":null,"name":"team 0"},{"short":null,"name":"team 1"}]}`, "[[teams 0 short] [teams 1 short]]", "Team.short has 1 answers for 2 sources"},
		{`{teams(first:1){torn name}}`, `{"teams":[{"torn":null,"name":"team 0"}]}`, "[[teams 0 torn]]", "torn apart"},
		{`{teams(first:1){odd{name}}}`, `{"teams":[{"odd":null}]}`, "[[teams 0 odd]]", "a string is not a list"},
	} {
		out := e.Answer(t.Context(), Request{Query: c.query})
		var paths [][]any
		for _, e := range out.Errors {
			paths = append(paths, e.Path)
		}
		if string(out.Data) != c.data || fmt.Sprint(paths) != c.paths {
			t.Errorf("%s\ngot  %s %v\nwant %s %s", c.query, out.Data, paths, c.data, c.paths)
		}
		if entries := logged.TakeAll(); c.log != "" && (len(entries) == 0 || !strings.Contains(entries[0].ContextMap()["error"].(string), c.log)) {
			t.Errorf("%s: logged %v", c.query, entries)
		}
	}
}
