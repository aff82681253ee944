package portal

import "net/http"

var (
	helpPage          = newPage[frame]("help.html")
	accessibilityPage = newPage[frame]("accessibility.html")
	privacyPage       = newPage[frame]("privacy.html")
)

var helpRoutes = []route{
	{"GET /help", still("Help", helpPage), anybody},
	{"GET /help/accessibility", still("Accessibility", accessibilityPage), anybody},
	{"GET /help/privacy", still("Privacy", privacyPage), anybody},
}

// still serves a page that is the same for everybody.
func still(title string, p page[frame]) func(*visit) error {
	return func(v *visit) error { return show(v, p, http.StatusOK, v.frame(title, "")) }
}
