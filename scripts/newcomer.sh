#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A newcomer's path, for real and timed: from a fresh clone to the first call that is refused in the real Claude Code, in
# three commands. No key is needed: `aex doctor` starts Claude Code with a model of its own. Everything happens in a
# scratch folder, with a home and a state folder in it, but for Claude Code itself, which is kept in build/.
#
# NEWCOMER=0 leaves it out. Ends with 1 when the call was not refused.
set -eu
cd "$(dirname "$0")/.."
source=$PWD
version=$(sed -n 's/.*"@anthropic-ai\/claude-code": "\(.*\)".*/\1/p' tests/e2e/package.json)
if [ "${NEWCOMER:-1}" = 0 ]; then
	echo "The newcomer's path is left out: NEWCOMER=0."
	exit 0
fi
case $(uname -m) in
x86_64) package='claude-code-linux-x64' ;;
aarch64) package='claude-code-linux-arm64' ;;
*)
	echo "The newcomer's path is left out: Claude Code is not there for $(uname -m)."
	exit 0
	;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
seconds() { printf '%d.%01d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# timed WORDS...: runs them with what they print in $scratch/out, and says how long it took; adds that to $total.
total=0
timed() {
	begun=$(milliseconds)
	"$@" >"$scratch/out" 2>&1 || : # what came of it is looked at by the caller
	took=$(($(milliseconds) - begun))
	total=$((total + took))
	seconds "$took"
}

# The agent comes first, and its time is no part of the path: who tries this has it.
claude=tests/e2e/node_modules/@anthropic-ai/$package/claude
test -x "$claude" || claude=build/newcomer/node_modules/@anthropic-ai/$package/claude
if [ ! -x "$claude" ]; then
	command -v npm >/dev/null || {
		echo "The newcomer's path is left out: it needs npm, to get Claude Code with."
		exit 0
	}
	timed npm install --prefix build/newcomer --ignore-scripts --no-audit --no-fund --silent "@anthropic-ai/$package@$version" \
		>"$scratch/took"
	if [ ! -x "$claude" ]; then
		echo "The newcomer's path is left out: npm could not get Claude Code $version."
		sed 's/^/  /' "$scratch/out"
		exit 0
	fi
	echo "npm got Claude Code $version in $(cat "$scratch/took"); that is no part of what follows."
fi
mkdir -p "$scratch/home/.local/bin" "$scratch/shop"
ln -s "$(realpath "$claude")" "$scratch/home/.local/bin/claude"
git init -q "$scratch/shop"

total=0
timed git clone -q "$source" "$scratch/aex" >"$scratch/took"
echo "  $(cat "$scratch/took")	git clone"
as_newcomer() {
	env -i HOME="$scratch/home" PATH="$scratch/home/.local/bin:$PATH" CC="${CC:-cc}" TERM=dumb "$@"
}
# step SHOWN WORDS...: one of the three commands.
step() {
	shown=$1
	shift
	timed as_newcomer "$@" >"$scratch/took"
	printf '  %s\t$ %s\n' "$(cat "$scratch/took")" "$shown"
}
step 'make build' make -s -C "$scratch/aex" build
aex=$scratch/aex/build/aex
cd "$scratch/shop"
step 'cd shop && aex install claude' "$aex" install claude --state-dir "$scratch/state"
step 'aex doctor' "$aex" doctor --state-dir "$scratch/state"
if ! grep 'closed  hook-fires' "$scratch/out"; then
	echo "The call was not refused:"
	sed 's/^/  /' "$scratch/out"
	exit 1
fi
echo "From clone to the first refused call in the real Claude Code $version: $(seconds "$total")."
