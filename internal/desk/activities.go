package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Activity returns an activity that the actor may see: they take part, wrote it down, or
// guide somebody who takes part. Others do not exist for them.
func (d *Desk) Activity(ctx context.Context, by domain.Actor, id domain.ActivityID) (projections.LearningActivity, error) {
	l, err := d.Read.LearningActivity(ctx, id)
	if err != nil || by.Person != "" && l.RecordedBy == by.Person {
		return l, err
	}
	seen, err := d.Guides(ctx, by, l.Members...)
	if err == nil && len(seen) == 0 {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_ACTIVITY", "There is no such activity.")
	}
	if err != nil {
		return projections.LearningActivity{}, err
	}
	return l, nil
}

// EnrolInActivity has somebody take part in something. What it costs is set aside first; if
// the enrolment is refused, it is given back.
func (d *Desk) EnrolInActivity(ctx context.Context, a Ask, id domain.ActivityID, who domain.PersonID, about activity.Subject, on domain.Date) (events.Position, error) {
	p, err := d.guided(ctx, a.By, who)
	if err != nil {
		return 0, err
	}
	if err := d.exists(ctx, about); err != nil {
		return 0, err
	}
	c := activity.Enrol{Request: d.on(a, on), Person: who, Subject: about, Team: p.Manager != "" && p.Manager == a.By.Person}
	return d.funded(ctx, a, id, c, about, funding.Share{Grant: domain.GrantID(id), Person: who})
}

// funded has a command decided that brings an activity about, once what it costs is set
// aside. If it is refused after all, that is given back, unless somebody else was recorded
// under the same id meanwhile.
func (d *Desk) funded(ctx context.Context, a Ask, id domain.ActivityID, c activityCommand, about activity.Subject, shares ...funding.Share) (events.Position, error) {
	stream := activity.Stream(id)
	state, revision, err := events.Load(ctx, d.Log, stream, activity.Evolve)
	if err != nil {
		return 0, err
	}
	if facts, err := c.Decide(state); about.Cost == 0 || err != nil || len(facts) == 0 {
		return execute(ctx, d, stream, activity.Evolve, c)
	}
	if err := d.commitEach(ctx, a, about, stream, shares); err != nil {
		return 0, err
	}
	at, err := execute(ctx, d, stream, activity.Evolve, c)
	if domain.AsRefusal(err) == nil {
		return at, err
	}
	if _, now, gone := events.Load(ctx, d.Log, stream, activity.Evolve); gone == nil && now == revision {
		err = after(err, d.release(ctx, about.Funding, shares...))
	}
	return at, err
}

// exists refuses an activity that names what there is not.
func (d *Desk) exists(ctx context.Context, about activity.Subject) error {
	if about.Partner != "" {
		if err := d.known(ctx, about.Partner); err != nil {
			return err
		}
	}
	if about.Cohort != "" {
		if _, err := d.Read.Cohort(ctx, about.Cohort); err != nil {
			if r := domain.AsRefusal(err); r != nil {
				return r.About("cohortId")
			}
			return err
		}
	}
	if about.Funding != "" {
		if _, err := d.Read.Funding(ctx, about.Funding); err != nil {
			if r := domain.AsRefusal(err); r != nil {
				return r.About("fundingId")
			}
			return err
		}
	}
	if about.Site == "" {
		return nil
	}
	sites, err := d.Read.Sites(ctx)
	if err == nil && !slices.Contains(sites, about.Site) {
		return domain.Refuse(domain.Invalid, "NO_SUCH_SITE", "%q is not a site of this hospital. Choose one of its sites.", about.Site).About("siteId")
	}
	return err
}

// RecordGroup writes down what a group did. Whoever led it need not guide all its members.
// What it costs is set aside for all of them first; if it is refused, that is given back.
func (d *Desk) RecordGroup(ctx context.Context, a Ask, id domain.ActivityID, members []domain.PersonID, about activity.Subject, result activity.Result, on domain.Date) (events.Position, error) {
	c := activity.Record{Request: d.on(a, on), Members: members, Subject: about, Result: result}
	if _, err := c.Decide(activity.State{}); err != nil {
		return 0, err
	}
	for _, m := range members {
		if _, err := d.colleague(ctx, m, "memberIds"); err != nil {
			return 0, err
		}
	}
	if err := d.exists(ctx, about); err != nil {
		return 0, err
	}
	var shares []funding.Share
	for _, m := range members {
		shares = append(shares, funding.Share{Grant: domain.GrantID(string(id) + "." + string(m)), Person: m})
	}
	return d.funded(ctx, a, id, c, about, shares...)
}

// CancelActivity takes back that a group did something; what was set aside for it and not
// spent is given back.
func (d *Desk) CancelActivity(ctx context.Context, a Ask, id domain.ActivityID, reason string, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(l projections.LearningActivity) (activityCommand, error) {
		sealed, err := d.seal(ctx, l.Members[0], "reason", reason)
		return activity.Cancel{Request: d.on(a, on), Reason: sealed}, err
	})
}

