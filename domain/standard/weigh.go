package standard

import (
	"fmt"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// fullTime is a year of full-time work.
const fullTime = domain.Minutes(2080 * 60)

// federalMinimum is the hourly wage of 29 USC 206(a)(1), the floor of 29 CFR 29.5(b)(5).
const federalMinimum = domain.Cents(725)

// weigh warns about what is sound as a file and doubtful as a standard.
func (d *draft) weigh() {
	if len(d.row.problems) > 0 {
		return
	}
	d.weighHeader()
	d.weighTerm()
	d.weighProcesses()
	d.weighInstruction()
	d.weighWages()
}

func (d *draft) weighHeader() {
	var missing []string
	for _, f := range []struct {
		name   string
		stated bool
	}{
		{"term_months", d.TermMonths > 0},
		{"ratio", d.Ratio != ""},
		{"probation_hours", d.Probation > 0},
		{"wage_steps", len(d.Definition.WageSteps) > 0},
	} {
		if !f.stated {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		d.row.doubt("header", d.row.line, "does not state %s; the programme has to settle them before it registers an apprentice", strings.Join(missing, ", "))
	}
	skills, _ := d.Competencies()
	if d.PassLevel == 0 && d.Approach != TimeBased && skills > 0 {
		d.row.doubt("header, pass_level", d.row.line, "a %s standard rates competencies, but no rating passes; settle the scale and the pass level", d.Approach)
	}
	most := fullTime * domain.Minutes(rules.USRegistered.ProbationMonths) / 12
	if d.OJLMin > 0 {
		most = min(most, d.OJLMin*domain.Minutes(rules.USRegistered.ProbationPercent)/100)
	}
	if d.Probation > most {
		d.row.doubt("header, probation_hours", d.lines["probation_hours"], "%s is longer than the law allows: 25 %% of the term or one year, whichever is shorter, is %s here (29 CFR 29.5(b)(8))", hours(d.Probation), hours(most))
	}
}

func (d *draft) weighTerm() {
	const field = "header, term_ojl_hours"
	sum, line := d.sum(), d.lines["term_ojl_hours"]
	table := between(sum.least, sum.most)
	if !sum.hasMost {
		table = hours(sum.least) + " or more"
	}
	switch {
	case !sum.hasLeast:
	case !d.stated.hasLeast && !d.stated.hasMost:
		d.row.doubt(field, d.row.line, "is not stated; the work processes add up to %s, which is used", table)
	case d.stated.hasLeast && d.stated.least != sum.least || sum.hasMost && d.stated.hasMost && d.stated.most != sum.most:
		d.row.doubt(field, line, "states %s, but the work processes add up to %s; the sum is used, so correct the header, or the work process that is wrong", between(d.stated.least, d.stated.most), table)
	}
	year := fullTime * domain.Minutes(d.TermMonths) / 12
	if longest := max(d.OJLMin, d.OJLMax); d.TermMonths > 0 && longest > year {
		d.row.doubt(field, line, "%s on the job do not fit into the %d months of term_months, which hold %s at 40 h a week", hours(longest), d.TermMonths, hours(year))
	}
	if d.Approach == TimeBased && d.OJLMin < domain.Hours(2000) {
		d.row.doubt(field, line, "%s is less than the 2,000 h on the job that an occupation needs (29 CFR 29.4)", hours(d.OJLMin))
	}
}

func (d *draft) weighProcesses() {
	var open, noHours, untaught []int
	for i, p := range d.processes {
		switch {
		case !p.hasMin && !p.hasMax:
			noHours = append(noHours, p.row)
		case !p.hasMax:
			open = append(open, p.row)
		}
		if len(p.Competencies) == 0 && d.Approach != TimeBased {
			untaught = append(untaught, p.row)
		}
		if i > 0 && p.sort != d.processes[i-1].sort+1 {
			d.row.doubt(fmt.Sprintf("work_processes row %d, sort", p.row), p.line, "the numbers go from %d to %d; make sure that no row is missing", d.processes[i-1].sort, p.sort)
		}
	}
	if len(noHours) > 0 {
		said := "their competencies have no hours and progress shows by competency alone"
		if d.Approach != CompetencyBased {
			said = "they cannot be checked against a minimum"
		}
		d.row.doubt("work_processes "+rows(noHours), d.lines["work_processes"], "no hours stated; %s", said)
	}
	if len(open) > 0 {
		d.row.doubt("work_processes "+rows(open), d.lines["work_processes"], "no maximum stated; any number of hours above the minimum counts")
	}
	if len(untaught) > 0 {
		d.row.doubt("work_processes "+rows(untaught), d.lines["work_processes"], "no competency listed, though a %s standard is completed by showing them", d.Approach)
	}
}

func (d *draft) weighInstruction() {
	const head, field = "header, rti_hours", "related_instruction"
	line := d.lines["rti_hours"]
	least, most := d.Instruction()
	switch {
	case d.RTIMin == 0 && len(d.Definition.Courses) == 0:
		d.row.doubt(head, d.row.line, "no related instruction stated; at least 144 h a year are recommended (29 CFR 29.5(b)(4))")
		return
	case len(d.Definition.Courses) == 0:
		d.row.doubt(head, line, "states %s of related instruction, but related_instruction lists no course", hours(d.RTIMin))
	case d.RTIMin == 0:
		d.RTIMin = least
		d.row.doubt(head, d.row.line, "is not stated; the courses add up to %s, and the lower figure is used", between(least, most))
	case most < d.RTIMin || least > d.RTIMin:
		d.row.doubt(field, d.lines[field], "the courses add up to %s, but the header states %s; correct one of them", between(least, most), hours(d.RTIMin))
	case least < d.RTIMin:
		d.row.doubt(field, d.lines[field], "the courses add up to %s; at their minimum they fall %s short of the %s the header states", between(least, most), hours(d.RTIMin-least), hours(d.RTIMin))
	}
	d.weighAlternatives()
	months := max(d.TermMonths, 12)
	if perYear := d.RTIMin * 12 / domain.Minutes(months); perYear < rules.USRegistered.InstructionPerYear {
		d.row.doubt(head, line, "%s over %d months is %s a year, below the 144 h recommended (29 CFR 29.5(b)(4))", hours(d.RTIMin), months, hours(perYear))
	}
	byYear := map[int][]Course{}
	last := 0
	for _, c := range d.Definition.Courses {
		byYear[c.Year] = append(byYear[c.Year], c)
		last = max(last, c.Year)
	}
	for year := 1; year <= last; year++ {
		within := 12
		if d.TermMonths > 0 {
			within = min(12, d.TermMonths-12*(year-1))
		}
		need := rules.USRegistered.InstructionPerYear * domain.Minutes(within) / 12
		if got, _ := outline(byYear[year]); got < need && len(byYear[0]) == 0 {
			d.row.doubt(field, d.lines[field], "year %d adds up to %s, below the %s recommended (29 CFR 29.5(b)(4))", year, hours(got), hours(need))
		}
	}
}

// vendors are makers of products that do the same job; a course about one is normally
// taken instead of a course about another.
var vendors = []string{"amazon web services", "aws", "google cloud", "gcp", "microsoft azure", "azure", "oracle cloud", "ibm cloud"}

// weighAlternatives warns when the outline only adds up because courses on rival
// products are all counted, and no choose_group says otherwise.
func (d *draft) weighAlternatives() {
	var at []int
	taken := make([]Course, len(d.Definition.Courses))
	for i, c := range d.Definition.Courses {
		if c.ChooseGroup == "" && mentions(c.Title) {
			c.ChooseGroup = "vendor"
			at = append(at, i+1)
		}
		taken[i] = c
	}
	least, most := outline(taken)
	if len(at) > 1 && least < d.RTIMin {
		d.row.doubt("related_instruction "+rows(at), d.courses[at[0]-1], "the courses teach one vendor's cloud each; with one of them instead of all %d the outline is %s, below the %s stated. Give them the same choose_group if one is enough", len(at), between(least, most), hours(d.RTIMin))
	}
}

func mentions(title string) bool {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return r < 'a' || r > 'z' }), " ") + " "
	for _, v := range vendors {
		if strings.Contains(words, " "+v+" ") {
			return true
		}
	}
	return false
}

