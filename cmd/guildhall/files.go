package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// A newFile is written beside its place and put there as a whole, so that nobody ever
// finds half of it.
type newFile struct {
	*os.File
	path string
}

// createFile starts a file that only its owner can read. A file that is there is refused
// (FILE_EXISTS) unless force says that it may be replaced, and one that a node lives on is
// refused in any case (FILE_IN_USE).
func createFile(path string, force bool) (*newFile, error) {
	if _, err := os.Lstat(path); err == nil && !force {
		return nil, domain.Refuse(domain.Conflict, "FILE_EXISTS", "%s is there already. Name another file, or replace it with --force.", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	} else if err == nil && vital(path) {
		return nil, domain.Refuse(domain.Conflict, "FILE_IN_USE", "%s belongs to a data directory and is not replaced. Name a file elsewhere.", path)
	}
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no directory %s. Make it, or name another file.", filepath.Dir(path))
	}
	if err != nil {
		return nil, err
	}
	return &newFile{f, path}, nil
}

// vital reports whether the file at path, which is there, belongs to a node.
func vital(path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(path), journal.File))
	return err == nil || filepath.Base(path) == vault.WrappingFile
}

// keep makes the file durable in its place.
func (f *newFile) keep() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(f.path))
}

// drop leaves nothing of the file.
func (f *newFile) drop() error { return errors.Join(f.Close(), os.Remove(f.Name())) }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}

// writeFile is createFile for little text.
func writeFile(path string, force bool, text []byte) error {
	f, err := createFile(path, force)
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(err, f.drop())
	}
	return f.keep()
}

// readSmall reads and closes a file that is small if it is what it should be.
func readSmall(f *os.File) ([]byte, error) {
	const most = 16 << 20
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(text) > most {
		err = domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "%s is too large to be what it should be.", f.Name())
	}
	return text, errors.Join(err, f.Close())
}
