package main

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/guildhall-dev/guildhall/domain"
)

// plainly makes a refusal of what the system says about a path, for whoever named that can
// name another. Everything else stays as it is.
func plainly(err error) error {
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || domain.AsRefusal(err) != nil {
		return err
	}
	switch {
	case errors.Is(e.Err, fs.ErrPermission):
		return domain.Refuse(domain.Forbidden, "NO_ACCESS", "The user who runs this may not %s %s. Run it as the user whom it belongs to, or name another path.", e.Op, e.Path)
	case errors.Is(e.Err, fs.ErrNotExist):
		return domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no %s. Check the path.", e.Path)
	case errors.Is(e.Err, syscall.ENOTDIR):
		return domain.Refuse(domain.Invalid, "NOT_A_DIRECTORY", "%s is not in a directory, or should be one itself. Check the path.", e.Path)
	case errors.Is(e.Err, syscall.EISDIR):
		return domain.Refuse(domain.Invalid, "NOT_A_FILE", "%s is a directory. Name a file.", e.Path)
	case errors.Is(e.Err, syscall.EROFS):
		return domain.Refuse(domain.Conflict, "READ_ONLY", "%s cannot be written: its file system is read-only. Name another path.", e.Path)
	}
	return err
}
