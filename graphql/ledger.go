package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// A totalNode is what hours of one kind under one key add up to.
type totalNode struct {
	key, title        string
	kind              timesheet.Kind
	approved, pending domain.Minutes
}

var hoursTotalType = object("HoursTotal", map[string]field[totalNode]{
	"key":             get(func(t totalNode) any { return t.key }),
	"title":           get(func(t totalNode) any { return optional(t.title) }),
	"kind":            get(func(t totalNode) any { return kindsOfHours[t.kind] }),
	"approvedMinutes": get(func(t totalNode) any { return t.approved }),
	"pendingMinutes":  get(func(t totalNode) any { return t.pending }),
})

// whole is the key of what hours add up to for who reads totals only.
const whole = "all"

// ledger adds up a learner's hours, in the order in which keys come first; nothing for partners.
// Who does not read the weeks reads one total of each kind.
func ledger(_ context.Context, l apprenticeNode, a args) (any, error) {
	out := []totalNode{}
	if l.outside() {
		return out, nil
	}
	rows, err := l.ledger()
	if err != nil {
		return nil, err
	}
	titles, err := l.titles(l.Learner)
	if err != nil {
		return nil, err
	}
	by := a.enum("by")
	if !l.works {
		by = whole
	}
	type place struct {
		key  string
		kind timesheet.Kind
	}
	at := map[place]int{}
	for _, r := range rows[l.ID] {
		p := place{keyOf(r, by), r.Kind}
		i, known := at[p]
		if !known {
			i = len(out)
			at[p] = i
			out = append(out, totalNode{key: p.key, kind: p.kind})
			if by == "PROCESS" {
				out[i].title = titles[r.SpentOn]
			}
		}
		out[i].approved, out[i].pending = out[i].approved+r.Approved, out[i].pending+r.Pending
	}
	return out, nil
}

func keyOf(r projections.Total, by string) string {
	switch by {
	case "WEEK":
		return r.Week.String()
	case "SITE":
		return string(r.Site)
	case "BASIS":
		return upper(r.Basis)
	case whole:
		return whole
	}
	return r.SpentOn
}
