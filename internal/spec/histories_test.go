package spec

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAnInvariantIsTriedOnEnoughHistories(t *testing.T) {
	tried := 0
	Histories(t, func(rt *rapid.T) { rapid.Int().Draw(rt, "anything"); tried++ })
	if tried < leastHistories {
		t.Errorf("%d histories were tried", tried)
	}
}
