package standard

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

//go:embed catalogue/*.json
var builtIn embed.FS

var catalogue = sync.OnceValues(func() ([]Definition, error) {
	files, err := builtIn.ReadDir("catalogue")
	if err != nil {
		return nil, err
	}
	var ds []Definition
	for _, f := range files {
		text, err := builtIn.ReadFile("catalogue/" + f.Name())
		if err != nil {
			return nil, err
		}
		report, err := Read(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("built-in standard %s: %w", f.Name(), err)
		}
		for _, s := range report.Standards {
			ds = append(ds, s.Definition)
		}
	}
	return ds, nil
})

// Catalogue returns the built-in standards, which the built-in pathways use. The caller
// must not change what is inside them.
func Catalogue() ([]Definition, error) {
	ds, err := catalogue()
	return slices.Clone(ds), err
}

// Find returns a built-in standard.
func Find(id domain.StandardID) (Definition, error) {
	ds, err := catalogue()
	if err != nil {
		return Definition{}, err
	}
	for _, d := range ds {
		if d.ID == id {
			return d, nil
		}
	}
	return Definition{}, domain.Refuse(domain.NotFound, "STANDARD_NOT_FOUND", "There is no built-in standard %q. Import it or choose one from the catalogue.", id)
}
