#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Breaks every call of a command, one at a time, and lets a checker judge what is left. Prints TAP.
#
#   tests/support/faults.sh [--calls REGEX] RUN CHECK
#
# RUN and CHECK are shell commands. RUN uses aex-faulty (or fault-probe), which is on PATH; it is run once as it is,
# to learn which calls it makes, then once for every call and everything that can go wrong with it, each time in
# a new folder. After each, CHECK is run in the same folder with
#   FAULT   what went wrong ("write#3=ENOSPC"; empty for the first run)
#   STATUS  RUN's exit status (128 + N when the shell saw signal N)
#   OUT ERR files with what RUN printed
# and passes when it exits with 0. A fault that did not strike fails: such a test would test nothing.
# --calls REGEX: only calls whose names match.
set -u
calls=.
if [ "${1-}" = --calls ]; then
	calls=$2
	shift 2
fi
if [ $# != 2 ]; then
	sed -n '3,15s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
run=$1
check=$2
support=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$support/../../build}
PATH=$(cd "$build/tests/support" && pwd):$PATH
export PATH
fault_scratch=$(mktemp -d)
trap 'rm -rf "$fault_scratch"' EXIT
number=0
failed=0

# What can go wrong with a call: error codes it is known to give, and every way to end in the middle of it.
faults_of() {
	call=${1%#*}
	case $call in
	open | openat) codes='ENOENT EACCES EMFILE ELOOP EINTR ENOSPC EROFS' ;;
	read | pread) codes='EIO EINTR EAGAIN EISDIR' ;;
	write | pwrite) codes='ENOSPC EIO EINTR EDQUOT EFBIG EPIPE' ;;
	fflush | ftruncate | fsync | fdatasync) codes='ENOSPC EIO' ;;
	close) codes='EIO ENOSPC' ;;
	fstat | stat | lstat | fstatat | access | faccessat) codes='EACCES ENOENT EIO ELOOP' ;;
	flock | fcntl) codes='EINTR ENOLCK' ;;
	mkdir | mkdirat | mkdtemp | mkostemp | symlink) codes='EACCES ENOSPC EEXIST EROFS' ;;
	rename | renameat | renameat2 | link | linkat) codes='EACCES ENOSPC EXDEV EIO' ;;
	unlink | unlinkat | rmdir | chmod | fchmod) codes='EACCES ENOENT EROFS' ;;
	readlink | readlinkat) codes='EINVAL ENOENT EACCES EIO' ;;
	getcwd) codes='ENOENT ERANGE EACCES' ;;
	malloc | calloc | realloc | mmap) codes='ENOMEM' ;;
	fork | posix_spawn | posix_spawnp) codes='EAGAIN ENOMEM' ;;
	waitpid | poll) codes='EINTR ECHILD' ;;
	*) codes='EIO ENOMEM' ;;
	esac
	for code in $codes; do
		echo "$1=$code"
	done
	for action in kill kill-after abort; do
		echo "$action@$1"
	done
	case $call in
	read | pread | getrandom) echo "short@$1" ;;
	write | pwrite) printf '%s\n' "short@$1" "tear@$1" "$call#*=ENOSPC" ;;
	esac
}

# try FAULT: runs and checks once, in a new folder.
try() {
	number=$((number + 1))
	work=$fault_scratch/work
	rm -rf "$fault_scratch/work" "$fault_scratch/log"
	mkdir "$work"
	(
		cd "$work" || exit 1
		AEX_FAULT=$1 AEX_FAULT_LOG=$fault_scratch/log timeout -k 1 20 sh -c "$run" >"$fault_scratch/out" 2>"$fault_scratch/err" </dev/null
	) 2>/dev/null
	status=$?
	name=${1:-nothing goes wrong}
	if [ -n "$1" ] && ! grep -qxF "hit $1" "$fault_scratch/log"; then
		verdict='the fault did not strike'
	elif ! verdict=$(cd "$work" && FAULT=$1 STATUS=$status OUT=$fault_scratch/out ERR=$fault_scratch/err sh -c "$check" 2>&1); then
		verdict="the check failed; exit status $status
$verdict
$(sed 's/^/stdout: /' "$fault_scratch/out")
$(sed 's/^/stderr: /' "$fault_scratch/err")"
	else
		echo "ok $number - $name"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $number - $name"
	printf '%s\n' "$verdict" | sed 's/^/# /'
}

try ''
made=$(grep -E "^($calls)[a-z0-9_]*#" "$fault_scratch/log" | sort -u -t '#' -k 1,1 -k 2,2n)
if [ -z "$made" ]; then
	echo "not ok $((number + 1)) - the command makes no call that could fail"
	exit 1
fi
for call in $made; do
	faults_of "$call"
done | sort -u >"$fault_scratch/faults"
while read -r fault; do
	try "$fault"
done <"$fault_scratch/faults"
echo "1..$number"
[ $failed = 0 ]
