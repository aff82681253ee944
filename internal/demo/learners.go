package demo

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
)

const (
	toSecurity    domain.PathwayID = "help-desk-to-security-analyst"
	toInformatics domain.PathwayID = "nurse-to-clinical-informatics"
)

var (
	deskWeek  = plan{job: 7, process: "wp-01", side: "wp-02", class: 4, course: "ri-03"}
	adminWeek = plan{job: 8, process: "wp-02", side: "wp-03", class: 4, course: "ri-05"}
	watchWeek = plan{job: 8, process: "wp-04", side: "wp-05", class: 4, course: "ri-09"}
	wardWeek  = plan{job: 4, process: "wp-01", side: "wp-02", class: 3, course: "ri-01"}
	buildWeek = plan{job: 8, process: "wp-02", side: "wp-03", class: 3, course: "ri-02"}

	deskToAdmin = []transition.Step{
		{Office: pathway.CurrentManager, Assignee: danaWhitfield, Capacity: domain.Manager},
		{Office: pathway.ReceivingManager, Assignee: owenCastellano, Capacity: domain.Manager},
		{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator},
		{Office: pathway.HumanResources, Capacity: domain.HR},
	}
	adminToAnalyst = []transition.Step{
		{Office: pathway.CurrentManager, Assignee: owenCastellano, Capacity: domain.Manager},
		{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator},
		{Office: pathway.HumanResources, Capacity: domain.HR},
		{Office: pathway.SecurityClearance, Capacity: domain.Security},
	}
	wardToBuild = []transition.Step{
		{Office: pathway.CurrentManager, Assignee: joanMercer, Capacity: domain.Manager},
		{Office: pathway.ReceivingManager, Assignee: faridHaddad, Capacity: domain.Manager},
		{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator},
		{Office: pathway.HumanResources, Capacity: domain.HR},
	}
	everyday = []domain.Scope{domain.CreditRecords, domain.MilestoneRecords, domain.PathwayRecords}
)

