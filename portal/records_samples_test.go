package portal

// recordSamples are lists that are narrowed down, records, and what is done to them.
func recordSamples() []sample {
	full := listingData{frame: keeperFrame("People"), Heading: "People", Lead: "Everybody who works here.", Acts: []link{{"Add a person", "/people/new"}, {"Import a table", "/tables"}},
		Filter: &filter{Path: "/people", Clear: "/people", Inputs: []input{{Name: "q", Kind: lineInput, Label: "Name or number", Value: "maya"}, {Name: "site", Kind: listInput, Label: "Site", Options: []option{{Label: "Any site"}, {Value: "main", Label: "Main campus", Chosen: true}}}}},
		List: list{Caption: "People", Columns: []column{{Name: "Name", Notes: "Number"}, {Name: "Site"}, {Name: "Presence"}}, Total: 61, Next: "/people?part=2", CSV: "/people.csv",
			Rows: []row{{{Text: "Maya Okafor", Note: "e-2001", Href: "/people/e-2001", Initials: "MO"}, {Text: "Main campus"}, {Text: "Away", Note: "Until 3 Dec 2026", Tone: toneInfo}}}}}
	empty := listingData{frame: keeperFrame("People"), Heading: "People", Empty: emptiness{Title: "Nobody is on record yet", Text: "People appear here once you add them.", Act: link{"Add a person", "/people/new"}}}
	bad := full
	bad.Heading, bad.Lead, bad.Filter = hostile, hostile, &filter{Path: "/people", Inputs: []input{{Name: "q", Kind: lineInput, Label: hostile, Value: hostile}}}
	bad.List.Rows = []row{{{Text: hostile, Note: hostile, Href: "javascript:alert(1)", Initials: "<>"}, {Text: hostile}, {Text: hostile, Tone: toneWarn}}}
	return []sample{
		of("listing", listingPage, full), of("listing empty", listingPage, empty), of("listing hostile", listingPage, bad),
		of("dossier", dossierPage, sampleDossier("Maya Okafor")), of("dossier bare", dossierPage, dossierData{frame: keeperFrame("Maya Okafor"), Heading: "Maya Okafor", Cards: sampleDossier("Maya Okafor").Cards[1:]}),
		of("dossier hostile", dossierPage, sampleDossier(hostile)),
		of("task", taskPage, sampleTask("Add a person")), of("task wrong", taskPage, wrongTask()), of("task hostile", taskPage, sampleTask(hostile)),
		of("import", importPage, sampleImport()), of("import preview", importPage, samplePreview("What this file would change")), of("import wrong", importPage, wrongImport()), of("import hostile", importPage, samplePreview(hostile)),
	}
}

func sampleDossier(name string) dossierData {
	return dossierData{frame: keeperFrame(name), Over: "Number e-2001", Heading: name, Tag: &cell{Text: "Away", Note: "Until 3 Dec", Tone: toneInfo}, Sub: "Help desk analyst at " + name, Acts: []link{{"Start an apprenticeship", "/programs/start"}},
		Call:  &call{"To be signed by the apprentice", "Maya has had it since 2 Nov.", link{"Remind Maya", "/remind"}},
		Steps: []step{{"Drafted", "2 Nov", stateDone}, {"Signed", name, stateActive}, {"Registered", "", stateAhead}},
		Cards: []card{
			{ID: "job", Title: "Work", Acts: []link{{"Change", "/people/e-2001/site"}}, Facts: []detail{{"Job", cell{Text: name, Note: "help-desk-analyst"}}, {"Reports to", cell{Text: "Dana Whitfield", Href: "/people/e-1005"}}}},
			{ID: "absences", Title: "Absences", Table: &list{Caption: "Absences", Columns: []column{{Name: "From"}, {Name: "Until"}}}, Empty: "None planned."},
			{ID: "capacities", Title: "Capacities", Lead: name, Tag: &cell{Text: "Two", Tone: toneOK}, Table: &list{Caption: "Capacities", Columns: []column{{Name: "Acts as"}, {Name: "Since"}}, Rows: []row{{{Text: name}, {Text: "2 Nov 2026"}}}}},
		},
		Side: []card{{ID: "change", Title: "Change the record", Doings: []link{{"Change the site", "/people/e-2001/site"}, {name + " leaves", "/people/e-2001/leave"}}}}}
}

