package main

import (
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

// codec knows every fact there is.
func codec() events.Codec {
	return events.NewCodec(
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
	).With(consent.Upcasts, milestone.Upcasts)
}
