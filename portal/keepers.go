package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Keepers are those who keep the records of people and programmes, or read them all.
var keepers = only(domain.Coordinator, domain.HR, domain.Auditor)

var keeperRoutes = slices.Concat(peopleRoutes, programRoutes, standardRoutes, cohortRoutes, importRoutes, agreementRoutes, institutionRoutes)

var (
	keepersTabs = []tab{
		{label: "People", path: "/people"},
		{label: "Programmes", path: "/programs"},
		{label: "Standards", path: "/standards"},
		{label: "Cohorts", path: "/cohorts"},
		{label: "Import", path: importPath},
		{label: "Erasures", path: "/erasures"},
	}
	programsSection     = section{label: "Programmes", path: "/programs", icon: "cap", tabs: keepersTabs}
	peopleSection       = section{label: "People", path: "/people", icon: "person", tabs: keepersTabs}
	institutionsSection = section{label: "Institutions", path: "/institutions", icon: "share", tabs: []tab{
		{label: "Institutions", path: "/institutions"},
		{label: "Agreements", path: "/agreements"},
		{label: "Students to match", path: "/students"},
	}}
)
