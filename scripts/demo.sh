#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What aex does, on real input: a policy, then tool calls as Claude Code and Codex sent them (recorded from the real
# programs), each with its answer, and the trail they leave. Everything happens in a scratch folder.
set -eu
cd "$(dirname "$0")/.."
aex=$PWD/build/aex
fixtures=$PWD/tests/fixtures
newcomer=$PWD/scripts/newcomer.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
workspace=$scratch/repo
mkdir -p "$workspace"
cd "$workspace"
git init -q . 2>/dev/null || mkdir .git
echo hello >a.txt

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold='' plain=''
fi

# show COMMAND...: types it for the reader, then runs it.
show() {
	printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@"
}

# call AGENT FIXTURE: gives one recorded hook input to the gate and prints what the agent is told.
call() {
	status=0
	sed "s|/ws/repo|$workspace|g" "$fixtures/$1/$2.json" >"$scratch/input"
	"$aex" gate "$1" --state-dir "$scratch/state" --root "$workspace" <"$scratch/input" >"$scratch/out" 2>"$scratch/err" ||
		status=$?
	case $status.$(cat "$scratch/out") in
	2.*) answer=denied reason=$(cat "$scratch/err") ;;
	0.*'"ask"'*) answer=asked reason=$(sed 's/.*permissionDecisionReason":"//; s/"}}$//; s/\\"/"/g' "$scratch/out") ;;
	0.*) answer=allowed reason= ;;
	*) answer="status $status" reason=$(cat "$scratch/err") ;;
	esac
	printf '  %-7s %-28s %s%-7s%s %s\n' "$1" "${2#PreToolUse-}" "$bold" "$answer" "$plain" "$reason"
}

PATH=$(dirname "$aex"):$PATH
show aex init --policy
show cat .aex/policy.aex
show aex effective --verbose --state-dir "$scratch/state"
printf '\n%s# A person accepts the policy; until then every call is refused.%s' "$bold" "$plain"
show aex trust --yes --state-dir "$scratch/state"

printf '\n%sTool calls, as the real agents sent them:%s\n' "$bold" "$plain"
call claude PreToolUse-Read
call claude PreToolUse-Glob
call claude PreToolUse-Edit
call claude PreToolUse-Bash
call claude PreToolUse-WebFetch
call claude PreToolUse-TaskCreate
call claude PreToolUse-mcp__my_srv_x__echo
call claude PostToolUse-Edit
call codex PreToolUse-apply_patch
call codex PreToolUse-Bash
call codex PreToolUse-view_image
call codex PreToolUse-get_goal

show aex audit show --state-dir "$scratch/state"
show aex audit verify --state-dir "$scratch/state"
printf '\n%sThe path of a newcomer, in a fresh clone, with the real Claude Code:%s\n' "$bold" "$plain"
"$newcomer"
printf '\nNext: %smake test%s, or read README.md for the tour.\n' "$bold" "$plain"
