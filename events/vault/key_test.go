package vault

import "testing"

func TestWhatWasDroppedMeanwhileIsNotKept(t *testing.T) {
	key, err := aead(newSecret())
	if err != nil {
		t.Fatal(err)
	}
	var c cache
	before := c.mark()
	c.drop("maya")
	c.keep(before, "maya", "a", key)
	c.sealWith(before, "maya", "a")
	if _, ok := c.key("maya", "a"); ok {
		t.Error("a key that was looked up before its person was erased is used after it")
	}
	after := c.mark()
	c.keep(after, "maya", "a", key)
	c.sealWith(after, "maya", "a")
	if id, _, ok := c.sealing("maya"); !ok || id != "a" {
		t.Errorf("a key is not kept: %q", id)
	}
}
