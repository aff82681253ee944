package pathway

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

//go:embed pathways/*.json
var builtIn embed.FS

var catalogue = sync.OnceValues(func() ([]Pathway, error) {
	files, err := fs.Sub(builtIn, "pathways")
	if err != nil {
		return nil, err
	}
	return Load(files)
})

// Catalogue returns the built-in pathways by id and version. The caller must not change
// what is inside them.
func Catalogue() ([]Pathway, error) {
	ps, err := catalogue()
	return slices.Clone(ps), err
}

// Find returns a version of a built-in pathway; version 0 is the latest.
func Find(id domain.PathwayID, version int) (Pathway, error) {
	ps, err := catalogue()
	if err != nil {
		return Pathway{}, err
	}
	for _, p := range slices.Backward(ps) {
		if p.ID == id && (version == 0 || p.Version == version) {
			return p, nil
		}
	}
	if version == 0 {
		return Pathway{}, domain.Refuse(domain.NotFound, "PATHWAY_NOT_FOUND", "There is no pathway %q. Choose one from the catalogue.", id)
	}
	return Pathway{}, domain.Refuse(domain.NotFound, "PATHWAY_NOT_FOUND", "There is no version %d of a pathway %q. Choose one from the catalogue.", version, id)
}

// Load reads every .json file of a folder as one pathway, by id and version. A mistake in
// any of them is an error (domain.Problems), and so is a field that no pathway has.
func Load(fsys fs.FS) ([]Pathway, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("load pathways: %w", err)
	}
	var ps []Pathway
	var problems domain.Problems
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("load pathways: %w", err)
		}
		p, err := decode(text)
		if err != nil {
			problems = append(problems, domain.Problem{File: name, Text: err.Error()})
			continue
		}
		for _, wrong := range p.problems() {
			wrong.File = name
			problems = append(problems, wrong)
		}
		for _, other := range ps {
			if other.ID == p.ID && other.Version == p.Version {
				problems = append(problems, domain.Problem{File: name, Where: "version", Text: fmt.Sprintf("another file holds version %d of %s. Number this one %d.", p.Version, p.ID, p.Version+1)})
			}
		}
		ps = append(ps, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(ps, func(a, b Pathway) int {
		if a.ID != b.ID {
			return strings.Compare(string(a.ID), string(b.ID))
		}
		return a.Version - b.Version
	})
	return ps, nil
}

func decode(text []byte) (Pathway, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var p Pathway
	if err := dec.Decode(&p); err != nil {
		return Pathway{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Pathway{}, errors.New("more text follows the pathway; write one pathway in each file")
	}
	return p, nil
}
