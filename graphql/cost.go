package graphql

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// A cost is what a request costs, in points: before it is answered as much as it may return,
// afterwards as much as it did.
type cost struct {
	requested, actual, remaining int
	lasting                      bool // the answer may be kept, so that it does not tell what remains
}

// appendJSON writes c as the extensions of a response.
func (c *cost) appendJSON(b []byte) []byte {
	b = fmt.Appendf(b, `"extensions":{"cost":{"requested":%d,"actual":%d`, c.requested, c.actual)
	if !c.lasting {
		b = fmt.Appendf(b, `,"remaining":%d`, c.remaining)
	}
	return append(b, "}}"...)
}

// points are what an answer of some objects costs.
func points(objects int) int { return max(1, (objects+perPoint-1)/perPoint) }

// price is what an operation costs at most.
func (o *operation) price() int {
	if o.kind() != ast.Mutation {
		return points(o.objects)
	}
	return points(o.objects) + forMutation*len(o.root.steps)
}

// An account is what one client can spend.
type account struct {
	*purses
	client string
}

// charge takes what an operation may cost. It is refused while the client has too little,
// and tells how long that will be.
func (a account) charge(op *operation) (*cost, time.Duration, []Error) {
	price := op.price()
	left, wait := a.take(a.client, price, time.Now())
	c := &cost{requested: price, remaining: left}
	if wait > 0 {
		return c, wait, refusal(CodeRate, op.op.Position, "This costs %d points and you have %d left of %d. Try again in %d s, or ask for less.", price, left, a.most, seconds(wait))
	}
	return c, 0, nil
}

// settle gives back what was charged and not needed.
func (a account) settle(c *cost, op *operation, r *Response) {
	c.actual = min(c.requested, op.price()-points(op.objects)+points(r.Objects))
	c.remaining = a.give(a.client, c.requested-c.actual, time.Now())
	r.Cost = c
}

// told pays for what a stream told. While there is too little the stream rests.
func (a account) told(r Response) (rest time.Duration) {
	_, rest = a.take(a.client, points(r.Objects), time.Now())
	return rest
}

// pay pays for what was answered already. Who has too little waits until there is enough.
func (a account) pay(ctx context.Context, r Response) error {
	for {
		_, wait := a.take(a.client, min(points(r.Objects), a.most), time.Now())
		if wait == 0 {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// limits tells a client what it can spend, as draft-ietf-httpapi-ratelimit-headers has it.
func (c *call) limits(left int) {
	a, header := c.account(), c.w.Header()
	header.Set("RateLimit-Policy", fmt.Sprintf(`"points";q=%d;w=%d`, a.most, seconds(time.Duration(a.most)*a.every)))
	header.Set("RateLimit", fmt.Sprintf(`"points";r=%d;t=%d`, left, seconds(time.Duration(a.most-left)*a.every)))
}

func (c *call) account() account { return account{c.purses, clientOf(c.ctx)} }

// tooSoon refuses what can be asked for again after a while.
func (c *call) tooSoon(wait time.Duration, errs []Error) *reply {
	c.w.Header().Set("Retry-After", strconv.Itoa(max(1, seconds(wait))))
	return c.refuse(errs...)
}
