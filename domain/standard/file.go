package standard

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// maxFile is the size in bytes of the largest file Read takes.
const maxFile = 32 << 20

// A Report is what Read found in a file, in the file's order.
type Report struct {
	Standards []Found `json:"standards"`
}

// Found is one standard of a file. Its warnings are for a coordinator to weigh: the
// standard can be published as it is.
type Found struct {
	Definition Definition      `json:"definition"`
	Contents   []string        `json:"contents"` // what the standard holds, in words
	Warnings   domain.Problems `json:"warnings,omitempty"`
}

// Read reads standards from a JSON list. Either every row is sound and the report holds
// all of them, or the error is domain.Problems with everything that is wrong and the
// report is empty. A file of more than 32 MiB is refused.
//
// Hours are decimal in the file and must come out as whole minutes. Where the header's
// hours and the sum of the work processes differ, the sum counts, since hours are logged
// by work process; a warning tells both.
func Read(in io.Reader) (Report, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return Report{}, fmt.Errorf("read standards: %w", err)
	}
	if len(text) > maxFile {
		return Report{}, domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "The file has more than 32 MiB. Split it and import the parts one after the other.")
	}
	root, err := parse(text)
	if err != nil {
		return Report{}, err
	}
	items, ok := root.is.([]value)
	switch {
	case !ok:
		items = []value{root}
	case len(items) == 0:
		return Report{}, domain.Problems{{Line: root.line, Text: "the list is empty. It should hold at least one standard."}}
	}
	var report Report
	var problems domain.Problems
	first := map[domain.StandardID]int{}
	for i, item := range items {
		found, wrong := readStandard(i+1, item)
		id := found.Definition.ID
		if other, dup := first[id]; dup && id != "" {
			wrong = append(wrong, domain.Problem{Line: item.line, Where: name(i+1, found.Definition.Title) + ", rapids",
				Text: fmt.Sprintf("%q is also the code of standard %d. Give each standard its own code, or remove one.", found.Definition.RAPIDS, other)})
		} else {
			first[id] = i + 1
		}
		problems = append(problems, wrong...)
		report.Standards = append(report.Standards, found)
		if len(problems) >= maxProblems {
			break
		}
	}
	if len(problems) > 0 {
		return Report{}, problems
	}
	return report, nil
}

func name(n int, title string) string {
	if title == "" {
		return fmt.Sprintf("standard %d", n)
	}
	return fmt.Sprintf("standard %d %s", n, quote(title))
}