func (d *draft) weighWages() {
	steps := d.Definition.WageSteps
	for i, s := range steps {
		at := fmt.Sprintf("wage_steps row %d", i+1)
		if s.Amount > 0 && s.Amount < federalMinimum {
			d.row.doubt(at+", amount", d.steps[i], "%s is below the federal minimum wage of %s (29 CFR 29.5(b)(5))", dollars(s.Amount), dollars(federalMinimum))
		}
		if d.OJLMin > 0 && s.From > 0 && s.From >= d.OJLMin {
			d.row.doubt(at, d.steps[i], "begins at %s, but %s on the job are enough to complete: an apprentice may never reach the step", hours(s.From), hours(d.OJLMin))
		}
		if i == 0 {
			continue
		}
		before := steps[i-1]
		if s.Step != before.Step+1 {
			d.row.doubt(at+", step", d.steps[i], "the numbers go from %d to %d; make sure that no row is missing", before.Step, s.Step)
		}
		falls := s.BasisPoints > 0 && before.BasisPoints > 0 && s.BasisPoints <= before.BasisPoints
		falls = falls || s.Amount > 0 && before.Amount > 0 && s.Amount <= before.Amount
		if falls {
			d.row.doubt(at, d.steps[i], "does not pay more than the step before; a wage schedule rises (29 CFR 29.5(b)(5))")
		}
	}
	if n := len(steps); n > 0 && steps[n-1].To > 0 && steps[n-1].To < d.OJLMin {
		d.row.doubt(fmt.Sprintf("wage_steps row %d", n), d.steps[n-1], "ends at %s, before the %s of the term; the wage of the last step goes on", hours(steps[n-1].To), hours(d.OJLMin))
	}
}

