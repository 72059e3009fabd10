#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measures, always against a baseline taken in the same run: on another machine only the ratios mean anything.
#
#   scripts/bench.sh [PATTERN]     only the measurements whose names contain PATTERN
#
# A measurement is a program tests/bench/bench_NAME.c or a script tests/bench/NAME.sh; both print what they found.
set -eu
cd "$(dirname "$0")/.."
if [ -f build/build.ninja ]; then
	meson setup --reconfigure build -Dtests=enabled >/dev/null
else
	meson setup build -Dtests=enabled >/dev/null
fi
ninja -C build >/dev/null
PATH=$PWD/build:$PWD/build/tests/bench:$PATH
export PATH

for measurement in tests/bench/*.sh build/tests/bench/bench_*; do
	case $measurement in
	*.p | *'*'*) continue ;;
	*"${1-}"*) ;;
	*) continue ;;
	esac
	name=$(basename "$measurement" .sh)
	echo "== ${name#bench_}"
	"./$measurement"
	echo
done
