package portal

import "slices"

// reportRoutes are the boards of those who look after programmes.
var reportRoutes = slices.Concat(deadlineRoutes, filingRoutes)

var reportsSection = section{label: "Reports", path: "/deadlines", icon: "chart", tabs: []tab{{label: "Deadlines", path: "/deadlines"}, {label: "Filings", path: "/filings"}}}
