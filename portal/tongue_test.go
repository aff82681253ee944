package portal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/demo"
)

// TestNothingIsLeftInEnglish looks for every text that templates and the program say, and that
// a language has no translation of.
func TestNothingIsLeftInEnglish(t *testing.T) {
	for _, text := range append(saidInTemplates(t), saidInGo(t)...) {
		for _, tongue := range tongues {
			if _, known := tongue.sayings[text]; !known && tongue != english {
				t.Errorf("no file in tongues/%s has %q", tongue.tag, text)
			}
		}
	}
}

// TestTranslationsFillInTheSame compares what a text and its translations take.
func TestTranslationsFillInTheSame(t *testing.T) {
	verb := regexp.MustCompile(`%(\[\d+\])?[0-9.]*[sdvq]`)
	filled := func(text string) []string {
		var places []string
		for i, v := range verb.FindAllString(text, -1) {
			place := strconv.Itoa(i + 1)
			if strings.HasPrefix(v, "%[") {
				place = strings.Trim(v[1:strings.Index(v, "]")+1], "[]")
			}
			places = append(places, place)
		}
		slices.Sort(places)
		return slices.Compact(places)
	}
	for _, tongue := range tongues {
		for text, s := range tongue.sayings {
			for form, translated := range s {
				want, got := filled(text), filled(translated)
				if form != "" && form != "other" {
					want = slices.DeleteFunc(want, func(p string) bool { return p == "1" })
					got = slices.DeleteFunc(got, func(p string) bool { return p == "1" })
				}
				if !slices.Equal(want, got) {
					t.Errorf("%s: %q has %v, %q has %v", tongue.tag, text, want, translated, got)
				}
			}
			if _, plain := s[""]; !plain && s["other"] == "" {
				t.Errorf("%s: %q has no form for other numbers", tongue.tag, text)
			}
		}
	}
}

// saidInTemplates are the texts that pages say or mark.
func saidInTemplates(t *testing.T) (texts []string) {
	files, err := filepath.Glob("pages/*.html")
	check(t, err)
	say := regexp.MustCompile(`\b(?:say|mark) ("(?:[^"\\]|\\.)*")`)
	for _, file := range files {
		b, err := os.ReadFile(file)
		check(t, err)
		for _, m := range say.FindAllStringSubmatch(string(b), -1) {
			text, err := strconv.Unquote(m[1])
			check(t, err)
			texts = append(texts, text)
		}
	}
	return texts
}

// told are the packages whose refusals and explanations people read on pages every day. What the
// others refuse is told in English.
var told = []string{"activity", "agreement", "amendment", "apprenticeship", "attachment", "cohort", "consent", "credential", "credit", "enrolment", "filing", "funding",
	"milestone", "person", "placement", "position", "program", "rules", "selfid", "site", "student", "survey", "timesheet", "transition", "wave"}

// saidInGo are the texts that the program says: constants given to say, mark, Tell or Refuse.
func saidInGo(t *testing.T) (texts []string) {
	folders := []string{".", "../internal/desk", "../internal/explain", "../internal/sheet"}
	for _, pkg := range told {
		folders = append(folders, "../domain/"+pkg)
	}
	at := map[string]int{"say": 0, "mark": 0, "Tell": 0, "Refuse": 2}
	for _, folder := range folders {
		files, err := filepath.Glob(folder + "/*.go")
		check(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			check(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if i, says := at[sel.Sel.Name]; says && len(call.Args) > i {
					if text, ok := constant(t, call.Args[i]); ok && strings.Trim(text, "%s ") != "" {
						texts = append(texts, text)
					}
				}
				return true
			})
		}
	}
	if len(texts) < 1000 {
		t.Errorf("only %d texts were found", len(texts))
	}
	return texts
}

// constant is a text in quotes, or several joined.
func constant(t *testing.T, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		check(t, err)
		return text, true
	case *ast.BinaryExpr:
		left, ok := constant(t, e.X)
		right, also := constant(t, e.Y)
		return left + right, ok && also
	}
	return "", false
}

func TestALanguageIsChosenOrAskedForByTheBrowser(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/sharing", nil)
	check(t, err)
	req.Header.Set("Accept-Language", "fr;q=0.9, es-MX;q=0.8, en;q=0.5")
	if lang := attr(named(b.do(req).all, "html")[0], "lang"); lang != "es" {
		t.Errorf("asked for Spanish, the page is in %q", lang)
	}
	b.get("/sharing").send("/language", "language", "es")
	for path, want := range map[string]string{"/sharing": "es", "/nowhere": "es", "/help": "es"} {
		if lang := attr(named(b.get(path).all, "html")[0], "lang"); lang != want {
			t.Errorf("%s is in %q, want %q", path, lang, want)
		}
	}
	b.get("/sharing").send("/language", "language", "en")
	if lang := attr(named(b.get("/sharing").all, "html")[0], "lang"); lang != "en" {
		t.Errorf("chosen English, the page is in %q", lang)
	}
}

func TestDaysAreWrittenAsPeopleDo(t *testing.T) {
	day := domain.NewDate(2026, 5, 1)
	for _, c := range []struct {
		in           *tongue
		layout, want string
	}{
		{english, shortDay, "1 May"}, {english, wholeDay, "1 May 2026"}, {english, namedDay, "Fri 1 May"},
		{english, longerDay, "1\u00a0May\u00a02026"}, {english, weekdayDay, "Friday 1 May"},
		{spanish, shortDay, "1 may"}, {spanish, namedDay, "vie 1 may"}, {spanish, longerDay, "1\u00a0de\u00a0mayo\u00a0de\u00a02026"}, {spanish, weekdayDay, "viernes 1 de mayo"},
	} {
		if got := c.in.day(c.layout, day); got != c.want {
			t.Errorf("%s: %s is %q, want %q", c.in.tag, c.layout, got, c.want)
		}
	}
}

func TestAMarkedTextEscapesWhatIsFilledIn(t *testing.T) {
	if got := english.mark("<strong>%s</strong> met", hostile); strings.Contains(string(got), "<script") {
		t.Errorf("%s", got)
	}
}

func TestPersonasOfTheDemonstrationAreIntroducedInEveryLanguage(t *testing.T) {
	for _, p := range demo.Personas() {
		for _, tongue := range tongues {
			for _, text := range []string{p.Role, p.Can} {
				if _, known := tongue.sayings[text]; p.Person != "" && tongue != english && !known {
					t.Errorf("no file in tongues/%s has %q", tongue.tag, text)
				}
			}
		}
	}
}
