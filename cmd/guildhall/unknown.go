package main

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/projections"
)

// warnOfUnknown logs each kind of fact that only a newer Guildhall knows, once.
func (n *node) warnOfUnknown(ctx context.Context, warned map[string]bool) error {
	unknown, err := n.read.Unknown(ctx)
	for _, u := range unknown {
		if !warned[u.Name] {
			warned[u.Name] = true
			n.zap.Warn("passed over what only a newer Guildhall knows", zap.String("event", u.Name), zap.Int("records", u.Count), zap.Uint64("first", uint64(u.First)))
		}
	}
	return err
}

// passedOver tells in words of facts that there are.
func passedOver(unknown []projections.Unknown) string {
	var names []string
	for _, u := range unknown {
		names = append(names, fmt.Sprintf("%s (%d)", u.Name, u.Count))
	}
	return "passed over what only a newer Guildhall knows: " + strings.Join(names, ", ")
}
