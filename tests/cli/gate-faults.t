# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2154
# Every system call of the gate, broken in every way: the answer is a denial, or it is the right one and the disk says
# so. Never neither, and never a status that an agent takes for "no objection" without the record.
#
# RUN starts in an empty folder: the workspace and the state of one earlier call are laid out first, by the plain
# program. CHECK then looks at what the broken call left, again with the plain program.
. tests/cli/gate_support.sh

decide Read "{\"file_path\":\"$ws/a.txt\"}" >"$scratch/first"
is 'a call before, unbroken' "$(cat "$scratch/first")" allow
hook_input Read "{\"file_path\":\"$ws/a.txt\"}" >"$scratch/input"
export ws state scratch aex

cat >"$scratch/run.sh" <<'RUN'
cp -R "$state" state
exec aex-faulty gate claude --root "$ws" --state-dir "$PWD/state" <"$scratch/input"
RUN

cat >"$scratch/check.sh" <<'CHECK'
recorded() {
	"$aex" audit show --json --state-dir "$PWD/state" | grep -c '"event":"gate.decision".*"decision":"allow"'
}
# Anything but 0 blocks: the hook is installed as `aex gate claude || exit 2`.
case $STATUS in
0)
	[ "$(cat "$OUT")" = '{}' ] || { echo "status 0 without the answer"; exit 1; }
	[ "$(recorded)" = 2 ] || { echo "answered, but not recorded"; exit 1; }
	;;
2) [ -s "$ERR" ] || case $FAULT in write*) ;; *) echo 'denied without a reason'; exit 1 ;; esac ;;
137) ;;
*) echo "status $STATUS is none of the gate's"; exit 1 ;;
esac
case $FAULT in kill* | tear* | '') ;; *) [ "$STATUS" != 137 ] || { echo 'killed'; exit 1; } ;; esac
# Whatever happened, the chain is whole or repairs itself with the next call, which gets a right answer.
"$aex" gate claude --root "$ws" --state-dir "$PWD/state" <"$scratch/input" >"$PWD/next" 2>"$PWD/next.err" || {
	echo "the next call is refused: $(cat "$PWD/next.err")"
	exit 1
}
"$aex" audit verify --state-dir "$PWD/state" || exit 1
CHECK
# shellcheck disable=SC2034 # run and check are words for the driver
tests/support/faults.sh "sh $scratch/run.sh" "sh $scratch/check.sh" >"$scratch/tap"
grep -E '^(not )?ok|^#' "$scratch/tap" | sed -E "s/^(not ok|ok) [0-9]+ - /\1 - /"
tap_count=$((tap_count + $(grep -cE '^(not )?ok' "$scratch/tap")))
tap_failed=$((tap_failed + $(grep -c '^not ok' "$scratch/tap")))

# A call that never returns, while the gate's own deadline runs.
for call in read flock pwrite; do
	AEX_FAULT="hang@$call#1" "$build/tests/support/aex-faulty" gate claude --root "$ws" --state-dir "$state" --timeout 1 \
		<"$scratch/input" >"$scratch/out" 2>"$scratch/err"
	is "$call hangs: refused" "$?" 2
	has "$call hangs: and says why" "$(cat "$scratch/err")" 'deadline'
done
ok 'faults were tried' test "$tap_count" -gt 100
done_testing
