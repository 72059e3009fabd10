# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Rules of CONTRIBUTING.md that a search can check.
. tests/support/tap.sh

sources() {
	find src tests -name '*.[ch]' -not -path '*/node_modules/*' | sort
}

empty 'no C file is much longer than 500 lines' "$(sources | xargs wc -l | awk '$1 > 600 && $2 != "total" { print $2 ": " $1 " lines" }')"
empty 'every C file starts with its licence' "$(sources | while read -r file; do
	[ "$(head -n 1 "$file")" = '/* SPDX-License-Identifier: Apache-2.0 */' ] || echo "$file"
done)"
# Put together so that this file is not found itself.
undone='TO''DO|FIX''ME|XX''X'
empty 'nothing is left to be done later' \
	"$(grep -rnE "\\b($undone)\\b" src tests/unit tests/support tests/rules tests/fuzz scripts Makefile meson.build 2>/dev/null)"

# A test that nobody builds is a test that nobody runs.
empty 'every unit test is built' "$(find tests/unit -name 'test_*.c' 2>/dev/null | while read -r file; do
	room=$(basename "$(dirname "$file")")
	thing=$(basename "$file" .c)
	[ -x "$build/tests/unit/test_${room}_${thing#test_}" ] || echo "$file was not built"
done)"
empty 'every golden case has a command' "$(find tests/golden -mindepth 1 -maxdepth 1 -type d | while read -r folder; do
	[ -f "$folder/cmd" ] || echo "$folder"
done)"
empty 'every fuzz target has seeds' "$(for file in tests/fuzz/fuzz_*.c; do
	[ -f "$file" ] || continue
	name=$(basename "$file" .c)
	[ -n "$(ls "tests/fuzz/corpus/${name#fuzz_}" 2>/dev/null)" ] || echo "tests/fuzz/corpus/${name#fuzz_} is empty"
done)"

empty 'every command is listed in order' "$(sed -n 's/^COMMAND(\(.*\))$/\1/p' src/cli/commands.def | LC_ALL=C sort -c 2>&1)"

done_testing
