package portal

import "github.com/guildhall-dev/guildhall/domain"

var sharingRoutes = []route{
	{"GET /sharing", (*visit).sharing, everyone},
	{"POST /sharing", (*visit).share, everyone},
	{"GET /sharing/{partner}/stop", (*visit).askToStop, everyone},
	{"POST /sharing/{partner}/stop", (*visit).stopSharing, everyone},
	{"GET /sharing/disclosures", (*visit).ownDisclosures, everyone},
	{"GET /sharing/disclosures.csv", (*visit).ownDisclosuresCSV, everyone},
	{"GET /sharing/amendments", (*visit).amendments, everyone},
	{"POST /sharing/amendments", (*visit).askForCorrection, everyone},
	{"POST /sharing/amendments/{name}/statement", (*visit).leaveStatement, everyone},
	{"POST /sharing/amendments/{name}/hearing", (*visit).askForHearing, everyone},
	{"POST /sharing/amendments/{name}/withdraw", (*visit).withdrawCorrection, everyone},
}

var sharingTabs = []tab{{label: "Sharing", path: "/sharing"}, {label: "Who saw what", path: disclosuresPath}, {label: "Corrections", path: amendmentsPath}}

var (
	sharingPage = newPage[sharingData]("sharing.html")
	stopPage    = newPage[stopSharingData]("stop-sharing.html")
)

// sharingData is all that sharing.html may show: who outside the employer sees the learner's record.
type sharingData struct {
	frame
	Consents  []consent
	Ended     []consent
	Give      *consentForm // nil when there is nobody left to share with
	Custodian string       // whom to ask about the record
}

// A consent lets one college see named parts of the record.
type consent struct {
	Party        domain.PartnerID
	College      string
	Sees         string // "Milestones, credits"
	Purpose      string
	Agreement    string
	Since, Until domain.Date // no Until lasts as long as the agreement
	EndedOn      domain.Date
	LastRead     string // when it was last told something, and what, as a sentence
	Stop         string // path of the page that asks once more
}

// A consentForm posts partner, records (repeated), expiresOn, agree and key to Path.
type consentForm struct {
	Path, Key string
	Colleges  []option
	Records   []option
	Purpose   string
	ExpiresOn string // ISO date
	Agreed    bool
	Errors    fieldErrors
}

// stopSharingData is all that stop-sharing.html may show: the question before sharing ends.
type stopSharingData struct {
	frame
	Consent consent
	Path    string // posting here ends it
	Key     string
	Effects []string // what will be different, each as a sentence
	Back    string
}
