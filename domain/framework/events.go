// Package framework holds role frameworks: the public vocabularies of work roles and of
// the tasks, knowledge and skills they need, such as the NICE Workforce Framework for
// Cybersecurity. Codes change from release to release, so a code is only meaningful
// together with the framework it is from.
package framework

import (
	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a role framework.
type Event interface {
	domain.Event
	framework()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Published{}, CategoryDefined{}, AreaDefined{}, StatementDefined{}, StatementsDefined{}, RoleDefined{}, RelatedDefined{}}

// Published opens an edition. The definitions that follow it are all there is to the
// edition; nothing of an earlier one carries over.
type Published struct {
	Edition int    `json:"edition"` // from 1
	Name    string `json:"name"`
	Version string `json:"version"` // as the publisher numbers it
	Counts  Counts `json:"counts"`
	Digest  string `json:"digest"`          // SHA-256 of name, version and definitions
	Source  string `json:"source,omitzero"` // who published it and under which licence, in words
}

// Counts is the size of an edition.
type Counts struct {
	Roles      int `json:"roles"`
	Statements int `json:"statements"`
	Links      int `json:"links"` // of a role with a statement
	Categories int `json:"categories"`
	Areas      int `json:"areas"`
	Related    int `json:"related,omitzero"` // pairs of a role with another it is related to
}

// CategoryDefined names a group of roles. The name is empty where the publisher gives none.
type CategoryDefined struct {
	Code        string `json:"code"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
}

// AreaDefined names a competency area, which cuts across roles.
type AreaDefined struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// StatementDefined tells one task, piece of knowledge or skill. It is part of a
// StatementsDefined; editions from before there were any have it as a fact of its own.
type StatementDefined struct {
	Code domain.StatementID `json:"code"`
	Kind Kind               `json:"kind"`
	Text string             `json:"text"`
}

// StatementsDefined tells some of the statements.
type StatementsDefined struct {
	Statements []StatementDefined `json:"statements"`
}

// RelatedDefined tells which roles are related to one, the nearest first.
type RelatedDefined struct {
	Code    string    `json:"code"`
	Related []Related `json:"related"`
}

// Related is how near one role is to another in the eyes of the publisher.
type Related struct {
	Code string `json:"code"`
	Tier string `json:"tier"` // as the publisher names it, such as "Primary-Short"
}

// RoleDefined tells one work role and the codes of its statements, sorted.
type RoleDefined struct {
	Code        string               `json:"code"`
	OPM         string               `json:"opm,omitempty"` // US personnel code as published: "411", "631 and 632", "TBD"
	Category    string               `json:"category"`
	Title       string               `json:"title"`
	Description string               `json:"description,omitempty"`
	Statements  []domain.StatementID `json:"statements,omitempty"`
}

// Kind says what a statement is about.
type Kind string

const (
	Task      Kind = "task"
	Knowledge Kind = "knowledge"
	Skill     Kind = "skill"
)

func (Published) EventName() string         { return "framework.published" }
func (CategoryDefined) EventName() string   { return "framework.category_defined" }
func (AreaDefined) EventName() string       { return "framework.competency_area_defined" }
func (StatementDefined) EventName() string  { return "framework.statement_defined" }
func (RoleDefined) EventName() string       { return "framework.role_defined" }
func (StatementsDefined) EventName() string { return "framework.statements_defined" }
func (RelatedDefined) EventName() string    { return "framework.related_roles_defined" }

func (Published) framework()         {}
func (CategoryDefined) framework()   {}
func (AreaDefined) framework()       {}
func (StatementDefined) framework()  {}
func (RoleDefined) framework()       {}
func (StatementsDefined) framework() {}
func (RelatedDefined) framework()    {}
