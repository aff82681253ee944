BROWSER_PACKAGE = chromium-headless-shell
find_browser = for b in "$$CHROME" chromium-headless-shell headless-shell chromium chromium-browser google-chrome google-chrome-stable; do \
	command -v "$$b" && break; done

.DEFAULT_GOAL := help
.PHONY: help run cluster build test race lint crash faults bench bench-log bench-projections bench-graphql lighthouse browser

help: ## Tell what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Serve the demo at http://127.0.0.1:8080, or at PORT
	./bin/guildhall serve --demo --data ./data/demo --listen 127.0.0.1:$(or $(PORT),8080)

cluster: build ## Serve the demo from three nodes on this machine, at ports 8081 to 8083
	@mkdir -p data/cluster
	@[ -s data/cluster/secret ] || (umask 077 && head -c 32 /dev/urandom | base64 > data/cluster/secret)
	@trap 'kill $$(jobs -p) 2>/dev/null; wait' EXIT; \
	for n in 1 2 3; do \
		./bin/guildhall serve --demo --data data/cluster/node-$$n --listen 127.0.0.1:$$((8080 + n)) \
			--cluster name=node-$$n,listen=127.0.0.1:$$((6220 + n)),routes=127.0.0.1:6221,127.0.0.1:6222,127.0.0.1:6223,secret=data/cluster/secret > data/cluster/node-$$n.log 2>&1 & \
		echo "Node $$n is process $$!, soon at http://127.0.0.1:$$((8080 + n)). Its messages are in data/cluster/node-$$n.log."; \
	done; echo 'Kill one and go on with the others. Stop all with Ctrl-C.'; wait

build: ## Build ./bin/guildhall
	CGO_ENABLED=0 go build -trimpath -o bin/guildhall ./cmd/guildhall

test: ## Vet and test everything
	@{ $(find_browser); } >/dev/null || echo 'No browser: the tests of pages in one are left out. To have them: apt-get update && apt-get install -y $(BROWSER_PACKAGE)'
	go vet ./... && go test ./...

race: ## Test everything under the race detector
	go test -race ./...

lint: ## Check formatting, vet, and run the linters that go.mod names
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

crash: ## Kill the log and the read model and cut the power hundreds of times (as root; some minutes)
	PROJECTIONS_KILLS=$(or $(CRASH_KILLS),200) go test -count=1 -timeout 25m -v -run TestAKilled ./projections
	REQUIRE_CRASH_RIG=1 CRASH_KILLS=$(or $(CRASH_KILLS),200) CRASH_CUTS=$(or $(CRASH_CUTS),200) \
		go test -count=1 -timeout 25m -v ./internal/crash

faults: ## Kill, pause and divide a cluster sixty times (as root; a quarter of an hour)
	REQUIRE_NAMESPACES=1 CLUSTER_FAULTS=$(or $(CLUSTER_FAULTS),60) \
		go test -count=1 -timeout 40m -v -run TestAClusterKeepsOneLog ./internal/crash

bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-log: ## Measure the log beside PostgreSQL and JetStream (BENCHLOG='-help' for more)
	go run ./internal/benchlog $(BENCHLOG)

bench-projections: ## Measure the read model beside plain inserts (BENCHPROJECTIONS='-records 1000000' for more)
	go run ./internal/benchprojections $(BENCHPROJECTIONS)

bench-graphql: ## Measure GraphQL beside gqlgen, graphql-go, graph-gophers and mercurius (BENCHGRAPHQL='-curve' for the feed)
	go run ./internal/benchgraphql $(BENCHGRAPHQL)

lighthouse: ## Measure the pages that are used most with Lighthouse (Node; some minutes)
	LIGHTHOUSE=1 REQUIRE_NODE=1 REQUIRE_BROWSER=1 go test -count=1 -timeout 15m -v -run TestLighthouse ./cmd/guildhall

browser: ## Install the browser that tests of pages need (Debian)
	@{ $(find_browser); } || { apt-get update && apt-get install -y --no-install-recommends $(BROWSER_PACKAGE) fonts-dejavu-core; }
