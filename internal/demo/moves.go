package demo

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// Moves asks for the role changes that are being decided when a visitor arrives: Chidi
// Eze's waits for his manager, Omar Siddiqui's was sent back. They are asked for at the
// desk, on the evidence the read model shows. What was asked for before is left alone.
func Moves(ctx context.Context, d *desk.Desk) error {
	mentor := domain.Actor{Person: priyaRaman, Role: domain.Mentor}
	_, _, err := d.Propose(ctx, desk.Ask{By: mentor, Key: "demo-move-1"}, domain.ApprenticeshipID(chidiEze), "", d.Today().AddDays(14),
		"Chidi has carried the early shift alone since October and never lost a ticket.")
	if err != nil {
		return fault(err)
	}
	to, _, err := d.Propose(ctx, desk.Ask{By: mentor, Key: "demo-move-2"}, domain.ApprenticeshipID(omarSiddiqui), "", d.Today().AddDays(21), "")
	if err != nil {
		return fault(err)
	}
	id, role, err := transition.ID(to)
	if err != nil {
		return err
	}
	_, err = d.Decide(ctx, desk.Ask{By: domain.Actor{Person: danaWhitfield, Role: domain.Manager}, Key: "demo-return-2"}, id, role, transition.SendBack, "",
		"I would like Omar to stay until the new ticket system is live on 14 December. Please ask again with a day after that.")
	return fault(err)
}

// fault lets refusals pass: the moment for what is asked has gone by.
func fault(err error) error {
	if domain.AsRefusal(err) != nil {
		return nil
	}
	return err
}
