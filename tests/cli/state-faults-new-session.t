# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# The same for the first call there ever was: the state folder, the list of sessions, the ledger and the log are made.
exec tests/support/faults.sh \
	'state-probe call state first' \
	'case $STATUS in 0 | 2 | 134 | 137) ;; *) exit 1 ;; esac; state-probe check state first "$STATUS"'
