package graphql_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
)

// TestADigestIsWhatACopyAddsUpTo adds up what the feed told by the published rule.
func TestADigestIsWhatACopyAddsUpTo(t *testing.T) {
	h, _ := sharing(t)
	sums, counts := map[int][8]byte{}, map[int]int{}
	told := h.ask("lakeshore", `{changes{upToDate changes{...on Upsert{position node{id}}}}}`).list("data.changes.changes")
	first := ""
	for _, c := range told {
		u := c.(map[string]any)
		id := u["node"].(map[string]any)["id"].(string)
		b := int(sha256.Sum256([]byte(id))[0])
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s", id, u["position"]))
		s := sums[b]
		for i := range s {
			s[i] ^= sum[i]
		}
		sums[b] = s
		counts[b]++
		if first == "" {
			first = id
		}
	}
	all := h.ask("lakeshore", `{digest{count position buckets{index count sum entries{id}}}}`)
	if len(told) < 3 || all.get("data.digest.count") != float64(len(told)) || len(all.list("data.digest.buckets")) != len(sums) {
		t.Fatalf("%d objects were told, the digest is %s", len(told), all.text)
	}
	for _, b := range all.list("data.digest.buckets") {
		b := b.(map[string]any)
		i := int(b["index"].(float64))
		if b["sum"] != fmt.Sprintf("%x", sums[i]) || b["count"] != float64(counts[i]) || len(b["entries"].([]any)) > 0 {
			t.Errorf("bucket %d is %v, and adds up to %x of %d", i, b, sums[i], counts[i])
		}
	}
	index := sha256.Sum256([]byte(first))[0]
	one := h.ask("lakeshore", fmt.Sprintf(`{digest(buckets:[%d]){buckets{index entries{id position}}}}`, index))
	if !strings.Contains(one.text, `"id":"`+first+`"`) || len(one.list("data.digest.buckets")) != 1 {
		t.Errorf("%s is not among %s", first, one.text)
	}
	if none := h.ask("harbor", `{digest{count buckets{sum}}}`); none.get("data.digest.count") != 0.0 || len(none.list("data.digest.buckets")) > 0 {
		t.Errorf("who is shown nothing is told %s", none.text)
	}
	for _, buckets := range []string{"256", "-1", strings.Repeat("1 ", 17)} {
		if code := h.code("lakeshore", `{digest(buckets:[`+buckets+`]){count}}`); code != "BAD_BUCKETS" {
			t.Errorf("%s: %s", buckets, code)
		}
	}
	if code := h.code("lena", `{digest{count}}`); code != "PARTNERS_ONLY" {
		t.Errorf("a coordinator is told %s", code)
	}
}
