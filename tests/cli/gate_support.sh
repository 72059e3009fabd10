# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For tests of `aex gate`: a workspace in $ws under the policy below, a state folder in $state, and
# decide TOOL ARGUMENTS [OPTIONS...], which prints what the real program answers: allow, ask, deny, or broken when
# it is none of these in exactly the agent's form.
. tests/support/tap.sh

aex=$build/aex
ws=$scratch/repo
state=$scratch/state
calls=0
agent=claude
session=s1
ws_cwd=$ws

mkdir -p "$ws/.aex" "$ws/.git/hooks" "$ws/docs" "$ws/src" "$ws/sub"
cat >"$ws/.aex/policy.aex" <<'POLICY'
policy cases v0

goal "Reference policy of the cases."

allow file.read, file.write, file.delete:build/**, tests.run, git.*
deny network.*, secrets.read

budget calls=100000

confirm before git.push
POLICY
touch "$ws/.git/config" "$ws/a.txt"

# hook_input TOOL ARGUMENTS: what the agent's hook would send, with a new call id.
hook_input() {
	calls=$((calls + 1))
	case $agent in
	codex) extra='"turn_id":"t","model":"gpt-5.5",' ;;
	*) extra='"prompt_id":"p",' ;;
	esac
	printf '{"session_id":"%s",%s"cwd":"%s","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"%s","tool_input":%s,"tool_use_id":"call_%s_%s"}' \
		"$session" "$extra" "$ws_cwd" "$1" "$2" "$$" "$calls"
}

# run_gate OPTIONS... <INPUT: leaves the answer in $status, $out and $err.
run_gate() {
	status=0
	"$aex" gate $agent --root "$ws" --state-dir "$state" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# verdict: names the answer in $status, $out and $err.
verdict() {
	case $agent.$status.$out in
	claude.0.'{}') [ -z "$err" ] && echo allow || echo "broken: stderr $err" ;;
	claude.0.*'"permissionDecision":"ask"'*) echo ask ;;
	claude.2.*'"permissionDecision":"deny"'*) [ -n "$err" ] && echo deny || echo 'broken: no reason' ;;
	codex.0.) [ -z "$err" ] && echo allow || echo "broken: stderr $err" ;;
	codex.2.) [ -n "$err" ] && echo deny || echo 'broken: no reason' ;;
	*) echo "broken: status $status, out $out, err $err" ;;
	esac
}

decide() {
	decide_tool=$1
	decide_arguments=$2
	shift 2
	hook_input "$decide_tool" "$decide_arguments" >"$scratch/input"
	run_gate "$@" <"$scratch/input"
	verdict
}
