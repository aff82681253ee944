package main

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
	"go.uber.org/zap/zapcore"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/internal/demo"
)

// Config is everything that can be set from outside. A flag counts before its variable in
// the environment, that before the config file, and that before the default.
type Config struct {
	Listen  string // host and port
	Data    string // directory of the log, the read model and the keys
	Log     string // the commit engine
	Cluster string // this node's part in a cluster of Guildhall nodes; see readCluster
	// WrappingKey is the file of the key under which those of people are wrapped; empty is
	// the usual one in Data.
	WrappingKey     string
	LogLevel        zapcore.Level
	URL             string // where people and systems reach Guildhall; empty is where it listens
	OIDC            oidc
	Mail            mailing
	Employer        string // whose apprentices they are, as pages and answers call it
	WebhookNetworks string // that webhooks may reach beside the public Internet; see networks
	Demo            bool   // seeded data and sign-in without password, on a loopback address only
}

const (
	configFile = "guildhall.yaml" // read if it is there and --config names no other
	envPrefix  = "GUILDHALL_"
)

// settings are the flags that make up a Config.
func settings() *pflag.FlagSet {
	f := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	f.String("config", "", "config file in YAML; a key is a flag's name (default ./"+configFile+" if present)")
	f.String("listen", "127.0.0.1:8080", "address and port to serve on")
	f.String("url", "", "where people and systems reach Guildhall, such as https://guildhall.example.org; the same at every node (default http:// and the address it listens on)")
	new(oidc).settings(f)
	new(mailing).settings(f)
	f.String("webhook-networks", "", "networks that webhooks may reach beside the public Internet, such as 10.20.0.0/16, with commas between them")
	f.String("data", "./data", "directory that holds the log, the read model and the keys")
	f.String("wrapping-key", "", "file of the key that wraps those of people (default wrapping.key in the data directory)")
	f.String("log", "local", "who decides on the order of the log: local, "+natsForm+", or esdb:// with a connection string of EventStoreDB")
	f.String("cluster", "", "be one node of a cluster of Guildhall nodes: "+clusterForm)
	f.String("log-level", "info", "least severe message to print: debug, info, warn or error")
	f.String("employer", "This hospital", "name of the employer on pages and in answers")
	f.Bool("demo", false, "serve seeded demo data; loopback addresses only")
	return f
}

// readConfig puts the Config together. Variables that no setting is named after are
// somebody else's; a key in the config file is not, so an unknown one is refused.
func readConfig(flags *pflag.FlagSet, environ func() []string) (Config, error) {
	k := koanf.New(".")
	variables := env.Provider("", env.Opt{Prefix: envPrefix, EnvironFunc: environ, TransformFunc: func(name, value string) (string, any) {
		key := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, envPrefix)), "_", "-")
		if value == "" || flags.Lookup(key) == nil {
			return "", nil
		}
		return key, value
	}})
	outside := koanf.New(".")
	if err := errors.Join(outside.Load(variables, nil), outside.Load(posflag.Provider(flags, ".", outside), nil)); err != nil {
		return Config{}, err
	}
	if err := readFile(k, outside.String("config"), flags); err != nil {
		return Config{}, err
	}
	if err := errors.Join(k.Load(variables, nil), k.Load(posflag.Provider(flags, ".", k), nil)); err != nil {
		return Config{}, err
	}
	return check(k, environ)
}

func readFile(k *koanf.Koanf, path string, flags *pflag.FlagSet) error {
	named := path != ""
	if !named {
		path = configFile
	}
	err := k.Load(file.Provider(path), yaml.Parser())
	switch {
	case errors.Is(err, fs.ErrNotExist) && named:
		return domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no config file %s. Check --config.", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		if _, broken := errors.AsType[*os.PathError](err); broken {
			return err
		}
		return domain.Refuse(domain.Invalid, "BAD_CONFIG", "%s is not a config file: %s. Write one setting on each line, such as listen: 127.0.0.1:8080.", path, oneLine(err))
	}
	for _, key := range k.Keys() {
		if key == "config" || flags.Lookup(key) == nil {
			return domain.Refuse(domain.Invalid, "UNKNOWN_SETTING", "%s has an unknown setting %q. The settings are %s.", path, key, strings.Join(names(flags), ", "))
		}
	}
	return nil
}

