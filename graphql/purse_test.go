package graphql

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAPurseNeverGivesMoreThanItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPurses(100, 10*time.Millisecond)
		start := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
		now, spent := start, 0
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "ms")) * time.Millisecond)
			points := rapid.IntRange(1, 120).Draw(t, "points")
			left, wait := p.take("maya", points, now)
			if left < 0 || left > 100 {
				t.Fatalf("%d left", left)
			}
			if wait > 0 {
				if points <= 100 {
					now, spent = now.Add(wait), spent+points
					if _, again := p.take("maya", points, now); again > 0 {
						t.Fatalf("after waiting %v as told, %v more", wait, again)
					}
				}
				continue
			}
			spent += points
			if back := rapid.IntRange(0, points).Draw(t, "unused"); back > 0 {
				p.give("maya", back, now)
				spent -= back
			}
			if most := 100 + int(now.Sub(start)/(10*time.Millisecond)); spent > most {
				t.Fatalf("%d points spent of %d", spent, most)
			}
		}
		if p.take("maya", 0, now.Add(time.Hour)); p.left(latest(p.full["maya"], now.Add(time.Hour)), now.Add(time.Hour)) != 100 {
			t.Fatal("a purse does not fill")
		}
	})
}

func TestPursesAreBounded(t *testing.T) {
	p := newPurses(10, time.Second)
	now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	for i := range maxPurses + 50 {
		p.take(fmt.Sprint(i), 1, now)
	}
	if len(p.full) > maxPurses+1 {
		t.Errorf("%d purses are remembered", len(p.full))
	}
	if _, wait := p.take("another", 1, now); wait == 0 {
		t.Error("strangers beyond the last purse do not share one")
	}
	if left, _ := p.take("7", 1, now); left != 8 {
		t.Errorf("a purse of before has %d left", left)
	}
	if left, wait := p.take("another", 1, now.Add(time.Minute)); wait > 0 || left != 9 {
		t.Errorf("once the others are full: %d left, wait %v", left, wait)
	}
}
