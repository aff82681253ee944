package main

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/jetstream"
)

// A trust names the files by which nodes and servers know each other.
type trust struct {
	Secret string // that all nodes have a copy of
	Cert   string // TLS
	Key    string
	CA     string
}

// set takes a part of a setting if it is one of t's.
func (t *trust) set(part, file string) bool {
	switch part {
	case "secret":
		t.Secret = file
	case "cert":
		t.Cert = file
	case "key":
		t.Key = file
	case "ca":
		t.CA = file
	default:
		return false
	}
	return true
}

// A cluster is what --cluster says: how this node runs a NATS server of its own beside
// those of the other nodes.
type cluster struct {
	Name   string   // of this node, different from the others'
	Listen string   // where the other nodes reach this one; written as in their routes
	Routes []string // where all nodes are, this one among them
	trust           // with all files of TLS or none
}

const clusterForm = "name=NAME,listen=HOST:PORT,routes=HOST:PORT,HOST:PORT,secret=FILE[,cert=FILE,key=FILE,ca=FILE]"

// readCluster takes the text of --cluster apart. An item without a name belongs to the list before it.
func readCluster(text string) (c cluster, err error) {
	bad := func(format string, args ...any) (cluster, error) {
		return cluster{}, domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting cluster "+format+" Write "+clusterForm+".", args...).About("cluster")
	}
	last, seen := "", map[string]bool{}
	for item := range strings.SplitSeq(text, ",") {
		name, value, named := strings.Cut(item, "=")
		if !named {
			name, value = last, item
		}
		if named && seen[name] || value == "" {
			return bad("has %q twice or empty.", name)
		}
		last, seen[name] = name, true
		switch {
		case name == "routes":
			c.Routes = append(c.Routes, strings.TrimPrefix(value, "nats://"))
		case !named:
			return bad("has %q, which belongs to nothing.", item)
		case name == "name":
			c.Name = value
		case name == "listen":
			c.Listen = value
		case !c.set(name, value):
			return bad("has an unknown part %q.", name)
		}
	}
	addresses := c.Routes
	if c.Listen != "" {
		addresses = append([]string{c.Listen}, c.Routes...)
	}
	for _, addr := range addresses {
		host, port, err := net.SplitHostPort(addr)
		if err != nil || port == "" {
			return bad("has the address %q.", addr)
		}
		// Nodes are counted by their addresses; one that is everybody's would be one too many.
		if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
			return bad("has the address %q, by which no other node can be reached. Name the one of this machine.", addr)
		}
	}
	tls := []string{c.Cert, c.Key, c.CA}
	switch {
	case !domain.ValidID(domain.PersonID(c.Name)):
		return bad("needs a name of small letters, digits and hyphens.")
	case len(c.Routes) == 0:
		return bad("needs the routes to the other nodes.")
	case c.Secret == "":
		return bad("needs the file with the secret of the cluster. Make one with: openssl rand -base64 32 > FILE, and copy it to every node.")
	case c.Listen == "":
		return bad("needs the address by which the other nodes reach this one: listen.")
	case !slices.Contains(c.Routes, c.Listen):
		return bad("listens at %s, which is not among its routes. Name all nodes there, this one too, the same at every node.", c.Listen)
	case c.size() < 3:
		return bad("names %d nodes. It takes three: two of them go on when one is lost.", c.size())
	case slices.Contains(tls, "") && slices.ContainsFunc(tls, func(f string) bool { return f != "" }):
		return bad("needs cert, key and ca together.")
	}
	return c, nil
}

// size is how many nodes the cluster has.
func (c cluster) size() int {
	nodes := map[string]bool{}
	for _, r := range c.Routes {
		nodes[r] = true
	}
	return len(nodes)
}

// A natsServers is what --log nats://… says: a NATS cluster that others run.
type natsServers struct {
	URL      string // servers, and the user where the address names one
	Stream   string
	Replicas int
	Node     string // this one's name; no two nodes have the same
	Nodes    int    // how many there are
	Creds    string // file
	trust
}

