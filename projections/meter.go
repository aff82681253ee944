package projections

import (
	"os"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

// stalledAfter is how long the read model may stand still behind the log.
const stalledAfter = 30 * time.Second

// A Status is how the read model stands with the log.
type Status struct {
	Generation string          // name of the file that is asked, empty before there is one
	Applied    events.Position // for those who ask
	Head       events.Position // of the log
	Building   bool            // and so far nobody is answered
	Built      events.Position // while building
	Lag        time.Duration   // since the last record that was applied was recorded; 0 at the head
	Stalled    bool            // it is behind and has not moved for half a minute
	Stopped    error           // why Run ended
	Trouble    error           // with a newer generation, which is not used
	WAL        int64           // bytes that are not yet in the file

	Records, Batches uint64 // applied since the start
	LastBatch        int    // records in it
	Waits, TimedOut  uint64 // for a position
	Questions        uint64 // that were put; each takes as many statements as it has, whatever it finds
}

// A meter counts what Run and Wait do. All but the atomics is guarded by db.mu.
type meter struct {
	records, batches uint64
	lastBatch        int
	recorded         time.Time // when the last record applied was

	seen  events.Position // where the last Status found the read model,
	since time.Time       // and since when it was there

	waits, timedOut atomic.Uint64
}

func (m *meter) committed(recorded time.Time, records int) {
	m.records += uint64(records)
	m.batches++
	m.lastBatch, m.recorded = records, recorded
}

// Status returns how the read model stands at a time with a log that ends at head. Whether
// it moves can be told only if Status is called from time to time.
func (db *DB) Status(head events.Position, now time.Time) Status {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.end = max(db.end, head)
	m := &db.meter
	s := Status{Applied: db.applied, Head: db.end, Building: db.building, Built: db.built, Stopped: db.fault, Trouble: db.trouble,
		Records: m.records, Batches: m.batches, LastBatch: m.lastBatch, Waits: m.waits.Load(), TimedOut: m.timedOut.Load(), Questions: db.read.asked.Load()}
	if db.serving != nil {
		s.Generation = db.serving.name
		if info, err := os.Stat(db.serving.path + "-wal"); err == nil {
			s.WAL = info.Size()
		}
	}
	if at := db.applied + db.built; m.since.IsZero() || at != m.seen || s.Applied >= s.Head {
		m.seen, m.since = at, now
	}
	s.Stalled = now.Sub(m.since) > stalledAfter
	if s.Applied < s.Head && !m.recorded.IsZero() {
		s.Lag = max(0, now.Sub(m.recorded))
	}
	return s
}
