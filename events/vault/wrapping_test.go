package vault_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// refused fails the test unless the vault in dir is refused with a code.
func refused(t *testing.T, dir, code string) {
	t.Helper()
	v, err := vault.Open(dir, vault.Options{})
	if err == nil {
		v.Close()
	}
	if r := domain.AsRefusal(err); r == nil || r.Code != code {
		t.Errorf("opened with %v; want %s", err, code)
	}
}

// once opens the vault in dir, uses it and closes it.
func once(t *testing.T, dir string, use func(*vault.Vault)) {
	t.Helper()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	use(v)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(file...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func put(t *testing.T, content []byte, file ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(file...), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// rotated is what a directory held before and after its wrapping key was rotated.
type rotated struct {
	maya, ruth                           domain.Sealed
	keys, wrapping, newKeys, newWrapping []byte
}

func rotate(t *testing.T) rotated {
	t.Helper()
	dir := t.TempDir()
	var r rotated
	once(t, dir, func(v *vault.Vault) {
		r.maya, r.ruth = seal(t, v, "maya", "Maya Okafor"), seal(t, v, "ruth", "Ruth Alvarez")
	})
	r.keys, r.wrapping = read(t, dir, vault.File), read(t, dir, vault.WrappingFile)
	once(t, dir, func(v *vault.Vault) {
		if err := v.Erase(t.Context(), "ruth"); err != nil {
			t.Fatal(err)
		}
		if n, err := v.Rotate(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d keys were wrapped, %v", n, err)
		}
		opens(t, v, r.maya, "Maya Okafor")
		erased(t, v, r.ruth)
		opens(t, v, seal(t, v, "tomas", "Tomás Reyes"), "Tomás Reyes")
	})
	r.newKeys, r.newWrapping = read(t, dir, vault.File), read(t, dir, vault.WrappingFile)
	once(t, dir, func(v *vault.Vault) { opens(t, v, r.maya, "Maya Okafor"); erased(t, v, r.ruth); sound(t, v) })
	return r
}

func TestWithoutItsWrappingKeyAVaultIsRefused(t *testing.T) {
	dir := t.TempDir()
	once(t, dir, func(v *vault.Vault) { seal(t, v, "maya", "Maya Okafor") })
	file := filepath.Join(dir, vault.WrappingFile)
	kept := read(t, file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, "KEYS_MISSING")
	once(t, t.TempDir(), func(*vault.Vault) {})
	other := t.TempDir()
	once(t, other, func(*vault.Vault) {})
	put(t, read(t, other, vault.WrappingFile), file)
	refused(t, dir, "WRONG_WRAPPING_KEY")
	for i := range kept {
		altered := bytes.Clone(kept)
		altered[i] ^= 1
		put(t, altered, file)
		v, err := vault.Open(dir, vault.Options{})
		if err == nil {
			if v.Close(); i >= bytes.IndexByte(kept, '\n') {
				t.Errorf("opened with byte %d of the wrapping key altered", i)
			}
		} else if r := domain.AsRefusal(err); r == nil || r.Code != "WRONG_WRAPPING_KEY" {
			t.Errorf("byte %d altered: %v", i, err)
		}
	}
}

func TestAVaultThatHoldsNothingTakesANewWrappingKey(t *testing.T) {
	dir := t.TempDir()
	once(t, dir, func(*vault.Vault) {})
	if err := os.Remove(filepath.Join(dir, vault.WrappingFile)); err != nil {
		t.Fatal(err)
	}
	var s domain.Sealed
	once(t, dir, func(v *vault.Vault) { s = seal(t, v, "maya", "Maya Okafor") })
	once(t, dir, func(v *vault.Vault) { opens(t, v, s, "Maya Okafor") })
}

func TestTheWrappingKeyCanBeElsewhere(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "kek")
	v, err := vault.Open(dir, vault.Options{WrappingKey: file})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	seal(t, v, "maya", "Maya Okafor")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, vault.WrappingFile)); err == nil {
		t.Error("there is a wrapping key beside the keys")
	}
}

func TestRotationMakesOldCopiesUseless(t *testing.T) {
	r := rotate(t)
	if bytes.Contains(r.newWrapping, bytes.Fields(r.wrapping)[len(bytes.Fields(r.wrapping))-1]) {
		t.Error("the old wrapping key is still there")
	}
	dir := t.TempDir()
	put(t, r.keys, dir, vault.File)
	put(t, r.newWrapping, dir, vault.WrappingFile)
	refused(t, dir, "WRONG_WRAPPING_KEY")
}

