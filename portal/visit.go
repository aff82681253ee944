package portal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A visit is one request for a page and the person it comes from.
type visit struct {
	*site
	w      http.ResponseWriter
	r      *http.Request
	who    projections.Person // zero when nobody is signed in
	tongue *tongue

	prefers projections.Preference
	zone    *time.Location // the viewer's clock; nil is that of this place

	files    []desk.File // chosen in the form, once takeFiles read them
	names    map[domain.PersonID]string
	partners map[domain.PartnerID]string
	places   map[domain.SiteID]string
	inbox    *[]projections.InboxItem // see waiting
	chores   *[]desk.Errand           // see ofOffice
	fault    error                    // the first of a look-up that has no other way to tell
}

func (s *site) visit(w http.ResponseWriter, r *http.Request) *visit {
	return &visit{site: s, w: w, r: r, tongue: tongueOf("", r.Header.Get("Accept-Language")), names: map[domain.PersonID]string{}}
}

// open serves a page to anybody.
func (s *site) open(h func(*visit) error) http.Handler {
	return s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(w, r)
		err := v.enter()
		if err == nil {
			err = h(v)
		}
		if err != nil {
			v.fail(err)
		}
		if r.Method == http.MethodPost {
			s.offices.forget(v.actor())
		}
	}))
}

// maxKey is the size in bytes of the longest key of a form; newKey makes shorter ones.
const maxKey = 100

var errBadForm = domain.Refuse(domain.Invalid, "BAD_FORM", "This form did not arrive as a browser sends it. Nothing was changed.")

var errTooLarge = domain.Refuse(domain.Invalid, "TOO_LARGE", "This form is larger than 64 KB. Shorten what you wrote, or send a link to it.")

// enter reads the form and recognises the person.
func (v *visit) enter() error {
	if err := v.r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return errTooLarge
		}
		return errBadForm
	}
	media, _, _ := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	if v.r.ContentLength != 0 && media != "application/x-www-form-urlencoded" && !(media == "multipart/form-data" && (takesFiles(v.r) || isOneClick(v.r))) || len(v.field("key")) > maxKey {
		return errBadForm
	}
	v.tongue = tongueOf(v.sessions.GetString(v.ctx(), tongueKey), v.r.Header.Get("Accept-Language"))
	if err := v.recognise(); err != nil || v.who.ID == "" {
		return err
	}
	if err := v.settle(); err != nil {
		return err
	}
	return v.note()
}

func (v *visit) actor() domain.Actor { return domain.Actor{Person: v.who.ID, Role: v.who.Capacity} }

// ask is who sends the form. The form's key makes sending it twice the same as once.
func (v *visit) ask() desk.Ask {
	sum := sha256.New()
	sum.Write([]byte(v.r.URL.RequestURI() + "\n" + v.r.PostForm.Encode()))
	for _, f := range v.files {
		of := sha256.Sum256(f.Data)
		sum.Write(of[:])
	}
	return desk.Ask{By: v.actor(), Key: v.field("key"), Digest: hex.EncodeToString(sum.Sum(nil)), Method: "session"}
}

// field is what was typed or chosen for an input of the form.
func (v *visit) field(name string) string { return v.r.PostForm.Get(name) }

// draft names what the browser keeps of a form for the person who types, until it was sent.
func (v *visit) draft(form string) string {
	sum := sha256.Sum256([]byte(string(v.who.ID) + "\n" + form))
	return hex.EncodeToString(sum[:8])
}

// newKey is different for each rendering of a form.
func newKey() string { return rand.Text() }

func (v *visit) redirect(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// done leads on after something was done, and says so there.
func (v *visit) done(path, notice string) error {
	v.sessions.Put(v.ctx(), noticeKey, notice)
	return v.redirect(path)
}

// show renders a page, unless something it shows could not be looked up.
func show[T any](v *visit, p page[T], status int, data T) error {
	if v.fault != nil {
		return v.fault
	}
	return p.render(v.w, v.tongue, status, data)
}

// statusOf is the HTTP status of a refusal.
func statusOf(r *domain.Refusal) int {
	switch r.Kind {
	case domain.Forbidden:
		return http.StatusForbidden
	case domain.NotFound:
		return http.StatusNotFound
	case domain.Conflict:
		return http.StatusConflict
	case domain.Busy:
		return http.StatusServiceUnavailable
	}
	if r.Code == errTooLarge.Code {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusUnprocessableEntity
}

// refusal is the refusal in err's chain, with its reason in the visitor's language, or nil.
func (v *visit) refusal(err error) *domain.Refusal {
	r := domain.AsRefusal(err)
	if r == nil {
		return nil
	}
	told := *r
	switch {
	case r.Code == "IDEMPOTENCY_MISMATCH":
		told.Reason = v.say("This form was sent before with something else in it. Check it and send it again.")
	case r.Text.English != "" && v.tongue != english:
		told.Reason = v.wording(r.Text)
	}
	return &told
}

// reason is what a refusal says at a form.
func reason(r *domain.Refusal) string { return r.Reason }

// wrong is a refusal as a page shows it: in the list on top and, where the form has the
// input it is about, there. Inputs tells the id of each input by its name.
func wrong(r *domain.Refusal, inputs map[string]string) ([]problem, fieldErrors) {
	id, known := inputs[r.Field]
	if !known {
		return []problem{{Text: reason(r)}}, nil
	}
	return []problem{{Field: id, Text: reason(r)}}, fieldErrors{r.Field: reason(r)}
}

// fail answers with a page that says why there is no other.
func (v *visit) fail(err error) {
	if v.ctx().Err() != nil {
		return
	}
	d := messageData{frame: v.bareFrame("Something went wrong"), Status: http.StatusInternalServerError, Heading: v.say("Something went wrong on our side"),
		Text:  v.say("Try again in a minute. If it happens again, tell your coordinator the reference."),
		Links: []link{{v.say("Go to the start"), "/"}}}
	if r := v.refusal(err); r != nil {
		d.Status, d.Heading, d.Text = statusOf(r), v.say(headings[r.Kind]), reason(r)
		d.Title = d.Heading
		if f := v.frame(headings[r.Kind], ""); v.fault == nil {
			d.frame = f
		}
	} else {
		d.Reference = v.w.Header().Get(referenceHeader)
		if v.r.Method == http.MethodPost {
			d.Text = v.say("It is not certain that your change was saved. Open the page again to see; sending it a second time does no harm. If it happens again, tell your coordinator the reference.")
		}
		v.Log.Error("page failed", zap.String("reference", d.Reference), zap.String("method", v.r.Method), zap.String("path", shownPath(v.r)),
			zap.String("actor", v.actor().Name()), zap.Error(err))
	}
	if err := messagePage.render(v.w, v.tongue, d.Status, d); err != nil {
		v.Log.Error("message page failed", zap.Error(err))
	}
}

var headings = map[domain.Kind]string{
	domain.Invalid:   "That cannot be read",
	domain.Forbidden: "That is not yours to do",
	domain.NotFound:  "We cannot find that page",
	domain.Conflict:  "That does not fit right now",
	domain.Busy:      "One moment",
}

// referenceHeader names a request in the log and on the page of a fault.
const referenceHeader = "X-Request-Id"

// guard turns a panic into the page of a fault.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch x := recover(); x {
			case nil:
			case http.ErrAbortHandler:
				panic(x)
			default:
				s.Log.Error("panic", zap.String("reference", w.Header().Get(referenceHeader)), zap.Stack("stack"))
				s.visit(w, r).fail(fmt.Errorf("panic: %v", x))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set(referenceHeader, rand.Text()[:12])
		next.ServeHTTP(w, r)
	})
}

