package graphql

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Server answers institutions and people. All fields are set before Handler.
type Server struct {
	Desk         *desk.Desk
	Partners     *partners.Partners
	Read         *projections.DB
	Login        *login.Login
	Courier      *courier.Courier
	Organization string // the employer's name
	Points       int    // that a client can save up; 0 is the usual

	sockets *sync.WaitGroup // that are open; nil before Handler
	ways    *sync.Map       // of *way by followed; nil before Handler
}

// Wait returns once every WebSocket has ended, which they do when the context of their
// requests does. http.Server.Shutdown does not wait for them.
func (s *Server) Wait() {
	if s.sockets != nil {
		s.sockets.Wait()
	}
}

// Handler serves GraphQL at /graphql to whoever shows a bearer token (RFC 6750), and the
// schema to everybody at /graphql/schema.graphql. Who opens it in a browser is led to the
// explorer.
func (s *Server) Handler(log *zap.Logger) (http.Handler, error) {
	bindings, err := guarded(s.bindings())
	if err != nil {
		return nil, err
	}
	e, err := New(Schema(), log, bindings...)
	if err != nil {
		return nil, err
	}
	face := newHandler(e, Backing{Authenticate: s.authenticate, Version: s.version, Document: s.document, Points: s.Points, Log: log})
	s.sockets, s.ways = face.open, new(sync.Map)
	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		if looksAround(r) {
			http.Redirect(w, r, "/explorer", http.StatusSeeOther)
			return
		}
		face.ServeHTTP(w, r)
	})
	mux.Handle("GET /explorer", explore())
	mux.Handle("GET /explorer/{file}", explore())
	mux.Handle("GET /graphql/schema.graphql", SDL(e))
	f, err := newFiles(face, s)
	if err != nil {
		return nil, err
	}
	f.register(mux)
	return mux, nil
}

func (s *Server) bindings() []binding {
	return slices.Concat(
		[]binding{s.query(), s.mutation(), s.subscription()},
		payloads(), connections(),
		[]binding{
			viewerType, organizationType, apprenticeType, progressType, findingType, nextActionType,
			milestoneType, attemptType, evidenceType, creditType, transitionType, approvalStepType, readinessType, openApprovalType, waivedRequirementType, transitionFactType, transitionCommentType,
			recommendationType, takenType, creditAppliedType, creditStepType,
			sendingType, groupType, sendingCourseType, stepType, proposalType, agreementVersionType, noticeType,
			disclosureType, amendmentType, erasureType,
			timesheetType, hoursEntryType, hoursCorrectionType, hoursTotalType, approveTimesheetsPayloadType, pathwayType, pathwayStageType, kindOfRequirementType, jobRoleType, requirementType,
			standardType, workProcessType, competencyType, instructionType, workRoleType,
			unshownType, explanationType, explanationRuleType, turnType, figureChangeType, figureReadingType, recordedFactType,
			frameworkType, relatedRoleType, relatedStepType, skillGapType, skillGroupType, heldStatementType, statementType, candidateType,
			importReportType, importRowType, importProblemType, uploadType,
			registrationType, breakType, mentoringType, completionFindingType, priorCreditType, learnedType, evaluationType, competencyRatingType,
			wagesType, wageStepType, versionsType, assessmentType, programType, programSiteType, ratioBoardType, filingType, filingFormType, deadlineType,
			inboxItemType, agreementType, articulationType, consentType, personType,
			activityType, participantType, activityAttemptType, appliedType, skillRatingType, recognisedType, formatType, topicType,
			academyType, seatType, credentialType, fundingType, fundingGrantType, waveType, questionnaireType,
			selfType, selfAnswerType, selfQuestionType, selfCountType, outcomeType, siteType, siteDayLimitType,
			colleagueType, careerEntryType, interestType, referralType, mentorOfferType, suggestionType, membershipType, positionType, placeType,
			upsertType, removalType, changePageType, feedDigestType, feedBucketType, feedEntryType, syncRowType, clientType, clientKeyType, clientPayloadType,
			enrolmentType, submissionPayloadType, itemResultType, studentType, studentRowType, rosterReportType, rosterFileType, rosterRowType, rosterProblemType,
			webhookType, webhookSecretType, webhookTestType, webhookLetterType, webhookPayloadType,
		})
}

// authenticate finds who holds the bearer token of a request.
func (s *Server) authenticate(r *http.Request) (context.Context, error) {
	token := login.BearerToken(r.Header.Get("Authorization"))
	if token == "" {
		return nil, domain.Refuse(domain.Forbidden, "TOKEN_MISSING", "Send your token as Authorization: Bearer, a space and the token.")
	}
	who, err := s.Login.Authenticate(r.Context(), token)
	if err != nil {
		return nil, err
	}
	return WithCaller(r.Context(), who), nil
}
