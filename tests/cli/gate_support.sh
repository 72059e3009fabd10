# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# For tests of `aex gate`: a workspace in $ws under the policy below, a state folder in $state, and
# decide TOOL ARGUMENTS [OPTIONS...], which prints what the real program answers: allow, ask, deny, or broken when
# it is none of these in exactly the agent's form.
. tests/support/tap.sh

aex=$build/aex
ws=$scratch/repo
state=$scratch/state
echo 0 >"$scratch/calls"
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
unset CLAUDECODE CLAUDE_CODE_ENTRYPOINT CLAUDE_PROJECT_DIR

# accept [POLICY]: what a person does with `aex trust`, in the workspace.
accept() {
	(cd "$ws" && "$aex" trust --yes --state-dir "$state" ${1:+--policy "$1"}) >"$scratch/accepted" 2>&1 || {
		fail "accept $*" "$(cat "$scratch/accepted")"
	}
}
accept

# hook_input TOOL ARGUMENTS: what the agent's hook would send, with a new call id.
hook_input() {
	calls=$(($(cat "$scratch/calls") + 1))
	echo $calls >"$scratch/calls"
	case $agent in
	codex) extra='"turn_id":"t","model":"gpt-5.5",' ;;
	*) extra='"prompt_id":"p",' ;;
	esac
	printf '{"session_id":"%s",%s"cwd":"%s","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"%s","tool_input":%s,"tool_use_id":"call_%s_%s"}' \
		"$session" "$extra" "$ws_cwd" "$1" "$2" "$$" "$calls"
}

# run_gate OPTIONS... <INPUT: leaves the answer where `last` finds it.
run_gate() {
	gate_status=0
	"$aex" gate $agent --root "$ws" --state-dir "$state" "$@" >"$scratch/out" 2>"$scratch/err" || gate_status=$?
	echo $gate_status >"$scratch/status"
}

# last status|out|err: of the gate that ran last, in whatever subshell.
last() {
	cat "$scratch/$1"
}

# verdict: names the last answer.
verdict() {
	case $agent.$(last status).$(last out) in
	claude.0.'{}') [ -z "$(last err)" ] && echo allow || echo "broken: stderr $(last err)" ;;
	claude.0.*'"permissionDecision":"ask"'*) echo ask ;;
	claude.2.*'"permissionDecision":"deny"'*) [ -n "$(last err)" ] && echo deny || echo 'broken: no reason' ;;
	codex.0.) [ -z "$(last err)" ] && echo allow || echo "broken: stderr $(last err)" ;;
	codex.2.) [ -n "$(last err)" ] && echo deny || echo 'broken: no reason' ;;
	*) echo "broken: status $(last status), out $(last out), err $(last err)" ;;
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

# The workspace becomes a real repository, of a person with a home of their own.
real_repository() {
	HOME=$scratch/home
	export HOME
	mkdir -p "$HOME"
	rm -rf "$ws/.git"
	git -C "$ws" init -q -b main
	git config --global user.email a@example.com
	git config --global user.name a
}
