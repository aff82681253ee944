package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A StudentCandidate is an apprentice whom a student of an institution may be.
type StudentCandidate struct {
	projections.Learner
	FullName string
	Shares   bool // lets the institution see something
	Taken    bool // another student of the institution is said to be them
}

const (
	mostCandidates = 20
	mostLike       = 1000 // of how many people with such a name it is looked at who learns
)

// StudentCandidates are the apprentices whom a student may be, and whether there are more: those whose
// name or number is asked for, or, where nothing is asked, the likeliest. These are called as the
// institution calls the student, or share with it and are nobody else there. Coordinators say who
// students are; there are none for others.
func (d *Desk) StudentCandidates(ctx context.Context, by domain.Actor, n *Names, s KnownStudent, asked string) (found []StudentCandidate, more bool, err error) {
	if err := runsStudents(by); err != nil {
		return nil, false, err
	}
	asked = domain.Written(asked)
	var people []domain.PersonID
	if asked == "" {
		people, err = n.alike(ctx, d, s.Name)
	} else {
		people, err = d.askedFor(ctx, n, asked)
	}
	if err != nil {
		return nil, false, err
	}
	of, err := d.Read.LatestOf(ctx, people[:min(len(people), mostLike)]...)
	if err != nil {
		return nil, false, err
	}
	var likely []projections.Learner
	for _, id := range people {
		if l, learns := of[id]; learns {
			likely = append(likely, l)
			delete(of, id)
		}
	}
	if asked == "" {
		likely = likely[:min(len(likely), mostCandidates)]
	}
	if missing := mostCandidates - len(likely); asked == "" && missing > 0 {
		sharing, err := d.Read.Unclaimed(ctx, s.Partner, d.Today(), mostCandidates)
		if err != nil {
			return nil, false, err
		}
		sharing = slices.DeleteFunc(sharing, func(l projections.Learner) bool {
			return slices.ContainsFunc(likely, func(k projections.Learner) bool { return k.Person == l.Person })
		})
		likely = append(likely, sharing[:min(len(sharing), missing)]...)
	}
	more = asked != "" && len(likely) > mostCandidates
	found, err = d.studentCandidates(ctx, s, likely[:min(len(likely), mostCandidates)])
	return found, more, err
}

// askedFor are the people whose number, or whose apprenticeship's, somebody asks for, then those of a name.
func (d *Desk) askedFor(ctx context.Context, n *Names, asked string) ([]domain.PersonID, error) {
	people := []domain.PersonID{domain.PersonID(asked)}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: []domain.ApprenticeshipID{domain.ApprenticeshipID(asked)}})
	if err != nil {
		return nil, err
	}
	for _, l := range learners {
		people = append(people, l.Person)
	}
	named, err := n.find(ctx, d, asked)
	return append(people, named...), err
}

func (d *Desk) studentCandidates(ctx context.Context, s KnownStudent, likely []projections.Learner) ([]StudentCandidate, error) {
	ids, people := make([]domain.ApprenticeshipID, len(likely)), make([]domain.PersonID, len(likely))
	for i, l := range likely {
		ids[i], people[i] = l.ID, l.Person
	}
	grants, err := d.Read.Grants(ctx, s.Partner, d.Today(), ids...)
	if err != nil {
		return nil, err
	}
	linked, err := d.Read.StudentsOf(ctx, people...)
	if err != nil {
		return nil, err
	}
	out := make([]StudentCandidate, len(likely))
	for i, l := range likely {
		out[i] = StudentCandidate{Learner: l, Shares: len(grants[i].Scopes()) > 0, Taken: slices.ContainsFunc(linked, func(k projections.Student) bool {
			return k.Person == l.Person && k.Partner == s.Partner
		})}
		if out[i].FullName, err = d.Name(ctx, l.Name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// alike returns who has a word of their name in common with a name, those with most of them first.
func (n *Names) alike(ctx context.Context, d *Desk, name string) ([]domain.PersonID, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.catchUp(ctx, d); err != nil {
		return nil, err
	}
	common := map[domain.PersonID]int{}
	words := slices.Compact(slices.Sorted(wordsIn(Folded(name))))
	for _, word := range words[:min(len(words), mostWords)] {
		for _, w := range n.words[n.from(word):] {
			if w.text != word {
				break
			}
			common[w.who]++
		}
	}
	return slices.SortedFunc(maps.Keys(common), func(a, b domain.PersonID) int {
		return cmp.Or(common[b]-common[a], strings.Compare(n.open[a], n.open[b]), cmp.Compare(a, b))
	}), nil
}
