package vault

import (
	"context"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

// Others reach the vaults of the other nodes of a cluster. What they carry must be
// encrypted on its way, and must come from nodes of the cluster only: it holds plain keys.
type Others interface {
	// Ask has every other node Answer a request, and returns the answers of those that
	// gave one in time. It fails only if it could not ask.
	Ask(ctx context.Context, request []byte) (replies [][]byte, err error)
}

// A request is what one node asks the others.
type request struct {
	Do     verb            `json:"do"`
	Person domain.PersonID `json:"person,omitempty"`
	Key    string          `json:"key,omitempty"`
	Secret []byte          `json:"secret,omitempty"`
}

type verb string

const (
	hold verb = "hold" // this key, durably
	want verb = "want" // this key
	list verb = "list" // keys from the one after this on, in the order of person and key
)

// A reply is what one node answers.
type reply struct {
	Held   bool       `json:"held,omitempty"`
	Erased bool       `json:"erased,omitempty"` // the person asked about was
	Keys   []portable `json:"keys,omitempty"`
	Fault  string     `json:"fault,omitempty"`
}

// A portable is a plain key on its way.
type portable struct {
	Person domain.PersonID `json:"person"`
	Key    string          `json:"key"`
	Secret []byte          `json:"secret"`
}

func (k portable) valid() error {
	if !domain.ValidID(k.Person) || !domain.ValidID(k.Key) || len(k.Secret) != keyBytes {
		return fmt.Errorf("vault: %q of %q with %d bytes is not a key", k.Key, k.Person, len(k.Secret))
	}
	return nil
}

// listed is how many keys one reply lists at most.
const listed = 500

// Answer answers what another node asks. It never fails: what is wrong is part of the answer.
func (v *Vault) Answer(ctx context.Context, asked []byte) []byte {
	var q request
	err := json.Unmarshal(asked, &q)
	var r reply
	if err == nil {
		r, err = v.answer(ctx, q)
	}
	if errors.Is(err, ErrErased) {
		r, err = reply{Erased: true}, nil
	}
	if err != nil {
		r = reply{Fault: err.Error()}
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil
	}
	return text
}

func (v *Vault) answer(ctx context.Context, q request) (reply, error) {
	switch q.Do {
	case hold:
		return v.take(ctx, portable{q.Person, q.Key, q.Secret})
	case want:
		r, err := v.stored(ctx, q.Person, `AND id = ?`, q.Key)
		switch {
		case errors.Is(err, ErrMissing):
			return reply{}, nil
		case err != nil:
			return reply{}, err
		}
		return reply{Keys: []portable{{r.person, r.id, r.blob}}}, nil
	case list:
		return v.list(ctx, q)
	}
	return reply{}, fmt.Errorf("vault: nothing is known of %q", q.Do)
}

// take keeps another node's key. It is ErrErased for somebody who was erased.
func (v *Vault) take(ctx context.Context, k portable) (reply, error) {
	if err := k.valid(); err != nil {
		return reply{}, err
	}
	if _, err := v.store(ctx, k.Person, k.Key, k.Secret, always); err != nil {
		return reply{}, err
	}
	held, err := v.stored(ctx, k.Person, `AND id = ?`, k.Key)
	return reply{Held: string(held.blob) == string(k.Secret)}, err
}

func (v *Vault) list(ctx context.Context, q request) (reply, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	rows, err := keysOf(ctx, v.db, `SELECT person, id, wrapped FROM data_key WHERE person > ?1 OR person = ?1 AND id > ?2 ORDER BY person, id LIMIT ?3`, q.Person, q.Key, listed)
	var out reply
	for _, r := range rows {
		secret, err := v.wrap.open(r.person, r.id, r.blob)
		if err != nil {
			return reply{}, err
		}
		out.Keys = append(out.Keys, portable{r.person, r.id, secret})
	}
	return out, err
}

// ask returns what the others answer. What is wrong with those that failed is joined in
// the error; the answers stand nevertheless.
func (v *Vault) ask(ctx context.Context, q request) (replies []reply, err error) {
	if v.options.Others == nil {
		return nil, nil
	}
	text, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	answers, err := v.options.Others.Ask(ctx, text)
	for _, a := range answers {
		var r reply
		if bad := json.Unmarshal(a, &r); bad != nil {
			err = errors.Join(err, fmt.Errorf("answer of another node: %w", bad))
			continue
		}
		if r.Fault != "" {
			err = errors.Join(err, fmt.Errorf("another node: %s", r.Fault))
			continue
		}
		replies = append(replies, r)
	}
	return replies, err
}

// share returns once most nodes of the cluster hold a key of this node.
func (v *Vault) share(ctx context.Context, k row) error {
	holders, need := 1, v.options.Nodes/2+1
	if holders >= need {
		return nil
	}
	replies, err := v.ask(ctx, request{Do: hold, Person: k.person, Key: k.id, Secret: k.blob})
	for _, r := range replies {
		if r.Erased {
			return ErrErased
		}
		if r.Held {
			holders++
		}
	}
	if holders < need {
		return errors.Join(domain.Refuse(domain.Busy, "KEY_NOT_SHARED",
			"Too few nodes answer: %d of %d keep what is needed to read this text again, and %d must. Try again in a moment.", holders, v.options.Nodes, need), err)
	}
	return nil
}

// fetch gets the key of a text from the others and keeps it, if it is the right one. That
// somebody was erased counts more than that a key of theirs is left somewhere.
func (v *Vault) fetch(ctx context.Context, f form) (cipher.AEAD, error) {
	replies, err := v.ask(ctx, request{Do: want, Person: f.person, Key: f.key})
	var found []portable
	for _, r := range replies {
		if r.Erased {
			return nil, ErrErased
		}
		found = append(found, r.Keys...)
	}
	for _, k := range found {
		key, bad := aead(k.Secret)
		if bad == nil {
			_, bad = f.open(key)
		}
		if bad != nil {
			err = errors.Join(err, fmt.Errorf("key of another node: %w", bad))
			continue
		}
		if _, err := v.take(ctx, portable{f.person, f.key, k.Secret}); err != nil {
			return nil, err
		}
		return v.key(ctx, f.person, f.key)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrMissing, err)
	}
	return nil, ErrMissing
}

// Gather gets from the other nodes every key that this one lacks, so that each is on as
// many nodes as there are, and returns how many those were. Without it a node gets a key
// when it is needed.
func (v *Vault) Gather(ctx context.Context) (got int, err error) {
	for at, more := (request{Do: list}), true; more; {
		replies, err := v.ask(ctx, at)
		if err != nil {
			return got, fmt.Errorf("vault: gather: %w", err)
		}
		more = false
		for _, r := range replies {
			n, err := v.gain(ctx, r.Keys)
			if got += n; err != nil {
				return got, fmt.Errorf("vault: gather: %w", err)
			}
			if len(r.Keys) < listed {
				continue
			}
			last := request{Do: list, Person: r.Keys[listed-1].Person, Key: r.Keys[listed-1].Key}
			if !more || last.before(at) {
				at, more = last, true
			}
		}
	}
	return got, nil
}

func (q request) before(o request) bool {
	return q.Person < o.Person || q.Person == o.Person && q.Key < o.Key
}

// gain keeps those keys of another node that this one lacks.
func (v *Vault) gain(ctx context.Context, keys []portable) (fresh int, err error) {
	for _, k := range keys {
		if err := k.valid(); err != nil {
			return fresh, err
		}
		stored, err := v.store(ctx, k.Person, k.Key, k.Secret, always)
		if err != nil {
			return fresh, err
		}
		if stored {
			fresh++
		}
	}
	return fresh, nil
}
