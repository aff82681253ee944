package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"text/tabwriter"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/internal/demo"
)

// serve runs a node and what it serves until ctx ends.
func (g *Guildhall) serve(ctx context.Context, c Config, log *zap.Logger) (err error) {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Listen, err)
	}
	defer listener.Close()
	url := "http://" + listener.Addr().String()
	c.URL = cmp.Or(c.URL, url)

	n, err := openNode(ctx, c, g.Now, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	var personas []demo.Persona
	if c.Demo {
		personas = demo.Personas()
		if err := n.seeded(ctx, g.Now()); err != nil {
			return err
		}
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	defer func() {
		if cause := context.Cause(ctx); cause != ctx.Err() {
			err = cause
		}
	}()
	n.run(ctx, fail)
	defer n.openOffice(ctx)()
	handler, err := n.handler(ctx, c.Employer, personas)
	if err != nil {
		return err
	}
	n.sendMail(ctx, fail)
	if c.Demo {
		d, err := n.openDemo(ctx, c.Data, url)
		if err != nil {
			return err
		}
		g.welcome(d)
	}
	return g.answer(ctx, listener, handler, log)
}

// answer serves until ctx ends, and then lets requests that are being answered finish.
func (g *Guildhall) answer(ctx context.Context, listener net.Listener, handler http.Handler, log *zap.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          zap.NewStdLog(log.Named("http")),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	log.Info("serving", zap.String("url", "http://"+listener.Addr().String()))
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(grace)
	log.Info("stopped")
	return err
}

// welcome tells people at a terminal where to go.
func (g *Guildhall) welcome(d demoFile) {
	fmt.Fprintf(g.Out, "\n%s is open.\n\n  Portal    %s\n  GraphQL   %s\n  Explorer  %s/explorer\n\n", demo.Organization, d.URL, d.GraphQL, d.URL)
	t := tabwriter.NewWriter(g.Out, 0, 4, 2, ' ', 0)
	for _, p := range d.Personas {
		if p.SignIn != "" {
			fmt.Fprintf(t, "  %s\t%s\t%s%s\n", p.Name, p.Role, d.URL, p.SignIn)
		} else {
			fmt.Fprintf(t, "  %s\t%s\tGraphQL with its bearer token\n", p.Name, p.Role)
		}
	}
	t.Flush()
	fmt.Fprintf(g.Out, "\nBearer tokens are in %s. Stop with Ctrl-C.\n\n", d.path)
}
