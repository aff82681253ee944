package jetstream

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Bus carries requests from one node to all others. What it carries is encrypted, and
// comes from a node that knows the secret; NATS itself need not be trusted.
type Bus struct {
	log    *Log
	name   string
	sealed cipher.AEAD
}

// Bus returns the bus with a name. Without Options.Secret it is refused (NO_SECRET).
func (l *Log) Bus(name string) (*Bus, error) {
	if len(l.o.Secret) < MinSecret {
		return nil, domain.Refuse(domain.Invalid, "NO_SECRET",
			"Nodes share this only under a common secret of at least %d bytes. Give all of them the same one.", MinSecret)
	}
	key, err := derive(l.o.Secret, "bus "+l.o.Name+" "+name)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("jetstream: bus: %w", err)
	}
	sealed, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("jetstream: bus: %w", err)
	}
	return &Bus{l, name, sealed}, nil
}

// runHeader is the header that names the run of the node that asks or answers.
const runHeader = "Guildhall-Run"

// Ask sends request to all other nodes and returns their answers in the order in which
// they came. It ends as soon as Options.Nodes have answered, or after a while: a node that
// is down has no answer.
func (b *Bus) Ask(ctx context.Context, request []byte) ([][]byte, error) {
	n := b.log.node
	wait := n.pace.alone
	if n.Nodes > 0 {
		wait = n.pace.request
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	question := b.sealed.Seal(nil, nil, request, b.context("asks", nil))
	answers := map[string]bool{}
	var replies [][]byte
	err := n.ask(waiting, b.subject(), n.id, question, func(m *nats.Msg) (done bool) {
		from := m.Header.Get(runHeader)
		plain, err := b.sealed.Open(nil, nil, m.Data, b.context("answers "+from, question))
		if err != nil {
			n.Logger.Warn("an answer was not from a node that knows the secret", zap.String("bus", b.name))
			return false
		}
		if !answers[from] {
			answers[from] = true
			replies = append(replies, plain)
		}
		return n.Nodes > 0 && len(replies) >= n.Nodes-1
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = nil
	}
	return replies, err
}

// Serve answers the requests of other nodes, one at a time, until the log is closed; the
// context of answer ends then.
func (b *Bus) Serve(answer func(ctx context.Context, request []byte) []byte) error {
	n := b.log.node
	requests := make(chan *nats.Msg, 256)
	sub, err := n.nc.ChanSubscribe(b.subject(), requests)
	if err != nil {
		return fmt.Errorf("jetstream: bus: %w", err)
	}
	b.log.running.Go(func() {
		defer sub.Unsubscribe()
		for {
			select {
			case m := <-requests:
				b.serve(m, answer)
			case <-b.log.life.Done():
				return
			}
		}
	})
	return nil
}

func (b *Bus) serve(m *nats.Msg, answer func(context.Context, []byte) []byte) {
	n := b.log.node
	if m.Header.Get(runHeader) == n.id {
		return
	}
	request, err := b.sealed.Open(nil, nil, m.Data, b.context("asks", nil))
	if err != nil {
		n.Logger.Warn("a request was not from a node that knows the secret", zap.String("bus", b.name))
		return
	}
	reply := nats.NewMsg(m.Reply)
	reply.Header.Set(runHeader, n.id)
	reply.Data = b.sealed.Seal(nil, nil, answer(b.log.life, request), b.context("answers "+n.id, m.Data))
	if err := n.nc.PublishMsg(reply); err != nil {
		n.Logger.Warn("an answer to another node was lost", zap.Error(err))
	}
}

func (b *Bus) subject() string { return b.log.o.subject("bus." + b.name) }

// context binds what is encrypted to what it is and, for an answer, to the run that gives it
// and the question: no answer counts for two nodes.
func (b *Bus) context(who string, question []byte) []byte {
	of := sha256.Sum256(question)
	return append([]byte(who), of[:]...)
}
