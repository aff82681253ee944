package portal

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
)

// mostSent is how many of the lists and batches that an institution sent are shown.
const mostSent = 50

// ownSync shows a registrar how it stands with what the systems of the institution read and send.
func (v *visit) ownSync() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	syncs, err := v.Desk.Syncs(v.ctx(), c.by, c.by.Partner)
	if err != nil || len(syncs) == 0 {
		return cmp.Or(err, error(errNoSuchPage))
	}
	s := syncs[0]
	clients, err := v.Desk.Read.Clients(v.ctx(), c.by.Partner)
	if err != nil {
		return err
	}
	webhooks, err := v.Desk.Read.Webhooks(v.ctx(), c.by.Partner)
	if err != nil {
		return err
	}
	lists, err := v.listsSent(c)
	if err != nil {
		return err
	}
	batches, err := v.Desk.Read.Submitted(v.ctx(), c.by.Partner, time.Time{}, mostSent)
	if err != nil {
		return err
	}
	sent := &list{Caption: v.say("Sent together"), Columns: []column{{Name: v.say("Day")}, {Name: v.say("Sent by")}, {Name: v.say("Items"), Number: true}, {Name: v.say("Refused"), Number: true}, {Name: v.say("Wait to be matched"), Number: true}}}
	for _, b := range batches {
		sent.Rows = append(sent.Rows, row{v.onDay(domain.DateOf(v.here(b.At))), {Text: v.senderOf(b.Source)}, {Text: strconv.Itoa(b.Items)}, {Text: strconv.Itoa(b.Refused)}, {Text: strconv.Itoa(b.Waiting)}})
	}
	state := v.syncState(s)
	d := dossierData{frame: v.frame("Sync", "/college/sync"), Over: v.college(c.by.Partner), Heading: v.say("What your systems read and send"), Tag: &cell{Text: state.Text, Tone: state.Tone}, Call: v.syncCall(s),
		Sub: v.say("As it is on record: that something was read is put on record a few times a day.")}
	d.Cards = []card{lists, {ID: "batches", Title: v.say("Sent together"), Table: sent, Empty: v.say("Nothing was sent together yet. Tables of awards, and what systems send at once, are listed here with what became of them.")},
		v.systemsOf(clients), v.webhooksOf(webhooks, "", false)}
	d.Side = []card{{ID: "touch", Title: v.say("In touch"), Facts: v.syncFacts(s)}}
	return show(v, dossierPage, http.StatusOK, d)
}

// listsSent are the lists of students that were taken over for the institution, the newest first.
func (v *visit) listsSent(c college) (card, error) {
	const far = 1000
	found, err := v.Desk.Read.Uploads(v.ctx(), 0, far)
	t := &list{Caption: v.say("Lists of students"), Columns: []column{{Name: v.say("Day")}, {Name: v.say("Sent by")}, {Name: v.say("Rows"), Number: true}, {Name: v.say("New"), Number: true}, {Name: v.say("Changed"), Number: true}, {Name: v.say("Not matched"), Number: true}}}
	for _, u := range found {
		if u.Kind == upload.Roster && u.Partner == c.by.Partner && len(t.Rows) < mostSent {
			t.Rows = append(t.Rows, row{v.onDay(domain.DateOf(v.here(u.At))), {Text: v.senderOf(u.Source)}, {Text: strconv.Itoa(u.Rows)}, {Text: strconv.Itoa(u.New)}, {Text: strconv.Itoa(u.Changed)}, {Text: strconv.Itoa(u.Unmatched)}})
		}
	}
	return card{ID: "lists", Title: v.say("Lists of students"), Table: t, Empty: v.say("None was sent yet. A list that you upload, or that your systems send, is told of here.")}, err
}

// senderOf is who sent something for an institution: a registrar by name, or its system.
func (v *visit) senderOf(source string) string {
	if id, registrar := strings.CutPrefix(source, "registrar:"); registrar {
		return v.heard(domain.PersonID(id))
	}
	return v.say("A system, or the hospital")
}
