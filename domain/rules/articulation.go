package rules

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Articulation is a college's promise: this course, passed, is worth so much credit
// and meets that requirement. It may ask for other colleges' courses in its place (Sending),
// or give credit by time on the job (Steps).
type Articulation struct {
	Rule        domain.RuleID        `json:"rule"`
	Course      string               `json:"course"` // the college's code, such as "CYB 110"
	Title       string               `json:"title"`
	Requirement domain.RequirementID `json:"requirement"` // what it meets on a pathway
	Credit      domain.Credit        `json:"credit"`      // the most that may be awarded
	MinGrade    Grade                `json:"minGrade,omitempty"`
	From        domain.Date          `json:"from"`        // first day of validity
	To          domain.Date          `json:"to,omitzero"` // last day; zero is open

	Level   domain.CreditLevel `json:"level,omitempty"`
	Basis   domain.CreditBasis `json:"basis,omitempty"`
	Year    string             `json:"academicYear,omitempty"` // it is valid for, such as "2026-27"; see AcademicYear
	Sending Sending            `json:"sending,omitzero"`
	Steps   []Step             `json:"steps,omitempty"` // by time, ascending
}

// A Join says how alternatives combine.
type Join string

const (
	And Join = "and"
	Or  Join = "or"
)

// Sending is which courses of others stand for the receiving course: groups of courses, as
// in the agreements that colleges publish. Units need not be equal on both sides.
type Sending struct {
	Join   Join    `json:"join,omitempty"` // of the groups
	Groups []Group `json:"groups,omitempty"`
}

// A Group is courses of which all (And) or one (Or) are needed.
type Group struct {
	Join    Join     `json:"join"`
	Courses []Course `json:"courses"`
}

// A Course is one of another college, passed with a grade.
type Course struct {
	Code     string        `json:"code"`
	MinGrade Grade         `json:"minGrade,omitempty"`
	Credit   domain.Credit `json:"credit,omitzero"` // as the sending college counts it
}

// A Step is what a time on the job is worth, from so many minutes on.
type Step struct {
	From       domain.Minutes `json:"from"`
	Hundredths int            `json:"hundredths"` // in the unit of the articulation's credit
}

// Shown is what a learner has to show for credit.
type Shown struct {
	Minutes domain.Minutes `json:"minutes,omitempty"` // signed off on the job
	Courses []Taken        `json:"courses,omitempty"`
}

// Taken is a course of another college with the grade it was passed with.
type Taken struct {
	Code  string `json:"code"`
	Grade Grade  `json:"grade"`
}

// Equal reports whether two articulations promise the same.
func (a Articulation) Equal(b Articulation) bool {
	return a.Rule == b.Rule && a.Course == b.Course && a.Title == b.Title && a.Requirement == b.Requirement && a.Credit == b.Credit &&
		a.MinGrade == b.MinGrade && a.From == b.From && a.To == b.To && a.Level == b.Level && a.Basis == b.Basis && a.Year == b.Year &&
		a.Sending.equal(b.Sending) && slices.Equal(a.Steps, b.Steps)
}

func (s Sending) equal(o Sending) bool {
	return s.Join == o.Join && slices.EqualFunc(s.Groups, o.Groups, func(a, b Group) bool { return a.Join == b.Join && slices.Equal(a.Courses, b.Courses) })
}

// Equal reports whether the same was shown.
func (s Shown) Equal(o Shown) bool {
	return s.Minutes == o.Minutes && slices.Equal(s.Courses, o.Courses)
}

// ValidOn reports whether the rule holds on a day.
func (a Articulation) ValidOn(d domain.Date) bool {
	return !d.Before(a.From) && (a.To.IsZero() || !d.After(a.To))
}

// Worth is the most credit that may be awarded for what was shown, in the articulation's
// unit: that of the highest step reached, and none where too little was shown.
func (a Articulation) Worth(s Shown) domain.Credit {
	worth := a.Credit
	if len(a.Steps) > 0 {
		worth.Hundredths = 0
		for _, step := range a.Steps {
			if s.Minutes >= step.From {
				worth.Hundredths = step.Hundredths
			}
		}
	}
	if !a.Sending.met(s.Courses) {
		worth.Hundredths = 0
	}
	return worth
}

func (s Sending) met(taken []Taken) bool {
	if len(s.Groups) == 0 {
		return true
	}
	return combine(s.Join, s.Groups, func(g Group) bool {
		return combine(g.Join, g.Courses, func(c Course) bool {
			return slices.ContainsFunc(taken, func(t Taken) bool { return t.Code == c.Code && t.Grade.AtLeast(c.MinGrade) })
		})
	})
}

