package graphql

import (
	"fmt"
	"strings"
	"testing"
)

// diamond is a valid document whose fragments spread to 2^n fields.
func diamond(n int) string {
	var b strings.Builder
	b.WriteString("{...F0}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Query{...F%d ...G%d} fragment G%d on Query{...F%d}", i, i+1, i, i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query{__typename}", n)
	return b.String()
}

func twice(depth int) string {
	if depth == 0 {
		return "name"
	}
	half := "ofType{" + twice(depth-1) + "}"
	return half + half
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// attacks are documents that cost other servers seconds or their life.
func attacks() map[string]struct{ query, code string } {
	again := strings.Repeat
	deep := func(n int) string {
		return `{person(id:"p1")` + again("{friend", n) + "{id}" + again("}", n) + "}"
	}
	return map[string]struct{ query, code string }{
		"fragment cycle of 32 bytes":                 {"{...A} fragment A on Query{...A}", CodeValidation},
		"fragment cycle over three":                  {"{...A} fragment A on Query{...B} fragment B on Query{...C} fragment C on Query{...A hello}", CodeValidation},
		"fragment cycle through fields":              {`{person(id:"p1"){...A}} fragment A on Person{friend{...B}} fragment B on Person{friend{...A}}`, CodeValidation},
		"fragment diamond of 23":                     {diamond(23), CodeTooExpensive},
		"fragment diamond of 80":                     {diamond(80), CodeTooExpensive},
		"fragment diamond under fields":              {`{person(id:"p1"){...F0}}` + strings.ReplaceAll(strings.TrimPrefix(diamond(30), "{...F0}"), "on Query", "on Person"), CodeTooExpensive},
		"unknown directives x450":                    {"{__typename" + again(" @a", 450) + "}", CodeValidation},
		"unknown directives x10000":                  {"{__typename" + again("@a ", 10_000) + "}", CodeTooManyTokens},
		"nesting of 20 KB":                           {deep(2500), CodeTooManyTokens},
		"nesting of 16 levels":                       {deep(15), CodeTooDeep},
		"nesting of 200 KB":                          {deep(25_000), CodeTooLarge},
		"nesting of 2 MB":                            {deep(250_000), CodeTooLarge},
		"20,000 open braces":                         {again("{", 20_000), CodeParse},
		"lists within lists":                         {"{echo(ids:" + again("[", 15_000) + ")}", CodeTooDeep},
		"binary nested duplicates of depth 7":        {`{__type(name:"Query"){` + twice(7) + "}}", CodeTooExpensive},
		"triple nested duplicates":                   {`{person(id:"p1"){` + again("friend{"+again("friend{"+again("name ", 8)+"}", 8)+"}", 8) + "}}", CodeTooExpensive},
		"nested duplicates in inline fragments":      {`{person(id:"p1"){` + again("...{friend{"+again("...{friend{"+again("name ", 8)+"}}", 8)+"}}", 7) + "}}", CodeTooExpensive},
		"objects within an argument":                 {"{echo(filter:" + again("{inner:", 390) + "{}" + again("}", 390) + ")}", CodeTooDeep},
		"objects within a default":                   {"query($f:Filter=" + again("{inner:", 16) + "{}" + again("}", 16) + "){echo(filter:$f)}", CodeTooDeep},
		"lists within a directive":                   {"{hello @skip(if:" + again("[", 300) + again("]", 300) + ")}", CodeTooDeep},
		"900 near-miss fields":                       {"{" + again("helllo ", 900) + "}", CodeTooManyNames},
		"240 near-miss fields below":                 {`{person(id:"p1"){` + numbered(240, "namme%d ") + "}}", CodeValidation},
		"900 near-miss fields below":                 {`{person(id:"p1"){` + again("namme ", 900) + "}}", CodeTooExpensive},
		"syntax error after 100,000 lines":           {again("\n", 100_000) + "{", CodeTooLarge},
		"syntax error after 30,000 lines":            {again("\n", 30_000) + "{hello", CodeParse},
		"10,000 aliases":                             {"{" + numbered(10_000, " a%d:hello") + "}", CodeTooLarge},
		"400 aliases":                                {"{" + numbered(400, " a%d:hello") + "}", CodeTooManyNames},
		"31 aliases in a fragment spread twice":      {`{person(id:"p1"){...A friend{...A}}} fragment A on Person{` + numbered(16, " a%d:name") + "}", CodeTooManyNames},
		"the same field x5000":                       {"{" + again("hello ", 5000) + "}", CodeTooManyTokens},
		"the same field x900":                        {"{" + again("hello ", 900) + "}", CodeTooManyNames},
		"the same field x900 below":                  {`{person(id:"p1"){` + again("name ", 900) + "}}", CodeTooExpensive},
		"list fan-out":                               {"{all{friends(first:100){edges{node{friends(first:100){edges{node{id}}}}}}}}", CodeTooExpensive},
		"list fan-out by defaults":                   {"{people{edges{node{friends{edges{node{friends{edges{node{friends{edges{node{id}}}}}}}}}}}}}", CodeTooExpensive},
		"list fan-out in fragments":                  {"{people(first:100){...E}} fragment E on PersonConnection{edges{node{...F}}} fragment F on Person{friends(first:100){edges{node{friends{edges{cursor node{id}}}}}}}", CodeTooExpensive},
		"introspection within introspection":         {"{__schema{types{fields{type{fields{type{fields{name}}}}}}}}", CodeTooDeep},
		"600 operations":                             {numbered(300, "query Q%d{hello}"), CodeOperation},
		"a page of the feed beyond 1000":             {"{changes(first:1001){changes{__typename}}}", CodePageSize},
		"a page of a list beyond 100":                {"{people(first:101){edges{cursor}}}", CodePageSize},
		"a page of nothing":                          {"{people(first:0){edges{cursor}}}", CodePageSize},
		"a page of less than nothing":                {"{people(first:-5){edges{cursor}}}", CodePageSize},
		"too many ids":                               {`{nodes(ids:[` + again(`"a",`, 101) + `]){id}}`, CodePageSize},
		"an integer beyond 32 bits":                  {"{echo(n:2147483648)}", CodeValidation},
		"an integer beyond 64 bits":                  {"{echo(n:99999999999999999999999)}", CodeValidation},
		"a default beyond 32 bits":                   {"query($n:Int=99999999999){echo(n:$n)}", CodeValidation},
		"an integer beyond 32 bits in a list in use": {"{echo(filter:{min:99999999999})}", CodeValidation},
		"a day that is none":                         {`{echo(day:"2026-02-30")}`, CodeValidation},
		"a number where a day belongs":               {`{echo(day:20260230)}`, CodeValidation},
		"an enum value that is none":                 {`{echo(color:PURPLE)}`, CodeValidation},
		"two fields of one of":                       {`{find(by:{id:"a",name:"b"}){id}}`, CodeValidation},
		"no field of one of":                         {`{find(by:{}){id}}`, CodeValidation},
		"null for one of":                            {`{find(by:{id:null}){id}}`, CodeValidation},
		"null where it may not be":                   {`{person(id:null){id}}`, CodeValidation},
		"a directive that is not served":             {`{...@defer{hello}}`, CodeValidation},
		"a comment and nothing else":                 {"# nothing", CodeOperation},
		"fragments and nothing else":                 {"fragment A on Query{hello}", CodeValidation},
		"two operations, none named":                 {"query A{hello} query B{hello}", CodeOperation},
		"two anonymous operations":                   {"{hello}{hello}", CodeValidation},
		"a schema":                                   {"type Query{a:Int}", CodeParse},
		"no document":                                {"\xff\xfe", CodeParse},
		"two subscriptions at once":                  {"subscription{ticks a:ticks}", CodeValidation},
		"unused variables x300":                      {"query(" + numbered(300, "$v%d:Int ") + "){hello}", CodeValidation},
		"fields that conflict":                       {`{a:hello a:refused}`, CodeValidation},
	}
}

func TestAttacksAreRefusedWithTheirCodeAndNothingIsExecuted(t *testing.T) {
	f := newFixture(t)
	for name, a := range attacks() {
		t.Run(name, func(t *testing.T) {
			if got := f.code(t, Request{Query: a.query}); got != a.code {
				t.Errorf("code %s, want %s", got, a.code)
			}
		})
	}
	if f.logged.Len() != 0 {
		t.Errorf("an attack was taken for a fault: %v", f.logged.All())
	}
}

func TestDocumentsAtTheLimitsAreAnswered(t *testing.T) {
	f := newFixture(t)
	for name, query := range map[string]string{
		"30 aliases":                          "{" + numbered(30, " a%d:hello") + "}",
		"15 levels":                           `{person(id:"p1")` + strings.Repeat("{friend", 13) + "{id}" + strings.Repeat("}", 13) + "}",
		"a page of 100":                       "{people(first:100){edges{node{friends(first:100){edges{node{id}}}}}}}",
		"a feed page of 1000":                 "{changes(first:1000){changes{...on Person{friends(first:20){edges{cursor node{id}}}}}}}",
		"all of introspection":                introspectionQuery,
		"32 KB of comments":                   "{hello} #" + strings.Repeat("x", maxDocument-9),
		"a fragment used often":               `{person(id:"p1"){...A friend{...A friend{...A}}}} fragment A on Person{id name nick}`,
		"binary nested duplicates of depth 4": `{__type(name:"Query"){` + twice(4) + "}}",
		"the largest of 32 bits":              "{echo(n:2147483647)b:echo(n:-2147483648)}",
	} {
		t.Run(name, func(t *testing.T) {
			if out := f.Answer(t.Context(), Request{Query: query}); out.Data == nil || out.Errors != nil {
				t.Errorf("refused: %+v", out.Errors)
			}
		})
	}
}

func TestVariablesAreHeldToTheirTypes(t *testing.T) {
	f := newFixture(t)
	const echo = `query($n:Int,$t:String,$b:Boolean,$i:[ID!],$c:Color,$f:Filter,$a:DateTime,$m:Decimal,$s:Float){echo(n:$n,text:$t,on:$b,ids:$i,color:$c,filter:$f,at:$a,amount:$m,share:$s)}`
	for _, c := range []struct{ name, query, vars, code string }{
		{"a text for an Int", echo, `{"n":"1"}`, CodeVariables},
		{"a fraction for an Int", echo, `{"n":1.5}`, CodeVariables},
		{"too much for an Int", echo, `{"n":2147483648}`, CodeVariables},
		{"far too much for an Int", echo, `{"n":1e400}`, CodeVariables},
		{"true for a String", echo, `{"t":true}`, CodeVariables},
		{"an object for a String", echo, `{"t":{}}`, CodeVariables},
		{"a number for a Boolean", echo, `{"b":1}`, CodeVariables},
		{"a fraction for an ID", echo, `{"i":[1.5]}`, CodeVariables},
		{"null within a list", echo, `{"i":["a",null]}`, CodeVariables},
		{"lower case for an enum", echo, `{"c":"red"}`, CodeVariables},
		{"an unknown field", echo, `{"f":{"colour":"RED"}}`, CodeVariables},
		{"a list for an object", echo, `{"f":[1]}`, CodeVariables},
		{"a wrong field far below", echo, `{"f":{"inner":{"inner":{"on":"2026-13-01"}}}}`, CodeVariables},
		{"null for a field that may not be", echo, `{"f":{"min":null}}`, CodeVariables},
		{"two of one", echo, `{"f":{"key":{"id":"a","name":"b"}}}`, CodeVariables},
		{"one and a null of one", echo, `{"f":{"key":{"id":"a","name":null}}}`, CodeVariables},
		{"none of one", echo, `{"f":{"key":{}}}`, CodeVariables},
		{"a time without a zone", echo, `{"a":"2026-01-01T00:00:00"}`, CodeVariables},
		{"a decimal with a comma", echo, `{"m":"1,5"}`, CodeVariables},
		{"a decimal as a number", echo, `{"m":1.5}`, CodeVariables},
		{"a text for a Float", echo, `{"s":"1"}`, CodeVariables},
		{"nothing for what is required", `query($id:ID!){person(id:$id){id}}`, `{}`, CodeVariables},
		{"null for what is required", `query($id:ID!){person(id:$id){id}}`, `{"id":null}`, CodeVariables},
		{"null for a default that is used", `query($id:ID="p1"){person(id:$id){id}}`, `{"id":null}`, CodeValidation},
		{"null for a condition", `query($b:Boolean=true){hello @skip(if:$b)}`, `{"b":null}`, CodeVariables},
		{"nothing for one of", `query($id:ID){find(by:{id:$id}){id}}`, `{}`, CodeValidation},
		{"a page beyond 100", `query($n:Int){people(first:$n){edges{cursor}}}`, `{"n":101}`, CodePageSize},
		{"pages that multiply", `query($n:Int){people(first:$n){edges{node{friends(first:$n){edges{node{friends(first:$n){edges{cursor}}}}}}}}}`, `{"n":100}`, CodeTooExpensive},
		{"too many ids", `query($i:[ID!]!){nodes(ids:$i){id}}`, `{"i":[` + strings.Repeat("1,", 100) + `1]}`, CodePageSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			var vars map[string]any
			if err := decode([]byte(c.vars), &vars); err != nil {
				t.Fatal(err)
			}
			if got := f.code(t, Request{Query: c.query, Variables: vars}); got != c.code {
				t.Errorf("code %s, want %s", got, c.code)
			}
		})
	}
}

func TestAMessageAboutAVariableNamesTheWayToIt(t *testing.T) {
	got := newFixture(t).ask(t, `query($f:Filter){echo(filter:$f)}`, `{"f":{"inner":{"tags":["a",5]}}}`)
	if want := `"message":"Variable $f.inner.tags[1] is not of type String."`; !strings.Contains(got, want) {
		t.Errorf("%s lacks %s", got, want)
	}
}

func TestARefusedPageSizeComesWithThoseThatAreAnswered(t *testing.T) {
	got := newFixture(t).ask(t, `{people(first:1000){edges{cursor}}}`, "")
	if !strings.Contains(got, "first must be from 1 to 100.") {
		t.Error(got)
	}
}

func TestTheGateRemembersABoundedNumberOfDocuments(t *testing.T) {
	f := newFixture(t)
	for i := range maxKept + 50 {
		if _, errs := f.prepare(Request{Query: fmt.Sprintf("{a%d:hello}", i)}); errs != nil {
			t.Fatal(errs)
		}
	}
	if n := len(f.gate.kept.plans); n != maxKept {
		t.Errorf("%d documents are kept", n)
	}
	before := f.ask(t, `query A{hello} query B{refused}`, "")
	if !strings.Contains(before, CodeOperation) {
		t.Error(before)
	}
	for _, op := range []string{"A", "B", "A"} {
		out := f.Answer(t.Context(), Request{Query: `query A{hello} query B{refused}`, Operation: op})
		if (out.Errors == nil) != (op == "A") {
			t.Errorf("%s: %+v", op, out)
		}
	}
}

func FuzzGate(f *testing.F) {
	for _, a := range attacks() {
		if len(a.query) < 4000 {
			f.Add(a.query, `{"n":1}`)
		}
	}
	f.Add(introspectionQuery, "{}")
	f.Add(`query($f:Filter,$n:Int){echo(filter:$f,n:$n)things{...on Person{name}}}`, `{"f":{"inner":{"tags":"x"}},"n":1e2}`)
	x := newFixture(f)
	f.Fuzz(func(t *testing.T, query, variables string) {
		var vars map[string]any
		if decode([]byte(variables), &vars) != nil {
			return
		}
		if strings.Contains(query, "slow") {
			return
		}
		out := x.Answer(t.Context(), Request{Query: query, Variables: vars})
		for _, e := range out.Errors {
			if out.Data == nil && e.Extensions.Code == CodeInternal {
				t.Fatalf("a panic in the gate: %v", x.logged.TakeAll())
			}
		}
		x.logged.TakeAll()
	})
}
