package person

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.June, 1)
	hr    = on(domain.HR, today)
	self  = domain.Request{By: domain.Actor{Person: "ana-ruiz", Role: domain.Apprentice}, On: today}
	lead  = domain.Request{By: domain.Actor{Person: "grace-lin", Role: domain.Manager}, On: today}
)

func on(r domain.Role, d domain.Date) domain.Request {
	req := as(r)
	req.On = d
	return req
}

const ana domain.PersonID = "ana-ruiz"

func TestWhatSomebodyIsHere(t *testing.T) {
	here := []Event{joined}
	july := domain.NewDate(2026, time.July, 1)
	omar := ManagerChanged{Manager: "omar", From: july}
	rather := ManagerChanged{Manager: "olga", From: july, Corrects: 2}
	job := JobTaken{Position: "systems-administrator", Title: "Systems administrator", PayGrade: "IT-3", Vacancy: "p-1", Move: "transition-a1.systems-administrator", From: july}
	sooner := job
	sooner.From = today
	corrected := sooner
	corrected.Corrects = 2
	mentor := CapacityGranted{Capacity: domain.Mentor, From: july}
	noMentor := CapacityRevoked{Capacity: domain.Mentor, From: july.AddDays(30)}
	gone := Left{On: july, Reason: Resigned}
	back := Returned{On: july.AddDays(60)}
	system := on(domain.System, today)
	system.By = domain.Actor{Policy: "moves", Role: domain.System}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "human resources changes the manager", Given: here, When: ChangeManager{hr, ana, omar}, Then: []Event{omar}},
		{Name: "a manager is changed once", Given: []Event{joined, omar}, When: ChangeManager{hr, ana, omar}},
		{Name: "a wrong manager is corrected", Given: []Event{joined, omar}, When: ChangeManager{hr, ana, rather}, Then: []Event{rather}},
		{Name: "a correction is made once", Given: []Event{joined, omar, rather}, When: ChangeManager{hr, ana, rather}},
		{Name: "what was corrected is not corrected again", Given: []Event{joined, omar, rather}, When: ChangeManager{hr, ana, ManagerChanged{"nina", july, 2}}, Refused: "NO_SUCH_ENTRY"},
		{Name: "a correction names a fact of its kind", Given: []Event{joined, omar}, When: ChangeSite{hr, ana, SiteChanged{"north", july, 2}}, Refused: "NO_SUCH_ENTRY"},
		{Name: "a manager changes nobody's manager", Given: here, When: ChangeManager{lead, ana, omar}, Refused: "NOT_HR"},
		{Name: "nobody changes their own", Given: here, When: ChangeManager{hr, "kim-cho", omar}, Refused: "OWN_RECORD"},
		{Name: "nobody reports to themselves", Given: here, When: ChangeManager{hr, ana, ManagerChanged{ana, july, 0}}, Refused: "OWN_MANAGER"},
		{Name: "a change has a day", Given: here, When: ChangeManager{hr, ana, ManagerChanged{Manager: "omar"}}, Refused: "DAY_MISSING"},
		{Name: "a change is not for years ahead", Given: here, When: ChangeManager{hr, ana, ManagerChanged{Manager: "omar", From: today.AddMonths(13)}}, Refused: "BAD_DAY"},
		{Name: "nothing changes for nobody", When: ChangeManager{hr, ana, omar}, Refused: "NO_SUCH_PERSON"},
		{Name: "nothing changes for who was erased", Given: []Event{joined, Erased{Asked}}, When: ChangeManager{hr, ana, omar}, Refused: "PERSON_ERASED"},
		{Name: "somebody works elsewhere", Given: here, When: ChangeSite{hr, ana, SiteChanged{"north", july, 0}}, Then: []Event{SiteChanged{"north", july, 0}}},
		{Name: "a site has an id", Given: here, When: ChangeSite{hr, ana, SiteChanged{"North!", july, 0}}, Refused: "BAD_ID"},

		{Name: "a move brings a job", Given: here, When: TakeJob{system, ana, job}, Then: []Event{job}},
		{Name: "a move brings it once", Given: []Event{joined, job}, When: TakeJob{system, ana, job}},
		{Name: "a corrected move corrects it", Given: []Event{joined, job}, When: TakeJob{system, ana, sooner}, Then: []Event{corrected}},
		{Name: "a manager gives no jobs", Given: here, When: TakeJob{lead, ana, job}, Refused: "NOT_HR"},

		{Name: "somebody acts as a mentor too", Given: here, When: GrantCapacity{hr, ana, mentor}, Then: []Event{mentor}},
		{Name: "a capacity is granted once", Given: []Event{joined, mentor}, When: GrantCapacity{hr, ana, mentor}},
		{Name: "who acts as an apprentice does already", Given: here, When: GrantCapacity{hr, ana, CapacityGranted{domain.Apprentice, july, 0}}},
		{Name: "nobody acts as Guildhall", Given: here, When: GrantCapacity{hr, ana, CapacityGranted{domain.System, july, 0}}, Refused: "BAD_CAPACITY"},
		{Name: "nobody grants themselves anything", Given: here, When: GrantCapacity{hr, "kim-cho", mentor}, Refused: "OWN_RECORD"},
		{Name: "a capacity ends", Given: []Event{joined, mentor}, When: RevokeCapacity{hr, ana, noMentor}, Then: []Event{noMentor}},
		{Name: "a capacity ends once", Given: []Event{joined, mentor, noMentor}, When: RevokeCapacity{hr, ana, noMentor}},
		{Name: "what is not granted does not end", Given: here, When: RevokeCapacity{hr, ana, noMentor}, Refused: "NOT_IN_CAPACITY"},
		{Name: "a capacity is granted again", Given: []Event{joined, mentor, noMentor}, When: GrantCapacity{hr, ana, CapacityGranted{domain.Mentor, july.AddDays(40), 0}}, Then: []Event{CapacityGranted{domain.Mentor, july.AddDays(40), 0}}},

		{Name: "somebody leaves", Given: here, When: Leave{hr, ana, gone}, Then: []Event{gone}},
		{Name: "somebody leaves once", Given: []Event{joined, gone}, When: Leave{hr, ana, gone}},
		{Name: "who leaves does not leave on another day too", Given: []Event{joined, gone}, When: Leave{hr, ana, Left{today, Resigned, 0}}, Refused: "ALREADY_LEFT"},
		{Name: "the last day is corrected", Given: []Event{joined, gone}, When: Leave{hr, ana, Left{today, Retired, 2}}, Then: []Event{Left{today, Retired, 2}}},
		{Name: "leaving has a reason", Given: here, When: Leave{hr, ana, Left{july, "bored", 0}}, Refused: "BAD_REASON"},
		{Name: "somebody comes back", Given: []Event{joined, gone}, When: Return{hr, ana, back}, Then: []Event{back}},
		{Name: "somebody comes back once", Given: []Event{joined, gone, back}, When: Return{hr, ana, back}},
		{Name: "who is here does not come back", Given: here, When: Return{hr, ana, back}, Refused: "STILL_HERE"},

		{Name: "what never was is struck", Given: []Event{joined, gone}, When: Strike{hr, ana, 2, "sealed:another Ana"}, Then: []Event{Struck{2, "sealed:another Ana"}}},
		{Name: "what is struck is not struck again", Given: []Event{joined, gone, Struck{2, "sealed:another Ana"}}, When: Strike{hr, ana, 2, "sealed:another Ana"}, Refused: "NO_SUCH_ENTRY"},
		{Name: "striking has a reason", Given: []Event{joined, gone}, When: Strike{hr, ana, 2, ""}, Refused: "REASON_MISSING"},
		{Name: "that somebody joined is not struck", Given: here, When: Strike{hr, ana, 1, "sealed:why"}, Refused: "NO_SUCH_ENTRY"},

		{Name: "a day comes", Given: []Event{joined, omar}, When: TakeEffect{on(domain.System, july), 2}, Then: []Event{TookEffect{2}}},
		{Name: "a day comes once", Given: []Event{joined, omar, TookEffect{2}}, When: TakeEffect{on(domain.System, july), 2}},
		{Name: "a day to come waits", Given: []Event{joined, omar}, When: TakeEffect{on(domain.System, july.AddDays(-1)), 2}, Refused: "NOT_YET"},
		{Name: "what is struck takes no effect", Given: []Event{joined, omar, Struck{2, "sealed:why"}}, When: TakeEffect{on(domain.System, july), 2}, Refused: "NO_SUCH_ENTRY"},
		{Name: "nobody makes the day come", Given: []Event{joined, omar}, When: TakeEffect{on(domain.HR, july), 2}, Refused: "FOLLOWS_CALENDAR"},
	})
}

