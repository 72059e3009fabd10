# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Parallel gates, some killed at random: every answered call is charged exactly once, and the chain stays whole.
. tests/cli/gate_support.sh

seed=${AEX_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "# AEX_SEED=$seed"
session=storm
"$build/tests/support/storm" "$aex" "$ws" "$state" storm 640 "$seed" >"$scratch/answered" 2>"$scratch/noise"
is 'the storm passed' $? 0
answered=$(wc -l <"$scratch/answered")
ok 'some gates answered' test "$answered" -gt 100
ok 'the chain is whole' "$aex" audit verify --state-dir "$state"

# The trail has every answered call, once.
"$aex" audit show --json --state-dir "$state" | sed -n 's/.*"toolUseId":"\(storm_[0-9]*\)".*"decision":"allow".*/\1/p' | sort >"$scratch/recorded"
is 'no call is recorded twice' "$(uniq -d "$scratch/recorded")" ''
is 'every answered call is recorded' "$(sort "$scratch/answered" | comm -23 - "$scratch/recorded")" ''

# With a budget of exactly what was charged, each answered call passes again, free, as the repeat it is, and a new
# one does not.
# A ledger is a header of 64 bytes and the root's name, filled up to 32, then 32 bytes a charge: state/ledger.c.
header=$((64 + (${#ws} + 31) / 32 * 32))
charged=$((($(stat -c %s "$state"/sessions/*.ledger) - header) / 32))
ok 'at least the answered calls are charged' test "$charged" -ge "$answered"
sed -i "s/calls=.*/calls=$charged/" "$ws/.aex/policy.aex"
accept
again() {
	printf '{"session_id":"storm","prompt_id":"p","cwd":"%s","hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{"file_path":"%s/a.txt"},"tool_use_id":"%s"}' \
		"$ws" "$ws" "$1" >"$scratch/input"
	run_gate <"$scratch/input"
	verdict
}
refused=0
while read -r call; do
	[ "$(again "$call")" = allow ] || refused=$((refused + 1))
done <"$scratch/answered"
is 'every answered call was charged' "$refused" 0
is 'a new call finds nothing left' "$(again storm_new)" deny
has 'and is told so' "$(last err)" "budget of $charged calls"
done_testing
