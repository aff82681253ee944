package funding

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// MaxAmount is the most that one source can hold, and MaxGrants into how many parts it goes.
const (
	MaxAmount = domain.Cents(2_000_000_000) // $20,000,000
	MaxGrants = 5000
)

var (
	errUnknown  = domain.Refuse(domain.NotFound, "NO_SUCH_FUNDING", "There is no such funding source.")
	errNotYours = domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_FUND", "A coordinator or human resources decides on money.")
)

// runs reports whether somebody decides on money; Guildhall itself gives back what is not needed.
func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

// Open adds a source of money.
type Open struct {
	domain.Request
	Opened Opened
}

func (c Open) Decide(s State) ([]Event, error) {
	o := c.Opened
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case s.exists && s.opened == o:
		return nil, nil
	case s.exists:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_OPENED", "This funding source exists already with other details.")
	case !slices.Contains(Kinds, o.Kind):
		return nil, domain.Refuse(domain.Invalid, "BAD_FUNDING_KIND", "Money is a public grant, a scholarship, a tax incentive or the employer's.").About("kind")
	case domain.Written(o.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the funding source a title.").About("title")
	case domain.TooLong(o.Title):
		return nil, domain.Shorten("title")
	case domain.TooLong(o.Funder):
		return nil, domain.Shorten("funder")
	case o.From.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FROM_MISSING", "Say from when the money can be set aside.").About("from")
	case o.To.Before(o.From):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "The last day lies before the first.").About("to")
	}
	if err := amount(o.Amount, "amountCents"); err != nil {
		return nil, err
	}
	return []Event{o}, nil
}

// ChangeAmount says how much there is now.
type ChangeAmount struct {
	domain.Request
	Amount domain.Cents
}

func (c ChangeAmount) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case !s.exists:
		return nil, errUnknown
	case s.opened.Amount == c.Amount:
		return nil, nil
	case s.closed:
		return nil, overAlready
	case c.Amount < s.aside:
		return nil, domain.Refuse(domain.Conflict, "COMMITTED_ALREADY", "%d cents are set aside already. Release some of it first.", s.aside).About("amountCents")
	}
	if err := amount(c.Amount, "amountCents"); err != nil {
		return nil, err
	}
	return []Event{AmountChanged{Was: s.opened.Amount, Now: c.Amount, On: c.Today()}}, nil
}

// Commit sets money aside for one participant.
type Commit struct {
	domain.Request
	Grant  domain.GrantID
	Person domain.PersonID
	For    domain.Stream
	Cents  domain.Cents
}

func (c Commit) Decide(s State) ([]Event, error) {
	g, known := s.grants[c.Grant]
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case !s.exists:
		return nil, errUnknown
	case known && g.committed.Person == c.Person && g.committed.For == c.For && g.committed.Cents == c.Cents:
		return nil, nil
	case known:
		return nil, domain.Refuse(domain.Conflict, "GRANT_EXISTS", "Money is set aside under this id already, for something else.")
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_FUNDING", "Nobody sets money aside for themselves. Ask a colleague.")
	case s.closed:
		return nil, overAlready
	case c.Today().Before(s.opened.From) || c.Today().After(s.opened.To):
		return nil, domain.Refuse(domain.Conflict, "OUT_OF_PERIOD", "Money of this source can be set aside from %s to %s.", s.opened.From, s.opened.To).About("on")
	case !s.opened.Pays.Cover(c.For):
		return nil, domain.Refuse(domain.Conflict, "NOT_FOR_THIS", "This source is for other costs. Choose one that pays for this.").About("fundingId")
	case len(s.grants) >= MaxGrants:
		return nil, domain.Refuse(domain.Conflict, "FUNDING_FULL", "This source was set aside for %d times. Open another one for the next year of the award.", MaxGrants)
	case c.Cents > s.opened.Amount-s.aside:
		return nil, domain.Refuse(domain.Conflict, exhausted, "Only %d cents are left in this source. Choose another, or release what is not needed.", s.opened.Amount-s.aside).About("cents")
	}
	if err := amount(c.Cents, "cents"); err != nil {
		return nil, err
	}
	return []Event{Committed{Grant: c.Grant, Person: c.Person, For: c.For, Cents: c.Cents, On: c.Today()}}, nil
}

// CommitEach sets the same amount aside for everybody who takes part in one thing, or for
// nobody.
type CommitEach struct {
	domain.Request
	Grants []Share
	For    domain.Stream
	Cents  domain.Cents // for each
}

// A Share is that of one participant.
type Share struct {
	Grant  domain.GrantID
	Person domain.PersonID
}

