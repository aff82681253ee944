package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A section is a part of the portal as its navigation names it.
type section struct {
	label, path, icon string
	tabs              []tab
}

// A tab is a part of a section, for some of those who have the section; for all of them if
// it names none.
type tab struct {
	label, path string
	only        []domain.Role
}

var (
	pathwaySection     = section{label: "Pathway", path: "/pathway", icon: "path", tabs: []tab{{label: "Pathway", path: "/pathway"}, {label: "Record", path: "/record"}}}
	hoursSection       = section{label: "Hours", path: "/hours", icon: "clock"}
	careerSection      = section{label: "Career", path: "/career", icon: "branch", tabs: []tab{{label: "Career map", path: "/career"}, {label: "Interests", path: interestsPath}, {label: "Surveys", path: surveysPath}}}
	sharingSection     = section{label: "Sharing", path: "/sharing", icon: "share", tabs: sharingTabs}
	approvalsSection   = section{label: "Approvals", path: "/approvals", icon: "check", tabs: approvalTabs}
	apprenticesSection = section{label: "Apprentices", path: "/apprentices", icon: "people", tabs: []tab{
		{label: "Everybody", path: "/apprentices", only: accompanying}, {label: "At risk", path: "/team", only: accompanying}}}
)

// besides are the sections that everybody has, though few or none find them in the navigation.
var besides = []section{careerSection, {path: accountPath, tabs: []tab{{label: "You", path: accountPath}, {label: "Mail and calendar", path: messageSettingsPath}, {label: "Where you are signed in", path: staysPath}}}}

// accompanying are those to whom it falls to see to learners at risk.
var accompanying = []domain.Role{domain.Mentor, domain.Manager, domain.Coordinator, domain.HR}

var approvalTabs = []tab{{label: "Waiting for you", path: "/approvals", only: []domain.Role{domain.Manager}}, {label: "While you are away", path: awayPath, only: []domain.Role{domain.Manager}}}

// navigation is what people find in the navigation by what they act as, the most used first.
// A phone has room for five.
var navigation = map[domain.Role][]section{
	domain.Apprentice:     {pathwaySection, hoursSection, careerSection, sharingSection},
	domain.Mentor:         {approvalsSection, apprenticesSection},
	domain.Manager:        {approvalsSection, apprenticesSection},
	domain.Coordinator:    {approvalsSection, apprenticesSection, programsSection, institutionsSection, reportsSection},
	domain.HR:             {approvalsSection, apprenticesSection, peopleSection, reportsSection},
	domain.Security:       {approvalsSection, apprenticesSection},
	domain.PrivacyOfficer: {approvalsSection, privacySection, apprenticesSection},
	domain.EEOOfficer:     {equalSection},
	domain.Executive:      {reportsSection},
	domain.Auditor:        {apprenticesSection, auditSection, privacySection, reportsSection},
	domain.Registrar:      {collegeSection},
}

// sections are what the viewer finds in the navigation. An employee who never was an apprentice
// has nothing there of what only apprentices have.
func (v *visit) sections() []section {
	all := navigation[v.who.Capacity]
	if v.who.Capacity != domain.Apprentice {
		return all
	}
	was, err := v.Desk.Read.Apprenticed(v.ctx(), v.who.ID)
	v.trouble(err)
	if was {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s section) bool {
		return s.path == pathwaySection.path || s.path == hoursSection.path || s.path == sharingSection.path
	})
}

// nav is the navigation, with the section and the tab that have a path shown as current. A
// page that is in none of them names the path of none.
func (v *visit) nav(path string) (nav, tabs []navItem) {
	for _, s := range v.sections() {
		item := navItem{Label: v.say(s.label), Href: s.path, Icon: s.icon, Current: s.path == path}
		if s.path == approvalsSection.path {
			item.Count = v.waits()
		}
		var parts []navItem
		for _, t := range s.tabs {
			if t.only == nil || slices.Contains(t.only, v.who.Capacity) {
				parts = append(parts, navItem{Label: v.say(t.label), Href: t.path, Current: t.path == path})
			}
		}
		if slices.ContainsFunc(parts, func(t navItem) bool { return t.Current }) {
			item.Current, tabs = true, parts
		}
		nav = append(nav, item)
	}
	for _, s := range besides {
		if tabs == nil && slices.ContainsFunc(s.tabs, func(t tab) bool { return t.path == path }) {
			for _, t := range s.tabs {
				tabs = append(tabs, navItem{Label: v.say(t.label), Href: t.path, Current: t.path == path})
			}
		}
	}
	return nav, tabs
}

// searches reports whether somebody finds people and requests by name.
func searches(r domain.Role) bool { return seekers.admits(r) }

// capacities are what people act as, in English words.
var capacities = map[domain.Role]string{
	domain.Apprentice: "Apprentice", domain.Mentor: "Mentor", domain.Manager: "Manager", domain.Coordinator: "Programme coordinator",
	domain.HR: "Human resources", domain.Auditor: "Auditor", domain.Security: "Information security",
	domain.PrivacyOfficer: "Privacy officer", domain.EEOOfficer: "Equal opportunity officer", domain.Executive: "Executive", domain.Registrar: "Registrar",
}
