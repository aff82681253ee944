package main

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestNodesOfAClusterAreCountedOnce(t *testing.T) {
	c, err := readCluster("name=a,listen=10.0.0.1:6222,routes=10.0.0.1:6222,10.0.0.2:6222,10.0.0.3:6222,secret=s")
	if err != nil || c.size() != 3 {
		t.Errorf("the cluster has %d nodes (%v), want 3", c.size(), err)
	}
	for _, text := range []string{
		"name=a,routes=10.0.0.1:6222,10.0.0.2:6222,10.0.0.3:6222,secret=s",
		"name=a,listen=0.0.0.0:6222,routes=10.0.0.1:6222,10.0.0.2:6222,10.0.0.3:6222,secret=s",
		"name=a,listen=:6222,routes=10.0.0.1:6222,10.0.0.2:6222,10.0.0.3:6222,secret=s",
		"name=a,listen=10.0.0.1:6222,name=b,routes=10.0.0.2:6222,secret=s",
	} {
		if c, err := readCluster(text); domain.AsRefusal(err) == nil {
			t.Errorf("%s is a cluster of %d nodes: %v", text, c.size(), err)
		}
	}
}

func TestALogThatIsRefusedKeepsItsPassword(t *testing.T) {
	for _, log := range []string{
		"user:geheim@nats-1:4222",
		"nats://user:ge%heim@nats-1:4222?node=a&nodes=3&secret=s",
		"nats://user:12?geheim@nats-1:4222",
		"nats://user:12?geheim=",
		"nats://nats-1:4222,user:ge%heim@nats-2:4222?node=a&nodes=3&secret=s",
	} {
		err := Config{Log: log}.checkLog()
		if domain.AsRefusal(err) == nil || strings.Contains(err.Error(), "heim") {
			t.Errorf("%s is refused as %v", log, err)
		}
	}
	for _, log := range []string{
		"nats://nats-1:4222,nats-2:4222?node=a&nodes=3&secret=s",
		"nats://user:ge%25heim@nats-1:4222,nats://nats-2:4222?node=a&nodes=3&secret=s&ca=f",
	} {
		if err := (Config{Log: log}).checkLog(); err != nil {
			t.Errorf("%s is refused: %v", log, err)
		}
	}
}
