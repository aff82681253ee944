package amendment

import "github.com/guildhall-dev/guildhall/domain"

// Days is how long a decision may take, as long as access may: 34 CFR 99.10(b).
const Days = 45

// MaxStatements is how many statements may stay with one record.
const MaxStatements = 10

// Ask holds a record of the asker to be wrong.
type Ask struct {
	domain.Request
	Person domain.PersonID
	Record domain.Stream
	Text   domain.Sealed
}

func (c Ask) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person == "" || c.By.Person != c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RECORD", "Learners ask for their own records to be amended.")
	case s.status != none && s.asked.Record == c.Record:
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ASKED", "This request is about another record. Make another one.")
	case c.Text == "":
		return nil, domain.Refuse(domain.Invalid, "TEXT_MISSING", "Say what is wrong, and how it should read.").About("text")
	}
	return []Event{Requested{Person: c.Person, Record: c.Record, Text: c.Text, DueOn: c.Today().AddDays(Days)}}, nil
}

// Answer decides on a request. A late answer is still one.
type Answer struct {
	domain.Request
	Accepted bool
	Reason   domain.Sealed
}

func (c Answer) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.PrivacyOfficer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_PRIVACY_OFFICER", "The privacy officer decides on amendments.")
	case c.By.Person == s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody decides on their own records.")
	case c.Accepted && s.status == accepted, !c.Accepted && s.status == refused:
		return nil, nil
	case s.status != open:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_DECIDED", "This request was decided, or is no longer asked for.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what is corrected, or why nothing is: the learner reads it.").About("reason")
	}
	return []Event{Decided{By: c.By.Person, Accepted: c.Accepted, Reason: c.Reason}}, nil
}

// Remark lets the learner's view stay with a record that was not amended.
type Remark struct {
	domain.Request
	Statement domain.Sealed
}

func (c Remark) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person == "" || c.By.Person != s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RECORD", "The learner's own statement stays with the record.")
	case s.status != refused && s.status != hearing:
		return nil, domain.Refuse(domain.Conflict, "NOT_REFUSED", "A statement stays with a record that was not amended.")
	case c.Statement != "" && c.Statement == s.last:
		return nil, nil
	case c.Statement == "":
		return nil, domain.Refuse(domain.Invalid, "TEXT_MISSING", "Write what should stay with the record.").About("statement")
	case s.remarks >= MaxStatements:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY", "At most %d statements stay with a record.", MaxStatements)
	}
	return []Event{StatementAdded{Statement: c.Statement}}, nil
}

// Withdraw takes a request back before it was decided.
type Withdraw struct{ domain.Request }

func (c Withdraw) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person == "" || c.By.Person != s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RECORD", "The learner takes the request back.")
	case s.status == withdrawn:
		return nil, nil
	case s.status != open:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_DECIDED", "This request was decided.")
	}
	return []Event{Withdrawn{}}, nil
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_REQUEST", "There is no such request.")
}
