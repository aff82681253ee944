package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A secretPayload is the outcome of a mutation, with the secret that it brought.
type secretPayload struct {
	payload
	secret string
}

func secretPayloadType(name, noun string) binding {
	return object(name, joined(
		payloadFields(noun, func(p secretPayload) payload { return p.payload }),
		map[string]field[secretPayload]{"secret": get(func(p secretPayload) any { return optional(p.secret) })}))
}

var (
	clientPayloadType  = secretPayloadType("PartnerClientPayload", "client")
	webhookPayloadType = secretPayloadType("WebhookPayload", "webhook")
)

// bringing is the field of Mutation that does what run does, and tells of the secret that it
// brought, if any.
func (s *Server) bringing(name string, c command, run func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, string, error)) field[root] {
	return ask(func(ctx context.Context, _ root, a args) (any, error) {
		by, err := asker(ctx)
		if err != nil {
			return nil, err
		}
		var secret string
		mine := c // each request has a secret of its own
		mine.run = func(ctx context.Context, a desk.Ask, in args) (changed domain.Stream, at position, err error) {
			changed, at, secret, err = run(ctx, a, in)
			return changed, at, err
		}
		p, err := s.do(ctx, by, name, mine, a.input("input"))
		if r := domain.AsRefusal(err); r != nil {
			return secretPayload{payload: payload{refused: r}}, nil
		}
		return secretPayload{p, secret}, err
	})
}
