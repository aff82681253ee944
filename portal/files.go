package portal

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var fileRoutes = []route{
	{"GET /milestones/{a}/{r}/files/{hash}", (*visit).openFile, everyone},
}

// maxUpload is the size in bytes of the largest form with files. It may take as long as
// uploadTime to come, over the network of a phone.
const (
	maxUpload  = 25<<20 + maxForm
	uploadTime = 5 * time.Minute
)

// takesFiles reports whether files may come with a form.
func takesFiles(r *http.Request) bool {
	evidence := strings.HasPrefix(r.URL.Path, "/milestones/") && strings.HasSuffix(r.URL.Path, "/evidence")
	return r.Method == http.MethodPost && (evidence || r.URL.Path == importPath || r.URL.Path == rosterPath || r.URL.Path == awardTablePath)
}

// limited stops reading a form where it is larger than it may be.
func limited(next http.Handler) http.Handler {
	small, large := http.MaxBytesHandler(next, maxForm), http.MaxBytesHandler(next, maxUpload)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if takesFiles(r) {
			large.ServeHTTP(w, r)
			return
		}
		small.ServeHTTP(w, r)
	})
}

// takeFiles reads a form with files. They stay in memory: nothing of them is written anywhere
// before it is sealed.
func (v *visit) takeFiles() error {
	form, err := v.r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if err == nil {
		err = http.NewResponseController(v.w).SetReadDeadline(time.Now().Add(uploadTime))
	}
	for err == nil {
		var part *multipart.Part
		if part, err = form.NextPart(); err != nil {
			break
		}
		most := int64(maxForm)
		if part.FileName() != "" {
			most = desk.MaxFile
		}
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(part, most+1)); err != nil {
			break
		}
		switch {
		case part.FileName() == "" && part.FormName() == "file": // none was chosen
		case part.FileName() == "" && len(data) > maxForm:
			return errTooLarge
		case part.FileName() == "":
			v.r.PostForm.Add(part.FormName(), string(data))
		case len(v.files) == milestones.MaxFiles:
			return domain.Refuse(domain.Invalid, "TOO_MANY_FILES", "Send at most %d files at once.", milestones.MaxFiles).About("file")
		default:
			v.files = append(v.files, desk.File{Name: part.FileName(), Data: data})
		}
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return domain.Refuse(domain.Invalid, "FILES_TOO_LARGE", "These files are larger than %d MB together. Send fewer at once.", maxUpload>>20).About("file")
	}
	if !errors.Is(err, io.EOF) || len(v.field("key")) > maxKey {
		return errBadForm
	}
	return nil
}

// openFile hands out a file that was shown as evidence. It is saved, never opened in place.
func (v *visit) openFile() error {
	f, err := v.Desk.Open(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a")), domain.RequirementID(v.r.PathValue("r")), v.r.PathValue("hash"))
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", f.Media)
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	_, err = v.w.Write(f.Data)
	if err != nil {
		panic(http.ErrAbortHandler) // so that nobody takes a part of the file for all of it
	}
	return nil
}

// A shownFile is a file that belongs to a piece of evidence.
type shownFile struct {
	Name, Href string
	Size       string // "2.4 MB"
	Picture    bool   // browsers can draw it
}

// filesOf are the files of a piece of evidence, as far as they were not erased.
func (v *visit) filesOf(id domain.ApprenticeshipID, req domain.RequirementID, e projections.Evidence) (out []shownFile) {
	files, err := v.Desk.FilesOf(v.ctx(), e)
	v.trouble(err)
	for _, f := range files {
		name, err := v.Desk.FileName(v.ctx(), f)
		v.trouble(err)
		if name == "" {
			continue
		}
		out = append(out, shownFile{
			Name: name, Href: "/milestones/" + string(id) + "/" + string(req) + "/files/" + f.Hash, Size: size(f.Bytes),
			Picture: f.Media == "image/jpeg" || f.Media == "image/png" || f.Media == "image/webp",
		})
	}
	return out
}

// size writes a number of bytes in whole KB or in MB with one decimal.
func size(bytes int) string {
	if bytes < 1<<20 {
		return strconv.Itoa((bytes+1023)>>10) + " KB"
	}
	tenths := bytes * 10 >> 20
	return strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10) + " MB"
}
