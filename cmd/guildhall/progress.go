package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A progress tells how far long work has come: on a terminal in one line that changes, and
// otherwise in a line every few seconds. Quick work tells nothing.
type progress struct {
	out      io.Writer
	now      func() time.Time
	what     string // such as "records checked"
	terminal bool
	told     time.Time
	shown    bool
}

func (g *Guildhall) progress(what string) *progress {
	p := &progress{out: g.Err, now: g.Now, what: what, told: g.Now()}
	if f, ok := g.Err.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// at tells that n of so many are done, if it is time to.
func (p *progress) at(n, of uint64) {
	p.tell(fmt.Sprintf("%d of %d %s", n, of, p.what))
}

// count tells that n are done where nobody knows of how many.
func (p *progress) count(n int) { p.tell(fmt.Sprintf("%d %s", n, p.what)) }

func (p *progress) tell(line string) {
	every := 3 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	now := p.now()
	if now.Sub(p.told) < every {
		return
	}
	p.told, p.shown = now, true
	end := "\n"
	if p.terminal {
		line, end = "\r\x1b[K"+line, ""
	}
	fmt.Fprint(p.out, line+end)
}

// done clears the line on a terminal.
func (p *progress) done() {
	if p.terminal && p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// counted is a number of things with the word for them.
func counted[N ~int | ~uint64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
