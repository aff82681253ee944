package graphql

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// A need is what a client needs one of. People need none.
type need []client.Scope

// everybody is any client there is.
var everybody = need(client.Scopes)

// fieldNeeds are the fields of Query, Mutation and Subscription that institutions may ask
// for, with what that takes. What is not listed is for people.
var fieldNeeds = map[string]need{
	"Query.viewer":            everybody,
	"Query.institutions":      everybody,
	"Query.node":              everybody, // whatever it is takes what it is; see nodeNeeds
	"Query.nodes":             everybody,
	"Query.apprentice":        {client.ApprenticesRead},
	"Query.apprentices":       {client.ApprenticesRead},
	"Query.changes":           {client.FeedRead},
	"Query.digest":            {client.FeedRead},
	"Query.disclosures":       {client.FeedRead, client.ApprenticesRead, client.CreditsRead},
	"Query.agreements":        {client.CreditsRead, client.CreditsWrite},
	"Query.articulationRules": {client.CreditsRead, client.CreditsWrite},
	"Query.pathways":          catalogue,
	"Query.requirementKinds":  catalogue,
	"Query.standards":         catalogue,
	"Query.frameworks":        catalogue,
	"Query.workRoles":         catalogue,
	"Query.relatedRoles":      catalogue,
	"Query.gap":               catalogue,
	"Query.careerLattice":     catalogue,
	"Query.outcomes":          {client.FeedRead, client.ApprenticesRead},

	"Subscription.changes": {client.FeedRead},

	"Query.partnerClients":      {client.KeysManage},
	"Mutation.addClientKey":     {client.KeysManage},
	"Mutation.rotateClientKeys": {client.KeysManage},
	"Mutation.revokeClientKey":  {client.KeysManage},

	"Query.webhooks":               {client.WebhooksManage},
	"Mutation.addWebhook":          {client.WebhooksManage},
	"Mutation.rotateWebhookSecret": {client.WebhooksManage},
	"Mutation.pauseWebhook":        {client.WebhooksManage},
	"Mutation.resumeWebhook":       {client.WebhooksManage},
	"Mutation.removeWebhook":       {client.WebhooksManage},
	"Mutation.testWebhook":         {client.WebhooksManage},
	"Mutation.resendWebhook":       {client.WebhooksManage},

	"Mutation.attestMilestone":  {client.MilestonesAttest},
	"Mutation.attestMilestones": {client.MilestonesAttest},

	"Mutation.importRoster":     {client.EnrolmentsWrite},
	"Mutation.reportEnrolment":  {client.EnrolmentsWrite},
	"Mutation.reportEnrolments": {client.EnrolmentsWrite},
	"Mutation.reportResult":     {client.EnrolmentsWrite},
	"Mutation.reportResults":    {client.EnrolmentsWrite},

	"Mutation.signPartnerAgreement":   {client.CreditsWrite},
	"Mutation.startCreditEvaluation":  {client.CreditsWrite},
	"Mutation.startCreditEvaluations": {client.CreditsWrite},
	"Mutation.referCredit":            {client.CreditsWrite},
	"Mutation.returnCredit":           {client.CreditsWrite},
	"Mutation.recommendCredit":        {client.CreditsWrite},
	"Mutation.recommendCredits":       {client.CreditsWrite},
	"Mutation.denyCredit":             {client.CreditsWrite},
	"Mutation.denyCredits":            {client.CreditsWrite},
	"Mutation.recordCredit":           {client.CreditsWrite},
	"Mutation.recordCredits":          {client.CreditsWrite},
	"Mutation.postCredit":             {client.CreditsWrite},
	"Mutation.postCredits":            {client.CreditsWrite},
	"Mutation.revokeCredit":           {client.CreditsWrite},
	"Mutation.revokeCredits":          {client.CreditsWrite},
}

var (
	catalogue = need{client.FeedRead, client.ApprenticesRead, client.CreditsRead, client.CreditsWrite, client.MilestonesAttest}
	learners  = need{client.FeedRead, client.ApprenticesRead, client.MilestonesAttest}
	credits   = need{client.FeedRead, client.CreditsRead, client.CreditsWrite}

	enrolments = need{client.FeedRead, client.ApprenticesRead, client.MilestonesAttest, client.EnrolmentsWrite}
)

