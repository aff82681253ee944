package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// seed records the demonstration, unless demo.json says that it is there as a whole.
func seed(ctx context.Context, n *node, dir string, now time.Time) error {
	_, err := os.Stat(filepath.Join(dir, demoName))
	if errors.Is(err, fs.ErrNotExist) {
		return demo.Seed(ctx, n.log, n.vault, now)
	}
	return err
}

const demoName = "demo.json"

// A demoFile tells scripts how to reach the demonstration: demo.json in the data directory.
type demoFile struct {
	URL      string        `json:"url"`
	GraphQL  string        `json:"graphql"`
	Personas []demoPersona `json:"personas"`

	path string
}

type demoPersona struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Role   string `json:"role"`
	Token  string `json:"token"`  // bearer token for GraphQL
	SignIn string `json:"signIn"` // path in the portal; empty for a college

	// A college's system logs in with them at /oauth/token.
	ClientID     string `json:"clientId,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"`
}

// openDemo brings demo.json up to date once the seeded facts can be seen. Tokens are kept
// from one start to the next; without the file everybody gets a new one, and the role
// changes that wait for a decision are asked for.
func (n *node) openDemo(ctx context.Context, dir, url string) (demoFile, error) {
	d := demoFile{path: filepath.Join(dir, demoName)}
	if err := n.shown(ctx); err != nil {
		return d, err
	}
	text, err := os.ReadFile(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := demo.Moves(ctx, n.desk); err != nil {
			return d, err
		}
	case err != nil:
		return d, err
	default:
		if err := json.Unmarshal(text, &d); err != nil {
			return d, fmt.Errorf("%s: %w (remove it to have a new one)", d.path, err)
		}
	}
	known := d.Personas
	d.URL, d.GraphQL, d.Personas = url, url+"/graphql", nil
	for _, p := range demo.Personas() {
		here, err := n.here(ctx, p)
		if err != nil {
			return d, err
		}
		if !here {
			continue
		}
		entry := demoPersona{Key: p.Key, Name: p.Name, Role: p.Role}
		if p.Person != "" {
			entry.SignIn = "/demo/sign-in/" + p.Key
		}
		if at := slices.IndexFunc(known, func(k demoPersona) bool { return k.Key == p.Key && k.Token != "" }); at >= 0 {
			entry.Token, entry.ClientID, entry.ClientSecret = known[at].Token, known[at].ClientID, known[at].ClientSecret
		} else if entry.Token, err = n.issueToken(ctx, p); err != nil {
			return d, err
		}
		if p.Partner != "" && entry.ClientSecret == "" {
			if entry.ClientID, entry.ClientSecret, err = n.registerDemo(ctx, p.Partner); err != nil {
				return d, err
			}
		}
		d.Personas = append(d.Personas, entry)
	}
	if err := n.shown(ctx); err != nil {
		return d, err
	}
	return d, d.write()
}

// here reports whether a persona was not erased.
func (n *node) here(ctx context.Context, p demo.Persona) (bool, error) {
	if p.Person == "" {
		return true, nil
	}
	who, err := n.read.Person(ctx, p.Person)
	if domain.AsRefusal(err) != nil {
		return false, domain.Refuse(domain.Conflict, "OLD_DEMO",
			"The demonstration in %s was made by an earlier Guildhall. Remove that directory to have a new one, or use another --data.", n.dir)
	}
	return !who.Erased, err
}

// forgetPersonas takes people who were erased out of demo.json in dir, if there is one.
func forgetPersonas(dir string, people []domain.PersonID) error {
	d := demoFile{path: filepath.Join(dir, demoName)}
	text, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	gone := map[string]bool{}
	for _, p := range demo.Personas() {
		gone[p.Key] = slices.Contains(people, p.Person)
	}
	had := len(d.Personas)
	d.Personas = slices.DeleteFunc(d.Personas, func(p demoPersona) bool { return gone[p.Key] })
	if len(d.Personas) == had {
		return nil
	}
	return d.write()
}

// shown waits until the read model has come to the end of the log.
func (n *node) shown(ctx context.Context) error {
	head, err := n.log.Head(ctx)
	if err != nil {
		return err
	}
	return n.read.Wait(ctx, head)
}

// issueToken makes a bearer token of 256 random bits for a persona.
func (n *node) issueToken(ctx context.Context, p demo.Persona) (string, error) {
	token := "gh_" + rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(token))
	hash := hex.EncodeToString(sum[:])
	request := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: n.desk.Now(), Source: "demonstration"}
	key := domain.KeyID("demo-" + hash[:12])
	var err error
	if p.Person != "" {
		_, err = events.Execute(ctx, n.log, person.Stream(p.Person), person.Evolve, person.IssueKey{Request: request, Key: key, Hash: hash})
	} else {
		_, err = events.Execute(ctx, n.log, partner.Stream(p.Partner), partner.Evolve, partner.IssueKey{Request: request, Key: key, Hash: hash})
	}
	return token, err
}

// registerDemo lets a system of a college log in. Every data directory has one of its own.
func (n *node) registerDemo(ctx context.Context, of domain.PartnerID) (id, secret string, err error) {
	name := client.NameOf(of, "demo-"+strings.ToLower(rand.Text()[:6]))
	request := n.operating()
	request.Source = "demonstration"
	if _, err := n.login.Register(ctx, request, name, client.Registered{Title: "Demonstration", Scopes: client.Scopes}); err != nil {
		return "", "", err
	}
	issued, _, err := n.login.Rotate(ctx, request, name, login.Rotation{})
	return string(name), issued.Text, err
}

// write replaces the file as a whole; only its owner can read it.
func (d demoFile) write() error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	tmp := d.path + ".new"
	if err := os.WriteFile(tmp, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, d.path)
}
