package portal

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

const mailPath = messageSettingsPath + "#mail"

var mailRoutes = []route{
	{"POST /account/mail/address", (*visit).giveAddress, guests},
	{"POST /account/mail/remove", (*visit).removeAddress, guests},
	{"POST /account/mail/digest", (*visit).chooseDigest, guests},
	{"POST /account/mail/trial", (*visit).askTrial, guests},
}

// A mailCard is where somebody chooses which mail comes, and sees what became of it.
type mailCard struct {
	Key         string
	None        bool   // this Guildhall sends no mail
	Address     string // as it is on record; empty for none
	State       cell   // of the address
	Typed       string // into the form of the address
	Digests     []option
	From, Until string // of the quiet hours, as 22:00
	Trial       bool   // one can be sent
	Coming      bool   // and is on its way
	Last        string // what became of the last mail
	Errors      fieldErrors
}

func (v *visit) mailCard(chosen preference.Chosen) (*mailCard, error) {
	c := &mailCard{Key: newKey(), None: !v.SendsMail}
	for _, d := range []struct {
		digest preference.Digest
		label  string
	}{{preference.Never, v.say("Never")}, {preference.Daily, v.say("Every day at 7:00")}, {preference.Weekly, v.say("On Mondays at 7:00")}} {
		c.Digests = append(c.Digests, option{Value: string(d.digest), Label: d.label, Chosen: chosen.Digest == d.digest})
	}
	if chosen.Quiet != (preference.Quiet{}) {
		c.From, c.Until = desk.Clock(chosen.Quiet.From), desk.Clock(chosen.Quiet.Until)
	}
	a, known, err := v.Desk.Read.Addressee(v.ctx(), v.who.ID)
	if err != nil || !known {
		return c, err
	}
	c.Address = v.text(a.Address)
	c.Typed, c.Coming = c.Address, a.Trial < a.Trials
	c.Trial = a.Confirmed && !c.None && !c.Coming
	c.State = v.addressState(a)
	switch {
	case !a.FailedAt.IsZero():
		c.Last = v.say("The last mail failed on %s: no mail server took it for a day (%s).", v.moment(a.FailedAt), fmt.Sprint(a.Code))
		if a.Refused() {
			c.Last = v.say("The last mail failed on %s: the address refused it (%s). Correct the address, or have one sent as a trial. Nothing else goes there until then.", v.moment(a.FailedAt), fmt.Sprint(a.Code))
		}
	case !a.SentAt.IsZero():
		c.Last = v.say("The last mail was sent on %s.", v.moment(a.SentAt))
	}
	return c, nil
}

func (v *visit) addressState(a projections.Addressee) cell {
	switch {
	case a.Refused():
		return cell{Text: v.say("Refuses mail"), Tone: toneWarn}
	case !a.Confirmed:
		return cell{Text: v.say("To be confirmed"), Tone: toneWarn, Note: v.say("A link is sent there. It counts for 7 days.")}
	case a.Vouched:
		return cell{Text: v.say("Confirmed"), Tone: toneOK, Note: v.say("It comes from where you sign in.")}
	}
	return cell{Text: v.say("Confirmed"), Tone: toneOK}
}

// minute is a time of the day that was typed; 0 for none.
func (v *visit) minute(field string) (domain.Minutes, error) {
	text := strings.TrimSpace(v.field(field))
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, domain.Refuse(domain.Invalid, "BAD_TIME", "Write times of the day from 00:00 to 23:59.").About(field)
	}
	return domain.Minutes(t.Hour()*60 + t.Minute()), nil
}

// afterMail leads on after a change to the card, or shows it again with what is wrong.
func (v *visit) afterMail(err error, notice string) error {
	r := v.refusal(err)
	if err == nil || r == nil {
		if err != nil {
			return err
		}
		return v.done(mailPath, notice)
	}
	d, err := v.accountMailOf(v.prefers.Chosen)
	if err != nil {
		return err
	}
	if v.r.PostForm.Has("address") {
		d.Mail.Typed = v.field("address")
	}
	if v.r.PostForm.Has("quietFrom") {
		d.Mail.From, d.Mail.Until = v.field("quietFrom"), v.field("quietUntil")
	}
	d.Problems, d.Mail.Errors = wrong(r, map[string]string{"address": "address", "digest": "digest", "quietFrom": "quiet-from", "quietUntil": "quiet-until"})
	return show(v, accountMailPage, statusOf(r), d)
}

