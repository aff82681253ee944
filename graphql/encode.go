package graphql

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
)

// maxResponse is the size in bytes of the largest response.
const maxResponse = 8 << 20

// A shape knows in which order an operation asks for its fields: graphql-go answers with
// maps, and clients expect the order of the query. Where fragments on several types order
// the same fields differently, the first one counts.
type shape struct {
	key      string
	children []*shape
}

func shapeOf(key string, sets []ast.SelectionSet) *shape {
	var keys []string
	below := map[string][]ast.SelectionSet{}
	spread := map[string]bool{}
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if _, ok := below[s.Alias]; !ok {
					keys = append(keys, s.Alias)
				}
				below[s.Alias] = append(below[s.Alias], s.SelectionSet)
			case *ast.InlineFragment:
				collect(s.SelectionSet)
			case *ast.FragmentSpread:
				if !spread[s.Name] {
					spread[s.Name] = true
					collect(s.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	s := &shape{key: key}
	for _, k := range keys {
		s.children = append(s.children, shapeOf(k, below[k]))
	}
	return s
}

func (s *shape) appendJSON(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case map[string]any:
		return s.appendObject(b, v)
	case []any:
		return s.appendList(b, v)
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case float64:
		j, err := json.Marshal(v)
		return append(b, j...), err
	}
	return b, fmt.Errorf("a %T is no leaf of a response", v)
}

func (s *shape) appendObject(b []byte, m map[string]any) (_ []byte, err error) {
	b = append(b, '{')
	n := 0
	for _, c := range s.children {
		v, ok := m[c.key]
		if !ok {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), c.key...), '"', ':')
		if b, err = c.appendJSON(b, v); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func (s *shape) appendList(b []byte, list []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = s.appendJSON(b, v); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func appendString(b []byte, s string) ([]byte, error) {
	plain := !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf
	})
	if plain {
		return append(append(append(b, '"'), s...), '"'), nil
	}
	j, err := json.Marshal(s)
	return append(b, j...), err
}
