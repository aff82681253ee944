package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/vault"
)

func open(t *testing.T, dir string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func seal(t *testing.T, v *vault.Vault, person domain.PersonID, text string) domain.Sealed {
	t.Helper()
	s, err := v.Seal(t.Context(), person, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opens fails the test unless s holds text.
func opens(t *testing.T, v *vault.Vault, s domain.Sealed, text string) {
	t.Helper()
	if got, err := v.Unseal(t.Context(), s); err != nil || got != text {
		t.Fatalf("unsealed %q, %v; want %q", got, err, text)
	}
}

func TestASealedTextOpensAgainAndShowsNothing(t *testing.T) {
	v := open(t, t.TempDir())
	for _, text := range []string{"Maya Okafor", "x", "Señora Ñandú 🐦", strings.Repeat("long ", 20000), "\x00\xff"} {
		s := seal(t, v, "maya", text)
		opens(t, v, s, text)
		if !strings.HasPrefix(string(s), "v2.maya.") {
			t.Errorf("sealed text does not name its version and person: %.20q", s)
		}
		if len(text) > 2 && strings.Contains(string(s), text) {
			t.Errorf("%.20q is readable in its sealed form", text)
		}
	}
}

func TestAnEmptyTextNeedsNoKey(t *testing.T) {
	v := open(t, t.TempDir())
	if s := seal(t, v, "maya", ""); s != "" {
		t.Errorf("sealed to %q", s)
	}
	opens(t, v, "", "")
}

func TestTheSameTextNeverSealsAlike(t *testing.T) {
	v := open(t, t.TempDir())
	if a, b := seal(t, v, "maya", "Maya Okafor"), seal(t, v, "maya", "Maya Okafor"); a == b {
		t.Error("an observer could tell that two texts are equal")
	}
}

func TestATextOfOnePersonDoesNotOpenAsAnothers(t *testing.T) {
	v := open(t, t.TempDir())
	ofMaya := seal(t, v, "maya", "Maya Okafor")
	seal(t, v, "ruth", "Ruth Alvarez")
	moved := domain.Sealed(strings.Replace(string(ofMaya), ".maya.", ".ruth.", 1))
	if text, err := v.Unseal(t.Context(), moved); err == nil || errors.Is(err, vault.ErrErased) {
		t.Errorf("opened as %q, %v", text, err)
	}
}

func TestAnAlteredTextDoesNotOpen(t *testing.T) {
	v := open(t, t.TempDir())
	s := []byte(seal(t, v, "maya", "Maya Okafor"))
	for i := range s {
		altered := bytes.Clone(s)
		altered[i] ^= 1
		if text, err := v.Unseal(t.Context(), domain.Sealed(altered)); err == nil {
			t.Errorf("with byte %d changed it opened as %q", i, text)
		}
	}
	for n := 1; n < len(s); n++ {
		if text, err := v.Unseal(t.Context(), domain.Sealed(s[:n])); err == nil {
			t.Errorf("cut to %d bytes it opened as %q", n, text)
		}
	}
	for _, other := range []domain.Sealed{"Maya Okafor", "v1", "v1.", "v1..", "v1.maya", "v1.Maya.AAAA", "v2.maya..AAAA", "v2.maya.KEY.AAAA", "v3" + domain.Sealed(s[2:]), "v1" + domain.Sealed(s[2:]), domain.Sealed(s) + "A"} {
		if text, err := v.Unseal(t.Context(), other); err == nil {
			t.Errorf("%q opened as %q", other, text)
		}
	}
}

func TestKeysSurviveReopening(t *testing.T) {
	dir := t.TempDir()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := seal(t, v, "maya", "Maya Okafor")
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	opens(t, open(t, dir), s, "Maya Okafor")
}

func TestOnlyTheOwnerReadsTheKeys(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "keys.db"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	seal(t, open(t, dir), "maya", "Maya Okafor")
	files, err := filepath.Glob(filepath.Join(dir, "keys.db*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v; want the keys and SQLite's own files", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(f), mode)
		}
	}
}

func TestTheTextIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	seal(t, open(t, dir), "maya", "a remark that must not leak")
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("must not leak")) {
			t.Errorf("%s holds the text", f)
		}
	}
}

func TestManyWhoSealForOnePersonShareItsKey(t *testing.T) {
	dir := t.TempDir()
	vaults := []*vault.Vault{open(t, dir), open(t, dir)}
	var mu sync.Mutex
	sealed := map[domain.Sealed]string{}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for p := range 8 {
				text := fmt.Sprintf("remark %d about %d", w, p)
				s, err := vaults[w%2].Seal(t.Context(), domain.PersonID(fmt.Sprintf("person-%d", p)), text)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				sealed[s] = text
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	later := open(t, dir)
	for s, text := range sealed {
		opens(t, later, s, text)
	}
	if len(sealed) != 16*8 {
		t.Errorf("%d texts were sealed", len(sealed))
	}
}

func TestNobodyIsSealedForWithoutAnId(t *testing.T) {
	v := open(t, t.TempDir())
	for _, person := range []domain.PersonID{"", "Maya", "a.b", "maya okafor"} {
		if s, err := v.Seal(t.Context(), person, "text"); err == nil {
			t.Errorf("sealed for %q as %q", person, s)
		}
	}
}

func TestKeysOfANewerGuildhallAreRefused(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "keys.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA user_version = 7`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = vault.Open(dir, vault.Options{})
	if r := domain.AsRefusal(err); r == nil || r.Code != "DATA_TOO_NEW" {
		t.Errorf("opened with %v", err)
	}
}

func TestACancelledCallerGetsNoKey(t *testing.T) {
	v := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := v.Seal(ctx, "maya", "text"); !errors.Is(err, context.Canceled) {
		t.Errorf("sealed to %q, %v", s, err)
	}
}
