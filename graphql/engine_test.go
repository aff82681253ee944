package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
)

const testSDL = `
"A schema that has one of everything."
schema { query: Query mutation: Mutation subscription: Subscription }

scalar DateTime @specifiedBy(url: "https://example.org/date-time")
scalar Date
scalar Week
scalar Cursor
scalar Decimal

interface Node { id: ID! }
interface Called { nick: String }
enum Color { RED GREEN "Nobody paints with it." BLUE @deprecated(reason: "faded") }
union Thing = Person | Tool

type Person implements Node & Called {
  id: ID!
  name: String!
  nick: String
  born: Date
  week: Week
  joined: DateTime
  color: Color
  colors: [Color!]!
  score: Int
  share: Float
  credit: Decimal
  tags: [String!]!
  friend: Person
  boss: Person!
  friends(first: Int = 20, after: Cursor): PersonConnection!
  lonely: String @deprecated
  broken: String!
}
type Tool implements Node { id: ID! weight(unit: Color! = RED, old: Int = 3 @deprecated): Int! name: String }
type PersonConnection { edges: [PersonEdge!]! }
type PersonEdge { cursor: Cursor! node: Person! }
type ChangePage { changes: [Thing!]! }

input Key @oneOf { id: ID name: String }
input Filter { color: Color = GREEN min: Int! = 1 tags: [String!] key: Key inner: Filter on: Date }

type Query {
  hello: String!
  echo(text: String, n: Int = 7, on: Boolean, ids: [ID!], color: Color, filter: Filter, at: DateTime, day: Date, week: Week, amount: Decimal, share: Float): String!
  find(by: Key!): Person
  person(id: ID!): Person
  people(first: Int = 20): PersonConnection!
  all: [Person!]!
  nodes(ids: [ID!]!): [Node]!
  node(id: ID!): Node
  things: [Thing!]!
  matrix: [[Int!]!]!
  changes(first: Int = 200): ChangePage!
  refused: String
  faulty: String
  panics: String
  wrong: Person
  wrongLeaf: Int
  wrongEnum: Color
  tooBig: Int
  strange: Thing
  mistaken: String
  slow: String
  none: Person!
}
type Mutation { add(n: Int!): Int! fail: Int }
type Subscription { ticks: Int! }
`

type human struct {
	ID, Name, Nick string
	Friend, Boss   *human
}

type tool struct{ ID string }

type color string

type (
	people     []human
	personEdge struct{ human }
	changePage []any
)

// world is what the test schema answers from.
type world struct {
	calls atomic.Int64 // resolvers of Query and Mutation that ran
	total int
	order []int
}

var (
	ana  = human{ID: "p1", Name: "Ana", Nick: "an<\"é>"}
	bo   = human{ID: "p2", Name: "Bo", Friend: &ana, Boss: &ana}
	both = people{ana, bo}
)

func (w *world) bindings() []binding {
	count := func(f field[root]) field[root] {
		return ask(func(ctx context.Context, r root, a args) (any, error) {
			w.calls.Add(1)
			return f.one(ctx, r, a)
		})
	}
	query := map[string]field[root]{
		"hello":  get(func(root) any { return "world" }),
		"echo":   ask(echo),
		"find":   ask(func(_ context.Context, _ root, a args) (any, error) { return lookup(a.input("by").id("id")), nil }),
		"person": ask(func(_ context.Context, _ root, a args) (any, error) { return lookup(a.id("id")), nil }),
		"people": ask(func(_ context.Context, _ root, a args) (any, error) {
			return both[:min(len(both), a.int("first"))], nil
		}),
		"all": get(func(root) any { return both }),
		"nodes": ask(func(_ context.Context, _ root, a args) (any, error) {
			var out []any
			for _, id := range a.ids("ids") {
				out = append(out, lookup(id))
			}
			return out, nil
		}),
		"node":     ask(func(_ context.Context, _ root, a args) (any, error) { return lookup(a.id("id")), nil }),
		"things":   get(func(root) any { return []any{ana, &tool{"t1"}} }),
		"matrix":   get(func(root) any { return [][]int{{1, 2}, nil} }),
		"changes":  get(func(root) any { return changePage{bo, tool{"t2"}} }),
		"refused":  fails(domain.Refuse(domain.Forbidden, "NOT_YOURS", "Ask somebody else.").About("refused")),
		"faulty":   fails(errors.New("disk 7 of db.internal is on fire")),
		"panics":   ask(func(context.Context, root, args) (any, error) { panic("secret panic text") }),
		"wrong":    get(func(root) any { return 42 }),
		"tooBig":   get(func(root) any { return 1 << 40 }),
		"strange":  get(func(root) any { return 42 }),
		"none":     get(func(root) any { return (*human)(nil) }),
		"mistaken": ask(func(_ context.Context, _ root, a args) (any, error) { return a.text("nmae"), nil }),
		"slow": ask(func(ctx context.Context, _ root, _ args) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
		"wrongLeaf": get(func(root) any { return "many" }),
		"wrongEnum": get(func(root) any { return color("PINK") }),
	}
	for name, f := range query {
		query[name] = count(f)
	}
	return []binding{
		object("Query", query),
		object("Mutation", map[string]field[root]{
			"add": count(ask(func(_ context.Context, _ root, a args) (any, error) {
				w.order = append(w.order, a.int("n"))
				w.total += a.int("n")
				return w.total, nil
			})),
			"fail": count(fails(domain.Refuse(domain.Conflict, "TOO_LATE", "Come earlier."))),
		}),
		object("Person", map[string]field[human]{
			"id":      get(func(p human) any { return domain.PersonID(p.ID) }),
			"name":    get(func(p human) any { return p.Name }),
			"nick":    get(func(p human) any { return optional(p.Nick) }),
			"born":    get(func(p human) any { return domain.NewDate(1990, time.May, 3) }),
			"week":    get(func(p human) any { return domain.Week{Year: 2026, Number: 47} }),
			"joined":  get(func(p human) any { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)) }),
			"color":   get(func(p human) any { return color("GREEN") }),
			"colors":  get(func(p human) any { return []color{"RED", "BLUE"} }),
			"score":   get(func(p human) any { return domain.Minutes(90) }),
			"share":   get(func(p human) any { return 0.25 }),
			"credit":  get(func(p human) any { return "1.5" }),
			"tags":    get(func(p human) any { return []string(nil) }),
			"friend":  get(func(p human) any { return p.Friend }),
			"boss":    get(func(p human) any { return p.Boss }),
			"friends": get(func(p human) any { return both }),
			"lonely":  get(func(p human) any { return nil }),
			"broken":  ask(func(context.Context, human, args) (any, error) { return nil, errors.New("broken") }),
		}),
		object("Tool", map[string]field[tool]{
			"id":     get(func(t tool) any { return t.ID }),
			"weight": get(func(t tool) any { return 3 }),
			"name":   get(func(t tool) any { return "hammer" }),
		}),
		object("PersonConnection", map[string]field[people]{
			"edges": get(func(p people) any {
				edges := make([]personEdge, len(p))
				for i := range p {
					edges[i] = personEdge{p[i]}
				}
				return edges
			}),
		}),
		object("PersonEdge", map[string]field[personEdge]{
			"cursor": get(func(e personEdge) any { return e.ID }),
			"node":   get(func(e personEdge) any { return e.human }),
		}),
		object("ChangePage", map[string]field[changePage]{
			"changes": get(func(c changePage) any { return []any(c) }),
		}),
	}
}

