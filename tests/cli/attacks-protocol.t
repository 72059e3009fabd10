# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Attacks on the hook's protocol: input that two readers could take differently, input that never comes whole, tools
# nobody knows, hosts in disguise. All of it ends with status 2 and a reason, never with 1 or 3, never with a word
# on standard output that is not the answer.
. tests/cli/gate_support.sh

in=$scratch/in

# refused NAME [OPTIONS...]: what is in $in is refused.
refused() {
	refused_name=$1
	shift
	run_gate "$@" <"$in"
	is "$refused_name" "$(verdict)" deny
}

printf '%s' '{"tool_name":"Read","tool_name":"Bash","tool_input":{"command":"x"}}' >"$in"
refused 'duplicate members'
printf '%s' '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_\u006eame":"Bash","tool_input":{}}' >"$in"
refused 'duplicates by escape'
printf '%s' "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Read\",\"Tool_Name\":\"Bash\",\"tool_input\":{\"file_path\":\"$ws/a.txt\"}}" >"$in"
refused 'another case'
hook_input Read "{\"file_path\":\"$ws/a.txt\",\"file_path\":\"/etc/passwd\"}" >"$in"
refused 'duplicates in the arguments'
hook_input Read "{\"file_path\":\"$ws/a.txt\"}" | head -c 120 >"$in"
refused 'cut off'
hook_input Read "{\"file_path\":\"$ws/a.txt\",\"n\":NaN}" >"$in"
refused 'NaN'
{ hook_input Read "{\"file_path\":\"$ws/a.txt\"}" && printf '{}'; } >"$in"
refused 'two values'
printf '\357\273\277{}' >"$in"
refused 'a byte order mark'
printf '' >"$in"
refused 'no input'
printf '[]' >"$in"
refused 'no object'
printf '{"hook_event_name":"PreToolUse"}' >"$in"
refused 'no tool'
printf '{"hook_event_name":"PreToolUse","tool_name":7}' >"$in"
refused 'a tool that is no string'
printf '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_input":"x"}' >"$in"
refused 'arguments that are no object'
printf '{"hook_event_name":"PreToolUze","tool_name":"Read","tool_input":{}}' >"$in"
refused 'an unknown event'
printf '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{"file_path":"\xff"}}' >"$in"
refused 'invalid UTF-8'
hook_input Bash '{"command":"ls\u0000; rm -rf /"}' >"$in"
refused 'a NUL in a command'
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "[" }' >"$in"
refused 'deep nesting'
head -c 104857600 /dev/zero | tr '\0' ' ' >"$in"
refused '100 MB'
rm "$in"
mkfifo "$in"
sleep 5 >"$in" &
sleeper=$!
run_gate --timeout 1 <"$in"
is 'input that never ends' "$(last status).$(last out)" '2.'
has 'is said' "$(last err)" 'deadline'
kill $sleeper
rm "$in"

decide Read '{"file_path":"\ud83dx \ud800"}' >"$scratch/surrogate"
is 'lone surrogates are no reason to break' "$(cat "$scratch/surrogate")" allow

for tool in code_mode_exec PowerShell Agent Monitor SomethingNew Skill Workflow CronCreate EnterWorktreeX mcp__evil__run mcp__x; do
	is "$tool is not allowed by default" "$(decide $tool '{"command":"some-program","prompt":"x"}')" deny
done
for tool in TodoWrite AskUserQuestion ToolSearch ExitPlanMode TaskCreate TaskUpdate; do
	is "$tool interrupts nobody" "$(decide $tool '{"x":1}')" allow
done

# Hosts in disguise, under a policy that lets one host through.
cat >"$ws/hosts.aex" <<'POLICY'
policy hosts v0

goal "One host."

allow network.fetch:docs.example.com
deny network.fetch:169.254.*
POLICY
accept hosts.aex
fetch() {
	decide WebFetch "{\"url\":\"$1\",\"prompt\":\"\"}" --policy hosts.aex
}
is 'the host itself' "$(fetch 'https://docs.example.com/a')" allow
is 'with a port and a dot' "$(fetch 'https://DOCS.example.com.:8443/a')" allow
for url in https://docs.example.com.evil.example/ https://docs.example.com@evil.example/ http://[::ffff:169.254.169.254]/ \
	http://2852039166/ http://0xa9fea9fe/ http://0251.0376.0251.0376/ https://evil.example/docs.example.com \
	'https://evil.example#@docs.example.com' 'https://evil.example?@docs.example.com' 'https://evil.example\\@docs.example.com' \
	'https://docs.example.com%2eevil.example/' 'file:///etc/passwd' 'docs.example.com' 'https://' 'https://dócs.example.com/'; do
	is "not $url" "$(fetch "$url")" deny
