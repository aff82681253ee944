package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
)

func (g *Guildhall) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the GraphQL schema",
		Long:    "Print the GraphQL schema in the schema definition language, as a server of this version serves it.",
		Example: "  guildhall schema > guildhall.graphql",
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(g.Out, g.Schema)
			return err
		},
	}
}

// A build is which program this is.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Revision string `json:"revision,omitempty"`
}

func thisBuild() build {
	b := build{Version: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}

func (g *Guildhall) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print which version this is",
		Example: "  guildhall version --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		b := thisBuild()
		if *asJSON {
			return g.printJSON(b)
		}
		_, err := fmt.Fprintf(g.Out, "guildhall %s, built with %s\n", b.Version, b.Go)
		return err
	}
	return cmd
}

func (g *Guildhall) healthCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "health",
		Short:   "Ask the server at --listen whether it is ready",
		Long:    "Ask the server at --listen whether it is ready. The exit code is 0 if it is, else 1.",
		Example: "  guildhall health --listen 127.0.0.1:8080",
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		url := readyURL(c.Listen)
		answer, err := ready(cmd.Context(), url)
		if err != nil {
			return err
		}
		if *asJSON {
			return g.printJSON(struct {
				URL    string `json:"url"`
				Answer string `json:"answer"`
			}{url, answer})
		}
		_, err = fmt.Fprintf(g.Out, "%s: %s\n", url, answer)
		return err
	}
	return cmd
}

// readyURL is where the server that listens on addr tells whether it is ready, as seen
// from this machine.
func readyURL(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/readyz"
}

// ready returns what the server at url answers, or why it is not ready.
func ready(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", domain.Refuse(domain.Busy, "NOT_RUNNING", "No Guildhall answers at %s. Start it, or name its address with --listen. (%s)", url, oneLine(unwrapped(err)))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return "", fmt.Errorf("read answer of %s: %w", url, err)
	}
	answer := strings.Join(strings.Fields(string(body)), " ")
	if res.StatusCode != http.StatusOK {
		return "", domain.Refuse(domain.Busy, "NOT_READY", "The server at %s is not ready: %s %s", url, res.Status, answer)
	}
	return answer, nil
}

// unwrapped is the cause of err without the address that is in it already.
func unwrapped(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}

func (g *Guildhall) printJSON(v any) error {
	e := json.NewEncoder(g.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
