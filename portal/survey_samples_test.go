package portal

import (
	"reflect"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestNoPersonalPageHidesAPartOfItsFrame(t *testing.T) {
	for _, data := range []any{surveysData{}, surveyData{}, aboutData{}, ownDisclosuresData{}, amendmentsData{}} {
		for f := range reflect.TypeOf(data).Fields() {
			if _, hidden := reflect.TypeFor[frame]().FieldByName(f.Name); hidden {
				t.Errorf("%T has a %s of its own", data, f.Name)
			}
		}
	}
}

func surveySamples() []sample {
	until := domain.NewDate(2026, 12, 14)
	half := openSurvey{"How are you doing? Autumn", "/surveys/autumn", until, 1, 2}
	steps := []option{{Value: "1", Label: "Strongly disagree"}, {Value: "2", Label: "Disagree"}, {Value: "3", Label: "Neither"}, {Value: "4", Label: "Agree", Chosen: true}, {Value: "5", Label: "Strongly agree"}}
	sheets := func(wrong string) []questionnaire {
		return []questionnaire{{"work-satisfaction", "Satisfaction at work", "/surveys/autumn/work-satisfaction", "k",
			[]scaleQuestion{{"answer-0", "I like coming to work.", steps, ""}, {"answer-1", "My work is valued here.", steps, wrong}}}, {ID: "burnout-signal", Title: "Burnout signal"}}
	}
	bad := frame{Title: "Survey", Problems: []problem{{"work-satisfaction-answer-1", "Choose one step of the scale."}}}
	hard := openSurvey{hostile, "/surveys/x", until, 0, 1}
	return append(sharingSamples(),
		of("surveys", surveysPage, surveysData{frame: apprenticeFrame("Surveys"), Open: []openSurvey{half, {"Spring", "/surveys/spring", until, 2, 2}}, About: "/surveys/about-you", Answered: until, Least: 10}),
		of("surveys none", surveysPage, surveysData{frame: apprenticeFrame("Surveys"), About: "/surveys/about-you", Least: 10}),
		of("surveys with hostile words", surveysPage, surveysData{frame: apprenticeFrame("Surveys"), Open: []openSurvey{hard, {"Sozialversicherungsfachangestelltenausbildungsverordnung", "/surveys/y", until, 1, 2}}, About: "/surveys/about-you", Least: 10}),
		of("survey", surveyPage, surveyData{frame: apprenticeFrame("Survey"), Survey: half, Sheets: sheets(""), Least: 10}),
		of("survey wrong", surveyPage, surveyData{frame: bad, Survey: half, Sheets: sheets("Choose one step of the scale."), Least: 10}),
		of("survey hostile", surveyPage, surveyData{frame: apprenticeFrame(hostile), Survey: hard, Sheets: []questionnaire{{"x", hostile, "/surveys/x/x", "k", []scaleQuestion{{"answer-0", hostile, []option{{Value: "1", Label: hostile}}, ""}}}}, Least: 10}),
		of("about you", aboutPage, aboutData{frame: apprenticeFrame("About you"), Key: "k", Least: 10, Answered: until, Questions: []aboutQuestion{
			{"veteran", "Veteran", false, []option{{Value: "veteran", Label: "Veteran"}, {Label: "No answer", Chosen: true}}},
			{"race", "Race", true, []option{{Value: "asian", Label: "Asian", Chosen: true}, {Value: "undisclosed", Label: "I would rather not say"}}}}}),
	)
}
