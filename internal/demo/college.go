package demo

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// lakeshoreToday is what waits between the hospital and Lakeshore: an appeal, a student whom nobody
// knows yet, and notices that the college does not take at present.
func (s *script) lakeshoreToday() {
	college := domain.Actor{Partner: lakeshore, Role: domain.Partner}
	ana := domain.Actor{Person: anaLindqvist, Role: domain.Apprentice}
	agreed := domain.AgreementID(lakeshore + "-2025")
	rule := rules.Articulation{Rule: ruleOf(agreed, "CYB 110"), Course: "CYB 110", Title: "Network Defence", Requirement: "hd-network-defence", Credit: semester(3), MinGrade: "C", From: domain.DateOf(s.day(founding, 0, 8))}
	stream := credit.Stream(domain.ApprenticeshipID(anaLindqvist), rule.Rule)
	say := func(week, day, hour int, by domain.Actor, command func(domain.Request) events.Command[credit.State, credit.Event]) {
		then(s, s.day(week, day, hour), by, stream, credit.Evolve, func(r domain.Request) []events.Command[credit.State, credit.Event] {
			return []events.Command[credit.State, credit.Event]{command(r)}
		})
	}
	say(-2, 2, 9, ana, func(r domain.Request) events.Command[credit.State, credit.Event] {
		return credit.Request{Request: r, Requested: credit.Requested{Consent: consent.Stream(anaLindqvist, lakeshore), Source: credit.Course,
			Subject: credit.Subject{Apprenticeship: domain.ApprenticeshipID(anaLindqvist), Person: anaLindqvist, Partner: lakeshore, Agreement: agreed, Articulation: rule}}}
	})
	say(-2, 3, 10, college, func(r domain.Request) events.Command[credit.State, credit.Event] {
		return credit.StartEvaluation{Judgement: credit.Judgement{Request: r}}
	})
	reason := s.seal(anaLindqvist, "The syllabus you sent has no lab in packet analysis, which CYB 110 asks for.")
	say(-2, 4, 15, college, func(r domain.Request) events.Command[credit.State, credit.Event] {
		return credit.Deny{Judgement: credit.Judgement{Request: r}, Reason: reason}
	})
	grounds := s.seal(anaLindqvist, "The lab was a course of its own, NET 141. Its certificate is attached to my milestone.")
	say(-1, 1, 12, ana, func(r domain.Request) events.Command[credit.State, credit.Event] {
		return credit.Appeal{Request: r, Grounds: grounds}
	})

	const unknown domain.StudentID = "7c1d90be52aa4f0e8b63d2f417c95a08"
	key := student.Key(unknown, 0)
	row, err := json.Marshal(desk.Statement{Says: "enrolled", On: domain.DateOf(s.day(-1, 0, 9)), FromPartner: true,
		Section: enrolment.Section{Partner: lakeshore, ID: "CYB110-03", Code: "CYB 110", Title: "Network Defence"}})
	if err != nil && s.err == nil {
		s.err = err
	}
	hold := student.Hold{Partner: lakeshore, Reported: student.Reported{ID: s.seal(key, "LCC-40871"), Name: s.seal(key, "J. Whitcombe")},
		Held: []student.Held{{Enrolment: "5b0e7ad3c1f24896a0d7e3b942c1f6d5", Row: s.seal(key, string(row)), Digest: "d41c0b77e95a2f68"}}}
	then(s, s.day(-1, 2, 6), college, student.Stream(lakeshore, unknown), student.Evolve, func(r domain.Request) []events.Command[student.State, student.Event] {
		hold.Request = r
		return []events.Command[student.State, student.Event]{hold}
	})

	const news domain.WebhookID = "student-system"
	shared, seed := make([]byte, 32), make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(shared)
	_, _ = rand.Read(seed)
	base64Of := base64.StdEncoding.EncodeToString
	public, _ := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	signs := webhook.SecretMade{Secret: "secret-1", Sealed: s.seal(webhook.Key(lakeshore, news), "whsec_"+base64Of(shared)+" whsk_"+base64Of(seed)), Public: "whpk_" + base64Of(public)}
	then(s, s.day(-8, 1, 9), college, webhook.Stream(lakeshore, news), webhook.Evolve, func(r domain.Request) []events.Command[webhook.State, webhook.Event] {
		return []events.Command[webhook.State, webhook.Event]{webhook.Add{Request: r, Partner: lakeshore, Added: webhook.Added{URL: "https://sis.lakeshore.example/guildhall", Kinds: []domain.Scope{domain.CreditRecords}}, Secret: signs}}
	})
	then(s, s.day(-1, 3, 16), college, webhook.Stream(lakeshore, news), webhook.Evolve, func(r domain.Request) []events.Command[webhook.State, webhook.Event] {
		return []events.Command[webhook.State, webhook.Event]{webhook.Pause{Request: r, Partner: lakeshore, Reason: "The student system moves to another address."}}
	})
}
