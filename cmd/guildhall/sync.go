package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/guildhall-dev/guildhall/internal/mirror"
)

func (g *Guildhall) syncCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Keep a copy of what an institution is shown, at the institution",
		Long: `Keep a copy of what an institution is shown, at the institution: as a directory of CSV
files, or as a SQLite file.

What changed since the last time is taken over page by page, each in one transaction with the
place where to go on. However the command ends, it goes on there the next time. What is shared
no longer is taken out of the copy and named in removals, with the reason; where must_erase is
true, whatever was made from it has to be erased as well.

The copy in a directory is mirror.sqlite; the CSV files are written from it once it is up to
date, and state.json after them.`,
		Example: "  guildhall sync --url https://guildhall.example --client-id lakeshore.nightly --key nightly.jwk.json --to lakeshore\n" +
			"  guildhall sync --url https://guildhall.example --client-id lakeshore.nightly --secret-file secret --to lakeshore.sqlite --follow",
	}
	f := cmd.Flags()
	url := f.String("url", "", "address of the Guildhall, such as https://guildhall.example")
	client := f.String("client-id", "", "name of the system that asks, such as lakeshore.nightly")
	key := f.String("key", "", "file with its private key: a JWK, or PKCS #8 in PEM")
	secret := f.String("secret-file", "", "file with its secret, if it has no key")
	to := f.String("to", "", "the copy: a directory, or a file whose name ends in .sqlite")
	page := f.Int("page", 200, fmt.Sprintf("changes to ask for at a time, 1 to %d", mirror.MaxPage))
	patience := f.Duration("patience", 10*time.Minute, "how long to try again while nobody answers; 0 is for ever")
	once := f.Bool("once", false, "end once the copy is up to date (default)")
	follow := f.Bool("follow", false, "stay, and take over what changes as it does")
	check := f.Bool("check", false, "compare the copy with what the server says of it, and make it anew if it differs")
	asJSON := f.Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		for _, needed := range []struct{ flag, value string }{{"url", *url}, {"client-id", *client}, {"to", *to}} {
			if needed.value == "" {
				return &usageError{cmd, "missing --" + needed.flag}
			}
		}
		switch {
		case (*key == "") == (*secret == ""):
			return &usageError{cmd, "name either --key or --secret-file"}
		case *once && *follow:
			return &usageError{cmd, "--once and --follow exclude each other"}
		case *page < 1 || *page > mirror.MaxPage:
			return &usageError{cmd, fmt.Sprintf("--page is 1 to %d", mirror.MaxPage)}
		}
		m := &mirror.Mirror{URL: *url, Client: *client, To: *to, Page: *page, Check: *check, Patience: *patience, Now: g.Now}
		if m.Proof, err = proofOf(*key, *secret); err != nil {
			return err
		}
		told := g.progress("objects")
		m.Told = told.count
		m.Say = func(what string) { fmt.Fprintln(g.Err, what) }
		done, err := m.Sync(cmd.Context(), *follow)
		told.done()
		switch {
		case cmd.Context().Err() != nil && err != nil:
			return errors.New("it was interrupted, and goes on where it was the next time")
		case err != nil:
			return err
		}
		if *asJSON {
			return g.printJSON(done)
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "%s: %s taken over, up to position %s.\n", done.Name, counted(done.Taken, "change"), done.Position)
		for _, table := range slices.Sorted(maps.Keys(done.Rows)) {
			fmt.Fprintf(&b, "  %s: %s\n", table, counted(done.Rows[table], "row"))
		}
		if *check {
			fmt.Fprintln(&b, "The copy is what the server says of it.")
		}
		_, err = g.Out.Write(b.Bytes())
		return err
	}
	return cmd
}

// proofOf reads the key or the secret of a system.
func proofOf(key, secret string) (mirror.Proof, error) {
	path := key
	if path == "" {
		path = secret
	}
	f, err := openInput(path)
	if err != nil {
		return mirror.Proof{}, err
	}
	text, err := readSmall(f)
	switch {
	case err != nil:
		return mirror.Proof{}, err
	case key != "":
		return mirror.PrivateKey(text)
	}
	return mirror.Secret(string(text))
}
