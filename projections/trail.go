package projections

import (
	"cmp"
	"context"
	"database/sql"
	"reflect"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// trail keeps which streams tell of whom. A stream tells of the apprenticeship that its
// first fact names, else of the person. What many share, such as a cohort, tells of everybody
// whom a later fact names as well.
func (b *batch) trail(r events.Recorded) error {
	category := r.Stream.Category()
	if untold[category] || r.Revision > 1 && single[category] {
		return nil
	}
	for _, s := range tellsOf(r) {
		b.trails.add(trailRow{s, r.Stream})
	}
	return nil
}

// tellsOf returns the streams of those of whom a record tells: the nearest kind that it names.
func tellsOf(r events.Recorded) (of []domain.Stream) {
	named := mentions(r.Event)
	for _, kind := range subjects {
		for _, s := range named {
			if s.Category() == kind && s != r.Stream {
				of = append(of, s)
			}
		}
		if len(of) > 0 {
			return of
		}
	}
	return nil
}

type trailRow struct{ subject, stream domain.Stream }

func newTrails(w *writer) *stack[trailRow] {
	trail := w.inserting(`INSERT OR IGNORE`, `trail`, `subject, stream`, ``)
	return &stack[trailRow]{
		name: "trail",
		compare: func(a, b trailRow) int {
			return cmp.Or(strings.Compare(string(a.subject), string(b.subject)), strings.Compare(string(a.stream), string(b.stream)))
		},
		learner: func(trailRow) domain.ApprenticeshipID { return "" },
		write:   func(r trailRow) error { return trail.add(words(r.subject), words(r.stream)) },
		finish:  trail.finish,
	}
}

// subjects are the categories of those of whom streams tell, the nearest first.
var subjects = []string{"apprenticeship", "person"}

// untold are categories of streams that are nobody's record: they are found by other ways,
// or must not be found.
var untold = map[string]bool{
	"person": true, "partner": true, "agreement": true, "standard": true, "framework": true, "unique": true,
	"alias": true, "selfid": true, "survey": true, "wave": true, "site": true, "upload": true, "client": true, "fetch": true, "manifest": true, "signer": true, "student": true, "webhook": true, "preference": true,
}

// single are categories of streams whose first fact says all that there is to say about
// whom they tell of.
var single = map[string]bool{
	"apprenticeship": true, "timesheet": true, "milestone": true, "credit": true, "transition": true, "consent": true,
}

// Trail returns the streams that tell of the subject of a stream, by name.
func (db *DB) Trail(ctx context.Context, subject domain.Stream) ([]domain.Stream, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.Stream, err error) { return s, rows.Scan(&s) },
		`SELECT stream FROM trail WHERE subject = ? ORDER BY stream`, subject)
	return found, fault(err, "trail")
}

// categories are those of the streams that typed ids stand for.
var categories = map[reflect.Type]string{
	reflect.TypeFor[domain.ActivityID]():       "activity",
	reflect.TypeFor[domain.AgreementID]():      "agreement",
	reflect.TypeFor[domain.ApprenticeshipID](): "apprenticeship",
	reflect.TypeFor[domain.CohortID]():         "cohort",
	reflect.TypeFor[domain.PartnerID]():        "partner",
	reflect.TypeFor[domain.PersonID]():         "person",
	reflect.TypeFor[domain.PositionID]():       "position",
	reflect.TypeFor[domain.ProgramID]():        "program",
	reflect.TypeFor[domain.StandardID]():       "standard",
}

// mentions returns the streams of everything that a fact names by a typed id, in the order
// of its fields.
func mentions(e domain.Event) []domain.Stream { return mentioned(nil, reflect.ValueOf(e)) }

func mentioned(out []domain.Stream, v reflect.Value) []domain.Stream {
	switch v.Kind() {
	case reflect.String:
		if category, ok := categories[v.Type()]; ok && v.Len() > 0 {
			out = append(out, domain.Stream(category+"-"+v.String()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = mentioned(out, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = mentioned(out, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out = mentioned(out, v.Elem())
		}
	}
	return out
}
