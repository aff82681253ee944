package portal

import "strings"

// device names what a browser says it is: "Firefox, Windows". It says no more than somebody
// needs to know their own devices by.
func device(agent string) string {
	browser, system := firstOf(agent, browserNames), firstOf(agent, systemNames)
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

// Browsers name others, too, to be taken for them; the first that fits is it.
var (
	browserNames = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systemNames = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Macintosh", "macOS"}, {"Linux", "Linux"}}
)

func firstOf(agent string, of [][2]string) string {
	for _, o := range of {
		if strings.Contains(agent, o[0]) {
			return o[1]
		}
	}
	return ""
}