// during has a command decided about an activity that the actor may see.
func (d *Desk) during(ctx context.Context, a Ask, id domain.ActivityID, c func(projections.LearningActivity) (events.Command[activity.State, activity.Event], error)) (events.Position, error) {
	l, err := d.Activity(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	command, err := c(l)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, activity.Stream(id), activity.Evolve, command)
}

type activityCommand = events.Command[activity.State, activity.Event]

// StartActivity records the first day.
func (d *Desk) StartActivity(ctx context.Context, a Ask, id domain.ActivityID, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(projections.LearningActivity) (activityCommand, error) {
		return activity.Start{Request: d.on(a, on)}, nil
	})
}

// ScoreAttempt records one try at something that is scored.
func (d *Desk) ScoreAttempt(ctx context.Context, a Ask, id domain.ActivityID, attempt, score, of int, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(projections.LearningActivity) (activityCommand, error) {
		return activity.Score{Request: d.on(a, on), Attempt: attempt, Score: score, Of: of}, nil
	})
}

// CompleteActivity records the last day and the result.
func (d *Desk) CompleteActivity(ctx context.Context, a Ask, id domain.ActivityID, result activity.Result, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(projections.LearningActivity) (activityCommand, error) {
		return activity.Complete{Request: d.on(a, on), Result: result}, nil
	})
}

// AbandonActivity records that somebody gave it up.
func (d *Desk) AbandonActivity(ctx context.Context, a Ask, id domain.ActivityID, reason string, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(l projections.LearningActivity) (activityCommand, error) {
		sealed, err := d.seal(ctx, l.Members[0], "reason", reason)
		return activity.Abandon{Request: d.on(a, on), Reason: sealed}, err
	})
}

// CorrectResult puts a result right.
func (d *Desk) CorrectResult(ctx context.Context, a Ask, id domain.ActivityID, now activity.Result, reason string) (events.Position, error) {
	return d.during(ctx, a, id, func(l projections.LearningActivity) (activityCommand, error) {
		sealed, err := d.seal(ctx, l.Members[0], "reason", reason)
		return activity.Correct{Request: d.request(a), Now: now, Reason: sealed}, err
	})
}

// ApplyActivity records the work product in which the asker used what they learned.
func (d *Desk) ApplyActivity(ctx context.Context, a Ask, id domain.ActivityID, product, link string, on domain.Date) (events.Position, error) {
	return d.during(ctx, a, id, func(l projections.LearningActivity) (activityCommand, error) {
		address, err := milestone.Link(link)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(l.Members, a.By.Person) {
			return activity.Apply{Request: d.on(a, on)}, nil
		}
		sealed, err := d.seal(ctx, a.By.Person, "product", product)
		if err != nil {
			return nil, err
		}
		sealedLink, err := d.seal(ctx, a.By.Person, "uri", address)
		return activity.Apply{Request: d.on(a, on), Product: sealed, Link: sealedLink}, err
	})
}

// RateSkill records how well a participant showed a skill, by whoever led the activity or
// guides them.
func (d *Desk) RateSkill(ctx context.Context, a Ask, id domain.ActivityID, who domain.PersonID, topic string, rating int) (events.Position, error) {
	return d.during(ctx, a, id, func(l projections.LearningActivity) (activityCommand, error) {
		if l.RecordedBy != a.By.Person {
			if _, err := d.guided(ctx, a.By, who); err != nil {
				return nil, err
			}
		}
		return activity.Rate{Request: d.request(a), Person: who, Topic: topic, Rating: rating}, nil
	})
}

// RecogniseActivity has what a participant did count for a milestone of their pathway.
func (d *Desk) RecogniseActivity(ctx context.Context, a Ask, id domain.ActivityID, apprentice domain.ApprenticeshipID, req domain.RequirementID) (events.Position, error) {
	return d.during(ctx, a, id, func(projections.LearningActivity) (activityCommand, error) {
		l, err := d.restsOn(ctx, a.By, apprentice, req)
		return activity.Recognise{Request: d.request(a), Person: l.Person, Apprenticeship: apprentice, Requirement: req}, err
	})
}

// restsOn is the learner on whose pathway a milestone is that something is to count for.
func (d *Desk) restsOn(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, req domain.RequirementID) (projections.Learner, error) {
	l, err := d.Learner(ctx, by, id)
	if err != nil {
		return l, err
	}
	p, err := Pathway(l)
	if err != nil {
		return l, err
	}
	if r, _, ok := p.Requirement(req); !ok || !r.IsMilestone() {
		return l, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "There is no milestone %q on this pathway.", req)
	}
	return l, nil
}
