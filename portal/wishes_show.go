package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

func (v *visit) wishes() error {
	d, err := v.wishList()
	if err != nil {
		return err
	}
	return show(v, wishesPage, http.StatusOK, d)
}

// aims are the names of what one can take part in, by what forms send for it.
type aims map[person.Aim]string

func (v *visit) aims(cohorts []projections.Cohort) (aims, error) {
	all, err := pathway.Catalogue()
	out := aims{}
	for _, p := range all {
		out[person.Aim{Pathway: p.ID}] = p.Title
	}
	for _, c := range cohorts {
		out[person.Aim{Cohort: c.ID}] = c.Title
	}
	return out, err
}

// value is a as forms send it.
func value(a person.Aim) string {
	if a.Cohort != "" {
		return "cohort." + string(a.Cohort)
	}
	return "pathway." + string(a.Pathway)
}

// open are the aims that somebody may still have, by name: cohorts only while one can apply.
func (a aims) open(closed map[domain.CohortID]bool) (out []option) {
	for aim, title := range a {
		if !closed[aim.Cohort] {
			out = append(out, option{Value: value(aim), Label: title})
		}
	}
	slices.SortFunc(out, func(x, y option) int { return strings.Compare(x.Label+x.Value, y.Label+y.Value) })
	return out
}

func (v *visit) wishList() (d wishesData, err error) {
	d = wishesData{frame: v.frame("Interests", interestsPath), Key: newKey(), Join: joinForm{On: v.Desk.Today().String()}}
	cohorts, err := v.Desk.Read.Cohorts(v.ctx())
	if err != nil {
		return d, err
	}
	known, err := v.aims(cohorts)
	if err != nil {
		return d, err
	}
	closed := map[domain.CohortID]bool{}
	for _, c := range cohorts {
		closed[c.ID] = c.State == projections.CohortCancelled || c.From.Before(v.Desk.Today())
	}
	d.Aims = known.open(closed)
	if err := v.ownWishes(&d, known); err != nil {
		return d, err
	}
	if err := v.seatsIn(&d, cohorts); err != nil {
		return d, err
	}
	if err := v.referrals(&d, known); err != nil {
		return d, err
	}
	if err := v.suggestions(&d); err != nil {
		return d, err
	}
	return d, v.offers(&d)
}

// ownWishes are what the viewer is interested in now.
func (v *visit) ownWishes(d *wishesData, known aims) error {
	interests, err := v.Desk.Read.Interests(v.ctx(), v.who.ID)
	for _, w := range interests {
		if w.Until.IsZero() {
			d.Wishes = append(d.Wishes, wish{Title: known[w.Aim], Note: v.text(w.Note), Aim: value(w.Aim), Since: w.Since})
		}
	}
	return err
}

var seatWords = map[projections.SeatStanding]struct {
	word string
	tone tone
}{
	projections.SeatInvited: {"You are invited to apply", toneInfo}, projections.SeatApplied: {"You applied", toneInfo}, projections.SeatWaiting: {"You are on the waiting list", toneInfo},
	projections.SeatOffered: {"A seat is held for you", toneWarn}, projections.SeatAccepted: {"Your seat is taken", toneOK}, projections.SeatDeclined: {"You declined", toneMute},
	projections.SeatEnrolled: {"You take part", toneOK}, projections.SeatLeft: {"You left", toneMute}, projections.SeatCompleted: {"Completed", toneOK},
}

var deliveryWords = map[string]string{"on-site": "on site", "remote": "remote", "low-bandwidth": "remote, also on a slow line"}

