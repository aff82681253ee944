package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// An oidc says at which OpenID provider people sign in, and how. It is comparable, as a Config is.
type oidc struct {
	Issuer   string // empty is none
	Audience string // for whom tokens have to be that people show to GraphQL; empty takes none
	Client   string // that the pages are at the provider; empty lets nobody sign in to them

	SecretFile string // of the client, or
	secret     string // from the environment
	Scopes     string // asked for besides openid and email, with blanks between them
	Roles      string // the claim that chooses among the capacities on record
}

const secretVariable = envPrefix + "OIDC_SECRET"

func (o *oidc) settings(f *pflag.FlagSet) {
	f.String("oidc-issuer", "", "OpenID provider where people sign in, such as https://login.example.org/realms/hospital")
	f.String("oidc-audience", "", "for whom the tokens have to be that people show to GraphQL: what their aud names")
	f.String("oidc-client", "", "client id of Guildhall at the OpenID provider, for signing in to pages")
	f.String("oidc-secret-file", "", "file with the secret of the client, or set "+secretVariable)
	f.String("oidc-scopes", "", "scopes to ask for besides openid and email, with blanks between them")
	f.String("oidc-roles", "", "claim of ID tokens that chooses among the capacities somebody has on record; it adds none")
}

// read takes the settings as they are set.
func (o *oidc) read(set func(string) string, environ func() []string) error {
	bad := func(name, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting "+name+" "+format, args...).About(name)
	}
	*o = oidc{Issuer: set("oidc-issuer"), Audience: set("oidc-audience"), Client: set("oidc-client"), SecretFile: set("oidc-secret-file"), Scopes: set("oidc-scopes"), Roles: set("oidc-roles")}
	issuer, err := url.Parse(o.Issuer)
	for _, v := range environ() {
		if text, is := strings.CutPrefix(v, secretVariable+"="); is {
			o.secret = text
		}
	}
	switch {
	case o.Issuer == "" && o.Client != "":
		return bad("oidc-client", "needs oidc-issuer: where people sign in.")
	case (o.Issuer == "") != (o.Audience == "" && o.Client == ""):
		return bad("oidc-audience", "and oidc-issuer belong together, or oidc-client and oidc-issuer.")
	case o.Issuer == "":
		return nil
	case err != nil || issuer.Host == "" || issuer.Scheme != "https" && !(issuer.Scheme == "http" && loopback(issuer.Hostname())):
		return bad("oidc-issuer", "is %q. Write its address as its tokens have it, with https://.", o.Issuer)
	case o.Client != "" && o.secret == "" && o.SecretFile == "":
		return bad("oidc-client", "needs the secret of the client: name its file with oidc-secret-file, or set %s.", secretVariable)
	case o.secret != "" && o.SecretFile != "":
		return bad("oidc-secret-file", "is not needed where %s is set. Leave out one of them.", secretVariable)
	}
	return nil
}

// clientSecret is what Guildhall shows the provider.
func (o *oidc) clientSecret() (string, error) {
	if o.SecretFile == "" {
		return o.secret, nil
	}
	info, err := os.Stat(o.SecretFile)
	if err != nil {
		return "", fmt.Errorf("secret of the OpenID client: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", domain.Refuse(domain.Invalid, "SECRET_OPEN", "Others on this machine can read %s. Make it yours alone: chmod 600 %s", o.SecretFile, o.SecretFile)
	}
	text, err := os.ReadFile(o.SecretFile)
	if err != nil {
		return "", fmt.Errorf("secret of the OpenID client: %w", err)
	}
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return "", domain.Refuse(domain.Invalid, "BAD_SETTING", "There is no secret in %s.", o.SecretFile).About("oidc-secret-file")
	}
	return string(text), nil
}

// people knows those who sign in at the provider; nil without one.
func (o *oidc) people(n *node) (*login.People, error) {
	if o.Issuer == "" {
		return nil, nil
	}
	secret, err := o.clientSecret()
	return &login.People{Issuer: o.Issuer, Audience: o.Audience, Vault: n.vault, Now: n.now, Client: o.Client, Secret: secret, Scopes: strings.Fields(o.Scopes), Roles: o.Roles}, err
}
