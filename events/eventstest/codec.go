package eventstest

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attachment"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
)

// Catalogue is every fact of the domain, by aggregate.
var Catalogue = [][]domain.Event{
	activity.Events,
	agreement.Events,
	amendment.Events,
	alias.Events,
	apprenticeship.Events,
	attachment.Events,
	attestation.Events,
	client.Events,
	cohort.Events,
	consent.Events,
	credential.Events,
	credit.Events,
	disclosure.Events,
	enrolment.Events,
	fetch.Events,
	filing.Events,
	framework.Events,
	funding.Events,
	manifest.Events,
	milestone.Events,
	partner.Events,
	person.Events,
	placement.Events,
	position.Events,
	preference.Events,
	program.Events,
	reservation.Events,
	selfid.Events,
	signer.Events,
	site.Events,
	standard.Events,
	student.Events,
	submission.Events,
	survey.Events,
	timesheet.Events,
	transition.Events,
	wave.Events,
	webhook.Events,
	upload.Events,
}

// Codec knows what is in the Catalogue, for tests that run on a real log.
func Codec() events.Codec {
	return events.NewCodec(Catalogue...).With(consent.Upcasts, milestone.Upcasts)
}
