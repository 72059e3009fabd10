# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Budgets end, stay ended, and cannot be had back by deleting state, restarting or turning the clock back.
. tests/cli/gate_support.sh
sed -i 's/calls=.*/calls=3/' "$ws/.aex/policy.aex"
accept
read_call="{\"file_path\":\"$ws/a.txt\"}"

is 'one' "$(decide Read "$read_call")" allow
is 'a denied call costs nothing' "$(decide Read '{"file_path":"/etc/passwd"}')" deny
is 'a control tool costs nothing' "$(decide TodoWrite '{"todos":[]}')" allow
is 'a dry run costs nothing' "$(decide Read "$read_call" --dry-run)" deny
is 'two' "$(decide Read "$read_call")" allow
for repeat in first second third; do
	run_gate <"$scratch/input"
	is "the $repeat repeat is free" "$(verdict)" allow
done
run_gate <"$scratch/input"
is 'the fourth is the third call' "$(verdict)" allow
is 'spent' "$(decide Read "$read_call")" deny
has 'and says so' "$(last err)" 'the budget of 3 calls (.aex/policy.aex:8) is used up'
is 'control tools still run' "$(decide TodoWrite '{"todos":[]}')" allow
is 'a denial is still a denial' "$(decide WebFetch '{"url":"https://example.com/","prompt":""}')" deny
has 'for its own reason' "$(last err)" 'deny network.*'
session=s2
is 'another session has its own' "$(decide Read "$read_call")" allow
session=s1
is 'the same call with other arguments is another' "$(decide Read "{\"file_path\":\"$ws/src/x\"}")" deny

# Arguments in another order are the same call; 1 and 1.0 are not.
session=canonical
same() {
	printf '{"session_id":"canonical","prompt_id":"p","cwd":"%s","hook_event_name":"PreToolUse","tool_name":"Read","tool_input":%s,"tool_use_id":"same"}' "$ws" "$1" >"$scratch/input"
	run_gate <"$scratch/input"
	verdict
}
sed -i 's/calls=.*/calls=1/' "$ws/.aex/policy.aex"
accept
is 'a call' "$(same "{\"file_path\":\"$ws/a.txt\",\"limit\":1}")" allow
is 'reordered' "$(same "{\"limit\":1, \"file_path\":\"$ws/a.txt\"}")" allow
is '1.0 is not 1' "$(same "{\"limit\":1.0,\"file_path\":\"$ws/a.txt\"}")" deny

# State that disappears is spent.
session=lost
is 'a session starts' "$(decide Read "$read_call")" allow
sed -i 's/calls=.*/calls=100/' "$ws/.aex/policy.aex"
accept
is 'and goes on' "$(decide Read "$read_call")" allow
cp -R "$state" "$scratch/saved"
find "$state/sessions" -name '*.ledger' -delete
is 'its ledger deleted' "$(decide Read "$read_call")" deny
has 'is said with a way out' "$(last err)" 'session'
rm -rf "$state/sessions"
session=new-one
is 'all ledgers and their list deleted' "$(decide Read "$read_call")" deny
rm -rf "$state"
cp -R "$scratch/saved" "$state"
session=lost
is 'brought back it goes on' "$(decide Read "$read_call")" allow
for ledger in "$state"/sessions/*.ledger; do : >"$ledger"; done
is 'emptied is spent too' "$(decide Read "$read_call")" deny

# A full disk, a folder that cannot be written, a log that is a link.
rm -rf "$state"
cp -R "$scratch/saved" "$state"
rm "$state/audit.jsonl"
ln -s "$scratch/elsewhere" "$state/audit.jsonl"
is 'a log that is a link' "$(decide Read "$read_call")" deny
ok 'nothing was written through it' test ! -e "$scratch/elsewhere"
done_testing
