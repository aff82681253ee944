package graphql

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

var packageMedia = []string{"application/zip", "application/octet-stream", "application/x-zip-compressed", "text/csv"}

// takeRoster takes over what is posted: a zip archive of CSV files, or one such file.
func (f *files) takeRoster(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
	if err := rosterNeed.check(r.Context()); err != nil {
		return err
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(packageMedia, media) || r.Header.Get("Content-Encoding") != "" {
		return status{http.StatusUnsupportedMediaType, domain.Refuse(domain.Invalid, CodeMediaType, "Send the package as application/zip, or one table as text/csv.")}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, roster.MaxPackage))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return status{http.StatusRequestEntityTooLarge, domain.Refuse(domain.Invalid, CodeBodyTooLarge, "The package has more than %d MiB. Hand in the students who learn here alone.", roster.MaxPackage>>20)}
	}
	if err != nil {
		return domain.Refuse(domain.Invalid, CodeRequest, "The package could not be read to its end. Send it again.")
	}
	t, err := rosterOf(r, body)
	if err != nil {
		return err
	}
	ask, err := repeatable(r, by, body)
	if err != nil {
		return err
	}
	_, before, err := f.server.first(r.Context(), ask)
	if err != nil {
		return err
	}
	report, at, err := f.server.roster(r.Context(), ask, t)
	if report == nil || err != nil && len(report.Problems) == 0 {
		return err
	}
	out := struct {
		*desk.RosterIntake
		Position string  `json:"position,omitempty"`
		Errors   []Error `json:"errors,omitempty"`
	}{RosterIntake: report}
	code := http.StatusOK
	if err != nil {
		code, out.Errors = http.StatusUnprocessableEntity, []Error{f.engine.failure(err, nil)}
	} else if at = max(at, before); at > 0 {
		out.Position = positionText(at)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	if _, err := w.Write(append(text, '\n')); err != nil {
		f.Log.Debug("client left before its answer", zap.Error(err))
	}
	return nil
}

// rosterOf is the package that a request hands in, with what its query says about it.
func rosterOf(r *http.Request, body []byte) (t desk.Roster, err error) {
	q := r.URL.Query()
	t = desk.Roster{Partner: domain.PartnerID(q.Get("partner")), Profile: roster.Profile(q.Get("profile")), Mode: desk.RosterMode(q.Get("mode")), Term: q.Get("term")}
	if text := q.Get("dryRun"); text != "" {
		if t.DryRun, err = strconv.ParseBool(text); err != nil {
			return t, domain.Refuse(domain.Invalid, "BAD_SETTING", "dryRun is true or false, not %q.", clip(text)).About("dryRun")
		}
	}
	if text := q.Get("confirm"); text != "" {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return t, domain.Refuse(domain.Invalid, "BAD_COUNT", "%q is not the number of enrolments that end.", clip(text)).About("confirm")
		}
		t.Confirmed = int(n)
	}
	t.Files, err = roster.Open(body, cmp.Or(q.Get("name"), "table.csv"))
	return t, err
}

// repeatable is what is asked, which can be asked again if it has a key.
func repeatable(r *http.Request, by domain.Actor, body []byte) (desk.Ask, error) {
	a := desk.Ask{By: by, Key: r.Header.Get("Idempotency-Key"), Method: "bearer token"}
	if len(a.Key) > maxKey {
		return a, domain.Refuse(domain.Invalid, "IDEMPOTENCY_KEY_MISSING", "An idempotency key has at most %d bytes.", maxKey).About("Idempotency-Key")
	}
	if a.Key != "" {
		sum := sha256.New()
		io.WriteString(sum, r.URL.RawQuery+"\n")
		sum.Write(body)
		a.Digest = hex.EncodeToString(sum.Sum(nil))
	}
	return a, nil
}