// typeNeeds are the objects that an answer to an institution may hold, with what that takes.
// A field that leads to an object whose need its own object does not meet asks for it.
var typeNeeds = func() map[string]need {
	all := map[string]need{}
	for _, group := range []struct {
		need
		types string
	}{
		{everybody, `Viewer Organization PageInfo UserError`},
		{catalogue, `Pathway PathwayStage Requirement KindOfRequirement JobRole OccupationStandard WorkProcess RelatedInstruction
			SkillGap SkillGroup HeldStatement Statement GapConnection GapEdge Competency Framework WorkRole RelatedRole RelatedRoleConnection RelatedRoleEdge RelatedStep`},
		{need{client.FeedRead}, `ChangePage Upsert Removal FeedDigest FeedBucket FeedEntry`},
		{learners, `Apprentice ApprenticeConnection ApprenticeEdge Milestone MilestoneConnection MilestoneEdge Attempt Evidence
			RoleTransition TransitionConnection TransitionEdge TransitionFact TransitionComment ApprovalStep Readiness WaivedRequirement Finding
			Timesheet TimesheetConnection TimesheetEdge HoursEntry HoursCorrection HoursTotal Progress NextAction UnshownFact
			Explanation ExplanationRule FigureChange FigureChangeConnection FigureChangeEdge FigureReading RecordedFact
			Registration Break Mentoring CompletionFinding PriorCredit Learned Evaluation CompetencyRating Wages WageStep
			Assessment Amendment Consent Outcome`},
		{need{client.KeysManage}, `PartnerClient ClientKey PartnerClientPayload`},
		{need{client.EnrolmentsWrite}, `RosterPayload RosterReport RosterFileReport RosterRow RosterProblem EnrolmentPayload`},
		{need{client.WebhooksManage}, `Webhook WebhookSecret WebhookTest WebhookDeadLetter WebhookPayload`},
		{enrolments, `Enrolment`},
		{need{client.MilestonesAttest}, `MilestonePayload`},
		{need{client.CreditsWrite, client.EnrolmentsWrite, client.MilestonesAttest}, `SubmissionPayload ItemResult`},
		{catalogue, `SyncRow`}, // which tells of the object that it is below
		{need{client.FeedRead, client.ApprenticesRead, client.CreditsRead}, `Disclosure`},
		{credits, `CreditAward CreditConnection CreditEdge CreditRecommendation CreditStep CreditApplied CourseTaken CreditByTime
			ArticulationRule SendingCourses SendingCourse CourseGroup PartnerAgreement AgreementProposal AgreementVersion
			AgreementNotice CreditPayload PartnerAgreementPayload`},
	} {
		for name := range strings.FieldsSeq(group.types) {
			all[name] = group.need
		}
	}
	return all
}()

// nodeNeeds are what it takes to look up an object by its id, by category of the id. What is
// not listed is for people.
var nodeNeeds = map[string]need{
	"apprenticeship": learners, "milestone": learners, "transition": learners, "enrolment": enrolments, "consent": learners, "credit": credits, "agreement": credits,
	"client": {client.KeysManage}, "webhook": {client.WebhooksManage}, "partner": everybody, "employer": everybody, "disclosure": everybody, "standard": catalogue, "pathway": catalogue,
}

// fileNeed is what a file takes: it holds what the feed tells.
var fileNeed = need{client.FeedRead}

// rosterNeed is what it takes to hand in a roster.
var rosterNeed = need{client.EnrolmentsWrite}

type callerKey struct{}

// WithCaller returns a context in which a caller asks.
func WithCaller(ctx context.Context, c login.Caller) context.Context {
	return context.WithValue(WithActor(ctx, c.Actor), callerKey{}, c)
}

// caller is who asks, with what a system of an institution may ask for.
func caller(ctx context.Context) login.Caller {
	c, _ := ctx.Value(callerKey{}).(login.Caller)
	return c
}

// clientOf names whoever limits are counted for: a system of an institution, or a person.
func clientOf(ctx context.Context) string {
	if c := caller(ctx); c.Client != "" {
		return "client:" + string(c.Client)
	}
	return actor(ctx).Name()
}

// check refuses (INSUFFICIENT_SCOPE) an institution's system that has none of the scopes.
func (n need) check(ctx context.Context) error {
	if actor(ctx).Role != domain.Partner {
		return nil
	}
	if c := caller(ctx); c.May(n...) && c.Role == domain.Partner {
		return nil
	}
	return domain.Refuse(domain.Forbidden, "INSUFFICIENT_SCOPE", "This takes the scope %s. Log in with it, or have it granted to your client.",
		strings.ReplaceAll(client.Text(n), " ", " or "))
}

// within reports whether whoever has one of n has what o needs.
func (n need) within(o need) bool {
	return !slices.ContainsFunc(n, func(s client.Scope) bool { return !slices.Contains(o, s) })
}