func (c CommitEach) Decide(s State) ([]Event, error) {
	var out []Event
	left := s.opened.Amount - s.aside
	for _, g := range c.Grants {
		one, err := Commit{Request: c.Request, Grant: g.Grant, Person: g.Person, For: c.For, Cents: c.Cents}.Decide(s)
		if r := domain.AsRefusal(err); r != nil && r.Code == exhausted && len(c.Grants) > 1 {
			return nil, domain.Refuse(domain.Conflict, exhausted, "%d cents for each of %d come to more than the %d cents that are left in this source. Choose another, or release what is not needed.",
				c.Cents, len(c.Grants), left).About("cents")
		}
		if err != nil {
			return nil, err
		}
		for _, e := range one {
			s = Evolve(s, e)
		}
		out = append(out, one...)
	}
	return out, nil
}

const exhausted = "FUNDING_EXHAUSTED"

// Spend records a payment. The same reference is paid once.
type Spend struct {
	domain.Request
	Grant domain.GrantID
	Ref   string
	Cents domain.Cents
}

func (c Spend) Decide(s State) ([]Event, error) {
	g, known := s.grants[c.Grant]
	paid, before := g.paid[c.Ref]
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case !known:
		return nil, errNoGrant
	case before && paid == c.Cents:
		return nil, nil
	case before:
		return nil, domain.Refuse(domain.Conflict, "PAID_ALREADY", "Under this reference %d cents are on record. Correct the payment if that is wrong.", paid).About("ref")
	case c.By.Person == g.committed.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_FUNDING", "Nobody pays for themselves. Ask a colleague.")
	case domain.Written(c.Ref) == "":
		return nil, domain.Refuse(domain.Invalid, "REF_MISSING", "Give the number of the invoice or claim.").About("ref")
	case domain.TooLong(c.Ref):
		return nil, domain.Shorten("ref")
	case c.Cents > g.left:
		return nil, domain.Refuse(domain.Conflict, "MORE_THAN_COMMITTED", "Only %d cents are left of what was set aside for this.", g.left).About("cents")
	case c.Today().Before(g.committed.On):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "The money was set aside on %s. A payment comes after that.", g.committed.On).About("on")
	}
	if err := amount(c.Cents, "cents"); err != nil {
		return nil, err
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Spent{Grant: c.Grant, Ref: c.Ref, Cents: c.Cents, On: c.Today()}}, nil
}

// CorrectSpending puts the amount of a payment right. Both values stay on record.
type CorrectSpending struct {
	domain.Request
	Grant domain.GrantID
	Ref   string
	Now   domain.Cents // 0 if nothing was paid after all
}

func (c CorrectSpending) Decide(s State) ([]Event, error) {
	g, known := s.grants[c.Grant]
	paid, before := g.paid[c.Ref]
	room := g.left
	if g.released {
		room = s.opened.Amount - s.aside
	}
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case !known:
		return nil, errNoGrant
	case !before:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PAYMENT", "Nothing was paid under this reference.").About("ref")
	case paid == c.Now:
		return nil, nil
	case c.By.Person == g.committed.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_FUNDING", "Nobody corrects what was paid for themselves. Ask a colleague.")
	case c.Now < 0:
		return nil, domain.Refuse(domain.Invalid, "BAD_AMOUNT", "A payment is not negative.").About("cents")
	case c.Now-paid > room:
		return nil, domain.Refuse(domain.Conflict, "MORE_THAN_COMMITTED", "Only %d cents more can be paid.", room).About("cents")
	}
	return []Event{SpendingCorrected{Grant: c.Grant, Ref: c.Ref, Was: paid, Now: c.Now, On: c.Today()}}, nil
}

// Release gives back what was set aside and not spent.
type Release struct {
	domain.Request
	Grant domain.GrantID
}

func (c Release) Decide(s State) ([]Event, error) {
	g, known := s.grants[c.Grant]
	switch {
	case !runs(c.By) && c.By.Role != domain.System:
		return nil, errNotYours
	case !known:
		return nil, errNoGrant
	case g.released:
		return nil, nil
	}
	return []Event{Released{Grant: c.Grant, Cents: g.left, On: c.Today()}}, nil
}

// Close ends the source.
type Close struct{ domain.Request }

func (c Close) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, errNotYours
	case !s.exists:
		return nil, errUnknown
	case s.closed:
		return nil, nil
	}
	return []Event{Closed{On: c.Today()}}, nil
}

var (
	errNoGrant  = domain.Refuse(domain.NotFound, "NO_SUCH_GRANT", "Nothing was set aside under this id.").About("grantId")
	overAlready = domain.Refuse(domain.Conflict, "FUNDING_CLOSED", "This funding source is closed.")
)

func amount(c domain.Cents, field string) error {
	if c <= 0 || c > MaxAmount {
		return domain.Refuse(domain.Invalid, "BAD_AMOUNT", "An amount is from 1 to %d cents.", MaxAmount).About(field)
	}
	return nil
}
