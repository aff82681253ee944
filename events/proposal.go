package events

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Proposal is a commit in its stored form, on its way into the log. Its records have no
// ids and no revisions yet.
type Proposal struct {
	Request  domain.Request
	Expected []Expected // one for each stream
	Records  []Record   // in the order of Expected
}

// An Expected is the revision that a stream must have; Any accepts whatever it has.
type Expected struct {
	Stream   domain.Stream
	Revision uint64
}

// Propose returns the stored form of commit, and every refusal of Log.Append for which the
// log need not be asked.
func (c Codec) Propose(commit Commit) (Proposal, error) {
	if len(commit.Appends) == 0 {
		return Proposal{}, empty()
	}
	p := Proposal{Expected: make([]Expected, 0, len(commit.Appends))}
	for i, a := range commit.Appends {
		switch {
		case !validStream(a.Stream):
			return Proposal{}, domain.Refuse(domain.Invalid, "BAD_STREAM",
				"%q cannot be the name of a stream. It is a lower-case category, a hyphen and a subject, at most %d bytes in all.", a.Stream, maxStream)
		case names(commit.Appends[:i], a.Stream):
			return Proposal{}, domain.Refuse(domain.Invalid, "DUPLICATE_STREAM",
				"%s is in the commit twice. Put all of a stream's events in one append.", a.Stream)
		case len(a.Events) == 0:
			return Proposal{}, empty()
		}
		p.Expected = append(p.Expected, Expected{a.Stream, a.Expected})
	}
	var err error
	if p.Request, p.Records, err = c.stored(commit); err != nil {
		return Proposal{}, err
	}
	return p, p.fits()
}

// names reports whether one of as is to stream s.
func names(as []Append, s domain.Stream) bool {
	for _, a := range as {
		if a.Stream == s {
			return true
		}
	}
	return false
}

func empty() error {
	return domain.Refuse(domain.Invalid, "EMPTY_COMMIT", "There is nothing to record. Every stream of a commit needs at least one event.")
}

const maxStream = 200

func validStream(s domain.Stream) bool {
	category, subject, _ := strings.Cut(string(s), "-")
	return category != "" && strings.Trim(category, "abcdefghijklmnopqrstuvwxyz") == "" &&
		subject != "" && len(s) <= maxStream && utf8.ValidString(subject) && !strings.ContainsFunc(subject, unicode.IsControl)
}

// fits refuses what is beyond MaxRecord or MaxCommit.
func (p Proposal) fits() error {
	for _, r := range p.Records {
		if size := r.Size(); size > MaxRecord {
			return domain.Refuse(domain.Invalid, "TOO_LARGE",
				"A single record of %d bytes is too large; at most %d are kept. Shorten the text or record it in parts.", size, MaxRecord)
		}
	}
	if size := p.Size(); size > MaxCommit {
		return domain.Refuse(domain.Invalid, "TOO_LARGE",
			"Recording %d bytes at once is too much; at most %d are taken. Record it in parts.", size, MaxCommit)
	}
	return nil
}

// Size is that of all records together.
func (p Proposal) Size() (n int) {
	for _, r := range p.Records {
		n += r.Size()
	}
	return n
}

// Digest stands for what was asked; see Digest.
func (p Proposal) Digest() string { return Digest(p.Request, p.Records) }

// Digest stands for what a request asked: it is the request's own digest or, where it has
// none, one of the records that came of it.
func Digest(r domain.Request, records []Record) string {
	if r.Digest != "" {
		return r.Digest
	}
	h := sha256.New()
	for _, r := range records {
		for _, part := range []string{string(r.Stream), r.Name, string(r.Body)} {
			fmt.Fprintf(h, "%d:%s", len(part), part)
		}
	}
	return ofRecords + hex.EncodeToString(h.Sum(nil))
}

// OfRecords reports whether digest is not a request's own but one of its records.
func OfRecords(digest string) bool { return strings.HasPrefix(digest, ofRecords) }

const ofRecords = "events:"
