package login_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/internal/login"
)

func TestAnAddressIsCountedAsItsNetwork(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[::ffff:192.0.2.7]:9": "192.0.2.7", "[2001:db8:1:2:3::9]:80": "2001:db8:1:2::/64", "@": "@",
	} {
		if got := login.NetworkOf(remote); got != want {
			t.Errorf("%s counts as %s", remote, got)
		}
	}
}
