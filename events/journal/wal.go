package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/guildhall-dev/guildhall/events"
)

// What SQLite has not yet moved into a database file stands in a second file, its
// write-ahead log: https://sqlite.org/fileformat2.html#walformat. When SQLite finds a frame
// in it that does not have its checksum it takes that for the end and says nothing, which is
// right for commits that a power cut tore, and wrong for one that was made durable and
// damaged later.

const (
	walHead   = 32
	frameHead = 24
)

// A wal reads a write-ahead log of SQLite from its beginning.
type wal struct {
	file  *os.File
	head  [walHead]byte
	order binary.ByteOrder
	page  int
	sum   [2]uint32 // of everything up to here
}

// checkWAL tells what is wrong with the write-ahead log of the database at path: a commit
// in it that has enough others behind it, and so was durable, is not whole. It is nil if there is
// nothing wrong or no such file. Another process may be writing.
func checkWAL(path string) error {
	var fault error
	for range 5 { // what is being written at this moment looks damaged once
		again := false
		if fault, again = scanWAL(path + "-wal"); fault == nil || !again {
			return fault
		}
	}
	return fault
}

// scanWAL also reports whether a second look may find something else.
func scanWAL(path string) (fault error, again bool) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err != nil {
		return err, false
	}
	defer f.Close()
	w := wal{file: f}
	if _, err := io.ReadFull(f, w.head[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, false
		}
		return err, false
	}
	if !w.begins() {
		return fmt.Errorf("%w: the head of %s was altered: what was recorded since SQLite last emptied it cannot be read", events.ErrCorrupt, filepath.Base(path)), true
	}
	good, err := w.whole()
	if err != nil {
		return err, false
	}
	behind, err := w.commitsBehind(good)
	if err != nil || !behind {
		return err, false
	}
	return fmt.Errorf("%w: %s was altered behind byte %d: commits that were durable cannot be read", events.ErrCorrupt, filepath.Base(path), w.offset(good)), true
}

// begins reads the head and reports whether it is whole.
func (w *wal) begins() bool {
	switch binary.BigEndian.Uint32(w.head[:]) {
	case 0x377f0682:
		w.order = binary.LittleEndian
	case 0x377f0683:
		w.order = binary.BigEndian
	default:
		return false
	}
	w.page = int(binary.BigEndian.Uint32(w.head[8:]))
	if w.page < 512 || w.page > 65536 || w.page&(w.page-1) != 0 {
		return false
	}
	w.add(w.head[:24])
	return w.has(w.head[24:])
}

// whole returns how many frames from the first one on have their checksums.
func (w *wal) whole() (good int64, err error) {
	frame := make([]byte, frameHead+w.page)
	for {
		if ok, err := w.read(frame, good); !ok || err != nil || !w.current(frame) {
			return good, err
		}
		w.add(frame[:8])
		w.add(frame[frameHead:])
		if !w.has(frame[16:frameHead]) {
			return good, nil
		}
		good++
	}
}

// commitsBehind reports whether frames of this log stand behind as many commits as can be
// unsynced, after the first good frames: the first of these commits was durable then.
func (w *wal) commitsBehind(good int64) (bool, error) {
	head := make([]byte, frameHead)
	commits := 0
	for at := good; ; at++ {
		ok, err := w.read(head, at)
		if !ok || err != nil {
			return false, err
		}
		if !w.current(head) {
			continue
		}
		if commits == unsynced {
			return true, nil
		}
		if binary.BigEndian.Uint32(head[4:]) > 0 {
			commits++
		}
	}
}

func (w *wal) offset(frame int64) int64 { return walHead + frame*int64(frameHead+w.page) }

// read fills b from the beginning of a frame, or reports false at the end of the file.
func (w *wal) read(b []byte, frame int64) (bool, error) {
	_, err := w.file.ReadAt(b, w.offset(frame))
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// current reports whether a frame was written since the log was begun anew.
func (w *wal) current(frame []byte) bool { return string(frame[8:16]) == string(w.head[16:24]) }

func (w *wal) add(b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		w.sum[0] += w.order.Uint32(b) + w.sum[1]
		w.sum[1] += w.order.Uint32(b[4:]) + w.sum[0]
	}
}

// has reports whether the sum so far is the one written in b.
func (w *wal) has(b []byte) bool {
	return w.sum == [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}
