package portal

import (
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

var careerRolePage = newPage[careerRoleData]("career-role.html")

// careerRoleData is all that career-role.html may show: one role, and what lies between it and
// the viewer.
type careerRoleData struct {
	frame
	Role     string // as a title
	Tag      string // "You are here"
	Tone     tone
	Lead     string       // how far it is, in a sentence or two
	Ask      string       // path of where the change to this role is asked for
	Legs     []careerLeg  // from the viewer's role, in order
	Gap      []skillGroup // by kind
	Skills   string       // how much of that the viewer holds, as a sentence
	Source   string       // who says what the role asks for
	Openings []opening
	Holders  string     // who holds and leads the role, in a sentence or two
	Wishes   []roleWish // for each pathway that leads there
	Starts   []link     // the roles in which these begin, if no way leads from the viewer's
}

// A careerLeg is the time in one role on the way.
type careerLeg struct {
	Role, Span string // "Help desk analyst", "9 months, on the pathway …"
	Met, Of    int
	Lacking    string     // how much is missing, as a sentence; empty where the page begins with it
	Rules      []turnRule // what is missing first
}

// A turnRule is a rule with whose turn it is and since when.
type turnRule struct {
	rule
	Turn string
}

// A skillGroup is what a role asks for of one kind.
type skillGroup struct {
	Name    string
	Held    []skill
	Missing []skill
}

// A skill is a statement of a framework. Notes say on what it is held, or what closes the gap.
type skill struct {
	Text  string
	Notes []string
}

// A roleWish says that the viewer is interested in a pathway since a day, or posts aim and key.
type roleWish struct {
	Title, Aim, Key string
	Since           domain.Date
}

// An opening is places to fill.
type opening struct{ Title, Place string }

func (v *visit) careerRole() error {
	d, err := v.roleAhead()
	if err != nil {
		return err
	}
	return show(v, careerRolePage, http.StatusOK, d)
}

// roleAhead is the page of the role that the address names.
func (v *visit) roleAhead() (d careerRoleData, err error) {
	c, err := v.career()
	if err != nil {
		return d, err
	}
	r, known := c.role(domain.RoleID(v.r.PathValue("role")))
	if !known {
		return d, domain.Refuse(domain.NotFound, "NO_SUCH_ROLE", "%s", v.say("No pathway here leads through such a role. Choose one on the career map."))
	}
	at, months := c.place(r.ID)
	d = careerRoleData{frame: v.frame("", "/career"), Role: r.Title, Tag: v.say(placeWords[at]), Tone: at.Tone(), Lead: v.distance(c, r.Role, at, months)}
	d.Title = r.Title
	if at == placeNext {
		d.Ask = "/pathway#ready"
	}
	legs, _ := c.way(c.now, r.ID, c.prefers())
	if at == placeHere || at == placeHeld {
		legs = nil
	}
	if d.Legs, err = v.legs(c, legs); err != nil {
		return d, err
	}
	d.Lead = sentences(v.onTheWay(d.Legs), d.Lead)
	if len(d.Legs) == 1 {
		d.Legs[0].Lacking = ""
	}
	if d.Gap, d.Source, err = v.skillGap(c, r.ID, legs); err != nil {
		return d, err
	}
	if d.Openings, err = v.openingsIn(c.openings[r.ID]); err != nil {
		return d, err
	}
	if g, known := c.gaps[r.ID]; known {
		d.Skills = v.say("You hold %d of these %d. What is learned in the role itself need not be there before.", len(g.Held), len(g.Held)+len(g.Missing))
	}
	if d.Holders, err = v.holders(r.Role); err != nil {
		return d, err
	}
	if at == placeHere || at == placeHeld {
		return d, nil
	}
	if len(legs) == 0 {
		d.Starts = startsOf(c.leading(r.ID))
	}
	d.Wishes, err = v.wishForms(c.leading(r.ID), c)
	return d, err
}

func startsOf(ps []pathway.Pathway) (out []link) {
	for _, p := range ps {
		for _, s := range p.Entries() {
			if l := (link{s.Role.Title, rolePath(s.Role.ID)}); !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// onTheWay says how much is missing on the way to a role.
func (v *visit) onTheWay(legs []careerLeg) string {
	missing := 0
	for _, l := range legs {
		missing += l.Of - l.Met
	}
	switch {
	case len(legs) == 1 && missing == 0:
		return v.say("Nothing is missing.")
	case len(legs) == 1:
		return legs[0].Lacking
	case missing > 0:
		return v.say("%d things are missing on the way.", missing)
	}
	return ""
}

// distance says how far a role is.
func (v *visit) distance(c career, r pathway.Role, at place, months int) string {
	from, known := c.role(c.now)
	switch {
	case at == placeHere:
		return v.say("It is your role now.")
	case at == placeHeld:
		return v.say("You held it before.")
	case months > 0 && known:
		return v.say("The plan is %d months from %s.", months, desk.InSentence(from.Title))
	case known:
		return v.say("No pathway leads there from %s.", desk.InSentence(from.Title))
	}
	return ""
}

// legs tell what has to be met in each role on the way.
func (v *visit) legs(c career, way []leg) (out []careerLeg, err error) {
	turns := map[string]string{}
	if c.learner != nil {
		es, err := v.Desk.Explain(v.ctx(), *c.learner)
		if err != nil {
			return nil, err
		}
		turns = v.turnsOf(es)
	}
	for _, l := range way {
		leg := careerLeg{Role: l.stage.Role.Title, Span: v.say("%d months on the pathway %s", l.stage.Months, l.on.Title)}
		findings := l.stage.Readiness(pathway.Record{})
		if own := c.learner != nil && l.on.ID == c.learner.Pathway; own {
			ready, err := v.Desk.Readiness(v.ctx(), *c.learner, l.stage.Role.ID)
			if err != nil && domain.AsRefusal(err) == nil {
				return nil, err
			}
			if err == nil {
				findings = ready.Findings
			}
		}
		leg.Met, leg.Of, leg.Lacking = pathway.CountMet(findings), len(findings), v.lacking(findings)
		for _, f := range missingFirst(findings) {
			state, detail := v.found(f)
			if f.Requirement.Kind == pathway.Group && !begun(f.Of) {
				state = stateAhead
			}
			leg.Rules = append(leg.Rules, turnRule{rule{Text: f.Requirement.Title, Detail: detail, State: state}, turns[string(f.Requirement.ID)]})
		}
		out = append(out, leg)
	}
	return out, nil
}

// begun reports whether there is anything to show for one of some choices.
func begun(fs []pathway.Finding) bool {
	return slices.ContainsFunc(fs, func(f pathway.Finding) bool {
		return f.Minutes+f.Pending > 0 || f.Milestone.State != "" && f.Milestone.State != pathway.Planned || begun(f.Of)
	})
}

// turnsOf says for each requirement that is not met who has it and since when.
func (v *visit) turnsOf(es []explain.Explanation) map[string]string {
	out := map[string]string{}
	for _, e := range es {
		if e.About != explain.Requirement || e.Turn.Role == "" {
			continue
		}
		switch {
		case e.Turn.Person == v.who.ID && e.Since.IsZero():
			out[e.Rule.ID] = v.say("Your turn")
		case e.Turn.Person == v.who.ID:
			out[e.Rule.ID] = v.say("Your turn since %s", v.day(shortDay, e.Since))
		case e.Since.IsZero():
			out[e.Rule.ID] = v.say("With %s", v.turn(e.Turn))
		default:
			out[e.Rule.ID] = v.say("With %s since %s", v.turn(e.Turn), v.day(shortDay, e.Since))
		}
	}
	return out
}

func (v *visit) turn(t explain.Turn) string {
	if t.Partner != "" {
		return v.college(t.Partner)
	}
	return v.holder(t.Person, t.Role)
}

var skillKinds = []struct {
	kind framework.Kind
	name string
}{{framework.Task, "Tasks"}, {framework.Knowledge, "Knowledge"}, {framework.Skill, "Skills"}}

// skillGap tells what a role asks for, what the viewer holds of it and what closes the gap.
func (v *visit) skillGap(c career, id domain.RoleID, way []leg) (groups []skillGroup, source string, err error) {
	g, known := c.gaps[id]
	if !known {
		return nil, "", nil
	}
	of, err := v.Desk.Read.Framework(v.ctx(), g.Role.Framework)
	if err != nil {
		return nil, "", err
	}
	texts, err := v.Desk.Read.Statements(v.ctx(), of.ID, g.Role.Statements...)
	if err != nil {
		return nil, "", err
	}
	for _, k := range skillKinds {
		group := skillGroup{Name: v.say(k.name)}
		for _, h := range g.Held {
			if s := texts[h.Code]; s.Kind == k.kind {
				group.Held = append(group.Held, skill{s.Text, []string{v.ground(c, h.Ground)}})
			}
		}
		for _, code := range g.Missing {
			if s := texts[code]; s.Kind == k.kind {
				group.Missing = append(group.Missing, skill{s.Text, v.closers(c, g, code, way)})
			}
		}
		if len(group.Held)+len(group.Missing) > 0 {
			groups = append(groups, group)
		}
	}
	return groups, v.say("%s, version %s", of.Name, of.Version), nil
}

// ground says on what a statement is held.
func (v *visit) ground(c career, g framework.Ground) string {
	switch g.Kind {
	case framework.ByMilestone:
		for _, p := range c.ways {
			if r, _, ok := p.Requirement(domain.RequirementID(g.ID)); ok {
				return v.say("By the milestone %s", r.Title)
			}
		}
	case framework.ByRole:
		for _, id := range c.held {
			held, known := c.role(id)
			if known && (string(id) == g.ID || held.NICE == g.ID || held.ONET == g.ID) {
				return v.say("By your work as %s", desk.InSentence(held.Title))
			}
		}
	}
	return v.say("By what you learned before")
}

// closers are the milestones and roles on the way that bring a statement.
func (v *visit) closers(c career, target desk.Gap, code domain.StatementID, way []leg) (out []string) {
	for i, l := range way {
		if i > 0 {
			needs := c.gaps[l.stage.Role.ID]
			held := slices.ContainsFunc(needs.Held, func(h framework.Held) bool { return h.Code == code })
			if needs.Role.Framework == target.Role.Framework && (held || slices.Contains(needs.Missing, code)) {
				out = append(out, v.say("Comes with work as %s", desk.InSentence(l.stage.Role.Title)))
			}
		}
		for m := range l.stage.Milestones() {
			if slices.Contains(m.Statements[target.Role.Framework], code) {
				out = append(out, v.say("Closed by the milestone %s", m.Title))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, v.say("Learned in the role itself"))
	}
	return out
}

func (v *visit) openingsIn(ps []projections.Position) (out []opening, err error) {
	if len(ps) == 0 {
		return nil, nil
	}
	sites, err := v.Desk.Read.DescribedSites(v.ctx())
	names := map[domain.SiteID]string{}
	for _, s := range sites {
		names[s.ID] = s.Name
	}
	for _, p := range ps {
		o := opening{Title: p.Title, Place: v.say("%d places", p.Vacant())}
		if name := names[p.Site]; name != "" {
			o.Place = v.say("%d places at %s", p.Vacant(), name)
		}
		out = append(out, o)
	}
	return out, err
}

// holders says how many hold a role and who leads them.
func (v *visit) holders(r pathway.Role) (string, error) {
	n, err := v.Desk.Read.Holders(v.ctx(), r.ID)
	if err != nil {
		return "", err
	}
	said := v.say("%d people hold this role.", n)
	leader, led, err := v.Desk.Read.Leader(v.ctx(), r.ID)
	if led {
		said += " " + v.say("%s leads them and can tell you what the work is like.", v.name(leader.ID))
	}
	return said, err
}

// wishForms let the viewer say that they would like to take part in pathways of the catalogue.
func (v *visit) wishForms(ps []pathway.Pathway, c career) (out []roleWish, err error) {
	known, err := v.Desk.Read.Interests(v.ctx(), v.who.ID)
	for _, p := range ps {
		if p.ID == c.prefers() {
			continue
		}
		w := roleWish{Title: p.Title, Aim: value(person.Aim{Pathway: p.ID}), Key: newKey()}
		for _, i := range known {
			if i.Aim == (person.Aim{Pathway: p.ID}) && i.Until.IsZero() {
				w.Since = i.Since
			}
		}
		out = append(out, w)
	}
	return out, err
}
