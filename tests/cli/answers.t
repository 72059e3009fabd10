# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# The exact answers, in the form each agent honours, and what the operator's options make of them.
. tests/cli/gate_support.sh
cat >"$ws/ask.aex" <<'POLICY'
policy ask v0

goal "Ask before writing."

allow file.read, file.write
deny network.*

confirm before file.write
POLICY
accept ask.aex
read_call="{\"file_path\":\"$ws/a.txt\"}"
write_call="{\"file_path\":\"$ws/src/x.c\",\"content\":\"\"}"
fetch_call='{"url":"https://example.com/","prompt":""}'
ask_reason='aex asks about Write: file.write:src/x.c matches \"confirm before file.write\" (ask.aex:8).'

decide Read "$read_call" --policy ask.aex >/dev/null
is 'Claude: no objection' "$(last out)" '{}'
decide Write "$write_call" --policy ask.aex >/dev/null
is 'Claude: ask' "$(last out)" "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"ask\",\"permissionDecisionReason\":\"$ask_reason\"}}"
is 'an ask ends with 0' "$(last status)" 0
decide WebFetch "$fetch_call" --policy ask.aex >/dev/null
deny_reason='aex refused WebFetch: network.fetch:example.com:443 matches "deny network.*" (ask.aex:6). Do not try it another way; ask the person if it is needed.'
is 'Claude: deny' "$(last out)" "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"$(echo "$deny_reason" | sed 's/"/\\"/g')\"}}"
is 'with 2 as well' "$(last status)" 2
is 'and the reason on standard error' "$(last err)" "$deny_reason"

decide Read "$read_call" --policy ask.aex --auto-allow >/dev/null
has '--auto-allow skips the own prompt' "$(last out)" '"permissionDecision":"allow"'
decide Write "$write_call" --policy ask.aex --auto-allow >/dev/null
has 'but not a confirm' "$(last out)" '"permissionDecision":"ask"'

is '--observe lets a denied call through' "$(decide WebFetch "$fetch_call" --policy ask.aex --observe)" allow
is 'and an asked one' "$(decide Write "$write_call" --policy ask.aex --observe)" allow
is 'never a change to the boundary' "$(decide Write "{\"file_path\":\"$ws/.aex/policy.aex\",\"content\":\"\"}" --policy ask.aex --observe)" deny
echo '{"tool_name":1}' >"$scratch/input"
run_gate --observe <"$scratch/input"
is 'nor malformed input' "$(last status)" 2
is '--dry-run lets nothing through' "$(decide Read "$read_call" --policy ask.aex --dry-run)" deny
has 'and says what would be' "$(last err)" 'would allow'

agent=codex
view_call="{\"path\":\"$ws/a.png\"}"
decide view_image "$view_call" --policy ask.aex >/dev/null
is 'Codex: silence' "$(last status).$(last out).$(last err)" '0..'
decide apply_patch '{"command":"*** Begin Patch\n*** Add File: x\n+y\n*** End Patch"}' --policy ask.aex >/dev/null
is 'Codex: ask is a refusal' "$(last status).$(last out)" '2.'
has 'with instructions' "$(last err)" 'Ask the person to run `aex approve '
decide Bash '{"command":"some-program"}' --policy ask.aex >/dev/null
is 'Codex: deny' "$(last status).$(last out)" '2.'
has 'with the reason on standard error' "$(last err)" 'shell.exec:some-program is not allowed by ask.aex'

# The form of the AEX documents: no event name, no cwd.
plain() {
	printf '%s' "$1" >"$scratch/input"
	gate_status=0
	(cd "$ws" && "$aex" gate --state-dir "$state" --policy ask.aex) <"$scratch/input" >"$scratch/out" 2>"$scratch/err" || gate_status=$?
	echo $gate_status >"$scratch/status"
}
plain '{"session_id":"abc-123","tool_name":"Read","tool_input":{"file_path":"a.txt"}}'
is 'plain: allow' "$(last status).$(last out)" '0.{"permissionDecision":"allow"}'
plain '{"session_id":"abc-123","tool_name":"Write","tool_input":{"file_path":"src/x.c","content":"..."}}'
is 'plain: ask' "$(last status).$(last out)" "0.{\"permissionDecision\":\"ask\",\"message\":\"$ask_reason\"}"
plain '{"session_id":"abc-123","tool_name":"Write","tool_input":{"file_path":"/src/foo.ts","content":"..."}}'
is 'plain: deny' "$(last status)" 2
has 'plain: deny, in its form' "$(last out)" '{"permissionDecision":"deny","reason":"aex refused Write: '
plain '{"session_id":"abc-123","tool_name":"file.read","tool_input":{"path":"a.txt"}}'
is 'a dotted name is a capability' "$(last status).$(last out)" '0.{"permissionDecision":"allow"}'
plain '{"session_id":"abc-123","tool_name":"agent.control","tool_input":{}}'
is 'but no control tool' "$(last status)" 2
agent=claude
decide Read "$read_call" --policy ask.aex --answer plain >/dev/null
is '--answer plain' "$(last out)" '{"permissionDecision":"allow"}'

# The agent is recognised when it is not named.
recognised() {
	agent=$1
	hook_input "$2" "$3" >"$scratch/input"
	agent=
	run_gate --policy ask.aex <"$scratch/input"
	agent=$1
}
recognised claude Read "$read_call"
is 'Claude is recognised' "$(last status).$(last out)" '0.{}'
recognised codex view_image "$view_call"
is 'Codex is recognised' "$(last status).$(last out)" '0.'
agent=gemini
decide Read "$read_call" >/dev/null
is 'an unknown agent is refused' "$(last status)" 2
has 'by name' "$(last err)" 'unknown agent gemini'

# Other events pass, and results are recorded under the call's id.
agent=claude
printf '{"session_id":"s1","hook_event_name":"SessionStart","cwd":"%s"}' "$ws" >"$scratch/input"
run_gate <"$scratch/input"
is 'an event without a decision' "$(last status).$(last out)" '0.{}'
sed "s|/ws/repo|$ws|g" tests/fixtures/claude/PostToolUse-Bash.json >"$scratch/input"
run_gate <"$scratch/input"
is 'a result' "$(last status).$(last out)" '0.{}'
record=$("$aex" audit show --json --state-dir "$state" | tail -1)
has 'is recorded' "$record" '"event":"tool.result"'
has 'under its id' "$record" '"toolUseId":"toolu_'
has 'with its duration' "$record" ',"exitCode":0'
sed "s|/ws/repo|$ws|g" tests/fixtures/claude/PostToolUseFailure-Bash.json >"$scratch/input"
run_gate <"$scratch/input"
record=$("$aex" audit show --json --state-dir "$state" | tail -1)
has 'a failure too' "$record" '"event":"tool.failed"'
has 'with its exit code' "$record" ',"exitCode":3'
# Settings that change during a session wait for the next one.
printf '{"session_id":"s1","hook_event_name":"ConfigChange","cwd":"%s","source":"local_settings","file_path":"%s/.claude/settings.local.json"}' "$ws" "$ws" >"$scratch/input"
run_gate <"$scratch/input"
is 'changed settings are refused' "$(last status).$(last out)" '2.'
has 'with a reason' "$(last err)" 'started again'
has 'and recorded' "$("$aex" audit show --json --state-dir "$state" | tail -1)" '"event":"settings.refused"'
done_testing
