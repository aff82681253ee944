package journal

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

func TestTroubleWithTheDiskIsToldInPlainWords(t *testing.T) {
	path := t.TempDir() + "/" + File
	const full, failing = "is full; free some room", "is failing or read-only; repair or replace it"
	for _, c := range []struct {
		err   error
		words string
	}{
		{sqlite.ResultFull.ToError(), full},
		{fmt.Errorf("sync: %w", syscall.ENOSPC), full},
		{sqlite.ResultIOErrFsync.ToError(), failing},
		{fmt.Errorf("sync: %w", syscall.EIO), failing},
		{sqlite.ResultReadOnly.ToError(), failing},
	} {
		told := inWords(path, c.err)
		if !strings.Contains(told.Error(), c.words) || !strings.Contains(told.Error(), path) || !errors.Is(told, c.err) {
			t.Errorf("%v is told as %v", c.err, told)
		}
	}
	other := errors.New("something else")
	if told := inWords(path, other); told != other {
		t.Errorf("%v is told as %v", other, told)
	}
}

func TestAFailureIsToldWithoutSayingAnythingTwice(t *testing.T) {
	j := &Journal{path: t.TempDir() + "/" + File}
	if err := j.failed(); err != nil {
		t.Fatal(err)
	}
	first := events.InDoubt(j.fail(events.InDoubt(fmt.Errorf("journal: sync: %w", syscall.EIO))))
	_ = j.fail(errors.New("later"))
	then := j.failed()
	for _, told := range []error{first, events.InDoubt(then)} {
		if n := strings.Count(told.Error(), events.ErrUnknownOutcome.Error()); n != 1 {
			t.Errorf("the outcome is said to be unknown %d times: %v", n, told)
		}
		if n := strings.Count(told.Error(), "journal: "); n != 1 {
			t.Errorf("who says it is named %d times: %v", n, told)
		}
	}
	if errors.Is(then, events.ErrUnknownOutcome) || !strings.Contains(then.Error(), "is failing") {
		t.Errorf("what is asked next gets %v", then)
	}
	if _, err := j.Latest(t.Context()); err == nil {
		t.Error("a journal that records nothing any more says where the log ends")
	}
}

func TestAFullDiskRefusesWhatWasNotStored(t *testing.T) {
	j := &Journal{path: t.TempDir() + "/" + File}
	if r := domain.AsRefusal(j.full(sqlite.ResultFull.ToError())); r == nil || r.Code != "DISK_FULL" {
		t.Errorf("a commit that was not stored got %v, want DISK_FULL", r)
	}
	doubt := events.InDoubt(sqlite.ResultFull.ToError())
	if err := j.full(doubt); err != doubt {
		t.Errorf("a commit that may be stored got %v", err)
	}
	if r := domain.AsRefusal(j.notOpen(sqlite.ResultFull.ToError())); r == nil || r.Code != "DISK_FULL" {
		t.Errorf("opening got %v, want DISK_FULL", r)
	}
}
