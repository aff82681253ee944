package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain/client"
)

func (g *Guildhall) partnerCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "partner",
		Short: "Look after institutions and the systems that log in for them",
		Long: `Look after institutions and the systems that log in for them.

A system is a client of OAuth 2.0: its name, such as lakeshore.nightly, is the institution's
id, a point and a word of its own. It proves who it is by a secret or by a key, of which two
work at once, so that one can take the other's place without a pause.

These commands may be run while the server is running, by the user it runs as.`,
		Example: "  guildhall partner add lakeshore --name 'Lakeshore Community College'\n  guildhall partner register lakeshore.nightly --title 'Nightly job'\n  guildhall partner list",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		g.partnerAdd(flags), g.partnerList(flags), g.partnerShow(flags), g.partnerSuspend(flags), g.partnerResume(flags),
		g.partnerRegister(flags), g.partnerKeys(flags), g.partnerRotate(flags), g.partnerGrant(flags), g.partnerRevoke(flags), g.partnerClose(flags),
		g.webhooksCommand(flags), g.partnerDocuments(flags),
	)
	return cmd
}

func (g *Guildhall) partnerAdd(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "add PARTNER",
		Short:   "Add an institution",
		Long:    "Add an institution. Its id is of lower-case letters, digits and hyphens, and never changes.\nAdding one that is there changes nothing.",
		Example: "  guildhall partner add lakeshore --name 'Lakeshore Community College' --ipeds 999001",
	}
	name := cmd.Flags().String("name", "", "what it is called")
	kind := cmd.Flags().String("kind", "college", "what it does: college, training-vendor, online-platform, public-funder, professional-association or assessment-organisation")
	ipeds := cmd.Flags().String("ipeds", "", "its id in the US Integrated Postsecondary Education Data System")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "add", Partner: args[0], Name: *name, Kind: *kind, IPEDS: *ipeds}, nil
	}, toldPartner.print)
}

func (g *Guildhall) partnerList(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List institutions and their systems",
		Example: "  guildhall partner list --json",
	}
	return telling(g, flags, cmd, func([]string) (errand, error) { return errand{Do: "list"}, nil }, printPartners)
}

func (g *Guildhall) partnerShow(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show PARTNER",
		Short:   "Show an institution with its systems",
		Example: "  guildhall partner show lakeshore",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) { return errand{Do: "show", Partner: args[0]}, nil }, toldPartner.print)
}

func (g *Guildhall) partnerSuspend(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "suspend PARTNER",
		Short:   "Stop an institution from seeing and recording anything, at once",
		Long:    "Stop an institution from seeing and recording anything, at once and at every node. Its keys\nstay, and work again once it is resumed.",
		Example: "  guildhall partner suspend lakeshore --reason 'An incident at the college'",
	}
	reason := cmd.Flags().String("reason", "", "why; the institution's coordinator will ask")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "suspend", Partner: args[0], Reason: *reason}, nil
	}, toldPartner.print)
}

func (g *Guildhall) partnerResume(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "resume PARTNER",
		Short:   "Let a suspended institution take part again",
		Example: "  guildhall partner resume lakeshore",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) { return errand{Do: "resume", Partner: args[0]}, nil }, toldPartner.print)
}

// keyFlags are how a client is to be recognised.
func keyFlags(cmd *cobra.Command) func(e errand) (errand, error) {
	jwk := cmd.Flags().String("jwk", "", "file with a public key as a JWK, or a JWK set; without one a secret is issued and printed once")
	days := cmd.Flags().Int("days", client.UsualLife, fmt.Sprintf("how many days it works, at most %d", client.LongestLife))
	return func(e errand) (errand, error) {
		e.Days = *days
		if *jwk == "" {
			return e, nil
		}
		f, err := openInput(*jwk)
		if err != nil {
			return e, err
		}
		defer f.Close()
		text, err := readSmall(f)
		e.JWK = string(text)
		return e, err
	}
}

func (g *Guildhall) partnerRegister(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "register CLIENT",
		Short: "Register a system of an institution and give it a key or a secret",
		Long: `Register a system of an institution and give it a key or a secret.

The secret is printed once and kept nowhere; only its hash is on record. With --jwk the
system signs with a private key that nobody else has, which is better.`,
		Example: "  guildhall partner register lakeshore.nightly --title 'Nightly job' --jwk nightly.jwk.json\n  guildhall partner register lakeshore.awards --title Awards --scopes 'credits:read credits:write'",
	}
	title := cmd.Flags().String("title", "", "what the system is")
	scopes := cmd.Flags().String("scopes", client.Text(client.Usual), "what it may ask for, of "+client.Text(client.Scopes))
	keys := keyFlags(cmd)
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return keys(errand{Do: "register", Client: args[0], Name: *title, Scopes: *scopes})
	}, toldClient.print)
}

