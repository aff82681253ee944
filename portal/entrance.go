package portal

import (
	"net/url"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

var entranceRoutes = []route{
	{"GET /{$}", (*visit).home, guests},
	{"GET /sign-in", (*visit).signIn, anybody},
	{"GET /demo/sign-in/{key}", (*visit).become, anybody},
	{"POST /demo/sign-in/{key}", (*visit).become, anybody},
	{"POST /sign-out", (*visit).signOut, anybody},
	{"POST /language", (*visit).speak, anybody},
	{"/", (*visit).nowhere, anybody},
}

// home leads to what somebody does most.
func (v *visit) home() error {
	to := v.sections()[0].path
	if v.fault != nil {
		return v.fault
	}
	return v.redirect(to)
}

// speak changes the language of the pages, for the session and for whoever is signed in.
func (v *visit) speak() error {
	tag := tongueOf(v.field("language"), "").tag.String()
	if err := v.preferLanguage(tag); err != nil {
		return err
	}
	v.sessions.Put(v.ctx(), tongueKey, tag)
	return v.redirect(v.cameFrom())
}

// cameFrom is the page of ours that a form was on.
func (v *visit) cameFrom() string {
	from, err := v.r.URL.Parse(v.r.Referer())
	if err != nil || from.Host != v.r.Host || !strings.HasPrefix(from.Path, "/") || strings.HasPrefix(from.Path, "//") {
		return "/"
	}
	return (&url.URL{Path: from.Path, RawQuery: from.RawQuery}).String()
}

func (v *visit) nowhere() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "It may have moved, or the address may be cut short.")
}

func (v *visit) strange() error {
	return domain.Refuse(domain.Forbidden, "CROSS_SITE", "Another website sent this form. Nothing was changed. Open the page here and send it again.")
}
