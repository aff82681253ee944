package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// reportRoutes are the boards of those who look after programmes.
var reportRoutes = slices.Concat(deadlineRoutes, filingRoutes, ratioRoutes, wageRoutes, outcomeRoutes, equalRoutes, searchRoutes)

var reportsSection = section{label: "Reports", path: "/deadlines", icon: "chart", tabs: []tab{
	{label: "Deadlines", path: "/deadlines"}, {label: "Filings", path: "/filings"}, {label: "Ratio", path: "/ratio"},
	{label: "Outcomes", path: "/outcomes"},
	{label: "Wages", path: "/wages", only: []domain.Role{domain.HR, domain.Auditor}},
}}

// Sections of those for whom one board is all there is.
var (
	outcomesSection = section{label: "Outcomes", path: "/outcomes", icon: "chart"}
	equalSection    = section{label: "Equal opportunity", path: "/equal-opportunity", icon: "chart"}
)
