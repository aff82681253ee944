package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/events"
)

const (
	groupJetStream = "jetstream"
	roleNATS       = "serve-nats"

	connections = 4 // that writers share
)

// publishing is what an application does that publishes its events one by one to JetStream:
// a subject for each stream and the sequence it expects there.
type publishing struct {
	servers []*child
	conns   []*nats.Conn
	streams []jetstream.JetStream // one for each connection
	codec   events.Codec
}

// openJetStream starts so many servers under dir, with sync always, and a stream that all of
// them hold. Writers are connected to the server that leads it.
func openJetStream(ctx context.Context, dir string, replicas int, messages io.Writer) (*publishing, error) {
	p := &publishing{codec: codec()}
	err := p.open(ctx, dir, replicas, messages)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *publishing) open(ctx context.Context, dir string, replicas int, messages io.Writer) error {
	routes, err := freeAddresses(replicas)
	if err != nil {
		return err
	}
	at := map[string]string{} // a server's name and where it is
	for i := range replicas {
		name := fmt.Sprint("n", i)
		args := []string{"-name", name, "-dir", filepath.Join(dir, name)}
		if replicas > 1 {
			args = append(args, "-cluster", routes[i], "-routes", strings.Join(routes, ","))
		}
		s, err := spawn(ctx, messages, roleNATS, args...)
		if err != nil {
			return err
		}
		p.servers = append(p.servers, s)
		at[name] = s.ready
	}
	leader, err := createStream(ctx, at["n0"], replicas)
	if err != nil {
		return err
	}
	return p.connect(at[leader])
}

const streamName = "BENCH"

// createStream creates the stream once the servers can, and returns the name of its leader.
func createStream(ctx context.Context, url string, replicas int) (leader string, err error) {
	conn, err := nats.Connect(url)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, childPatience)
	defer cancel()
	for {
		once, stop := context.WithTimeout(ctx, 2*time.Second) // a cluster without a leader does not answer
		stream, err := js.CreateStream(once, jetstream.StreamConfig{
			Name: streamName, Subjects: []string{"bench.>"}, Replicas: replicas,
			DenyDelete: true, DenyPurge: true, AllowDirect: true,
		})
		stop()
		if err == nil {
			switch info := stream.CachedInfo(); {
			case info.Cluster == nil:
				return conn.ConnectedServerName(), nil
			case info.Cluster.Leader != "":
				return info.Cluster.Leader, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("JetStream makes no stream: %w", errors.Join(err, ctx.Err()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *publishing) connect(url string) error {
	for range connections {
		conn, err := nats.Connect(url)
		if err != nil {
			return err
		}
		p.conns = append(p.conns, conn)
		js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(childPatience))
		if err != nil {
			return err
		}
		p.streams = append(p.streams, js)
	}
	return nil
}

// commit publishes one event. Replicated servers under load refuse some messages for a
// sequence that is right, because they still have the message before it in hand; like
// everybody who publishes to them, commit then asks again.
func (p *publishing) commit(ctx context.Context, writer int, c commit) (uint64, error) {
	r, err := c.stored(p.codec)
	if err != nil {
		return 0, err
	}
	js := p.streams[writer%len(p.streams)]
	for attempts := 1; ; attempts++ {
		msg := nats.NewMsg("bench." + string(c.stream))
		msg.Header.Set("Guildhall-Event", r.Name)
		msg.Header.Set("Guildhall-Request", string(r.Meta))
		msg.Data = r.Body
		ack, err := js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequencePerSubject(c.last))
		if err == nil {
			return ack.Sequence, nil
		}
		if attempts == mostAttempts || !refusedInHand(err) {
			return 0, err
		}
		time.Sleep(time.Millisecond)
	}
}

const mostAttempts = 1000

// refusedInHand reports whether err may be the refusal of a sequence that is right.
func refusedInHand(err error) bool {
	const wrongLastSequenceInHand = 10164
	e, ok := errors.AsType[*jetstream.APIError](err)
	return ok && e.ErrorCode == wrongLastSequenceInHand
}

func (p *publishing) Close() error {
	var errs []error
	for _, c := range p.conns {
		c.Close()
	}
	for _, s := range p.servers {
		errs = append(errs, s.stop())
	}
	return errors.Join(errs...)
}

// freeAddresses returns loopback addresses nobody listens on.
func freeAddresses(n int) ([]string, error) {
	var free []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		free = append(free, l.Addr().String())
	}
	return free, nil
}

// serveNATS runs a NATS server that syncs every write.
func serveNATS(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	o := &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, SyncAlways: true, NoSigs: true, NoLog: true}
	var listen, routes string
	f := flag.NewFlagSet(roleNATS, flag.ContinueOnError)
	f.StringVar(&o.ServerName, "name", "", "")
	f.StringVar(&o.StoreDir, "dir", "", "")
	f.StringVar(&listen, "cluster", "", "")
	f.StringVar(&routes, "routes", "", "")
	if err := f.Parse(args); err != nil {
		return err
	}
	if listen != "" {
		addr, err := net.ResolveTCPAddr("tcp", listen)
		if err != nil {
			return err
		}
		o.Cluster = server.ClusterOpts{Name: "bench", Host: addr.IP.String(), Port: addr.Port}
		o.Routes = server.RoutesFromStr("nats://" + strings.ReplaceAll(routes, ",", ",nats://"))
	}
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(childPatience) {
		return errors.New("the NATS server is not ready")
	}
	fmt.Fprintln(out, s.ClientURL())
	ended(ctx, in)
	return nil
}
