# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# The command line of `aex proxy`: how it is started and ended, without a policy, with a contract alone, and what of a policy
# that changes meanwhile. The server says nothing: what reaches it is kept.
. tests/support/tap.sh

ws=$scratch/ws
state=$scratch/state
mkdir -p "$ws/.git"
cd "$ws" || exit
call() {
	printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"%s","arguments":{}}}\n' "$1" "$2"
}

# proxy OPTIONS... <MESSAGES, then look: what came out, what was said, what reached the server, and the status.
proxy() {
	rm -f "$scratch/reached"
	status=0
	timeout 20 "$build/aex" proxy --state-dir "$state" --name t "$@" -- sh -c 'cat >"$0"' "$scratch/reached" \
		>"$scratch/out" 2>"$scratch/err" || status=$?
	echo $status >"$scratch/status"
}
look() {
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
	reached=$(cat "$scratch/reached")
	status=$(cat "$scratch/status")
}

call 1 read | proxy
look
has 'without a policy a call is denied' "$out" '"isError":true'
has 'and the way out is named' "$out" 'aex init --policy'
is 'nothing reaches the server' "$reached" ''
is 'the end of input is no failure' "$status" 0

printf 'task only v0\n\ngoal "Read."\n\nuse mcp.t.read\n\nreturn "x"\n' >"$scratch/only.aex"
{
	call 1 write
	call 2 read
} | proxy --contract "$scratch/only.aex" --no-pins
look
has 'a contract alone is the boundary: denied' "$out" '"id":1,"error":{"code":-32602'
has 'allowed' "$reached" '"name":"read"'
lacks 'only that' "$reached" '"name":"write"'

mkdir .aex
printf 'policy t v0\n\ngoal "Call."\n\nallow mcp.t.*\n\nbudget calls=2\n' >.aex/policy.aex
call 1 read | proxy
look
has 'a policy that nobody accepted denies' "$out" 'aex trust'
"$build/aex" trust --yes --state-dir "$state" >/dev/null
call '"a\u0062 \" 9007199254740993"' read | proxy --no-pins
look
is 'what is allowed goes on byte by byte' "$reached" "$(call '"a\u0062 \" 9007199254740993"' read)"
has 'and is in the trail' "$("$build/aex" audit show --json --state-dir "$state" | tail -n 1)" '"event":"tool.allowed"'
is 'every line of standard error is an object' "$(grep -cv '^{.*}$' "$scratch/err")" 0

# A last line that nothing ends may have been cut anywhere: it goes nowhere, and is not lost without a word.
{
	call 1 read
	printf %s "$(call 2 read)"
} | proxy --no-pins
look
has 'a last line without its end is answered' "$out" '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,'
has 'and said' "$err" '"event":"message.refused"'
is 'and stays here' "$reached" "$(call 1 read)"
{
	call 1 read
	printf '  '
} | proxy --no-pins
look
lacks 'blanks at the end are none' "$err" 'message.refused'

# Secrets that were not all found are said to be so.
call 1 read | AEX_FAULT='readdir#*=EIO' timeout 20 "$build/tests/support/aex-faulty" proxy --state-dir "$state" --name t --no-pins \
	--redact secrets -- cat >"$scratch/out" 2>"$scratch/err"
has 'a workspace whose files cannot be listed is named' "$(cat "$scratch/err")" "\"message\":\"cannot read $ws"

{
	call 1 a
	call 2 b
	call 3 c
} | proxy --no-pins
look
is 'the budget is spent on two' "$(echo "$reached" | grep -c .)" 2
has 'the third is refused' "$err" '"event":"budget.exhausted"'

call 1 read | proxy --dry-run
look
has 'a dry run says what it would have done' "$out" 'would allow'
is 'and does nothing' "$reached" ''
printf 'policy t v0\n\ngoal "Call."\n\nallow mcp.t.other\n' >.aex/policy.aex
call 1 read | proxy --observe --no-pins
look
has 'to observe is to let through' "$reached" '"name":"read"'
has 'and to write down' "$err" '"decision":"deny"'
has 'as such' "$err" '"observed":true'

