package graphql

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// An entityTag stands for the answer to one query of one asker. It is strong unless loose:
// a loose one stands for answers that say the same, at positions of the log that differ.
type entityTag struct {
	hash  string
	loose bool
}

// String is the tag as it is sent with an answer in a content coding, which may be none.
func (t entityTag) String() string { return t.in("") }

func (t entityTag) in(coding string) string {
	text := `"` + t.hash + `"`
	if coding != "" {
		text = `"` + t.hash + "-" + coding + `"`
	}
	if t.loose {
		return "W/" + text
	}
	return text
}

// held returns the tag by which a client holds the answer already, in a coding that it
// takes, or "" if it does not.
func (t entityTag) held(r *http.Request) string {
	codings := []string{""}
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		codings = append(codings, "gzip")
	}
	for held := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		held = strings.TrimPrefix(strings.TrimSpace(held), "W/")
		for _, c := range codings {
			if held == strings.TrimPrefix(t.in(c), "W/") {
				return t.in(c)
			}
		}
	}
	return ""
}

// A Version stands for everything that answers to one asker depend on beside the request.
// The empty one stands for nothing: such an answer is not tagged.
type Version struct {
	Of    string
	Loose bool // answers of one version may differ in the position that they tell
}

// tag makes the tag of the answer to a query. It is taken before the answer is made: an
// answer is tagged if the version is still the same afterwards.
func (c *call) tag(q Request, op *operation) (tag entityTag, v Version, err error) {
	if c.Version == nil {
		return tag, v, nil
	}
	if v, err = c.Version(c.ctx, rootFields(op.op.SelectionSet)); err != nil || v.Of == "" {
		return tag, v, err
	}
	variables, err := json.Marshal(q.Variables)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d %s\n%d %s\n%s", c.engine.build, v.Of, c.media, len(q.Operation), q.Operation, len(q.Query), q.Query, variables))
	return entityTag{hex.EncodeToString(sum[:15]), v.Loose}, v, err
}

// rootFields are the names of the fields of the root that an operation asks for.
func rootFields(set ast.SelectionSet) (names []string) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			names = append(names, s.Name)
		case *ast.InlineFragment:
			names = append(names, rootFields(s.SelectionSet)...)
		case *ast.FragmentSpread:
			names = append(names, rootFields(s.Definition.SelectionSet)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