func combine[T any](j Join, list []T, met func(T) bool) bool {
	if j == Or {
		return slices.ContainsFunc(list, met)
	}
	return !slices.ContainsFunc(list, func(v T) bool { return !met(v) })
}

// most is how many groups, courses of a group, and steps an articulation may have.
const most = 30

// Check says what keeps a from being a promise, or returns nil. The refusal names an input.
func (a Articulation) Check() error {
	invalid := func(field, code, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, code, format, args...).About(field)
	}
	switch {
	case domain.TooLong(a.Course):
		return domain.Shorten("courseCode")
	case domain.TooLong(a.Title):
		return domain.Shorten("title")
	case !domain.ValidID(a.Rule):
		return invalid("courseCode", "BAD_RULE_ID", "%q is not an id: use lower-case letters, digits and hyphens.", a.Rule)
	case domain.Written(a.Course) == "" || domain.Written(a.Title) == "":
		return invalid("courseCode", "COURSE_MISSING", "Give the code and the title of the course.")
	case !domain.ValidID(a.Requirement):
		return invalid("satisfies", "REQUIREMENT_MISSING", "Name the requirement that the course meets.")
	case a.Credit.Hundredths <= 0:
		return invalid("credit", "CREDIT_MISSING", "Say how much credit the course is worth.")
	case a.MinGrade != "" && !a.MinGrade.AtLeast(""):
		return invalid("minGrade", "BAD_GRADE", "%q is not a passing grade. Use A to D with an optional sign, or P.", a.MinGrade)
	case a.From.IsZero():
		return invalid("from", "FROM_MISSING", "Say from when the rule is valid.")
	case !a.To.IsZero() && a.To.Before(a.From):
		return invalid("to", "END_BEFORE_START", "The rule would end before it begins.")
	case a.Level != "" && !a.Level.Valid():
		return invalid("level", "BAD_CREDIT_LEVEL", "%q is not a level of credit.", a.Level)
	case a.Basis != "" && !a.Basis.Valid():
		return invalid("basis", "BAD_CREDIT_BASIS", "%q is not a basis of credit.", a.Basis)
	}
	if a.Year != "" {
		from, to, err := AcademicYear(a.Year)
		if err != nil {
			return err
		}
		if a.From.Before(from) || a.To.IsZero() || a.To.After(to) {
			return invalid("academicYear", "OUTSIDE_YEAR", "A rule for the academic year %s is valid within %s to %s.", a.Year, from, to)
		}
	}
	if err := a.Sending.check(); err != nil {
		return err
	}
	return a.checkSteps()
}

func (s Sending) check() error {
	invalid := func(code, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, code, format, args...).About("sending")
	}
	if len(s.Groups) > most {
		return invalid("TOO_MANY", "Name at most %d groups of courses.", most)
	}
	if len(s.Groups) > 0 && s.Join != And && s.Join != Or {
		return invalid("BAD_JOIN", "Say whether all groups are needed (and), or one of them (or).")
	}
	for _, g := range s.Groups {
		switch {
		case len(g.Courses) == 0 || len(g.Courses) > most:
			return invalid("BAD_GROUP", "A group names 1 to %d courses.", most)
		case g.Join != And && g.Join != Or:
			return invalid("BAD_JOIN", "Say whether all courses of a group are needed (and), or one of them (or).")
		}
		for _, c := range g.Courses {
			switch {
			case domain.Written(c.Code) == "" || domain.TooLong(c.Code):
				return invalid("COURSE_MISSING", "Give the code of each course, in at most %d characters.", domain.MaxLine)
			case c.MinGrade != "" && !c.MinGrade.AtLeast(""):
				return invalid("BAD_GRADE", "%q is not a passing grade. Use A to D with an optional sign, or P.", c.MinGrade)
			case c.Credit != domain.Credit{} && (c.Credit.Hundredths <= 0 || !c.Credit.Unit.Valid()):
				return invalid("BAD_CREDIT", "The credit of %s is not an amount.", c.Code)
			}
		}
	}
	return nil
}

func (a Articulation) checkSteps() error {
	invalid := func(code, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, code, format, args...).About("steps")
	}
	if len(a.Steps) > most {
		return invalid("TOO_MANY", "Name at most %d steps.", most)
	}
	var last Step
	for _, s := range a.Steps {
		if s.From <= last.From || s.Hundredths <= last.Hundredths {
			return invalid("BAD_STEPS", "Name the steps from the shortest time and the least credit on, each with more of both.")
		}
		last = s
	}
	if len(a.Steps) > 0 && last.Hundredths != a.Credit.Hundredths {
		return invalid("BAD_STEPS", "The last step is worth all the credit there is, %s.", a.Credit.Decimal())
	}
	return nil
}