wait_for() {
	tries=0
	until grep -q "$2" "$1" || [ $tries = 200 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
}

# narrow NAME FOLDER FILE: the proxy is started in FOLDER, and between two calls FILE becomes a policy that denies them.
mkfifo "$scratch/in"
narrow() {
	printf 'policy t v0\n\ngoal "Call."\n\nallow mcp.t.*\n' >.aex/policy.aex
	"$build/aex" trust --yes --state-dir "$state" >/dev/null
	rm -f "$scratch/reached"
	sleep 0.1 # what is younger than the clock's grain is read again for each call
	(cd "$2" && exec "$build/aex" proxy --root "$ws" --state-dir "$state" --name t --no-pins -- tee "$scratch/reached") \
		<"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
	exec 3>"$scratch/in"
	call 1 read >&3
	wait_for "$scratch/reached" '"id":1'
	printf 'policy t v0\n\ngoal "Call."\n\nallow mcp.t.*\ndeny mcp.t.read\n' >"$3"
	sleep 0.05
	call 2 read >&3
	wait_for "$scratch/out" '"id":2'
	has "$1: bites at once" "$(cat "$scratch/out")" '"id":2,"'
	lacks "$1: the call stays here" "$(cat "$scratch/reached")" '"id":2'
	exec 3>&-
	wait
}
mkdir -p sub/.aex
narrow 'a policy that was narrowed' . .aex/policy.aex
narrow 'a policy that was narrowed, seen from elsewhere' / .aex/policy.aex
narrow 'a policy that appears below the root, where the proxy was started' sub sub/.aex/policy.aex
rm -r sub

# A question that nobody is left to answer.
printf 'policy t v0\n\ngoal "Ask."\n\nallow mcp.t.*\nconfirm before mcp.t.read\n' >.aex/policy.aex
"$build/aex" trust --yes --state-dir "$state" >/dev/null
{
	echo '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"x","version":"1"}}}'
	call 7 read
} | proxy --no-pins
look
has 'a rule that asks has the client ask' "$out" '"method":"elicitation/create"'
has 'a client that leaves meanwhile has not said yes' "$out" '"id":7,"result":{"content":[{"type":"text","text":"aex asks a person about read, and nobody answered here'
lacks 'and the call stays here' "$reached" '"id":7'
call 8 read | proxy --no-pins --auto-confirm
look
has 'with --auto-confirm it goes on' "$reached" '"id":8'
has 'and is written down as that' "$err" '"event":"confirm.auto_approved"'

# The server.
crash() {
	status=0
	"$build/aex" proxy --state-dir "$state" --name t --no-pins "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}
mkfifo "$scratch/held"
sleep 20 >"$scratch/held" &
holder=$!
crash -- sh -c 'exit 3' <"$scratch/held"
kill $holder
is 'a server that ends by itself ends the proxy' "$status" 1
has 'which says so' "$(cat "$scratch/err")" '"event":"upstream.crashed"'
has 'and how' "$(cat "$scratch/err")" '"exitCode":3'
crash --upstream 'echo noise >&2; exec cat' </dev/null
is 'the server as one text for a shell' "$status" 0
has 'its standard error becomes events' "$(cat "$scratch/err")" '"event":"upstream.stderr"'

# One text is taken apart as a shell would, so that it is the same server as its words behind "--".
printf 'policy t v0\n\ngoal "Read."\n\nallow file.read\n' >.aex/policy.aex
"$build/aex" trust --yes --state-dir "$state" >/dev/null
mkdir -p "$scratch/bin" folder
printf '#!/bin/sh\nexec cat >"%s"\n' "$scratch/reached" >"$scratch/bin/mcp-server-filesystem"
cp "$scratch/bin/mcp-server-filesystem" "$scratch/bin/mcp-other"
chmod +x "$scratch/bin"/*
read_file='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_text_file","arguments":{"path":"notes"}}}'
upstream() {
	rm -f "$scratch/reached"
	echo "$read_file" | PATH=$scratch/bin:$PATH timeout 20 "$build/aex" proxy --state-dir "$state" --no-pins "$@" \
		>"$scratch/out" 2>"$scratch/err" || true
	touch "$scratch/reached"
	look
}
upstream -- mcp-server-filesystem .
has 'a known server behind --' "$reached" '"read_text_file"'
upstream --upstream "'mcp-server-filesystem'  ."
has 'the same as one text' "$reached" '"read_text_file"'
upstream --upstream 'DEBUG=1 exec mcp-server-filesystem .'
has 'with variables' "$reached" '"read_text_file"'
upstream --upstream 'mcp-server-filesystem "$PWD"'
is 'what only a shell knows could be other words: no kind' "$reached" ''
has 'but its name' "$out" 'mcp.filesystem.read_text_file'
has 'and the way to say what it is' "$out" '--server-kind filesystem'
upstream --server-kind filesystem --upstream 'mcp-server-filesystem "$PWD"'
is 'which folder a relative path is in cannot be told then' "$reached" ''
read_file=$(echo "$read_file" | sed "s|notes|$ws/notes|")
upstream --server-kind filesystem --upstream 'mcp-server-filesystem "$PWD"'
has 'one from the root can' "$reached" '"read_text_file"'
upstream --upstream 'cd folder && exec mcp-other 2>/dev/null'
has 'a line is called after its first program' "$out" 'mcp.other.read_text_file'
upstream --upstream '$SERVER one'
one=$(echo "$out" | grep -o 'mcp\.sh-[0-9a-f]*')
upstream --upstream '$SERVER two'
has 'or after all of it' "$out" 'mcp.sh-'
lacks 'so that two are not one' "$out" "$one."
crash -- "$scratch/nowhere" </dev/null
is 'a server that is not there' "$status" 2
has 'is named' "$(cat "$scratch/err")" "$scratch/nowhere"
crash npx -y some-server </dev/null
is 'a forgotten --' "$status" 2
has 'is remembered' "$(cat "$scratch/err")" 'put -- before the command: aex proxy [OPTIONS] -- npx ...'
crash </dev/null
has 'no server at all' "$(cat "$scratch/err")" 'name the server to start'
crash --name a.b -- cat </dev/null
is 'a name that policies could not tell apart' "$status" 2

done_testing
