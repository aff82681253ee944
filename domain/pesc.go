package domain

// Credit is described in the code values of PESC CoreMain 1.14, which registrars' systems
// read. A code is kept as its words in lower case joined by hyphens, such as
// "lower-division"; PESC returns it as the standard spells it.

// A CreditUnit names what a college counts its credit in.
type CreditUnit string

const (
	Semester            CreditUnit = "semester"
	Quarter             CreditUnit = "quarter"
	Clock               CreditUnit = "clock"
	Carnegie            CreditUnit = "carnegie"
	ContinuingEducation CreditUnit = "continuing-education"
	OtherUnit           CreditUnit = "other"
)

var pescUnits = map[CreditUnit]string{
	Semester: "Semester", Quarter: "Quarter", Clock: "ClockHours", Carnegie: "CarnegieUnits",
	ContinuingEducation: "ContinuingEducationUnits", OtherUnit: "Other",
}

// Valid reports whether u is one of the units above.
func (u CreditUnit) Valid() bool { return pescUnits[u] != "" }

// PESC is u as CoreMain spells it.
func (u CreditUnit) PESC() string { return pescUnits[u] }

// A CreditLevel says at which level of study credit counts. Empty is not said.
type CreditLevel string

const (
	LowerDivision        CreditLevel = "lower-division"
	UpperDivision        CreditLevel = "upper-division"
	Undergraduate        CreditLevel = "undergraduate"
	Graduate             CreditLevel = "graduate"
	Vocational           CreditLevel = "vocational"
	TechnicalPreparatory CreditLevel = "technical-preparatory"
)

var pescLevels = map[CreditLevel]string{
	LowerDivision: "LowerDivision", UpperDivision: "UpperDivision", Undergraduate: "Undergraduate",
	Graduate: "Graduate", Vocational: "Vocational", TechnicalPreparatory: "TechnicalPreparatory",
}

// Valid reports whether l is one of the levels above.
func (l CreditLevel) Valid() bool { return pescLevels[l] != "" }

// PESC is l as CoreMain spells it.
func (l CreditLevel) PESC() string { return pescLevels[l] }

// A CreditBasis says what credit is given for. Empty is not said.
type CreditBasis string

const (
	RegularCourse    CreditBasis = "regular"
	LifeExperience   CreditBasis = "life-experience"
	CreditByExam     CreditBasis = "credit-by-exam"
	Equivalence      CreditBasis = "equivalence"
	AdvancedStanding CreditBasis = "advanced-standing"
	Military         CreditBasis = "military"
	ContinuingBasis  CreditBasis = "continuing-education"
)

var pescBases = map[CreditBasis]string{
	RegularCourse: "Regular", LifeExperience: "LifeExperience", CreditByExam: "CreditByExam", Equivalence: "Equivalence",
	AdvancedStanding: "AdvancedStanding", Military: "Military", ContinuingBasis: "ContinuingEducation",
}

// Valid reports whether b is one of the bases above.
func (b CreditBasis) Valid() bool { return pescBases[b] != "" }

// PESC is b as CoreMain spells it.
func (b CreditBasis) PESC() string { return pescBases[b] }
