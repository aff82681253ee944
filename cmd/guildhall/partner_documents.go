package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/projections"
)

// A toldDocument is one that an institution asks by, as commands tell of it.
type toldDocument struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Kind  string    `json:"type"`
	Hash  string    `json:"sha256"`
	Since time.Time `json:"since"`
	Body  string    `json:"body"`
}

func toldDocuments(ds []projections.Document) []toldDocument {
	out := make([]toldDocument, len(ds))
	for i, d := range ds {
		out[i] = toldDocument{d.ID, d.Name, d.Kind, d.Hash, d.Since, d.Body}
	}
	return out
}

func (g *Guildhall) partnerDocuments(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "documents",
		Short: "Look after the GraphQL documents that systems ask by",
		Long: `Look after the GraphQL documents that an institution has on record. Its systems ask by their
ids in place of their text, and can be restricted to them.`,
		Example: "  guildhall partner documents add lakeshore persisted-query-manifest.json\n  guildhall partner documents only lakeshore.nightly",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(g.documentsAdd(flags), g.documentsList(flags), g.documentsWithdraw(flags), g.documentsOnly(flags))
	return cmd
}

func (g *Guildhall) documentsAdd(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add PARTNER FILE",
		Short: "Add documents of an institution",
		Long: `Add documents of an institution: all of them or, if one is not of the schema, none. The file is
the manifest that Apollo's tools write, a list of its operations, or an object of documents by
their ids, as Relay and GraphQL Code Generator write it. What is there is not added again.`,
		Example: "  guildhall partner documents add lakeshore persisted-query-manifest.json",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		f, err := openInput(args[1])
		if err != nil {
			return errand{}, err
		}
		text, err := readSmall(f)
		return errand{Do: "add documents", Partner: args[0], Documents: string(text)}, err
	}, printDocuments)
}

func (g *Guildhall) documentsList(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list PARTNER",
		Short:   "List the documents of an institution",
		Example: "  guildhall partner documents list lakeshore --json",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "list documents", Partner: args[0]}, nil
	}, printDocuments)
}

func (g *Guildhall) documentsWithdraw(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "withdraw PARTNER ID",
		Short:   "Take a document out of use, at once",
		Example: "  guildhall partner documents withdraw lakeshore 7ab1c63b94f3ba3e1c6b8d0aa9ccd1d2d1e0f2f9d5d1e8e0a2c3b4d5e6f70811",
	}
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "withdraw document", Partner: args[0], Key: args[1]}, nil
	}, printDocuments)
}

func (g *Guildhall) documentsOnly(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "only CLIENT",
		Short:   "Have a system ask by documents on record alone",
		Long:    "Have a system ask by documents on record alone, from now on and over every kind of connection.\nWith --off it may send documents of its own again.",
		Example: "  guildhall partner documents only lakeshore.nightly",
	}
	off := cmd.Flags().Bool("off", false, "let it send documents of its own again")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "restrict", Client: args[0], Off: *off}, nil
	}, toldClient.print)
}

func printDocuments(all []toldDocument, b *bytes.Buffer) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, d := range all {
		fmt.Fprintf(w, "%s\t%s %s\n", d.ID, strings.ToLower(d.Kind), d.Name)
	}
	w.Flush()
	if len(all) == 0 {
		fmt.Fprintln(b, "There are no documents. Add them with guildhall partner documents add.")
	}
}
