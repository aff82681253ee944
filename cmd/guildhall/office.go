package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// The office is where commands reach the server that has the data directory: a socket in a
// directory that only its owner may enter, so whoever may run commands may ask.
const officeDir, officeSocket = "office", "socket"

// An errand is what a command asks to be done with the data directory.
type errand struct {
	Do      string `json:"do"` // the name of the command
	Partner string `json:"partner,omitempty"`
	Client  string `json:"client,omitempty"`
	Key     string `json:"key,omitempty"`
	Name    string `json:"name,omitempty"`
	Kind    string `json:"kind,omitempty"`
	IPEDS   string `json:"ipeds,omitempty"`
	Scopes  string `json:"scopes,omitempty"`
	JWK     string `json:"jwk,omitempty"`
	Days    int    `json:"days,omitempty"`
	Grace   int    `json:"grace,omitempty"`
	Replace bool   `json:"replace,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Off     bool   `json:"off,omitempty"`

	Webhook string   `json:"webhook,omitempty"`
	URL     string   `json:"url,omitempty"`
	Kinds   []string `json:"kinds,omitempty"`

	Documents string `json:"documents,omitempty"` // as tools write them down
}

// An errandOutcome is what an errand came to, or why it did not.
type errandOutcome struct {
	Answer  json.RawMessage `json:"answer,omitempty"`
	Refused *domain.Refusal `json:"refused,omitempty"`
	Fault   string          `json:"fault,omitempty"`
}

// openOffice lets commands reach n until ctx ends. Without it they need the server stopped,
// which is said.
func (n *node) openOffice(ctx context.Context) (done func()) {
	listener, err := n.listenOffice()
	if err != nil {
		n.zap.Warn("commands that change institutions need this server stopped", zap.Error(err))
		return func() {}
	}
	server := &http.Server{Handler: http.HandlerFunc(n.serveErrand), ReadTimeout: 10 * time.Second, ErrorLog: zap.NewStdLog(n.zap.Named("office")),
		BaseContext: func(net.Listener) context.Context { return ctx }}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			n.zap.Warn("commands that change institutions need this server stopped", zap.Error(err))
		}
	}()
	return func() { server.Close(); <-ended }
}

func (n *node) listenOffice() (net.Listener, error) {
	dir := filepath.Join(n.dir, officeDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, officeSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err // of a server that ended: this one has the directory to itself
	}
	return net.Listen("unix", path)
}

const maxErrand = 2 << 20 // bytes

func (n *node) serveErrand(w http.ResponseWriter, r *http.Request) {
	var e errand
	var out errandOutcome
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxErrand))
	if err == nil {
		err = json.Unmarshal(body, &e)
	}
	var answer any
	if err == nil {
		answer, err = n.do(r.Context(), e)
	}
	if err == nil {
		out.Answer, err = json.Marshal(answer)
	}
	if out.Refused = domain.AsRefusal(err); err != nil && out.Refused == nil {
		n.zap.Error("a command failed", zap.String("command", e.Do), zap.Error(err))
		out.Fault = "It failed; the messages of the server say why."
	}
	text, err := json.Marshal(out)
	if err != nil {
		http.Error(w, "cannot be told", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(text)
}

// telling makes a command that has an errand done, and tells what it came to: as JSON, or as
// print writes it.
func telling[T any](g *Guildhall, flags *pflag.FlagSet, cmd *cobra.Command, prepare func(args []string) (errand, error), print func(T, *bytes.Buffer)) *cobra.Command {
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		e, err := prepare(args)
		if err != nil {
			return err
		}
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		var told T
		if err := g.errand(cmd.Context(), c, e, &told); err != nil {
			return err
		}
		if *asJSON {
			return g.printJSON(told)
		}
		var b bytes.Buffer
		print(told, &b)
		_, err = g.Out.Write(b.Bytes())
		return err
	}
	return cmd
}

// errand has e done by the server that has the data directory, or by this process if there
// is none.
func (g *Guildhall) errand(ctx context.Context, c Config, e errand, into any) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	socket := filepath.Join(c.Data, officeDir, officeSocket)
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", socket)
	if err != nil {
		return g.alone(ctx, c, e, into)
	}
	conn.Close()
	away := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}
	defer away.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://office/", bytes.NewReader(text))
	if err != nil {
		return err
	}
	resp, err := away.Do(req)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	defer resp.Body.Close()
	var out errandOutcome
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	switch {
	case out.Refused != nil:
		return out.Refused
	case out.Fault != "":
		return errors.New(out.Fault)
	}
	return json.Unmarshal(out.Answer, into)
}

// alone does e with the data directory for itself.
func (g *Guildhall) alone(ctx context.Context, c Config, e errand, into any) error {
	if _, err := os.Stat(c.Data); errors.Is(err, fs.ErrNotExist) && e.Do != "add" {
		return domain.Refuse(domain.NotFound, "NO_DATA", "There is no log in %s. Name the data directory with --data.", c.Data)
	}
	return g.nodeWork(ctx, c, func(ctx context.Context, n *node) error {
		answer, err := n.do(ctx, e)
		if err != nil {
			return err
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		return json.Unmarshal(text, into)
	})
}
