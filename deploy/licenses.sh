#!/bin/sh
# Prints the licences of all that the program is built of: its own, Go's, and
# those of the modules whose code is in it. Run it at the root of the source.
set -eu

text() { # text NAME FOLDER
  for file in "$2"/LICEN[CS]E* "$2"/COPYING* "$2"/NOTICE*; do
    if [ -f "$file" ]; then
      printf '==== %s: %s\n\n' "$1" "${file##*/}"
      cat "$file"
      printf '\n'
    fi
  done
}

go list -deps -f '{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}' . | sort -u |
  while read -r path version folder; do
    [ -n "$folder" ] || folder=$version # the program itself has no version
    text "$path" "$folder"
  done
text "Go $(go env GOVERSION)" "$(go env GOROOT)"
