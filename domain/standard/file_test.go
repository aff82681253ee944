package standard

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// sound is a standard without a doubt; tests replace parts of it.
const sound = `[{
 "title": "Help desk", "onet": "15-1232.00", "rapids": "1059CB", "approach": "time", "source": "a test",
 "term_ojl_hours": 2000, "term_months": 12, "rti_hours": 144.5, "ratio": "1:1", "probation_hours": 500,
 "work_processes": [
  {"sort": 1, "title": "Calls", "min_hours": 999.5, "max_hours": 999.5, "competencies": [{"text": "Listens", "core": true}]},
  {"sort": 2, "title": "Devices", "min_hours": 1000.5, "max_hours": 1000.5, "competencies": []}
 ],
 "related_instruction": [{"title": "Networks", "hours_min": 144.5, "hours_max": 144.5, "year": 1}],
 "wage_steps": [
  {"step": 1, "percent": 50, "amount": "$15.40", "from_hours": 0, "to_hours": 1000},
  {"step": 2, "percent": 60.5, "amount": "$18.63", "from_hours": 1000, "to_hours": null}
 ]
}]`

func with(old, new string) string {
	if strings.Count(sound, old) != 1 {
		panic("the test replaces what is not there once: " + old)
	}
	return strings.Replace(sound, old, new, 1)
}

func TestReadTellsWhatAStandardHolds(t *testing.T) {
	r, err := Read(strings.NewReader("\ufeff" + sound))
	if err != nil {
		t.Fatal(err)
	}
	want := Definition{
		ID: "rapids-1059cb",
		Header: Header{Title: "Help desk", ONET: "15-1232.00", RAPIDS: "1059CB", Approach: TimeBased, TermMonths: 12,
			OJLMin: 120_000, OJLMax: 120_000, RTIMin: 8670, Ratio: "1:1", Probation: 30_000, Source: "a test"},
		WorkProcesses: []WorkProcess{
			{ID: "wp-01", Title: "Calls", Min: 59_970, Max: 59_970, Competencies: []Competency{{"wp-01-c01", "Listens", true}}},
			{ID: "wp-02", Title: "Devices", Min: 60_030, Max: 60_030},
		},
		Courses: []Course{{ID: "ri-01", Title: "Networks", Min: 8670, Max: 8670, Year: 1}},
		WageSteps: []WageStep{
			{Step: 1, BasisPoints: 5000, Amount: 1540, To: 60_000, Trigger: ByOJL},
			{Step: 2, BasisPoints: 6050, Amount: 1863, From: 60_000, Trigger: ByOJL},
		},
	}
	if got := r.Standards[0].Definition; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if w := r.Standards[0].Warnings; len(w) > 0 {
		t.Errorf("warnings: %s", w.Error())
	}
	if got, want := strings.Join(r.Standards[0].Contents, "; "), "time approach; 2 work processes; 2,000 h on the job; 1 competency, 1 core; 1 course, 144.5 h of related instruction; 2 wage steps"; got != want {
		t.Errorf("contents %q, want %q", got, want)
	}
}

