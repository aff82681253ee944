package graphql

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Limits of a document. Depth, aliases and fields count what a fragment holds wherever
// it is spread.
const (
	maxDocument = 32 << 10 // bytes
	maxTokens   = 2000
	maxDepth    = 15   // fields within fields
	maxAliases  = 30   // aliases and fields of the root
	maxFields   = 5000 // fields in all
	maxRepeats  = 50   // fields that repeat one beside them, in the whole document
	maxNesting  = 15   // objects and lists within one argument
	maxSpreads  = 64   // fragments that are declared
	maxErrors   = 10   // in one response
	maxKept     = 256  // operations remembered
	maxRecorded = 1024 // of documents on record

	maxHinted = 3   // problems up to which it is said what was probably meant
	maxWord   = 40  // bytes of a name that was probably misspelt
	maxTold   = 500 // bytes of a message
)

// A gate parses, limits and validates documents, and remembers the plans of those that passed.
// Those of documents on record are remembered apart: what else is asked does not drive them out.
type gate struct {
	*catalog
	rules   *rules.Rules // for a verdict
	hinting *rules.Rules // for one that says what was probably meant

	kept, recorded memory
}

func newGate(c *catalog) *gate {
	plain := rules.NewDefaultRules()
	for name, without := range map[string]core.Rule{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		plain.ReplaceRule(name, without.RuleFunc)
	}
	return &gate{catalog: c, rules: plain, hinting: rules.NewDefaultRules(), kept: memory{most: maxKept}, recorded: memory{most: maxRecorded}}
}

// admit returns the operation of a document that a request names, ready to execute. A panic in
// the library is returned as a fault; errs are what the client did wrong.
func (g *gate) admit(r Request) (p *plan, errs []Error, fault error) {
	query, operation, kept := r.Query, r.Operation, &g.kept
	if r.document.text != "" {
		kept = &g.recorded
	}
	defer func() {
		if r := recover(); r != nil {
			fault = fmt.Errorf("reading a document: %w", &crash{r, debug.Stack()})
		}
	}()
	if len(query) > maxDocument {
		return nil, refusal(CodeTooLarge, nil, "The document has %d bytes; at most %d are read.", len(query), maxDocument), nil
	}
	key := sha256.Sum256([]byte(operation + "\x00" + query))
	if p := kept.recall(key); p != nil {
		return p, nil, nil
	}
	if p, errs = g.read(query, operation); errs != nil {
		return nil, errs, nil
	}
	sum := sha256.Sum256([]byte(query))
	p.question = hex.EncodeToString(sum[:])
	kept.keep(key, p)
	return p, nil, nil
}

// A memory holds plans by the hashes of what was asked.
type memory struct {
	most  int
	mu    sync.Mutex
	plans map[[sha256.Size]byte]*plan
}

func (m *memory) recall(key [sha256.Size]byte) *plan {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.plans[key]
}

// keep remembers p in place of a document picked at random once there are too many.
func (m *memory) keep(key [sha256.Size]byte, p *plan) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.plans == nil {
		m.plans = map[[sha256.Size]byte]*plan{}
	}
	for old := range m.plans {
		if len(m.plans) < m.most {
			break
		}
		delete(m.plans, old)
	}
	m.plans[key] = p
}

func (g *gate) read(query, operation string) (*plan, []Error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, maxTokens)
	if err != nil {
		return nil, unparsed(err)
	}
	if errs := newMeter(doc).check(doc); errs != nil {
		return nil, errs
	}
	if invalid := g.validate(query, doc); len(invalid) > 0 {
		return nil, invalidated(invalid)
	}
	op := doc.Operations.ForName(operation)
	switch {
	case operation == "" && len(doc.Operations) != 1:
		return nil, refusal(CodeOperation, nil, "The document has %d operations. Name the one to execute in operationName.", len(doc.Operations))
	case op == nil:
		return nil, refusal(CodeOperation, nil, "The document has no operation named %q.", operation)
	}
	if op.Operation == ast.Subscription && len(roots(op.SelectionSet)) != 1 {
		return nil, refusal(CodeValidation, op.Position, "A subscription has exactly one field.")
	}
	return newPlan(g.catalog, op)
}

// validate finds what is wrong with a document. Where that is little it says what was probably
// meant: to compare a name with all others is what takes longest.
func (g *gate) validate(query string, doc *ast.QueryDocument) gqlerror.List {
	invalid := validator.ValidateWithRules(g.types, doc, g.rules)
	if len(invalid) == 0 || len(invalid) > maxHinted || longestWord(query) > maxWord {
		return invalid
	}
	return validator.ValidateWithRules(g.types, doc, g.hinting)
}

func longestWord(text string) (longest int) {
	at := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '_':
			at++
			longest = max(longest, at)
		default:
			at = 0
		}
	}
	return longest
}

func unparsed(err error) []Error {
	e, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		e = gqlerror.Wrap(err)
	}
	switch {
	case strings.HasPrefix(e.Message, "exceeded token limit"):
		return refusal(CodeTooManyTokens, nil, "The document has more than %d tokens.", maxTokens)
	case strings.HasPrefix(e.Message, "exceeded maximum nesting depth"):
		return refusal(CodeTooDeep, nil, "The document nests more than %d levels.", parser.MaxNestingDepth)
	}
	return []Error{rejected(CodeParse, e)}
}

func invalidated(invalid gqlerror.List) []Error {
	var errs []Error
	for _, e := range invalid[:min(len(invalid), maxErrors)] {
		code := CodeValidation
		if e.Rule == rules.MaxIntrospectionDepth.Name {
			code = CodeTooDeep
		}
		errs = append(errs, rejected(code, e))
	}
	return errs
}

func rejected(code string, e *gqlerror.Error) Error {
	out := Error{Message: e.Message, Extensions: Extensions{Code: code}}
	if len(out.Message) > maxTold {
		out.Message = strings.ToValidUTF8(out.Message[:maxTold], "") + "…"
	}
	for _, l := range e.Locations {
		out.Locations = append(out.Locations, Location(l))
	}
	return out
}

func refusal(code string, at *ast.Position, format string, a ...any) []Error {
	e := Error{Message: fmt.Sprintf(format, a...), Extensions: Extensions{Code: code}}
	if at != nil {
		e.Locations = []Location{{at.Line, at.Column}}
	}
	return []Error{e}
}
