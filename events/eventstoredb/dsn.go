package eventstoredb

import (
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/guildhall-dev/guildhall/domain"
)

// settings are what a connection string may set, in lower case, and what is wrong with a
// value. The client takes some values for others, and settings it does not know for nothing.
var settings = map[string]func(value string) (wrong string){
	"tls":                 boolean,
	"tlsverifycert":       boolean,
	"tlscafile":           readable,
	"usercertfile":        readable,
	"userkeyfile":         readable,
	"nodepreference":      leader,
	"gossiptimeout":       from(1),
	"discoveryinterval":   from(0),
	"maxdiscoverattempts": from(1),
	"keepaliveinterval":   from(10_000),
	"keepalivetimeout":    from(1),
	"defaultdeadline":     from(1),
}

func boolean(v string) string {
	if v != "true" && v != "false" {
		return "must be true or false"
	}
	return ""
}

func readable(v string) string {
	f, err := os.Open(v)
	if err != nil {
		return "must name a file that can be read"
	}
	f.Close()
	return ""
}

func leader(v string) string {
	if !strings.EqualFold(v, "leader") {
		return "must be leader, because only the leader takes commits"
	}
	return ""
}

func from(least int) func(string) string {
	return func(v string) string {
		if n, err := strconv.Atoi(v); err != nil || n < least || n > 1<<30 {
			return "must be a whole number, at least " + strconv.Itoa(least)
		}
		return ""
	}
}

// configuration reads a connection string. What it refuses it never quotes: any part of a
// string that cannot be read may be part of a password.
func configuration(dsn string) (*esdb.Configuration, error) {
	_, query, _ := strings.Cut(dsn, "?")
	set, err := url.ParseQuery(query)
	if err != nil {
		return nil, unreadable()
	}
	for name, values := range set {
		check, known := settings[strings.ToLower(name)]
		if !known || len(values) != 1 {
			return nil, domain.Refuse(domain.Invalid, "BAD_DSN",
				"The connection string has a setting that EventStoreDB does not know, or one of them twice. There are tls, tlsVerifyCert, tlsCaFile, "+
					"userCertFile, userKeyFile, nodePreference, gossipTimeout, discoveryInterval, maxDiscoverAttempts, keepAliveInterval, keepAliveTimeout and defaultDeadline.")
		}
		if wrong := check(values[0]); wrong != "" {
			return nil, domain.Refuse(domain.Invalid, "BAD_DSN", "The setting %s in the connection string %s.", name, wrong)
		}
	}
	config, err := esdb.ParseConnectionString(dsn)
	if err != nil || config.Validate() != nil {
		return nil, unreadable()
	}
	if config.DisableTLS && config.Username != "" {
		return nil, domain.Refuse(domain.Invalid, "PLAINTEXT_CREDENTIALS",
			"The connection string has a user and a password, yet tls=false. They would not be sent. Use TLS, or leave them out if the server asks for none.")
	}
	config.Logger = esdb.NoopLogging()
	return config, nil
}

func unreadable() error {
	return domain.Refuse(domain.Invalid, "BAD_DSN",
		"The connection string cannot be read. It looks like esdb://user:password@host:2113?tlsCaFile=/path/ca.pem, with two points, slashes, "+
			"question marks and the like in user and password as in %%3A, and userCertFile only together with userKeyFile.")
}
