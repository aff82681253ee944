package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
)

var lakeshoreSystem = domain.Actor{Partner: "lakeshore", Role: domain.Partner}

// told records that the college was told of records of Maya, to which she consented.
func (h *hospital) told(question string, fields ...domain.Scope) {
	h.Helper()
	run(h, disclosure.Stream("lakeshore", h.portal.Desk.Today()), disclosure.Evolve, disclosure.Disclose{
		Request: h.request(lakeshoreSystem), Partner: "lakeshore", Persons: []domain.PersonID{"maya"}, Fields: fields, Basis: disclosure.Consent,
		Interest: "Award of credit", QueryHash: question, Agreement: "lakeshore-1", Granted: map[domain.PersonID][]domain.Scope{"maya": fields},
	})
}

func TestSharingSaysWhatACollegeReadLast(t *testing.T) {
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/sharing").send("/sharing", "records", "credits", "agree", "yes").wants(http.StatusOK, "It has not read anything yet.")
	h.told("first", domain.CreditRecords)
	h.told("second", domain.PathwayRecords)
	b.get("/sharing").wants(http.StatusOK, "On 22 Nov 2026 it was told: Your pathway.")
	b.get("/sharing").send("/language", "language", "es")
	b.get("/sharing").wants(http.StatusOK, "Quién ve su expediente", "El 22 nov 2026 se le comunicó: Su itinerario.").lacks("Stop sharing", "Since")
}