// guarded makes every field by which an institution's system comes to something new ask for
// the scopes that it takes. It fails if the table does not say what those are.
func guarded(bindings []binding) ([]binding, error) {
	types, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: Schema()})
	if err != nil {
		return nil, fmt.Errorf("graphql: %w", err)
	}
	bindings = slices.Clone(bindings)
	for i, b := range bindings {
		bindings[i].fields = maps.Clone(b.fields)
	}
	var errs []error
	refusing := map[string]func(*domain.Refusal) any{} // how objects that answer mutations tell of a refusal
	for _, b := range bindings {
		switch b.source {
		case reflect.TypeFor[payload]():
			refusing[b.object] = func(r *domain.Refusal) any { return payload{refused: r} }
		case reflect.TypeFor[submitted]():
			refusing[b.object] = func(r *domain.Refusal) any { return submitted{refused: []*domain.Refusal{r}} }
		case reflect.TypeFor[secretPayload]():
			refusing[b.object] = func(r *domain.Refusal) any { return secretPayload{payload: payload{refused: r}} }
		case reflect.TypeFor[bulk]():
			refusing[b.object] = func(r *domain.Refusal) any { return bulk{refused: []*domain.Refusal{r}} }
		}
	}
	for _, b := range bindings {
		def := types.Types[b.object]
		for name, answer := range b.fields {
			full := b.object + "." + name
			field := def.Fields.ForName(name)
			if field == nil {
				continue // which New reports
			}
			var has need
			var outward bool
			switch b.object {
			case "Query", "Mutation", "Subscription":
				check := forPeopleOnly
				if has, outward = fieldNeeds[full]; outward {
					check = has.check
				}
				if b.fields[name] = answer.after(check); answer.one != nil && refusing[field.Type.Name()] != nil {
					b.fields[name] = answer.told(check, refusing[field.Type.Name()])
				}
				if !outward {
					continue
				}
			default:
				if has, outward = typeNeeds[b.object]; !outward {
					continue // no institution comes here
				}
			}
			takes, err := leadsTo(types, full, field)
			switch {
			case err != nil:
				errs = append(errs, err)
			case takes != nil && !has.within(takes):
				b.fields[name] = b.fields[name].after(takes.check)
			}
		}
	}
	return bindings, errors.Join(errs...)
}

// leadsTo is what the object takes that a field leads to; nil if it leads to none. The
// objects that node finds are looked at when they are found.
func leadsTo(types *ast.Schema, full string, field *ast.FieldDefinition) (need, error) {
	def := types.Types[field.Type.Name()]
	switch def.Kind {
	case ast.Object:
		takes, listed := typeNeeds[def.Name]
		if !listed {
			return nil, fmt.Errorf("%s leads institutions to %s, which has no scope", full, def.Name)
		}
		return takes, nil
	case ast.Interface, ast.Union:
		if full == "Query.node" || full == "Query.nodes" {
			return nil, nil
		}
		takes := slices.Clone(everybody)
		for _, possible := range types.GetPossibleTypes(def) {
			has, listed := typeNeeds[possible.Name]
			if !listed {
				return nil, fmt.Errorf("%s leads institutions to %s, which has no scope", full, possible.Name)
			}
			takes = slices.DeleteFunc(takes, func(s client.Scope) bool { return !slices.Contains(has, s) })
		}
		return takes, nil
	}
	return nil, nil
}

func forPeopleOnly(ctx context.Context) error {
	if actor(ctx).Role == domain.Partner {
		return peopleOnly
	}
	return nil
}

// told is the mutation r, once check has let it. A refusal is part of its answer.
func (r resolver) told(check func(context.Context) error, tell func(*domain.Refusal) any) resolver {
	return resolver{one: func(ctx context.Context, src any, a args) (any, error) {
		err := check(ctx)
		if refused := domain.AsRefusal(err); refused != nil {
			return tell(refused), nil
		}
		if err != nil {
			return nil, err
		}
		return r.one(ctx, src, a)
	}}
}

// after is r, once check has let it.
func (r resolver) after(check func(context.Context) error) resolver {
	if r.many != nil {
		return resolver{many: func(ctx context.Context, srcs []any, a args) ([]any, error) {
			if err := check(ctx); err != nil {
				return nil, err
			}
			return r.many(ctx, srcs, a)
		}}
	}
	return resolver{one: func(ctx context.Context, src any, a args) (any, error) {
		if err := check(ctx); err != nil {
			return nil, err
		}
		return r.one(ctx, src, a)
	}}
}
