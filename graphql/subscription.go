package graphql

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// A stream finds what there is to tell a subscriber, again and again. It keeps a place, and
// no queue: who reads slowly is told the newest, later.
type stream struct {
	// look finds what is to be told next. False is nothing, until woken.
	look func(context.Context) (any, bool, error)

	woken func() <-chan struct{} // taken before look: something may have happened since
	rest  time.Duration          // between a look in vain and the next one
	mark  func() string          // where to go on after what was found last; nil if it makes no difference
	state bool                   // what is told is how things are: again only when it differs
	stop  func()
}

// An opener begins the stream of one field of Subscription.
type opener func(ctx context.Context, a args) (*stream, error)

// news is what a stream found: the source of the fields of Subscription.
type news struct{ found any }

// streams binds the fields of Subscription.
func streams(open map[string]opener) binding {
	fields := map[string]field[news]{}
	for name := range open {
		fields[name] = get(func(n news) any { return n.found })
	}
	b := object("Subscription", fields)
	b.streams = open
	return b
}

// open begins the stream that a subscription asks for.
func (e *Engine) open(ctx context.Context, op *operation) (*stream, []Error) {
	if len(op.root.steps) != 1 {
		return nil, refusal(CodeValidation, op.op.Position, "A subscription has exactly one field.")
	}
	s := op.root.steps[0]
	_, name, _ := strings.Cut(s.name, ".")
	begin := e.streams[name]
	if begin == nil {
		return nil, refusal(CodeValidation, op.op.Position, "Nothing is told of %s.", s.alias)
	}
	st, err := begin(ctx, op.arguments(s.place))
	if err != nil {
		return nil, []Error{e.failureOf(op, err)}
	}
	return st, nil
}

// failureOf is failure for the one field of a subscription.
func (e *Engine) failureOf(op *operation, err error) Error {
	s := op.root.steps[0]
	out := e.failure(err, op)
	out.Path = []any{s.alias}
	for _, at := range s.at {
		out.Locations = append(out.Locations, Location{at.Position.Line, at.Position.Column})
	}
	return out
}

const (
	beatEvery = 15 * time.Second // a stream shows that it lives, and its subscriber is looked up anew
	busyPause = time.Second      // before what was busy is asked again
)

// asking is ctx in which those ask who ask in fresh, with what they may ask for now.
func asking(ctx, fresh context.Context) context.Context {
	if c := caller(fresh); c.Role != "" {
		return WithCaller(ctx, c)
	}
	return WithActor(ctx, actor(fresh))
}

// over reports whether the subscription itself has no answer, so that nothing will follow.
func over(r Response) bool {
	return slices.ContainsFunc(r.Errors, func(e Error) bool { return len(e.Path) < 2 })
}

// always is a channel from which can be received at any time.
var always = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// busy reports whether err says to try again.
func busy(err error) bool { r := domain.AsRefusal(err); return r != nil && r.Kind == domain.Busy }

// A subscriber is told what a subscription finds until they leave, may not be told any
// more, or the server ends.
type subscriber struct {
	engine       *Engine
	authenticate func() (context.Context, error)
	tell         func(r Response, mark string) error
	beat         func() error
	pay          func(Response) time.Duration // for what was told; returns how long to rest for it
}

// follow tells what op finds. It returns what ended it: nil once there is nothing more to
// tell, else what kept it from being told.
func (s *subscriber) follow(ctx context.Context, op *operation) error {
	st, errs := s.engine.open(ctx, op)
	if errs != nil {
		return s.tell(Response{Errors: errs}, "")
	}
	defer st.stop()
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	by, last, asker := actor(ctx), "", ctx
	for {
		woken := st.woken()
		fresh, err := s.authenticate()
		if err == nil && actor(fresh) != by {
			err = domain.Refuse(domain.Forbidden, "ROLE_CHANGED", "Your role is another one now. Subscribe again.")
		}
		if err != nil && !busy(err) {
			return s.tell(Response{Errors: []Error{s.engine.stranger(err)}}, "")
		}
		pause := st.rest
		var found any
		var ok bool
		if err == nil {
			asker = asking(ctx, fresh)
			found, ok, err = st.look(asker)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case busy(err):
			pause, woken = busyPause, always
		case err != nil:
			return s.tell(Response{Errors: []Error{s.engine.failureOf(op, err)}}, "")
		case ok:
			answer := s.engine.answer(asker, op, news{found})
			if st.state && string(answer.Data) == last && answer.Errors == nil {
				break
			}
			if st.state {
				last = string(answer.Data)
			}
			mark := ""
			if st.mark != nil {
				mark = st.mark()
			}
			if err := s.tell(answer, mark); err != nil || over(answer) {
				return err
			}
			beat.Reset(beatEvery)
			if pause = s.pay(answer); pause == 0 {
				continue
			}
			woken = always
		}
		select {
		case <-woken:
		case <-beat.C:
			if err := s.beat(); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}