// seatsIn are the seats that are held for the viewer, and the cohorts that they can apply to or are in.
func (v *visit) seatsIn(d *wishesData, cohorts []projections.Cohort) error {
	seats, err := v.Desk.Read.SeatsOf(v.ctx(), v.who.ID)
	if err != nil {
		return err
	}
	for _, c := range cohorts {
		at := slices.IndexFunc(seats, func(s projections.Seat) bool { return s.Cohort == c.ID })
		base := "/career/cohorts/" + string(c.ID)
		e := cohortEntry{Title: c.Title, When: v.say("%s to %s, %s", v.day(wholeDay, c.From), v.day(wholeDay, c.To), v.say(deliveryWords[c.Delivery]))}
		open := c.State == projections.CohortOpen && !c.From.Before(v.Desk.Today())
		var standing projections.SeatStanding
		if at >= 0 {
			standing = seats[at].Standing
			e.Standing, e.Tone = v.say(seatWords[standing].word), seatWords[standing].tone
		}
		switch standing {
		case projections.SeatOffered:
			d.Seats = append(d.Seats, seatOffer{e.Title, e.When, seats[at].Until, base + "/seat"})
			continue
		case projections.SeatApplied, projections.SeatWaiting, projections.SeatAccepted:
			e.Leave = base + "/leave"
		case "", projections.SeatInvited, projections.SeatDeclined, projections.SeatLeft:
			if !open {
				continue
			}
			e.Apply = base + "/apply"
			if e.Seats = v.say("%d seats are free", max(0, c.Seats-c.Taken)); c.Taken >= c.Seats {
				e.Seats = v.say("All seats are taken; who applies now waits for one")
			}
		}
		d.Cohorts = append(d.Cohorts, e)
	}
	return nil
}

var answerWords = map[projections.Answer]string{"": "Not answered yet", projections.Accepted: "Interested", projections.Declined: "Would rather not"}

// referrals are those that wait for the viewer, and those by the viewer.
func (v *visit) referrals(d *wishesData, known aims) error {
	all, err := v.Desk.Read.Referrals(v.ctx(), v.who.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		switch {
		case r.By == v.who.ID:
			d.Referred = append(d.Referred, referred{v.name(r.Person), known[r.Aim], v.say(answerWords[r.Answer])})
		case r.Answer == "":
			d.Referrals = append(d.Referrals, referral{v.name(r.By), known[r.Aim], v.text(r.Note), v.day(wholeDay, r.MadeOn), "/career/referrals/" + strconv.Itoa(r.Fact)})
		}
	}
	team, err := v.Desk.Read.Teammates(v.ctx(), v.who.ID)
	if err != nil {
		return err
	}
	for _, p := range team {
		name, err := v.Desk.Name(v.ctx(), p.Name)
		if err != nil {
			return err
		}
		d.Refer.Colleagues = append(d.Refer.Colleagues, option{Value: string(p.ID), Label: name})
	}
	slices.SortFunc(d.Refer.Colleagues, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	return nil
}

// suggestions are the openings that were pointed out to the viewer and are still open.
func (v *visit) suggestions(d *wishesData) error {
	made, err := v.Desk.Read.Suggestions(v.ctx(), v.who.ID)
	if err != nil || len(made) == 0 {
		return err
	}
	vacant, err := v.Desk.Read.Positions(v.ctx(), projections.PositionQuery{Vacant: true})
	for _, s := range made {
		at := slices.IndexFunc(vacant, func(p projections.Position) bool { return p.ID == s.Opening })
		if at >= 0 {
			d.Suggestions = append(d.Suggestions, suggestion{vacant[at].Title, v.name(s.By), v.text(s.Note), v.day(wholeDay, s.MadeOn), rolePath(vacant[at].Role)})
		}
	}
	return err
}

var mentorWords = []struct {
	kind        person.MentorKind
	label, hint string
}{
	{person.Expert, "As somebody who knows the work", "You look at evidence, rate it and explain."},
	{person.Peer, "As somebody on the way", "You answer what newcomers do not dare to ask."},
}

// offers are what the viewer offers, and which associations they belong to.
func (v *visit) offers(d *wishesData) error {
	made, err := v.Desk.Read.MentorOffers(v.ctx(), v.who.ID)
	if err != nil {
		return err
	}
	for _, w := range mentorWords {
		m := mentoring{Kind: string(w.kind), Label: v.say(w.label), Hint: v.say(w.hint)}
		for _, o := range made {
			if o.Kind == w.kind {
				m.Since, m.Note = o.Since, v.text(o.Note)
			}
		}
		d.Mentoring = append(d.Mentoring, m)
	}
	joined, err := v.Desk.Read.Memberships(v.ctx(), v.who.ID)
	for _, j := range joined {
		m := membership{Association: v.text(j.Association), Since: j.Since, Until: j.Until}
		if j.Until.IsZero() {
			m.Path = "/career/memberships/" + strconv.Itoa(j.Fact) + "/end"
		}
		d.Memberships = append(d.Memberships, m)
	}
	return err
}
