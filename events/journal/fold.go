package journal

import (
	"errors"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	pageSize = 4096

	// foldPages is how long the write-ahead log gets before it is folded into the file.
	foldPages = 8192
)

// foldIfDue lets the write-ahead log be folded into the file while commits go on. It is
// called with j.writing held.
func (j *Journal) foldIfDue() {
	if j.writer.frames < foldPages || !j.folding.CompareAndSwap(false, true) {
		return
	}
	j.background.Go(func() {
		defer j.folding.Store(false)
		if err := j.fold(); err != nil {
			switch sqlite.ErrCode(err).ToPrimary() {
			case sqlite.ResultFull, sqlite.ResultBusy:
			default:
				j.fail(err)
			}
		}
	})
}

// fold copies the pages of the write-ahead log into the file, most of them while commits go
// on and those that came in meanwhile while none is written. The next commit then begins
// at the start of the log again.
func (j *Journal) fold() error {
	conn, err := connect(j.readers.uri, sqlite.OpenReadWrite, "synchronous = NORMAL", "wal_autocheckpoint = 0")
	if err != nil {
		return err
	}
	const fold = `PRAGMA wal_checkpoint(PASSIVE)`
	if err = sqlitex.ExecuteTransient(conn, fold, nil); err == nil {
		j.writing.Lock()
		err = sqlitex.ExecuteTransient(conn, fold, nil)
		j.writer.frames = 0
		j.writing.Unlock()
	}
	return errors.Join(err, conn.Close())
}
