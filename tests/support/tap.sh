# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For shell programs that print TAP: `. tests/support/tap.sh` from the repository's root, then ok, is, has and
# lacks, and done_testing at the end. Gives a scratch folder in $scratch that is removed at the end.
set -u
tap_count=0
tap_failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$PWD
# shellcheck disable=SC2034 # used by those who read this file
build=${BUILD:-$root/build}

# pass NAME and fail NAME [DETAILS]
pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}

# ok NAME COMMAND...: passes when the command does; what it printed is shown when it does not.
ok() {
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1 </dev/null); then
		pass "$tap_name"
	else
		fail "$tap_name" "exit $?: $*" "$tap_output"
	fi
}

# is NAME GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected:" "$3" "got:" "$2"
	fi
}

# has NAME TEXT PART: the part occurs in the text, as it is written.
has() {
	case $2 in
	*"$3"*) pass "$1" ;;
	*) fail "$1" "expected to find:" "$3" "in:" "$2" ;;
	esac
}

# lacks NAME TEXT PART
lacks() {
	case $2 in
	*"$3"*) fail "$1" "expected not to find:" "$3" "in:" "$2" ;;
	*) pass "$1" ;;
	esac
}

# empty NAME TEXT: for lists of complaints.
empty() {
	if [ -z "$2" ]; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

done_testing() {
	echo "1..$tap_count"
	[ $tap_failed = 0 ]
	exit
}
