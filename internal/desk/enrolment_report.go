package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// ReportOn is ReportEnrolment about an enrolment that is on record: the row need not say whose it
// is, nor in which section.
func (d *Desk) ReportOn(ctx context.Context, a Ask, e projections.Enrolment, row roster.Row) (events.Position, error) {
	ident, err := d.identOf(ctx, e)
	if err != nil {
		return 0, err
	}
	row.Student.ID, row.Section = ident, e.Section
	row.Section.Partner = ""
	_, at, err := d.ReportEnrolment(ctx, a, e.Partner, row)
	return at, err
}

// identOf is the number by which an institution named the student of an enrolment.
func (d *Desk) identOf(ctx context.Context, e projections.Enrolment) (string, error) {
	reg, err := d.registrar(ctx, e.Partner, true)
	if err != nil {
		return "", err
	}
	known, err := d.Read.StudentsOf(ctx, e.Person)
	if err != nil {
		return "", err
	}
	for _, s := range known {
		if s.Partner != e.Partner {
			continue
		}
		ident, err := d.Text(ctx, s.Ident)
		if err != nil || reg.enrolment(ident, e.Section.ID) == e.ID {
			return ident, err
		}
	}
	return "", domain.Refuse(domain.Conflict, "STUDENT_NOT_LINKED", "Nobody is linked any more to the number by which this student was reported. Report the enrolment again.")
}
