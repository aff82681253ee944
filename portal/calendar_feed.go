package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
	"go.uber.org/zap"
	"golang.org/x/time/rate"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

const (
	calendarPath = "/calendar/"
	calendarEnd  = ".ics"
)

// How often one link is read.
const (
	readsInARow = 20
	readEvery   = 30 * time.Second // after these
)

// calendar serves somebody's dates to whoever knows their secret, which a calendar asks for
// every few hours. It says of every address that is no link, or not any more, the same.
func (s *site) calendar(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, no-cache")
	body, err := s.dates(r)
	switch refusal := domain.AsRefusal(err); {
	case errors.Is(err, errNoCalendar):
		http.Error(w, "There is no calendar here. The link may have been replaced or switched off.", http.StatusNotFound)
	case errors.Is(err, errTooOften):
		w.Header().Set("Retry-After", strconv.Itoa(int(readEvery/time.Second)))
		http.Error(w, "This calendar is read too often. Every hour is enough.", http.StatusTooManyRequests)
	case err == nil:
		sum := sha256.Sum256(body)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	case r.Context().Err() != nil:
	case refusal == nil || refusal.Kind != domain.Busy:
		s.Log.Error("calendar failed", zap.String("reference", w.Header().Get(referenceHeader)), zap.Error(err))
		http.Error(w, "Something went wrong on our side. Ask again later.", http.StatusInternalServerError)
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, refusal.Reason, http.StatusServiceUnavailable)
	}
}

var (
	errNoCalendar = errors.New("portal: there is no such calendar")
	errTooOften   = errors.New("portal: a calendar is read too often")
)

