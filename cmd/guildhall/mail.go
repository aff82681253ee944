package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	mailroom "github.com/guildhall-dev/guildhall/internal/post"
)

// A mailing says where mail is handed in, and how. It is comparable, as a Config is.
type mailing struct {
	Server string // empty sends none
	From   string

	PasswordFile string // of who hands it in, or
	password     string // from the environment
}

const mailVariable = envPrefix + "MAIL_PASSWORD"

func (m *mailing) settings(f *pflag.FlagSet) {
	f.String("mail", "", "mail server that takes mail for people, such as smtps://user@mail.example.org:465, or smtp:// for STARTTLS (default none: no mail is sent)")
	f.String("mail-from", "", "from whom mail is, such as 'Guildhall <guildhall@example.org>'")
	f.String("mail-password-file", "", "file with the password for the mail server, or set "+mailVariable)
}

// read takes the settings as they are set.
func (m *mailing) read(set func(string) string, environ func() []string) error {
	*m = mailing{Server: set("mail"), From: set("mail-from"), PasswordFile: set("mail-password-file")}
	for _, v := range environ() {
		if text, is := strings.CutPrefix(v, mailVariable+"="); is {
			m.password = text
		}
	}
	bad := func(name, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting "+name+" "+format, args...).About(name)
	}
	switch {
	case m.Server == "" && (m.From != "" || m.PasswordFile != ""):
		return bad("mail", "is missing: say which server takes the mail, such as smtps://user@mail.example.org:465.")
	case m.Server == "":
		return nil
	}
	s, err := mailroom.ParseServer(m.Server, m.From)
	switch {
	case err != nil:
		return err
	case m.password != "" && m.PasswordFile != "":
		return bad("mail-password-file", "is not needed where %s is set. Leave out one of them.", mailVariable)
	case (s.User != "") != (m.password != "" || m.PasswordFile != ""):
		return bad("mail", "needs a user and a password, or neither: write smtps://user@%s, and name the file of the password with mail-password-file or set %s.", s, mailVariable)
	}
	return nil
}

// server is the mail server; the zero value if mail is not sent.
func (m *mailing) server() (mailroom.Server, error) {
	if m.Server == "" {
		return mailroom.Server{}, nil
	}
	s, err := mailroom.ParseServer(m.Server, m.From)
	if err != nil {
		return s, err
	}
	s.Password = m.password
	if m.PasswordFile == "" {
		return s, nil
	}
	info, err := os.Stat(m.PasswordFile)
	if err != nil {
		return s, fmt.Errorf("password for the mail server: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return s, domain.Refuse(domain.Invalid, "SECRET_OPEN", "Others on this machine can read %s. Make it yours alone: chmod 600 %s", m.PasswordFile, m.PasswordFile)
	}
	text, err := os.ReadFile(m.PasswordFile)
	if err != nil {
		return s, fmt.Errorf("password for the mail server: %w", err)
	}
	if s.Password = string(bytes.TrimSpace(text)); s.Password == "" {
		return s, domain.Refuse(domain.Invalid, "BAD_SETTING", "There is no password in %s.", m.PasswordFile).About("mail-password-file")
	}
	return s, nil
}

// openPost prepares for sending mail, if it is to be sent.
func (n *node) openPost(c Config) error {
	server, err := c.Mail.server()
	if err != nil || server.Host == "" {
		return err
	}
	n.post = &mailroom.Post{Desk: n.desk, Server: server, URL: c.URL, Zap: n.zap.Named("post"), Fence: n.partners.Fence}
	return nil
}

// sendMail sends mail until ctx ends, once the handler is there whose pages it is about.
func (n *node) sendMail(ctx context.Context, fail context.CancelCauseFunc) {
	if n.post == nil {
		return
	}
	n.work.Go(func() {
		if err := n.log.forAll(ctx, n.post.Run); err != nil && ctx.Err() == nil {
			n.zap.Error("stopped", zap.String("part", "mail"), zap.Error(err))
			fail(fmt.Errorf("mail: %w", err))
		}
	})
}

func (g *Guildhall) mailCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "mail",
		Short:   "Try whether mail can be sent",
		Long:    "Try whether mail can be sent. People choose in the portal, under Your account, when digests come.",
		Example: "  guildhall mail test --to you@example.org",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	test := &cobra.Command{
		Use:     "test",
		Short:   "Send a mail at once, and tell what became of it",
		Example: "  guildhall mail test --to you@example.org",
		Args:    cobra.NoArgs,
	}
	to := test.Flags().String("to", "", "where it goes")
	type sent struct {
		To string `json:"to"`
	}
	cmd.AddCommand(telling(g, flags, test, func([]string) (errand, error) { return errand{Do: "mail-test", Name: *to}, nil }, func(s sent, b *bytes.Buffer) {
		fmt.Fprintf(b, "The mail server took a mail to %s.\n", s.To)
	}))
	return cmd
}

// tryMail sends a mail for whoever runs this Guildhall.
func (n *node) tryMail(ctx context.Context, to string) (any, error) {
	if n.post == nil {
		return nil, domain.Refuse(domain.Conflict, "NO_MAIL", "This Guildhall sends no mail. Name a mail server with --mail, and start it again.")
	}
	return map[string]string{"to": to}, n.post.Test(ctx, to)
}

// postCounts are what became of mail; nothing where none is sent.
func (n *node) postCounts() mailroom.Counts {
	return cmp.Or(n.post, &mailroom.Post{}).Counts()
}
