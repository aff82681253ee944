package graphql

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A cohort is the learners that one answer is about, as one asker may see them. What they
// have is loaded for all of them together, once somebody asks for it. Everything about a
// learner comes out of a cohort, and only what the asker may see.
type cohort struct {
	server   *Server
	Desk     *desk.Desk
	Read     *projections.DB
	by       domain.Actor
	learners map[domain.ApprenticeshipID]*fellow

	skills  map[projections.Edition][]pathway.Requirement
	awarded map[domain.PartnerID]*organization

	milestones  func() error // so that learners have theirs
	credits     func() error
	transitions lazy[[]projections.Transition]
	tellings    lazy[[]projections.Telling]    // of objects that the asker may see
	hours       lazy[[]projections.Hours]      // none for partners
	prior       lazy[[]projections.Prior]      // none for partners
	evaluations lazy[[]projections.Evaluation] // none for partners
	enrolments  lazy[[]projections.Enrolment]  // none for partners
	ledger      lazy[[]projections.Total]      // none for partners
	mentors     lazy[apprenticeship.Mentors]
	pay         lazy[projections.Pay]
	merits      lazy[projections.Merits] // whole, whoever asks
	consents    func() (map[domain.PersonID][]projections.Consent, error)
	standards   func() (map[projections.Edition]projections.Standard, error)
	deciders    func() (map[domain.PersonID]string, error) // names of those who ask for and approve moves
	teachers    func() (map[domain.PersonID]string, error) // names of mentors and of those who evaluate
	colleges    func() (map[domain.PartnerID]projections.Partner, error)
	remarks     func() (map[domain.Stream][]domain.Sealed, error)       // of learners on their records
	talk        func() (talk, error)                                    // beside moves
	students    func() (map[domain.PersonID]projections.Student, error) // as the partner that asks knows them
}

// A fellow is a learner in a cohort, as the asker sees them.
type fellow struct {
	*projections.Known
	share partners.Share // of a partner
	works bool           // the asker reads what the learner did, see desk.ReadsWork
}

// lazy is what learners have, loaded once.
type lazy[T any] = func() (map[domain.ApprenticeshipID]T, error)

// cohort gathers those of the learners who are within the asker's sight.
func (s *Server) cohort(ctx context.Context, by domain.Actor, ids ...domain.ApprenticeshipID) (*cohort, error) {
	if len(ids) == 0 {
		return s.gather(ctx, by, nil)
	}
	learners, err := s.Read.KnownLearners(ctx, projections.LearnerQuery{Visible: s.Desk.SightOf(by), IDs: ids})
	if err != nil {
		return nil, err
	}
	return s.gather(ctx, by, learners)
}

// gather makes a cohort of learners within the asker's sight.
func (s *Server) gather(ctx context.Context, by domain.Actor, learners []*projections.Known) (*cohort, error) {
	c := &cohort{server: s, Desk: s.Desk, Read: s.Read, by: by, learners: make(map[domain.ApprenticeshipID]*fellow, len(learners)),
		skills: map[projections.Edition][]pathway.Requirement{}, awarded: map[domain.PartnerID]*organization{}}
	ids := make([]domain.ApprenticeshipID, len(learners))
	members := make([]fellow, len(learners))
	for i, l := range learners {
		members[i] = fellow{Known: l}
		c.learners[l.ID], ids[i] = &members[i], l.ID
	}
	if c.outside() {
		shares, err := s.Partners.Shares(ctx, by.Partner, ids...)
		if err != nil {
			return nil, err
		}
		for i := range members {
			members[i].share = shares[i]
		}
	} else {
		for i := range members {
			members[i].works = s.Desk.ReadsWork(by, members[i].Learner)
		}
	}
	c.milestones = sync.OnceValue(func() error { return s.Read.KnowMilestones(ctx, learners...) })
	c.credits = sync.OnceValue(func() error { return s.Read.KnowCredits(ctx, learners...) })
	c.transitions = load(ctx, c, ids, s.Read.Transitions, partners.Share.Transitions)
	c.tellings = load(ctx, c, ids, s.Read.Tellings, func(_ partners.Share, all []projections.Telling) []projections.Telling { return all })
	c.hours = load(ctx, c, ids, s.Read.Hours, unseen)
	c.prior = load(ctx, c, ids, s.Read.Prior, unseen)
	c.evaluations = load(ctx, c, ids, s.Read.Evaluations, unseen)
	c.enrolments = load(ctx, c, ids, s.Read.Enrolments, unseen)
	c.ledger = load(ctx, c, ids, s.Read.Ledger, unseen)
	c.mentors = once(ctx, ids, s.Read.Mentors)
	c.pay = once(ctx, ids, s.Read.Pay)
	c.merits = once(ctx, ids, s.Read.Merits)
	c.consents = sync.OnceValues(func() (map[domain.PersonID][]projections.Consent, error) { return c.loadConsents(ctx) })
	c.standards = sync.OnceValues(func() (map[projections.Edition]projections.Standard, error) { return c.loadStandards(ctx) })
	c.deciders = sync.OnceValues(func() (map[domain.PersonID]string, error) { return c.loadDeciders(ctx) })
	c.teachers = sync.OnceValues(func() (map[domain.PersonID]string, error) { return c.loadTeachers(ctx) })
	c.colleges = sync.OnceValues(func() (map[domain.PartnerID]projections.Partner, error) { return s.names(ctx) })
	c.remarks = sync.OnceValues(func() (map[domain.Stream][]domain.Sealed, error) { return c.loadRemarks(ctx) })
	c.talk = sync.OnceValues(func() (talk, error) { return c.loadTalk(ctx) })
	c.students = sync.OnceValues(func() (map[domain.PersonID]projections.Student, error) { return c.loadStudents(ctx) })
	return c, nil
}

