package graphql

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

func TestAnOperationIsAnsweredAsTheSpecificationSays(t *testing.T) {
	for _, c := range []struct{ name, query, vars, want string }{
		{"fields come in the order of the query", `{person(id:"p2"){name id score born}hello}`, "",
			`{"data":{"person":{"name":"Bo","id":"p2","score":90,"born":"1990-05-03"},"hello":"world"}}`},
		{"aliases", `{b:person(id:"p2"){n:name}a:person(id:"p1"){n:name}}`, "",
			`{"data":{"b":{"n":"Bo"},"a":{"n":"Ana"}}}`},
		{"the same field twice is merged", `{person(id:"p2"){friend{id}}person(id:"p2"){friend{name}id}}`, "",
			`{"data":{"person":{"friend":{"id":"p1","name":"Ana"},"id":"p2"}}}`},
		{"fragments", `{...Q} fragment Q on Query{person(id:"p1"){...P ...on Person{nick}...{color}}} fragment P on Person{id}`, "",
			`{"data":{"person":{"id":"p1","nick":"an<\"é>","color":"GREEN"}}}`},
		{"every leaf", `{person(id:"p1"){born week joined color colors score share credit tags nick lonely __typename}}`, "",
			`{"data":{"person":{"born":"1990-05-03","week":"2026-W47","joined":"2026-01-02T02:04:05Z","color":"GREEN","colors":["RED","BLUE"],"score":90,"share":0.25,"credit":"1.5","tags":[],"nick":"an<\"é>","lonely":null,"__typename":"Person"}}}`},
		{"null objects", `{person(id:"nobody"){name}a:person(id:"p1"){friend{id}}}`, "", `{"data":{"person":null,"a":{"friend":null}}}`},
		{"lists of lists", `{matrix}`, "", `{"data":{"matrix":[[1,2],[]]}}`},
		{"unions", `{things{__typename ...on Person{name}...on Tool{weight}...on Node{id}}}`, "",
			`{"data":{"things":[{"__typename":"Person","name":"Ana","id":"p1"},{"__typename":"Tool","weight":3,"id":"t1"}]}}`},
		{"interfaces with nulls between", `{nodes(ids:["t1","x","p2"]){id ...on Person{name}}}`, "",
			`{"data":{"nodes":[{"id":"t1"},null,{"id":"p2","name":"Bo"}]}}`},
		{"skip and include", `query($y:Boolean!,$n:Boolean=false){a:hello @skip(if:$y)b:hello @include(if:$n)c:hello @include(if:$y)@skip(if:$n)d:hello @skip(if:true)...@include(if:$n){e:hello}}`, `{"y":true}`,
			`{"data":{"c":"world"}}`},
		{"defaults", `{echo}`, "", `{"data":{"echo":"n=7;"}}`},
		{"a null literal counts as absent", `{echo(n:null,text:null,filter:{min:3,tags:null,color:null})}`, "", `{"data":{"echo":"n=7;filter{color=GREEN;min=3;tags=[];}"}}`},
		{"a null variable counts as absent", `query($n:Int,$t:String){echo(n:$n,text:$t)}`, `{"n":null,"t":null}`, `{"data":{"echo":"n=7;"}}`},
		{"an absent variable is absent", `query($n:Int,$f:Int){echo(n:$n,filter:{min:2,tags:["a"]})b:echo(n:$f)}`, `{"f":1}`, `{"data":{"echo":"n=7;filter{color=GREEN;min=2;tags=[a];}","b":"n=1;"}}`},
		{"an empty text is given", `{echo(text:"")}`, "", `{"data":{"echo":"text=;n=7;"}}`},
		{"literals of every kind", `{echo(text:"""block""",n:-1,on:false,ids:["a",2],color:RED,at:"2026-01-01T02:00:00+02:00",day:"2026-02-28",week:"2026-W01",amount:"-12.50",share:1)}`, "",
			`{"data":{"echo":"text=block;n=-1;on=false;ids=[a 2];color=RED;at=2026-01-01T00:00:00Z;day=2026-02-28;week=2026-W01;amount=-12.50;share=1;"}}`},
		{"variables of every kind", `query($t:String,$n:Int,$b:Boolean,$i:[ID!],$c:Color,$f:Filter,$d:Date){echo(text:$t,n:$n,on:$b,ids:$i,color:$c,filter:$f,day:$d)}`,
			`{"t":"x","n":3.0,"b":true,"i":"one","c":"RED","f":{"key":{"id":9},"inner":{}},"d":"2026-03-01"}`,
			`{"data":{"echo":"text=x;n=3;on=true;ids=[one];color=RED;day=2026-03-01;filter{color=GREEN;min=1;tags=[];key=9;inner.min=1;}"}}`},
		{"variables within literals", `query($k:Key,$s:String!,$i:Filter){echo(filter:{key:$k,tags:[$s,"b"],inner:$i})}`, `{"k":{"name":"n"},"s":"a","i":{"min":5}}`,
			`{"data":{"echo":"n=7;filter{color=GREEN;min=1;tags=[a b];key=n;inner.min=5;}"}}`},
		{"defaults of variables", `query($n:Int=4,$c:Color=RED){echo(n:$n,color:$c)}`, `{"c":"GREEN"}`, `{"data":{"echo":"n=4;color=GREEN;"}}`},
		{"connections", `{people(first:1){edges{cursor node{name}}}}`, "", `{"data":{"people":{"edges":[{"cursor":"p1","node":{"name":"Ana"}}]}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newFixture(t).ask(t, c.query, c.vars); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnErrorNullsTheNearestFieldThatMayBeNull(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"a refusal keeps its code and its field, however it is wrapped", `{hello refused}`,
			`{"errors":[{"message":"Ask somebody else.","locations":[{"line":1,"column":8}],"path":["refused"],"extensions":{"code":"NOT_YOURS","field":"refused"}}],"data":{"hello":"world","refused":null}}`},
		{"a fault tells nothing", "{\n  faulty\n}",
			`{"errors":[{"message":"internal error, reference REF","locations":[{"line":2,"column":3}],"path":["faulty"],"extensions":{"code":"INTERNAL","reference":"REF"}}],"data":{"faulty":null}}`},
		{"an error below a non-null field", `{person(id:"p1"){name broken}}`,
			`{"errors":[{"message":"internal error, reference REF","locations":[{"line":1,"column":23}],"path":["person","broken"],"extensions":{"code":"INTERNAL","reference":"REF"}}],"data":{"person":null}}`},
		{"null where null may not be", `{p:person(id:"p2"){friend{boss{id}}}}`,
			`{"errors":[{"message":"internal error, reference REF","locations":[{"line":1,"column":27}],"path":["p","friend","boss"],"extensions":{"code":"INTERNAL","reference":"REF"}}],"data":{"p":{"friend":null}}}`},
		{"nothing is left of data", `{hello none{id}}`,
			`{"errors":[{"message":"internal error, reference REF","locations":[{"line":1,"column":8}],"path":["none"],"extensions":{"code":"INTERNAL","reference":"REF"}}],"data":null}`},
		{"the path leads through lists", `{nodes(ids:["p2"]){...on Person{friend{boss{id}}}}}`,
			`{"errors":[{"message":"internal error, reference REF","locations":[{"line":1,"column":40}],"path":["nodes",0,"friend","boss"],"extensions":{"code":"INTERNAL","reference":"REF"}}],"data":{"nodes":[{"friend":null}]}}`},
		{"errors come in the order of the fields", `{b:refused a:refused}`,
			`{"errors":[{"message":"Ask somebody else.","locations":[{"line":1,"column":2}],"path":["b"],"extensions":{"code":"NOT_YOURS","field":"refused"}},{"message":"Ask somebody else.","locations":[{"line":1,"column":12}],"path":["a"],"extensions":{"code":"NOT_YOURS","field":"refused"}}],"data":{"b":null,"a":null}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newFixture(t).ask(t, c.query, ""); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFaultsAreLoggedUnderTheirReferenceAndNotTold(t *testing.T) {
	for field, logged := range map[string]string{
		"faulty":                "disk 7 of db.internal is on fire",
		"panics":                "secret panic text",
		"wrong{id}":             "Person.id got a source of type int and needs graphql.human",
		"wrongLeaf":             "a string cannot be written as Int",
		"wrongEnum":             "a graphql.color cannot be written as Color",
		"tooBig":                "a int cannot be written as Int",
		"mistaken":              `Query.mistaken has no argument "nmae"`,
		"strange{x:__typename}": "no object of Thing is bound to int",
	} {
		t.Run(field, func(t *testing.T) {
			f := newFixture(t)
			out := f.Answer(t.Context(), Request{Query: "{" + field + "}"})
			if len(out.Errors) != 1 || out.Errors[0].Extensions.Code != CodeInternal {
				t.Fatalf("errors: %+v", out.Errors)
			}
			entries := f.logged.All()
			if len(entries) != 1 {
				t.Fatalf("%d log entries", len(entries))
			}
			context := entries[0].ContextMap()
			if context["reference"] != out.Errors[0].Extensions.Reference {
				t.Errorf("logged under %v, told %s", context["reference"], out.Errors[0].Extensions.Reference)
			}
			if text := context["error"].(string); !strings.Contains(text, logged) {
				t.Errorf("logged %q", text)
			}
			if b, _ := out.encode(); strings.Contains(string(b), logged) {
				t.Errorf("told the client: %s", b)
			}
		})
	}
}

func TestAtMostTenErrorsAreToldAndTheRestCounted(t *testing.T) {
	f := newFixture(t)
	var q strings.Builder
	for c := range 15 {
		q.WriteString(string(rune('a'+c)) + ":refused ")
	}
	out := f.Answer(t.Context(), Request{Query: "{" + q.String() + "}"})
	if len(out.Errors) != maxErrors || f.logged.Len() != 1 || f.logged.All()[0].ContextMap()["errors"] != int64(5) {
		t.Errorf("%d errors; logged %v", len(out.Errors), f.logged.All())
	}
}

func TestMutationsRunInTheOrderOfExecutionNotOfTheText(t *testing.T) {
	f := newFixture(t)
	got := f.ask(t, `fragment Late on Mutation{c:add(n:3)} mutation{...Early a:add(n:1) fail ...Late d:add(n:4)} fragment Early on Mutation{b:add(n:2)}`, "")
	if want := []int{2, 1, 3, 4}; !slices.Equal(f.order, want) {
		t.Errorf("order %v, want %v", f.order, want)
	}
	if !strings.HasSuffix(got, `"data":{"b":2,"a":3,"fail":null,"c":6,"d":10}}`) || !strings.Contains(got, `"code":"TOO_LATE"`) {
		t.Errorf("got %s", got)
	}
}

func TestNoResolverIsCalledAfterTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		out := f.Answer(t.Context(), Request{Query: `mutation M{a:add(n:1)} query Q{slow hello person(id:"p1"){name}}`, Operation: "Q"})
		if len(out.Errors) != 1 || out.Errors[0].Extensions.Code != CodeDeadline || string(out.Data) != "null" {
			t.Errorf("got %s %+v", out.Data, out.Errors)
		}
	})
}

func TestAClientThatLeftStopsTheOperation(t *testing.T) {
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := f.Answer(ctx, Request{Query: `{hello}`})
	if f.calls.Load() != 0 || out.Errors == nil {
		t.Errorf("%d calls, %+v", f.calls.Load(), out)
	}
}

func TestASubscriptionIsNotAnsweredWithOneResponse(t *testing.T) {
	if got := newFixture(t).code(t, Request{Query: `subscription{ticks}`}); got != CodeRequest {
		t.Errorf("code %s", got)
	}
}

func TestAnEngineMayBeUsedForTheFirstTimeByManyAtOnce(t *testing.T) {
	f := newFixture(t)
	queries := []string{
		`{things{...on Person{color colors friends{edges{node{id}}}}...on Tool{weight}}nodes(ids:["p1"]){id}}`,
		`{echo(color:RED,filter:{key:{id:"1"}})changes{changes{...on Node{id}}}faulty}`,
		introspectionQuery,
		`{nonsense}`,
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			out := f.Answer(context.Background(), Request{Query: queries[i%len(queries)]})
			if out.Data == nil && i%len(queries) != 3 {
				t.Errorf("%+v", out.Errors)
			}
		})
	}
	wg.Wait()
}

func TestAWrongSourceNamesTheFieldAndBothTypes(t *testing.T) {
	b := object("Person", map[string]field[human]{"name": get(func(p human) any { return p.Name })})
	for _, src := range []any{nil, tool{}, (*human)(nil)} {
		if v, err := b.fields["name"].one(t.Context(), src, args{}); err == nil || v != nil || !strings.Contains(err.Error(), "Person.name") {
			t.Errorf("%T: %v, %v", src, v, err)
		}
	}
	for _, src := range []any{ana, &ana} {
		if v, err := b.fields["name"].one(t.Context(), src, args{}); v != "Ana" || err != nil {
			t.Errorf("%T: %v, %v", src, v, err)
		}
	}
}