done
fetch 'http://2852039166/' >/dev/null
has 'a number is the address it is' "$(last err)" '169.254.169.254'

# The workspace is the operator's word, not the agent's folder.
ws_cwd=/
is 'cwd / opens nothing' "$(decide Write '{"file_path":"/etc/hosts","content":""}')" deny
is 'cwd / closes nothing' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}")" allow
other=$scratch/other
mkdir -p "$other/.aex"
printf 'policy open v0\n\ngoal "x"\n\nallow *\n' >"$other/.aex/policy.aex"
ws_cwd=$other
is 'cwd in another repository' "$(decide WebFetch '{"url":"https://example.com/","prompt":""}')" deny
is 'nor is its tree ours' "$(decide Write '{"file_path":"x","content":""}')" deny

# Without --root the session stays where it was first seen.
ws_cwd=$ws
run_gate_first_seen() {
	gate_status=0
	(cd "$ws" && "$aex" gate claude --state-dir "$state" "$@") >"$scratch/out" 2>"$scratch/err" || gate_status=$?
	echo $gate_status >"$scratch/status"
}
session=first-seen
hook_input Read "{\"file_path\":\"$ws/a.txt\"}" >"$in"
run_gate_first_seen <"$in"
is 'first seen in the workspace' "$(verdict)" allow
ws_cwd=$other
hook_input Write "{\"file_path\":\"$other/x\",\"content\":\"\"}" >"$in"
run_gate_first_seen <"$in"
is 'later calls do not move it' "$(verdict)" deny
session=s1
ws_cwd=$ws

# The agent and the gate's own commands.
for command in 'aex sign p' 'aex approve ID' 'aex gate --disable' 'curl -X POST localhost:1/api/approvals/1' 'echo x > .aex/policy.aex' \
	'cat .env' 'sed -i s/a/b/ .claude/settings.json'; do
	is "Bash: $command" "$(decide Bash "{\"command\":\"$command\"}")" deny
done

# Where there is no policy, or a broken one.
bare=$scratch/bare
mkdir -p "$bare"
whole_workspace=$ws
ws=$bare
is 'no policy is a refusal' "$(decide Read "{\"file_path\":\"$bare/a.txt\"}")" deny
has 'that says what to do' "$(last err)" 'aex init --policy'
is 'unless the operator wants none' "$(decide Read "{\"file_path\":\"$bare/a.txt\"}" --allow-no-policy)" allow
is 'and then the boundary is still one' "$(decide Write "{\"file_path\":\"$bare/.aex/policy.aex\"}" --allow-no-policy)" deny
ws=$whole_workspace
printf 'policy broken v0\nallow everything(\n' >"$scratch/broken.aex"
is 'an invalid policy' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}" --policy "$scratch/broken.aex")" deny
has 'with its place' "$(last err)" 'broken.aex:'
is 'a policy that is a folder' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}" --policy src)" deny
is 'a policy that is missing' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}" --policy missing.aex)" deny
is 'an unknown option' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}" --disable)" 'broken: status 2, out , err aex: gate: unknown option --disable; `aex gate --help` lists what it takes'

# Calls without a session come from anywhere: the first one's workspace must not lend its policy to the others.
session=
for name in wide narrow; do
	mkdir -p "$scratch/$name/.git" "$scratch/$name/.aex"
	printf 'policy p v0\n\ngoal "x"\n\nallow %s\n' "$([ $name = wide ] && echo '*' || echo file.read)" >"$scratch/$name/.aex/policy.aex"
	"$aex" trust --yes --root "$scratch/$name" --state-dir "$state" >/dev/null
done
nameless() {
	gate_status=0
	printf '{"hook_event_name":"PreToolUse","cwd":"%s","tool_name":"WebFetch","tool_input":{"url":"https://example.com/"}}' "$scratch/$1" |
		"$aex" gate claude --state-dir "$state" >"$scratch/out" 2>"$scratch/err" || gate_status=$?
	echo $gate_status >"$scratch/status"
	verdict
}
is 'without a session, in a wide workspace' "$(nameless wide)" allow
is 'and then in a narrow one' "$(nameless narrow)" deny
session=s1

# The agent removed the folder it is in.
mkdir "$scratch/gone"
hook_input Read "{\"file_path\":\"$ws/a.txt\"}" >"$scratch/input"
(cd "$scratch/gone" && rmdir "$scratch/gone" && run_gate <"$scratch/input")
is 'in a folder that is gone' "$(verdict)" allow
mkdir "$scratch/gone"
(cd "$scratch/gone" && rmdir "$scratch/gone" && run_gate --audit trail.jsonl <"$scratch/input")
is 'and a trail that would be in it' "$(verdict)" deny
done_testing
