#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What one hook call costs, whole process, with a policy of 100 rules, a budget and the audit trail, next to the smallest
# program there is and to starting a scripting language.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ws=$scratch/repo
mkdir -p "$ws/.aex" "$ws/.git" "$ws/src/part7"
"$(dirname "$0")/support/policy.sh" 'allow file.read' >"$ws/.aex/policy.aex"
touch "$ws/src/part7/main.c"
# As `make install` leaves it: how a file was written decides how the kernel keeps it, and a linker writes in small pieces.
cp "$(command -v aex)" "$scratch/aex"
(cd "$ws" && aex trust --yes --state-dir "$scratch/state" >/dev/null)
printf '{"session_id":"bench","transcript_path":"/home/dev/.claude/x.jsonl","cwd":"%s","prompt_id":"p","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{"file_path":"%s/src/part7/main.c"},"tool_use_id":"toolu_1"}' \
	"$ws" "$ws" >"$scratch/read.json"
sed 's/"Read"/"Edit"/; s/"file_path":"\([^"]*\)"/"file_path":"\1","old_string":"a","new_string":"b"/' "$scratch/read.json" >"$scratch/edit.json"
for call in read edit; do
	echo "gate: $call"
	spawn --stdin "$scratch/$call.json" --rounds "${BENCH_ROUNDS:-300}" -- /bin/true -- \
		"$scratch/aex" gate claude --root "$ws" --state-dir "$scratch/state"
done
spawn --rounds 20 -- /bin/true -- node -e 0
