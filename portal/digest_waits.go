package portal

import (
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// waits collects what waits for somebody, by the text that tells of it.
type waits struct {
	told time.Time // when the last letter went, and its day here; zero if none went
	day  domain.Date
	of   map[string]waited
	news bool // some of it has begun to wait since
}

// waitsSince is nothing yet, after a letter that went at a time, at a place.
func waitsSince(told time.Time, place *time.Location) waits {
	if told.IsZero() {
		return waits{}
	}
	return waits{told: told, day: domain.DateOf(told.In(place))}
}

// waited is how much there is of something, and since when.
type waited struct {
	n     int
	first time.Time // zero if that is not told
}

// waitTexts are what letters tell apart, in English and in this order: in a few words for the
// subject, and as a line.
var waitTexts = []struct{ kind, text string }{
	{"hours", "%d weeks of hours to sign off."}, {"evidence", "%d milestones with evidence to look at."},
	{"role changes", "%d role changes to decide."}, {"erasures", "%d erasures to confirm or refuse."},
	{"apprenticeships", "%d apprenticeships to sign for the sponsor."}, {"apprenticeships", "%d apprenticeships to register with the agency."},
	{"apprenticeships", "%d first days to record."}, {"apprenticeships", "%d apprentices to hold ready for the assessment at the end, or not."},
	{"apprenticeships", "%d assessments at the end to record."},
	{"apprenticeships", "%d certificates to record."}, {"apprenticeships", "%d apprentices who need another journeyworker."},
	{"seats", "%d cohorts with a free seat for which somebody applied."}, {"seats", "%d people who took a seat to enrol."},
	{"appeals", "%d appeals about credit to answer."}, {"agreements", "%d agreements with institutions to sign."},
	{"agreements", "%d agreements to put into force."}, {"wage steps", "%d wage steps to approve."},
	{"corrections", "%d corrections to answer."}, {"hearings", "%d hearings to hold."},
	{"credit", "%d requests for credit to decide."}, {"appeals", "%d appeals to decide."}, {"agreements", "%d agreements with the hospital to sign."},
	{"your hours", "%d weeks of your hours to log."}, {"hours that came back", "%d weeks of your hours came back to be changed."},
}

var inboxTexts = map[projections.InboxKind]string{
	projections.AwaitingHours: "%d weeks of hours to sign off.", projections.AwaitingMilestone: "%d milestones with evidence to look at.",
	projections.AwaitingTransition: "%d role changes to decide.", projections.AwaitingErasure: "%d erasures to confirm or refuse.",
}

// errandTexts has no agreement that waits for an institution: nobody here can see to it.
var errandTexts = map[desk.ErrandKind]string{
	desk.SignErrand: "%d apprenticeships to sign for the sponsor.", desk.RegisterErrand: "%d apprenticeships to register with the agency.",
	desk.BeginErrand: "%d first days to record.", desk.GatewayErrand: "%d apprentices to hold ready for the assessment at the end, or not.",
	desk.AssessErrand: "%d assessments at the end to record.", desk.CertifyErrand: "%d certificates to record.",
	desk.PlaceErrand: "%d apprentices who need another journeyworker.", desk.AppealErrand: "%d appeals about credit to answer.",
	desk.AgreeErrand: "%d agreements with institutions to sign.", desk.ActivateErrand: "%d agreements to put into force.", desk.WageErrand: "%d wage steps to approve.",
	desk.OfferErrand: "%d cohorts with a free seat for which somebody applied.", desk.EnrolErrand: "%d people who took a seat to enrol.",
	desk.CorrectErrand: "%d corrections to answer.", desk.HearErrand: "%d hearings to hold.",
}

// add tells of n things that began to wait at a time, the zero time if that is not told.
func (w *waits) add(text string, n int, since time.Time) {
	if n == 0 {
		return
	}
	x := w.of[text]
	if x.n == 0 || !since.IsZero() && since.Before(x.first) {
		x.first = since
	}
	x.n += n
	if w.of == nil {
		w.of = map[string]waited{}
	}
	w.of[text] = x
	w.news = w.news || since.After(w.told)
}

// addOn is add for what is known by the day: on the day of the last letter it came after that.
func (w *waits) addOn(text string, since domain.Date) {
	w.add(text, 1, since.Midnight())
	w.news = w.news || !since.IsZero() && !since.Before(w.day)
}

// lines are what a letter says of w, with how much it is in all and of what kinds.
func (v *visit) waitLines(w waits) (lines, kinds []string, all int) {
	for _, t := range waitTexts {
		x := w.of[t.text]
		if x.n == 0 {
			continue
		}
		all += x.n
		if k := v.say(t.kind); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
		line := v.say(t.text, x.n)
		if !x.first.IsZero() {
			line = v.say("%s Waiting since %s.", line, v.day(wholeDay, domain.DateOf(x.first)))
		}
		lines = append(lines, line)
	}
	return lines, kinds, all
}

// inboxes adds what waits for the viewer in every capacity in which they decide.
func (v *visit) inboxes(w *waits) error {
	seen := map[domain.Stream]bool{}
	for _, role := range v.who.Capacities {
		if role == domain.Apprentice || role == domain.Auditor || role == domain.Registrar {
			continue
		}
		items, err := v.Desk.Read.Inbox(v.ctx(), v.who.ID, role, v.Desk.Today())
		if err != nil {
			return err
		}
		for _, i := range items {
			if !seen[i.Subject] {
				w.add(inboxTexts[i.Kind], 1, v.here(i.Since))
			}
			seen[i.Subject] = true
		}
	}
	return nil
}

// errands adds what waits for the offices in which the viewer acts. Erasures are in the inboxes.
func (v *visit) errands(w *waits) error {
	for _, role := range v.who.Capacities {
		all, err := v.Desk.Errands(v.ctx(), domain.Actor{Person: v.who.ID, Role: role})
		if err != nil {
			return err
		}
		for _, e := range all {
			if text := errandTexts[e.Kind]; text != "" {
				w.addOn(text, e.Since)
			}
		}
	}
	return nil
}

// collegeErrands adds what waits for the institution that the viewer acts for.
func (v *visit) collegeErrands(w *waits) error {
	if !slices.Contains(v.who.Capacities, domain.Registrar) {
		return nil
	}
	var c college
	var err error
	c.by, err = v.Desk.ForInstitution(v.ctx(), domain.Actor{Person: v.who.ID, Role: domain.Registrar})
	if domain.AsRefusal(err) != nil {
		return nil // it takes no part now
	}
	if err != nil {
		return err
	}
	credits, agreements, err := v.ofCollege(&c)
	for _, k := range credits {
		text := "%d requests for credit to decide."
		if k.Appealed {
			text = "%d appeals to decide."
		}
		w.addOn(text, k.Since)
	}
	for _, g := range agreements {
		w.addOn("%d agreements with the hospital to sign.", g.Since)
	}
	return err
}

// ofCollege is what waits for an institution: credit to decide, and agreements to sign.
func (v *visit) ofCollege(c *college) (open []ownCredit, unsigned []projections.Agreement, err error) {
	credits, err := v.ownCredits(c)
	if err != nil {
		return nil, nil, err
	}
	open = slices.DeleteFunc(credits, func(k ownCredit) bool { return !k.State.Open() })
	all, err := v.Desk.Read.Agreements(v.ctx(), c.by.Partner)
	unsigned = slices.DeleteFunc(all, func(g projections.Agreement) bool {
		return !g.Lies() || slices.Contains(g.Signed, agreement.Institution)
	})
	return open, unsigned, err
}