func sampleTask(title string) taskData {
	return taskData{frame: keeperFrame(title), Over: "People", Heading: title, Lead: "Ten people or more are added faster from a table.", Path: "/people/new", Key: "k", Button: "Add the person", Keep: "Cancel", Back: "/people",
		Effects: []string{"They cannot sign in."},
		Inputs: []input{
			{Name: "name", Label: "Full name", Kind: lineInput, Value: title}, {Name: "from", Label: "From", Kind: dayInput, Hint: title}, {Name: "hours", Label: "Hours", Kind: numberInput, Optional: true},
			{Name: "reason", Label: "What was wrong", Kind: textInput, Value: title}, {Name: "site", Label: "Site", Kind: listInput, Options: []option{{Value: title, Label: title, Chosen: true}}},
			{Name: "why", Label: "Why", Kind: choiceInput, Options: []option{{Value: "resigned", Label: "Resigned", Hint: title, Chosen: true}}},
			{Name: "scopes", Label: "Records", Kind: boxesInput, Options: []option{{Value: "credits", Label: "Credits", Chosen: true}}}, {Name: "file", Label: "Table", Kind: fileInput}}}
}

func wrongTask() taskData {
	d := sampleTask("Add a person")
	d.Filter = &filter{Path: "/people/new", Clear: "/people/new", Inputs: []input{{Name: "q", Label: "Name of an apprentice", Kind: lineInput, Value: "Oka", Optional: true}}}
	for i := range d.Inputs {
		d.Inputs[i].Error = d.Inputs[i].Label + " is missing."
		d.Problems = append(d.Problems, problem{d.Inputs[i].ID(), d.Inputs[i].Error})
	}
	return d
}

func keeperFrame(title string) frame {
	return frame{Title: title, Org: "St. Alder Health", Viewer: viewer{Name: "Helen Park", Initials: "HP", Role: "Human resources"},
		Nav: []navItem{{"Approvals", "/approvals", "check", false, 0}, {"People", "/people", "person", true, 0}}, Tabs: []navItem{{Label: "People", Href: "/people", Current: true}, {Label: "Programmes", Href: "/programs"}}}
}

func sampleImport() importData {
	return importData{frame: keeperFrame("Import"), Heading: "Import a table", Lead: "You see row by row what a file would change.", Ask: &importForm{Path: "/tables", Key: "k", Button: "Show what it would change",
		Inputs:  []input{{Name: "kind", Label: "What the file holds", Kind: listInput, Options: []option{{Value: "people", Label: "People (CSV)", Chosen: true}}}, {Name: "file", Label: "File", Hint: "Up to 4 MB.", Kind: fileInput}},
		Columns: []card{{ID: "columns-people", Title: "People (CSV)", Table: &list{Caption: "People", Columns: []column{{Name: "Column"}, {Name: "What it holds"}}, Rows: []row{{{Text: "employee_number", Note: "Needed"}, {Text: "the number that personnel gave them"}}}}}}}}
}

func samplePreview(heading string) importData {
	return importData{frame: keeperFrame("Import"), Heading: heading, Lead: "Nothing is saved yet.", File: heading, Counts: []count{{2, "new"}, {1, "changed"}},
		Found: []card{{ID: "rows", Title: heading, Tag: &cell{Text: "Edition 2", Tone: toneInfo}, Table: &list{Caption: "Rows of the file", Columns: []column{{Name: "Line"}, {Name: "About"}, {Name: "Outcome"}}, Rows: []row{{{Text: "2"}, {Text: heading}, {Text: "New", Tone: toneOK}}}}}},
		Save:  &savingForm{Path: "/tables/x", Key: "k", Button: "Save 3 rows", Back: "/tables"}}
}

func wrongImport() importData {
	return importData{frame: keeperFrame("Import"), Heading: "This file has to be put right first", Lead: "Nothing was saved.", File: "staff.csv", Again: importPath,
		Wrong: &list{Caption: "What is wrong", Total: 1, Columns: []column{{Name: "Line", Number: true}, {Name: "Where"}, {Name: "What to put right"}}, Rows: []row{{{Text: "3"}, {Text: "employee_number"}, {Text: "“Nobody” has no digit."}}}}}
}
