# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What `make install` puts where, and that it works from there.
. tests/support/tap.sh
umask 077 # files of the system are for everybody, whoever installs them

# make builds first; the tests' own build stands in for that.
ok 'make install, below DESTDIR' make --no-print-directory --assume-old=build install \
	DESTDIR="$scratch" PREFIX=/usr "BUILD=$build"
usr=$scratch/usr

has 'the program runs' "$("$usr/bin/aex" --version)" 'aex '
is 'it is the one that was built' "$(sha256sum <"$usr/bin/aex")" "$(sha256sum <"$build/aex")"
is 'every page is there' "$(cd "$usr/share/man" && find . -type f | sed 's|.*/||' | sort)" "$(cd man && ls)"
for page in man/*.[1-8]; do
	installed=$usr/share/man/man${page##*.}/${page#man/}
	ok "${page#man/} can be read" mandoc -T ascii -W error "$installed"
done
for shell in bash fish zsh; do
	case $shell in
	bash) file=bash-completion/completions/aex ;;
	fish) file=fish/vendor_completions.d/aex.fish ;;
	zsh) file=zsh/site-functions/_aex ;;
	esac
	is "completions for $shell" "$(cat "$usr/share/$file")" "$("$build/aex" completion $shell)"
done
is 'everybody may read what is installed, and only its owner write it' \
	"$(find "$usr" -type d ! -perm 755 -o -type f ! -perm 644 ! -path '*/bin/aex')" ''
is 'and run the program' "$(stat -c %a "$usr/bin/aex")" 755

ok 'a second time replaces' make --no-print-directory --assume-old=build install \
	DESTDIR="$scratch" PREFIX=/usr "BUILD=$build"
is 'nothing is installed outside the prefix' "$(ls "$scratch")" usr
if scripts/install.sh "$build/aex" /dev/null/nowhere 2>/dev/null; then
	fail 'a place that cannot be written is a failure'
else
	pass 'a place that cannot be written is a failure'
fi

done_testing
