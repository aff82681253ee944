package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
)

// The pathway's file comes first: what this page shows of it is the very same.
var styleguidePage = newPage[styleguideData]("pathway.html", "files.html", "inputs.html", "styleguide.html")

var styleguideRoutes = []route{{"GET /styleguide", (*visit).styleguide, anybody}}

// styleguideData is all that styleguide.html may show: every component in every state. It is for
// those who build pages, and in English only.
type styleguideData struct {
	frame
	Colours []colour
	States  []state
	Tags    []standing
	Inputs  []input
	Pathway pathwayData
	Meters  []meter
	Talk    []note
	List    list
	Icons   []string
}

// A colour is a token of app.css, with what it is for.
type colour struct{ Token, For string }

func (v *visit) styleguide() error {
	return show(v, styleguidePage, http.StatusOK, styleguideOf(v.frame("Style guide", ""), v.r.URL.Query().Has("empty")))
}

func styleguideOf(f frame, empty bool) styleguideData {
	d := styleguideData{
		frame: f,
		Colours: []colour{{"paper", "behind everything"}, {"card", "behind what belongs together"}, {"sunk", "behind a form within a card"}, {"ink", "text"},
			{"soft-ink", "text beside it"}, {"pine", "what is done, and what can be pressed"}, {"brass", "somebody has to act"}, {"ok", "it went well"},
			{"warn", "it needs a look"}, {"info", "it is under way"}, {"bad", "it has to be put right"}},
		States: []state{stateDone, stateActive, stateReview, stateAgain, stateAhead},
		Tags:   []standing{{"On track", toneOK}, {"In progress", toneInfo}, {"Behind plan", toneWarn}, {"Not started", toneMute}},
		Inputs: exampleInputs(),
		Meters: []meter{{Label: "On the job", Value: "1,284 h", Of: "2,000 h", Have: 1284, Pending: 40, Need: 2000, Note: "44 h ahead of plan."},
			{Label: "Related instruction", Value: "0 h", Of: "144 h", Need: 144, Note: "Begins with the first course in January."},
			{Label: "Milestones", Value: "6", Of: "6", Have: 6, Need: 6, Note: "All signed off."}},
		Talk: []note{{Who: "Dana Whitfield", When: "19 Nov", At: "2026-11-19T09:00:00Z", Text: "Ready from my side."}},
		List: list{Caption: "Apprentices", Total: 2, CSV: "/styleguide.csv", Next: "/styleguide?part=2",
			Columns: []column{{Name: "Apprentice"}, {Name: "Standing"}, {Name: "Hours", Number: true}},
			Rows: []row{{{Text: "Maya Okafor", Note: "Help desk to security analyst", Initials: "MO", Href: "/styleguide"}, {Text: "On track", Tone: toneOK}, {Text: "1,284 h"}},
				{{Text: "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh", Note: "A name that is long", Initials: "W"}, {Text: "Behind plan", Tone: toneWarn}, {Text: "12 h"}}}},
		Icons: []string{"path", "clock", "file", "cap", "share", "talk", "day", "tick", "bang", "check", "send", "warn", "people", "back", "forth", "again"},
	}
	d.Pathway = pathwayData{Learner: "Maya Okafor", Own: true, Stages: exampleStages(), Meters: d.Meters, Usual: domain.Hours(38), Weeks: exampleWeeks(),
		Next: []nextStep{{Title: "Log the hours for the week of 16 November", Why: "Nothing is handed in for it yet.", Due: "Due Mon 23 Nov", Urgent: true, Icon: "clock", Action: link{"Log hours", "/styleguide"}},
			{Title: "Imaging lab", Why: "The evidence is being looked at.", Holder: "With Priya Raman since 19 Nov", Icon: "talk"}},
		Ready: &readiness{Role: "security analyst", Hint: "It can be asked for once all are met.", Rules: []rule{{"Network defence", "Posted by Lakeshore Community College", stateDone, ""}, {"Imaging lab", "In review since 19 Nov", stateReview, ""}, {"Downtime drill", "Not begun", stateAhead, ""}}}}
	if empty {
		d.Pathway = pathwayData{Learner: "Ana Lindqvist", Own: true}
	}
	return d
}

func exampleInputs() []input {
	return []input{
		{Name: "plain", Label: "Title", Hint: "As it stands on the badge", Value: "Help desk analyst"},
		{Name: "wrong", Label: "Hours", Kind: numberInput, Value: "7.333", Error: "Write hours as 7.5 or 7:30."},
		{Name: "long", Label: "Note", Hint: "Optional", Kind: textInput, Optional: true},
		{Name: "day", Label: "First day", Kind: dayInput, Value: "2026-11-23"},
		{Name: "choose", Label: "College", Kind: listInput, Options: []option{{Value: "a", Label: "Lakeshore Community College"}, {Value: "b", Label: "Harbor Technical College", Chosen: true}}},
		{Name: "decide", Label: "Your decision", Kind: choiceInput, Options: []option{{Value: "yes", Label: "Approve", Hint: "It goes to human resources next.", Chosen: true}, {Value: "no", Label: "Send back", Hint: "Say what is missing."}}},
	}
}

func exampleStages() []stage {
	day := domain.NewDate(2026, 11, 2)
	step := func(id domain.RequirementID, title string, s state) milestone {
		return milestone{ID: id, Title: title, State: s, Word: s.Word(), When: day.Format("2 Jan 2006"), Worth: "96 h"}
	}
	return []stage{
		{Role: "Help desk analyst", Span: "Jul 2025 – Oct 2026", Note: "Complete", State: stateDone, Milestones: []milestone{step("one", "Ticket portfolio", stateDone)}, Gate: &gate{ID: "one", Title: "Role change", When: "2 Nov", State: stateDone, Word: "Approved"}},
		{Role: "Systems administrator", Span: "Nov 2026 – May 2027", Note: "You are here", State: stateActive, Milestones: []milestone{step("two", "Network defence", stateDone),
			step("three", "Imaging lab", stateReview), step("four", "Downtime drill", stateAgain), step("five", "Patch round", stateActive)}, Gate: &gate{ID: "two", Title: "Role change", When: "Plan: May 2027", State: stateAhead, Word: "1 of 4 ready"}},
		{Role: "Security analyst", Span: "From Jun 2027", Note: "Goal", State: stateAhead, Milestones: []milestone{step("six", "Incident response", stateAhead)}},
	}
}

func exampleWeeks() (weeks []weekHours) {
	w := domain.Week{Year: 2026, Number: 36}
	for i := range 12 {
		h := weekHours{Week: w, Name: w.Monday().Format("2 Jan"), Job: domain.Hours(34 + i%3), Class: domain.Hours(i % 4)}
		if i == 11 {
			h = weekHours{Week: w, Name: h.Name, PendingJob: domain.Hours(36), PendingClass: domain.Hours(3)}
		}
		weeks, w = append(weeks, h), w.Add(1)
	}
	return weeks
}
