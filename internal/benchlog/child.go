package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// roles are what this program does as a process beside the one that measures. A role says
// in its first line of output that it is ready, and ends when its input does: then nothing
// is left behind even by a process that was killed.
var roles = map[string]func(ctx context.Context, args []string, in io.Reader, out io.Writer) error{
	rolePostgres: servePostgres,
	roleNATS:     serveNATS,
	roleNode:     serveNode,
}

// A child is this program in a role.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ready string // its first line
}

const childPatience = 30 * time.Second

// spawn starts this program in a role and waits until it is ready.
func spawn(ctx context.Context, messages io.Writer, role string, args ...string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, append([]string{role}, args...)...)
	cmd.Stderr = messages
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Cancel = stdin.Close
	cmd.WaitDelay = childPatience
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, stdin: stdin}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		return nil, errors.Join(fmt.Errorf("the %s process was not ready", role), lines.Err(), c.stop())
	}
	c.ready = lines.Text()
	return c, nil
}

// stop lets the child finish.
func (c *child) stop() error { return errors.Join(c.stdin.Close(), c.cmd.Wait()) }

// kill ends the child as a crash would.
func (c *child) kill() error {
	if err := c.cmd.Process.Kill(); err != nil {
		return err
	}
	if exit, ok := errors.AsType[*exec.ExitError](c.cmd.Wait()); !ok || exit.Exited() {
		return fmt.Errorf("process %d ended before it was killed", c.cmd.Process.Pid)
	}
	return nil
}

// ended waits until in ends or ctx does.
func ended(ctx context.Context, in io.Reader) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = io.Copy(io.Discard, in) // an input that cannot be read has ended too
	}()
	select {
	case <-over:
	case <-ctx.Done():
	}
}
