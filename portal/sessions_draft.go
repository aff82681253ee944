package portal

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/guildhall-dev/guildhall/domain"
)

// A draft is a form that somebody sent after their session had ended. It is filled in again once
// the same person is signed in, for them to check and send.
type draft struct {
	Page   string    `json:"page"`   // that the form was on
	Action string    `json:"action"` // where it was sent
	Form   string    `json:"form"`
	Mark   string    `json:"mark"` // of whoever the session was of
	Until  time.Time `json:"until"`
}

const draftLife = 10 * time.Minute

// markCookie tells the same person from another at one browser after their session has ended.
// It says who they are to nobody who does not know already.
const markCookie = "guildhall-was"

func (v *visit) brand(id domain.PersonID) {
	salt := rand.Text()
	v.setMark(salt + "." + hashed(salt+string(id)))
}

func (v *visit) setMark(value string) {
	c := &http.Cookie{Name: markCookie, Value: value, Path: "/", HttpOnly: true, Secure: v.TLS, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

func isMarkOf(mark string, id domain.PersonID) bool {
	salt, sum, _ := strings.Cut(mark, ".")
	return subtle.ConstantTimeCompare([]byte(sum), []byte(hashed(salt+string(id)))) == 1
}

// setAside keeps the form that somebody sent who is not signed in any more.
func (v *visit) setAside() error {
	was, err := v.r.Cookie(markCookie)
	if err != nil || len(v.r.PostForm) == 0 {
		return nil // it is nobody's
	}
	text, err := json.Marshal(draft{Page: local(v.cameFrom()), Action: v.r.URL.RequestURI(), Form: v.r.PostForm.Encode(), Mark: was.Value, Until: time.Now().Add(draftLife)})
	if err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), draftKey, string(text))
	v.sessions.SetDeadline(v.ctx(), time.Now().Add(draftLife))
	return nil
}

// setBefore is what the viewer had sent, if it is to be shown again.
func (v *visit) setBefore() (d draft, ok bool) {
	text := v.sessions.GetString(v.ctx(), draftKey)
	if text == "" {
		return d, false
	}
	if json.Unmarshal([]byte(text), &d) != nil || time.Now().After(d.Until) || v.who.ID != "" && !isMarkOf(d.Mark, v.who.ID) {
		v.sessions.Remove(v.ctx(), draftKey)
		return d, false
	}
	return d, true
}

// again shows a page with a draft filled in, and tells whether the visit was about that.
func (v *visit) again(page func(*visit) error) (bool, error) {
	d, ok := v.setBefore()
	switch {
	case !ok || v.who.ID == "":
		return false, nil
	case v.r.Method == http.MethodPost && v.r.URL.RequestURI() == d.Action:
		v.sessions.Remove(v.ctx(), draftKey)
		return false, nil
	case v.r.Method != http.MethodGet || v.r.URL.RequestURI() != d.Page:
		return false, nil
	}
	form, err := url.ParseQuery(d.Form)
	if err != nil {
		return false, err
	}
	out := v.w
	kept := &heldAnswer{ResponseWriter: out, status: http.StatusOK}
	v.w = kept
	err = page(v)
	v.w = out
	if err != nil {
		return true, err
	}
	body := kept.body.Bytes()
	if kept.status == http.StatusOK {
		if body, err = v.filledIn(body, d.Action, form); err != nil {
			return true, err
		}
	}
	out.WriteHeader(kept.status)
	_, err = out.Write(body)
	return true, err
}

// A heldAnswer is an answer that is not sent yet.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
func (h *heldAnswer) Write(b []byte) (int, error) { return h.body.Write(b) }

// filledIn is a page with what somebody had typed in the form that is sent to an action. What
// has no place there any more is listed on top, so that nothing is lost.
func (v *visit) filledIn(page []byte, action string, typed url.Values) ([]byte, error) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	form, left := bestForm(doc, action, typed), typed
	if form != nil {
		left = fill(form, typed)
		for n := range form.Ancestors() {
			if n.DataAtom == atom.Details {
				setAttr(n, "open", "")
			}
		}
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == "notices" {
			n.AppendChild(v.reminder(form != nil, left))
			break
		}
	}
	var b bytes.Buffer
	err = html.Render(&b, doc)
	return b.Bytes(), err
}

// reminder says that a form was kept, and what of it could not be filled in.
func (v *visit) reminder(filled bool, left url.Values) *html.Node {
	text := v.say("You were signed out while you wrote this. Nothing was sent. What you had typed is filled in again: check it and send it.")
	if !filled {
		text = v.say("You were signed out while you wrote something. Nothing was sent, and its form is not on this page any more. What you had typed stands below.")
	}
	box := element(atom.Div, "notice bad kept")
	p := element(atom.P, "")
	p.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	box.AppendChild(p)
	var names []string
	for name, values := range left {
		if name != "key" && strings.TrimSpace(strings.Join(values, "")) != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		p := element(atom.P, "")
		p.AppendChild(&html.Node{Type: html.TextNode, Data: name + ": " + strings.Join(left[name], ", ")})
		box.AppendChild(p)
	}
	return box
}

// bestForm is the form for an action that has the most of what was typed.
func bestForm(doc *html.Node, action string, typed url.Values) (best *html.Node) {
	most := -1
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Form || attribute(n, "action") != action {
			continue
		}
		fits := 0
		for d := range n.Descendants() {
			if name := attribute(d, "name"); name != "" && typed.Has(name) {
				fits++
			}
		}
		if fits > most {
			best, most = n, fits
		}
	}
	return best
}

// fill puts what was typed into a form, and returns what has no place there.
func fill(form *html.Node, typed url.Values) url.Values {
	left := url.Values{}
	for name, values := range typed {
		left[name] = values
	}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		values, typed := typed[name]
		value := strings.Join(values, "")
		delete(left, name)
		switch kind := attribute(n, "type"); {
		case n.DataAtom == atom.Button:
		case kind == "checkbox" || kind == "radio":
			set := slices.Contains(values, attribute(n, "value"))
			setFlag(n, "checked", set)
		case !typed:
		case n.DataAtom == atom.Textarea:
			for c := n.FirstChild; c != nil; c = n.FirstChild {
				n.RemoveChild(c)
			}
			n.AppendChild(&html.Node{Type: html.TextNode, Data: value})
		case n.DataAtom == atom.Select:
			for o := range n.Descendants() {
				if o.DataAtom == atom.Option {
					setFlag(o, "selected", slices.Contains(values, attribute(o, "value")))
				}
			}
		case n.DataAtom == atom.Input:
			setAttr(n, "value", value)
		}
	}
	return left
}

func element(a atom.Atom, class string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
	if class != "" {
		setAttr(n, "class", class)
	}
	return n
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func setAttr(n *html.Node, name, value string) {
	setFlag(n, name, false)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func setFlag(n *html.Node, name string, on bool) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if on {
		n.Attr = append(n.Attr, html.Attribute{Key: name})
	}
}
