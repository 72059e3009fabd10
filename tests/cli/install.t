# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `make install` puts down what belongs to a user and nothing else; dependencies are installed only when missing.
. tests/support/tap.sh

ok 'make install' make install DESTDIR="$scratch/root" PREFIX=/opt/aex
ok 'the installed program runs' "$scratch/root/opt/aex/bin/aex" --version
empty 'nothing but the program, its manuals and completions is installed' "$(find "$scratch/root" -type f |
	grep -vE '/opt/aex/(bin/aex|share/man/man[1-8]/aex[a-z-]*\.[1-8]|share/(bash-completion|zsh|fish)/.*aex(\.fish)?)$')"
is 'the program needs no library of the machine' "$(readelf -d "$build/aex" | grep -c NEEDED)" 0
empty 'every target says what it is for' "$(sed -n 's/^\.PHONY: //p' Makefile | tr ' ' '\n' | while read -r target; do
	make help | grep -q "make $target " || echo "$target"
done)"

# A machine made of stand-ins: dpkg-query knows the packages in $packages, and what is run as root is written down.
bin=$scratch/bin
mkdir "$bin"
log=$scratch/log
packages='gcc libc6-dev meson nettle-dev libgmp-dev libutf8proc-dev'
stand_in() {
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}
# shellcheck disable=SC2016 # for the stand-in
stand_in dpkg-query 'for package in $PACKAGES; do echo "$package installed"; done'
stand_in apt-get "echo apt-get \"\$@\" >>$log"
stand_in ninja :
stand_in pkg-config :
stand_in env 'shift; exec "$@"'
# What is on PATH beside the stand-ins must not be the machine's own sudo.
for tool in sh cat dirname; do
	ln -s "$(command -v $tool)" "$bin/$tool"
done
install_as() {
	stand_in id "echo $1"
	: >"$log"
	PACKAGES=$2 PATH=$bin sh scripts/install-dependencies.sh build 2>&1
	echo "exit $?"
}
is 'nothing is said or done when all is there' "$(install_as 0 "$packages")" 'exit 0'
is 'and no package list is fetched' "$(cat "$log")" ''
has 'what is missing is named' "$(install_as 0 'gcc libc6-dev meson nettle-dev libgmp-dev')" 'Installing from Debian: libutf8proc-dev'
is 'and that alone is installed' "$(cat "$log")" 'apt-get -q update
apt-get -q -y --no-install-recommends install libutf8proc-dev'
is 'without root and sudo it is an error that says so' "$(install_as 1000 'gcc libc6-dev meson nettle-dev libgmp-dev')" \
	'install-dependencies: these Debian packages are missing, and installing them takes root or sudo: libutf8proc-dev
exit 1'
stand_in sudo "echo sudo \"\$@\" >>$log"
install_as 1000 'gcc libc6-dev meson nettle-dev libgmp-dev' >/dev/null
has 'with sudo it goes through that' "$(cat "$log")" 'sudo apt-get -q update'
stand_in apt-get 'exit 100'
has 'a failed download is an error' "$(install_as 0 gcc)" 'apt-get update failed'

done_testing
