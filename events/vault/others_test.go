package vault_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// A cluster is the vaults of some nodes, each of which can be up or down.
type cluster struct {
	dirs   []string
	vaults []*vault.Vault

	mu    sync.Mutex
	up    []bool
	asked int
}

// A neighbour is the cluster as one of its nodes sees it.
type neighbour struct {
	*cluster
	self int
}

func (n neighbour) Ask(ctx context.Context, request []byte) (replies [][]byte, err error) {
	n.mu.Lock()
	n.asked++
	if !n.up[n.self] {
		n.mu.Unlock()
		return nil, errors.New("cut off")
	}
	var reached []*vault.Vault
	for i, v := range n.vaults {
		if i != n.self && n.up[i] {
			reached = append(reached, v)
		}
	}
	n.mu.Unlock()
	for _, v := range reached {
		replies = append(replies, v.Answer(ctx, request))
	}
	return replies, nil
}

func (c *cluster) set(up ...bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.up = up
}

func (c *cluster) questions() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// reopen starts a node anew, in its directory or in another.
func (c *cluster) reopen(t *testing.T, node int, dir string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.vaults[node]; old != nil {
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
	}
	v, err := vault.Open(dir, vault.Options{Others: neighbour{c, node}, Nodes: len(c.vaults)})
	if err != nil {
		t.Fatal(err)
	}
	c.dirs[node], c.vaults[node], c.up[node] = dir, v, true
}

func three(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{dirs: make([]string, 3), vaults: make([]*vault.Vault, 3), up: make([]bool, 3)}
	for i := range 3 {
		c.reopen(t, i, t.TempDir())
	}
	t.Cleanup(func() {
		for _, v := range c.vaults {
			v.Close()
		}
	})
	return c
}

func TestWhatOneNodeSealsEveryNodeReads(t *testing.T) {
	c := three(t)
	for i, v := range c.vaults {
		s := seal(t, v, "maya", fmt.Sprintf("remark %d", i))
		for _, other := range c.vaults {
			opens(t, other, s, fmt.Sprintf("remark %d", i))
		}
	}
	for _, dir := range c.dirs {
		if n := len(wrappedKeys(t, dir, "maya")); n != 1 {
			t.Errorf("a node holds %d keys", n)
		}
	}
}

func TestANodeThatWasDownGetsAKeyLater(t *testing.T) {
	c := three(t)
	c.set(true, true, false)
	s := seal(t, c.vaults[0], "maya", "Maya Okafor")
	if n := len(wrappedKeys(t, c.dirs[1], "maya")); n != 1 {
		t.Fatalf("the second node holds %d keys", n)
	}
	if text, err := c.vaults[2].Unseal(t.Context(), s); !errors.Is(err, vault.ErrMissing) || errors.Is(err, vault.ErrErased) {
		t.Fatalf("a node that is cut off unsealed %q, %v", text, err)
	}
	c.set(false, true, true)
	opens(t, c.vaults[2], s, "Maya Okafor")
	c.set(false, false, true)
	c.reopen(t, 2, c.dirs[2])
	opens(t, c.vaults[2], s, "Maya Okafor")
}

func TestAKeyThatTooFewNodesHoldIsNotUsed(t *testing.T) {
	c := three(t)
	c.set(true, false, false)
	s, err := c.vaults[0].Seal(t.Context(), "maya", "Maya Okafor")
	if r := domain.AsRefusal(err); r == nil || r.Code != "KEY_NOT_SHARED" {
		t.Fatalf("sealed %q, %v", s, err)
	}
	c.set(true, true, false)
	s = seal(t, c.vaults[0], "maya", "Maya Okafor")
	c.set(false, true, false)
	opens(t, c.vaults[1], s, "Maya Okafor")
	if n := len(wrappedKeys(t, c.dirs[1], "maya")); n != 1 {
		t.Errorf("the second node holds %d keys", n)
	}
}

func TestAKeyIsOfferedOnceForAsLongAsTheNodeRuns(t *testing.T) {
	c := three(t)
	for range 5 {
		seal(t, c.vaults[0], "maya", "a remark")
	}
	if n := c.questions(); n != 1 {
		t.Errorf("the others were asked %d times", n)
	}
}

func TestTwoNodesMakeAKeyAtOnce(t *testing.T) {
	c := three(t)
	for i := range 2 {
		c.set(i == 0, i == 1, false)
		if s, err := c.vaults[i].Seal(t.Context(), "maya", "alone"); err == nil {
			t.Fatalf("sealed %q alone", s)
		}
	}
	var sealed [2]domain.Sealed
	for i := range 2 {
		c.set(i == 0, i == 1, true)
		sealed[i] = seal(t, c.vaults[i], "maya", fmt.Sprintf("from node %d", i))
	}
	if n := len(wrappedKeys(t, c.dirs[2], "maya")); n != 2 {
		t.Errorf("the third node holds %d keys", n)
	}
	c.set(true, true, true)
	for _, v := range c.vaults {
		for i, s := range sealed {
			opens(t, v, s, fmt.Sprintf("from node %d", i))
		}
	}
}

