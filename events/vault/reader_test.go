package vault_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/vault"
)

func TestAReaderOpensWhatAnotherSealsAndChangesNothing(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	name := seal(t, v, "maya", "Maya Okafor")
	r, err := vault.OpenReader(t.Context(), dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opens(t, r, name, "Maya Okafor")
	for person, err := range r.Verify(t.Context()) {
		t.Errorf("%s: %v", person, err)
	}
	if _, err := r.Seal(t.Context(), "theo", "Theo"); err == nil {
		t.Error("a reader sealed for somebody new")
	}
	seal(t, v, "theo", "Theo Brandt")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestAReaderMakesNoKeys(t *testing.T) {
	dir := t.TempDir()
	if _, err := vault.OpenReader(t.Context(), dir, vault.Options{}); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "NO_KEYS" {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestACopyOpensWithTheWrappingKeyAndHoldsNobodyErased(t *testing.T) {
	dir, away := t.TempDir(), t.TempDir()
	v := open(t, dir)
	maya, theo := seal(t, v, "maya", "Maya Okafor"), seal(t, v, "theo", "Theo Brandt")
	if err := v.Erase(t.Context(), "theo"); err != nil {
		t.Fatal(err)
	}
	if err := vault.Copy(t.Context(), dir, filepath.Join(away, vault.File)); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.OpenReader(t.Context(), away, vault.Options{}); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "KEYS_MISSING" {
		t.Errorf("without the wrapping key: %v", err)
	}
	r, err := vault.OpenReader(t.Context(), away, vault.Options{WrappingKey: filepath.Join(dir, vault.WrappingFile)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	opens(t, r, maya, "Maya Okafor")
	if text, err := r.Unseal(t.Context(), theo); err == nil {
		t.Errorf("the copy still reads %q", text)
	}
	if err := vault.Copy(t.Context(), dir, filepath.Join(away, vault.File)); err == nil {
		t.Error("a copy replaced a file")
	}
}
