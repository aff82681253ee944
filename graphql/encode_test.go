package graphql

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestTextsAreEscapedWhereverTheyNeedIt puts every byte, and some that belong together, at every
// place of texts that are looked at eight bytes at a time.
func TestTextsAreEscapedWhereverTheyNeedIt(t *testing.T) {
	odd := []string{"é", "日", "\u2028", "\u2029", "🩺", "\xf0\x9f", "\"\\", "\xff\""}
	for c := range 256 {
		odd = append(odd, string([]byte{byte(c)}))
	}
	for _, c := range odd {
		for before := range 18 {
			for _, after := range []int{0, 1, 7, 9} {
				text := strings.Repeat("a", before) + c + strings.Repeat("z", after)
				written := appendString(nil, text)
				var read string
				if err := json.Unmarshal(written, &read); err != nil || read != string([]rune(text)) {
					t.Fatalf("%q is written as %s and read as %q (%v)", text, written, read, err)
				}
				if strings.ContainsAny(string(written), "\u2028\u2029") {
					t.Fatalf("%q is written as %s", text, written)
				}
			}
		}
	}
}