func names(flags *pflag.FlagSet) (all []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" {
			all = append(all, f.Name)
		}
	})
	return all
}

func check(k *koanf.Koanf, environ func() []string) (c Config, err error) {
	bad := func(name, format string, args ...any) (Config, error) {
		return Config{}, domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting "+name+" "+format, args...).About(name)
	}
	c = Config{Listen: k.String("listen"), Data: k.String("data"), Log: k.String("log"), Cluster: k.String("cluster"), WrappingKey: k.String("wrapping-key"), Employer: strings.TrimSpace(k.String("employer"))}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return bad("listen", "is %q. Write address and port, such as 127.0.0.1:8080.", c.Listen)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return bad("listen", "has the port %q. Write a number from 0 to 65535, 0 for any free port.", port)
	}
	if c.URL = strings.TrimSuffix(k.String("url"), "/"); c.URL != "" && !isOrigin(c.URL) {
		return bad("url", "is %q. Write https:// and a name, such as https://guildhall.example.org.", c.URL)
	}
	if err := c.OIDC.read(k.String, environ); err != nil {
		return Config{}, err
	}
	if err := c.Mail.read(k.String, environ); err != nil {
		return Config{}, err
	}
	c.WebhookNetworks = k.String("webhook-networks")
	if _, err := c.networks(); err != nil {
		return Config{}, err
	}
	if c.Data == "" {
		return bad("data", "is empty. Name a directory.")
	}
	if c.Employer == "" {
		return bad("employer", "is empty. Name the hospital.")
	}
	if err := c.checkLog(); err != nil {
		return Config{}, err
	}
	levels := []string{"debug", "info", "warn", "error"}
	if c.LogLevel, err = zapcore.ParseLevel(k.String("log-level")); err != nil || !slices.Contains(levels, c.LogLevel.String()) {
		return bad("log-level", "is %q. Use %s.", k.String("log-level"), strings.Join(levels, ", "))
	}
	if c.Demo, err = strconv.ParseBool(k.String("demo")); err != nil {
		return bad("demo", "is %q. Write true or false.", k.String("demo"))
	}
	if c.Demo {
		c.Employer = demo.Organization
	}
	if c.Demo && !loopback(host) {
		return Config{}, domain.Refuse(domain.Invalid, "DEMO_NOT_LOCAL",
			"The demo lets anybody sign in as anybody, so it is only served to this machine. Use --listen 127.0.0.1:%s, or leave out --demo.", port).About("listen")
	}
	return c, nil
}

// networks are those that webhooks may reach beside the public Internet. In the demonstration
// this machine is.
func (c Config) networks() (all []netip.Prefix, err error) {
	for text := range strings.FieldsFuncSeq(c.WebhookNetworks, func(r rune) bool { return r == ',' || r == ' ' }) {
		network, err := netip.ParsePrefix(text)
		if err != nil || network != network.Masked() {
			return nil, domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting webhook-networks names %q. Write addresses of networks, such as 10.20.0.0/16.", text).About("webhook-networks")
		}
		all = append(all, network)
	}
	if c.Demo {
		all = append(all, courier.Loopback...)
	}
	return all, nil
}

// isOrigin reports whether s is a scheme and a host, with or without a port.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && s == u.Scheme+"://"+u.Host
}

// checkLog refuses what cannot be a log engine, without a look at what it names.
func (c Config) checkLog() (err error) {
	switch {
	case c.Cluster != "" && c.Log != "local":
		return domain.Refuse(domain.Invalid, "BAD_SETTING", "Use either --cluster, which brings its own log, or --log.").About("cluster")
	case c.Cluster != "":
		_, err = readCluster(c.Cluster)
	case strings.HasPrefix(c.Log, natsScheme):
		_, err = readNATS(c.Log)
	case c.Log != "local" && !strings.HasPrefix(c.Log, esdbScheme) && !strings.HasPrefix(c.Log, "esdb+discover://"):
		scheme, _, is := strings.Cut(c.Log, "://")
		if !is {
			scheme = "" // what it is instead may hold a password
		}
		return domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting log names %q, which is not a log engine. Use local, nats:// or esdb://.", scheme).About("log")
	}
	return err
}
