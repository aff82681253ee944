package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/keep"
	"github.com/guildhall-dev/guildhall/internal/login"
	mailroom "github.com/guildhall-dev/guildhall/internal/post"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/portal"
	"github.com/guildhall-dev/guildhall/projections"
)

// A node is everything that works on one data directory.
type node struct {
	log      *nodeLog
	vault    *vault.Vault
	read     *projections.DB
	desk     *desk.Desk
	partners *partners.Partners
	policies *policies.Policies
	api      *graphql.Server // nil until the node serves
	login    *login.Login
	courier  *courier.Courier
	post     *mailroom.Post // nil where no mail is sent
	memory   *login.Memory  // of what clients spent; nil where the nodes share one
	kept     *keep.Keep     // who is signed in; nil where the nodes share that

	dir  string
	now  func() time.Time
	zap  *zap.Logger
	stop context.CancelFunc
	work sync.WaitGroup
}

// openNode opens the data directory and takes it for itself until close. A journal that
// is damaged, or one that a read model knows more of than it holds, is refused.
func openNode(ctx context.Context, c Config, now func() time.Time, log *zap.Logger) (n *node, err error) {
	dir := c.Data
	if err := unfinished(dir); err != nil {
		return nil, err
	}
	networks, err := c.networks()
	if err != nil {
		return nil, err
	}
	n = &node{dir: dir, now: now, zap: log}
	if n.log, err = openLog(ctx, c, log); err != nil {
		return nil, err
	}
	if n.log.shared == nil { // else the other nodes have the keys
		if err := keysAreThere(ctx, dir, n.log.journal); err != nil {
			return nil, errors.Join(err, n.log.Close())
		}
	}
	if err := n.openVault(c); err != nil {
		return nil, errors.Join(err, n.log.Close())
	}
	if n.read, err = projections.Open(ctx, dir); err != nil {
		err = fmt.Errorf("%w. If it is damaged, make a new one with guildhall rebuild", err)
		return nil, errors.Join(err, n.vault.Close(), n.log.Close())
	}
	n.read.Erase = n.erase
	n.desk = &desk.Desk{Log: n.log, Read: n.read, Vault: n.vault, Now: now}
	n.partners = &partners.Partners{Log: n.log, Read: n.read, Vault: n.vault, Now: now}
	if err := n.openLogin(c); err != nil {
		return nil, errors.Join(err, n.read.Close(), n.vault.Close(), n.log.Close())
	}
	n.courier = &courier.Courier{Log: n.log, Read: n.read, Vault: n.vault, Now: now, Zap: log.Named("courier"), Reach: courier.Reach{Networks: networks}}
	if err := n.openPost(c); err != nil {
		return nil, errors.Join(err, n.read.Close(), n.vault.Close(), n.log.Close())
	}
	n.policies = &policies.Policies{Log: n.log, Read: n.read, Now: now, Dir: dir, Alias: n.desk.Alias, Held: n.desk.ApplyHeld}
	head, err := n.log.Head(ctx)
	if err == nil && n.read.Position() > head {
		err = fmt.Errorf("the read model has come to %d but the log ends at %d: records are missing from %s. Restore the log, or remove %s if the log is right",
			n.read.Position(), head, dir, projections.Dir)
	}
	if err == nil {
		err = n.eraseAgain(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

// openVault opens the keys of people, and shares them with the other nodes.
func (n *node) openVault(c Config) error {
	o, err := n.log.keys(c)
	if err != nil {
		return err
	}
	if n.vault, err = vault.Open(n.dir, o); err != nil {
		return err
	}
	if err := n.log.serveKeys(n.vault); err != nil {
		return errors.Join(err, n.vault.Close())
	}
	return nil
}

// openLogin prepares for those who log in. What clients spent is remembered by the cluster,
// or by this node if it is alone.
func (n *node) openLogin(c Config) (err error) {
	n.login = &login.Login{Log: n.log, Read: n.read, Now: n.now, Zap: n.zap.Named("login"), Dir: n.dir, Fence: n.partners.Fence, URL: c.URL, Bearer: c.Demo}
	if n.login.People, err = c.OIDC.people(n); err != nil {
		return err
	}
	if n.log.shared != nil {
		n.login.Spent = n.log.shared.Spent(login.SpentLife)
		return nil
	}
	if n.memory, err = login.OpenMemory(n.dir, n.now); err != nil {
		return err
	}
	n.login.Spent = n.memory
	return nil
}

// openSessions is where it is kept who is signed in: with the cluster, or at this node if it is alone.
func (n *node) openSessions(ctx context.Context) (portal.Keep, error) {
	if n.log.shared != nil {
		return n.log.shared.Keep(portal.SessionLife), nil
	}
	var err error
	n.kept, err = keep.Open(ctx, n.dir, time.Now)
	return n.kept, err
}

// run lets the read model follow the log, and the policies the log and the calendar.
// What they cannot go on from is logged, and told by fail.
func (n *node) run(ctx context.Context, fail context.CancelCauseFunc) {
	ctx, n.stop = context.WithCancel(ctx)
	guard := func(what string, do func(context.Context) error) {
		n.work.Go(func() {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				n.zap.Error("stopped", zap.String("part", what), zap.Error(err))
				fail(fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	guard("read model", func(ctx context.Context) error { return n.read.Run(ctx, n.log) })
	guard("messages", n.tellViews)
	guard("keys", n.gather)
	guard("policies", func(ctx context.Context) error { return n.log.forAll(ctx, n.policies.Follow) })
	guard("webhooks", func(ctx context.Context) error { return n.log.forAll(ctx, n.courier.Run) })
	guard("calendar", func(ctx context.Context) error { return n.log.forAll(ctx, n.calendar) })
}

// calendar lets the policies look at the date, at once and then every minute.
func (n *node) calendar(ctx context.Context) error {
	warned := map[string]bool{}
	return n.everyMinute(ctx, func() error {
		if err := n.policies.Tick(ctx); err != nil {
			return err
		}
		return n.warnOfUnknown(ctx, warned)
	})
}

// weigh keeps at hand how all learners stand, of today and after whatever happened: the first who
// asks for a list of them does not wait. Who asks finds it out anyway, so a failure only tells.
func (n *node) weigh(ctx context.Context, p *portal.Portal) {
	err := n.everyMinute(ctx, func() error {
		if err := p.Weigh(ctx); err != nil && ctx.Err() == nil {
			n.zap.Warn("how learners stand", zap.Error(err))
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		n.zap.Warn("how learners stand", zap.Error(err))
	}
}

// everyMinute does something once the read model shows what there is, and then every minute until
// ctx ends.
func (n *node) everyMinute(ctx context.Context, do func() error) error {
	head, err := n.log.Head(ctx)
	if err != nil {
		return err
	}
	if err := n.read.Wait(ctx, head); err != nil {
		return err
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := do(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (n *node) close() error {
	if n.api != nil {
		n.api.Wait()
	}
	if n.stop != nil {
		n.stop()
	}
	n.work.Wait()
	var memory error
	if n.memory != nil {
		memory = n.memory.Close()
	}
	if n.kept != nil {
		memory = errors.Join(memory, n.kept.Close())
	}
	return errors.Join(memory, n.read.Close(), n.vault.Close(), n.log.Close())
}

// handler is everything the node serves, until ctx ends.
func (n *node) handler(ctx context.Context, employer string, personas []demo.Persona) (http.Handler, error) {
	n.api = &graphql.Server{Desk: n.desk, Partners: n.partners, Read: n.read, Login: n.login, Courier: n.courier, Organization: employer}
	api, err := n.api.Handler(n.zap.Named("graphql"))
	if err != nil {
		return nil, err
	}
	kept, err := n.openSessions(ctx)
	if err != nil {
		return nil, err
	}
	p := &portal.Portal{Desk: n.desk, Partners: n.partners, Sessions: kept, Organization: employer, Log: n.zap.Named("portal"), Closing: ctx.Done(), Login: n.login, TLS: strings.HasPrefix(n.login.URL, "https://")}
	if n.post != nil {
		n.post.Write, p.SendsMail = p.Letter, true
	}
	for _, d := range personas {
		if d.Person != "" {
			p.Personas = append(p.Personas, portal.Persona{Key: d.Key, Name: d.Name, Role: d.Role, Person: d.Person, Can: d.Can})
		}
	}
	n.work.Go(func() { n.weigh(ctx, p) })
	mux := http.NewServeMux()
	mux.Handle("/graphql", api)
	mux.Handle("/graphql/", api)
	mux.Handle("/explorer", api)
	mux.Handle("/explorer/", api)
	mux.Handle("/export/", api)
	mux.Handle("/changes.ndjson", api)
	oauth := n.login.Handler()
	mux.Handle("/oauth/", oauth)
	mux.Handle(login.MetadataPath, oauth)
	mux.Handle("/import/", api)
	mux.HandleFunc("GET /livez", n.live)
	mux.HandleFunc("GET /readyz", n.ready)
	mux.HandleFunc("GET /metrics", n.metrics)
	mux.Handle("/", p.Handler())
	return mux, nil
}
