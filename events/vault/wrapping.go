package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A wrapping encrypts the keys of people. Its epoch tells it from those before and after it.
type wrapping struct {
	epoch  uint64
	secret []byte
	cipher cipher.AEAD
}

const keyBytes = 32

func newSecret() []byte {
	secret := make([]byte, keyBytes)
	rand.Read(secret)
	return secret
}

func aead(secret []byte) (cipher.AEAD, error) {
	if len(secret) != keyBytes {
		return nil, fmt.Errorf("a key of %d bytes is not a key", len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func wrappingOf(epoch uint64, secret []byte) (wrapping, error) {
	c, err := aead(secret)
	return wrapping{epoch, secret, c}, err
}

// seal wraps a key of a person.
func (w wrapping) seal(person domain.PersonID, id string, secret []byte) []byte {
	return w.cipher.Seal(nil, nil, secret, []byte("key."+string(person)+"."+id))
}

func (w wrapping) open(person domain.PersonID, id string, wrapped []byte) ([]byte, error) {
	secret, err := w.cipher.Open(nil, nil, wrapped, []byte("key."+string(person)+"."+id))
	if err != nil {
		return nil, fmt.Errorf("vault: the key %s of %s is damaged: %w", id, person, err)
	}
	return secret, nil
}

// prove makes what only the holder of the wrapping key can make about a claim.
func (w wrapping) prove(claim string) []byte { return w.cipher.Seal(nil, nil, nil, []byte(claim)) }

func (w wrapping) proves(claim string, proof []byte) bool {
	_, err := w.cipher.Open(nil, nil, proof, []byte(claim))
	return err == nil
}

func (w wrapping) claim() string                { return fmt.Sprintf("wrapping.%d", w.epoch) }
func erasedClaim(person domain.PersonID) string { return "erased." + string(person) }

const wrappingHead = "# Wrapping key of a Guildhall vault: its number and the key. Keep a copy apart from keys.db.\n"

// readWrapping returns the wrapping keys in a file by their epochs: one, or two while one
// follows the other. It is fs.ErrNotExist if there is no file.
func readWrapping(path string) (map[uint64]wrapping, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	known := map[uint64]wrapping{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		number, key, _ := strings.Cut(line, " ")
		epoch, err := strconv.ParseUint(number, 10, 62)
		secret, bad := encoding.DecodeString(key)
		w, short := wrappingOf(epoch, secret)
		if err := errors.Join(err, bad, short); err != nil {
			return nil, domain.Refuse(domain.Conflict, "WRONG_WRAPPING_KEY", "%s is not a wrapping key, or was damaged. Put it back from the backup.", path)
		}
		known[epoch] = w
	}
	if len(known) == 0 {
		return nil, domain.Refuse(domain.Conflict, "WRONG_WRAPPING_KEY", "%s holds no wrapping key. Put it back from the backup.", path)
	}
	return known, nil
}

// writeWrapping replaces the file at path by one with ws, and then writes over what the
// old one held. It is durable on return, and at every moment there is one or the other.
func writeWrapping(path string, ws ...wrapping) (err error) {
	text := []byte(wrappingHead)
	for _, w := range ws {
		text = fmt.Appendf(text, "%d %s\n", w.epoch, encoding.EncodeToString(w.secret))
	}
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != nil {
		defer func() { err = errors.Join(err, old.Close()) }()
	}
	fresh := path + ".new"
	if err := writeDurably(fresh, text); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(path)); err != nil || old == nil {
		return err
	}
	return blot(old)
}

func writeDurably(path string, text []byte) error {
	if err := discard(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// discard removes a file that a crash left behind, and what it held.
func discard(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(blot(f), f.Close(), os.Remove(path))
}

// blot writes over all that a file holds.
func blot(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{'#'}, int(info.Size())), 0)
	return errors.Join(err, f.Sync())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