// A crash leaves one of these, and the vault opens with each and forgets the other key.
func TestRotationCanStopAnywhere(t *testing.T) {
	r := rotate(t)
	secretOf := func(file []byte) []byte { return file[bytes.IndexByte(file, '\n')+1:] }
	both := append(bytes.Clone(r.wrapping), secretOf(r.newWrapping)...)
	for name, c := range map[string]struct{ keys, wrapping, begun []byte }{
		"before":                      {r.keys, r.wrapping, nil},
		"the new key half written":    {r.keys, r.wrapping, both[:len(both)-9]},
		"the new key beside the old":  {r.keys, both, nil},
		"all keys wrapped anew":       {r.newKeys, both, nil},
		"the old key about to go":     {r.newKeys, both, r.newWrapping},
		"the old key gone, just done": {r.newKeys, r.newWrapping, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, c.keys, dir, vault.File)
			put(t, c.wrapping, dir, vault.WrappingFile)
			if c.begun != nil {
				put(t, c.begun, dir, vault.WrappingFile+".new")
			}
			once(t, dir, func(v *vault.Vault) { opens(t, v, r.maya, "Maya Okafor"); sound(t, v) })
			want := r.wrapping
			if bytes.Equal(c.keys, r.newKeys) {
				want = r.newWrapping
			}
			if got := read(t, dir, vault.WrappingFile); !bytes.Equal(got, want) {
				t.Errorf("the wrapping key is now\n%swant\n%s", got, want)
			}
			if files, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(files) != 2 {
				t.Errorf("found %q, %v", files, err)
			}
		})
	}
}

const rotateIn = "GUILDHALL_TEST_ROTATE_IN"

// TestRotatesWithoutEnd is the process that the next test kills.
func TestRotatesWithoutEnd(t *testing.T) {
	dir := os.Getenv(rotateIn)
	if dir == "" {
		t.Skip("only runs as a process of TestRotationSurvivesKills")
	}
	v := open(t, dir)
	for {
		if _, err := v.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		fmt.Println("rotated")
	}
}

func TestRotationSurvivesKills(t *testing.T) {
	dir := t.TempDir()
	sealed := map[domain.Sealed]string{}
	once(t, dir, func(v *vault.Vault) {
		for p := range 50 {
			text := fmt.Sprintf("remark about %d", p)
			sealed[seal(t, v, domain.PersonID(fmt.Sprintf("person-%d", p)), text)] = text
		}
	})
	first := read(t, dir, vault.WrappingFile)
	for kill := range 12 {
		process := exec.Command(os.Args[0], "-test.run=^TestRotatesWithoutEnd$")
		process.Env = append(os.Environ(), rotateIn+"="+dir)
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(kill*7) * time.Millisecond)
		if err := process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		process.Wait()
		once(t, dir, func(v *vault.Vault) {
			for s, text := range sealed {
				opens(t, v, s, text)
			}
			sound(t, v)
		})
	}
	if last := read(t, dir, vault.WrappingFile); bytes.Equal(first, last) || bytes.Count(last, []byte("\n")) != 2 {
		t.Errorf("the wrapping key is\n%s", last)
	}
}

// old makes a directory as it was when each person had one plain key.
func old(t *testing.T) (dir string, secret []byte, sealed domain.Sealed) {
	t.Helper()
	dir = t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, vault.File)+"?_pragma=journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	secret = []byte("thirty-two bytes of a plain key.")
	_, err = db.Exec(`CREATE TABLE key (person TEXT PRIMARY KEY, secret BLOB NOT NULL) STRICT, WITHOUT ROWID; PRAGMA user_version = 1;
		INSERT INTO key VALUES ('maya', ?)`, secret)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return dir, secret, domain.Sealed("v1.maya." + base64.RawURLEncoding.EncodeToString(key.Seal(nil, nil, []byte("Maya Okafor"), []byte("v1.maya."))))
}

func TestPlainKeysOfOldAreWrapped(t *testing.T) {
	dir, secret, sealed := old(t)
	once(t, dir, func(v *vault.Vault) {
		opens(t, v, sealed, "Maya Okafor")
		opens(t, v, seal(t, v, "maya", "a newer remark"), "a newer remark")
		nowhere(t, dir, secret)
		sound(t, v)
	})
	once(t, dir, func(v *vault.Vault) {
		opens(t, v, sealed, "Maya Okafor")
		if err := v.Erase(t.Context(), "maya"); err != nil {
			t.Fatal(err)
		}
		erased(t, v, sealed)
	})
}

func TestADamagedPlainKeyIsNotWrapped(t *testing.T) {
	dir, _, _ := old(t)
	change(t, dir, `UPDATE key SET secret = x'00'`)
	for range 2 {
		v, err := vault.Open(dir, vault.Options{})
		if err == nil {
			v.Close()
			t.Fatal("opened")
		}
		named(t, err, "maya")
	}
}
