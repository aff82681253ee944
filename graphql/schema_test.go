package graphql

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"
)

func TestAnEngineDoesNotStartUnlessSchemaAndBindingsAgree(t *testing.T) {
	hello := object("Query", map[string]field[root]{"hello": get(func(root) any { return "" })})
	thing := func(name string) binding {
		return object(name, map[string]field[human]{"id": get(func(human) any { return "" })})
	}
	for _, c := range []struct {
		name, sdl string
		bindings  []binding
		want      []string
	}{
		{"a field without a resolver", `type Query{hello:String other:A} type A{id:ID}`, []binding{hello}, []string{"Query.other has no resolver", "A.id has no resolver"}},
		{"a resolver without a field", `type Query{_:Int}`, []binding{hello}, []string{"Query.hello has a resolver and is not in the schema", "Query._ has no resolver"}},
		{"a binding without an object", `type Query{hello:String} enum A{X}`, []binding{hello, thing("A"), thing("B")}, []string{"A is bound and is no object", "B is bound and is no object"}},
		{"an object bound twice", `type Query{hello:String}`, []binding{hello, hello}, []string{"Query is bound twice"}},
		{"one Go type for two objects of a union", `type Query{hello:String} type A{id:ID} type B{id:ID} union U=A|B`, []binding{hello, thing("A"), thing("B")}, []string{"graphql.human stands for A and B within U"}},
		{"an unknown scalar", `type Query{hello:String} scalar Money`, []binding{hello}, []string{"scalar Money has no Go form"}},
		{"a default that is not of its type", `type Query{hello(on:Date="soon",n:Int=99999999999):String} scalar Date input I{n:Float=1 d:Date="x"}`, []binding{hello}, []string{"default of Query.hello: on is not of type Date", "n is not of type Int", "default of I.d is not of type Date"}},
		{"a schema that is none", `type Query{hello:Nothing}`, []binding{hello}, []string{"Nothing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.sdl, zap.NewNop(), c.bindings...)
			if err == nil {
				t.Fatal("it started")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in: %v", want, err)
				}
			}
		})
	}
}

func TestOneGoTypeMayStandForObjectsThatAreNeverConfused(t *testing.T) {
	type payload struct{}
	p := func(name string) binding {
		return object(name, map[string]field[payload]{"ok": get(func(payload) any { return true })})
	}
	_, err := New(`type Query{a:A b:B} type A{ok:Boolean} type B{ok:Boolean}`, zap.NewNop(), p("A"), p("B"),
		object("Query", map[string]field[root]{"a": get(func(root) any { return payload{} }), "b": get(func(root) any { return payload{} })}))
	if err != nil {
		t.Error(err)
	}
}

func TestTheSchemaOfGuildhallUsesOnlyLeavesWithAGoForm(t *testing.T) {
	types, err := gqlparser.LoadSchema(&ast.Source{Input: Schema()})
	if err != nil {
		t.Fatal(err)
	}
	g := newGenerator(types, nil)
	if err := g.checkLeaves(); err != nil {
		t.Error(err)
	}
	if _, err := g.schema(); err != nil {
		t.Errorf("graphql-go: %v", err)
	}
}

var update = flag.Bool("update", false, "write testdata/schema.graphql as the schema is now")

