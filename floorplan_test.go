package guildhall_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/guildhall-dev/guildhall"

// A room is a package and what it may import besides the standard library: packages of
// ours and modules of others, separated by blanks. A path that ends in /... stands for
// everything under it as well.
type room struct{ pkg, may string }

// floorPlan names every package, floor by floor from the ground up. Imports lead downward
// only. The first room that fits a package is its own.
var floorPlan = []room{
	{"domain", ""},
	{"domain/pathway", "domain"},
	{"domain/rules", "domain"},
	{"domain/...", "domain domain/pathway domain/rules"},

	{"internal/spec", "domain pgregory.net/rapid"},
	{"internal/sheet", "domain"},
	{"internal/npm", ""},
	{"internal/chromium", "github.com/chromedp/..."},
	{"events", "domain github.com/go-json-experiment/json/v1"},
	{"internal/roster", "domain domain/enrolment domain/rules internal/sheet"},
	{"events/journal", "domain events zombiezen.com/go/sqlite/... github.com/google/uuid golang.org/x/mod/sumdb/tlog golang.org/x/sys/unix"},
	{"events/jetstream", "domain events events/journal github.com/nats-io/... github.com/google/uuid github.com/minio/highwayhash go.uber.org/zap"},
	{"events/eventstoredb", "domain events events/journal github.com/EventStore/EventStore-Client-Go/... google.golang.org/grpc/... github.com/google/uuid"},
	{"events/eventstoredb/standin", "github.com/EventStore/EventStore-Client-Go/... google.golang.org/grpc/... google.golang.org/grpc"},
	{"events/vault", "domain events modernc.org/sqlite/..."},
	{"events/eventstest", "domain/... events pgregory.net/rapid golang.org/x/sys/unix"},

	{"projections", "domain/... events modernc.org/sqlite/... zombiezen.com/go/sqlite/..."},
	{"policies", "domain/... events projections"},
	{"partners", "domain/... events events/vault projections"},
	{"internal/explain", "domain/... projections"},
	{"internal/desk", "internal/explain domain/... events events/vault projections internal/sheet internal/roster github.com/gabriel-vasile/mimetype golang.org/x/text/unicode/norm"},
	{"internal/crash/disk", "github.com/hanwen/go-fuse/... golang.org/x/sys/..."},
	{"internal/demo", "domain/... events events/vault internal/desk"},

	{"internal/keep", "domain modernc.org/sqlite"},
	{"internal/login/logintest", "github.com/zitadel/oidc/..."},
	{"internal/login", "domain/... events events/vault projections github.com/coreos/go-oidc/... github.com/go-jose/... github.com/google/uuid go.uber.org/zap golang.org/x/oauth2 golang.org/x/time/rate"},
	{"internal/courier", "internal/login domain/... events events/vault projections github.com/standard-webhooks/... code.dny.dev/ssrf golang.org/x/net/idna go.uber.org/zap"},
	{"internal/post", "domain/... events events/vault projections internal/desk github.com/wneessen/go-mail go.uber.org/zap"},
	{"graphql", "internal/login internal/courier internal/sheet internal/explain domain/... events events/vault projections partners internal/desk internal/roster github.com/graphql-go/... github.com/vektah/... github.com/coder/websocket github.com/klauspost/... go.uber.org/zap"},
	{"portal", "github.com/arran4/golang-ical golang.org/x/time/rate internal/login internal/post domain/... events events/vault projections partners internal/desk internal/explain internal/sheet internal/roster github.com/nulab/autog/... golang.org/x/net/html/... go.uber.org/zap github.com/alexedwards/scs/... github.com/klauspost/... golang.org/x/text/..."},
	{"internal/mirror", "domain graphql github.com/go-jose/... zombiezen.com/go/sqlite/..."},
	{"internal/benchlog", "domain/... events/... projections github.com/google/uuid github.com/jackc/pgx/... github.com/nats-io/... golang.org/x/sys/..."},
	{"internal/benchgraphql", "internal/login domain/... events/... projections partners internal/desk graphql go.uber.org/zap"},
	{"internal/benchprojections", "domain/... events/... projections zombiezen.com/go/sqlite/..."},
	{"cmd/...", "..."},
}

