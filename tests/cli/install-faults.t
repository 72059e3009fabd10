# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# `aex install claude` with everything that can go wrong at every system call: the settings are the old ones or the new
# ones, never half of them; what claims to be done is; and whatever happened, uninstall gives the old bytes back.
exec tests/support/faults.sh \
	'mkdir -p bin work/.claude work/.git home; printf "{\n  \"model\": \"opus\"\n}\n" | tee old >work/.claude/settings.json
	cp "$BUILD/tests/support/aex-faulty" bin/aex
	HOME=$PWD/home bin/aex install claude --root work --state-dir "$PWD/state"' \
	'unset AEX_FAULT AEX_FAULT_LOG
	aex() { HOME=$PWD/home "$BUILD/aex" "$@" --root work --state-dir "$PWD/state"; }
	cmp -s work/.claude/settings.json old && is_old=1 || is_old=0
	[ "$STATUS.$is_old" != 0.1 ] || { echo "it claims to be done"; exit 1; }
	[ $is_old = 1 ] || grep -q "\"ConfigChange\"" work/.claude/settings.json || { echo "half"; exit 1; }
	aex uninstall claude >said 2>&1 || grep -q "nothing is recorded" said || { cat said; exit 1; }
	cmp work/.claude/settings.json old && [ -z "$(ls state/install 2>/dev/null | grep "json$")" ]'