func (v *visit) giveAddress() error {
	_, err := v.Desk.GiveAddress(v.ctx(), v.ask(), v.field("address"))
	notice := v.say("Saved. Open the link that is sent there within 7 days.")
	if !v.SendsMail {
		notice = v.say("Saved. A link to confirm it is sent once this Guildhall sends mail.")
	}
	return v.afterMail(err, notice)
}

func (v *visit) removeAddress() error {
	_, err := v.Desk.RemoveAddress(v.ctx(), v.ask())
	return v.afterMail(err, v.say("Removed. No mail goes to you any more."))
}

func (v *visit) chooseDigest() error {
	chosen := v.prefers.Chosen
	chosen.Digest = preference.Digest(v.field("digest"))
	var err error
	if chosen.Quiet.From, err = v.minute("quietFrom"); err == nil {
		chosen.Quiet.Until, err = v.minute("quietUntil")
	}
	if err == nil {
		_, err = v.Desk.Prefer(v.ctx(), v.ask(), chosen)
	}
	return v.afterMail(err, v.say("Saved. It holds from the next mail on."))
}

func (v *visit) askTrial() error {
	_, err := v.Desk.AskTrial(v.ctx(), v.ask())
	return v.afterMail(err, v.say("A mail is on its way to you. What became of it stands here in a minute."))
}

// mailLinkRoutes are where links in mail lead. They work for whoever reads the mail, signed in or not.
var mailLinkRoutes = []route{
	{"GET /mail/confirm/{person}/{token}", (*visit).confirmAddress, anybody},
	{"POST /mail/confirm/{person}/{token}", (*visit).confirmAddress, anybody},
	{"GET /mail/stop/{person}/{token}", (*visit).stopMail, anybody},
	{"POST /mail/stop/{person}/{token}", (*visit).stopMail, anybody},
}

// isOneClick reports whether r may be what a mail program sends by itself (RFC 8058).
func isOneClick(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/mail/stop/")
}

var mailLinkPage = newPage[mailLinkData]("mail-link.html")

// mailLinkData is all that mail-link.html may show: one thing that a link in mail is for.
type mailLinkData struct {
	frame
	Heading, Text string
	Path, Button  string // empty once it is done
}

func (v *visit) confirmAddress() error {
	return v.byLink(desk.ConfirmLink, mailLinkData{Heading: v.say("Is this your address?"), Button: v.say("Confirm this address"),
		Text: v.say("Confirm that mail from Guildhall at %s may come to the address that this link was sent to.", v.Organization)},
		mailLinkData{Heading: v.say("Your address is confirmed"), Text: v.say("Mail from Guildhall goes there from now on, as you chose under Your account.")})
}

func (v *visit) stopMail() error {
	return v.byLink(desk.StopLink, mailLinkData{Heading: v.say("Stop these mails?"), Button: v.say("Stop these mails"),
		Text: v.say("No more mail comes about what waits for you and what happened. You can have it again under Your account.")},
		mailLinkData{Heading: v.say("No more mail comes"), Text: v.say("You are told of what waits for you in Guildhall only. You can have mail again under Your account.")})
}

// byLink asks before it does what a link is for: programs that look at mail open links, too.
func (v *visit) byLink(is desk.MailLink, ask, done mailLinkData) error {
	id, token := domain.PersonID(v.r.PathValue("person")), v.r.PathValue("token")
	if _, err := v.Desk.Linked(v.ctx(), id, is, token); err != nil {
		return err
	}
	d := ask
	d.Path = v.r.URL.EscapedPath()
	if v.r.Method == http.MethodPost {
		d = done
		do := v.Desk.StopMail
		if is == desk.ConfirmLink {
			do = v.Desk.ConfirmAddress
		}
		if err := do(v.ctx(), id, token); err != nil {
			return err
		}
	}
	d.frame = v.bareFrame(d.Heading)
	d.Title = d.Heading
	return show(v, mailLinkPage, http.StatusOK, d)
}