func TestImportsLeadDownward(t *testing.T) {
	for p := range packages(t) {
		for _, fault := range trespasses(p.path, p.imports) {
			t.Error(fault)
		}
	}
}

// TestThePlanIsGuarded plants faults, so that the plan cannot be met by a test that sees none.
func TestThePlanIsGuarded(t *testing.T) {
	for _, c := range []struct {
		pkg, imp string
		allowed  bool
	}{
		{"domain", "time", true},
		{"domain", "github.com/google/uuid", false},
		{"domain/credit", module + "/domain/rules", true},
		{"domain/credit", module + "/domain/consent", false},
		{"domain/credit", module + "/events", false},
		{"domain/pathway", module + "/domain/rules", false},
		{"events", module + "/domain/credit", false},
		{"events/journal", "golang.org/x/sys/unix", true},
		{"events/vault", "golang.org/x/sys/unix", false},
		{"projections", module + "/domain/credit", true},
		{"projections", "go.uber.org/zap", false},
		{"graphql", "github.com/vektah/gqlparser/v2/ast", true},
		{"graphql", module + "/portal", false},
		{"portal", module + "/graphql", false},
		{"portal", module + "/internal/desk", true},
		{"internal/desk", module + "/partners", false},
		{"cmd/guildhall", module + "/portal", true},
		{"somewhere", "time", false},
		{".", "time", false},
	} {
		if faults := trespasses(c.pkg, []string{c.imp}); (len(faults) == 0) != c.allowed {
			t.Errorf("%s importing %s: %q", c.pkg, c.imp, faults)
		}
	}
}

// TestPackagesAreNamedForWhatTheyKnow refuses the names under which anything can be filed.
func TestPackagesAreNamedForWhatTheyKnow(t *testing.T) {
	drawers := []string{"util", "utils", "common", "helper", "helpers", "service", "services", "repository", "repositories", "model", "models", "dto", "dtos"}
	for p := range packages(t) {
		for _, name := range append(strings.Split(p.path, "/"), p.name) {
			if slices.Contains(drawers, name) {
				t.Errorf("%s: %q says nothing. Name the package for what it knows, or put the code beside its caller", p.path, name)
			}
		}
	}
}

// trespasses says what is wrong with a package of ours importing imports.
func trespasses(pkg string, imports []string) (faults []string) {
	at := slices.IndexFunc(floorPlan, func(r room) bool { return within(r.pkg, pkg) })
	if at < 0 {
		return []string{pkg + " has no place in the floor plan"}
	}
	for _, imp := range imports {
		name, ours := strings.CutPrefix(imp, module+"/")
		host, _, _ := strings.Cut(imp, "/")
		if !ours && !strings.Contains(host, ".") {
			continue
		}
		if !slices.ContainsFunc(strings.Fields(floorPlan[at].may), func(may string) bool { return within(may, name) }) {
			faults = append(faults, fmt.Sprintf("%s may not import %s", pkg, name))
		}
	}
	return faults
}

func within(pattern, pkg string) bool {
	root, tree := strings.CutSuffix("/"+pattern, "/...")
	return "/"+pkg == root || tree && strings.HasPrefix("/"+pkg, root+"/")
}

// A source is one package of the module as its files tell it, those for other systems too.
type source struct {
	path, name string // path is the place in the module, "." at its root
	imports    []string
}

// packages yields every package of the module that has more than tests.
func packages(t *testing.T) iter.Seq[source] {
	t.Helper()
	all := map[string]source{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch base := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && base != "." && (base == "testdata" || file == "data" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			return fs.SkipDir
		case d.IsDir() && base != "." && anotherModule(file):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		p := source{dir, f.Name.Name, all[dir].imports}
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			p.imports = append(p.imports, imp)
		}
		all[dir] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := all["domain"]; !ok {
		t.Fatalf("%d packages were found and no domain among them", len(all))
	}
	return maps.Values(all)
}

func anotherModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
