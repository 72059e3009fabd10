# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The codes of the language: each one has a golden case that shows it, and its line in aex(5).
. tests/support/tap.sh

codes=$(sed -n 's/^CODE(\([0-9]*\),.*/AEX\1/p' src/lang/codes.def)
empty 'codes are in order and none is there twice' "$(echo "$codes" | LC_ALL=C sort -uc 2>&1)"
empty 'every code stands in the manual' "$(for code in $codes; do
	grep -qx ".It $code" man/aex.5 || echo "$code is not in man/aex.5"
done)"
# AEX030 and AEX031 are found when a task is run.
empty 'every code is shown by a golden case' "$(for code in $codes; do
	case $code in AEX030 | AEX031) continue ;; esac
	grep -q " $code: " tests/golden/check-"$(echo "$code" | tr '[:upper:]' '[:lower:]')"-*/stdout 2>/dev/null ||
		echo "$code has no tests/golden/check-$code-*"
done)"

done_testing
