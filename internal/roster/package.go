// Package roster reads what institutions hand in about who is enrolled in what and how they
// did: packages of CSV files as OneRoster 1.2, Canvas and Microsoft School Data Sync 2.1 lay
// them out. Who a student is here, it does not know.
package roster

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
)

// Limits of a package.
const (
	MaxPackage = 8 << 20  // bytes as it is handed in
	MaxContent = 64 << 20 // bytes of all files in it
	MaxFile    = 32 << 20
	MaxFiles   = 100
	MaxRows    = 200_000 // of one file
)

// A Profile is a layout of a package.
type Profile string

const (
	OneRoster Profile = "oneroster-1.2"
	Canvas    Profile = "canvas" // rosters, published grades or both
	SDS       Profile = "sds-2.1"
)

// Profiles lists every profile there is.
var Profiles = []Profile{OneRoster, Canvas, SDS}

// A File is one file of a package.
type File struct {
	Name string
	Data []byte
}

// A Package is what was handed in, as far as it could be understood.
type Package struct {
	SHA256  string // of its files, in hexadecimal; how they were packed does not matter
	Profile Profile
	Bulk    bool // it says of itself that it is complete
	Files   []FileReport
	Rows    []Row
	Skipped int // rows of people who do not learn, and results that complete nothing
}

// A FileReport says what was read of a file.
type FileReport struct {
	Name    string   `json:"name"`
	Rows    int      `json:"rows"`
	Unread  bool     `json:"unread,omitempty"`         // nothing in it is needed
	Unknown []string `json:"unknownColumns,omitempty"` // left out
}

// A Row is what one row says about one student in one section.
type Row struct {
	File    string
	Line    int
	Student Student
	Section enrolment.Section // without the institution; with the id alone where no more is told
	Says    Saying
	On      domain.Date // from when on; zero where it is not told
	Result  enrolment.Result
	Wrong   *domain.Refusal // why it cannot be taken; nil where it was read from a file
}

// A Student is somebody as the institution knows them.
type Student struct {
	ID     string // by which its files name them
	Name   string
	Number string // on their card, if it has another one
}

// A Saying is what a row says of an enrolment.
type Saying string

const (
	Enrolled  Saying = "enrolled"
	Withdrawn Saying = "withdrawn"
	Closed    Saying = "closed" // which is no pass
	Graded    Saying = "graded"
)

// Open unpacks a package: a zip archive of CSV files, or one such file.
func Open(data []byte, name string) ([]File, error) {
	switch {
	case len(data) > MaxPackage:
		return nil, domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "The package has more than %d MiB. Hand in the students who learn here alone.", MaxPackage>>20)
	case !bytes.HasPrefix(data, []byte("PK")) && bytes.IndexByte(data, 0) >= 0:
		return nil, domain.Refuse(domain.Invalid, "NOT_A_PACKAGE", "This is neither a zip archive nor CSV in UTF-8. Hand in CSV files, saved as CSV UTF-8, in a zip archive.")
	case !bytes.HasPrefix(data, []byte("PK")):
		return []File{{cmp.Or(path.Base(name), "table.csv"), data}}, nil
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, domain.Refuse(domain.Invalid, "NOT_A_PACKAGE", "The archive cannot be read: it is damaged, or no zip archive.")
	}
	var files []File
	left := int64(MaxContent)
	for _, entry := range z.File {
		if err := sound(entry); err != nil {
			return nil, err
		}
		if !wanted(entry.Name) {
			continue
		}
		if len(files) == MaxFiles {
			return nil, tooMany()
		}
		r, err := entry.Open()
		if err != nil {
			return nil, unreadable(entry.Name)
		}
		content, err := io.ReadAll(io.LimitReader(r, min(MaxFile, left)+1))
		r.Close()
		switch {
		case err != nil:
			return nil, unreadable(entry.Name)
		case int64(len(content)) > min(MaxFile, left):
			return nil, domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "Unpacked, %s has more than %d MiB, or all files more than %d. Hand in the students who learn here alone.", base(entry.Name), MaxFile>>20, MaxContent>>20)
		}
		left -= int64(len(content))
		files = append(files, File{base(entry.Name), content})
	}
	return files, nil
}

// sound refuses what no system packs: names that lead out of the package, and entries that
// are no files.
func sound(e *zip.File) error {
	name := e.Name
	bad := strings.ContainsAny(name, "\\\x00:") || strings.HasPrefix(name, "/") || len(name) > 255 || !fs.ValidPath(strings.TrimSuffix(name, "/"))
	switch {
	case bad:
		return domain.Refuse(domain.Invalid, "BAD_FILE_NAME", "The package has a file named %.60q. Put the CSV files at its top, under their own names.", name)
	case e.Flags&1 != 0:
		return domain.Refuse(domain.Invalid, "NOT_A_PACKAGE", "%s is encrypted. Pack it without a password.", base(name))
	case e.Mode()&fs.ModeType != 0 && !e.Mode().IsDir():
		return domain.Refuse(domain.Invalid, "BAD_FILE_NAME", "%s is no file. Pack files alone.", base(name))
	}
	return nil
}

// wanted reports whether a file is a table, and none that an operating system adds.
func wanted(name string) bool {
	return strings.EqualFold(path.Ext(name), ".csv") && !strings.HasPrefix(name, "__MACOSX/") && !strings.HasPrefix(path.Base(name), ".")
}

// Dir reads the CSV files of a folder.
func Dir(dir fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	var files []File
	left := int64(MaxContent)
	for _, e := range entries {
		if !e.Type().IsRegular() || !wanted(e.Name()) {
			continue
		}
		if len(files) == MaxFiles {
			return nil, tooMany()
		}
		f, err := dir.Open(e.Name())
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(io.LimitReader(f, left+1))
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", e.Name(), err)
		}
		if left -= int64(len(content)); left < 0 {
			return nil, domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "The files have more than %d MiB. Hand in the students who learn here alone.", MaxContent>>20)
		}
		files = append(files, File{e.Name(), content})
	}
	return files, nil
}

func tooMany() error {
	return domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "The package has more than %d tables.", MaxFiles)
}

func unreadable(name string) error {
	return domain.Refuse(domain.Invalid, "NOT_A_PACKAGE", "%s cannot be unpacked: the archive is damaged.", base(name))
}

func base(name string) string { return path.Base(strings.TrimSuffix(name, "/")) }

// digest stands for the content of files, in whatever order they come.
func digest(files []File) string {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	sum := sha256.New()
	for _, f := range sorted {
		one := sha256.Sum256(f.Data)
		fmt.Fprintf(sum, "%s %x\n", f.Name, one)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
