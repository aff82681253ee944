package login

import (
	"os"
	"testing"
	"time"
)

// TestAMemoryThatCouldNotBeWrittenIsWrittenAnew takes the file from a memory for a moment, as a
// full disk does.
func TestAMemoryThatCouldNotBeWrittenIsWrittenAnew(t *testing.T) {
	dir, until := t.TempDir(), time.Now().Add(time.Minute)
	m, err := OpenMemory(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	m.file.Close()
	if m.file, err = os.Open(m.path); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Spend(t.Context(), "lost", until); err == nil {
		t.Fatal("nobody was told that it is not remembered")
	}
	if first, err := m.Spend(t.Context(), "next", until); err != nil || !first {
		t.Fatalf("the next one: %v, %v", first, err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if m, err = OpenMemory(dir, time.Now); err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, thing := range []string{"lost", "next"} {
		if first, err := m.Spend(t.Context(), thing, until); err != nil || first {
			t.Errorf("%s is spent twice: %v, %v", thing, first, err)
		}
	}
}
