package jetstream

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"

	"github.com/minio/highwayhash"
)

// sealed reports whether a file ends with the checksum of the rest.
func sealed(file, name string) bool {
	b, err := os.ReadFile(file)
	n := len(b) - highwayhash.Size64
	return err == nil && n >= 0 && bytes.Equal(b[n:], checksum(name, b[:n]))
}

func checksum(name string, b []byte) []byte {
	h := hasher(name)
	h.Write(b)
	return h.Sum(nil)
}

// hasher is the server's checksum, under a key that it makes of a name.
func hasher(name string) hash.Hash {
	key := sha256.Sum256([]byte(name))
	h, err := highwayhash.New64(key[:])
	if err != nil {
		panic(err) // only for keys of another length
	}
	return h
}

// A block is a file with messages. Blocks are numbered in the order of what they hold.
type block struct {
	number int
	file   string
}

func blocksOf(dir string) (blocks []block, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "msgs", "*.blk"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		var n int
		if _, err := fmt.Sscanf(filepath.Base(file), "%d.blk", &n); err == nil {
			blocks = append(blocks, block{n, file})
		}
	}
	slices.SortFunc(blocks, func(a, b block) int { return cmp.Compare(a.number, b.number) })
	return blocks, nil
}

// A record is a message as nats-server 2.15 stores it: its length, with the highest bit
// set if it has headers, its sequence, a time, the length of its subject, the subject, the
// length of the headers if there are any, headers and data, and a checksum; all numbers
// little-endian.
type record struct {
	seq     uint64
	subject int // its length, which the server's checksum does not cover
	data    []byte
	removed bool   // and this is what is left of it
	fault   string // why it is none
}

const (
	recordHead   = 22
	recordSum    = 8
	withHeaders  = 1 << 31
	longestEntry = 32 << 20
	deleted      = 3 << 62 // bits of a sequence that mark what was removed

	cutOff = "ends too early"
)

// records yields the records of a block up to its end or to one that is cut off.
func (b block) records(name string, yield func(record) error) error {
	file, err := os.ReadFile(b.file)
	if err != nil {
		return fmt.Errorf("jetstream: %w", err)
	}
	h := hasher(fmt.Sprintf("%s-%d", name, b.number))
	for len(file) > 0 {
		r, size := parseRecord(h, file)
		if err := yield(r); err != nil || r.fault == cutOff {
			return err
		}
		file = file[size:]
	}
	return nil
}

// parseRecord takes the first record off b and returns its size as well.
func parseRecord(h hash.Hash, b []byte) (r record, size int) {
	le := binary.LittleEndian
	if len(b) < recordHead+recordSum {
		return record{fault: cutOff}, 0
	}
	length, subject := le.Uint32(b), int(le.Uint16(b[20:]))
	headers := length&withHeaders != 0
	size = int(length &^ withHeaders)
	front := recordHead + subject
	if headers {
		front += 4
	}
	if size > len(b) || size > longestEntry || front > size-recordSum {
		return record{fault: cutOff}, 0
	}
	body := b[front : size-recordSum]
	h.Reset()
	h.Write(b[4:20])
	h.Write(b[recordHead : recordHead+subject])
	h.Write(body)
	if !bytes.Equal(h.Sum(nil), b[size-recordSum:size]) {
		return record{fault: "does not have its checksum"}, size
	}
	if headers {
		n := int(le.Uint32(b[front-4:]))
		if n > len(body) {
			return record{fault: "has headers beyond its end"}, size
		}
		body = body[n:]
	}
	seq := le.Uint64(b[4:])
	return record{seq: seq, subject: subject, data: body, removed: seq&deleted != 0 || seq == 0}, size
}
