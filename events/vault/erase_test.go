package vault_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// erased fails the test unless s cannot be read because its person was erased.
func erased(t *testing.T, v *vault.Vault, s domain.Sealed) {
	t.Helper()
	if text, err := v.Unseal(t.Context(), s); !errors.Is(err, vault.ErrErased) {
		t.Fatalf("unsealed %q, %v; want ErrErased", text, err)
	}
}

// sound fails the test if Verify finds anything.
func sound(t *testing.T, v *vault.Vault) {
	t.Helper()
	for person, err := range v.Verify(t.Context()) {
		t.Errorf("%q: %v", person, err)
	}
}

// named fails the test unless err names a person and does not say that they were erased.
func named(t *testing.T, err error, person string) {
	t.Helper()
	if err == nil || errors.Is(err, vault.ErrErased) || !strings.Contains(err.Error(), person) {
		t.Errorf("got %v; want a fault that names %s", err, person)
	}
}

// nowhere fails the test if a file in dir holds a secret.
func nowhere(t *testing.T, dir string, secret []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, secret) || bytes.Contains(content, []byte(base64.RawURLEncoding.EncodeToString(secret))) {
			t.Errorf("%s holds what should be gone", filepath.Base(f))
		}
	}
}

// change alters the file of a vault behind its back.
func change(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, vault.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// wrappedKeys are the keys of a person as they are stored.
func wrappedKeys(t *testing.T, dir, person string) (keys [][]byte) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, vault.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT wrapped FROM data_key WHERE person = ?`, person)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestAnErasedPersonsTextIsGoneForGood(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	ofMaya, ofRuth := seal(t, v, "maya", "Maya Okafor"), seal(t, v, "ruth", "Ruth Alvarez")
	for range 2 {
		if err := v.Erase(t.Context(), "maya", "nobody-yet"); err != nil {
			t.Fatal(err)
		}
	}
	for _, person := range []domain.PersonID{"maya", "nobody-yet"} {
		if s, err := v.Seal(t.Context(), person, "a remark"); !errors.Is(err, vault.ErrErased) {
			t.Errorf("sealed for %s: %q, %v", person, s, err)
		}
	}
	erased(t, v, ofMaya)
	later := open(t, dir)
	erased(t, later, ofMaya)
	opens(t, later, ofRuth, "Ruth Alvarez")
	sound(t, later)
	if err := v.Erase(t.Context(), "Maya Okafor"); err == nil {
		t.Error("what is no id was erased")
	}
}

// Whatever moved about in the file while keys came and went, nothing of them stays.
func TestNoTraceOfAnErasedKeyIsLeft(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	id := func(n int) domain.PersonID { return domain.PersonID(fmt.Sprintf("person-%d", n*7919%1000)) }
	traces := map[domain.PersonID][][]byte{}
	for n := range 300 {
		seal(t, v, id(n), "a remark")
		traces[id(n)] = wrappedKeys(t, dir, string(id(n)))
	}
	for n := 0; n < 300; n += 3 {
		if err := v.Erase(t.Context(), id(n)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 300 {
		if len(traces[id(n)]) != 1 {
			t.Fatalf("%s had %d keys", id(n), len(traces[id(n)]))
		}
		if n%3 == 0 {
			nowhere(t, dir, traces[id(n)][0])
		} else if !bytes.Contains(read(t, dir, vault.File), traces[id(n)][0]) {
			t.Fatalf("the key of %s is not where it should be: the test finds nothing", id(n))
		}
	}
	sound(t, v)
}

func TestAnInterruptedErasureIsFinishedAtTheStart(t *testing.T) {
	dir := t.TempDir()
	once(t, dir, func(v *vault.Vault) { seal(t, v, "maya", "Maya Okafor") })
	trace := wrappedKeys(t, dir, "maya")[0]
	change(t, dir, `UPDATE state SET untidy = 1; DELETE FROM data_key`)
	if !bytes.Contains(read(t, dir, vault.File), trace) {
		t.Fatal("nothing is left to tidy")
	}
	once(t, dir, func(v *vault.Vault) { nowhere(t, dir, trace) })
}

func TestAnErasureWaitsForWhoReadsTheKeys(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	traces := map[string][]byte{}
	for _, p := range []string{"maya", "ruth", "tomas"} {
		seal(t, v, domain.PersonID(p), "a remark")
		traces[p] = wrappedKeys(t, dir, p)[0]
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, vault.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reading, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reading.QueryRow(`SELECT count(*) FROM data_key`).Scan(&n); err != nil || n != 3 {
		t.Fatalf("%d keys, %v", n, err)
	}
	var wg sync.WaitGroup
	for p := range traces {
		wg.Go(func() {
			if err := v.Erase(t.Context(), domain.PersonID(p)); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	if err := reading.Rollback(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	for _, trace := range traces {
		nowhere(t, dir, trace)
	}
}

func TestSealingWhileSomebodyIsErased(t *testing.T) {
	v := open(t, t.TempDir())
	var wg sync.WaitGroup
	sealed := make(chan domain.Sealed, 800)
	for range 8 {
		wg.Go(func() {
			for range 100 {
				s, err := v.Seal(t.Context(), "maya", "a remark")
				if errors.Is(err, vault.ErrErased) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				sealed <- s
				if _, err := v.Unseal(t.Context(), s); err != nil && !errors.Is(err, vault.ErrErased) {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		if err := v.Erase(t.Context(), "maya"); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	close(sealed)
	for s := range sealed {
		erased(t, v, s)
	}
}

func TestALostKeyIsNoErasure(t *testing.T) {
	dir := t.TempDir()
	var s domain.Sealed
	once(t, dir, func(v *vault.Vault) { s = seal(t, v, "maya", "Maya Okafor") })
	change(t, dir, `DELETE FROM data_key`)
	if text, err := open(t, dir).Unseal(t.Context(), s); !errors.Is(err, vault.ErrMissing) || errors.Is(err, vault.ErrErased) {
		t.Errorf("unsealed %q, %v; want ErrMissing", text, err)
	}
}

func TestAnErasureCannotBeFaked(t *testing.T) {
	dir := t.TempDir()
	var ofMaya domain.Sealed
	once(t, dir, func(v *vault.Vault) {
		ofMaya = seal(t, v, "maya", "Maya Okafor")
		if err := v.Erase(t.Context(), "ruth"); err != nil {
			t.Fatal(err)
		}
	})
	change(t, dir, `INSERT INTO erased SELECT 'maya', proof FROM erased WHERE person = 'ruth'`)
	v := open(t, dir)
	_, err := v.Unseal(t.Context(), ofMaya)
	named(t, err, "maya")
	_, err = v.Seal(t.Context(), "maya", "a remark")
	named(t, err, "maya")
	found := 0
	for person, err := range v.Verify(t.Context()) {
		if found++; person != "maya" {
			t.Errorf("%s: %v", person, err)
		}
	}
	if found != 1 {
		t.Errorf("found %d faults", found)
	}
	if err := v.Erase(t.Context(), "maya"); err != nil {
		t.Fatal(err)
	}
	erased(t, v, ofMaya)
	sound(t, v)
}

// Every bit of the keys, the names beside them and the proofs is looked after.
func TestAFlippedBitIsToldWithThePerson(t *testing.T) {
	dir := t.TempDir()
	var ofMaya, ofRuth domain.Sealed
	once(t, dir, func(v *vault.Vault) {
		ofMaya, ofRuth = seal(t, v, "maya", "Maya Okafor"), seal(t, v, "ruth", "Ruth Alvarez")
		if err := v.Erase(t.Context(), "ruth"); err != nil {
			t.Fatal(err)
		}
	})
	whole := read(t, dir, vault.File)
	key := wrappedKeys(t, dir, "maya")[0]
	at := bytes.Index(whole, key)
	maya := at - len("maya") - 16 // the person and the id stand before the key
	if string(whole[maya:maya+4]) != "maya" {
		t.Fatalf("found %q before the key", whole[maya:at])
	}
	ruth := bytes.LastIndex(whole, []byte("ruth"))
	for i := maya; i < at+len(key); i++ {
		flip(t, dir, whole, i, func(v *vault.Vault, err error) {
			_, bad := v.Unseal(t.Context(), ofMaya)
			named(t, bad, "maya")
			if err == nil {
				t.Errorf("byte %d of a key: Verify finds nothing", i)
			}
		})
	}
	for i := ruth; i < ruth+4+28; i++ {
		flip(t, dir, whole, i, func(v *vault.Vault, err error) {
			_, bad := v.Unseal(t.Context(), ofRuth)
			named(t, bad, "ruth")
			if err == nil {
				t.Errorf("byte %d of a proof: Verify finds nothing", i)
			}
		})
	}
}

// flip opens a copy of a vault with one bit changed and tells the first fault of Verify.
func flip(t *testing.T, from string, whole []byte, at int, then func(*vault.Vault, error)) {
	t.Helper()
	dir := t.TempDir()
	altered := bytes.Clone(whole)
	altered[at] ^= 1 << (at % 8)
	put(t, altered, dir, vault.File)
	put(t, read(t, from, vault.WrappingFile), dir, vault.WrappingFile)
	once(t, dir, func(v *vault.Vault) {
		var first error
		for person, err := range v.Verify(t.Context()) {
			if first == nil && person != "" {
				first = err
			}
		}
		then(v, first)
	})
}

// Wherever a bit flips in the file: an answer is right or there is none.
func TestNoFlippedBitGivesAWrongAnswer(t *testing.T) {
	dir := t.TempDir()
	var ofMaya, ofRuth domain.Sealed
	once(t, dir, func(v *vault.Vault) {
		ofMaya, ofRuth = seal(t, v, "maya", "Maya Okafor"), seal(t, v, "ruth", "Ruth Alvarez")
		if err := v.Erase(t.Context(), "ruth"); err != nil {
			t.Fatal(err)
		}
	})
	whole, wrapping := read(t, dir, vault.File), read(t, dir, vault.WrappingFile)
	for i := range 150 {
		at := i * 7919 % len(whole)
		damaged := t.TempDir()
		altered := bytes.Clone(whole)
		altered[at] ^= 1 << (i % 8)
		put(t, altered, damaged, vault.File)
		put(t, wrapping, damaged, vault.WrappingFile)
		v, err := vault.Open(damaged, vault.Options{})
		if err != nil {
			continue
		}
		if text, err := v.Unseal(t.Context(), ofMaya); errors.Is(err, vault.ErrErased) || err == nil && text != "Maya Okafor" {
			t.Errorf("byte %d: unsealed %q, %v", at, text, err)
		}
		if text, err := v.Unseal(t.Context(), ofRuth); err == nil {
			t.Errorf("byte %d: unsealed %q of somebody erased", at, text)
		}
		v.Close()
	}
}

// TestWhatWasOpenedIsForgottenWithItsKey opens a name before somebody is erased, so that it is
// remembered, and a name of somebody else.
func TestWhatWasOpenedIsForgottenWithItsKey(t *testing.T) {
	v := open(t, t.TempDir())
	maya, noah := seal(t, v, "maya", "Maya Okafor"), seal(t, v, "noah", "Noah Whitfield")
	for range 2 {
		opens(t, v, maya, "Maya Okafor")
		opens(t, v, noah, "Noah Whitfield")
	}
	if err := v.Erase(t.Context(), "maya"); err != nil {
		t.Fatal(err)
	}
	if text, err := v.Unseal(t.Context(), maya); !errors.Is(err, vault.ErrErased) {
		t.Errorf("unsealed %q, %v; want ErrErased", text, err)
	}
	opens(t, v, noah, "Noah Whitfield")
}