// TestClientsAreToldOneSchema shows in a diff what a change means for clients.
func TestClientsAreToldOneSchema(t *testing.T) {
	const golden = "testdata/schema.graphql"
	if *update {
		if err := os.WriteFile(golden, []byte(Schema()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != Schema() {
		t.Error("the schema is not the one in testdata: look at what changes for clients, and write it with go test -update")
	}
}

// introspectionQuery is what graphql-js sends with every option on.
const introspectionQuery = `query IntrospectionQuery{__schema{description queryType{name kind}mutationType{name kind}subscriptionType{name kind}types{...FullType}directives{name description isRepeatable locations args(includeDeprecated:true){...InputValue}}}}
fragment FullType on __Type{kind name description specifiedByURL isOneOf fields(includeDeprecated:true){name description args(includeDeprecated:true){...InputValue}type{...TypeRef}isDeprecated deprecationReason}inputFields(includeDeprecated:true){...InputValue}interfaces{...TypeRef}enumValues(includeDeprecated:true){name description isDeprecated deprecationReason}possibleTypes{...TypeRef}}
fragment InputValue on __InputValue{name description type{...TypeRef}defaultValue isDeprecated deprecationReason}
fragment TypeRef on __Type{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name}}}}}}}}}}`

func TestIntrospectionTellsWhatTheSchemaSays(t *testing.T) {
	f := newFixture(t)
	whole := f.ask(t, introspectionQuery, "")
	if strings.Contains(whole, `"errors"`) || whole != newFixture(t).ask(t, introspectionQuery, "") {
		t.Fatalf("introspection failed or differs between engines: %.300s", whole)
	}
	for _, c := range []struct{ name, query, want string }{
		{"roots", `{__schema{description queryType{name}mutationType{name}subscriptionType{name}}}`,
			`{"__schema":{"description":"A schema that has one of everything.","queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":{"name":"Subscription"}}}`},
		{"deprecated parts are left out unless wanted", `{a:__type(name:"Color"){enumValues{name}}b:__type(name:"Color"){enumValues(includeDeprecated:true){name description isDeprecated deprecationReason}}}`,
			`{"a":{"enumValues":[{"name":"RED"},{"name":"GREEN"}]},"b":{"enumValues":[{"name":"RED","description":null,"isDeprecated":false,"deprecationReason":null},{"name":"GREEN","description":null,"isDeprecated":false,"deprecationReason":null},{"name":"BLUE","description":"Nobody paints with it.","isDeprecated":true,"deprecationReason":"faded"}]}}`},
		{"variables reach introspection", `query($n:String!,$d:Boolean){__type(name:$n){fields(includeDeprecated:$d){name args(includeDeprecated:$d){name defaultValue type{kind ofType{name}}}}}}`,
			`{"__type":{"fields":[{"name":"id","args":[]},{"name":"name","args":[]},{"name":"weight","args":[{"name":"old","defaultValue":"3","type":{"kind":"SCALAR","ofType":null}},{"name":"unit","defaultValue":"RED","type":{"kind":"NON_NULL","ofType":{"name":"Color"}}}]}]}}`},
		{"oneOf, specifiedBy, members", `{k:__type(name:"Key"){isOneOf kind inputFields{name}}d:__type(name:"DateTime"){isOneOf specifiedByURL}t:__type(name:"Thing"){kind possibleTypes{name}fields{name}}n:__type(name:"Node"){possibleTypes{name}interfaces{name}}x:__type(name:"Nope"){name}}`,
			`{"k":{"isOneOf":true,"kind":"INPUT_OBJECT","inputFields":[{"name":"id"},{"name":"name"}]},"d":{"isOneOf":null,"specifiedByURL":"https://example.org/date-time"},"t":{"kind":"UNION","possibleTypes":[{"name":"Person"},{"name":"Tool"}],"fields":null},"n":{"possibleTypes":[{"name":"Person"},{"name":"Tool"}],"interfaces":[]},"x":null}`},
		{"only directives that work", `{__schema{directives{name isRepeatable}}}`,
			`{"__schema":{"directives":[{"name":"deprecated","isRepeatable":false},{"name":"include","isRepeatable":false},{"name":"oneOf","isRepeatable":false},{"name":"skip","isRepeatable":false},{"name":"specifiedBy","isRepeatable":false}]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			vars := ""
			if strings.Contains(c.query, "$") {
				vars = `{"n":"Tool","d":true}`
			}
			var got struct{ Data any }
			var want any
			if err := json.Unmarshal([]byte(f.ask(t, c.query, vars)), &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Data, want) {
				t.Errorf("got  %v\nwant %v", got.Data, want)
			}
		})
	}
}
