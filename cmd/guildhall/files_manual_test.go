package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheManualForCollegesRuns does what docs/files.md tells colleges to do, as they would.
func TestTheManualForCollegesRuns(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "curl", "unzip"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("%s is left out: this machine has no %s.\n", t.Name(), tool)
			t.SkipNow()
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "files.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) < 5 {
		t.Fatalf("only %d examples were found", len(examples))
	}
	h := openHouse(t)
	dir := t.TempDir()
	told := map[string]string{}
	college := h.persona("college-a")
	for _, example := range examples {
		cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", examples[0][1]+example[1]) // the first logs in
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GUILDHALL="+h.demo.URL, "CLIENT_ID="+college.ClientID, "CLIENT_SECRET="+college.ClientSecret)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s\n%v\n%s", example[1], err, out)
		}
		told[strings.Fields(example[1])[0]] += string(out)
	}
	for file, want := range map[string]string{
		"credits.csv": "id,version,apprentice_id,", "sync.csv": "fact_id,event_id,event_type,", "changes.ndjson": `"__typename":"ChangePage"`, "whole.zip": "manifest.csv", "delta.zip": "removals.csv",
	} {
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(content), want) || strings.Count(string(content), "\n") < 2 {
			t.Errorf("%s: %v\n%.300s", file, err, content)
		}
	}
	if !strings.Contains(told["printf"], `"unmatched":1`) || !strings.Contains(told["printf"], `"position"`) {
		t.Errorf("handing in answered %s", told["printf"])
	}
}
