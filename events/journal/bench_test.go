package journal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

// BenchmarkAppend measures durable commits of one event of about 300 bytes, each with a
// key and an expected revision. The metric ratio compares them with appending 512 bytes
// to a file and syncing it, measured just before and just after on the same disk.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			dir := b.TempDir()
			log := open(b, dir)
			text := strings.Repeat("learned to read a ward map. ", 10)
			before := syncs(b, dir)
			share := make(chan struct{}, b.N)
			for range b.N {
				share <- struct{}{}
			}
			close(share)
			var wg sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					n := 0
					for range share {
						_, err := log.Append(b.Context(), events.Commit{
							Request: domain.Request{
								By: domain.Actor{Person: "ana", Role: domain.Apprentice}, At: time.Now(),
								Key: fmt.Sprintf("key-%d-%d", w, n), Digest: "0123456789abcdef",
							},
							Appends: []events.Append{{
								Stream:   domain.Stream(fmt.Sprintf("bench-%d.%d", w, n/50)),
								Expected: uint64(n % 50), Events: []domain.Event{eventstest.Noted{Text: text}},
							}},
						})
						if err != nil {
							b.Error(err)
							return
						}
						n++
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			rate := float64(b.N) / b.Elapsed().Seconds()
			raw := (before + syncs(b, dir)) / 2
			b.ReportMetric(rate, "commits/s")
			b.ReportMetric(raw, "syncs/s")
			b.ReportMetric(rate/raw, "ratio")
		})
	}
}

// syncs is how many times a second this disk can append and sync.
func syncs(b *testing.B, dir string) float64 {
	f, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	line := make([]byte, 512)
	n, start := 0, time.Now()
	for time.Since(start) < 500*time.Millisecond {
		if _, err := f.Write(line); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkRead measures reading a stream of 50 events among 100,000 records.
func BenchmarkRead(b *testing.B) {
	log := open(b, b.TempDir())
	for range 50 {
		for i := range 20 {
			c := events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, At: time.Now(), Key: fmt.Sprint(time.Now().UnixNano())}}
			for s := range 100 {
				c.Appends = append(c.Appends, events.Append{
					Stream:   domain.Stream(fmt.Sprintf("bench-%d.%d", i, s)),
					Expected: events.Any, Events: []domain.Event{eventstest.Noted{Text: strings.Repeat("x", 250)}},
				})
			}
			if _, err := log.Append(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}
	}
	i := 0
	for b.Loop() {
		i++
		n := 0
		for _, err := range log.Read(b.Context(), domain.Stream(fmt.Sprintf("bench-%d.%d", i%20, i%100))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 50 {
			b.Fatalf("read %d events", n)
		}
	}
}