// dates is the calendar that a request asks for. It is told once this node knows everything that
// is on record, so that a link that was switched off anywhere is off.
func (s *site) dates(r *http.Request) ([]byte, error) {
	secret, _ := strings.CutSuffix(r.PathValue("file"), calendarEnd)
	hash := hashed(secret)
	id, found, err := s.Desk.Read.CalendarReader(r.Context(), hash)
	if err == nil && found {
		if !s.feeds.of(hash).Allow() {
			return nil, errTooOften
		}
		if err = s.Partners.Fence(r.Context()); err == nil {
			id, found, err = s.Desk.Read.CalendarReader(r.Context(), hash)
		}
	}
	if err == nil && !found {
		err = errNoCalendar
	}
	if err != nil {
		return nil, err
	}
	v := s.visit(nil, r)
	if v.prefers, err = s.Desk.Read.Preference(r.Context(), id); err != nil {
		return nil, err
	}
	v.tongue, v.zone = tongueOf(v.prefers.Language, ""), clockOf(v.prefers.Zone, s.Desk.Now().Location())
	days, err := s.Desk.Calendar(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return v.icalendar(id, days)
}

// icalendar writes days as RFC 5545 has it. What is not in it any more, a calendar forgets.
func (v *visit) icalendar(id domain.PersonID, days []desk.CalendarDay) ([]byte, error) {
	c := ics.NewCalendarFor("Guildhall")
	c.SetProductId("-//Guildhall//Calendar//EN")
	c.SetMethod(ics.MethodPublish)
	c.SetCalscale("GREGORIAN")
	c.SetName(printable(v.say("Guildhall, %s", v.Organization)))
	if v.zone != time.Local { // which has no name
		c.SetXWRTimezone(v.zone.String())
	}
	c.SetRefreshInterval("PT6H")
	c.SetXPublishedTTL("PT6H")
	for _, x := range days {
		e := c.AddEvent(uidOf(id, x))
		e.SetDtStampTime(x.Since)
		e.SetSequence(int(x.Version))
		e.SetAllDayStartAt(x.On.Midnight())
		e.SetAllDayEndAt(x.On.AddDays(1).Midnight())
		e.SetTimeTransparency(ics.TransparencyTransparent)
		e.SetClass(ics.ClassificationPrivate)
		e.SetSummary(printable(v.dayTitle(x)))
		place := v.origin() + dayPath(x)
		note := v.say("More about it is in Guildhall: %s", place)
		if x.Count > 0 {
			note = v.say("Whom it is about is told in Guildhall only: %s", place)
		}
		e.SetDescription(printable(note))
		e.SetURL(place)
	}
	var b bytes.Buffer
	err := c.SerializeTo(&b, ics.WithNewLine("\r\n"))
	return b.Bytes(), err
}

// uidOf stays the same while a day is moved, if it is about something of theirs. It tells nothing.
func uidOf(id domain.PersonID, x desk.CalendarDay) string {
	about := string(x.Subject)
	if x.Count > 0 {
		about = x.On.String()
	}
	return hashed(fmt.Sprintf("%s\n%s\n%s", id, x.Kind, about))[:32] + "@guildhall"
}

// printable is a text without what would be a line of its own to a calendar.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// dayTitle says what a day is for.
func (v *visit) dayTitle(x desk.CalendarDay) string {
	switch text := dayTitles[x.Kind]; {
	case x.Count > 0:
		return v.say(text, x.Count)
	case strings.Contains(text, "%s"):
		return v.say(text, x.Title)
	default:
		return v.say(text)
	}
}

// dayTitles are in English: with a title what is theirs, with a number what is about others.
var dayTitles = map[desk.CalendarKind]string{
	desk.MilestoneDay: "Due: %s", desk.EvidenceEnds: "Evidence runs out: %s", desk.CertificateEnd: "Certificate runs out: %s",
	desk.SeatAnswer: "Last day to take your seat: %s", desk.CohortBegins: "First day: %s", desk.CohortEnds: "Last day: %s",
	desk.NewRole: "You begin as %s", desk.NewWage: "Your new wage begins", desk.OwnProbation: "Your probation ends",
	desk.OwnEvaluation: "Your progress is to be evaluated", desk.OwnReturn: "You are expected back", desk.OwnEnd: "Your apprenticeship is to end",
	desk.OwnHearing: "Hearing about your record, at %s",

	desk.DecideHoursBy: "Last day to sign off %d weeks of hours", desk.DecideMilestoneBy: "Last day to assess %d milestones",
	desk.DecideMoveBy: "Last day to decide %d role changes", desk.AnswerCorrection: "Last day to answer %d corrections",
	desk.CalendarKind(desk.EndProbation): "%d probations end", desk.CalendarKind(desk.EvaluateDue): "%d evaluations are due",
	desk.CalendarKind(desk.ExpectedReturn): "%d apprentices are expected back", desk.CalendarKind(desk.ExpectedEnd): "%d apprenticeships are to end",
	desk.CalendarKind(desk.TellAgency): "Last day to tell the agency of %d things",
}

// dayPath leads to more about a day.
func dayPath(x desk.CalendarDay) string {
	switch x.Kind {
	case desk.MilestoneDay, desk.EvidenceEnds:
		if _, r, err := milestones.ID(x.Subject); err == nil {
			return "/pathway#m-" + string(r)
		}
	case desk.SeatAnswer, desk.CohortBegins, desk.CohortEnds:
		return "/career/interests"
	case desk.OwnHearing:
		return amendmentsPath
	case desk.CertificateEnd, desk.NewWage:
		return "/record"
	case desk.DecideHoursBy, desk.DecideMilestoneBy, desk.DecideMoveBy:
		return "/approvals"
	case desk.AnswerCorrection:
		return "/privacy-log/corrections"
	}
	if x.Count > 0 {
		return "/deadlines?kind=" + string(x.Kind)
	}
	return "/pathway"
}

// feeds holds back links that are read too often. It forgets them all once there are too many.
type feeds struct {
	mu  sync.Mutex
	all map[string]*rate.Limiter
}

const mostFeeds = 10_000

func (f *feeds) of(hash string) *rate.Limiter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || len(f.all) >= mostFeeds {
		f.all = map[string]*rate.Limiter{}
	}
	if f.all[hash] == nil {
		f.all[hash] = rate.NewLimiter(rate.Every(readEvery), readsInARow)
	}
	return f.all[hash]
}
