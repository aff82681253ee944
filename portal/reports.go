package portal

import "slices"

// reportRoutes are the boards of those who look after programmes.
var reportRoutes = slices.Concat(deadlineRoutes, filingRoutes, ratioRoutes, wageRoutes, outcomeRoutes, equalRoutes, searchRoutes, startRoutes)

var reportsSection = section{label: "Reports", path: "/reports", icon: "chart", tabs: []tab{
	{label: "Today", path: "/reports"}, {label: "Deadlines", path: "/deadlines", only: keepers.roles}, {label: "Filings", path: "/filings", only: keepers.roles},
	{label: "Ratio", path: "/ratio", only: keepers.roles}, {label: "Outcomes", path: "/outcomes"}, {label: "Wages", path: "/wages", only: paymasters.roles},
}}

// equalSection is all there is for the officer who answers for equal opportunity.
var equalSection = section{label: "Equal opportunity", path: "/equal-opportunity", icon: "chart"}