func TestBeingAway(t *testing.T) {
	away := AbsencePlanned{From: today.AddDays(3), Until: today.AddDays(10), Delegate: "omar"}
	change := func(f func(*AbsencePlanned)) PlanAbsence {
		a := away
		f(&a)
		return PlanAbsence{self, ana, a}
	}
	short := AbsenceEnded{Absence: 2, On: today.AddDays(5)}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "somebody is away", Given: []Event{joined}, When: PlanAbsence{self, ana, away}, Then: []Event{away}},
		{Name: "a coordinator notes it", Given: []Event{joined}, When: PlanAbsence{on(domain.Coordinator, today), ana, away}, Then: []Event{away}},
		{Name: "an absence is planned once", Given: []Event{joined, away}, When: PlanAbsence{self, ana, away}},
		{Name: "a colleague does not", Given: []Event{joined}, When: PlanAbsence{lead, ana, away}, Refused: "NOT_YOURS"},
		{Name: "nobody decides for themselves meanwhile", Given: []Event{joined}, When: change(func(a *AbsencePlanned) { a.Delegate = ana }), Refused: "NOBODY_ELSE"},
		{Name: "the last day is not before the first", Given: []Event{joined}, When: change(func(a *AbsencePlanned) { a.Until = today }), Refused: "BAD_DATES"},
		{Name: "nobody is away for years", Given: []Event{joined}, When: change(func(a *AbsencePlanned) { a.Until = today.AddMonths(30) }), Refused: "BAD_DATES"},
		{Name: "the dates are corrected", Given: []Event{joined, away}, When: change(func(a *AbsencePlanned) { a.Until, a.Corrects = today.AddDays(12), 2 }), Then: []Event{AbsencePlanned{today.AddDays(3), today.AddDays(12), "omar", 2}}},
		{Name: "somebody is back sooner", Given: []Event{joined, away}, When: EndAbsence{self, ana, 2, today.AddDays(5)}, Then: []Event{short}},
		{Name: "somebody is back once", Given: []Event{joined, away, short}, When: EndAbsence{self, ana, 2, today.AddDays(5)}},
		{Name: "somebody does not go at all", Given: []Event{joined, away}, When: EndAbsence{self, ana, 2, today.AddDays(2)}, Then: []Event{AbsenceEnded{2, today.AddDays(2)}}},
		{Name: "being away longer is another absence", Given: []Event{joined, away}, When: EndAbsence{self, ana, 2, today.AddDays(11)}, Refused: "BAD_DATES"},
		{Name: "an absence is one", Given: []Event{joined}, When: EndAbsence{self, ana, 1, today}, Refused: "NO_SUCH_ENTRY"},
	})
	s := Evolve(Evolve(Evolve(State{}, joined), away), short)
	for d, want := range map[int]domain.PersonID{2: "", 3: "omar", 5: "omar", 6: ""} {
		if got, is := s.life.Delegate(today.AddDays(d)); got != want || is != (want != "") {
			t.Errorf("on day %d %q decides, away %v", d, got, is)
		}
	}
}