func (d *draft) contents() []string {
	total, core := d.Competencies()
	least, most := d.Instruction()
	onTheJob := "no hours on the job stated"
	switch {
	case d.OJLMax > 0:
		onTheJob = between(d.OJLMin, d.OJLMax) + " on the job"
	case d.OJLMin > 0:
		onTheJob = hours(d.OJLMin) + " or more on the job"
	}
	related := "no related instruction"
	switch n := len(d.Definition.Courses); {
	case n > 0:
		related = fmt.Sprintf("%s, %s of related instruction", count(n, "course"), between(least, most))
	case d.RTIMin > 0:
		related = fmt.Sprintf("no courses, %s of related instruction stated", hours(d.RTIMin))
	}
	return []string{
		fmt.Sprintf("%s approach", d.Approach),
		count(len(d.Definition.WorkProcesses), "work process"),
		onTheJob,
		fmt.Sprintf("%s, %d core", count(total, "competency"), core),
		related,
		count(len(d.Definition.WageSteps), "wage step"),
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	switch {
	case strings.HasSuffix(noun, "ss"):
		noun += "es"
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ies"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// rows writes row numbers with runs joined: "rows 1-6, 9". The numbers rise or are sorted by the caller's order.
func rows(ns []int) string {
	var parts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		if part := fmt.Sprint(ns[i]); j == i {
			parts = append(parts, part)
		} else {
			parts = append(parts, fmt.Sprintf("%s-%d", part, ns[j]))
		}
		i = j + 1
	}
	if len(ns) == 1 {
		return "row " + parts[0]
	}
	return "rows " + strings.Join(parts, ", ")
}

// hours writes what comes out even in hundredths of an hour as a decimal, as standards
// do, such as "597.5 h", and anything else as Minutes does.
func hours(m domain.Minutes) string {
	if m*100%60 != 0 || m%60 == 0 {
		return m.String()
	}
	whole := strings.TrimSuffix((m - m%60).String(), " h")
	return whole + strings.TrimRight(fmt.Sprintf(".%02d", m%60*100/60), "0") + " h"
}

func between(least, most domain.Minutes) string {
	if least == most || most == 0 {
		return hours(least)
	}
	return strings.TrimSuffix(hours(least), " h") + "-" + hours(most)
}

func dollars(c domain.Cents) string { return fmt.Sprintf("$%d.%02d", c/100, c%100) }
