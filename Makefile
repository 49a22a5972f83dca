# Every target with a comment behind it is listed by plain "make".

GORELEASER := go run github.com/goreleaser/goreleaser/v2@v2.15.1

.PHONY: help build test bench lint fmt demo golden ci release publish image clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## ./polarbell, one static binary for this machine
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o polarbell .

test: ## all tests
	go test ./...

bench: ## speed and memory beside a yardstick; six minutes, 1 GB of disk
	go run ./bench

lint: ## formatting, vet, staticcheck
	@test -z "$$(go run mvdan.cc/gofumpt@v0.12.0 -l . | tee /dev/stderr)" || (echo 'not formatted: make fmt'; exit 1)
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

fmt: ## format the code as lint wants it
	go run mvdan.cc/gofumpt@v0.12.0 -w .

demo: ## the bridge at work on local stand-ins: no account, no network
	go run . demo

golden: ## write the expected messages and docs/messages.md anew; read the diff before you commit it
	go test ./formatter ./lookalike ./compose -update

ci: ## everything a change must pass
	bash .ci/run

release: ## dist/: archives, Debian packages and checksums as a release has them; publishes nothing
	$(GORELEASER) release --snapshot --clean

publish: ## a draft on GitHub of the release of the tag that is checked out; the workflow calls it
	$(GORELEASER) release --clean

image: ## the Docker image polarbell
	docker build -t polarbell .

clean: ## remove what was built
	rm -rf polarbell build dist
