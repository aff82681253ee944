package portal

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain/preference"
)

func accountSamples() []sample {
	manager := func() frame {
		f := managerFrame("Your account", 0)
		f.Viewer.Others = []option{{Value: "mentor", Label: "Act as: Mentor"}}
		return f
	}
	stays := []stayRow{{Device: "Firefox, Windows", Since: "27 Nov 2026, 08:12", Seen: "27 Nov 2026, 09:40"}, {Device: hostile, Since: "27 Nov 2026, 07:01", Seen: "27 Nov 2026, 07:30", Token: "ab12"}}
	refused := frame{Title: "Sign in", Org: "St. Alder Health"}
	prefer := (&visit{site: &site{Portal: &Portal{Organization: "St. Alder Health"}}, tongue: english}).preferences(preference.Chosen{Language: "es", Zone: "America/Chicago"})
	badly := prefer
	badly.Errors = fieldErrors{"language": hostile, "zone": hostile}
	mail := &mailCard{Key: "k", Address: "dana@example.org", State: cell{Text: "Refuses mail", Tone: toneWarn, Note: hostile}, Typed: hostile, Digests: []option{{Value: "daily", Label: "Every day at 7:00", Chosen: true}}, From: "22:00", Until: "07:00",
		Trial: true, Coming: true, Last: hostile, Errors: fieldErrors{"address": hostile, "digest": hostile, "quietFrom": hostile, "quietUntil": hostile}}
	return []sample{
		of("mail link", mailLinkPage, mailLinkData{frame: refused, Heading: "Stop these mails?", Text: hostile, Path: "/mail/stop/maya/ab12", Button: "Stop these mails"}),
		of("mail link followed", mailLinkPage, mailLinkData{frame: refused, Heading: "No more mail comes", Text: "You are told of what waits for you in Guildhall only."}),
		of("messages", messagesPage, messagesData{frame: apprenticeFrame("Messages"), Soon: []soonItem{{hostile, "3 days late", "Fri 27 Nov", hostile, "/pathway#m-x", true, true}, {"Last day to take your seat: Cloud foundations", "In 6 days", "Fri 4 Dec", "", "/career/interests", false, false}}, More: "12 more deadlines", New: 1, Unread: 2, Key: "k", Until: "2026-11-22T18:00:00Z", News: []newsItem{
			{When: "22 Nov 2026, 17:40", Text: english.mark("<strong>%s</strong> signed off the hours of %s", hostile, hostile), Icon: "tick", New: true}, {When: "20 Nov 2026, 09:12", Text: "<strong>Priya Raman</strong> signed off Imaging lab", Icon: "tick"}}}),
		of("messages none", messagesPage, messagesData{frame: apprenticeFrame("Messages")}),
		of("messages of a manager", messagesPage, messagesData{frame: managerFrame("Messages", 3), Waiting: 3, New: 1, Unread: 1, Key: "k", Until: "2026-11-22T18:00:00Z", News: []newsItem{
			{When: "22 Nov 2026, 17:40", Text: english.mark("<strong>%s</strong> commented on the role change of %s", hostile, "Maya Okafor"), Icon: "talk", Href: "/approvals/role-changes/maya", New: true, Reference: "RT-2041"}}}),
		of("account", accountPage, accountData{frame: manager(), Prefer: prefer, Capacities: []option{{Value: "manager", Label: "Manager", Chosen: true}, {Value: "mentor", Label: "Mentor"}}, Told: "You asked for mail every day.", Settings: messageSettingsPath}),
		of("account refused", accountPage, accountData{frame: apprenticeFrame("Your account"), Prefer: badly, Told: hostile, Settings: messageSettingsPath}),
		of("account messages", accountMailPage, accountMailData{manager(), mail, &calendarCard{Key: "k", Since: "27 Nov 2026, 08:12", Link: "http://127.0.0.1:8080/calendar/" + strings.Repeat("x", 43) + ".ics", Webcal: "webcal://127.0.0.1:8080/calendar/x.ics"}}),
		of("account messages none", accountMailPage, accountMailData{apprenticeFrame("Mail and calendar"), &mailCard{Key: "k", None: true}, &calendarCard{Key: "k"}}),
		of("account sessions", accountStaysPage, accountStaysData{manager(), stays, 1}),
		of("account of one session", accountStaysPage, accountStaysData{apprenticeFrame("Where you are signed in"), stays[:1], 0}),
		of("sign-in at a provider", signInPage, signInData{frame: refused, Begin: "/sign-in/begin?to=%2Fhours", Provider: "login.example.org", Kept: true}),
		of("sign-in of a stranger", signInPage, signInData{frame: refused, Begin: "/sign-in/begin", Provider: hostile, Refused: hostile, Account: hostile, Reference: "01JD3F"}),
		of("sign-in refused", signInPage, signInData{frame: refused, Begin: "/sign-in/begin", Provider: "login.example.org", Refused: "Where you sign in does not answer at this moment.", Reference: "01JD3F"}),
		of("signed out", signInPage, signInData{frame: frame{Title: "Sign in", Org: "St. Alder Health"}, Provider: "login.example.org", Farewell: "https://login.example.org/logout?x=1"}),
	}
}
