// Package learners is what the other servers serve: the objects of one college's answers,
// in memory.
package learners

import (
	"encoding/json"
	"os"
)

type Apprentice struct {
	ID, DisplayName, Status  string
	Version                  int32
	StartedOn, ExpectedEndOn *string
	CurrentRole              *JobRole
	Milestones               *MilestoneConnection
	Credits                  *CreditConnection
}

type JobRole struct{ ID, Title string }

type Milestone struct {
	ID, Title, State string
	Version          int32
	AttainedOn       *string
	Rating           *int32
	Requirement      *Requirement
}

type Requirement struct{ Key, Title, KindID string }

type CreditAward struct {
	ID, CourseCode, Title, Credit, Unit, State string
	Version                                    int32
	Grade, Term, ExternalRef                   *string
	AwardedBy                                  *Organization
}

type Organization struct{ ID, Name string }

type (
	MilestoneConnection struct{ Edges []*MilestoneEdge }
	MilestoneEdge       struct{ Node *Milestone }
	CreditConnection    struct{ Edges []*CreditEdge }
	CreditEdge          struct{ Node *CreditAward }
)

// MilestonesFirst and CreditsFirst are the first n.
func (a *Apprentice) MilestonesFirst(n int32) *MilestoneConnection {
	return &MilestoneConnection{a.Milestones.Edges[:min(int(n), len(a.Milestones.Edges))]}
}

func (a *Apprentice) CreditsFirst(n int32) *CreditConnection {
	return &CreditConnection{a.Credits.Edges[:min(int(n), len(a.Credits.Edges))]}
}

type ApprenticeConnection struct {
	TotalCount int32
	PageInfo   *PageInfo
	Edges      []*ApprenticeEdge
}

type PageInfo struct {
	HasNextPage bool
	EndCursor   *string
}

type ApprenticeEdge struct {
	Cursor string
	Node   *Apprentice
}

type ApprenticeKey struct{ ID string }

// A Book holds all learners, by id and by place.
type Book struct {
	edges []*ApprenticeEdge
	byID  map[string]*Apprentice
	place map[string]int // of the edge after a cursor
}

func Load(path string) (*Book, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := &Book{byID: map[string]*Apprentice{}, place: map[string]int{}}
	if err := json.Unmarshal(text, &b.edges); err != nil {
		return nil, err
	}
	for i := range b.edges {
		b.byID[b.edges[i].Node.ID], b.place[b.edges[i].Cursor] = b.edges[i].Node, i+1
	}
	return b, nil
}

func (b *Book) Find(id string) *Apprentice { return b.byID[id] }

func (b *Book) Page(first int32, after *string) *ApprenticeConnection {
	from := 0
	if after != nil {
		from = b.place[*after]
	}
	to := min(from+int(first), len(b.edges))
	c := &ApprenticeConnection{TotalCount: int32(len(b.edges)), Edges: b.edges[from:to], PageInfo: &PageInfo{HasNextPage: to < len(b.edges)}}
	if from < to {
		c.PageInfo.EndCursor = &b.edges[to-1].Cursor
	}
	return c
}
