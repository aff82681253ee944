package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (g *Guildhall) loginCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Say as whom an OpenID provider knows people",
		Long: `Say as whom an OpenID provider knows people.

Whoever shows a token of the provider (--oidc-issuer, --oidc-audience) is the person whom its
subject is linked to here; in which capacity they act is on record, whatever the token says.
An address of mail links nobody: it may be somebody else's tomorrow.

These commands may be run while the server is running, by the user it runs as.`,
		Example: "  guildhall login link e-1001 --subject 00u1a2b3c4\n  guildhall login unlink e-1001",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	link := &cobra.Command{
		Use:     "link PERSON",
		Short:   "Link somebody to their account at the OpenID provider",
		Example: "  guildhall login link e-1001 --subject 00u1a2b3c4 --oidc-issuer https://login.example.org --oidc-audience guildhall",
	}
	subject := link.Flags().String("subject", "", "what tokens of the account have as sub")
	link.RunE = func(cmd *cobra.Command, args []string) error {
		return g.linking(cmd, flags, errand{Do: "link", Key: args[0], Name: *subject}, "%s is linked to the account.\n")
	}
	unlink := &cobra.Command{
		Use:     "unlink PERSON",
		Short:   "End all links of somebody at once",
		Example: "  guildhall login unlink e-1001",
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.linking(cmd, flags, errand{Do: "unlink", Key: args[0]}, "%s is linked to no account any more.\n")
		},
	}
	cmd.AddCommand(link, unlink)
	return cmd
}

func (g *Guildhall) linking(cmd *cobra.Command, flags *pflag.FlagSet, e errand, done string) error {
	c, err := readConfig(flags, g.Environ)
	if err != nil {
		return err
	}
	if err := g.errand(cmd.Context(), c, e, &struct{}{}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, done, e.Key)
	return err
}
