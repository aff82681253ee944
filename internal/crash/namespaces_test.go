//go:build linux

package crash_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A network gives every node of a cluster a network namespace of its own. They are joined
// by a switch in one more namespace, where links are cut; the machine's own network is not
// touched. The names of the namespaces hold the process that made them.
type network struct{ owner int }

const (
	spacePrefix = "guildhall-crash-"
	spaceDir    = "/run/netns"
	clusterSize = 3
)

func (n network) space(of string) string { return fmt.Sprintf("%s%d-%s", spacePrefix, n.owner, of) }

func (n network) node(i int) string { return n.space(strconv.Itoa(i)) }

func (n network) hub() string { return n.space("switch") }

func address(i int) string { return fmt.Sprintf("10.177.0.%d", i+1) }

// newNetwork makes a network for the time of a test. Where it cannot, the test is skipped,
// unless REQUIRE_NAMESPACES is set.
func newNetwork(t *testing.T) network {
	t.Helper()
	n := network{os.Getpid()}
	err := error(os.ErrPermission)
	if os.Geteuid() == 0 {
		if err = sweep(); err == nil {
			t.Cleanup(func() {
				if err := sweep(); err != nil {
					t.Error(err)
				}
			})
			err = n.build()
		}
	}
	switch {
	case err == nil:
	case os.Getenv("REQUIRE_NAMESPACES") != "":
		t.Fatalf("There are no network namespaces, and REQUIRE_NAMESPACES asks for them: %v", err)
	default:
		t.Skipf("There are no network namespaces: %v. It takes root, ip of iproute2, nft of nftables, and a kernel with veth and bridges.", err)
	}
	return n
}

func (n network) build() error {
	hub := n.hub()
	err := inOrder(
		"ip netns add "+hub,
		"ip -n "+hub+" link add switch type bridge",
		"ip -n "+hub+" link set switch up",
		"ip netns exec "+hub+" nft add table bridge faults",
		"ip netns exec "+hub+" nft add chain bridge faults cuts { type filter hook forward priority 0 ; }",
	)
	for i := 0; i < clusterSize && err == nil; i++ {
		node, port := n.node(i), port(i)
		err = inOrder(
			"ip netns add "+node,
			"ip -n "+hub+" link add "+port+" type veth peer name eth0 netns "+node,
			"ip -n "+hub+" link set "+port+" master switch",
			"ip -n "+hub+" link set "+port+" up",
			"ip -n "+node+" addr add "+address(i)+"/24 dev eth0",
			"ip -n "+node+" link set eth0 up",
			"ip -n "+node+" link set lo up",
		)
	}
	return err
}

// port is where a node is plugged into the switch.
func port(i int) string { return fmt.Sprintf("port%d", i) }

// cut lets nothing pass between two nodes.
func (n network) cut(a, b int) error {
	rule := "ip netns exec " + n.hub() + " nft add rule bridge faults cuts iifname "
	return inOrder(rule+port(a)+" oifname "+port(b)+" drop", rule+port(b)+" oifname "+port(a)+" drop")
}

// isolate lets nothing pass between a node and the others.
func (n network) isolate(i int) error {
	for other := range clusterSize {
		if other != i {
			if err := n.cut(i, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// heal undoes every cut.
func (n network) heal() error {
	return inOrder("ip netns exec " + n.hub() + " nft flush chain bridge faults cuts")
}

// link pulls a node's plug, or puts it back.
func (n network) link(i int, state string) error {
	return inOrder("ip -n " + n.hub() + " link set " + port(i) + " " + state)
}

// sweep removes the namespaces of this process and of those that ended without doing so,
// with every process that is still in them.
func sweep() error {
	found, err := os.ReadDir(spaceDir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, space := range found {
		rest, ours := strings.CutPrefix(space.Name(), spacePrefix)
		owner, _, _ := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(owner)
		if !ours || err != nil || pid != os.Getpid() && runs(pid) {
			continue
		}
		if err := removeSpace(space.Name()); err != nil {
			return err
		}
	}
	return nil
}

// runs reports whether there is a process that has not ended. One that has may be waited
// for long afterwards.
func runs(pid int) bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil
}

func removeSpace(name string) error {
	inside, err := command("ip netns pids " + name)
	if err != nil {
		return err
	}
	for _, field := range strings.Fields(inside) {
		if pid, err := strconv.Atoi(field); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
		}
	}
	return inOrder("ip netns delete " + name)
}

func inOrder(lines ...string) error {
	for _, line := range lines {
		if _, err := command(line); err != nil {
			return err
		}
	}
	return nil
}

func command(line string) (string, error) {
	words := strings.Fields(line)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", line, err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}
