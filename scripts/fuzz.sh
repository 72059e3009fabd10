#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer.
#
#   scripts/fuzz.sh [TARGET [SECONDS]]     builds, then fuzzes one target or each, 60 s unless told
#   scripts/fuzz.sh --brief TARGET         a few seconds with a fixed seed, nothing kept; for tests/run, which has built it
#
# libFuzzer ends with 77 on a finding unless told otherwise, which the test runner takes for a skip.
# A crash is kept as tests/fuzz/corpus/TARGET/crash-*: the next `make test` replays it.
set -eu
cd "$(dirname "$0")/.."
build="build-clang-san"

# fuzz TARGET SECONDS FOLDER-FOR-CRASHES OPTION-OR-FOLDER...
fuzz() {
	name=${1#fuzz_}
	program=$build/tests/fuzz/$1
	seconds=$2
	crashes=$3
	shift 3
	corpus=tests/fuzz/corpus/$name
	dictionary=tests/fuzz/$name.dict
	mkdir -p "$corpus" "$crashes"
	test ! -f "$dictionary" || set -- "$@" "-dict=$dictionary"
	"$program" -error_exitcode=1 -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=0 -verbosity=0 \
		-artifact_prefix="$crashes/" "$@" "$corpus"
}

# The same seed and inputs each time: what fails in CI fails here. Looking for new inputs is `make fuzz`.
if [ "${1-}" = --brief ]; then
	found=$build/brief/${2#fuzz_} # libFuzzer keeps what it finds in the first folder: not in the repository, and not for the next time
	rm -rf "$found"
	mkdir -p "$found"
	fuzz "$2" 5 "$build/crashes/${2#fuzz_}" -seed=1 "$found"
	exit
fi

CC=clang
export CC
if [ -f $build/build.ninja ]; then
	meson setup --reconfigure $build >/dev/null
else
	meson setup $build -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
fi
ninja -C $build
failed=0
count=0
for file in tests/fuzz/fuzz_*.c; do
	target=$(basename "$file" .c)
	case ${1-} in '' | "$target" | "${target#fuzz_}") ;; *) continue ;; esac
	count=$((count + 1))
	echo "== ${target#fuzz_}: ${2:-60} s"
	found=$build/corpus/${target#fuzz_} # new inputs go here and not into the repository
	mkdir -p "$found"
	fuzz "$target" "${2:-60}" "tests/fuzz/corpus/${target#fuzz_}" "$found" || failed=$((failed + 1))
done
if [ $count = 0 ]; then
	echo "fuzz: no target called $1 in tests/fuzz" >&2
	exit 2
fi
echo "$count targets fuzzed, $failed with findings"
[ $failed = 0 ]
