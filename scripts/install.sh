#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the program, its manual, and the completions that it writes itself. Run by `make install`.
#
#   scripts/install.sh PROGRAM FOLDER     FOLDER is the prefix, below DESTDIR where there is one
set -eu
program=$(realpath "$1")
prefix=$2
cd "$(dirname "$0")/.."

install -D -m 755 "$program" "$prefix/bin/aex"
for page in man/*.[1-8]; do
	install -D -m 644 "$page" "$prefix/share/man/man${page##*.}/${page#man/}"
done

# completion SHELL FILE
completion() {
	install -d "$prefix/share/$(dirname "$2")"
	"$program" completion "$1" >"$prefix/share/$2"
	chmod 644 "$prefix/share/$2"
}
completion bash bash-completion/completions/aex
completion fish fish/vendor_completions.d/aex.fish
completion zsh zsh/site-functions/_aex
