# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Charging and recording one call of a session that exists, with everything that can go wrong at every system call:
# what was acknowledged is on the disk once, what was not is no loss, and the next call goes through.
exec tests/support/faults.sh \
	'env -u AEX_FAULT -u AEX_FAULT_LOG state-probe call state first || exit 1; state-probe call state second' \
	'case $STATUS in 0 | 2 | 134 | 137) ;; *) exit 1 ;; esac; state-probe check state first 0 && state-probe check state second "$STATUS"'
