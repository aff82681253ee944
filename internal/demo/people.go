package demo

import "github.com/guildhall-dev/guildhall/domain"

// People are known by the numbers that personnel gave them. Nothing can be taken out of the
// log, so an id never tells who somebody is.
const (
	lenaFischer    domain.PersonID = "e-1001"
	ruthAdeyemi    domain.PersonID = "e-1002"
	samuelBrandt   domain.PersonID = "e-1003"
	inesMoreau     domain.PersonID = "e-1004"
	danaWhitfield  domain.PersonID = "e-1005"
	owenCastellano domain.PersonID = "e-1006"
	joanMercer     domain.PersonID = "e-1007"
	faridHaddad    domain.PersonID = "e-1008"
	priyaRaman     domain.PersonID = "e-1009"
	graceLindholm  domain.PersonID = "e-1010"
	veraLindgren   domain.PersonID = "e-1014"
	evaNakamura    domain.PersonID = "e-1015"
	robertHale     domain.PersonID = "e-1016"

	mayaOkafor    domain.PersonID = "e-2001"
	tomasReyes    domain.PersonID = "e-2002"
	anaLindqvist  domain.PersonID = "e-2003"
	benAchterberg domain.PersonID = "e-2004"
	chidiEze      domain.PersonID = "e-2005"
	omarSiddiqui  domain.PersonID = "e-2006"
	sofiaMarino   domain.PersonID = "e-2007"
	noorRahimi    domain.PersonID = "e-2008"
	luisHerrera   domain.PersonID = "e-2009"
	emilyTran     domain.PersonID = "e-2010"
	graceMbeki    domain.PersonID = "e-2011"
	peterNovak    domain.PersonID = "e-2012"
	hannahCole    domain.PersonID = "e-2013"
	rheaNovak     domain.PersonID = "r-3001" // of Lakeshore, and not of the hospital
	rosaDelgado   domain.PersonID = "e-2014" // a nurse, and no apprentice
	idrisBello    domain.PersonID = "e-2015"
	imogenClarke  domain.PersonID = "e-2016" // in England
)
