#!/usr/bin/env bash
# Makes the Debian package of one binary as .goreleaser.yaml describes it, with
# goreleaser's own packager: build.sh BINARY PACKAGE.
set -euo pipefail
config=$(mktemp)
trap 'rm -f "$config"' EXIT
{
  printf 'name: polarbell\narch: %s\nversion: 0.0.0\n' "$(go env GOARCH)"
  awk '/^nfpms:/ {on = 1; next} /^[a-z]/ {on = 0} on' .goreleaser.yaml |
    sed -E "s/^  ( |-) //; /^(formats|file_name_template):/d
            s|^contents:|&\n  - {src: $1, dst: /usr/bin/polarbell, file_info: {mode: 0755}}|"
} >"$config"
go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 package --packager deb --config "$config" --target "$2"
