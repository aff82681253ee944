package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/guildhall-dev/guildhall/events"
)

const (
	groupPostgres = "postgres"
	rolePostgres  = "serve-postgres"
)

// postgresPrograms returns the directory of the newest PostgreSQL installed as Debian does,
// or "" if there is none.
func postgresPrograms() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is well-formed
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for anything odd
		return n
	}
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }))
}

// messageStore is the usual table of events with the usual function in front: it compares
// the version, and the unique constraint decides between two that saw the same one.
const messageStore = `
CREATE TABLE message (
	position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	stream   text   NOT NULL,
	version  bigint NOT NULL,
	name     text   NOT NULL,
	meta     jsonb  NOT NULL,
	body     jsonb  NOT NULL,
	UNIQUE (stream, version)
);
CREATE FUNCTION append(into_stream text, expected bigint, name text, meta jsonb, body jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	found  bigint;
	stored bigint;
BEGIN
	SELECT coalesce(max(version), 0) INTO found FROM message WHERE stream = into_stream;
	IF found <> expected THEN
		RAISE EXCEPTION 'stream % is at %, not at %', into_stream, found, expected USING ERRCODE = 'serialization_failure';
	END IF;
	INSERT INTO message (stream, version, name, meta, body)
		VALUES (into_stream, expected + 1, append.name, append.meta, append.body) RETURNING position INTO stored;
	RETURN stored;
END $$`

// postgres is a client of a server of its own.
type postgres struct {
	server  *child
	pool    *pgxpool.Pool
	codec   events.Codec
	version string
}

// openPostgres starts a server on dir and prepares the message store.
func openPostgres(ctx context.Context, programs, dir string, messages io.Writer) (p *postgres, err error) {
	p = &postgres{codec: codec()}
	if p.server, err = spawn(ctx, messages, rolePostgres, programs, dir); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(fmt.Sprintf("host=%s port=5432 user=bench dbname=postgres pool_max_conns=%d", dir, mostWriters))
	if err == nil {
		p.pool, err = pgxpool.NewWithConfig(ctx, config)
	}
	if err != nil {
		return nil, errors.Join(err, p.server.stop())
	}
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *postgres) prepare(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, childPatience)
	defer cancel()
	for err := p.pool.Ping(patience); err != nil; err = p.pool.Ping(patience) {
		select {
		case <-patience.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	if _, err := p.pool.Exec(ctx, messageStore); err != nil {
		return err
	}
	return p.pool.QueryRow(ctx, `SHOW server_version`).Scan(&p.version)
}

func (p *postgres) commit(ctx context.Context, _ int, c commit) (position uint64, err error) {
	r, err := c.stored(p.codec)
	if err != nil {
		return 0, err
	}
	err = p.pool.QueryRow(ctx, `SELECT append($1, $2, $3, $4, $5)`, string(c.stream), c.expected, r.Name, r.Meta, r.Body).Scan(&position)
	return position, err
}

func (p *postgres) Close() error {
	p.pool.Close()
	return p.server.stop()
}

// servePostgres makes a cluster in a directory that is its socket's as well, and serves it.
// It listens on no port.
func servePostgres(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	programs, dir := args[0], args[1]
	who, err := unprivileged()
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(dir, "data")
	program := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(programs, name), append([]string{"-D", data}, args...)...)
		cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: who, Setpgid: true}
		return cmd
	}
	if told, err := program("initdb", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(told))
	}
	server := program("postgres", "-k", dir, "-c", "listen_addresses=", "-c", "port=5432",
		"-c", fmt.Sprint("max_connections=", mostWriters+20), "-c", "fsync=on", "-c", "synchronous_commit=on",
		"-c", "logging_collector=off", "-c", "log_min_messages=fatal", "-c", "log_checkpoints=off")
	if err := server.Start(); err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	ended(ctx, in)
	const fastShutdown = syscall.SIGINT
	return errors.Join(server.Process.Signal(fastShutdown), server.Wait())
}

// unprivileged returns whom PostgreSQL runs as, since it refuses root, or nil for the
// caller.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}
