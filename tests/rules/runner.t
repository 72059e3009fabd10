# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The test machinery itself: what must fail does fail.
. tests/support/tap.sh
tab=$(printf '\t')

last_line() {
	"$build/tests/support/runner" --jobs 2 --limit 1 <"$scratch/jobs" >"$scratch/out" 2>&1
	code=$?
	echo "$(tail -n 1 "$scratch/out"); exit $code"
}

# check NAME EXPECTED JOB...
check() {
	name=$1
	expected=$2
	shift 2
	for given in "$@"; do
		echo "${given%%:*}${tab}job${tab}${given#*:}"
	done >"$scratch/jobs"
	is "runner: $name" "$(last_line)" "$expected"
}

check 'passed tests are counted' '3 passed, 0 failed; exit 0' 'tap:echo ok 1; echo ok 2; echo 1..2' 'status:true'
check 'a failed test' '1 passed, 1 failed; exit 1' 'tap:echo ok 1; echo not ok 2; exit 1'
check 'a program that runs no test' '0 passed, 1 failed; exit 1' 'tap:true'
check 'nothing to do' '0 passed, 0 failed; exit 1'
check 'fewer tests than planned' '1 passed, 1 failed; exit 1' 'tap:echo 1..2; echo ok 1'
check 'an exit status that no test explains' '1 passed, 1 failed; exit 1' 'tap:echo ok 1; exit 3'
check 'a signal' '1 passed, 1 failed; exit 1' 'tap:echo ok 1; kill -SEGV $$'
check 'a failed status' '0 passed, 1 failed; exit 1' 'status:exit 1'
check 'a job that never ends' '0 passed, 1 failed; exit 1' 'status:sleep 100 & sleep 100'
check 'skips' '1 passed, 0 failed, 2 skipped; exit 0' 'tap:echo "ok 1 # SKIP why"; echo ok 2' \
	'status:echo no network; exit 77'
has 'runner: the reason of a skip is printed' "$(cat "$scratch/out")" 'no network'

# A golden case that expects something else, in each of the three ways.
golden() {
	"$build/tests/support/golden" --aex "$build/aex" "$scratch/tests" 2>&1
}
case_folder=$scratch/tests/golden/example
mkdir -p "$case_folder/in"
echo text >"$case_folder/in/file"
cat >"$case_folder/cmd" <<'CMD'
cat file; pwd; echo "$HOME"; echo 2026-11-21T03:04:05.678Z; aex --version | sha256sum; env | sort | cut -d = -f 1 >&2
CMD
cat >"$case_folder/stdout" <<'OUT'
text
@CWD@
@HOME@
@TIME@
@DIGEST@  -
OUT
leak=secret
export leak
printf '%s\n' ASAN_OPTIONS HOME LC_ALL PATH PWD TESTS TZ UBSAN_OPTIONS >"$case_folder/stderr"
is 'golden: what differs between runs is replaced, and no other variable leaks in' "$(golden)" "ok 1 - example
1..1"
echo more >>"$case_folder/stdout"
has 'golden: another stdout fails' "$(golden)" 'not ok 1 - example'
rm "$case_folder/stdout"
has 'golden: output where none is expected fails' "$(golden)" 'not ok 1 - example'
echo 'exit 3' >"$case_folder/cmd"
rm "$case_folder/stderr"
has 'golden: another exit status fails' "$(golden)" 'expected 0, got 3'
"$build/tests/support/golden" --bless --aex "$build/aex" "$scratch/tests" >/dev/null
is 'golden: --bless writes the expectation' "$(cat "$case_folder/exit")" 3

done_testing
