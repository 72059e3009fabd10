# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The exact answers, in the form each agent honours, and what the operator's options make of them.
. tests/cli/gate_support.sh
cat >"$ws/ask.aex" <<'POLICY'
policy ask v0

goal "Ask before writing."

allow file.read, file.write
deny network.*

confirm before file.write
POLICY
read_call="{\"file_path\":\"$ws/a.txt\"}"
write_call="{\"file_path\":\"$ws/src/x.c\",\"content\":\"\"}"
fetch_call='{"url":"https://example.com/","prompt":""}'
ask_reason='aex asks about Write: file.write:src/x.c matches \"confirm before file.write\" (ask.aex:8).'

decide Read "$read_call" --policy ask.aex >/dev/null
is 'Claude: no objection' "$out" '{}'
decide Write "$write_call" --policy ask.aex >/dev/null
is 'Claude: ask' "$out" "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"ask\",\"permissionDecisionReason\":\"$ask_reason\"}}"
is 'an ask ends with 0' "$status" 0
decide WebFetch "$fetch_call" --policy ask.aex >/dev/null
deny_reason='aex refused WebFetch: network.fetch:example.com:443 matches "deny network.*" (ask.aex:6). Do not try it another way; ask the person if it is needed.'
is 'Claude: deny' "$out" "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"$(echo "$deny_reason" | sed 's/"/\\"/g')\"}}"
is 'with 2 as well' "$status" 2
is 'and the reason on standard error' "$err" "$deny_reason"

decide Read "$read_call" --policy ask.aex --auto-allow >/dev/null
has '--auto-allow skips the own prompt' "$out" '"permissionDecision":"allow"'
decide Write "$write_call" --policy ask.aex --auto-allow >/dev/null
has 'but not a confirm' "$out" '"permissionDecision":"ask"'

is '--observe lets a denied call through' "$(decide WebFetch "$fetch_call" --policy ask.aex --observe)" allow
is 'and an asked one' "$(decide Write "$write_call" --policy ask.aex --observe)" allow
is 'never a change to the boundary' "$(decide Write "{\"file_path\":\"$ws/.aex/policy.aex\",\"content\":\"\"}" --policy ask.aex --observe)" deny
echo '{"tool_name":1}' >"$scratch/input"
run_gate --observe <"$scratch/input"
is 'nor malformed input' "$status" 2
is '--dry-run lets nothing through' "$(decide Read "$read_call" --policy ask.aex --dry-run)" deny
has 'and says what would be' "$err" 'would allow'

agent=codex
decide Read "$read_call" --policy ask.aex >/dev/null
is 'Codex: silence' "$status.$out.$err" '0..'
decide apply_patch '{"command":"*** Begin Patch\n*** Add File: x\n+y\n*** End Patch"}' --policy ask.aex >/dev/null
is 'Codex: ask is a refusal' "$status.$out" '2.'
has 'with instructions' "$err" 'A person has to confirm it'
decide Bash '{"command":"ls"}' --policy ask.aex >/dev/null
is 'Codex: deny' "$status.$out" '2.'
has 'with the reason on standard error' "$err" 'shell.exec:ls is not allowed by ask.aex'

# The form of the AEX documents: no event name, no cwd.
plain() {
	printf '%s' "$1" >"$scratch/input"
	status=0
	(cd "$ws" && "$aex" gate --state-dir "$state" --policy ask.aex) <"$scratch/input" >"$scratch/out" 2>"$scratch/err" || status=$?
	out=$(cat "$scratch/out")
}
plain '{"session_id":"abc-123","tool_name":"Read","tool_input":{"file_path":"a.txt"}}'
is 'plain: allow' "$status.$out" '0.{"permissionDecision":"allow"}'
plain '{"session_id":"abc-123","tool_name":"Write","tool_input":{"file_path":"src/x.c","content":"..."}}'
is 'plain: ask' "$status.$out" "0.{\"permissionDecision\":\"ask\",\"message\":\"$ask_reason\"}"
plain '{"session_id":"abc-123","tool_name":"Write","tool_input":{"file_path":"/src/foo.ts","content":"..."}}'
is 'plain: deny' "$status" 2
has 'plain: deny, in its form' "$out" '{"permissionDecision":"deny","reason":"aex refused Write: '
plain '{"session_id":"abc-123","tool_name":"file.read","tool_input":{"path":"a.txt"}}'
is 'a dotted name is a capability' "$status.$out" '0.{"permissionDecision":"allow"}'
plain '{"session_id":"abc-123","tool_name":"agent.control","tool_input":{}}'
is 'but no control tool' "$status" 2
agent=claude
decide Read "$read_call" --policy ask.aex --answer plain >/dev/null
is '--answer plain' "$out" '{"permissionDecision":"allow"}'

# The agent is recognised when it is not named.
recognised() {
	agent=$1
	hook_input "$2" "$3" >"$scratch/input"
	agent=
	run_gate --policy ask.aex <"$scratch/input"
	agent=$1
}
recognised claude Read "$read_call"
is 'Claude is recognised' "$status.$out" '0.{}'
recognised codex Read "$read_call"
is 'Codex is recognised' "$status.$out" '0.'
agent=gemini
decide Read "$read_call" >/dev/null
is 'an unknown agent is refused' "$status" 2
has 'by name' "$err" 'unknown agent gemini'

# Other events pass, and results are recorded under the call's id.
agent=claude
printf '{"session_id":"s1","hook_event_name":"SessionStart","cwd":"%s"}' "$ws" >"$scratch/input"
run_gate <"$scratch/input"
is 'an event without a decision' "$status.$out" '0.{}'
sed "s|/ws/repo|$ws|g" tests/fixtures/claude/PostToolUse-Bash.json >"$scratch/input"
run_gate <"$scratch/input"
is 'a result' "$status.$out" '0.{}'
record=$("$aex" audit show --json --state-dir "$state" | tail -1)
has 'is recorded' "$record" '"event":"tool.result"'
has 'under its id' "$record" '"toolUseId":"toolu_mock_main_0_0"'
has 'with its duration' "$record" '"durationMs":26,"exitCode":0'
sed "s|/ws/repo|$ws|g" tests/fixtures/claude/PostToolUseFailure-Bash.json >"$scratch/input"
run_gate <"$scratch/input"
record=$("$aex" audit show --json --state-dir "$state" | tail -1)
has 'a failure too' "$record" '"event":"tool.failed"'
has 'with its exit code' "$record" '"status":"error","durationMs":25,"exitCode":1'
done_testing