func (c *cohort) loadStudents(ctx context.Context) (map[domain.PersonID]projections.Student, error) {
	var people []domain.PersonID
	for _, l := range c.learners {
		people = append(people, l.Person)
	}
	found, err := c.Read.StudentsOf(ctx, people...)
	out := map[domain.PersonID]projections.Student{}
	for _, s := range found {
		if s.Partner == c.by.Partner {
			out[s.Person] = s
		}
	}
	return out, err
}

// once asks a question about learners on first use.
func once[T any](ctx context.Context, ids []domain.ApprenticeshipID, question func(context.Context, ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]T, error)) lazy[T] {
	return sync.OnceValues(func() (map[domain.ApprenticeshipID]T, error) { return question(ctx, ids...) })
}

// load asks a question about all learners of c, on first use. A partner is left with what
// seen returns.
func load[T any](ctx context.Context, c *cohort, ids []domain.ApprenticeshipID,
	question func(context.Context, ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]T, error), seen func(partners.Share, []T) []T) lazy[[]T] {
	return sync.OnceValues(func() (map[domain.ApprenticeshipID][]T, error) {
		found, err := question(ctx, ids...)
		if c.outside() {
			for id, list := range found {
				found[id] = seen(c.learners[id].share, list)
			}
		}
		return found, err
	})
}

// begun are the milestones of a learner that the asker may see.
func (c *cohort) begun(l *fellow) ([]projections.Milestone, error) {
	err := c.milestones()
	if c.outside() {
		return l.share.Milestones(l.Milestones()), err
	}
	return l.Milestones(), err
}

// given are the credits of a learner that the asker may see.
func (c *cohort) given(l *fellow) ([]projections.Credit, error) {
	err := c.credits()
	if c.outside() {
		return l.share.Credits(l.Credits()), err
	}
	return l.Credits(), err
}

// unseen is what a partner sees of how the employer works.
func unseen[T any](partners.Share, []T) []T { return nil }

// outside reports whether the asker is a partner: it sees what is shared with it, and
// nothing of how the employer works.
func (c *cohort) outside() bool { return c.by.Role == domain.Partner }

// learner is one of the cohort, or nobody.
func (c *cohort) learner(id domain.ApprenticeshipID) projections.Learner {
	if l := c.learners[id]; l != nil {
		return l.Learner
	}
	return projections.Learner{}
}

// worksOf reports whether the asker reads what one of the cohort did.
func (c *cohort) worksOf(id domain.ApprenticeshipID) bool {
	l := c.learners[id]
	return l != nil && l.works
}

// apprentice is a learner as the asker may see them, or nil.
func (c *cohort) apprentice(id domain.ApprenticeshipID) any {
	l, ok := c.learners[id]
	if !ok || !c.sees(l) {
		return nil
	}
	return apprenticeNode{l, c}
}

// sees reports whether the asker may see that a learner is one.
func (c *cohort) sees(l *fellow) bool { return !c.outside() || l.share.Learner() }

// seesConsents reports whether the asker may know whom a person lets see what.
func seesConsents(by domain.Actor, person domain.PersonID) bool {
	return by.Role == domain.Coordinator || by.Role == domain.PrivacyOfficer || by.Role == domain.Auditor || by.Person != "" && by.Person == person
}

func (c *cohort) loadConsents(ctx context.Context) (map[domain.PersonID][]projections.Consent, error) {
	var people []domain.PersonID
	for _, l := range c.learners {
		if seesConsents(c.by, l.Person) {
			people = append(people, l.Person)
		}
	}
	out := map[domain.PersonID][]projections.Consent{}
	if len(people) == 0 {
		return out, nil
	}
	found, err := c.Read.Consents(ctx, people...)
	for _, consent := range found {
		out[consent.Person] = append(out[consent.Person], consent)
	}
	return out, err
}

