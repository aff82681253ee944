package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attachment"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// A File is what an apprentice shows, as it was chosen or is handed out.
type File struct {
	Name, Media string // Media is told by what is in it
	Data        []byte
}

// MaxFile is the size in bytes of the largest file.
const MaxFile = attachment.PartBytes * attachment.MaxParts

// longestName is how many characters of a file's name are kept.
const longestName = 100

// welcome are the kinds of files that can be shown. All other text is taken as plain text.
var welcome = []string{
	"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf", "text/csv",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
	"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation",
}

// mediaOf tells the kind of a file by its content, or nothing for one that cannot be shown.
func mediaOf(data []byte) string {
	found := mimetype.Detect(data)
	for _, media := range welcome {
		if found.Is(media) {
			return media
		}
	}
	for m := found; m != nil; m = m.Parent() {
		if m.Is("text/html") || m.Is("text/xml") || m.Is("image/svg+xml") {
			return ""
		}
		if m.Is("text/plain") {
			return "text/plain"
		}
	}
	return ""
}

// attach keeps files for a piece of evidence, once it is sure that the evidence is taken.
func (d *Desk) attach(ctx context.Context, c milestone.SubmitEvidence, s domain.Stream, about domain.PersonID, files []File) ([]milestone.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if _, answered, err := d.Log.Answered(ctx, c.Request); err != nil || answered {
		return nil, err
	}
	var kept []milestone.File
	var parts [][]domain.Sealed
	for _, f := range files {
		file, sealed, err := d.sealFile(ctx, about, f)
		if err != nil {
			return nil, err
		}
		kept, parts = append(kept, file), append(parts, sealed)
	}
	c.EvidenceSubmitted.Files = kept
	if err := d.taken(ctx, s, c); err != nil {
		return nil, err
	}
	for i, f := range kept {
		for no, part := range parts[i] {
			_, err := events.Execute(ctx, d.Log, attachment.Stream(f.Hash), attachment.Evolve, attachment.Store{
				Request:    domain.Request{By: c.By, At: c.At},
				PartStored: attachment.PartStored{Person: about, No: no + 1, Of: len(parts[i]), Part: part},
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return kept, nil
}

// taken is the refusal of evidence as things are, if there is one.
func (d *Desk) taken(ctx context.Context, s domain.Stream, c milestone.SubmitEvidence) error {
	var state milestone.State
	for r, err := range d.Log.Read(ctx, s) {
		if err != nil {
			return err
		}
		if e, ok := r.Event.(milestone.Event); ok {
			state = milestone.Evolve(state, e)
		}
	}
	_, err := c.Decide(state)
	return err
}

// sealFile seals a file in parts, and names it by what is kept.
func (d *Desk) sealFile(ctx context.Context, about domain.PersonID, f File) (out milestone.File, parts []domain.Sealed, err error) {
	name := called(f.Name)
	switch {
	case len(f.Data) == 0:
		return out, nil, domain.Refuse(domain.Invalid, "FILE_EMPTY", "There is nothing in %s. Choose another file.", name).About("file")
	case len(f.Data) > MaxFile:
		return out, nil, domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "%s is larger than %d MB. Send a smaller one, or a link to it.", name, MaxFile>>20).About("file")
	}
	out.Bytes, out.Media = len(f.Data), mediaOf(f.Data)
	if out.Media == "" {
		return out, nil, domain.Refuse(domain.Invalid, "FILE_NOT_WELCOME", "%s cannot be shown. Send a photo, a PDF, text or an office document.", name).About("file")
	}
	if out.Name, err = d.seal(ctx, about, "file", name); err != nil {
		return out, nil, err
	}
	hash := sha256.New()
	for part := range slices.Chunk(f.Data, attachment.PartBytes) {
		sealed, err := d.Vault.Seal(ctx, about, string(part))
		if errors.Is(err, vault.ErrErased) {
			err = person.ErrErased
		}
		if err != nil {
			return out, nil, err
		}
		hash.Write([]byte(sealed))
		parts = append(parts, sealed)
	}
	out.Hash = hex.EncodeToString(hash.Sum(nil))
	return out, parts, nil
}

// called is a file's name without its folder and without what cannot be seen.
func called(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[len(runes)-longestName:])
	}
	if domain.Written(name) == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

var errNoFile = domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no such file.")

// Open returns a file that was shown for a milestone, to those who read what the learner did
// and to whoever assesses it.
func (d *Desk) Open(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, req domain.RequirementID, hash string) (File, error) {
	l, err := d.Learner(ctx, by, id)
	if err != nil {
		return File{}, err
	}
	m, begun, err := d.Read.Milestone(ctx, id, req)
	if err != nil {
		return File{}, err
	}
	if !begun || !d.ReadsWork(by, l) && m.Assessor != by.Person {
		return File{}, errNoFile
	}
	for _, e := range m.Evidence {
		if e, err = d.Original(ctx, e); err != nil {
			return File{}, err
		}
		for _, f := range e.Files {
			if f.Hash == hash {
				return d.handOut(ctx, f)
			}
		}
	}
	return File{}, errNoFile
}

func (d *Desk) handOut(ctx context.Context, f milestone.File) (File, error) {
	out := File{Media: f.Media, Data: make([]byte, 0, f.Bytes)}
	hash := sha256.New()
	for r, err := range d.Log.Read(ctx, attachment.Stream(f.Hash)) {
		if err != nil {
			return out, err
		}
		p, ok := r.Event.(attachment.PartStored)
		if !ok {
			return out, fmt.Errorf("file %s: a %s does not belong there", f.Hash, r.Event.EventName())
		}
		hash.Write([]byte(p.Part))
		part, err := d.Vault.Unseal(ctx, p.Part)
		if errors.Is(err, vault.ErrErased) {
			return out, domain.Refuse(domain.NotFound, "FILE_ERASED", "This file was erased, with all that was written about the person.")
		}
		if err != nil {
			return out, err
		}
		out.Data = append(out.Data, part...)
	}
	if hex.EncodeToString(hash.Sum(nil)) != f.Hash || len(out.Data) != f.Bytes {
		return out, fmt.Errorf("file %s: it is not as it was stored", f.Hash)
	}
	name, err := d.FileName(ctx, f)
	out.Name = name
	return out, err
}

// FileName is what the apprentice calls a file; empty once it was erased.
func (d *Desk) FileName(ctx context.Context, f milestone.File) (string, error) {
	name, err := d.Vault.Unseal(ctx, f.Name)
	if errors.Is(err, vault.ErrErased) {
		return "", nil
	}
	return name, err
}

// FilesOf are the files that were shown with a piece of evidence.
func (d *Desk) FilesOf(ctx context.Context, e projections.Evidence) ([]milestone.File, error) {
	e, err := d.Original(ctx, e)
	return e.Files, err
}