func (g *Guildhall) partnerKeys(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "keys CLIENT",
		Short:   "Show the keys of a system, until when they work and when they were last used",
		Example: "  guildhall partner keys lakeshore.nightly --json",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) { return errand{Do: "show", Client: args[0]}, nil }, toldClient.print)
}

func (g *Guildhall) partnerRotate(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate CLIENT",
		Short: "Give a system another key or secret in place of the one it has",
		Long: `Give a system another key or secret in place of the one it has, which still works for a few
days so that there is no pause. With --grace 0 it ends at once, and with it every token that
was got by it.`,
		Example: "  guildhall partner rotate lakeshore.nightly --grace 3",
	}
	grace := cmd.Flags().Int("grace", 7, "how many days the one before still works")
	keys := keyFlags(cmd)
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return keys(errand{Do: "rotate", Client: args[0], Replace: true, Grace: *grace})
	}, toldClient.print)
}

func (g *Guildhall) partnerGrant(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "grant CLIENT",
		Short:   "Say what a system may ask for from now on",
		Long:    "Say what a system may ask for from now on, in place of what it might before. Tokens that say\nmore are worth no more.\n\nScopes: " + client.Text(client.Scopes) + ".",
		Example: "  guildhall partner grant lakeshore.nightly --scopes 'feed:read credits:read credits:write'",
	}
	scopes := cmd.Flags().String("scopes", "", "all that it may ask for")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "grant", Client: args[0], Scopes: *scopes}, nil
	}, toldClient.print)
}

func (g *Guildhall) partnerRevoke(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "revoke CLIENT KEY",
		Short:   "End a key or secret at once, with all tokens that were got by it",
		Example: "  guildhall partner revoke lakeshore.nightly secret-9de200a24778abc49fa6 --reason 'A laptop was lost'",
	}
	reason := cmd.Flags().String("reason", "", "why")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "revoke", Client: args[0], Key: args[1], Reason: *reason}, nil
	}, toldClient.print)
}

func (g *Guildhall) partnerClose(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "close CLIENT",
		Short:   "End a system for good, at once",
		Example: "  guildhall partner close lakeshore.nightly --reason 'The college has another system now'",
	}
	reason := cmd.Flags().String("reason", "", "why")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "close", Client: args[0], Reason: *reason}, nil
	}, toldClient.print)
}

func printPartners(all []toldPartner, b *bytes.Buffer) {
	for _, p := range all {
		p.print(b)
	}
	if len(all) == 0 {
		fmt.Fprintln(b, "There is no institution yet. Add one with guildhall partner add.")
	}
}

func (p toldPartner) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "%s  %s, %s", p.ID, p.Name, p.Kind)
	if p.Suspended {
		fmt.Fprintf(b, ", suspended: %s", p.Reason)
	}
	fmt.Fprintln(b)
	for _, c := range p.Clients {
		c.print(b)
	}
}

func (c toldClient) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "  %s  %s", c.ClientID, c.Title)
	if c.Closed {
		fmt.Fprintf(b, ", closed: %s", c.Reason)
	}
	fmt.Fprintf(b, "\n    may ask for %s", strings.Join(c.Scopes, " "))
	if c.DocumentsOnly {
		fmt.Fprint(b, ", by documents on record alone")
	}
	fmt.Fprintln(b)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, k := range c.Keys {
		used := "never used"
		if !k.LastUsed.IsZero() {
			used = "last used " + k.LastUsed.String()
		}
		fmt.Fprintf(w, "    %s\t%s\t%s until %s\t%s\t%s\n", k.ID, k.Kind, k.State, k.Until, used, k.Reason)
	}
	w.Flush()
	if c.ending() {
		fmt.Fprintf(b, "    It cannot log in any more soon. Give it another key: guildhall partner rotate %s\n", c.ClientID)
	}
	if c.Secret != "" {
		fmt.Fprintf(b, "\nThe secret, which is shown this once and kept nowhere:\n%s\n", c.Secret)
	}
}
