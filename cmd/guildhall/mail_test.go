package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestSettingsOfMailGoTogether(t *testing.T) {
	const server, from = "smtps://user@mail.example.org", "Guildhall <guildhall@example.org>"
	for name, c := range map[string]struct {
		args   []string
		secret string
		about  string // empty: fine
	}{
		"none":             {nil, "", ""},
		"all of it":        {[]string{"--mail", server, "--mail-from", from}, "hunter2", ""},
		"without a user":   {[]string{"--mail", "smtp://mail.example.org", "--mail-from", from}, "", ""},
		"from nobody":      {[]string{"--mail", server}, "hunter2", "mail-from"},
		"no server":        {[]string{"--mail-from", from}, "", "mail"},
		"no password":      {[]string{"--mail", server, "--mail-from", from}, "", "mail"},
		"a password in it": {[]string{"--mail", "smtps://user:hunter2@mail.example.org", "--mail-from", from}, "", "mail"},
		"of nobody":        {[]string{"--mail", "smtp://mail.example.org", "--mail-from", from}, "hunter2", "mail"},
		"two passwords":    {[]string{"--mail", server, "--mail-from", from, "--mail-password-file", "x"}, "hunter2", "mail-password-file"},
		"no mail server":   {[]string{"--mail", "https://mail.example.org", "--mail-from", from}, "hunter2", "mail"},
	} {
		flags := settings()
		if err := flags.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		_, err := readConfig(flags, func() []string {
			if c.secret == "" {
				return nil
			}
			return []string{mailVariable + "=" + c.secret}
		})
		r := domain.AsRefusal(err)
		if (r == nil) != (c.about == "") || r != nil && (r.Field != c.about || strings.Contains(r.Reason, "hunter2")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePasswordForMailIsReadFromAFileOfItsOwn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	m := mailing{Server: "smtps://user@mail.example.org", From: "guildhall@example.org", PasswordFile: file}
	for _, c := range []struct {
		text    string
		mode    os.FileMode
		refused string
	}{{"hunter2\n", 0o644, "SECRET_OPEN"}, {" \n", 0o600, "BAD_SETTING"}, {"hunter2\n", 0o600, ""}} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		s, err := m.server()
		if r := domain.AsRefusal(err); (r == nil) != (c.refused == "") || r != nil && r.Code != c.refused || r == nil && s.Password != "hunter2" {
			t.Errorf("%q: %v, %v", c.text, s, err)
		}
	}
}
