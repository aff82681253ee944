package transition

import "github.com/guildhall-dev/guildhall/domain"

const (
	// MaxComments is how many there are beside one attempt at a move.
	MaxComments = 200
	// CommentDays is for how many days after its end a move can be commented on, so that what
	// was decided can be asked about.
	CommentDays = 30
)

// Comment says something to all who take part in a move. Whether the asker does is established
// before.
type Comment struct {
	domain.Request
	Note  domain.Sealed
	Ended domain.Date // when the move came to its end; no day while it goes on
}

func (c Comment) Decide(s State) ([]Event, error) {
	said := Commented{By: c.By.Person, Note: c.Note}
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person == "":
		return nil, domain.Refuse(domain.Forbidden, "NOT_A_PERSON", "Comments are written by people.")
	case c.Note == "":
		return nil, domain.Refuse(domain.Invalid, "NOTE_MISSING", "Write what the others should know.").About("note")
	case s.said == said:
		return nil, nil
	case s.closed() && !c.Ended.IsZero() && c.Today().DaysSince(c.Ended) > CommentDays:
		return nil, domain.Refuse(domain.Conflict, "COMMENTS_CLOSED", "This move ended on %s, and could be commented on for %d days after that. Speak with those who decided it.", c.Ended, CommentDays).About("note")
	case s.comments >= MaxComments:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_COMMENTS", "There are %d comments already. Speak with each other, and write what came of it with the decision.", MaxComments).About("note")
	}
	return []Event{said}, nil
}
