# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Rotating the log, with everything that can go wrong: afterwards a call is charged and recorded, the chain holds, and
# no record is gone from both logs.
exec tests/support/faults.sh \
	'env -u AEX_FAULT -u AEX_FAULT_LOG state-probe call state first || exit 1; aex-faulty audit rotate --state-dir state' \
	'case $STATUS in 0 | 2 | 134 | 137) ;; *) exit 1 ;; esac
	cat state/audit*.jsonl | grep -q "\"toolUseId\":\"first\"" || exit 1
	state-probe call state next && aex-faulty audit verify --state-dir state'
