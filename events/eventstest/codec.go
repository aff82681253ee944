package eventstest

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// Catalogue is every fact of the domain, by aggregate.
var Catalogue = [][]domain.Event{
	activity.Events,
	agreement.Events,
	apprenticeship.Events,
	attestation.Events,
	consent.Events,
	credit.Events,
	framework.Events,
	milestone.Events,
	partner.Events,
	person.Events,
	reservation.Events,
	standard.Events,
	timesheet.Events,
	transition.Events,
}

// Codec knows what is in the Catalogue, for tests that run on a real log.
func Codec() events.Codec {
	return events.NewCodec(Catalogue...).With(consent.Upcasts, milestone.Upcasts)
}
