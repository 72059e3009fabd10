#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looks for mistakes without running anything.
#
#   scripts/lint.sh [format|shell|manuals|tidy [I/N]]...     all of them when none is named
#
# tidy needs a configured build/ (for its compile commands); I/N takes every Nth file only.
set -eu
cd "$(dirname "$0")/.."

c_files() {
	find src tests -name '*.[ch]' -not -path '*/node_modules/*' | sort
}

shell_files() {
	{
		find scripts tests -name '*.sh' -o -name '*.t' | grep -v /node_modules/
		echo tests/run
		echo .ci/run
	} | sort
}

# Glob stars, URLs and the like sometimes read better as clang-format would not have them: then say so in the code
# with its own "clang-format off".
lint_format() {
	c_files | xargs clang-format --dry-run -Werror
	shell_files | xargs shfmt -d
}

lint_shell() {
	shell_files | xargs shellcheck -x
}

lint_manuals() {
	test -d man || return 0
	find man -name '*.[1-8]' -exec mandoc -T lint -W warning {} +
}

# lint_tidy I N
lint_tidy() {
	find src tests/support tests/bench tests/fuzz -name '*.c' | sort | awk -v share="$1" -v shares="$2" \
		'(NR - 1) % shares == share - 1' >build/tidy."$1".tmp
	xargs -a build/tidy."$1".tmp -n 8 clang-tidy -p build --quiet 2>build/tidy."$1".log.tmp || {
		grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter' build/tidy."$1".log.tmp || true
		return 1
	}
}

if [ $# = 0 ]; then
	reconfigure=
	test ! -f build/build.ninja || reconfigure=--reconfigure
	# shellcheck disable=SC2086 # a word or none
	meson setup $reconfigure build -Dtests=enabled >/dev/null
	set -- format shell manuals tidy
fi
while [ $# -gt 0 ]; do
	case $1 in
	tidy)
		share=${2:-1/1}
		[ $# = 1 ] || shift
		lint_tidy "${share%/*}" "${share#*/}"
		;;
	*) "lint_$1" ;;
	esac
	shift
done
