# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Replacing a file under a lock, with everything that can go wrong: the file holds the old bytes or the new ones,
# and the program's exit status never claims what is not on the disk.
exec tests/support/faults.sh \
	'printf old >file; fault-probe file new' \
	'case $STATUS:$(cat file) in 0:new | [!0]*:old) ;; [!0]*:new) case $FAULT in kill* | abort@close* | close*) ;; *) exit 1 ;; esac ;; *) exit 1 ;; esac'
