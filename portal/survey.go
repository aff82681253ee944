package portal

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/suppress"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

const surveysPath = "/surveys"

var surveyRoutes = []route{
	{"GET /surveys", (*visit).surveys, everyone},
	{"GET /surveys/{wave}", (*visit).survey, everyone},
	{"POST /surveys/{wave}/{instrument}", (*visit).answerSurvey, everyone},
	{"GET /surveys/about-you", (*visit).aboutYou, everyone},
	{"POST /surveys/about-you", (*visit).identify, everyone},
}

var (
	surveysPage = newPage[surveysData]("surveys.html")
	surveyPage  = newPage[surveyData]("survey.html")
)

// surveysData is all that surveys.html may show: the surveys that are open.
type surveysData struct {
	frame
	Open     []openSurvey
	About    string      // path of the questions about oneself
	Answered domain.Date // when these were answered last; zero if never
	Least    int         // people in a group of which anything is told
}

// An openSurvey is one that can be answered, or was.
type openSurvey struct {
	Title, Href  string
	Until        domain.Date
	Answered, Of int // questionnaires
}

// surveyData is all that survey.html may show: the questionnaires of one survey.
type surveyData struct {
	frame
	Survey openSurvey
	Sheets []questionnaire
	Least  int
}

// A questionnaire posts answer-0, answer-1 and so on, and key to Path. Once it is answered it
// has neither questions nor path.
type questionnaire struct {
	ID, Title, Path, Key string
	Questions            []scaleQuestion
}

// A scaleQuestion is answered by one step of a scale.
type scaleQuestion struct {
	Name, Text string // of the input, of the question
	Steps      []option
	Wrong      string
}

// Words for the steps of a scale of five, from the lowest.
var (
	agreeSteps = [...]string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"}
	oftenSteps = [...]string{"Never", "Rarely", "Sometimes", "Often", "Always"}
)

func (v *visit) surveys() error {
	d := surveysData{frame: v.frame("Surveys", surveysPath), About: aboutPath, Least: suppress.Least}
	all, err := v.Desk.Read.Waves(v.ctx())
	if err != nil {
		return err
	}
	for _, w := range all {
		if !v.isOpen(w) {
			continue
		}
		answered, err := v.Desk.Answered(v.ctx(), v.actor(), w.ID)
		if err != nil {
			return err
		}
		d.Open = append(d.Open, opened(w, answered))
	}
	given, _, err := v.Desk.SelfIdentification(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	d.Answered = given.Answered
	return show(v, surveysPage, http.StatusOK, d)
}

func (v *visit) isOpen(w projections.Wave) bool {
	today := v.Desk.Today()
	return !w.Closed && !today.Before(w.From) && !today.After(w.To)
}

func opened(w projections.Wave, answered map[domain.InstrumentID]bool) openSurvey {
	return openSurvey{Title: w.Title, Href: surveysPath + "/" + string(w.ID), Until: w.To, Answered: len(answered), Of: len(w.Instruments)}
}

func (v *visit) survey() error {
	d, err := v.sheets()
	if err != nil {
		return err
	}
	return show(v, surveyPage, http.StatusOK, d)
}

// sheets are the questionnaires of the survey that the address names, while it is open.
func (v *visit) sheets() (d surveyData, err error) {
	w, err := v.Desk.Wave(v.ctx(), domain.WaveID(v.r.PathValue("wave")))
	if err != nil {
		return d, err
	}
	if !v.isOpen(w) {
		return d, desk.NotOpen(w)
	}
	answered, err := v.Desk.Answered(v.ctx(), v.actor(), w.ID)
	if err != nil {
		return d, err
	}
	d = surveyData{frame: v.frame("Survey", surveysPath), Survey: opened(w, answered), Least: suppress.Least}
	d.Title = w.Title
	for _, id := range w.Instruments {
		i, known := survey.InstrumentOf(id)
		if !known {
			continue
		}
		q := questionnaire{ID: string(id), Title: v.say(i.Title)}
		if !answered[id] {
			q.Path, q.Key, q.Questions = d.Survey.Href+"/"+string(id), newKey(), v.questions(i)
		}
		d.Sheets = append(d.Sheets, q)
	}
	return d, nil
}

func (v *visit) questions(i survey.Instrument) (out []scaleQuestion) {
	words := oftenSteps
	if i.Measure == "satisfaction" {
		words = agreeSteps
	}
	for n, item := range i.Items {
		q := scaleQuestion{Name: "answer-" + strconv.Itoa(n), Text: v.say(item)}
		for s := i.Low; s <= i.High; s++ {
			step := option{Value: strconv.Itoa(s), Label: strconv.Itoa(s)}
			if i.High-i.Low+1 == len(words) {
				step.Label = v.say(words[s-i.Low])
			}
			q.Steps = append(q.Steps, step)
		}
		out = append(out, q)
	}
	return out
}

func (v *visit) answerSurvey() error {
	wave, id := domain.WaveID(v.r.PathValue("wave")), domain.InstrumentID(v.r.PathValue("instrument"))
	i, known := survey.InstrumentOf(id)
	if !known {
		return domain.Refuse(domain.NotFound, "NO_SUCH_INSTRUMENT", "%s", v.say("There is no such questionnaire."))
	}
	var scores []int
	missing := map[string]string{}
	for n := range i.Items {
		name := "answer-" + strconv.Itoa(n)
		score, err := strconv.Atoi(v.field(name))
		if err != nil {
			missing[name] = v.say("Choose one step of the scale.")
		}
		scores = append(scores, score)
	}
	var refused *domain.Refusal
	if len(missing) > 0 {
		refused = domain.Refuse(domain.Invalid, "SCORES_MISSING", "%s", v.say("Answer each question. None of them is about anybody but you."))
	} else {
		_, err := v.Desk.AnswerSurvey(v.ctx(), v.ask(), wave, id, scores)
		if err == nil {
			return v.done(surveysPath+"/"+string(wave), v.say("Thank you. Your answers are kept without your name."))
		}
		if refused = v.refusal(err); refused == nil {
			return err
		}
	}
	d, err := v.sheets()
	if err != nil {
		return err
	}
	d.Problems = v.markMissing(&d, string(id), missing)
	if len(d.Problems) == 0 {
		d.Problems = []problem{{Text: reason(refused)}}
	}
	return show(v, surveyPage, statusOf(refused), d)
}

// markMissing puts back what was chosen in one questionnaire and says what was left out.
func (v *visit) markMissing(d *surveyData, sheet string, missing map[string]string) (problems []problem) {
	at := slices.IndexFunc(d.Sheets, func(q questionnaire) bool { return q.ID == sheet })
	if at < 0 {
		return nil
	}
	for n := range d.Sheets[at].Questions {
		q := &d.Sheets[at].Questions[n]
		q.Wrong = missing[q.Name]
		for s := range q.Steps {
			q.Steps[s].Chosen = q.Steps[s].Value == v.field(q.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		problems = append(problems, problem{Field: sheet + "-" + name, Text: missing[name]})
	}
	return problems
}
