# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# `aex uninstall` with everything that can go wrong at every system call: the settings are the old ones or the installed
# ones, the bytes from before are not lost, and a second try ends it.
exec tests/support/faults.sh \
	'mkdir -p work/.claude work/.git home; printf "{\n  \"model\": \"opus\"\n}\n" | tee old >work/.claude/settings.json
	HOME=$PWD/home env -u AEX_FAULT -u AEX_FAULT_LOG "$BUILD/aex" install claude --root work --state-dir "$PWD/state" || exit 99
	cp work/.claude/settings.json new
	HOME=$PWD/home aex-faulty uninstall claude --root work --state-dir "$PWD/state"' \
	'unset AEX_FAULT AEX_FAULT_LOG
	aex() { HOME=$PWD/home "$BUILD/aex" "$@" --root work --state-dir "$PWD/state"; }
	[ "$STATUS" != 99 ] || exit 1
	cmp -s work/.claude/settings.json old && is_old=1 || is_old=0
	[ $is_old = 1 ] || cmp work/.claude/settings.json new || exit 1
	# To be told that a file is gone which is not: nothing is left to do for who believes it.
	case $FAULT in stat*=ENOENT | unlink*=ENOENT) exit 0 ;; esac
	[ "$STATUS.$is_old" != 0.0 ] || { echo "it claims to be done"; exit 1; }
	aex uninstall claude >said 2>&1 || grep -q "nothing is recorded" said || { cat said; exit 1; }
	cmp work/.claude/settings.json old && [ -z "$(ls state/install | grep "json$")" ]'
