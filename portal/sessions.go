package portal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Keep holds things for a time, for all nodes. Keys are letters, digits and dots.
type Keep interface {
	Get(ctx context.Context, key string) ([]byte, error) // nil if nothing is kept
	Put(ctx context.Context, key string, value []byte, until time.Time) error
	// End ends what is kept under a key; putting it does nothing until a time.
	End(ctx context.Context, key string, until time.Time) error
	Keys(ctx context.Context, prefix string) ([]string, error)
}

// Sessions are kept under the hash of their token and encrypted under a key made of it, so what
// is kept tells nothing without the cookie of the browser. It implements scs.CtxStore.
type sessions struct {
	keep Keep

	mu     sync.Mutex
	recent map[string]committed
}

// committed is what is kept of a session, as this node saw it last.
type committed struct {
	sum   [sha256.Size]byte
	until time.Time
}

const (
	mostRecent = 10_000
	lazily     = time.Minute // a session that is as it was is kept anew no sooner
)

func (s *sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	key := sessionKey(token)
	sealed, err := s.keep.Get(ctx, key)
	if err != nil || sealed == nil {
		return nil, false, err
	}
	box, err := boxOf(token)
	if err != nil {
		return nil, false, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, false, nil
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(key))
	if err != nil || len(plain) < 8 {
		return nil, false, nil // of another token, or damaged: nobody is signed in
	}
	s.saw(key, plain[8:], time.Unix(int64(binary.BigEndian.Uint64(plain)), 0))
	return plain[8:], true, nil
}

func (s *sessions) CommitCtx(ctx context.Context, token string, b []byte, until time.Time) error {
	key := sessionKey(token)
	if s.asItWas(key, b, until) {
		return nil
	}
	box, err := boxOf(token)
	if err != nil {
		return err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	plain := append(binary.BigEndian.AppendUint64(nil, uint64(until.Unix())), b...)
	if err := s.keep.Put(ctx, key, box.Seal(nonce, nonce, plain, []byte(key)), until); err != nil {
		return err
	}
	s.saw(key, b, until)
	return nil
}

func (s *sessions) DeleteCtx(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return s.keep.End(ctx, sessionKey(token), time.Now().Add(SessionLife))
}

func (s *sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s *sessions) Commit(token string, b []byte, until time.Time) error {
	return s.CommitCtx(context.Background(), token, b, until)
}

func (s *sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func (s *sessions) saw(key string, b []byte, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old := range s.recent {
		if len(s.recent) < mostRecent {
			break
		}
		delete(s.recent, old)
	}
	s.recent[key] = committed{sha256.Sum256(b), until}
}

func (s *sessions) asItWas(key string, b []byte, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, known := s.recent[key]
	return known && was.sum == sha256.Sum256(b) && until.Sub(was.until) < lazily
}

// sessionKey is under what a session is kept.
func sessionKey(token string) string { return "s." + hashed(token) }

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// boxOf encrypts the session of a token.
func boxOf(token string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(token), nil, "guildhall session", 32)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return cipher.NewGCM(block)
}

// plainly writes sessions down so that the same is written the same.
type plainly struct{}

type written struct {
	Until  time.Time      `json:"until"`
	Values map[string]any `json:"values"`
}

func (plainly) Encode(until time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(written{until, values})
}

func (plainly) Decode(b []byte) (time.Time, map[string]any, error) {
	w := written{Values: map[string]any{}}
	err := json.Unmarshal(b, &w)
	return w.Until, w.Values, err
}

// A stay is a session as its person sees it in a list.
type stay struct {
	Device string    `json:"device"` // "Firefox, Windows"
	Since  time.Time `json:"since"`
	Seen   time.Time `json:"seen"` // to the minute

	token string // hashed
}

// staysOf is under what the sessions of a person are listed.
func staysOf(id domain.PersonID) string { return "p." + hashed(string(id))[:32] + "." }

// note lists the session that the visit is in, and when it was last used, to the minute.
func (v *visit) note() error {
	now := time.Now().UTC()
	minute := now.Truncate(time.Minute).Format(time.RFC3339)
	if v.sessions.GetString(v.ctx(), seenKey) == minute {
		return nil
	}
	since, err := time.Parse(time.RFC3339, v.sessions.GetString(v.ctx(), sinceKey))
	if err != nil {
		since = now
		v.sessions.Put(v.ctx(), sinceKey, since.Format(time.RFC3339))
	}
	v.sessions.Put(v.ctx(), seenKey, minute)
	text, err := json.Marshal(stay{Device: device(v.r.UserAgent()), Since: since, Seen: now.Truncate(time.Minute)})
	if err != nil {
		return err
	}
	until := v.sessions.Deadline(v.ctx())
	if idle := now.Add(idleTime); idle.Before(until) {
		until = idle
	}
	return v.Sessions.Put(v.ctx(), v.entry(), text, until)
}

// entry is where the session of the visit is listed.
func (v *visit) entry() string {
	return staysOf(domain.PersonID(v.sessions.GetString(v.ctx(), personKey))) + hashed(v.sessions.Token(v.ctx()))
}

// unlist takes the session of the visit from the list, if it is there.
func (v *visit) unlist() error {
	if v.sessions.GetString(v.ctx(), personKey) == "" || v.sessions.Token(v.ctx()) == "" {
		return nil
	}
	return v.Sessions.End(v.ctx(), v.entry(), time.Now().Add(SessionLife))
}

// stays are the sessions of the viewer.
func (v *visit) stays() (all []stay, err error) {
	prefix := staysOf(v.who.ID)
	keys, err := v.Sessions.Keys(v.ctx(), prefix)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		text, err := v.Sessions.Get(v.ctx(), key)
		if err != nil {
			return nil, err
		}
		s := stay{token: key[len(prefix):]}
		if text == nil || json.Unmarshal(text, &s) != nil {
			continue // it ended meanwhile
		}
		all = append(all, s)
	}
	return all, nil
}

// leaveStay ends a session of the viewer.
func (v *visit) leaveStay(s stay) error {
	until := time.Now().Add(SessionLife)
	if err := v.Sessions.End(v.ctx(), "s."+s.token, until); err != nil {
		return err
	}
	return v.Sessions.End(v.ctx(), staysOf(v.who.ID)+s.token, until)
}
