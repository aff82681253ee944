package vault

import (
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A form is a sealed text in its parts.
type form struct {
	person domain.PersonID
	key    string
	old    bool   // v1, which does not name the key
	sealed []byte // nonce and ciphertext
}

// firstKey is the id of the key that somebody had before keys had ids. No key made later
// has it.
const firstKey = "1"

var encoding = base64.RawURLEncoding.Strict()

// label is what stands before the ciphertext and is authenticated with it.
func (f form) label() string {
	if f.old {
		return "v1." + string(f.person) + "."
	}
	return "v2." + string(f.person) + "." + f.key + "."
}

func (f form) seal(key cipher.AEAD, text string) domain.Sealed {
	label := f.label()
	return domain.Sealed(label + encoding.EncodeToString(key.Seal(nil, nil, []byte(text), []byte(label))))
}

func (f form) open(key cipher.AEAD) (string, error) {
	text, err := key.Open(nil, nil, f.sealed, []byte(f.label()))
	if err != nil {
		return "", fmt.Errorf("vault: text sealed for %s was altered: %w", f.person, err)
	}
	return string(text), nil
}

func parse(s domain.Sealed) (form, error) {
	parts := strings.Split(string(s), ".")
	f := form{key: firstKey}
	switch {
	case len(parts) == 3 && parts[0] == "v1":
		f.old = true
	case len(parts) == 4 && parts[0] == "v2":
		f.key = parts[2]
	default:
		return f, errors.New("vault: not a sealed text")
	}
	f.person = domain.PersonID(parts[1])
	if !domain.ValidID(f.person) || !domain.ValidID(f.key) {
		return f, errors.New("vault: not a sealed text")
	}
	var err error
	if f.sealed, err = encoding.DecodeString(parts[len(parts)-1]); err != nil {
		return f, fmt.Errorf("vault: text sealed for %s: %w", f.person, err)
	}
	return f, nil
}
