package graphql

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/manifest"
)

// TestTheFiguresOfLimitsAreTold holds docs/graphql.md against the program.
func TestTheFiguresOfLimitsAreTold(t *testing.T) {
	text, err := os.ReadFile("../docs/graphql.md")
	check(t, err)
	for _, row := range []string{
		fmt.Sprintf("| body, or message of a socket | %d bytes |", maxBody),
		fmt.Sprintf("| document | %d bytes, %d tokens |", maxDocument, maxTokens),
		fmt.Sprintf("| fragments of a document | %d |", maxSpreads),
		fmt.Sprintf("| values in variables | %d |", maxValues),
		fmt.Sprintf("| fields within fields | %d |", maxDepth),
		fmt.Sprintf("| aliases and fields of the root | %d |", maxAliases),
		fmt.Sprintf("| objects that an operation may return | %d |", maxNodes),
		fmt.Sprintf("| `first` | %d, of the feed %d |", maxPage, maxFeed),
		fmt.Sprintf("| response | %d bytes |", maxResponse),
		fmt.Sprintf("| execution | %v |", strings.Replace(deadline.String(), "s", " s", 1)),
		fmt.Sprintf("| requests of a client at once | %d |", maxAtOnce),
		fmt.Sprintf("| streams of a client at once, and sockets | %d |", maxStreams),
		fmt.Sprintf("| points of a client | %d, one back every %d ms |", maxPoints, pointEvery.Milliseconds()),
		fmt.Sprintf("| objects for a point | %d |", perPoint),
		fmt.Sprintf("| points for a field of a mutation besides | %d |", forMutation),
		fmt.Sprintf("on record, up to %d of %d bytes together", manifest.MaxDocuments, manifest.MaxBytes),
		fmt.Sprintf("| requests from one address with tokens that do not count | %d, one more every %d ms |", maxStrangers, strangerEvery.Milliseconds()),
	} {
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/graphql.md does not say %s", row)
		}
	}
}
