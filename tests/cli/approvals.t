# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119,SC2120
# Approvals at a terminal: bound to the exact call, used once, refused to agents, never granted by time.
. tests/cli/gate_support.sh
sed -i 's/^confirm .*/confirm before file.write/; s/calls=.*/calls=50/' "$ws/.aex/policy.aex"
accept
agent=codex
add='{"command":"*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n"}'
add_other='{"command":"*** Begin Patch\n*** Add File: other.txt\n+hello\n*** End Patch\n"}'

# approve|deny CODE WORDS..., typed by a person who answers y
person() {
	script -qec "'$aex' $* --state-dir '$state'" /dev/null <<ANSWER >"$scratch/typed" 2>&1
y
ANSWER
}
code_of() {
	last err | sed -n 's/.*`aex approve \([0-9A-Z]*\)`.*/\1/p'
}

is 'Codex is refused with a code' "$(decide apply_patch "$add")" deny
code=$(code_of)
ok 'of eight characters' test ${#code} = 8
has 'the call is listed' "$("$aex" approvals --state-dir "$state")" "$code  waits"
has 'for machines too' "$("$aex" approvals --json --state-dir "$state")" '"status": "pending"'
is 'asking again gives the same code' "$(decide apply_patch "$add" >/dev/null && code_of)" "$code"
ok 'a list that cannot be read to its end is none' \
	sh -c "! AEX_FAULT=readdir#2=EIO '$build/tests/support/aex-faulty' approvals --state-dir '$state'"
ok 'no terminal, no approval' sh -c "! '$aex' approve $code --state-dir '$state' </dev/null"
ok 'nor for an agent' sh -c "! CLAUDECODE=1 '$aex' approve $code --state-dir '$state'"
is 'so it still waits' "$(decide apply_patch "$add")" deny
is 'the gate keeps agents from approving' "$(decide Bash "{\"command\":\"aex approve $code\"}")" deny
person approve "$code"
has 'the person sees the exact arguments' "$(cat "$scratch/typed")" '+hello'
is 'another call does not pass' "$(decide apply_patch "$add_other")" deny
session=s2
is 'nor another session' "$(decide apply_patch "$add")" deny
session=s1
is 'the approved call passes' "$(decide apply_patch "$add")" allow
is 'once' "$(decide apply_patch "$add")" deny
has 'the trail says how it was approved' "$("$aex" audit show --json --state-dir "$state" | grep '"decision":"allow"' | tail -1)" "\"approval\":\"$code\""

person deny "$code" --reason "'not today'"
is 'denied by a person' "$(decide apply_patch "$add")" deny
has 'with the reason' "$(last err)" 'a person said no: not today'
is 'a denial is used up too' "$(decide apply_patch "$add" >/dev/null && code_of)" "$code"
person approve "$code"
sed -i 's/calls=.*/calls=51/' "$ws/.aex/policy.aex"
accept
is 'an approval under another policy is none' "$(decide apply_patch "$add")" deny
ok 'an unknown code is an error' sh -c "! '$aex' approve 00000000 --state-dir '$state'"
ok 'a path is no code' sh -c "! '$aex' deny ../../x --state-dir '$state'"

# Arguments in another order are the same call.
edit='{"command":"*** Begin Patch\n*** Add File: n2\n+x\n*** End Patch\n","timeout":1}'
is 'a call with two arguments' "$(decide apply_patch "$edit")" deny
person approve "$(code_of)"
is 'reordered it is the same' "$(decide apply_patch '{"timeout":1,"command":"*** Begin Patch\n*** Add File: n2\n+x\n*** End Patch\n"}')" allow

# Waiting: the answer comes while the gate holds the call.
decide apply_patch "$add_other" >/dev/null
code=$(code_of)
(sleep 1 && person approve "$code") &
is '--wait holds the call' "$(decide apply_patch "$add_other" --wait 20)" allow
wait
is '--wait ends' "$(decide apply_patch "$add_other" --wait 1)" deny

# Claude Code asks itself, unless the operator wants the terminal.
agent=claude
write="{\"file_path\":\"$ws/src/x\",\"content\":\"a\"}"
is 'Claude asks its user' "$(decide Write "$write")" ask
is 'or a person at a terminal' "$(decide Write "$write" --approve terminal)" deny
code=$(code_of)
person approve "$code"
has 'who sees what would be written' "$(cat "$scratch/typed")" '+ a'
is 'and lets it pass' "$(decide Write "$write" --approve terminal)" allow

# Nobody is asked about what could not be paid for.
sed -i 's/calls=.*/calls=1/' "$ws/.aex/policy.aex"
accept
is 'spent' "$(decide Write "$write" --approve terminal)" deny
has 'is not asked about' "$(last err)" 'budget'

# An approval expires.
sed -i 's/calls=.*/calls=90/' "$ws/.aex/policy.aex"
accept
decide Write "$write" --approve terminal >/dev/null
code=$(code_of)
person approve "$code"
sed -i 's/"expires": "[^"]*"/"expires": "2020-01-01T00:00:00.000Z"/' "$state/approvals/$code.json"
is 'expired' "$(decide Write "$write" --approve terminal)" deny
done_testing
