package apprenticeship

import "github.com/guildhall-dev/guildhall/domain"

// TransferProposed offers to go on under another programme, 29 CFR 29.5(b)(13).
type TransferProposed struct {
	ToProgram  domain.ProgramID `json:"toProgram"`
	Transcript string           `json:"transcript"` // stands for the record that goes along
}

// TransferAgreed ends this apprenticeship; another one continues it.
type TransferAgreed struct {
	ToProgram  domain.ProgramID `json:"toProgram"`
	Transcript string           `json:"transcript"`
	On         domain.Date      `json:"on"` // the last day here
}

func (TransferProposed) EventName() string { return "apprenticeship.transfer_proposed" }
func (TransferAgreed) EventName() string   { return "apprenticeship.transfer_agreed" }

func (TransferProposed) apprenticeship() {}
func (TransferAgreed) apprenticeship()   {}

// ProposeTransfer offers the apprentice to go on under another programme.
type ProposeTransfer struct {
	domain.Request
	ToProgram  domain.ProgramID
	Transcript string
}

func (c ProposeTransfer) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "proposes a transfer"); err != nil {
		return nil, err
	}
	next := TransferProposed{ToProgram: c.ToProgram, Transcript: c.Transcript}
	switch {
	case s.life() != active && s.life() != probationary:
		return nil, domain.Refuse(domain.Conflict, "NOT_TRANSFERABLE", "An apprenticeship is transferred while it runs, before completion is asked for.")
	case !domain.ValidID(c.ToProgram):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "Name the programme it goes on under.").About("programId")
	case c.ToProgram == s.plan.Program:
		return nil, domain.Refuse(domain.Invalid, "SAME_PROGRAM", "It runs under this programme already.").About("programId")
	case s.transfer == next:
		return nil, nil
	}
	return []Event{next}, nil
}

// ConsentToTransfer is the apprentice's word. What goes along is what was offered: if the
// record has changed since, it is offered again.
type ConsentToTransfer struct {
	domain.Request
	Transcript string // of the record as it is now
	Worked     Worked
}

func (c ConsentToTransfer) Decide(s State) ([]Event, error) {
	worked, hours := c.Worked.within(c.Today().AddDays(1), domain.Date{})
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person != s.plan.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_SIGN", "The apprentice consents in person.")
	case s.over():
		return nil, s.ending()
	case s.transfer.ToProgram == "":
		return nil, domain.Refuse(domain.Conflict, "NO_TRANSFER_PROPOSED", "No transfer was proposed.")
	case s.life() != active && s.life() != probationary:
		return nil, domain.Refuse(domain.Conflict, "NOT_TRANSFERABLE", "An apprenticeship is transferred while it runs, before completion is asked for.")
	case c.Transcript != s.transfer.Transcript:
		return nil, domain.Refuse(domain.Conflict, "RECORD_CHANGED", "Your record has changed since the transfer was proposed. Ask the coordinator to propose it again, so that nothing is lost.")
	case c.Today().Before(s.startOn) || c.Today().After(s.latest(c.Request)) || s.status == suspended && c.Today().Before(s.pauses[len(s.pauses)-1].From):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A transfer is agreed between the start, or the break, and today.").About("on")
	case hours:
		return nil, hoursThere(worked, "on")
	}
	return []Event{TransferAgreed{ToProgram: s.transfer.ToProgram, Transcript: s.transfer.Transcript, On: c.Today()}}, nil
}
