#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes sure that the Debian packages a target needs are installed.
#
#   scripts/install-dependencies.sh build|test|fuzz|bench|lint|format...
#
# Silent and quick when nothing is missing. Installs with apt-get as root or through sudo, from the package
# sources the machine has; names no host of its own.
set -eu

# A word is a package, or package=command where the command will do, whoever installed it.
build='gcc libc6-dev meson ninja-build=ninja pkg-config=pkg-config nettle-dev libgmp-dev libutf8proc-dev'
clang='clang=clang libclang-rt-14-dev llvm=llvm-symbolizer'
lint='clang-format clang-tidy shellcheck=shellcheck shfmt=shfmt mandoc=mandoc git=git binutils=nm'
node='nodejs=node npm=npm'
shells='bash=bash fish=fish zsh=zsh'

fail() {
	echo "install-dependencies: $*" >&2
	exit 1
}

wanted=
for set in "$@"; do
	case $set in
	build) wanted="$wanted $build" ;;
	test) wanted="$wanted $build $clang $lint $node $shells libcmocka-dev procps=ps strace=strace tmux=tmux" ;;
	fuzz) wanted="$wanted $build $clang" ;;
	bench) wanted="$wanted $build $node libcmocka-dev" ;;
	lint) wanted="$wanted $build $clang $lint libcmocka-dev" ;;
	fixtures) wanted="$wanted $build $node git=git" ;;
	format) wanted="$wanted clang-format shfmt=shfmt" ;;
	*) fail "unknown set of packages: $set" ;;
	esac
done

command -v dpkg-query >/dev/null || {
	echo "install-dependencies: not a Debian system; you need what these packages hold:$wanted" >&2
	exit 0
}

# One query for all of them; asking for each would take a second.
packages=
for word in $wanted; do
	case $word in
	*=*) command -v "${word#*=}" >/dev/null || packages="$packages ${word%%=*}" ;;
	*) packages="$packages $word" ;;
	esac
done
# shellcheck disable=SC2086 # a list of words
installed=$(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' $packages 2>/dev/null || true)
missing=
for package in $packages; do
	case "
$installed
" in
	*"
$package installed
"*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null; then
	as_root='sudo'
else
	fail "these Debian packages are missing, and installing them takes root or sudo:$missing"
fi

echo "Installing from Debian:$missing" >&2
# shellcheck disable=SC2086
$as_root apt-get -q update >&2 || fail "apt-get update failed; see above"
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing >&2 </dev/null ||
	fail "apt-get could not install:$missing"