// learners writes down fourteen apprentices, each somewhere else on the way.
func (s *script) learners() {
	dana := func(id domain.PersonID, name string, site domain.SiteID) employee {
		return employee{id: id, name: name, manager: danaWhitfield, site: site}
	}
	joan := func(id domain.PersonID, name string) employee {
		return employee{id: id, name: name, manager: joanMercer, site: cedarValley}
	}

	maya := s.learner(dana(mayaOkafor, "Maya Okafor", riverside), toSecurity, priyaRaman, -16)
	maya.underway(-16, "MA-20417").weeks(-16, -3, deskWeek).sent(-2, plan{job: 6, process: "wp-01", side: "wp-02", class: 4, course: "ri-03"})
	maya.consents(-12, lakeshore, everyday...)
	maya.deskMilestones(-12).starts("hd-network-defence", -10).starts("hd-a-plus", -5)

	tomas := s.learner(dana(tomasReyes, "Tomás Reyes", riverside), toSecurity, priyaRaman, -38)
	tomas.underway(-38, "MA-19872").weeks(-38, -22, deskWeek)
	tomas.deskMilestones(-34).attains("hd-a-plus", -26, 4, "Certificate in hand.").awarded("hd-network-defence", -24, lakeshore, "CYB 110", "Network Defence", "B+").posted(-24, lakeshore, "CYB 110", "LCC-T-20114", "ri-05", 40)
	tomas.moved(0, -22, deskToAdmin...)
	tomas.weeks(-21, -2, adminWeek).sent(-1, adminWeek)
	tomas.attains("sa-patch-cycle", -15, 3, "October cycle: 214 servers, two rolled back, both patched a week later.").attains("sa-directory-lab", -9, 4, "Least-privilege groups for the pharmacy share.")
	tomas.shows("sa-restore-test", -1, "Restored the scheduling database into a sandbox; row counts and checksums agree.").starts("sa-secure-administration", -8)
	tomas.consents(-36, lakeshore, append(everyday, domain.TransitionRecords)...)

	s.learner(dana(anaLindqvist, "Ana Lindqvist", northgate), toSecurity, priyaRaman, -3).
		underway(-3, "MA-21160").weeks(-3, -3, deskWeek).sent(-2, deskWeek).sent(-1, deskWeek).starts("hd-ticket-portfolio", -2).consents(-2, lakeshore, domain.PathwayRecords, domain.CreditRecords)

	ben := s.learner(dana(benAchterberg, "Ben Achterberg", northgate), toSecurity, priyaRaman, -10)
	ben.underway(-10, "MA-20884").weeks(-10, -2, deskWeek).drafted(-1, plan{job: 7, process: "wp-01", side: "wp-01", course: "ri-03"})
	ben.attains("hd-imaging-lab", -6, 3, "Clinical workstation built, encrypted and handed over to ward 4.").shows("hd-ticket-portfolio", -1, "Ten tickets with root causes; the printer outage on 3 West is the long one.")

	chidi := s.learner(dana(chidiEze, "Chidi Eze", riverside), toSecurity, priyaRaman, -20)
	chidi.underway(-20, "MA-20233").weeks(-20, -2, deskWeek).corrected(-15, deskWeek, 6, "The Monday was a training day in another team; one hour of it was not the service desk.")
	chidi.deskMilestones(-16).certified("hd-a-plus", -8, 4, 21, "Passed at the test centre. It has to be renewed by the day on it.").awarded("hd-network-defence", -3, lakeshore, "CYB 110", "Network Defence", "A-").consents(-15, lakeshore, everyday...)

	omar := s.learner(dana(omarSiddiqui, "Omar Siddiqui", riverside), toSecurity, priyaRaman, -24)
	omar.underway(-24, "MA-20105").weeks(-24, -2, deskWeek).sent(-1, deskWeek)
	omar.deskMilestones(-20).attains("hd-a-plus", -12, 4, "Passed at the test centre.").awarded("hd-network-defence", -6, lakeshore, "CYB 110", "Network Defence", "C+").consents(-22, lakeshore, everyday...)

	sofia := s.learner(employee{id: sofiaMarino, name: "Sofia Marino", manager: danaWhitfield, site: riverside}, toSecurity, priyaRaman, -62)
	sofia.underway(-62, "MA-18990").weeks(-62, -47, deskWeek)
	sofia.deskMilestones(-60).attains("hd-a-plus", -50, 4, "Passed at the test centre.").awarded("hd-network-defence", -49, lakeshore, "CYB 110", "Network Defence", "A").moved(0, -47, deskToAdmin...)
	sofia.weeks(-46, -26, adminWeek)
	sofia.attains("sa-patch-cycle", -40, 4, "Patched the imaging servers between two shifts.").attains("sa-restore-test", -36, 3, "Restored the file service; nothing missing.").
		attains("sa-directory-lab", -38, 3, "Group design for the laboratory.").attains("sa-segmentation-lab", -32, 4, "Infusion pumps moved to their own network.").
		attains("sa-security-plus", -30, 4, "Passed at the test centre.").awarded("sa-secure-administration", -28, lakeshore, "CYB 215", "Secure Systems Administration", "A-").moved(1, -26, adminToAnalyst...)
	sofia.weeks(-25, -4, watchWeek)
	sofia.attains("an-incident-report", -14, 4, "The lost laptop: timeline, decision, three changes.").attains("an-hunting-lab", -10, 3, "Found the beacon in the DNS logs on day three.").
		attains("an-device-assessment", -8, 3, "Risk of the portable ultrasound units.").attains("an-cysa-plus", -5, 4, "Passed at the test centre.").completes(-2, "")
	sofia.evaluated(-36, 26, "Lead the next patch window alone.", apprenticeship.Rating{Competency: "wp-02-c01", Level: 3}, apprenticeship.Rating{Competency: "wp-02-c02", Level: 4}).
		evaluated(-10, 26, "Present the device review to the committee.", apprenticeship.Rating{Competency: "wp-04-c01", Level: 3}, apprenticeship.Rating{Competency: "wp-05-c01", Level: 4})
	sofia.consents(-60, lakeshore, everyday...).revokes(-3, lakeshore)

	idris := s.learner(dana(idrisBello, "Idris Bello", riverside), toSecurity, priyaRaman, -40)
	idris.underway(-40, "MA-19804").weeks(-40, -25, deskWeek)
	idris.deskMilestones(-38).attains("hd-a-plus", -30, 4, "Passed at the test centre.").awarded("hd-network-defence", -27, lakeshore, "CYB 110", "Network Defence", "B+").moved(0, -25, deskToAdmin...)
	idris.weeks(-24, -2, adminWeek)
	idris.attains("sa-patch-cycle", -18, 3, "The ward servers, patched on a Sunday night.").attains("sa-restore-test", -15, 4, "Restored the roster database; the checksums agree.").
		attains("sa-directory-lab", -12, 3, "Groups for radiology, each with what it needs.").attains("sa-segmentation-lab", -9, 4, "Patient monitors moved to their own network.").
		attains("sa-security-plus", -6, 4, "Passed at the test centre.").awarded("sa-secure-administration", -5, lakeshore, "CYB 215", "Secure Systems Administration", "A")

	s.learner(dana(noorRahimi, "Noor Rahimi", northgate), toSecurity, priyaRaman, 2)
	s.learner(dana(luisHerrera, "Luis Herrera", cedarValley), toSecurity, priyaRaman, 1).signed(-2).registered(-1, "MA-21391")

	emily := s.learner(joan(emilyTran, "Emily Tran"), toInformatics, graceLindholm, -12)
	emily.underway(-12, "MA-20790").weeks(-12, -2, wardWeek).returned(-1, wardWeek, "Thursday was the release weekend: move those hours to coaching, please.")
	emily.attains("rn-workflow-map", -7, 3, "Medication reconciliation at discharge, as it is and as it should be.").shows("rn-sandbox-lab", -2, "One stay from admission to discharge, with the transfer in between.").starts("rn-health-informatics", -10)
	emily.credited(-10, "wp-01", 120, "Six years on the medication safety council; letter of the chief nurse attached.")
	emily.consents(-11, harbor, everyday...)

	grace := s.learner(joan(graceMbeki, "Grace Mbeki"), toInformatics, graceLindholm, -36)
	grace.underway(-36, "MA-19911").weeks(-36, -23, wardWeek)
	grace.excused(0, -23, "rn-hours", "Grace built the order sets for the spring release while she was still on the ward.")
	grace.attains("rn-workflow-map", -32, 4, "Blood product orders on the ward.").attains("rn-super-user", -28, 3, "Coached nights and weekends through the spring release.").
		attains("rn-sandbox-lab", -30, 3, "A stay with a transfer.").awarded("rn-health-informatics", -24, harbor, "HIM 201", "Introduction to Health Informatics", "A").moved(0, -23, wardToBuild...)
	grace.weeks(-22, -1, buildWeek)
	grace.attains("ca-order-set", -9, 4, "Sepsis order set from request to release.").starts("ca-query-lab", -4).starts("ca-clinical-data", -8)
	grace.consents(-34, harbor, append(everyday, domain.TransitionRecords)...)

	s.learner(joan(peterNovak, "Peter Novak"), toInformatics, graceLindholm, -6).
		underway(-6, "MA-21002").weeks(-6, -3, wardWeek).sent(-2, wardWeek).starts("rn-workflow-map", -4).starts("rn-super-user", -3)

	s.learner(joan(hannahCole, "Hannah Cole"), toInformatics, graceLindholm, -2).underway(-2, "MA-21344").drafted(-1, wardWeek)
}

// deskMilestones attains what is assessed at the help desk, from a week on.
func (l *learner) deskMilestones(week int) *learner {
	return l.attains("hd-ticket-portfolio", week, 3, "Ten tickets with root causes, three of them written up.").
		attains("hd-imaging-lab", week+2, 4, "Workstation built from the image, encrypted, handed over.").
		attains("hd-downtime-drill", week+4, 3, "Guided 4 East through the planned downtime; the paper forms held.")
}