func TestManyNodesSealForOnePersonAtOnce(t *testing.T) {
	c := three(t)
	var mu sync.Mutex
	sealed := map[domain.Sealed]string{}
	var wg sync.WaitGroup
	for w := range 9 {
		wg.Go(func() {
			for n := range 5 {
				text := fmt.Sprintf("remark %d of %d", n, w)
				s, err := c.vaults[w%3].Seal(t.Context(), "maya", text)
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
	for _, v := range c.vaults {
		for s, text := range sealed {
			opens(t, v, s, text)
		}
		sound(t, v)
	}
}

func TestAnErasureWinsOverALateKey(t *testing.T) {
	c := three(t)
	s := seal(t, c.vaults[0], "maya", "Maya Okafor")
	c.set(true, true, false)
	for _, v := range c.vaults[:2] {
		if err := v.Erase(t.Context(), "maya"); err != nil {
			t.Fatal(err)
		}
	}
	c.set(true, true, true)
	opens(t, c.vaults[2], s, "Maya Okafor") // it has not heard of it yet
	c.reopen(t, 2, c.dirs[2])
	if s, err := c.vaults[2].Seal(t.Context(), "maya", "a late remark"); !errors.Is(err, vault.ErrErased) {
		t.Errorf("sealed %q, %v", s, err)
	}
	for i, v := range c.vaults[:2] {
		erased(t, v, s)
		if n := len(wrappedKeys(t, c.dirs[i], "maya")); n != 0 {
			t.Errorf("node %d took %d keys of somebody erased", i, n)
		}
		if n, err := v.Gather(t.Context()); err != nil || n != 0 {
			t.Errorf("gathered %d, %v", n, err)
		}
	}
	if err := c.vaults[2].Erase(t.Context(), "maya"); err != nil {
		t.Fatal(err)
	}
	erased(t, c.vaults[2], s)
}

func TestANodeThatLacksAKeyHearsOfTheErasure(t *testing.T) {
	c := three(t)
	c.set(true, true, false)
	s := seal(t, c.vaults[0], "maya", "Maya Okafor")
	if err := c.vaults[0].Erase(t.Context(), "maya"); err != nil {
		t.Fatal(err)
	}
	c.set(true, true, true) // the second node still has the key
	erased(t, c.vaults[2], s)
	if n := len(wrappedKeys(t, c.dirs[2], "maya")); n != 0 {
		t.Errorf("it took %d keys", n)
	}
}

func TestAnEmptyNodeGathersEverything(t *testing.T) {
	c := three(t)
	c.set(true, true, false)
	sealed := map[domain.Sealed]string{}
	for n := range 1203 {
		if n == 700 {
			c.set(true, false, true)
			c.reopen(t, 2, t.TempDir())
		}
		text := fmt.Sprintf("remark %d", n)
		sealed[seal(t, c.vaults[0], domain.PersonID(fmt.Sprintf("person-%d", n)), text)] = text
	}
	c.reopen(t, 1, t.TempDir())
	c.set(true, true, true)
	if n, err := c.vaults[1].Gather(t.Context()); err != nil || n != 1203 {
		t.Fatalf("gathered %d, %v", n, err)
	}
	if n, err := c.vaults[1].Gather(t.Context()); err != nil || n != 0 {
		t.Fatalf("gathered %d again, %v", n, err)
	}
	c.set(false, true, false)
	for s, text := range sealed {
		opens(t, c.vaults[1], s, text)
	}
}

// A node answers whatever comes, and keeps nothing that is no key.
func TestAnAnswerToNonsense(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	for _, q := range []string{``, `{`, `{"do":"dance","person":"maya","key":"a"}`, `{"do":"hold","person":"maya","key":"a","secret":"AAAA"}`,
		`{"do":"hold","person":"Maya","key":"a"}`, `{"do":"want","person":"maya","key":"a"}`, `{"do":"list"}`} {
		if a := v.Answer(t.Context(), []byte(q)); len(a) < 2 || a[0] != '{' {
			t.Errorf("%s: %s", q, a)
		}
	}
	for _, person := range []string{"maya", "Maya"} {
		if n := len(wrappedKeys(t, dir, person)); n != 0 {
			t.Errorf("holds %d keys of %s", n, person)
		}
	}
}

// deceiver is a cluster in which the others answer with a key that is not the right one.
type deceiver struct{ answer string }

func (d deceiver) Ask(context.Context, []byte) ([][]byte, error) {
	return [][]byte{[]byte(d.answer)}, nil
}

func TestAWrongKeyOfAnotherNodeIsNotKept(t *testing.T) {
	s := seal(t, open(t, t.TempDir()), "maya", "Maya Okafor")
	for _, answer := range []string{`{"keys":[{"person":"maya","key":"a","secret":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}]}`, `{"keys":[{"secret":"AAAA"}]}`, `nonsense`, `{"fault":"busy"}`, `{}`} {
		dir := t.TempDir()
		v, err := vault.Open(dir, vault.Options{Others: deceiver{answer}, Nodes: 2})
		if err != nil {
			t.Fatal(err)
		}
		if text, err := v.Unseal(t.Context(), s); !errors.Is(err, vault.ErrMissing) {
			t.Errorf("%s: unsealed %q, %v", answer, text, err)
		}
		if n := len(wrappedKeys(t, dir, "maya")); n != 0 {
			t.Errorf("%s: %d keys were kept", answer, n)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
