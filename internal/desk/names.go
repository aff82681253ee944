package desk

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// Names finds people by what they are called. Names are sealed for each person, so this is
// made in memory of what the vault opens, and nowhere else. It is looked after with every
// question: whoever was erased is not in it any more.
type Names struct {
	mu     sync.Mutex
	at     events.Position
	sealed map[domain.PersonID]domain.Sealed
	open   map[domain.PersonID]string // as they are compared
	words  []nameWord                 // by their text
}

type nameWord struct {
	text string
	who  domain.PersonID
}

// mostNames bounds how many people can be found by name; mostWords how many words count of a question.
const (
	mostNames = 200_000
	mostWords = 8
)

// Folded is a text as it is compared when somebody looks for it: in small letters, without accents.
func Folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// find returns whose name has for each word that is asked for one that begins so, by name.
func (n *Names) find(ctx context.Context, d *Desk, asked string) ([]domain.PersonID, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.catchUp(ctx, d); err != nil {
		return nil, err
	}
	return n.matching(asked), nil
}

// catchUp knows every name that the read model has; n.mu is held.
func (n *Names) catchUp(ctx context.Context, d *Desk) error {
	if n.sealed != nil && n.at == d.Read.Position() {
		return nil
	}
	return n.refresh(ctx, d)
}

// from is the place of the first word that is not before some letters.
func (n *Names) from(letters string) int {
	at, _ := slices.BinarySearchFunc(n.words, letters, func(w nameWord, begin string) int { return strings.Compare(w.text, begin) })
	return at
}

// matching is whose name has for each word of a question one that begins so, by name.
func (n *Names) matching(asked string) []domain.PersonID {
	var found map[domain.PersonID]bool
	words := strings.Fields(Folded(asked))
	for _, word := range words[:min(len(words), mostWords)] {
		next := map[domain.PersonID]bool{}
		for _, w := range n.words[n.from(word):] {
			if !strings.HasPrefix(w.text, word) {
				break
			}
			if found == nil || found[w.who] {
				next[w.who] = true
			}
		}
		found = next
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b domain.PersonID) int {
		return cmp.Or(strings.Compare(n.open[a], n.open[b]), cmp.Compare(a, b))
	})
}

// refresh opens the names that are new or others, and forgets those that are gone.
func (n *Names) refresh(ctx context.Context, d *Desk) error {
	sealed, at, err := d.Read.Names(ctx)
	if err != nil {
		return err
	}
	open, changed := make(map[domain.PersonID]string, len(sealed)), len(sealed) != len(n.sealed)
	for id, s := range sealed {
		if n.sealed[id] == s {
			open[id] = n.open[id]
			continue
		}
		if changed = true; len(open) >= mostNames {
			continue
		}
		name, err := d.Vault.Unseal(ctx, s)
		if err != nil && !errors.Is(err, vault.ErrErased) {
			return err
		}
		open[id] = Folded(name)
	}
	if changed {
		n.words = wordsOf(open)
	}
	n.at, n.sealed, n.open = at, sealed, open
	return nil
}

// wordsIn are the words of a name.
func wordsIn(name string) iter.Seq[string] {
	return strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// wordsOf are the words of names, sorted.
func wordsOf(names map[domain.PersonID]string) (words []nameWord) {
	for who, name := range names {
		for word := range wordsIn(name) {
			words = append(words, nameWord{word, who})
		}
	}
	slices.SortFunc(words, func(a, b nameWord) int { return strings.Compare(a.text, b.text) })
	return words
}
