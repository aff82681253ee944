// Package chromium lets tests look at pages in the browser.
package chromium

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// Start starts a browser once for a test. Without one the test is left out, unless
// REQUIRE_BROWSER says that it must not be. CHROME names one.
func Start(t testing.TB) context.Context {
	t.Helper()
	path := Path(t)
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// Path is where the browser is that Start starts.
func Path(t testing.TB) string {
	t.Helper()
	names := []string{"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if named := os.Getenv("CHROME"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no browser found: apt-get install -y chromium-headless-shell, or set CHROME to one"
	if os.Getenv("REQUIRE_BROWSER") != "" || os.Getenv("CHROME") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

type consoleKey struct{}

type console struct{ lines chan string }

// Tab opens a tab with cookies of its own, with or without script, that listens to the
// browser's complaints.
func Tab(t testing.TB, chrome context.Context, script bool) context.Context {
	t.Helper()
	c := &console{lines: make(chan string, 1000)}
	ctx, cancel := chromedp.NewContext(context.WithValue(chrome, consoleKey{}, c), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1360, 900)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*log.EventEntryAdded); ok {
			select {
			case c.lines <- string(e.Entry.Level) + ": " + e.Entry.Text + " " + e.Entry.URL:
			default:
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, struct{}{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script}); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// Complaints are what the browser wrote to the console of a tab since they were asked for last:
// errors of scripts, requests that failed, breaches of the content policy.
func Complaints(tab context.Context) (lines []string) {
	c := tab.Value(consoleKey{}).(*console)
	for {
		select {
		case line := <-c.lines:
			lines = append(lines, line)
		default:
			return lines
		}
	}
}