func TestWishesAndOffers(t *testing.T) {
	toSecurity := Aim{Pathway: "desk-to-security"}
	wish := InterestExpressed{toSecurity, "sealed:please"}
	refer := ReferralMade{By: "grace-lin", Aim: toSecurity, Note: "sealed:talent"}
	peer := MentorOffered{Kind: Peer, Note: "sealed:gladly"}
	opening := OpeningSuggested{Opening: "p-1", By: "grace-lin", Note: "sealed:fits"}
	member := MembershipJoined{Association: "sealed:HIMSS", On: today}
	left := []Event{joined, Left{On: today.AddDays(-1), Reason: Retired}}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "somebody is interested", Given: []Event{joined}, When: ExpressInterest{self, ana, wish}, Then: []Event{wish}},
		{Name: "interest is expressed once", Given: []Event{joined, wish}, When: ExpressInterest{self, ana, wish}},
		{Name: "nobody is interested for another", Given: []Event{joined}, When: ExpressInterest{lead, ana, wish}, Refused: "NOT_YOURS"},
		{Name: "interest is in one thing", Given: []Event{joined}, When: ExpressInterest{self, ana, InterestExpressed{}}, Refused: "BAD_AIM"},
		{Name: "who has left is not interested", Given: left, When: ExpressInterest{self, ana, wish}, Refused: "HAS_LEFT"},
		{Name: "interest is withdrawn", Given: []Event{joined, wish}, When: WithdrawInterest{self, ana, toSecurity}, Then: []Event{InterestWithdrawn{toSecurity}}},
		{Name: "there has to be some", Given: []Event{joined}, When: WithdrawInterest{self, ana, toSecurity}},
		{Name: "nobody withdraws another's", Given: []Event{joined, wish}, When: WithdrawInterest{lead, ana, toSecurity}, Refused: "NOT_YOURS"},

		{Name: "a colleague refers somebody", Given: []Event{joined}, When: Refer{lead, ana, toSecurity, "sealed:talent"}, Then: []Event{refer}},
		{Name: "a colleague refers somebody once", Given: []Event{joined, refer}, When: Refer{lead, ana, toSecurity, "sealed:talent"}},
		{Name: "nobody refers themselves", Given: []Event{joined}, When: Refer{self, ana, toSecurity, ""}, Refused: "REFERS_ONESELF"},
		{Name: "a policy refers nobody", Given: []Event{joined}, When: Refer{on(domain.System, today), "x", Aim{}, ""}, Refused: "BAD_AIM"},
		{Name: "the referred accept and are interested", Given: []Event{joined, refer}, When: AnswerReferral{self, ana, 2, true}, Then: []Event{ReferralAnswered{2, true}, InterestExpressed{Aim: toSecurity}}},
		{Name: "who was interested already stays so", Given: []Event{joined, wish, refer}, When: AnswerReferral{self, ana, 3, true}, Then: []Event{ReferralAnswered{3, true}}},
		{Name: "the referred decline", Given: []Event{joined, refer}, When: AnswerReferral{self, ana, 2, false}, Then: []Event{ReferralAnswered{2, false}}},
		{Name: "nobody answers for another", Given: []Event{joined, refer}, When: AnswerReferral{lead, ana, 2, true}, Refused: "NOT_YOURS"},
		{Name: "a referral is answered once", Given: []Event{joined, refer, ReferralAnswered{2, false}}, When: AnswerReferral{self, ana, 2, true}, Refused: "NO_SUCH_REFERRAL"},

		{Name: "somebody offers to mentor", Given: []Event{joined}, When: OfferMentoring{self, ana, peer}, Then: []Event{peer}},
		{Name: "an offer is made once", Given: []Event{joined, peer}, When: OfferMentoring{self, ana, peer}},
		{Name: "an expert is another kind", Given: []Event{joined, peer}, When: OfferMentoring{self, ana, MentorOffered{Kind: Expert}}, Then: []Event{MentorOffered{Kind: Expert}}},
		{Name: "there are two kinds", Given: []Event{joined}, When: OfferMentoring{self, ana, MentorOffered{Kind: "guru"}}, Refused: "BAD_KIND"},
		{Name: "an offer is withdrawn", Given: []Event{joined, peer}, When: WithdrawMentoring{self, ana, Peer}, Then: []Event{MentorOfferWithdrawn{Peer}}},

		{Name: "an adviser suggests an opening", Given: []Event{joined}, When: SuggestOpening{lead, ana, "p-1", "sealed:fits"}, Then: []Event{opening}},
		{Name: "an opening is suggested once", Given: []Event{joined, opening}, When: SuggestOpening{lead, ana, "p-1", "sealed:fits"}},
		{Name: "an apprentice suggests none", Given: []Event{joined}, When: SuggestOpening{on(domain.Apprentice, today), ana, "p-1", ""}, Refused: "NOT_AN_ADVISER"},
		{Name: "nobody suggests one to themselves", Given: []Event{joined}, When: SuggestOpening{domain.Request{By: domain.Actor{Person: ana, Role: domain.Manager}, On: today}, ana, "p-1", ""}, Refused: "OWN_RECORD"},

		{Name: "somebody joins an association", Given: []Event{joined}, When: JoinAssociation{self, ana, member}, Then: []Event{member}},
		{Name: "an association has a name", Given: []Event{joined}, When: JoinAssociation{self, ana, MembershipJoined{On: today}}, Refused: "NAME_MISSING"},
		{Name: "a membership ends", Given: []Event{joined, member}, When: EndMembership{self, ana, 2, today}, Then: []Event{MembershipEnded{2, today}}},
		{Name: "it does not end before it began", Given: []Event{joined, member}, When: EndMembership{self, ana, 2, today.AddDays(-1)}, Refused: "BAD_DATES"},
		{Name: "there has to be a membership", Given: []Event{joined}, When: EndMembership{self, ana, 2, today}, Refused: "NO_SUCH_MEMBERSHIP"},
	})
}
