# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# `aex install codex`, which writes two files, with everything that can go wrong at every system call: each is old or new,
# what claims to be done is, and whatever happened, installing again and uninstalling gives the old bytes back.
exec tests/support/faults.sh \
	'mkdir -p bin work/.git home/.codex; printf "# mine\nmodel = \"x\"\n" | tee old >home/.codex/config.toml
	cp "$BUILD/tests/support/aex-faulty" bin/aex
	HOME=$PWD/home bin/aex install codex --scope user --root work --state-dir "$PWD/state"' \
	'unset AEX_FAULT AEX_FAULT_LOG
	aex() { HOME=$PWD/home "$BUILD/aex" "$@" --scope user --root work --state-dir "$PWD/state"; }
	cmp -s home/.codex/config.toml old && is_old=1 || is_old=0
	[ "$STATUS.$is_old" != 0.1 ] || { echo "it claims to be done"; exit 1; }
	[ $is_old = 1 ] || grep -q "^trusted_hash" home/.codex/config.toml || { echo "half"; exit 1; }
	[ ! -e home/.codex/hooks.json ] || grep -q "\"PostToolUse\"" home/.codex/hooks.json || { echo "half hooks"; exit 1; }
	aex install codex >said 2>&1 || { cat said; exit 1; }
	aex uninstall codex >said 2>&1 || { cat said; exit 1; }
	cmp home/.codex/config.toml old && [ ! -e home/.codex/hooks.json ] && [ -z "$(ls state/install | grep -v "tmp$")" ]'