func (c *cohort) loadStandards(ctx context.Context) (map[projections.Edition]projections.Standard, error) {
	asked := map[projections.Edition]bool{}
	for _, l := range c.learners {
		asked[l.Edition()] = true
	}
	return c.Read.Editions(ctx, slices.Collect(maps.Keys(asked))...)
}

func (c *cohort) loadDeciders(ctx context.Context) (map[domain.PersonID]string, error) {
	moves, err := c.transitions()
	if err != nil {
		return nil, err
	}
	ids := map[domain.PersonID]bool{}
	for _, ts := range moves {
		for _, t := range ts {
			ids[t.Proposer] = true
			for _, step := range t.Steps {
				ids[step.Assignee], ids[step.Deputy], ids[step.OverdueWith], ids[step.DecidedBy] = true, true, true, true
			}
		}
	}
	return c.server.named(ctx, slices.Collect(maps.Keys(ids))...)
}

func (c *cohort) loadTeachers(ctx context.Context) (map[domain.PersonID]string, error) {
	mentors, err := c.mentors()
	if err != nil {
		return nil, err
	}
	evaluations, err := c.evaluations()
	if err != nil {
		return nil, err
	}
	ids := map[domain.PersonID]bool{}
	for id := range c.learners {
		for _, m := range mentors[id] {
			ids[m.Mentor] = true
		}
		for _, e := range evaluations[id] {
			ids[e.By] = true
		}
	}
	return c.server.named(ctx, slices.Collect(maps.Keys(ids))...)
}

// named returns the names of people.
func (s *Server) named(ctx context.Context, ids ...domain.PersonID) (map[domain.PersonID]string, error) {
	people, err := s.Read.Named(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make(map[domain.PersonID]string, len(people))
	for id, p := range people {
		if out[id], err = s.Desk.Name(ctx, p.Name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// names returns the names of all institutions.
func (s *Server) names(ctx context.Context) (map[domain.PartnerID]projections.Partner, error) {
	known, err := s.Read.Partners(ctx)
	out := make(map[domain.PartnerID]projections.Partner, len(known))
	for _, p := range known {
		out[p.ID] = p
	}
	return out, err
}

// college is an institution, the same for everything that it gave.
func (c *cohort) college(id domain.PartnerID) (*organization, error) {
	if known := c.awarded[id]; known != nil {
		return known, nil
	}
	names, err := c.colleges()
	if err != nil {
		return nil, err
	}
	o := institution(names[id])
	c.awarded[id] = &o
	return &o, nil
}

// titles returns what the things a learner logs hours to are called.
func (c *cohort) titles(l projections.Learner) (map[string]string, error) {
	standards, err := c.standards()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	s := standards[l.Edition()]
	for _, wp := range s.WorkProcesses {
		out[string(wp.ID)] = wp.Title
	}
	for _, course := range s.Courses {
		out[string(course.ID)] = course.Title
	}
	return out, nil
}

// readiness compares what a learner has to show in a role with what the pathway requires there.
func (c *cohort) readiness(l projections.Learner, p pathway.Pathway, role domain.RoleID) ([]pathway.Finding, error) {
	hours, err := c.hours()
	if err != nil {
		return nil, err
	}
	milestones, err := c.begun(c.learners[l.ID])
	if err != nil {
		return nil, err
	}
	stage, _, _ := p.Stage(role)
	e := projections.Merits{Hours: hours[l.ID], Milestones: milestones}
	if !stage.Counted() {
		return stage.Readiness(e.InRole(role)), nil
	}
	rec, err := c.counted(l, e, role)
	return stage.Readiness(rec), err
}

// counted adds what counts by the standard to what there is to show in a role.
func (c *cohort) counted(l projections.Learner, e projections.Merits, role domain.RoleID) (rec pathway.Record, err error) {
	prior, err := c.prior()
	if err != nil {
		return rec, err
	}
	evaluations, err := c.evaluations()
	if err != nil {
		return rec, err
	}
	credits, err := c.given(c.learners[l.ID])
	if err != nil {
		return rec, err
	}
	enrolments, err := c.enrolments()
	if err != nil {
		return rec, err
	}
	standards, err := c.standards()
	if err != nil {
		return rec, err
	}
	e.Prior, e.Evaluations, e.Credits, e.Enrolments = prior[l.ID], evaluations[l.ID], credits, enrolments[l.ID]
	return e.Record(l, standards[l.Edition()], role)
}