func fails(err error) field[root] {
	return ask(func(context.Context, root, args) (any, error) { return nil, fmt.Errorf("while asking: %w", err) })
}

func lookup(id string) any {
	switch id {
	case "p1":
		return ana
	case "p2":
		return &bo
	case "t1":
		return tool{"t1"}
	}
	return nil
}

// echo says which arguments it got, as far as they are given.
func echo(_ context.Context, _ root, a args) (any, error) {
	var b strings.Builder
	say := func(name string, v any) {
		if a.has(name) {
			fmt.Fprintf(&b, "%s=%v;", name, v)
		}
	}
	say("text", a.text("text"))
	say("n", a.int("n"))
	say("on", a.bool("on"))
	say("ids", a.ids("ids"))
	say("color", a.enum("color"))
	say("at", a.time("at").UTC().Format(time.RFC3339))
	say("day", a.date("day"))
	say("week", a.week("week"))
	say("amount", a.text("amount"))
	say("share", a.values["share"])
	if a.has("filter") {
		f := a.input("filter")
		fmt.Fprintf(&b, "filter{color=%s;min=%d;tags=%v;", f.enum("color"), f.int("min"), f.ids("tags"))
		if f.has("key") {
			fmt.Fprintf(&b, "key=%s%s;", f.input("key").id("id"), f.input("key").text("name"))
		}
		if f.has("inner") {
			fmt.Fprintf(&b, "inner.min=%d;", f.input("inner").int("min"))
		}
		b.WriteString("}")
	}
	return b.String(), nil
}

type fixture struct {
	*Engine
	*world
	logged *observer.ObservedLogs
}

func newFixture(t testing.TB) fixture {
	t.Helper()
	core, logged := observer.New(zap.WarnLevel)
	w := new(world)
	e, err := New(testSDL, zap.New(core), w.bindings()...)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{e, w, logged}
}

// ask returns the response as JSON, with references of faults made equal.
func (f fixture) ask(t testing.TB, query string, variables string) string {
	t.Helper()
	var vars map[string]any
	if variables != "" {
		if err := decode([]byte(variables), &vars); err != nil {
			t.Fatal(err)
		}
	}
	r := f.Answer(t.Context(), Request{Query: query, Variables: vars})
	for i := range r.Errors {
		if ref := r.Errors[i].Extensions.Reference; ref != "" {
			r.Errors[i].Message = strings.Replace(r.Errors[i].Message, ref, "REF", 1)
			r.Errors[i].Extensions.Reference = "REF"
		}
	}
	b, err := r.encode()
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b) {
		t.Fatalf("not JSON: %s", b)
	}
	return string(b)
}

// code is the code of the only error of a request that executed nothing.
func (f fixture) code(t testing.TB, r Request) string {
	t.Helper()
	before := f.calls.Load()
	out := f.Answer(t.Context(), r)
	if out.Data != nil || f.calls.Load() != before {
		t.Fatalf("something was executed: %s %v", out.Data, out.Errors)
	}
	if len(out.Errors) == 0 || len(out.Errors) > maxErrors {
		t.Fatalf("%d errors", len(out.Errors))
	}
	return out.Errors[0].Extensions.Code
}
