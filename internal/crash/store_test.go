//go:build linux

package crash_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// openLog opens what is under test. It leaves no room on the disk, so that the disk really
// becomes full.
func openLog(ctx context.Context, dir string) (closer, error) {
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	if err != nil {
		return nil, err
	}
	log.Reserve(0)
	return log, nil
}

type closer interface {
	events.Log
	Close() error
}

// A store is a log with a read model that follows it, in one directory.
type store struct {
	log   closer
	views *projections.DB
	stop  context.CancelFunc
	ended chan error // of the read model, once
}

func openStore(ctx context.Context, dir string) (*store, error) {
	log, err := openLog(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("the log does not open: %w", err)
	}
	s, err := follow(ctx, dir, log)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return s, nil
}

// follow lets the read model in dir follow log.
func follow(ctx context.Context, dir string, log closer) (*store, error) {
	views, err := projections.Open(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("the read model does not open: %w", err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &store{log: log, views: views, stop: stop, ended: make(chan error, 1)}
	go func() { s.ended <- s.views.Run(ctx, log) }()
	return s, nil
}

// leave ends the read model.
func (s *store) leave() error {
	s.stop()
	err := <-s.ended
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, s.views.Close())
}

func (s *store) close() error { return errors.Join(s.leave(), s.log.Close()) }

// digests tells what the read model in dir says, once it has come to the end of log.
func digests(ctx context.Context, dir string, log closer) ([]projections.Digest, error) {
	s, err := follow(ctx, dir, log)
	if err != nil {
		return nil, err
	}
	return s.digests(ctx, s.leave)
}

func (s *store) digests(ctx context.Context, then func() error) (ds []projections.Digest, err error) {
	head, err := s.log.Head(ctx)
	if err == nil {
		err = s.views.Wait(ctx, head)
	}
	if err == nil {
		ds, err = s.views.Digests(ctx)
	}
	return ds, errors.Join(err, then())
}
