package graphql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

type position = events.Position

// A mutate does what an input asks for. It returns the object that was changed and the
// position that holds the outcome.
type mutate func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error)

// A command is a field of Mutation.
type command struct {
	person, partner bool // who may ask
	run             mutate
}

func forPeople(run mutate) command   { return command{person: true, run: run} }
func forPartners(run mutate) command { return command{partner: true, run: run} }
func forBoth(run mutate) command     { return command{true, true, run} }

func (s *Server) mutation() binding {
	fields := s.imports()
	for _, noun := range []func(*Server) map[string]command{
		activityCommands, academyCommands, credentialCommands, fundingCommands, surveyCommands, siteCommands,
		timesheetCommands, milestoneCommands, creditCommands, transitionCommands,
		consentCommands, apprenticeCommands, recordCommands, programCommands, filingCommands, personCommands, positionCommands, skillCommands, agreementCommands,
		privacyCommands, institutionCommands, studentCommands, reportCommands,
	} {
		for name, c := range noun(s) {
			fields[name] = s.done(name, c)
		}
	}
	fields["approveTimesheets"] = ask(s.approveTimesheets)
	fields["identifyMyself"] = ask(s.identifyMyself)
	maps.Copy(fields, s.clientCommands())
	maps.Copy(fields, s.submissions())
	maps.Copy(fields, s.webhookCommands())
	fields["importRoster"] = ask(s.importRoster)
	return object("Mutation", fields)
}

// payloads binds what mutations answer: one Go type for all, under the name of the noun.
func payloads() (out []binding) {
	for name, noun := range map[string]string{
		"ActivityPayload": "activity", "CohortPayload": "cohort", "CredentialPayload": "credential", "FundingPayload": "funding", "SurveyPayload": "survey",
		"SelfIdentificationPayload": "selfIdentification", "SitePayload": "site",
		"TimesheetPayload": "timesheet", "MilestonePayload": "milestone", "CreditPayload": "credit", "TransitionPayload": "transition",
		"ConsentPayload": "consent", "ProgramPayload": "program", "FilingPayload": "filing", "ImportPayload": "report", "ApprenticePayload": "apprentice", "PersonPayload": "person", "PositionPayload": "opening", "PartnerAgreementPayload": "agreement",
		"AmendmentRequestPayload": "amendmentRequest", "InstitutionPayload": "institution", "RosterPayload": "report", "StudentPayload": "student",
	} {
		out = append(out, object(name, payloadFields(noun, func(p payload) payload { return p })))
	}
	reported := payloadFields("enrolment", func(p payload) payload { return p })
	reported["waits"] = get(func(p payload) any { return p.about.Category() == "student" })
	out = append(out, object("EnrolmentPayload", reported))
	return append(out, userErrorType)
}

// payloadFields are the fields of an object that is, or holds, a payload.
func payloadFields[T any](noun string, of func(T) payload) map[string]field[T] {
	return map[string]field[T]{
		noun: get(func(src T) any { return of(src).object }),
		"position": get(func(src T) any {
			p := of(src)
			if p.refused != nil || p.position == 0 {
				return nil
			}
			return positionText(p.position)
		}),
		"userErrors": get(func(src T) any {
			p := of(src)
			if p.refused == nil {
				return []*domain.Refusal{}
			}
			return []*domain.Refusal{p.refused}
		}),
	}
}

// A payload is the outcome of a mutation, or why there is none.
type payload struct {
	about    domain.Stream
	object   any
	position position
	refused  *domain.Refusal
}

var userErrorType = object("UserError", map[string]field[domain.Refusal]{
	"kind":    get(func(r domain.Refusal) any { return refusalKinds[r.Kind] }),
	"code":    get(func(r domain.Refusal) any { return r.Code }),
	"message": get(func(r domain.Refusal) any { return r.Reason }),
	"path": get(func(r domain.Refusal) any {
		if r.Field == "" {
			return nil
		}
		return append([]string{"input"}, strings.Split(r.Field, ".")...)
	}),
})

var refusalKinds = map[domain.Kind]string{
	domain.Invalid: "INVALID", domain.Forbidden: "FORBIDDEN", domain.NotFound: "NOT_FOUND", domain.Conflict: "CONFLICT", domain.Busy: "BUSY",
}

