package framework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Content is all an edition of a framework says.
type Content struct {
	Categories []CategoryDefined
	Areas      []AreaDefined
	Statements []StatementDefined
	Roles      []RoleDefined
	Related    []RelatedDefined `json:",omitempty"` // digests from before there were any stay as they are
}

// Counts is the size of c.
func (c Content) Counts() Counts {
	n := Counts{Roles: len(c.Roles), Statements: len(c.Statements), Categories: len(c.Categories), Areas: len(c.Areas)}
	for _, r := range c.Roles {
		n.Links += len(r.Statements)
	}
	for _, r := range c.Related {
		n.Related += len(r.Related)
	}
	return n
}

// Publish makes content the next edition of its framework. What is already in force is
// not published again.
type Publish struct {
	domain.Request
	Name    string // "NICE Framework"
	Version string // as the publisher numbers it, "2.0.0"
	Source  string // who published it and under which licence, in words; it is no part of the digest
	Content Content
}

func (c Publish) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a programme coordinator publishes a role framework. Ask one to do it.")
	case strings.TrimSpace(c.Name) == "" || strings.TrimSpace(c.Version) == "":
		return nil, domain.Refuse(domain.Invalid, "UNNAMED_FRAMEWORK", "Say which framework this is and which version, such as NICE Framework, 2.0.0.")
	case len(c.Content.Roles) == 0:
		return nil, domain.Refuse(domain.Invalid, "EMPTY_FRAMEWORK", "The framework has no work role. Publish it with at least one.")
	}
	digest, err := c.digest()
	if err != nil {
		return nil, err
	}
	if digest == s.digest {
		return nil, nil
	}
	es := []Event{Published{s.edition + 1, c.Name, c.Version, c.Content.Counts(), digest, c.Source}}
	for _, e := range c.Content.Categories {
		es = append(es, e)
	}
	for _, e := range c.Content.Areas {
		es = append(es, e)
	}
	for some := range slices.Chunk(c.Content.Statements, statementsInOne) {
		es = append(es, StatementsDefined{slices.Clone(some)})
	}
	for _, e := range c.Content.Roles {
		e.Statements = slices.Clone(e.Statements)
		es = append(es, e)
	}
	for _, e := range c.Content.Related {
		e.Related = slices.Clone(e.Related)
		es = append(es, e)
	}
	return es, nil
}

// statementsInOne is how many statements one fact tells: one for each would make an edition
// mostly of what facts have in common.
const statementsInOne = 100

func (c Publish) digest() (string, error) {
	text, err := json.Marshal([]any{c.Name, c.Version, c.Content})
	if err != nil {
		return "", fmt.Errorf("digest of framework: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