// frame surrounds a page of a section, which is named by its path in the navigation.
func (v *visit) frame(title, section string) frame {
	f := v.bareFrame(title)
	if v.who.ID == "" {
		return f
	}
	f.Viewer = viewer{Name: v.name(v.who.ID), Role: v.say(capacities[v.who.Capacity]), Guest: v.who.Capacity == domain.Registrar}
	f.Viewer.Initials = initials(f.Viewer.Name)
	for _, r := range v.who.Capacities {
		if r != v.who.Capacity {
			f.Viewer.Others = append(f.Viewer.Others, option{Value: string(r), Label: v.say("Act as: %s", v.say(capacities[r]))})
		}
	}
	if len(v.Personas) > 0 {
		f.Viewer.Switch = "/sign-in"
	}
	f.Nav, f.Tabs = v.nav(section)
	f.Messages = v.unread()
	f.Search = searches(v.who.Capacity)
	if v.r.Method != http.MethodPost {
		f.Notice = v.sessions.PopString(v.ctx(), noticeKey)
	}
	return f
}

// bareFrame asks nothing that can fail.
func (v *visit) bareFrame(title string) frame {
	f := frame{Title: v.say(title), Org: v.Organization}
	for _, t := range tongues {
		if t != v.tongue {
			f.Tongues = append(f.Tongues, tongueLink{Tag: t.tag.String(), Name: t.name})
		}
	}
	return f
}

// say is a text in the visitor's language.
func (v *visit) say(text string, args ...any) string { return v.tongue.say(text, args...) }

// wording is what the desk tells, in the visitor's language.
func (v *visit) wording(t domain.Text) string {
	return t.In(v.say, func(d domain.Date) string { return v.day(longerDay, d) })
}

// day writes a day in the visitor's language, in one of the ways of tongue.go.
func (v *visit) day(layout string, d domain.Date) string { return v.tongue.day(layout, d) }

// trouble keeps the first fault of looking something up; show returns it.
func (v *visit) trouble(err error) {
	if v.fault == nil {
		v.fault = err
	}
}

// name is a person's full name, empty for nobody.
func (v *visit) name(id domain.PersonID) string {
	name, known := v.names[id]
	if !known {
		var err error
		name, err = v.Desk.NameOf(v.ctx(), id)
		v.trouble(err)
		v.names[id] = name
	}
	return name
}

// doer names who did something: a person, an institution, or Guildhall by itself.
func (v *visit) doer(p domain.PersonID, college domain.PartnerID) string {
	switch {
	case p != "" && p == v.who.ID:
		return v.say("You")
	case p != "":
		return v.name(p)
	case college != "":
		return v.college(college)
	}
	return "Guildhall"
}

// text is what was sealed.
func (v *visit) text(s domain.Sealed) string {
	text, err := v.Desk.Text(v.ctx(), s)
	v.trouble(err)
	return text
}

// college is the name of an institution.
func (v *visit) college(id domain.PartnerID) string {
	if v.partners == nil {
		v.partners = map[domain.PartnerID]string{}
		all, err := v.Desk.Read.Partners(v.ctx())
		v.trouble(err)
		for _, p := range all {
			v.partners[p.ID] = p.Name
		}
	}
	return v.partners[id]
}

// initials are the first letters of the first and the last word.
func initials(name string) string {
	words := strings.FieldsFunc(name, unicode.IsSpace)
	if len(words) == 0 {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return string(first)
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return string(first) + string(last)
}

// here is t on the viewer's clock; that of this place for a visitor.
func (v *visit) here(t time.Time) time.Time {
	if v.zone == nil {
		return t.In(v.Desk.Now().Location())
	}
	return t.In(v.zone)
}

// ctx is the request's.
func (v *visit) ctx() context.Context { return v.r.Context() }
