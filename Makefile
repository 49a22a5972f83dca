# Every target with a comment behind it is listed by plain "make".

VERSION ?=
BUILD   := CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
RELEASE := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help build test bench lint fmt demo golden ci release image clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## ./polarbell, one static binary for this machine
	$(BUILD) -o polarbell .

test: ## all tests
	go test ./...

bench: ## speed and memory beside a yardstick; five minutes, 1 GB of disk
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

release: ## dist/: binaries for Linux, macOS and Windows, with the licences (make release VERSION=v1.2.3)
	rm -rf dist
	for target in $(RELEASE); do \
	  os=$${target%/*} arch=$${target#*/}; \
	  case $$os in windows) suffix=.exe;; *) suffix=;; esac; \
	  GOOS=$$os GOARCH=$$arch $(BUILD) -o "dist/polarbell-$$os-$$arch$$suffix" . || exit 1; \
	done
	sh deploy/licenses.sh > dist/LICENSES.txt
	cd dist && sha256sum polarbell-* > SHA256SUMS

image: ## the Docker image polarbell
	docker build --build-arg VERSION=$(VERSION) -t polarbell .

clean: ## remove what was built
	rm -rf polarbell dist
