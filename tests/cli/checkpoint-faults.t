# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Saving a checkpoint over another one, and taking it up, with every system call broken in every way: what is on disk is
# the old one or the new one, whole and sealed, and no call that was used is ever forgotten.
exec tests/support/faults.sh --calls 'open|read|write|close|flock|mkdir|rename|unlink|random|link' '
	unfaulty() { env -u AEX_FAULT -u AEX_FAULT_LOG checkpoint-probe "$1" "$PWD/ws" "$PWD/state" "$2" || exit 9; }
	mkdir ws || exit 9
	unfaulty charge first && unfaulty save first && unfaulty charge first && unfaulty charge second
	checkpoint-probe save "$PWD/ws" "$PWD/state" first || exit
	checkpoint-probe resume "$PWD/ws" "$PWD/state" second' '
	case $STATUS in 0 | 2 | 134 | 137) ;; *) echo "status $STATUS"; exit 1 ;; esac
	used=$(checkpoint-probe show "$PWD/ws" "$PWD/state" second) || { echo "cp is not whole: $used"; exit 1; }
	case $used in
	"1 1" | "2 1" | "2 3") ;;
	*) echo "used: $used"; exit 1 ;;
	esac
	[ "$STATUS" != 0 ] || [ "$used" = "2 3" ] || { echo "acknowledged, but used: $used"; exit 1; }
	checkpoint-probe save "$PWD/ws" "$PWD/state" first || exit 1
	checkpoint-probe resume "$PWD/ws" "$PWD/state" second || exit 1
	[ "$(checkpoint-probe show "$PWD/ws" "$PWD/state" second)" = "2 3" ]'