func TestReadIsTolerantOfWhatIsClear(t *testing.T) {
	cases := map[string]struct {
		text string
		has  func(Definition) bool
	}{
		"one standard without a list": {strings.Trim(sound, "[]"), func(d Definition) bool { return d.Title == "Help desk" }},
		"the term as a pair":          {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": [2000, 2000]`), func(d Definition) bool { return d.OJLMax == domain.Hours(2000) }},
		"the term as a list of one":   {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": [2000]`), func(d Definition) bool { return d.OJLMax == domain.Hours(2000) }},
		"the approach in other words": {with(`"time"`, `"Time-based"`), func(d Definition) bool { return d.Approach == TimeBased }},
		"rows out of order": {strings.NewReplacer(`"sort": 1`, `"sort": 2`, `"sort": 2`, `"sort": 1`).Replace(sound), func(d Definition) bool {
			return d.WorkProcesses[0].Title == "Devices" && d.WorkProcesses[0].ID == "wp-01"
		}},
		"rows without numbers":         {strings.NewReplacer(`"sort": 1, `, "", `"sort": 2, `, "").Replace(sound), func(d Definition) bool { return d.WorkProcesses[1].ID == "wp-02" }},
		"a percentage with its sign":   {with(`"percent": 60.5`, `"percent": "60.5 %"`), func(d Definition) bool { return d.WageSteps[1].BasisPoints == 6050 }},
		"money as a number":            {with(`"$18.63"`, `18.63`), func(d Definition) bool { return d.WageSteps[1].Amount == 1863 }},
		"an id of its own and no code": {with(`"rapids": "1059CB"`, `"id": "our-help-desk"`), func(d Definition) bool { return d.ID == "our-help-desk" && d.RAPIDS == "" }},
		"text with line breaks":        {with(`"Listens"`, `" Listens\n to people "`), func(d Definition) bool { return d.WorkProcesses[0].Competencies[0].Text == "Listens to people" }},
		"alternatives":                 {with(`"year": 1`, `"choose_group": "a"`), func(d Definition) bool { return d.Courses[0].ChooseGroup == "a" }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Read(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if d := r.Standards[0].Definition; !c.has(d) {
				t.Errorf("got %+v", d)
			}
			if w := r.Standards[0].Warnings; len(w) > 0 {
				t.Errorf("warnings: %s", w.Error())
			}
		})
	}
}

func TestWageStepsSayWhatItTakesInThreeWays(t *testing.T) {
	const steps = `"wage_steps": [
  {"step": 1, "percent": 50, "amount": "$15.40", "from_hours": 0, "to_hours": 1000},
  {"step": 2, "percent": 60.5, "amount": "$18.63", "from_hours": 1000, "to_hours": null}
 ]`
	h := domain.Hours
	cases := map[string]struct {
		steps string
		want  []WageStep
	}{
		"months and hours to get through a step": {
			`{"percent": 50, "min_months": 6, "min_hours": 500}, {"percent": 60, "min_months": 6, "min_hours": 700}, {"percent": 70, "min_months": 6, "min_hours": 800}`,
			[]WageStep{{1, 5000, 0, 0, h(500), 0, ByBoth}, {2, 6000, 0, h(500), h(1200), 6, ByBoth}, {3, 7000, 0, h(1200), h(2000), 12, ByBoth}}},
		"months alone": {
			`{"percent": 50, "min_months": 6}, {"percent": 60, "min_months": 6}`,
			[]WageStep{{1, 5000, 0, 0, 0, 0, ByMonths}, {2, 6000, 0, 0, 0, 6, ByMonths}}},
		"thresholds counted from the start": {
			`{"percent": 50, "min_hours": 0}, {"percent": 60, "min_hours": 500}, {"percent": 70, "min_hours": 1000}`,
			[]WageStep{{1, 5000, 0, 0, h(500), 0, ByOJL}, {2, 6000, 0, h(500), h(1000), 0, ByOJL}, {3, 7000, 0, h(1000), 0, 0, ByOJL}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Read(strings.NewReader(with(steps, `"wage_steps": [`+c.steps+`]`)))
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Standards[0].Definition.WageSteps; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestReadNamesWhatIsWrong(t *testing.T) {
	const desk = `standard 1 "Help desk"`
	cases := map[string]struct{ text, want string }{
		"nothing":              {" \n", "the file is empty. It should hold a JSON list of standards."},
		"an empty list":        {"[]", "line 1: the list is empty. It should hold at least one standard."},
		"not JSON":             {"[\n {\"title\": \"a\",\n  oops}]", "line 3, column 3: this is not JSON: invalid character 'o' looking for beginning of object key string. Correct it here or just before."},
		"a file cut short":     {"[\n {", "line 2, column 2: this is not JSON: unexpected end of JSON input. Correct it here or just before."},
		"not UTF-8":            {"[\n \"\xff\"]", "line 2, column 3: the file is not UTF-8 text from here on. Save it as UTF-8."},
		"a row that is text":   {`["x"]`, "line 1: standard 1: is text. Write a row with named fields, in braces."},
		"too deep":             {strings.Repeat("[", 20) + strings.Repeat("]", 20), "line 1: the lists are nested too deeply for a file of standards."},
		"a field given twice":  {with(`"ratio": "1:1"`, `"ratio": "1:1", "ratio": "1:2"`), `line 3: "ratio": is given twice in the same row. Keep one.`},
		"no title":             {with(`"title": "Help desk"`, `"title": null`), "line 2: standard 1, title: is missing. Write the name of the occupation."},
		"no code":              {with(`"rapids": "1059CB", `, ``), `line 1: ` + desk + `, rapids: is missing. Write the registration code in quotes, such as "1059CB".`},
		"a code as a number":   {with(`"1059CB"`, `1059`), "line 2: " + desk + ", rapids: is a number, not text. Put it in quotes."},
		"no approach":          {with(`"time"`, `""`), "line 2: " + desk + ", approach: is missing. Write time, competency or hybrid."},
		"an unknown approach":  {with(`"time"`, `"fast"`), "line 2: " + desk + `, approach: "fast" is not an approach. Write time, competency or hybrid.`},
		"a wrong O*NET code":   {with(`15-1232.00`, `15-1232`), "line 2: " + desk + `, onet: "15-1232" is not an O*NET code. Write two digits, four digits and two digits, such as "15-1232.00".`},
		"a wrong ratio":        {with(`"1:1"`, `"one"`), "line 3: " + desk + `, ratio: "one" is not a ratio. Write apprentices and journeyworkers with a colon, such as "1:1".`},
		"negative hours":       {with(`"probation_hours": 500`, `"probation_hours": -5`), "line 3: " + desk + ", probation_hours: -5 is negative. Write 0 or more, or null if it is not stated."},
		"hours as text":        {with(`"probation_hours": 500`, `"probation_hours": "500"`), "line 3: " + desk + ", probation_hours: is text, not a number. Write the number without quotes, or null if it is not stated."},
		"hours with an E":      {with(`"probation_hours": 500`, `"probation_hours": 5e2`), "line 3: " + desk + ", probation_hours: 5e2 is not written plainly. Use digits and at most one point."},
		"hours beyond reason":  {with(`"probation_hours": 500`, `"probation_hours": 100001`), "line 3: " + desk + ", probation_hours: 100001 is out of range. Write a number from 0 to 100000."},
		"uneven hours":         {with(`"rti_hours": 144.5`, `"rti_hours": 144.51`), "line 3: " + desk + ", rti_hours: 144.51 is not a whole number of minutes. Write hours that come out even, such as 7.5 or 7.25."},
		"a term that ends":     {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": [2000, 1000]`), "line 3: " + desk + ", term_ojl_hours: the maximum 1,000 h is below the minimum 2,000 h. Swap or correct them."},
		"a term of three":      {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": [1, 2, 3]`), "line 3: " + desk + ", term_ojl_hours: has 3 entries. Write one figure, or a minimum and a maximum."},
		"a month and a half":   {with(`"term_months": 12`, `"term_months": 1.5`), "line 3: " + desk + ", term_months: 1.5 is not a whole number. Write it without a fraction."},
		"maximum below":        {with(`"max_hours": 1000.5`, `"max_hours": 7`), "line 6: " + desk + ", work_processes row 2, max_hours: 7 h is below min_hours, 1,000.5 h. Swap or correct them."},
		"a number twice":       {with(`"sort": 2`, `"sort": 1`), "line 6: " + desk + ", work_processes row 2, sort: 1 is also the number of row 1. Number the work processes without repeating."},
		"no process title":     {with(`"title": "Devices", `, ``), "line 6: " + desk + ", work_processes row 2, title: is missing. Say what work it is."},
		"core in words":        {with(`"core": true`, `"core": "yes"`), "line 5: " + desk + ", work_processes row 1, competencies row 1, core: is text. Write true or false without quotes."},
		"a competency as text": {with(`"competencies": []`, `"competencies": ["x"]`), "line 6: " + desk + ", work_processes row 2, competencies row 1: is text. Write a row with named fields, in braces."},
		"courses as text":      {with(`[{"title": "Networks", "hours_min": 144.5, "hours_max": 144.5, "year": 1}]`, `"some"`), "line 8: " + desk + ", related_instruction: is text, not a list. Put the rows in square brackets."},
		"course hours below":   {with(`"hours_max": 144.5`, `"hours_max": 1`), "line 8: " + desk + ", related_instruction row 1, hours_max: 1 h is below hours_min, 144.5 h. Swap or correct them."},
		"money in words":       {with(`"$18.63"`, `"plenty"`), "line 11: " + desk + `, wage_steps row 2, amount: "plenty" is not an amount of money. Write dollars and cents, such as "$15.40".`},
		"no wage":              {with(`"percent": 60.5, "amount": "$18.63", `, ``), "line 11: " + desk + ", wage_steps row 2, percent: is missing, and so is amount. Write the share of the journeyworker's wage or an hourly amount."},
		"steps that overlap":   {with(`"from_hours": 1000`, `"from_hours": 900`), "line 11: " + desk + ", wage_steps row 2, from_hours: 900 h lies in the step before, which runs to 1,000 h. Let it begin there."},
		"a step without start": {with(`"from_hours": 1000, "to_hours": null`, `"to_hours": null`), "line 11: " + desk + ", wage_steps row 2, from_hours: is missing. Say when the step begins: from_hours, or min_hours and min_months."},
		"steps out of order":   {with(`"step": 2`, `"step": 1`), "line 11: " + desk + ", wage_steps row 2, step: 1 does not come after step 1. Number the steps upwards."},
		"the same code twice":  {strings.TrimSuffix(sound, "]") + "," + strings.TrimPrefix(sound, "["), "line 13: standard 2 \"Help desk\", rapids: \"1059CB\" is also the code of standard 1. Give each standard its own code, or remove one."},
		"a pass level off the scale": {with(`"ratio": "1:1"`, `"ratio": "1:1", "rating_scale": [0, 1, 2], "pass_level": 3`),
			"line 3: " + desk + ", pass_level: 3 is not on the rating scale. Use one of [0 1 2]."},
		"several at once": {strings.NewReplacer(`"time"`, `"fast"`, `"sort": 2`, `"sort": 1`, `"year": 1`, `"year": "one"`).Replace(sound), strings.Join([]string{
			"line 2: " + desk + `, approach: "fast" is not an approach. Write time, competency or hybrid.`,
			"line 6: " + desk + ", work_processes row 2, sort: 1 is also the number of row 1. Number the work processes without repeating.",
			"line 8: " + desk + ", related_instruction row 1, year: is text, not a number. Write the number without quotes, or null if it is not stated."}, "\n")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Read(strings.NewReader(c.text))
			if err == nil {
				t.Fatal("read without an error")
			}
			if err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%v", err, c.want)
			}
			if len(r.Standards) > 0 {
				t.Error("something is left to save")
			}
			if ref := domain.AsRefusal(err); ref == nil || ref.Code != "BAD_FILE" {
				t.Errorf("refusal %+v, want BAD_FILE", ref)
			}
		})
	}
}

func TestReadWarnsAboutWhatIsDoubtful(t *testing.T) {
	const desk = `standard 1 "Help desk"`
	cases := map[string]struct{ text, want string }{
		"an unknown field": {with(`"ratio"`, `"pages": 12, "ratio"`), "line 3: " + desk + `: the field "pages" is not known here and was left out: 12`},
		"a header that differs from its table": {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": [1900, 2000]`),
			"line 3: " + desk + ", header, term_ojl_hours: states 1,900-2,000 h, but the work processes add up to 2,000 h; the sum is used, so correct the header, or the work process that is wrong"},
		"a header that is silent": {with(`"term_ojl_hours": 2000`, `"term_ojl_hours": null`),
			"line 1: " + desk + ", header, term_ojl_hours: is not stated; the work processes add up to 2,000 h, which is used"},
		"a term too short for its hours": {with(`"term_months": 12`, `"term_months": 11`),
			"line 3: " + desk + ", header, term_ojl_hours: 2,000 h on the job do not fit into the 11 months of term_months, which hold 1,906 h 40 min at 40 h a week"},
		"a long probation": {with(`"probation_hours": 500`, `"probation_hours": 501`),
			"line 3: " + desk + ", header, probation_hours: 501 h is longer than the law allows: 25 % of the term or one year, whichever is shorter, is 500 h here (29 CFR 29.5(b)(8))"},
		"no maximum": {with(`"max_hours": 1000.5`, `"max_hours": null`), "line 4: " + desk + ", work_processes row 2: no maximum stated; any number of hours above the minimum counts"},
		"a jump in the numbers": {with(`"sort": 2`, `"sort": 4`),
			"line 6: " + desk + ", work_processes row 2, sort: the numbers go from 1 to 4; make sure that no row is missing"},
		"core not stated": {with(`, "core": true`, ``), "line 5: " + desk + ", work_processes row 1, competencies row 1, core: is not stated; the competency counts as core"},
		"an outline that differs": {with(`"rti_hours": 144.5`, `"rti_hours": 150`),
			"line 8: " + desk + ", related_instruction: the courses add up to 144.5 h, but the header states 150 h; correct one of them"},
		"a wage that falls": {with(`"percent": 60.5`, `"percent": 50`),
			"line 11: " + desk + ", wage_steps row 2: does not pay more than the step before; a wage schedule rises (29 CFR 29.5(b)(5))"},
		"a wage below the minimum": {with(`"$15.40"`, `"$7.20"`),
			"line 10: " + desk + ", wage_steps row 1, amount: $7.20 is below the federal minimum wage of $7.25 (29 CFR 29.5(b)(5))"},
		"a step nobody reaches": {strings.NewReplacer(`"to_hours": 1000`, `"to_hours": 2500`, `"from_hours": 1000`, `"from_hours": 2500`).Replace(sound),
			"line 11: " + desk + ", wage_steps row 2: begins at 2,500 h, but 2,000 h on the job are enough to complete: an apprentice may never reach the step"},
		"a hole in the schedule": {with(`"from_hours": 1000`, `"from_hours": 1200`),
			"line 11: " + desk + ", wage_steps row 2, from_hours: no step covers 1,000 h to 1,200 h; the wage of the step before goes on"},
		"a schedule that stops": {with(`"to_hours": null`, `"to_hours": 1500`),
			"line 11: " + desk + ", wage_steps row 2: ends at 1,500 h, before the 2,000 h of the term; the wage of the last step goes on"},
		"rival products counted together": {with(`[{"title": "Networks", "hours_min": 144.5, "hours_max": 144.5, "year": 1}]`,
			`[{"title": "Cloud with AWS", "hours_min": 100, "hours_max": 100}, {"title": "Cloud with Azure", "hours_min": 44.5, "hours_max": 44.5}]`),
			"line 8: " + desk + ", related_instruction rows 1-2: the courses teach one vendor's cloud each; with one of them instead of all 2 the outline is 44.5-100 h, below the 144.5 h stated. Give them the same choose_group if one is enough"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Read(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Standards[0].Warnings.Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAFileBeyondTheLimitIsRefused(t *testing.T) {
	_, err := Read(io.LimitReader(spaces{}, maxFile+1))
	if r := domain.AsRefusal(err); r == nil || r.Code != "FILE_TOO_LARGE" {
		t.Errorf("got %v, want FILE_TOO_LARGE", err)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestTheRealStandardsReadAsTheirPagesSay(t *testing.T) {
	f, err := os.Open(shared(t, "data/standards/standards.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil || len(r.Standards) != 3 {
		t.Fatalf("%d standards, %v", len(r.Standards), err)
	}
	cloud, hvac, sprinkler := r.Standards[0], r.Standards[1], r.Standards[2]
	for _, c := range []struct {
		found    Found
		contents string
		warnings []string
	}{
		{cloud, "competency approach; 6 work processes; no hours on the job stated; 46 competencies, 45 core; 7 courses, 135-180 h of related instruction; 0 wage steps", []string{
			"does not state term_months, ratio, probation_hours, wage_steps",
			"work_processes rows 1-6: no hours stated",
			"at their minimum they fall 9 h short of the 144 h",
			"rows 4-6: the courses teach one vendor's cloud each; with one of them instead of all 3 the outline is 75-100 h, below the 144 h",
		}},
		{hvac, "hybrid approach; 28 work processes; 7,920-9,380 h on the job; 40 competencies, 40 core; no courses, 648 h of related instruction stated; 10 wage steps", []string{
			"header, pass_level: a hybrid standard rates competencies",
			"header, term_ojl_hours: 9,380 h on the job do not fit into the 54 months of term_months, which hold 9,360 h",
			"header, rti_hours: states 648 h of related instruction, but related_instruction lists no course",
			"row 9: begins at 8,000 h, but 7,920 h",
			"row 10: begins at 8,500 h, but 7,920 h",
		}},
		{sprinkler, "time approach; 11 work processes; 8,000 h on the job; 75 competencies, 75 core; 32 courses, 597.5 h of related instruction; 8 wage steps", nil},
	} {
		d := c.found.Definition
		if got := strings.Join(c.found.Contents, "; "); got != c.contents {
			t.Errorf("%s: %s\nwant %s", d.ID, got, c.contents)
		}
		if len(c.found.Warnings) != len(c.warnings) {
			t.Fatalf("%s: %d warnings, want %d:\n%s", d.ID, len(c.found.Warnings), len(c.warnings), c.found.Warnings.Error())
		}
		for i, want := range c.warnings {
			if got := c.found.Warnings[i].String(); !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q in it", d.ID, got, want)
			}
		}
		stillInForce(t, d)
	}
	if d := sprinkler.Definition; d.RTIMin != 35_850 || !reflect.DeepEqual(d.WageSteps[1], WageStep{2, 5500, 1320, domain.Hours(1000), domain.Hours(2000), 6, ByBoth}) {
		t.Errorf("sprinkler fitter: %v of instruction, second step %+v", d.RTIMin, d.WageSteps[1])
	}
}

// shared is a path in the folder beside the repository that holds real input.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path = filepath.Join(filepath.Dir(dir), "shared", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real input at %s", path)
	}
	return path
}

// FuzzRead checks that every file is either refused with a reason or publishable.
func FuzzRead(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(with(`"from_hours": 1000, "to_hours": null`, `"min_months": 6, "min_hours": 1000`)))
	f.Add([]byte(`[{"title":"x","rapids":"3048","approach":"competency","term_ojl_hours":[null,5],"work_processes":[{"title":"y","competencies":[{"text":"z"}]}],"related_instruction":[{"title":"AWS"},{"title":"Azure"}]}]`))
	f.Add([]byte(`{"wage_steps":[{}],"rating_scale":[1,0],"sort":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(strings.NewReader(string(data)))
		if err != nil {
			if domain.AsRefusal(err) == nil {
				t.Fatalf("a fault for a wrong file: %v", err)
			}
			return
		}
		for _, s := range r.Standards {
			if _, err := (Publish{coordinator, s.Definition}).Decide(State{}); err != nil {
				t.Fatalf("read without an error and not publishable: %v\n%s", err, fmt.Sprint(s.Definition))
			}
		}
	})
}