// done is the field of Mutation that does what c does. A refusal is part of its answer;
// everything else that goes wrong is a fault.
func (s *Server) done(name string, c command) field[root] {
	return ask(func(ctx context.Context, _ root, a args) (any, error) {
		by, err := asker(ctx)
		if err != nil {
			return nil, err
		}
		p, err := s.do(ctx, by, name, c, a.input("input"))
		if r := domain.AsRefusal(err); r != nil {
			return payload{refused: r}, nil
		}
		return p, err
	})
}

func (s *Server) do(ctx context.Context, by domain.Actor, name string, c command, in args) (payload, error) {
	ask, err := c.ask(by, name, in)
	if err != nil {
		return payload{}, err
	}
	changed, at, err := s.first(ctx, ask)
	if err == nil && at == 0 {
		changed, at, err = c.run(ctx, ask, in)
	}
	if err != nil {
		return payload{}, err
	}
	seen, err := s.object(ctx, by, changed)
	return payload{about: changed, object: seen, position: at}, err
}

// first is what a request with the same key was answered with before, or position 0. The
// answer stands even if what was asked for could not be asked for any more.
func (s *Server) first(ctx context.Context, a desk.Ask) (domain.Stream, position, error) {
	r, _, err := s.Desk.Log.Answered(ctx, domain.Request{By: a.By, Key: a.Key, Digest: a.Digest})
	return r.Stream, r.Position, err
}

// maxKey is the size of the longest idempotency key in bytes.
const maxKey = 200

// ask is the request that the input stands for, if the asker may ask it.
func (c command) ask(by domain.Actor, name string, in args) (desk.Ask, error) {
	key := in.id("idempotencyKey")
	switch {
	case by.Role == domain.Auditor:
		return desk.Ask{}, domain.Refuse(domain.Forbidden, "READ_ONLY", "Auditors read everything and change nothing.")
	case by.Role == domain.Partner && !c.partner:
		return desk.Ask{}, peopleOnly
	case by.Role != domain.Partner && !c.person:
		return desk.Ask{}, partnersOnly
	case strings.TrimSpace(key) == "" || len(key) > maxKey:
		return desk.Ask{}, domain.Refuse(domain.Invalid, "IDEMPOTENCY_KEY_MISSING",
			"Give every request a key of its own, of at most %d bytes, such as a UUID. Asking again with the same key changes nothing.", maxKey).About("idempotencyKey")
	}
	text, err := json.Marshal([]any{name, in})
	if err != nil {
		return desk.Ask{}, fmt.Errorf("digest of %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	return desk.Ask{By: by, Key: key, Digest: hex.EncodeToString(sum[:]), Method: "bearer token"}, nil
}

// MarshalJSON writes what was given, by name, with the defaults that were filled in.
func (a args) MarshalJSON() ([]byte, error) {
	given := maps.Clone(a.values)
	maps.DeleteFunc(given, func(_ string, v any) bool { return v == nil })
	return json.Marshal(given)
}

// derived is the id of what a request brings into being: asking again names the same thing.
func derived(a desk.Ask) string {
	sum := sha256.Sum256([]byte(a.By.Name() + "\x00" + a.Key))
	return hex.EncodeToString(sum[:16])
}

// idOf reads an input that is the id of an object: the name of its stream.
func idOf[ID ~string](in args, name string, parse func(domain.Stream) (ID, error)) (ID, error) {
	s := domain.Stream(in.id(name))
	id, err := parse(s)
	if err != nil || !wellFormed(s) {
		return "", badID(in, name)
	}
	return id, nil
}

// pairOf reads an input that is the id of an object which two things identify.
func pairOf[A, B any](in args, name string, parse func(domain.Stream) (A, B, error)) (a A, b B, err error) {
	s := domain.Stream(in.id(name))
	a, b, err = parse(s)
	if err != nil || !wellFormed(s) {
		return a, b, badID(in, name)
	}
	return a, b, nil
}

func badID(in args, name string) error {
	return domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the id of what is asked for here. Pass an id as it was answered, unchanged.", clip(in.id(name))).About(name)
}

// clip keeps a text that is told back short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func positionText(p position) string { return strconv.FormatUint(uint64(p), 10) }