var (
	onetCode   = regexp.MustCompile(`^\d{2}-\d{4}\.\d{2}$`)
	rapidsCode = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z .-]{2,19}$`)
	ratioForm  = regexp.MustCompile(`^[1-9]\d?:[1-9]\d?$`)
)

// A draft is a definition with where its parts stand in the file.
type draft struct {
	Definition
	row   *row
	lines map[string]int // of the header's fields

	stated    span // term_ojl_hours
	processes []process
	courses   []int // line of each course
	steps     []int // line of each wage step
}

type process struct {
	WorkProcess
	row, line      int
	sort           int
	hasMin, hasMax bool
}

// A span is hours as a file states them; has tells which ends are stated.
type span struct {
	least, most       domain.Minutes
	hasLeast, hasMost bool
}

func readStandard(n int, v value) (Found, domain.Problems) {
	p := &page{}
	r, ok := p.object(name(n, ""), v)
	if !ok {
		return Found{}, p.problems
	}
	d := draft{row: &r, lines: map[string]int{}}
	for _, m := range r.members {
		d.lines[m.name] = m.value.line
	}
	title := r.need("title", 200, "Write the name of the occupation.")
	r.where = name(n, title)
	d.Title = title
	d.header()
	d.workProcesses()
	d.instruction()
	d.wages()
	d.term()
	r.done()
	d.weigh()
	return Found{d.Definition, d.contents(), p.warnings}, p.problems
}

func (d *draft) header() {
	r := d.row
	own := r.text("id", 80)
	d.ID = domain.StandardID(own)
	if own != "" && !domain.ValidID(own) {
		r.bad("id", d.lines["id"], "%s is not usable. Write lower-case letters, digits and hyphens.", quote(own))
	}
	if own == "" {
		d.RAPIDS = r.need("rapids", 20, `Write the registration code in quotes, such as "1059CB".`)
		d.ID = StandardID(d.RAPIDS)
	} else {
		d.RAPIDS = r.text("rapids", 20)
	}
	if d.RAPIDS != "" && !rapidsCode.MatchString(d.RAPIDS) {
		r.bad("rapids", d.lines["rapids"], `%s is not a registration code. Write digits and letters, such as "1059CB".`, quote(d.RAPIDS))
	}
	switch d.ONET = r.text("onet", 20); {
	case d.ONET != "" && !onetCode.MatchString(d.ONET):
		r.bad("onet", d.lines["onet"], `%s is not an O*NET code. Write two digits, four digits and two digits, such as "15-1232.00".`, quote(d.ONET))
	case d.ONET == "":
		r.doubt("onet", r.line, "states no O*NET code; the occupation cannot be matched with roles")
	}
	said := r.need("approach", 40, "Write time, competency or hybrid.")
	if d.Approach = approach(said); d.Approach == "" && said != "" {
		r.bad("approach", d.lines["approach"], "%s is not an approach. Write time, competency or hybrid.", quote(said))
	}
	d.Source = r.text("source", 500)
	d.TermMonths, _ = r.whole("term_months", 1, 240)
	if d.Ratio = strings.ReplaceAll(r.text("ratio", 20), " ", ""); d.Ratio != "" && !ratioForm.MatchString(d.Ratio) {
		r.bad("ratio", d.lines["ratio"], `%s is not a ratio. Write apprentices and journeyworkers with a colon, such as "1:1".`, quote(d.Ratio))
	}
	d.Probation, _ = r.hours("probation_hours")
	d.RTIMin, _ = r.hours("rti_hours")
	d.PassRule = r.text("pass_rule", 500)
	d.rating()
	d.statedTerm()
}

func approach(s string) Approach {
	s = strings.ToLower(s)
	for _, a := range []Approach{TimeBased, CompetencyBased, Hybrid} {
		if s == string(a) || s == string(a)+"-based" || s == string(a)+" based" {
			return a
		}
	}
	return ""
}

func (d *draft) rating() {
	r := d.row
	for i, v := range r.list("rating_scale") {
		n, ok := r.number(fmt.Sprintf("rating_scale entry %d", i+1), v, 1, 0, 100, "is not a whole number. Write it without a fraction.")
		switch {
		case v.is == nil:
			r.bad("rating_scale", v.line, "entry %d is empty. Write a whole number.", i+1)
		case ok && i > 0 && len(d.RatingScale) == i && n <= d.RatingScale[i-1]:
			r.bad("rating_scale", v.line, "entry %d, %d, is not above the one before. List the ratings from low to high.", i+1, n)
		case ok:
			d.RatingScale = append(d.RatingScale, n)
		}
	}
	level, ok := r.whole("pass_level", 0, 100)
	if d.PassLevel = level; ok && len(d.RatingScale) > 0 && !slices.Contains(d.RatingScale, level) {
		r.bad("pass_level", d.lines["pass_level"], "%d is not on the rating scale. Use one of %v.", level, d.RatingScale)
	}
}

// statedTerm reads term_ojl_hours: one figure, a minimum and a maximum, or null.
func (d *draft) statedTerm() {
	const field = "term_ojl_hours"
	r, v := d.row, d.row.field(field)
	ends, ok := v.is.([]value)
	if !ok {
		ends = []value{v, v}
		if v.is == nil {
			return
		}
	}
	switch len(ends) {
	case 1:
		ends = []value{ends[0], ends[0]}
	case 2:
	default:
		r.bad(field, v.line, "has %d entries. Write one figure, or a minimum and a maximum.", len(ends))
		return
	}
	d.stated.least, d.stated.hasLeast = r.hoursIn(field, ends[0])
	if !ok || len(v.is.([]value)) == 1 {
		d.stated.most, d.stated.hasMost = d.stated.least, d.stated.hasLeast
		return
	}
	d.stated.most, d.stated.hasMost = r.hoursIn(field, ends[1])
	if d.stated.hasLeast && d.stated.hasMost && d.stated.most < d.stated.least {
		r.bad(field, v.line, "the maximum %s is below the minimum %s. Swap or correct them.", hours(d.stated.most), hours(d.stated.least))
	}
}

func (d *draft) workProcesses() {
	before := len(d.row.problems)
	rows := d.row.list("work_processes")
	if len(rows) == 0 && len(d.row.problems) == before {
		d.row.bad("work_processes", d.row.field("work_processes").line, "is missing or empty. List at least one work process; hours and competencies are recorded there.")
	}
	if len(rows) > 500 {
		d.row.bad("work_processes", d.lines["work_processes"], "holds %d rows; at most 500 fit.", len(rows))
		return
	}
	first := map[int]int{}
	for i, v := range rows {
		r, ok := d.row.object(fmt.Sprintf("%s, work_processes row %d", d.row.where, i+1), v)
		if !ok {
			continue
		}
		p := process{row: i + 1, line: v.line, sort: i + 1}
		if sort, ok := r.whole("sort", 1, 999); ok {
			p.sort = sort
		}
		if other, dup := first[p.sort]; dup {
			r.bad("sort", r.field("sort").line, "%d is also the number of row %d. Number the work processes without repeating.", p.sort, other)
		} else {
			first[p.sort] = i + 1
		}
		p.ID = domain.WorkProcessID(fmt.Sprintf("wp-%02d", p.sort))
		p.Title = r.need("title", 300, "Say what work it is.")
		p.Min, p.hasMin = r.hours("min_hours")
		p.Max, p.hasMax = r.hours("max_hours")
		if p.hasMin && p.hasMax && p.Max < p.Min {
			r.bad("max_hours", r.field("max_hours").line, "%s is below min_hours, %s. Swap or correct them.", hours(p.Max), hours(p.Min))
		}
		p.Competencies = r.competencies(string(p.ID))
		r.done()
		d.processes = append(d.processes, p)
	}
	slices.SortStableFunc(d.processes, func(a, b process) int { return cmp.Compare(a.sort, b.sort) })
	for _, p := range d.processes {
		d.Definition.WorkProcesses = append(d.Definition.WorkProcesses, p.WorkProcess)
	}
}

func (r *row) competencies(wp string) []Competency {
	var out []Competency
	items := r.list("competencies")
	if len(items) > 200 {
		r.bad("competencies", r.line, "holds %d rows; at most 200 fit. Split the work process.", len(items))
		return nil
	}
	seen := map[string]int{}
	for i, v := range items {
		c, ok := r.object(fmt.Sprintf("%s, competencies row %d", r.where, i+1), v)
		if !ok {
			continue
		}
		text := c.need("text", 1000, "Say what the apprentice can do.")
		core := true
		switch v := c.field("core"); is := v.is.(type) {
		case nil:
			c.doubt("core", v.line, "is not stated; the competency counts as core")
		case bool:
			core = is
		default:
			c.bad("core", v.line, "is %s. Write true or false without quotes.", kind(v))
		}
		if other, dup := seen[text]; dup && text != "" {
			c.doubt("text", v.line, "repeats row %d", other)
		} else {
			seen[text] = i + 1
		}
		c.done()
		out = append(out, Competency{CompetencyID(fmt.Sprintf("%s-c%02d", wp, i+1)), text, core})
	}
	return out
}

func (d *draft) instruction() {
	items := d.row.list("related_instruction")
	if len(items) > 500 {
		d.row.bad("related_instruction", d.lines["related_instruction"], "holds %d rows; at most 500 fit.", len(items))
		return
	}
	for i, v := range items {
		r, ok := d.row.object(fmt.Sprintf("%s, related_instruction row %d", d.row.where, i+1), v)
		if !ok {
			continue
		}
		c := Course{ID: CourseID(fmt.Sprintf("ri-%02d", i+1)), Title: r.need("title", 300, "Write the name of the course.")}
		var hasMin, hasMax bool
		c.Min, hasMin = r.hours("hours_min")
		c.Max, hasMax = r.hours("hours_max")
		switch {
		case hasMin && hasMax && c.Max < c.Min:
			r.bad("hours_max", r.field("hours_max").line, "%s is below hours_min, %s. Swap or correct them.", hours(c.Max), hours(c.Min))
		case hasMin && !hasMax:
			c.Max = c.Min
		case !hasMin && !hasMax && r.field("hours_min").is == nil && r.field("hours_max").is == nil:
			r.doubt("hours_min", v.line, "states no hours; the course adds nothing to the outline")
		}
		c.Year, _ = r.whole("year", 1, 20)
		c.ChooseGroup = r.text("choose_group", 60)
		r.done()
		d.Definition.Courses = append(d.Definition.Courses, c)
		d.courses = append(d.courses, v.line)
	}
}

// term settles the hours of the whole: the sum of the work processes where all of them
// state hours, otherwise what the header states.
func (d *draft) term() {
	sum := d.sum()
	d.OJLMin, d.OJLMax = d.stated.least, d.stated.most
	if sum.hasLeast {
		d.OJLMin = sum.least
	}
	if sum.hasMost {
		d.OJLMax = sum.most
	}
	if !sum.hasMost && d.OJLMax < d.OJLMin {
		d.OJLMax = 0
	}
	if d.OJLMin == 0 && d.OJLMax == 0 && (d.Approach == TimeBased || d.Approach == Hybrid) && len(d.row.problems) == 0 {
		d.row.bad("term_ojl_hours", d.row.field("term_ojl_hours").line, "is missing, and the work processes state no hours either. A %s standard needs hours on the job.", d.Approach)
	}
}

func (d *draft) sum() span {
	s := span{hasLeast: len(d.processes) > 0, hasMost: len(d.processes) > 0}
	for _, p := range d.processes {
		s.least, s.most = s.least+p.Min, s.most+p.Max
		s.hasLeast, s.hasMost = s.hasLeast && p.hasMin, s.hasMost && p.hasMax
	}
	s.hasLeast, s.hasMost = s.hasLeast && s.least > 0, s.hasMost && s.most > 0
	return s
}