const natsForm = "nats://[USER:PASSWORD@]HOST:PORT[,HOST:PORT]?node=NAME&nodes=N&secret=FILE[&stream=NAME][&replicas=N][&creds=FILE][&ca=FILE][&cert=FILE&key=FILE]"

// readNATS takes the address of --log nats:// apart. What it refuses does not show the address, which may hold a password.
func readNATS(text string) (n natsServers, err error) {
	bad := func(format string, args ...any) (natsServers, error) {
		return natsServers{}, domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting log "+format+" Write "+natsForm+".", args...).About("log")
	}
	servers, query, _ := strings.Cut(text, "?")
	n = natsServers{URL: servers, Stream: "GUILDHALL", Replicas: 3}
	values, err := url.ParseQuery(query)
	if err != nil || !serverAddresses(servers) {
		return bad("is not the address of a NATS cluster.")
	}
	for name, all := range values {
		value := all[len(all)-1]
		if value == "" || len(all) > 1 {
			return bad("has a part that is empty or there twice.")
		}
		switch name {
		case "stream":
			n.Stream = value
		case "replicas":
			if n.Replicas, err = strconv.Atoi(value); err != nil || n.Replicas < 1 || n.Replicas > 5 {
				return bad("asks for %q replicas; NATS keeps 1 to 5.", value)
			}
		case "node":
			n.Node = value
		case "nodes":
			if n.Nodes, err = strconv.Atoi(value); err != nil || n.Nodes < 1 {
				return bad("says that there are %q nodes.", value)
			}
		case "creds":
			n.Creds = value
		default:
			if !n.set(name, value) {
				return bad("has an unknown part.")
			}
		}
	}
	switch {
	case !domain.ValidID(domain.PersonID(n.Node)):
		return bad("needs the name of this node, in small letters, digits and hyphens.")
	case n.Nodes == 0:
		return bad("needs the number of Guildhall nodes.")
	case n.Secret == "":
		return bad("needs the file with the secret that all nodes share. Make one with: openssl rand -base64 32 > FILE, and copy it to every node.")
	case (n.Cert == "") != (n.Key == ""):
		return bad("needs cert and key together.")
	case n.CA == "" && openPassword(servers):
		return natsServers{}, domain.Refuse(domain.Invalid, "PLAINTEXT_CREDENTIALS",
			"The password in the setting log would cross the network in the clear. Say by which certificates the servers are known, such as ca=/etc/ssl/certs/ca-certificates.crt; TLS is used then.").About("log")
	}
	return n, nil
}

// openPassword reports whether one of servers, which commas separate, is told a password
// over a network.
func openPassword(servers string) bool {
	if !strings.Contains(servers, "@") {
		return false
	}
	for s := range strings.SplitSeq(servers, ",") {
		if u, err := url.Parse(natsScheme + strings.TrimPrefix(s, natsScheme)); err != nil || !loopback(u.Hostname()) {
			return true
		}
	}
	return false
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serverAddresses reports whether every one of servers, which commas separate, is an address. The
// client would show one that is not, with its password, in an error.
func serverAddresses(servers string) bool {
	for s := range strings.SplitSeq(servers, ",") {
		if !strings.Contains(s, "://") {
			s = natsScheme + s
		}
		if u, err := url.Parse(s); err != nil || u.Hostname() == "" {
			return false
		}
	}
	return true
}

// readSecret reads what the nodes of a cluster know each other by.
func readSecret(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("secret of the cluster: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, domain.Refuse(domain.Invalid, "SECRET_OPEN", "Others on this machine can read %s. Make it yours alone: chmod 600 %s", file, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("secret of the cluster: %w", err)
	}
	secret := bytes.TrimSpace(text)
	if len(secret) < jetstream.MinSecret {
		return nil, domain.Refuse(domain.Invalid, "SECRET_SHORT", "The secret in %s has %d characters; it needs at least %d. Make one with: openssl rand -base64 32", file, len(secret), jetstream.MinSecret)
	}
	return secret, nil
}
